//! Waivers: what they allow, put off and cannot do, and what is said of them.

use time::macros::date;

use crate::mfa::{Deletion, Mode, Preference, Transition};
use crate::rules::tests::names;
use crate::rules::{Level, Moment, Policy, Waiver, example, find, judge};
use crate::tf::{Path, Value};

fn waiving(rule: &str) -> Policy {
    let waiver = Waiver { rule: rule.to_owned(), reason: "SEC-1".to_owned(), expires: None };
    Policy { waivers: vec![waiver], today: date!(2026 - 11 - 22), ..Policy::default() }
}

fn rejected(rule: &str) -> Transition {
    (find(rule).unwrap().rejected)()
}

#[test]
fn a_guard_is_allowed_at_plan_and_at_apply() {
    for moment in [Moment::Plan, Moment::Apply] {
        assert_eq!(names(&judge(&rejected("required_to_off"), moment, &waiving("required_to_off"))), ["sign_in_weakened"]);
        assert_eq!(judge(&rejected("sign_in_weakened"), moment, &waiving("sign_in_weakened")), []);
        assert_eq!(judge(&rejected("destroy_prevented"), moment, &waiving("destroy_prevented")), []);
    }
}

#[test]
fn a_refusal_of_the_api_is_put_off_to_apply_and_judged_there() {
    let rule = "sms_role_without_trust";
    assert_eq!(judge(&rejected(rule), Moment::Validate, &waiving(rule)), []);
    let at_plan = judge(&rejected(rule), Moment::Plan, &waiving(rule));
    assert_eq!(names(&at_plan), [rule]);
    assert!(!at_plan[0].is_error() && at_plan[0].detail.contains("(SEC-1)"), "{}", at_plan[0].detail);
    let at_apply = judge(&rejected(rule), Moment::Apply, &waiving(rule));
    assert!(at_apply[0].is_error() && !at_apply[0].detail.contains("waiver"), "{}", at_apply[0].detail);
}

#[test]
fn integrity_cannot_be_waived() {
    let reported = judge(&rejected("changed_since_plan"), Moment::Apply, &waiving("changed_since_plan"));
    assert_eq!(names(&reported), ["changed_since_plan", "This rule cannot be waived"]);
    assert!(reported.iter().all(crate::tf::Diagnostic::is_error));
}

#[test]
fn an_unknown_rule_is_an_error_that_names_close_ones() {
    for moment in [Moment::Validate, Moment::Plan, Moment::Apply] {
        let reported = judge(&(find("required_to_off").unwrap().rejected)(), moment, &waiving("require_to_off"));
        let last = reported.last().unwrap();
        assert!(last.is_error() && last.detail.contains("`required_to_off`"), "{}", last.detail);
        assert_eq!(last.path, Some(Path::root("waivers")));
    }
}

#[test]
fn a_waiver_counts_on_its_last_day_and_not_after() {
    let mut policy = waiving("sign_in_weakened");
    policy.waivers[0].expires = Some(policy.today);
    assert_eq!(judge(&rejected("sign_in_weakened"), Moment::Plan, &policy), []);
    policy.today = policy.today.next_day().unwrap();
    for moment in [Moment::Plan, Moment::Apply] {
        let reported = judge(&rejected("sign_in_weakened"), moment, &policy);
        assert_eq!(names(&reported), ["sign_in_weakened", "A waiver has expired"]);
        assert!(reported[1].detail.contains("2026-11-22") && !reported[1].is_error(), "{}", reported[1].detail);
    }
    assert_eq!(judge(&rejected("sign_in_weakened"), Moment::Validate, &policy), []);
    let needless = example::change(example::token(Mode::Optional), &example::token(Mode::On));
    assert_eq!(names(&judge(&needless, Moment::Plan, &policy)), ["A waiver has expired"]);
    assert_eq!(judge(&needless, Moment::Apply, &policy), []);
}

#[test]
fn a_waiver_that_is_not_needed_warns_in_a_plan_with_a_change_only() {
    let policy = waiving("required_to_off");
    let change = example::change(example::token(Mode::Optional), &example::token(Mode::On));
    assert_eq!(names(&judge(&change, Moment::Plan, &policy)), ["A waiver is not needed"]);
    assert_eq!(judge(&change, Moment::Apply, &policy), []);
    assert_eq!(judge(&change, Moment::Validate, &policy), []);
    assert_eq!(judge(&Transition { request: Value::Null, ..change.clone() }, Moment::Plan, &policy), []);
    let undecided = Transition { live: Value::Unknown, request: Value::Unknown, ..change.clone() };
    assert_eq!(judge(&undecided, Moment::Plan, &policy), []);
    let destroy = Transition { deletion: Some(Deletion::Off), ..example::change(example::off(), &example::off()) };
    assert_eq!(judge(&destroy, Moment::Plan, &policy), []);
}

#[test]
fn a_waiver_on_a_preference_may_be_left_over_for_its_destroy() {
    let policy = waiving("required_to_off");
    let mut change = example::preferring(Preference { sms: example::block(true, false), ..Preference::default() });
    assert_eq!(names(&judge(&change, Moment::Plan, &policy)), ["A waiver is not needed"]);
    change.preference.as_mut().unwrap().is_destroy = true;
    assert_eq!(judge(&change, Moment::Plan, &policy), []);
}

#[test]
fn a_waiver_of_a_rule_that_another_speaks_for_is_needed() {
    let reported = judge(&rejected("required_to_off"), Moment::Plan, &waiving("sign_in_weakened"));
    assert_eq!(names(&reported), ["required_to_off"]);
}

#[test]
fn the_provider_block_can_refuse_all_waivers() {
    let policy = Policy { allow_waivers: false, ..waiving("required_to_off") };
    let reported = judge(&rejected("required_to_off"), Moment::Plan, &policy);
    assert_eq!(names(&reported), ["required_to_off", "Waivers are not allowed by the provider block"]);
    assert!(reported.iter().all(crate::tf::Diagnostic::is_error));
    assert!(!reported[0].detail.contains("waivers = ["), "{}", reported[0].detail);
    assert!(reported[1].detail.contains("`rules.allow_waivers = false`"), "{}", reported[1].detail);
    let change = example::change(example::token(Mode::Optional), &example::token(Mode::On));
    assert_eq!(names(&judge(&change, Moment::Plan, &policy)), ["Waivers are not allowed by the provider block"]);
    let none = Policy { waivers: Vec::new(), ..policy };
    assert_eq!(judge(&change, Moment::Plan, &none), []);
}

#[test]
fn a_waiver_beside_a_rule_that_is_off_is_harmless() {
    let mut policy = waiving("sign_in_weakened");
    policy.severity.insert("sign_in_weakened".to_owned(), Level::Off);
    assert_eq!(judge(&rejected("sign_in_weakened"), Moment::Plan, &policy), []);
}
