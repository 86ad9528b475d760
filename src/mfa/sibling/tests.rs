//! What a sibling resets, and what it says of the pool.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::{Part, PlannedPool, Sibling};
use crate::mfa::{
    Answer, Email, EndUserMessaging, Mode, PoolFacts, PoolMember, Settings, Sms, SmsSender, SnsSender, UserVerification, Wanted,
    WebAuthn,
};
use crate::tf::Value::{Known, Null, Unknown};

fn token(mode: Mode) -> Settings {
    Settings { mode, token_enabled: Some(true), ..Settings::UNTOUCHED }
}

fn sns(arn: &str) -> SmsSender {
    SmsSender::Sns(SnsSender { caller_arn: arn.to_owned(), external_id: Some("id".to_owned()), region: None })
}

fn with_sms(settings: Settings, sender: SmsSender) -> Settings {
    Settings { sms: Some(Sms { message: None, sender: Some(sender) }), ..settings }
}

fn planning(settings: &Settings) -> Sibling {
    Sibling { settings: Wanted::from(settings), pool: PlannedPool::default() }
}

/// The parts that are reset for certain.
fn reset(planned: &Settings, live: &Settings, asked: &Settings) -> Vec<Part> {
    let (sibling, asked) = (planning(planned), Wanted::from(asked));
    Part::ALL.into_iter().filter(|part| sibling.resets(*part, live, &asked) == Answer::Yes).collect()
}

#[test]
fn what_the_pool_has_or_this_resource_asks_for_is_no_reset() {
    let (on, optional, off) = (token(Mode::On), token(Mode::Optional), Settings::UNTOUCHED);
    assert_eq!(reset(&off, &on, &on), [Part::Mode, Part::SoftwareToken]);
    assert_eq!(reset(&on, &on, &optional), []);
    assert_eq!(reset(&optional, &on, &optional), []);
    assert_eq!(reset(&off, &off, &on), []);
    assert_eq!(reset(&optional, &off, &on), [Part::Mode]);
}

#[test]
fn a_block_that_is_left_out_takes_its_factor_away_but_sms_is_kept() {
    let passkeys = WebAuthn { relying_party_id: Some("a.example".to_owned()), ..WebAuthn::default() };
    let all = Settings { email: Some(Email::default()), web_authn: Some(passkeys), ..with_sms(token(Mode::On), sns("arn")) };
    assert_eq!(
        reset(&Settings { mode: Mode::On, ..Settings::UNTOUCHED }, &all, &all),
        [Part::SoftwareToken, Part::Email, Part::WebAuthn]
    );
    assert_eq!(reset(&with_sms(all.clone(), sns("other")), &all, &all), [Part::Sms]);
    assert_eq!(reset(&all, &all, &all), []);
    let messaging = EndUserMessaging {
        caller_arn: "arn".to_owned(),
        external_id: None,
        origination_identity: None,
        configuration_set_name: None,
        in_entity_id: None,
        in_template_id: None,
        region: None,
    };
    let eums = with_sms(token(Mode::On), SmsSender::EndUserMessaging(messaging));
    assert_eq!(reset(&token(Mode::On), &eums, &eums), []);
    assert_eq!(reset(&with_sms(token(Mode::On), sns("arn")), &eums, &eums), [Part::Sms]);
}

#[test]
fn what_aws_fills_in_is_no_reset() {
    let email = |subject: Option<&str>| {
        let email = Email { message: None, subject: subject.map(str::to_owned) };
        Settings { email: Some(email), ..token(Mode::On) }
    };
    assert_eq!(reset(&email(None), &email(Some("Code")), &email(Some("Code"))), []);
    assert_eq!(reset(&email(Some("Other")), &email(Some("Code")), &email(None)), []);
    assert_eq!(reset(&email(Some("Other")), &email(Some("Code")), &email(Some("Code"))), [Part::Email]);
    let passkeys = |verification: Option<UserVerification>| {
        let passkeys = WebAuthn { user_verification: verification, ..WebAuthn::default() };
        Settings { web_authn: Some(passkeys), ..token(Mode::On) }
    };
    let (preferred, required) = (passkeys(Some(UserVerification::Preferred)), passkeys(Some(UserVerification::Required)));
    assert_eq!(reset(&preferred, &required, &required), [Part::WebAuthn]);
    assert_eq!(reset(&passkeys(None), &required, &required), []);
}

#[test]
fn what_is_not_known_is_not_answered() {
    let sibling = Sibling {
        settings: Wanted { mode: Unknown, token: Unknown, ..planning(&token(Mode::On)).settings },
        pool: PlannedPool::default(),
    };
    let live = token(Mode::On);
    for part in [Part::Mode, Part::SoftwareToken] {
        assert_eq!(sibling.resets(part, &live, &Wanted::from(&live)), Answer::Unknown);
    }
    let asked = Wanted { mode: Unknown, ..Wanted::from(&live) };
    assert_eq!(planning(&Settings::UNTOUCHED).resets(Part::Mode, &live, &asked), Answer::Unknown);
    assert_eq!(planning(&live).resets(Part::Mode, &live, &asked), Answer::No);
}

#[test]
fn planned_values_stand_in_for_what_was_read() {
    let read = PoolFacts {
        name: "customers".to_owned(),
        tier: Some("LITE".to_owned()),
        first_factors: vec!["PASSWORD".to_owned(), "EMAIL_OTP".to_owned()],
        recovery: Some(vec!["verified_email".to_owned()]),
        threat_protection: Some("ENFORCED".to_owned()),
        challenge_on_new_device: true,
        estimated_users: 7,
        ..PoolFacts::default()
    };
    let planned = PlannedPool {
        tier: Some(Known("PLUS".to_owned())),
        first_factors: Some(Unknown),
        recovery: Some(Null),
        threat_protection: Some(Null),
        challenge_on_new_device: Some(Null),
        ..PlannedPool::default()
    };
    let sibling = Sibling { pool: planned, ..planning(&token(Mode::On)) };
    let facts = sibling.onto(Known(read.clone())).into_known().unwrap();
    assert_eq!(facts.tier.as_deref(), Some("PLUS"));
    // Kept when left out, and reset when left out (rows U01, U02).
    assert_eq!((facts.recovery, facts.threat_protection), (read.recovery, None));
    assert!(!facts.challenge_on_new_device);
    assert_eq!(facts.unsettled, [PoolMember::FirstFactors].into());
    assert_eq!((facts.name, facts.estimated_users), (read.name, 7));
}

#[test]
fn a_pool_that_does_not_exist_yet_has_planned_values_only() {
    let planned = PlannedPool {
        name: Some(Known("customers".to_owned())),
        email_sending_account: Some(Null),
        tier: Some(Unknown),
        ..PlannedPool::default()
    };
    let sibling = Sibling { pool: planned, ..planning(&token(Mode::On)) };
    let facts = sibling.onto(Unknown).into_known().unwrap();
    assert_eq!(facts.name, "customers");
    assert!(facts.is_settled(PoolMember::EmailSendingAccount));
    for member in PoolMember::ALL.into_iter().filter(|member| *member != PoolMember::EmailSendingAccount) {
        assert!(!facts.is_settled(member), "{member:?}");
    }
    assert_eq!((facts.account(), facts.known_arn()), (None, None));
}
