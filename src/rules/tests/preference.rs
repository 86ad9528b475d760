//! Rules about one user and rules about the pool keep to their own changes.

use crate::mfa::{
    Answer, Factor, FactorConfiguration, FactorPreference, Mode, Preference, Settings, Transition, UserVerification,
};
use crate::rules::tests::domain::{self, Dice};
use crate::rules::tests::{at_plan, names};
use crate::rules::{Verdict, all, example, find};
use crate::tf::Value::{self, Known};

fn is_about_users(name: &str) -> bool {
    name.starts_with("preference_")
}

#[test]
fn only_rules_about_users_judge_a_preference() {
    let mut dice = Dice::new(40);
    let mut broken = 0;
    for _ in 0..2_000 {
        let pool = domain::change(&mut dice);
        let change = domain::preferring(pool, &mut dice);
        for rule in all() {
            let verdict = (rule.check)(&change);
            assert!(is_about_users(rule.name) || verdict == Verdict::Holds, "{} says {verdict:?} of {change:?}", rule.name);
            broken += usize::from(matches!(verdict, Verdict::Broken(_)));
        }
    }
    assert!(broken > 100, "{broken} verdicts");
}

#[test]
fn no_rule_about_users_judges_a_change_of_the_pool() {
    let mut dice = Dice::new(41);
    let of_pool = |change: Transition| Transition { preference: None, ..change };
    assert!(all().iter().filter(|rule| is_about_users(rule.name)).count() >= 4);
    for change in domain::plain().into_iter().chain((0..1_000).map(|_| of_pool(domain::change(&mut dice)))) {
        for rule in all().iter().filter(|rule| is_about_users(rule.name)) {
            assert_eq!((rule.check)(&change), Verdict::Holds, "{} of {change:?}", rule.name);
        }
    }
}

#[test]
fn what_a_pool_that_is_off_or_without_the_factor_has_is_said() {
    let sms = || example::preferring(Preference { sms: example::block(true, false), ..Preference::default() });
    let on_pool = |settings: Settings| Transition { live: Known(settings), ..sms() };
    let off = at_plan(&on_pool(example::off()));
    assert_eq!(names(&off), ["preference_without_pool_factor"]);
    assert!(off[0].detail.contains("has MFA turned off, and this enables SMS for the user"), "{}", off[0].detail);
    let token = at_plan(&on_pool(example::token(Mode::On)));
    assert!(token[0].detail.contains("has authenticator app only"), "{}", token[0].detail);
    assert_eq!(at_plan(&on_pool(example::sms(Mode::On))), []);
}

#[test]
fn passkeys_need_the_pool_and_another_factor() {
    let passkeys = Preference { passkey: Known(true), ..Preference::default() };
    let alone = at_plan(&example::preferring(passkeys.clone()));
    assert_eq!(names(&alone), ["preference_for_unavailable_factor", "preference_without_pool_factor"]);
    assert!(!alone[0].is_error() && alone[1].is_error());
    let has_sms = |wanted: Preference| {
        let change = example::of_user(example::preferring(wanted), |user| user.factors = vec!["SMS_MFA".to_owned()]);
        names(&at_plan(&change)).contains(&"preference_for_unavailable_factor".to_owned())
    };
    assert!(!has_sms(passkeys.clone()));
    assert!(has_sms(Preference { sms: example::block(false, false), ..passkeys.clone() }));
    let beside = Preference { sms: example::block(true, false), ..passkeys };
    let live = example::with_passkeys(example::sms(Mode::Optional), UserVerification::Required);
    let multi = Transition { live: Known(live.clone()), ..example::preferring(beside.clone()) };
    assert_eq!(at_plan(&multi), []);
    let single = live
        .web_authn
        .map(|passkeys| crate::mfa::WebAuthn { factor_configuration: Some(FactorConfiguration::SingleFactor), ..passkeys });
    let single = Transition { live: Known(Settings { web_authn: single, ..example::sms(Mode::Optional) }), ..multi };
    assert_eq!(names(&at_plan(&single)), ["preference_without_pool_factor"]);
}

#[test]
fn an_authenticator_app_that_nobody_can_see_is_not_judged() {
    let token = example::preferring(Preference { token: example::block(true, true), ..Preference::default() });
    assert_eq!(at_plan(&token), []);
}

#[test]
fn a_preferred_factor_is_enabled() {
    let change = example::preferring(Preference { sms: example::block(false, true), ..Preference::default() });
    let reported = at_plan(&change);
    assert_eq!(names(&reported), ["preference_not_exclusive"]);
    assert!(reported[0].detail.contains("sms_mfa_settings = { enabled = false }"), "{}", reported[0].detail);
}

#[test]
fn a_user_that_is_not_there_yet_leaves_open_what_it_lacks() {
    let mut change = (find("preference_for_unavailable_factor").unwrap().rejected)();
    if let Some(preference) = &mut change.preference {
        preference.user = Value::Unknown;
    }
    assert_eq!((find("preference_for_unavailable_factor").unwrap().check)(&change), Verdict::Undecided);
    assert_eq!(at_plan(&change), []);
}

#[test]
fn a_factor_the_user_never_had_is_not_disabled() {
    let absent = example::preferring(Preference { sms: example::block(false, false), ..Preference::default() });
    let required = Transition { live: Known(example::sms(Mode::On)), ..absent };
    assert_eq!(at_plan(&required), []);
    let has = example::of_user(required, |user| user.factors = vec![Factor::Sms.user_setting().to_owned()]);
    assert_eq!(names(&at_plan(&has)), ["preference_off_while_required"]);
}

#[test]
fn a_destroy_underlines_nothing() {
    let mut change = (find("preference_off_while_required").unwrap().rejected)();
    if let Some(preference) = &mut change.preference {
        preference.is_destroy = true;
    }
    let reported = at_plan(&change);
    assert_eq!((names(&reported), reported[0].path.clone()), (vec!["preference_off_while_required".to_owned()], None));
    assert!(reported[0].detail.contains("apply that before the destroy"), "{}", reported[0].detail);
}

#[test]
fn one_enabled_factor_may_be_preferred_whichever_it_is() {
    let rule = find("preference_not_exclusive").unwrap();
    let preferring = |blocks: [Value<FactorPreference>; 3]| {
        let [token, sms, email] = blocks;
        (rule.check)(&example::preferring(Preference { token, sms, email, ..Preference::default() }))
    };
    let (preferred, enabled, disabled) = (example::block(true, true), example::block(true, false), example::block(false, true));
    for one in 0..3 {
        let mut alone = [(); 3].map(|()| enabled.clone());
        alone[one] = preferred.clone();
        assert_eq!(preferring(alone.clone()), Verdict::Holds, "{one} alone");
        for other in (0..3).filter(|other| *other != one) {
            let mut both = alone.clone();
            both[other] = preferred.clone();
            assert!(matches!(preferring(both), Verdict::Broken(_)), "{one} and {other}");
        }
        alone[one] = disabled.clone();
        let Verdict::Broken(finding) = preferring(alone) else { panic!("{one} is preferred and disabled") };
        assert!(finding.found.contains("in a block that disables it"), "{}", finding.found);
    }
    let accepted = (rule.accepted)().preference.unwrap().wanted;
    assert_eq!([accepted.prefers(Factor::SoftwareToken), accepted.prefers(Factor::Sms)], [Answer::Yes, Answer::No]);
}

#[test]
fn the_attribute_that_a_user_lacks_is_the_one_that_is_named() {
    let rule = find("preference_for_unavailable_factor").unwrap();
    let found = |phone: bool, email: bool| {
        let (sms, mail) = (example::block(true, true), example::block(true, false));
        let change = example::preferring(Preference { sms, email: mail, ..Preference::default() });
        (rule.check)(&example::of_user(change, |user| (user.has_phone_number, user.has_email) = (phone, email)))
    };
    let names = |verdict: Verdict, attribute: &str, path: &str| {
        let Verdict::Broken(finding) = verdict else { panic!("{attribute} is not missed") };
        assert!(finding.path.to_string().starts_with(path), "{}", finding.path);
        assert!(finding.found.contains(attribute), "{}", finding.found);
    };
    names(found(false, true), "phone_number", "sms_mfa_settings");
    names(found(true, false), "email", "email_mfa_settings");
    names(found(false, false), "phone_number", "sms_mfa_settings");
    assert_eq!(found(true, true), Verdict::Holds);
}
