//! `explain`: a rule's page, or what becomes of a step between two modes.

use std::process::ExitCode;

use super::markdown;
use super::terminal::{self, columned, wrapped};
use super::words::{ProfileName, parse_mode};
use crate::mfa::Mode;
use crate::rules::matrix::{Concern, Outcome, Step, step, waivers, way_around};
use crate::rules::{self, GUIDE, Profile, Rule, Standing, notes};

/// What stands for arguments that mean nothing, as clap has it.
const MISUSE: u8 = 2;

/// What `explain` takes.
#[derive(Debug, clap::Args)]
#[command(override_usage = "terraform-provider-cognitomfa explain [--profile <PROFILE>] <RULE>\n       \
                            terraform-provider-cognitomfa explain [--profile <PROFILE>] <FROM> <TO>")]
pub struct Arguments {
    /// Name of a rule, or the mode a pool has (`OFF`, `OPTIONAL` or `ON`, in any case; `required` is `ON`)
    #[arg(value_name = "RULE|FROM")]
    subject: String,
    /// The mode it is to have
    #[arg(value_name = "TO")]
    to: Option<String>,
    /// Profile to show; all of them without it
    #[arg(long, value_enum)]
    profile: Option<ProfileName>,
}

/// Prints the explanation. Exit code 2 stands for a rule or a mode that does not exist.
pub fn run(arguments: &Arguments) -> ExitCode {
    let profiles = arguments.profile.map_or(Profile::ALL.to_vec(), |profile| vec![Profile::from(profile)]);
    match explanation(&arguments.subject, arguments.to.as_deref(), &profiles, terminal::width()) {
        Ok(text) => terminal::print(&text),
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(MISUSE)
        }
    }
}

fn explanation(subject: &str, to: Option<&str>, profiles: &[Profile], width: usize) -> Result<String, String> {
    let Some(to) = to else {
        let named = subject.trim_matches(['[', ']']);
        if let Some(note) = notes::find(named) {
            let text = wrapped(&note.docs.replace('`', ""), width, "", "");
            return Ok(format!("{}\n\n{text}\n\nMore:\n{GUIDE}#{}\n", note.name, note.name));
        }
        return rules::find(named).map(|rule| of_rule(rule, profiles, width)).ok_or_else(|| no_rule(named));
    };
    let mode =
        |word: &str| parse_mode(word).ok_or_else(|| format!("'{word}' is no MFA mode; the modes are OFF, OPTIONAL and ON"));
    Ok(of_step(mode(subject)?, mode(to)?, profiles, width))
}

fn no_rule(name: &str) -> String {
    if let Some(mode) = parse_mode(name) {
        return format!("'{name}' is a mode, so the mode it leads to is missing: explain {mode} TO");
    }
    let mut problem = format!("there is no rule '{name}'");
    let close = rules::close_names(name);
    if !close.is_empty() {
        let listed: Vec<String> = close.iter().map(|name| format!("\n    {name}")).collect();
        problem.push_str(&format!("\n\n  rules with a similar name:{}", listed.concat()));
    }
    problem + "\n\n  `terraform-provider-cognitomfa rules` lists all of them"
}

fn of_rule(rule: &Rule, profiles: &[Profile], width: usize) -> String {
    let levels: Vec<String> =
        profiles.iter().map(|profile| format!("{} in {}", rule.severity.level(*profile).as_str(), profile.as_str())).collect();
    let facts = [
        vec!["Standing".to_owned(), rule.evidence.standing.as_str().to_owned()],
        vec!["Level".to_owned(), levels.join(", ")],
        vec!["Rows".to_owned(), rule.evidence.rows.join(" ")],
    ];
    format!(
        "{}\n\n{}\n\n{}\n{}\nMore:\n{}\n",
        rule.name,
        wrapped(&format!("{}.", rule.summary), width, "", ""),
        columned(facts.get(..if rule.evidence.rows.is_empty() { 2 } else { 3 }).unwrap_or_default()),
        markdown::plain(rule.docs, width),
        rule.link()
    )
}

fn of_step(from: Mode, to: Mode, profiles: &[Profile], width: usize) -> String {
    let step = step(from, to);
    let title = if from == to { format!("A change that stays {from}") } else { format!("{from} -> {to}") };
    let mut parts = vec![title, verdicts(&step, profiles)];
    parts.extend(instead(&step, profiles));
    parts.extend(allowing(&step, profiles, width));
    parts.extend(conditional(&step, profiles, width));
    parts.push(format!("`terraform-provider-cognitomfa explain RULE` tells more of a rule; all are at\n{GUIDE}"));
    parts.join("\n\n") + "\n"
}

/// A line for each profile: what becomes of the plainest case, and by which rules.
fn verdicts(step: &Step, profiles: &[Profile]) -> String {
    let row = |profile: &Profile| {
        let rules = heard(&step.plain, &[*profile]).iter().map(|concern| concern.rule.name).collect::<Vec<_>>().join(", ");
        let by = if rules.is_empty() { String::new() } else { format!("by {rules}") };
        vec![format!("  {}", profile.as_str()), step.outcome(*profile).as_str().to_owned(), by]
    };
    let rows: Vec<Vec<String>> = profiles.iter().map(row).collect();
    let lead = "For a pool with users, whose factor is the authenticator app:";
    format!("{lead}\n\n{}", columned(&rows).trim_end())
}

fn heard<'a>(concerns: &'a [Concern], profiles: &[Profile]) -> Vec<&'a Concern> {
    let loud =
        |concern: &&Concern| profiles.iter().any(|profile| Outcome::from(concern.levels.level(*profile)) > Outcome::Allowed);
    concerns.iter().filter(loud).collect()
}

/// The steps through a third mode, once for all profiles where they fare better and alike.
fn instead(step: &Step, profiles: &[Profile]) -> Vec<String> {
    let mut ways: Vec<(String, Vec<&str>)> = Vec::new();
    for profile in profiles {
        let Some(way) = way_around(step.from, step.to, *profile) else { continue };
        let rows: Vec<Vec<String>> = (1..).zip(&way).map(|(number, step)| leg(number, step, *profile)).collect();
        let text = columned(&rows).trim_end().to_owned();
        match ways.iter_mut().find(|(known, _)| *known == text) {
            Some((_, profiles)) => profiles.push(profile.as_str()),
            None => ways.push((text, vec![profile.as_str()])),
        }
    }
    let lead = |profiles: &[&str]| format!("Instead, in two applies (in {}):", profiles.join(" and "));
    ways.iter().map(|(text, profiles)| format!("{}\n\n{text}", lead(profiles))).collect()
}

fn leg(number: usize, step: &Step, profile: Profile) -> Vec<String> {
    let rules = heard(&step.plain, &[profile]).iter().map(|concern| concern.rule.name).collect::<Vec<_>>().join(", ");
    let by = if rules.is_empty() { String::new() } else { format!("by {rules}") };
    vec![format!("  {number}. {} -> {}", step.from, step.to), step.outcome(profile).as_str().to_owned(), by]
}

/// The waivers of the rules that speak up about the step itself.
fn allowing(step: &Step, profiles: &[Profile], width: usize) -> Option<String> {
    let plain = heard(&step.plain, profiles);
    let of_step = heard(&step.conditional, profiles).into_iter().filter(|concern| concern.is_of_step);
    let waivable = plain.into_iter().chain(of_step).filter(|concern| concern.rule.evidence.standing != Standing::Api);
    let waivers: Vec<String> = waivers(&waivable.collect::<Vec<_>>()).into_iter().map(|line| format!("    {line}")).collect();
    let lead = "To go on all the same, record why on the resource, of these the rules that speak up:";
    (!waivers.is_empty()).then(|| format!("{}\n\n{}", wrapped(lead, width, "", ""), waivers.join("\n")))
}

/// The rules that need more than the step to speak up.
fn conditional(step: &Step, profiles: &[Profile], width: usize) -> Option<String> {
    let concerns = heard(&step.conditional, profiles);
    let row = |concern: &&Concern| {
        let levels = profiles.iter().map(|profile| concern.levels.level(*profile).as_str().to_owned());
        [format!("  {}", concern.rule.name)].into_iter().chain(levels).chain([concern.rule.summary.to_owned()]).collect()
    };
    let heading = ["  Rule"].into_iter().chain(profiles.iter().map(|profile| profile.as_str())).chain([""]);
    let rows: Vec<Vec<String>> = [heading.map(str::to_owned).collect()].into_iter().chain(concerns.iter().map(row)).collect();
    let lead = "Where the pool or the request has what they look for, these speak up as well:";
    (!concerns.is_empty()).then(|| format!("{}\n\n{}", wrapped(lead, width, "", ""), columned(&rows).trim_end()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::explanation;
    use crate::rules::{self, Profile, notes};

    fn explained(subject: &str, to: Option<&str>) -> String {
        explanation(subject, to, &Profile::ALL, 80).unwrap()
    }

    #[test]
    fn every_rule_is_explained_in_lines_that_fit() {
        for rule in rules::all() {
            let text = explained(rule.name, None);
            assert!(text.starts_with(&format!("{}\n\n{}.\n", rule.name, rule.summary)), "{text}");
            for section in ["What it checks", "Why", "Rejected", "Accepted", "Evidence"] {
                assert!(text.contains(&format!("\n{section}\n")), "{}: {section}", rule.name);
            }
            assert!(text.contains(&format!("Standing  {}\n", rule.evidence.standing.as_str())), "{text}");
            assert!(!text.contains("```") && !text.contains("\n#"), "{text}");
            assert!(text.ends_with(&format!("\n{}\n", rule.link())), "{text}");
            for line in text.lines().filter(|line| !line.starts_with("      ") && !line.contains("https://")) {
                assert!(line.chars().count() <= 80, "{}: {line}", rule.name);
            }
        }
    }

    #[test]
    fn a_rule_may_stand_in_its_brackets() {
        assert_eq!(explained("[required_to_off]", None), explained("required_to_off", None));
        let one = explanation("required_to_off", None, &[Profile::Aws], 80).unwrap();
        assert!(one.contains("\nLevel     warning in aws\n"), "{one}");
    }

    #[test]
    fn every_name_in_brackets_is_explained() {
        assert!(notes::NOTES.len() >= 2);
        for note in notes::NOTES {
            let text = explained(&format!("[{}]", note.name), None);
            assert!(text.starts_with(&format!("{}\n\n", note.name)) && text.ends_with(&format!("#{}\n", note.name)), "{text}");
            assert!(text.lines().all(|line| line.chars().count() <= 80 || line.contains("https://")), "{text}");
            assert!(rules::find(note.name).is_none());
        }
    }

    #[test]
    fn a_misspelled_rule_gets_close_names() {
        let problem = explanation("required_to_of", None, &Profile::ALL, 80).unwrap_err();
        assert!(problem.starts_with("there is no rule 'required_to_of'\n"), "{problem}");
        assert!(problem.contains("\n    required_to_off"), "{problem}");
        assert!(!explanation("zzz", None, &Profile::ALL, 80).unwrap_err().contains("similar"));
        assert!(explanation("Required", None, &Profile::ALL, 80).unwrap_err().contains("explain ON TO"));
    }

    #[test]
    fn the_direct_way_down_is_explained() {
        let text = explained("required", Some("off"));
        assert!(text.starts_with("ON -> OFF\n"), "{text}");
        for line in [
            "  aws      warned   by required_to_off",
            "  guarded  refused  by required_to_off",
            "  classic  refused  by required_to_off",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(text.contains("\n  1. ON -> OPTIONAL   warned"), "{text}");
        assert!(text.contains("\n  2. OPTIONAL -> OFF  warned"), "{text}");
        assert_eq!(text.matches("waivers = [").count(), 1, "two proposals are one list\n{text}");
        assert!(text.contains("\n    waivers = [\n      {\n        rule   = \"required_to_off\"\n"), "{text}");
        assert!(text.contains("\n        rule   = \"sms_role_with_mode_off\"\n"), "{text}");
        assert!(text.contains("\n  factors_with_mode_off "), "{text}");
    }

    #[test]
    fn one_profile_is_explained_alone() {
        let text = explanation("on", Some("off"), &[Profile::Aws], 80).unwrap();
        assert!(text.contains("  aws  warned  by required_to_off") && !text.contains("guarded"), "{text}");
        assert!(!text.contains("Instead"), "both steps are warned of in profile aws as well\n{text}");
    }

    #[test]
    fn what_is_allowed_needs_no_waiver() {
        let text = explained("OFF", Some("OPTIONAL"));
        assert!(!text.contains("waivers") && !text.contains("Instead"), "{text}");
        assert!(explained("ON", Some("ON")).starts_with("A change that stays ON\n"));
    }

    #[test]
    fn words_that_are_no_modes_are_told() {
        let problem = explanation("ON", Some("disabled"), &Profile::ALL, 80).unwrap_err();
        assert_eq!(problem, "'disabled' is no MFA mode; the modes are OFF, OPTIONAL and ON");
    }
}
