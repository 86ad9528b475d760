//! The words of arguments and of the guide, and which rule knows which message of AWS.

use crate::rules::matrix::Outcome;
use crate::rules::{BySeverityProfile, Level, NAMES, Profile, Standing, Verdict, all, find, of_message};

#[test]
fn words_of_arguments_are_read_and_written_exactly() {
    for (profile, word) in [(Profile::Aws, "aws"), (Profile::Guarded, "guarded"), (Profile::Classic, "classic")] {
        assert_eq!((profile.as_str(), Profile::parse(word), Profile::parse(&word.to_uppercase())), (word, Some(profile), None));
    }
    for (level, word) in [(Level::Off, "off"), (Level::Warning, "warning"), (Level::Error, "error")] {
        assert_eq!((level.as_str(), Level::parse(word), Level::parse(&word.to_uppercase())), (word, Some(level), None));
    }
    assert!(Level::Off < Level::Warning && Level::Warning < Level::Error);
    assert_eq!(Profile::default(), Profile::Guarded);
}

#[test]
fn a_level_turns_into_an_outcome_of_its_own_word() {
    let outcomes = Level::ALL.map(Outcome::from);
    assert_eq!(outcomes, [Outcome::Allowed, Outcome::Warned, Outcome::Refused]);
    assert_eq!(outcomes.map(Outcome::as_str), ["allowed", "warned", "refused"]);
}

#[test]
fn a_standing_is_called_what_the_guide_calls_it() {
    let words = [
        (Standing::Api, "api"),
        (Standing::Documented, "documented"),
        (Standing::Reported, "reported"),
        (Standing::Guard, "guard"),
        (Standing::Advice, "advice"),
        (Standing::Integrity, "integrity"),
    ];
    for (standing, word) in words {
        assert_eq!(standing.as_str(), word);
        let of_it = all().iter().filter(|rule| rule.evidence.standing == standing);
        let said = of_it.filter(|rule| rule.docs.contains(&format!("Standing: {word}"))).count();
        assert!(said > 0, "no rule says `Standing: {word}`");
    }
}

#[test]
fn severities_are_those_of_their_profile() {
    let levels = |severity: BySeverityProfile| Profile::ALL.map(|profile| severity.level(profile));
    assert_eq!(levels(BySeverityProfile::ERROR), [Level::Error; 3]);
    assert_eq!(levels(BySeverityProfile::GUARDED), [Level::Warning, Level::Error, Level::Error]);
    assert_eq!(levels(BySeverityProfile::CLASSIC), [Level::Warning, Level::Warning, Level::Error]);
    assert_eq!(levels(BySeverityProfile::WARNING), [Level::Warning; 3]);
}

#[test]
fn rules_are_found_by_name_and_by_what_aws_answers() {
    for (name, rule) in NAMES.iter().zip(all()) {
        assert_eq!((rule.name, find(name).map(|found| found.name)), (*name, Some(*name)));
        assert!(rule.link().ends_with(&format!("/guides/transition-rules#{name}")));
    }
    assert!(find("no_such_rule").is_none());
    let refusal = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
    assert_eq!(of_message(&format!("InvalidParameterException: {refusal}")).map(|rule| rule.name), Some("factors_with_mode_off"));
    let messages: Vec<&str> = all().iter().flat_map(|rule| rule.evidence.messages.iter().copied()).collect();
    assert!(messages.len() >= 15, "{messages:?}");
    for message in messages {
        assert!(of_message(message).is_some_and(|found| found.evidence.messages.iter().any(|known| message.contains(known))));
    }
    assert!(of_message("Something else went wrong").is_none());
}

#[test]
fn an_open_question_is_undecided_and_never_broken() {
    use crate::mfa::Answer;
    use crate::rules::Finding;
    use crate::tf::Path;
    let verdict = |answer| Verdict::broken_when(answer, || Finding::at(Path::default(), "x"));
    assert_eq!((verdict(Answer::No), verdict(Answer::Unknown)), (Verdict::Holds, Verdict::Undecided));
    assert!(matches!(verdict(Answer::Yes), Verdict::Broken(finding) if finding.found == "x"));
}
