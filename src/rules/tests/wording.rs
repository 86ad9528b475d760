//! What the user reads.

use crate::mfa::{Deletion, Mode, Settings, Transition};
use crate::rules::tests::at_plan;
use crate::rules::{Moment, Policy, Waiver, all, example, judge};
use crate::tf::{Diagnostic, Path, Value};

fn only(transition: &Transition) -> Diagnostic {
    let [diagnostic] = <[Diagnostic; 1]>::try_from(at_plan(transition)).unwrap();
    diagnostic
}

#[test]
fn required_to_off_reads_as_a_whole() {
    let diagnostic = only(&example::change(example::token(Mode::On), &example::off()));
    assert_eq!(diagnostic.summary, "MFA cannot go from ON to OFF in one step: eu-central-1_Ab12Cd34E [required_to_off]");
    assert_eq!(diagnostic.path, Some(Path::root("mfa_configuration")));
    let expected = r#"User pool "prod-customers" (eu-central-1_Ab12Cd34E) requires MFA today. This change turns it off for about 4,120 users in a single apply.

AWS accepts this. This provider stops it, because it takes the second factor out of every sign-in at once.

Go through "OPTIONAL", in two applies:

    # 1. apply this; users who have a factor keep it
    mfa_configuration                = "OPTIONAL"
    software_token_mfa_configuration = { enabled = true }

    # 2. when you are sure, apply this
    mfa_configuration = "OFF"
    # and delete software_token_mfa_configuration

To allow it, record why on this resource:

    waivers = [
      {
        rule   = "required_to_off"
        reason = "SEC-1234 pool is being retired"
      },
    ]

To destroy instead, add -refresh=false: it leaves this plan out.

More:
https://registry.terraform.io/providers/cognitomfa/cognitomfa/latest/docs/guides/transition-rules#required_to_off
or `terraform-provider-cognitomfa explain required_to_off`"#;
    assert_eq!(diagnostic.detail, expected);
}

#[test]
fn factors_with_mode_off_names_the_blocks_and_announces_the_role() {
    let live = example::sms(Mode::Optional);
    let diagnostic = only(&example::change(live.clone(), &Settings { mode: Mode::Off, ..live }));
    for expected in [
        "still configures `sms_configuration` (the SMS role is arn:aws:iam::111122223333:role/cognito-sms).",
        "AWS refuses it: \"Invalid MFA configuration given, can't turn off MFA and configure an MFA together.\"",
        "    # sms_configuration = ...   <- delete",
        "`sms_role_with_mode_off` stops that next",
        "    waivers = [\n      {\n        rule   = \"sms_role_with_mode_off\"\n        reason = ",
    ] {
        assert!(diagnostic.detail.contains(expected), "{expected}\n\n{}", diagnostic.detail);
    }
    let without_role = only(&example::change(example::token(Mode::On), &example::token(Mode::Off)));
    assert!(!without_role.detail.contains("sms_role_with_mode_off"), "{}", without_role.detail);
}

#[test]
fn an_sms_role_is_announced_whether_it_is_in_the_request_or_on_the_pool() {
    let announces = |change: &Transition| {
        let detail = at_plan(change).into_iter().find(|found| found.summary.ends_with("[factors_with_mode_off]")).unwrap().detail;
        detail.contains("`sms_role_with_mode_off` stops that next")
    };
    let with_token = example::change(example::token(Mode::On), &example::token(Mode::Off));
    assert!(!announces(&with_token));
    assert!(announces(&example::on_pool(with_token, |pool| pool.sms_sender = Some(example::sender()))), "it is on the pool");
    let with_sms = example::change(example::token(Mode::On), &example::sms(Mode::Off));
    assert!(announces(&with_sms), "it is in the request");
    let off_already = example::change(example::sms(Mode::Off), &example::sms(Mode::Off));
    assert!(!announces(&off_already), "nothing is turned off");
}

#[test]
fn a_pool_is_named_by_what_is_known() {
    let change = example::change(example::token(Mode::On), &example::off());
    let unread = Transition { pool: Value::Unknown, ..change };
    let detail = only(&unread).detail;
    assert!(detail.starts_with("User pool eu-central-1_Ab12Cd34E requires MFA today."), "{detail}");
    assert!(detail.contains("for every user in a single apply"), "{detail}");
}

#[test]
fn users_are_counted_only_where_there_are_some() {
    let change = example::change(example::token(Mode::On), &example::off());
    for (users, said) in [(0, "turns it off for every user in"), (1, "for about 1 users"), (4_120, "for about 4,120 users")] {
        let detail = only(&example::on_pool(change.clone(), |pool| pool.estimated_users = users)).detail;
        assert!(detail.contains(said), "{users}: {detail}");
    }
}

#[test]
fn a_role_of_end_user_messaging_is_underlined_where_it_stands() {
    let messaging = crate::mfa::EndUserMessaging {
        caller_arn: example::ROLE.to_owned(),
        external_id: Some("prod-1".to_owned()),
        origination_identity: None,
        configuration_set_name: None,
        in_entity_id: None,
        in_template_id: None,
        region: None,
    };
    let sender = crate::mfa::SmsSender::EndUserMessaging(messaging);
    let sms = Some(crate::mfa::Sms { message: None, sender: Some(sender) });
    let wanted = Settings { mode: Mode::Optional, sms, ..Settings::UNTOUCHED };
    let role = Value::Known(example::role("cognito-idp.amazonaws.com", "prod-2"));
    let diagnostic = only(&Transition { role, ..example::change(example::off(), &wanted) });
    assert_eq!(diagnostic.path.unwrap().to_string(), "sms_configuration.eums_sms.external_id");
    assert!(diagnostic.detail.contains("    external_id = \"prod-2\""), "{}", diagnostic.detail);
}

#[test]
fn a_destroy_underlines_nothing_and_asks_for_the_waiver_first() {
    let change = example::change(example::token(Mode::On), &example::off());
    let diagnostic = only(&Transition { deletion: Some(Deletion::Off), ..change });
    assert_eq!(diagnostic.path, None);
    assert!(diagnostic.summary.ends_with("[required_to_off]"), "{}", diagnostic.summary);
    assert!(diagnostic.detail.contains("apply that before the destroy"), "{}", diagnostic.detail);
}

#[test]
fn every_text_keeps_the_form() {
    for rule in all() {
        for moment in [Moment::Plan, Moment::Apply] {
            for diagnostic in judge(&(rule.rejected)(), moment, &Policy::default()) {
                let Diagnostic { summary, detail, .. } = &diagnostic;
                let subject = (rule.rejected)().subject().unwrap();
                assert_eq!(*summary, format!("{}: {subject} [{}]", rule.summary, rule.name));
                let ending = format!("\n\nMore:\n{}\nor `terraform-provider-cognitomfa explain {}`", rule.link(), rule.name);
                assert!(detail.ends_with(&ending), "{detail}");
                assert!(detail.lines().all(|line| !line.starts_with(' ') || line.starts_with("    ")), "{detail}");
                assert!(!detail.contains("\n\n\n") && !detail.lines().any(|line| line.ends_with(' ')), "{detail}");
                assert!(!detail.to_lowercase().contains("please") && !detail.contains("invalid."), "{detail}");
            }
        }
    }
}

/// The same change of an object of another name.
fn of_another(change: Transition) -> Transition {
    let user_pool_id = change.user_pool_id.map(|_| "eu-central-1_Another1".to_owned());
    let role_deletion =
        change.role_deletion.clone().map(|deletion| crate::mfa::RoleDeletion { name: "another".to_owned(), ..deletion });
    Transition { user_pool_id, role_deletion, ..change }
}

#[test]
fn the_same_finding_about_two_objects_has_two_first_lines() {
    let mut checked = 0;
    for rule in all() {
        let waiver = |rule: &str| Waiver { rule: rule.to_owned(), reason: "x".to_owned(), expires: None };
        // One rule that is broken, and waivers of two that are not.
        let unneeded = ["email_on_lite_tier", "sms_spend_limit"].into_iter().filter(|name| *name != rule.name);
        let policy = Policy { waivers: unneeded.map(waiver).collect(), ..Policy::default() };
        let lines = |change: &Transition| -> Vec<String> {
            judge(change, Moment::Plan, &policy).into_iter().map(|found| found.summary).collect()
        };
        let (one, other) = (lines(&(rule.rejected)()), lines(&of_another((rule.rejected)())));
        let all: std::collections::BTreeSet<&String> = one.iter().chain(&other).collect();
        assert_eq!(all.len(), one.len() + other.len(), "command lines show one of each first line: {one:?} {other:?}");
        checked += all.len();
    }
    assert!(checked > 150, "{checked}");
}

/// The words of a rule's snapshot, line breaks and frame left aside, without the lines that show the configuration.
fn snapshot(name: &str) -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut paragraphs: Vec<&str> = text.trim_matches(['╷', '╵', '\n']).split("\n│\n").collect();
    if paragraphs[1].contains("  with cognitomfa_") {
        paragraphs.remove(1);
    }
    paragraphs.join(" ").split_whitespace().filter(|word| *word != "│").map(str::to_owned).collect()
}

#[test]
fn every_example_says_what_its_snapshot_shows() {
    for rule in all() {
        let diagnostic = only(&(rule.rejected)());
        let severity = if diagnostic.is_error() { "Error:" } else { "Warning:" };
        let said = format!("{severity} {} {}", diagnostic.summary, diagnostic.detail);
        assert_eq!(said.split_whitespace().collect::<Vec<_>>(), snapshot(rule.name), "{}", rule.name);
    }
}
