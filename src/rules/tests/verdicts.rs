//! Cases of single rules beyond their examples.

use crate::mfa::{Deletion, Email, Mode, Settings, SmsSender, SnsSender, Transition};
use crate::rules::tests::{at_plan, names};
use crate::rules::{Verdict, example, find};
use crate::tf::Value;

fn verdict(rule: &str, change: &Transition) -> Verdict {
    (find(rule).unwrap().check)(change)
}

fn with_pool_role(change: Transition, caller_arn: &str) -> Transition {
    let sns = SnsSender { caller_arn: caller_arn.to_owned(), external_id: None, region: None };
    let pool = change.pool.map(|pool| crate::mfa::PoolFacts { sms_sender: Some(SmsSender::Sns(sns)), ..pool });
    Transition { pool, ..change }
}

#[test]
fn a_role_only_on_the_pool_counts_and_a_nameless_one_does_not() {
    let change = || example::change(example::token(Mode::Optional), &example::off());
    let kept = with_pool_role(change(), "arn:aws:iam::111122223333:role/kept");
    assert_eq!(names(&at_plan(&kept)), ["sms_role_with_mode_off"]);
    assert!(at_plan(&kept)[0].detail.contains("arn:aws:iam::111122223333:role/kept"));
    assert_eq!(verdict("sms_role_with_mode_off", &with_pool_role(change(), "")), Verdict::Holds);
}

#[test]
fn without_the_pools_facts_a_missing_sms_block_proves_nothing() {
    let unread = Transition { pool: Value::Unknown, ..example::change(example::token(Mode::Optional), &example::off()) };
    assert_eq!(verdict("sms_role_with_mode_off", &unread), Verdict::Undecided);
    let seen = Transition { pool: Value::Unknown, ..example::change(example::sms(Mode::Optional), &example::off()) };
    assert!(matches!(verdict("sms_role_with_mode_off", &seen), Verdict::Broken(_)));
}

#[test]
fn email_on_a_pool_that_requires_mfa_weakens_it() {
    let with_email = |mode| Settings { email: Some(Email::default()), ..example::token(mode) };
    let change = |mode| example::change(example::token(mode), &with_email(mode));
    let reported = at_plan(&change(Mode::On));
    assert_eq!(names(&reported), ["sign_in_weakened"]);
    assert!(reported[0].detail.contains("    after   ON        authenticator app, email  AAL1"), "{}", reported[0].detail);
    assert_eq!(at_plan(&change(Mode::Optional)), []);
    let back = at_plan(&example::change(with_email(Mode::On), &example::token(Mode::On)));
    assert_eq!(names(&back), ["enrolled_factor_removed"]);
}

#[test]
fn a_destroy_is_judged_by_what_it_sends() {
    let destroy = |live: Settings, deletion| {
        let change = example::change(live, &example::off());
        let request = if deletion == Deletion::Off { change.request.clone() } else { Value::Null };
        names(&at_plan(&Transition { deletion: Some(deletion), request, ..change }))
    };
    assert_eq!(destroy(example::sms(Mode::On), Deletion::Off), ["required_to_off", "sms_role_with_mode_off"]);
    assert_eq!(destroy(example::sms(Mode::Optional), Deletion::Off), ["sms_role_with_mode_off"]);
    assert_eq!(destroy(example::token(Mode::Optional), Deletion::Off), ["destroy_turns_off"]);
    assert_eq!(destroy(example::sms(Mode::On), Deletion::Retain), ["destroy_retains"]);
    assert_eq!(destroy(example::sms(Mode::Off), Deletion::Retain), [""; 0]);
    assert_eq!(destroy(example::sms(Mode::On), Deletion::Prevent), ["destroy_prevented"]);
}

#[test]
fn a_last_factor_that_goes_away_is_named() {
    let nothing = Settings { mode: Mode::On, ..Settings::UNTOUCHED };
    let detail = at_plan(&example::change(example::sms(Mode::On), &nothing)).remove(0).detail;
    assert!(detail.contains("would lose its last factor, SMS."), "{detail}");
}
