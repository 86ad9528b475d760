//! The request a configuration turns into.

use serde_json::json;

use super::{ROLE, config, settings, with_email, with_sms, with_token};
use crate::mfa::{Email, FactorConfiguration, Mode, Settings, SmsSender, UserVerification, WebAuthn};
use crate::resources::user_pool_mfa::arguments::{Arguments, decode};
use crate::resources::user_pool_mfa::plan::turned_off;
use crate::tf::{Dynamic, Value};

fn request(before: &Dynamic, wanted: &Dynamic, live: &Settings) -> Settings {
    let before = decode(before).unwrap();
    decode(wanted).unwrap().wanted(&before, &Value::Known(live.clone())).settle().unwrap()
}

fn passkeys() -> WebAuthn {
    WebAuthn {
        relying_party_id: Some("example.com".into()),
        user_verification: Some(UserVerification::Required),
        factor_configuration: Some(FactorConfiguration::MultiFactorWithUserVerification),
    }
}

#[test]
fn passkey_settings_that_nobody_manages_are_sent_again() {
    let live = Settings { web_authn: Some(passkeys()), ..with_token(Mode::Optional) };
    let token = config(json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true } }));
    assert_eq!(request(&Dynamic::Null, &token, &live).web_authn, Some(passkeys()));
}

#[test]
fn members_that_were_never_the_users_are_sent_as_the_pool_has_them() {
    let live = Settings { web_authn: Some(passkeys()), email: with_email(Mode::On).email, ..with_sms(Mode::On) };
    let wanted = config(json!({
        "mfa_configuration": "ON",
        "sms_configuration": { "sns_caller_arn": ROLE, "external_id": "prod-1" },
        "email_mfa_configuration": {},
        "web_authn_configuration": { "relying_party_id": "login.example.com" },
    }));
    let sent = request(&Dynamic::Null, &wanted, &live);
    assert_eq!(sent.email, live.email);
    assert_eq!(sent.sms, live.sms);
    assert_eq!(sent.web_authn, Some(WebAuthn { relying_party_id: Some("login.example.com".into()), ..passkeys() }));
}

#[test]
fn members_that_the_user_deletes_fall_back_to_aws_defaults() {
    let before = config(json!({
        "mfa_configuration": "ON",
        "sms_configuration": { "sns_caller_arn": ROLE, "external_id": "prod-1", "sns_region": "eu-central-1" },
        "sms_authentication_message": "Your code is {####}",
        "email_mfa_configuration": { "message": "Mine {####}" },
    }));
    let wanted = config(json!({
        "mfa_configuration": "ON",
        "sms_configuration": { "sns_caller_arn": ROLE },
        "email_mfa_configuration": {},
    }));
    let live = Settings { email: Some(Email { message: Some("Mine {####}".into()), subject: None }), ..with_sms(Mode::On) };
    let sent = request(&before, &wanted, &live);
    let sms = sent.sms.unwrap();
    assert_eq!(sms.message, None);
    let Some(SmsSender::Sns(sender)) = sms.sender else { panic!("no SNS sender") };
    assert_eq!((sender.external_id, sender.region), (None, None));
    assert_eq!(sent.email, Some(Email::default()));
}

#[test]
fn a_disabled_token_and_a_message_without_a_sender_are_not_sent() {
    let wanted = config(json!({
        "mfa_configuration": "OFF",
        "software_token_mfa_configuration": { "enabled": false },
        "sms_authentication_message": "Your code is {####}",
    }));
    assert_eq!(request(&Dynamic::Null, &wanted, &with_sms(Mode::Off)), settings(Mode::Off));
}

#[test]
fn turning_off_drops_the_factors_and_keeps_the_passkeys() {
    let live = Settings { web_authn: Some(passkeys()), token_enabled: Some(true), ..with_sms(Mode::On) };
    let sent = turned_off(&live).settle().unwrap();
    assert_eq!(sent, Settings { web_authn: Some(passkeys()), ..settings(Mode::Off) });
}

#[test]
fn sms_in_an_unread_pool_leaves_the_kept_members_unknown() {
    let wanted = config(json!({ "mfa_configuration": "ON", "sms_configuration": { "sns_caller_arn": ROLE } }));
    let asked = decode(&wanted).unwrap().wanted(&Arguments::default(), &Value::Unknown);
    assert!(asked.sms_message.is_unknown());
    assert!(asked.web_authn.is_unknown());
    assert!(asked.settle().is_none());
}
