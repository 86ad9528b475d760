//! What is kept comes back, and what is not understood is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use serde_json::{Value as Json, json};

use super::{decode, encode};
use crate::mfa::{
    Email, EndUserMessaging, FactorConfiguration, Mode, Settings, Sms, SmsSender, SnsSender, UserVerification, WebAuthn,
};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Settings with every member set, through either service.
fn whole(mode: Mode, sender: SmsSender) -> Settings {
    Settings {
        mode,
        token_enabled: Some(true),
        sms: Some(Sms { message: some("Your code is {####}"), sender: Some(sender) }),
        email: Some(Email { message: some("The code {####}"), subject: some("Code") }),
        web_authn: Some(WebAuthn {
            relying_party_id: some("login.example.com"),
            user_verification: Some(UserVerification::Required),
            factor_configuration: Some(FactorConfiguration::MultiFactorWithUserVerification),
        }),
    }
}

fn sns() -> SmsSender {
    SmsSender::Sns(SnsSender { caller_arn: "arn".to_owned(), external_id: some("id"), region: some("eu-west-1") })
}

fn messaging() -> SmsSender {
    SmsSender::EndUserMessaging(EndUserMessaging {
        caller_arn: "arn".to_owned(),
        external_id: some("id"),
        origination_identity: some("origin"),
        configuration_set_name: some("set"),
        in_entity_id: some("entity"),
        in_template_id: some("template"),
        region: some("eu-west-1"),
    })
}

/// Every record that is the same with one member less, at any depth.
fn with_one_member_less(record: &Json) -> Vec<Json> {
    let Json::Object(members) = record else { return Vec::new() };
    let mut less = Vec::new();
    for (name, value) in members {
        let mut without = members.clone();
        without.remove(name);
        less.push(Json::Object(without));
        for inner in with_one_member_less(value) {
            let mut other = members.clone();
            other.insert(name.clone(), inner);
            less.push(Json::Object(other));
        }
    }
    less
}

#[test]
fn every_member_survives() {
    for settings in [whole(Mode::On, sns()), whole(Mode::Optional, messaging()), Settings::UNTOUCHED] {
        assert_eq!(decode(&encode(&settings)), Ok(settings));
    }
}

#[test]
fn absent_stays_absent() {
    let empty = Settings {
        mode: Mode::Off,
        token_enabled: Some(false),
        sms: Some(Sms::default()),
        email: Some(Email::default()),
        web_authn: Some(WebAuthn::default()),
    };
    assert_eq!(decode(&encode(&empty)), Ok(empty));
    let (mut taken, mut refused) = (0, 0);
    for sender in [sns(), messaging()] {
        let record = encode(&whole(Mode::On, sender));
        for less in with_one_member_less(&record) {
            // Without what it cannot do without it is refused; else exactly the one member is gone.
            match decode(&less) {
                Ok(settings) => {
                    assert_eq!(encode(&settings), less);
                    taken += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(taken >= 20 && refused >= 6, "{taken} taken, {refused} refused");
}

#[test]
fn a_value_that_a_read_accepts_survives_whatever_it_is() {
    let (verification, factor) = (UserVerification::of_answer("discouraged"), FactorConfiguration::of_answer("TRIPLE_FACTOR"));
    let passkeys = WebAuthn { relying_party_id: None, user_verification: Some(verification), factor_configuration: Some(factor) };
    let settings = Settings { web_authn: Some(passkeys), ..whole(Mode::On, sns()) };
    assert_eq!(decode(&encode(&settings)), Ok(settings));
}

#[test]
fn the_form_is_stable() {
    let record = json!({
        "version": 1,
        "mode": "OPTIONAL",
        "token_enabled": true,
        "sms": { "sender": { "service": "SNS", "caller_arn": "arn", "external_id": "id" } },
        "email": {},
        "web_authn": { "user_verification": "preferred", "factor_configuration": "SINGLE_FACTOR" },
    });
    assert_eq!(encode(&decode(&record).unwrap()), record);
}

#[test]
fn what_a_later_version_may_have_written_is_refused() {
    let edited = |edit: fn(&mut Json)| {
        let mut record = encode(&whole(Mode::On, sns()));
        edit(&mut record);
        decode(&record).unwrap_err().to_string()
    };
    type Edit = fn(&mut Json);
    let cases: [(Edit, &str); 7] = [
        (|record| record["version"] = json!(2), "It is of version 2; this one knows version 1."),
        (|record| drop(record.as_object_mut().unwrap().remove("version")), "It has no version."),
        (|record| record["voice"] = json!({}), "`the record` has a member `voice` that is not known."),
        (|record| record["email"]["sender"] = json!("x"), "`email` has a member `sender` that is not known."),
        (|record| record["mode"] = json!("ADAPTIVE"), "`mode` of `the record` is \"ADAPTIVE\", which is not known."),
        (|record| record["sms"]["sender"]["service"] = json!("PIGEON"), "Its SMS service \"PIGEON\" is not known."),
        (|record| record["token_enabled"] = json!("yes"), "`token_enabled` of `the record` is \"yes\", which is not known."),
    ];
    for (edit, expected) in cases {
        assert_eq!(edited(edit), expected);
    }
    assert!(decode(&json!([])).is_err());
}
