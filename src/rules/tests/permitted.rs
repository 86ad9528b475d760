//! What AWS accepts is never an error in profile `aws`; the other profiles stop only what they say.

use crate::mfa::{FactorConfiguration, Mode, Settings, Transition, UserVerification, WebAuthn};
use crate::rules::tests::names;
use crate::rules::{Moment, Policy, Profile, example, judge};
use crate::tf::Diagnostic;

/// The rules that stop a change in one profile.
fn errors(change: &Transition, profile: Profile) -> Vec<String> {
    let reported = judge(change, Moment::Plan, &Policy { profile, ..Policy::default() });
    names(&reported.into_iter().filter(Diagnostic::is_error).collect::<Vec<_>>())
}

/// Nothing stops the change in profile `aws`, and exactly these rules do in the others.
fn permitted(change: &Transition, guarded: &[&str], classic: &[&str]) {
    assert_eq!(errors(change, Profile::Aws), [""; 0], "aws: {change:?}");
    assert_eq!(errors(change, Profile::Guarded), guarded, "guarded: {change:?}");
    assert_eq!(errors(change, Profile::Classic), classic, "classic: {change:?}");
}

fn passkeys(factor_configuration: Option<FactorConfiguration>) -> Option<WebAuthn> {
    let relying_party_id = Some("login.example.com".to_owned());
    Some(WebAuthn { relying_party_id, user_verification: Some(UserVerification::Preferred), factor_configuration })
}

fn first_factors(change: Transition, factors: &[&str]) -> Transition {
    example::on_pool(change, |pool| pool.first_factors = factors.iter().map(|factor| (*factor).to_owned()).collect())
}

const MULTI: Option<FactorConfiguration> = Some(FactorConfiguration::MultiFactorWithUserVerification);

#[test]
fn m04_passkeys_beside_off() {
    for factor in [None, Some(FactorConfiguration::SingleFactor), MULTI] {
        let wanted = Settings { web_authn: passkeys(factor), ..example::off() };
        permitted(&example::change(example::off(), &wanted), &[], &[]);
        permitted(&example::change(example::token(Mode::Optional), &wanted), &[], &[]);
    }
}

#[test]
fn m06_sms_beside_a_disabled_token() {
    for mode in [Mode::Optional, Mode::On] {
        let wanted = Settings { token_enabled: Some(false), ..example::sms(mode) };
        permitted(&example::change(example::sms(Mode::Optional), &wanted), &[], &[]);
    }
}

#[test]
fn m10_every_step_between_two_modes() {
    for (from, to) in [(Mode::Off, Mode::Optional), (Mode::Optional, Mode::On), (Mode::On, Mode::Optional)] {
        let live = if from == Mode::Off { example::off() } else { example::token(from) };
        permitted(&example::change(live, &example::token(to)), &[], &[]);
    }
    permitted(&example::change(example::token(Mode::Optional), &example::off()), &[], &[]);
}

#[test]
fn t03_optional_beside_a_sign_in_by_code() {
    for code in ["EMAIL_OTP", "SMS_OTP"] {
        let change = example::change(example::off(), &example::token(Mode::Optional));
        permitted(&first_factors(change, &["PASSWORD", code]), &[], &[]);
        let off = example::change(example::token(Mode::Optional), &example::off());
        permitted(&first_factors(off, &["PASSWORD", code]), &[], &[]);
    }
}

#[test]
fn s13_sms_left_out_on_a_pool_that_has_a_sender() {
    for mode in [Mode::Optional, Mode::On] {
        permitted(&example::change(example::sms(Mode::Optional), &example::token(mode)), &[], &[]);
    }
}

#[test]
fn s14_l03_off_beside_an_sms_role() {
    let stopped = ["sms_role_with_mode_off"];
    permitted(&example::change(example::sms(Mode::Optional), &example::off()), &stopped, &stopped);
    permitted(&example::change(example::sms(Mode::Off), &example::off()), &[], &[]);
}

#[test]
fn e10_sign_in_by_email_code_with_the_default_sender() {
    let change = first_factors(example::change(example::off(), &example::off()), &["PASSWORD", "EMAIL_OTP"]);
    permitted(&example::on_pool(change, |pool| pool.email_sending_account = Some("COGNITO_DEFAULT".to_owned())), &[], &[]);
}

#[test]
fn w06_two_factor_passkeys_that_prefer_verification() {
    let wanted = example::with_passkeys(example::token(Mode::On), UserVerification::Preferred);
    let change = example::change(example::token(Mode::Optional), &wanted);
    permitted(&change, &[], &[]);
    permitted(&first_factors(change, &["PASSWORD", "WEB_AUTHN"]), &[], &[]);
}

#[test]
fn w07_one_factor_passkeys_that_no_sign_in_begins_with() {
    let wanted = Settings { web_authn: passkeys(None), ..example::token(Mode::On) };
    permitted(&example::change(example::token(Mode::Optional), &wanted), &[], &[]);
}

#[test]
fn l01_straight_from_off_to_on() {
    permitted(&example::change(example::off(), &example::token(Mode::On)), &[], &["off_to_required"]);
}

#[test]
fn l02_straight_from_on_to_off() {
    permitted(&example::change(example::token(Mode::On), &example::off()), &["required_to_off"], &["required_to_off"]);
}
