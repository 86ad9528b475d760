//! How loud a finding is: profile, `rules.severity`, standing, precedence, moment.

use std::collections::BTreeMap;

use crate::mfa::{Contest, Mode, PreferenceChange, RoleFacts, Settings, Transition};
use crate::rules::tests::{at_plan, names};
use crate::rules::{Level, Moment, Policy, Profile, Standing, Verdict, all, example, find, judge, judge_alone, judge_unchanged};
use crate::tf::{Diagnostic, Severity, Value};

fn with_profile(profile: Profile) -> Policy {
    Policy { profile, ..Policy::default() }
}

fn with_severity(rule: &str, level: Level) -> Policy {
    Policy { severity: BTreeMap::from([(rule.to_owned(), level)]), ..Policy::default() }
}

fn rejected(rule: &str) -> Transition {
    (find(rule).unwrap().rejected)()
}

fn severities(diagnostics: &[Diagnostic]) -> Vec<Severity> {
    diagnostics.iter().map(|diagnostic| diagnostic.severity).collect()
}

#[test]
fn each_profile_has_its_severities() {
    use Severity::{Error, Warning};
    const EVER: [Option<Severity>; 3] = [Some(Error); 3];
    const GUARDED: [Option<Severity>; 3] = [Some(Warning), Some(Error), Some(Error)];
    const CLASSIC: [Option<Severity>; 3] = [Some(Warning), Some(Warning), Some(Error)];
    const NEVER: [Option<Severity>; 3] = [Some(Warning); 3];
    let table = [
        ("changed_since_plan", EVER),
        ("two_managers", EVER),
        ("factors_with_mode_off", EVER),
        ("active_mode_without_factor", EVER),
        ("required_with_otp_first_factor", EVER),
        ("required_with_single_factor_passkey", EVER),
        ("required_to_off", GUARDED),
        ("sms_role_with_mode_off", GUARDED),
        ("off_to_required", [None, Some(Warning), Some(Error)]),
        ("aws_user_pool_will_reset", EVER),
        ("email_without_ses", EVER),
        ("email_with_email_only_recovery", EVER),
        ("email_on_lite_tier", GUARDED),
        ("passkey_factor_on_lite_tier", GUARDED),
        ("sms_role_in_other_account", EVER),
        ("sms_role_missing", GUARDED),
        ("sms_role_without_trust", EVER),
        ("sms_role_external_id_mismatch", EVER),
        ("sms_role_without_publish", EVER),
        ("sns_region_not_allowed", GUARDED),
        ("eums_not_in_region", GUARDED),
        ("sms_sender_switched", NEVER),
        ("phone_verification_with_mode_off", CLASSIC),
        ("phone_recovery_with_sms", CLASSIC),
        ("message_without_sender", NEVER),
        ("sign_in_weakened", NEVER),
        ("enrolled_factor_removed", NEVER),
        ("threat_protection_with_required", CLASSIC),
        ("recovery_through_mfa_channel", CLASSIC),
        ("sms_still_available", NEVER),
        ("remembered_devices_skip_mfa", NEVER),
        ("sms_required_without_phone_attribute", NEVER),
        ("relying_party_not_on_custom_domain", NEVER),
        ("passkey_without_required_verification", NEVER),
        ("sms_role_open_to_confused_deputy", NEVER),
        ("sms_sandbox", NEVER),
        ("sms_spend_limit", NEVER),
        ("sms_without_origination_identity", NEVER),
        ("preference_not_exclusive", GUARDED),
        ("preference_for_unavailable_factor", EVER),
        ("preference_without_pool_factor", GUARDED),
        ("preference_off_while_required", GUARDED),
        ("restore_weakens", GUARDED),
        ("sms_role_in_use", NEVER),
        ("destroy_prevented", EVER),
        ("destroy_turns_off", NEVER),
        ("destroy_retains", NEVER),
        ("last_factor_kept", NEVER),
    ];
    assert_eq!(table.map(|(rule, _)| rule).as_slice(), crate::rules::NAMES);
    for (rule, levels) in table {
        for (profile, severity) in Profile::ALL.into_iter().zip(levels) {
            let reported = judge(&rejected(rule), Moment::Plan, &with_profile(profile));
            assert_eq!(severities(&reported), Vec::from_iter(severity), "{rule} in {}", profile.as_str());
        }
    }
}

#[test]
fn severity_lowers_and_raises_what_is_not_fixed() {
    for rule in all() {
        let fixed = matches!(rule.evidence.standing, Standing::Api | Standing::Integrity);
        let lowered = judge(&(rule.rejected)(), Moment::Apply, &with_severity(rule.name, Level::Warning));
        let expected = if fixed { Severity::Error } else { Severity::Warning };
        assert_eq!(severities(&lowered), [expected], "{} lowered", rule.name);
        let raised = judge(&(rule.rejected)(), Moment::Apply, &with_severity(rule.name, Level::Error));
        assert_eq!(severities(&raised), [Severity::Error], "{} raised", rule.name);
        let off = judge(&(rule.rejected)(), Moment::Apply, &with_severity(rule.name, Level::Off));
        assert_eq!(names(&off).contains(&rule.name.to_owned()), fixed, "{} off", rule.name);
    }
}

#[test]
fn what_only_warns_in_a_plan_refuses_at_apply() {
    let change = rejected("sms_role_in_use");
    assert_eq!(severities(&judge(&change, Moment::Plan, &Policy::default())), [Severity::Warning]);
    assert_eq!(severities(&judge(&change, Moment::Apply, &Policy::default())), [Severity::Error]);
}

#[test]
fn two_managers_are_refused_by_the_plan_unless_neither_of_them_writes() {
    for (contest, expected) in [
        (Contest::Held, Severity::Error),
        (Contest::Ending, Severity::Error),
        (Contest::Ended, Severity::Error),
        (Contest::Idle, Severity::Warning),
    ] {
        let mut change = rejected("two_managers");
        change.rivals[0].contest = contest;
        assert_eq!(severities(&judge(&change, Moment::Plan, &Policy::default())), [expected], "{contest:?}");
        assert_eq!(severities(&judge_unchanged(&change, &Policy::default())), [expected], "{contest:?}");
    }
}

#[test]
fn a_capped_finding_only_warns_and_can_be_turned_off() {
    let elsewhere = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":
        {"StringEquals":{"sts:ExternalId":"prod-1","aws:SourceAccount":"999988887777"}}}}"#;
    let without_id = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":
        {"StringEquals":{"aws:SourceAccount":"111122223333"}}}}"#;
    for (rule, trust_policy) in [("sms_role_without_trust", elsewhere), ("sms_role_external_id_mismatch", without_id)] {
        let role = RoleFacts::found(example::ROLE, trust_policy).with_permissions(example::may_send());
        let change = Transition { role: Value::Known(role), ..example::change(example::off(), &example::sms(Mode::Optional)) };
        let reported = judge(&change, Moment::Apply, &with_severity(rule, Level::Error));
        assert_eq!((names(&reported), severities(&reported)), (vec![rule.to_owned()], vec![Severity::Warning]));
        assert!(!reported[0].detail.contains("AWS refuses"), "{}", reported[0].detail);
        assert!(reported[0].detail.contains("To go on without this warning, record why"), "{}", reported[0].detail);
        assert_eq!(judge(&change, Moment::Apply, &with_severity(rule, Level::Off)), []);
    }
}

#[test]
fn one_mistake_gives_one_error() {
    let both = Settings { token_enabled: Some(true), ..example::sms(Mode::On) };
    let off_with_factors = Settings { mode: Mode::Off, ..both.clone() };
    assert_eq!(names(&at_plan(&example::change(both.clone(), &off_with_factors))), ["factors_with_mode_off"]);
    assert_eq!(names(&at_plan(&example::change(both.clone(), &example::off()))), ["required_to_off", "sms_role_with_mode_off"]);
    let nothing = Settings { mode: Mode::Optional, ..Settings::UNTOUCHED };
    assert_eq!(names(&at_plan(&example::change(both, &nothing))), ["active_mode_without_factor"]);
}

#[test]
fn a_silenced_rule_speaks_for_nobody() {
    let change = rejected("required_to_off");
    let silenced = judge(&change, Moment::Plan, &with_severity("required_to_off", Level::Off));
    assert_eq!(names(&silenced), ["sign_in_weakened"]);
}

#[test]
fn a_quieter_finding_does_not_hide_a_louder_one() {
    let trust_policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":
        {"StringEquals":{"sts:ExternalId":"prod-2","aws:SourceAccount":"999988887777"}}}}"#;
    let role = RoleFacts::found(example::ROLE, trust_policy).with_permissions(example::may_send());
    let change = Transition { role: Value::Known(role), ..example::change(example::off(), &example::sms(Mode::Optional)) };
    assert_eq!(names(&at_plan(&change)), ["sms_role_without_trust", "sms_role_external_id_mismatch"]);
}

#[test]
fn validate_reports_refusals_of_the_api_only() {
    for rule in all() {
        let change = Transition { deletion: None, removal: None, drift: Vec::new(), rivals: Vec::new(), ..(rule.rejected)() };
        let reported = names(&judge(&change, Moment::Validate, &Policy::default()));
        let expected: &[&str] = if rule.evidence.standing == Standing::Api { &[rule.name] } else { &[] };
        assert_eq!(reported, expected, "{}", rule.name);
    }
}

#[test]
fn a_configuration_alone_is_enough_for_the_two_rules_about_factors() {
    for rule in ["factors_with_mode_off", "active_mode_without_factor"] {
        let unread = Value::Unknown;
        let change = Transition {
            user_pool_id: Value::Unknown,
            live: Value::Unknown,
            pool: Value::Unknown,
            role: unread,
            ..rejected(rule)
        };
        assert!(matches!((find(rule).unwrap().check)(&change), Verdict::Broken(_)), "{rule}");
        assert_eq!(names(&judge(&change, Moment::Validate, &Policy::default())), [rule]);
    }
}

#[test]
fn what_needs_nothing_read_is_said_of_the_configuration_alone() {
    let mut said = Vec::new();
    for rule in all() {
        let example = rejected(rule.name);
        let preference = example.preference.clone().map(|preference| PreferenceChange { user: Value::Unknown, ..preference });
        let nothing = Transition::of(&example.user_pool_id, Value::Unknown, example.request.clone());
        let alone = Transition { preference, ..nothing };
        let names = names(&judge_alone(&alone, &Policy::default()));
        let is_broken = matches!((rule.check)(&alone), Verdict::Broken(_)) && rule.evidence.standing != Standing::Api;
        assert_eq!(names.iter().any(|name| name == rule.name), is_broken, "{}: {names:?}", rule.name);
        said.extend(names);
        assert_eq!(judge_alone(&alone, &with_severity(rule.name, Level::Off)), [], "{}", rule.name);
    }
    let expected = [
        "sns_region_not_allowed",
        "eums_not_in_region",
        "message_without_sender",
        "passkey_without_required_verification",
        "preference_not_exclusive",
    ];
    assert_eq!(said, expected);
}

#[test]
fn an_adopted_pool_is_judged_by_what_it_has() {
    let change = example::change(example::token(Mode::On), &example::off());
    assert_eq!(names(&at_plan(&change)), ["required_to_off"]);
}

#[test]
fn a_disabled_token_is_no_factor() {
    let disabled = |mode| Settings { mode, token_enabled: Some(false), ..Settings::UNTOUCHED };
    assert_eq!(names(&at_plan(&example::change(example::off(), &disabled(Mode::On)))), ["active_mode_without_factor"]);
    assert_eq!(at_plan(&example::change(example::off(), &disabled(Mode::Off))), []);
}

#[test]
fn of_a_plan_without_a_change_only_what_others_do_is_said() {
    let policy = Policy::default();
    assert_eq!(names(&judge_unchanged(&rejected("two_managers"), &policy)), ["two_managers"]);
    assert_eq!(judge_unchanged(&rejected("required_to_off"), &policy), []);
}
