//! What AWS is known to accept: the sandbox accepts it, and no rule stops it in profile `aws`.

use cognitomfa::mfa::{Email, Mode, Settings, Step, UserVerification, WebAuthn};
use cognitomfa::rules::{Moment, Policy, Profile, judge};
use cognitomfa::tf::Diagnostic;
use serde_json::{Value as Json, json};

use crate::differential::account::{Account, Reading, role_arn};
use crate::differential::change::Change;
use crate::differential::priors::{Factors, MULTI, SINGLE, Service, asked, passkeys};

/// A pool with these members beside its name, and with these settings where there are any.
fn pool(members: Json, live: Option<&Settings>) -> (Account, String) {
    let mut account = Account::with_sms_role("us-east-1");
    let mut input = json!({ "PoolName": "users" });
    input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let created = account.cognito("CreateUserPool", input).expect("the pool is well formed");
    let pool = created["UserPool"]["Id"].as_str().unwrap().to_owned();
    if let Some(live) = live {
        account.set(&pool, live).expect("the settings before are accepted");
    }
    (account, pool)
}

/// Neither the sandbox nor a rule of profile `aws` stops the way to these settings.
#[track_caller]
fn permitted((mut account, pool): (Account, String), wanted: &Settings) {
    let (live, facts) = (account.settings(&pool), account.pool_facts(&pool));
    let role = account.role_facts(&role_arn(), Reading::Documents);
    let change = Change::plan(&pool, &live, &facts, &role, wanted).expect("it is a change");
    let policy = Policy { profile: Profile::Aws, ..Policy::default() };
    for moment in [Moment::Validate, Moment::Plan, Moment::Apply] {
        let errors: Vec<Diagnostic> =
            judge(&change.transition, moment, &policy).into_iter().filter(Diagnostic::is_error).collect();
        assert!(errors.is_empty(), "{moment:?}: {errors:#?}");
    }
    // As planned, and as written: a token that is not enabled is left out of the plan's request.
    for steps in [change.steps, vec![Step::SetUserPoolMfaConfig(wanted.clone())]] {
        let outcome = account.clone().take(&pool, &steps);
        assert!(outcome.is_ok(), "{steps:?}: {}", outcome.unwrap_err().message);
    }
}

fn token(mode: Mode) -> Settings {
    asked(mode, Factors::numbered(1), None, None)
}

fn sms(mode: Mode) -> Settings {
    asked(mode, Factors::numbered(2), Some(Service::Sns), None)
}

fn first_factors(names: &[&str]) -> Json {
    json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": names } } })
}

#[test]
fn m04_off_with_passkeys() {
    for factor in [SINGLE, MULTI] {
        permitted(pool(json!({}), None), &Settings { web_authn: Some(passkeys(factor)), ..Settings::UNTOUCHED });
        let live = token(Mode::On);
        permitted(pool(json!({}), Some(&live)), &Settings { web_authn: Some(passkeys(factor)), ..Settings::UNTOUCHED });
    }
}

#[test]
fn m06_sms_beside_a_disabled_token() {
    for mode in [Mode::Optional, Mode::On] {
        permitted(pool(json!({}), None), &Settings { token_enabled: Some(false), ..sms(mode) });
    }
}

#[test]
fn m10_l01_l02_every_step_between_two_modes() {
    for from in Mode::ALL {
        for to in Mode::ALL.into_iter().filter(|to| *to != from) {
            for factor in [token as fn(Mode) -> Settings, sms] {
                let live = (from != Mode::Off).then(|| factor(from));
                let wanted = if to == Mode::Off { Settings::UNTOUCHED } else { factor(to) };
                permitted(pool(json!({}), live.as_ref()), &wanted);
            }
        }
    }
}

#[test]
fn t03_optional_beside_a_sign_in_by_code() {
    permitted(pool(first_factors(&["PASSWORD", "EMAIL_OTP"]), None), &token(Mode::Optional));
    let sms_sender = json!({ "SnsCallerArn": role_arn(), "ExternalId": "outside" });
    let mut members = first_factors(&["PASSWORD", "SMS_OTP"]);
    members["SmsConfiguration"] = sms_sender;
    permitted(pool(members, None), &token(Mode::Optional));
}

#[test]
fn s13_the_token_alone_on_a_pool_with_an_sms_role() {
    for mode in [Mode::Optional, Mode::On] {
        permitted(pool(json!({}), Some(&sms(Mode::Optional))), &Settings { web_authn: Some(passkeys(SINGLE)), ..token(mode) });
    }
}

#[test]
fn s14_l03_off_with_an_sms_role() {
    for mode in [Mode::Optional, Mode::On] {
        permitted(pool(json!({}), Some(&sms(mode))), &Settings::UNTOUCHED);
    }
}

#[test]
fn e10_sign_in_by_email_without_an_own_sender() {
    let members = first_factors(&["PASSWORD", "EMAIL_OTP"]);
    permitted(pool(members, None), &Settings { web_authn: Some(passkeys(SINGLE)), ..Settings::UNTOUCHED });
}

#[test]
fn e03_email_with_two_ways_to_recover() {
    let members = json!({
        "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com" },
        "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": "verified_phone_number", "Priority": 2 }, { "Name": "verified_email", "Priority": 1 } ] },
    });
    permitted(pool(members, None), &Settings { email: Some(Email::default()), ..token(Mode::On) });
}

#[test]
fn w06_two_factor_passkeys_that_prefer_verification() {
    let preferred = WebAuthn { user_verification: Some(UserVerification::Preferred), ..passkeys(MULTI) };
    let wanted = Settings { web_authn: Some(preferred), ..token(Mode::On) };
    permitted(pool(json!({}), None), &wanted);
    permitted(pool(first_factors(&["PASSWORD", "WEB_AUTHN"]), None), &wanted);
}

#[test]
fn w07_single_factor_passkeys_that_begin_no_sign_in() {
    let preferred =
        WebAuthn { user_verification: Some(UserVerification::Preferred), factor_configuration: None, ..passkeys(SINGLE) };
    permitted(pool(json!({}), None), &Settings { web_authn: Some(preferred), ..token(Mode::On) });
}

#[test]
fn m12_off_while_phones_are_verified_whatever_the_usual_call_does() {
    let members = json!({
        "AutoVerifiedAttributes": ["phone_number"],
        "SmsConfiguration": { "SnsCallerArn": role_arn(), "ExternalId": "outside" },
    });
    for (mode, refuses) in [(Mode::Optional, false), (Mode::Optional, true), (Mode::On, false), (Mode::On, true)] {
        let live = Settings { web_authn: Some(passkeys(SINGLE)), ..sms(mode) };
        let (mut account, pool) = pool(members.clone(), Some(&live));
        account.move_switch("phone_verification_blocks_off", refuses);
        for wanted in [None, Some(passkeys(SINGLE)), Some(passkeys(MULTI))] {
            let wanted = Settings { web_authn: wanted, ..Settings::UNTOUCHED };
            let (live, facts) = (account.settings(&pool), account.pool_facts(&pool));
            let role = account.role_facts(&role_arn(), Reading::Documents);
            let change = Change::plan(&pool, &live, &facts, &role, &wanted).expect("it is a change");
            let mut after = account.clone();
            let outcome = after.take(&pool, &change.steps);
            assert!(outcome.is_ok(), "{:?}: {}", change.steps, outcome.unwrap_err().message);
            assert_eq!(after.settings(&pool).mode, Mode::Off);
            assert_eq!(after.pool_facts(&pool), facts, "all else stays");
            let kept = wanted.web_authn.or(live.web_authn);
            assert_eq!(after.settings(&pool).web_authn, kept);
            let usual = account.clone().set(&pool, &Settings::UNTOUCHED);
            assert_eq!(usual.is_err(), refuses, "the switch stands as this test says");
        }
    }
}
