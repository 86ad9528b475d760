//! Both ways between settings and the SDK's types.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;

fn sns() -> SmsSender {
    SmsSender::Sns(SnsSender {
        caller_arn: "arn:aws:iam::123456789012:role/sms".into(),
        external_id: Some("id".into()),
        region: Some("eu-west-1".into()),
    })
}

fn messaging() -> EndUserMessaging {
    EndUserMessaging {
        caller_arn: "arn:aws:iam::123456789012:role/sms".into(),
        external_id: Some("id".into()),
        origination_identity: Some("+15550100".into()),
        configuration_set_name: Some("set".into()),
        in_entity_id: Some("entity".into()),
        in_template_id: Some("template".into()),
        region: Some("eu-central-1".into()),
    }
}

/// Every combination of members, each absent, bare and full.
pub(in crate::aws) fn all_settings() -> Vec<Settings> {
    let bare = EndUserMessaging { caller_arn: "arn:aws:iam::123456789012:role/bare".into(), ..empty_messaging() };
    let sms = |sender| Some(Sms { message: Some("Code {####}".into()), sender });
    let senders = [
        None,
        Some(Sms::default()),
        sms(None),
        sms(Some(sns())),
        sms(Some(SmsSender::EndUserMessaging(messaging()))),
        Some(Sms { message: None, sender: Some(SmsSender::EndUserMessaging(bare)) }),
    ];
    let emails =
        [None, Some(Email::default()), Some(Email { message: Some("Your {####}".into()), subject: Some("Sign in".into()) })];
    let mut passkeys = vec![None, Some(WebAuthn::default())];
    for (verification, factor) in UserVerification::ALL.into_iter().zip(FactorConfiguration::ALL) {
        passkeys.push(Some(WebAuthn {
            relying_party_id: Some("example.com".into()),
            user_verification: Some(verification),
            factor_configuration: Some(factor),
        }));
    }
    let mut all = Vec::new();
    for mode in Mode::ALL {
        for token_enabled in [None, Some(false), Some(true)] {
            for sms in &senders {
                for email in &emails {
                    for web_authn in &passkeys {
                        let (sms, email, web_authn) = (sms.clone(), email.clone(), web_authn.clone());
                        all.push(Settings { mode, token_enabled, sms, email, web_authn });
                    }
                }
            }
        }
    }
    all
}

fn empty_messaging() -> EndUserMessaging {
    EndUserMessaging {
        caller_arn: String::new(),
        external_id: None,
        origination_identity: None,
        configuration_set_name: None,
        in_entity_id: None,
        in_template_id: None,
        region: None,
    }
}

fn answer_to(settings: &Settings) -> Answer {
    let Request { mode, token, sms, email, web_authn } = Request::from(settings);
    Answer { mode: Some(mode), token, sms, email, web_authn }
}

#[test]
fn what_is_sent_reads_back_as_it_was() {
    let all = all_settings();
    assert_eq!(all.len(), 3 * 3 * 6 * 3 * 4);
    for settings in all {
        assert_eq!(answer_to(&settings).settings().as_ref(), Ok(&settings));
    }
}

#[test]
fn an_untouched_pool_answers_with_nothing() {
    assert_eq!(Answer::default().settings(), Ok(Settings::UNTOUCHED));
}

#[test]
fn an_empty_caller_arn_is_an_absent_sender() {
    let sdk = |sns: &str, eums: Option<&str>| {
        let eums = eums.map(|arn| EumsSmsConfigurationType::builder().caller_arn(arn).build().unwrap());
        sender_from_sdk(SmsConfigurationType::builder().sns_caller_arn(sns).set_eums_sms(eums).build())
    };
    assert_eq!(sdk("", None), Ok(None));
    assert_eq!(sdk("", Some("")), Ok(None));
    assert!(matches!(sdk("arn", Some("")), Ok(Some(SmsSender::Sns(_)))));
    assert!(matches!(sdk("", Some("arn")), Ok(Some(SmsSender::EndUserMessaging(_)))));
    assert!(matches!(sdk("arn", Some("arn")), Ok(Some(SmsSender::EndUserMessaging(_)))));
    assert_eq!(sdk("one", Some("two")).unwrap_err().value, "one");
}

#[test]
fn a_value_from_the_future_is_named_and_neither_dropped_nor_changed() {
    let unread = |answer: Answer| answer.settings().unwrap_err();
    let mode = Answer { mode: Some(UserPoolMfaType::from("ADAPTIVE")), ..Answer::default() };
    assert_eq!(unread(mode), Unread { member: "MfaConfiguration", value: "ADAPTIVE".into() });
    let passkey = |builder: aws_sdk_cognitoidentityprovider::types::builders::WebAuthnConfigurationTypeBuilder| Answer {
        web_authn: Some(builder.build()),
        ..Answer::default()
    };
    let builder = WebAuthnConfigurationType::builder;
    let verification = passkey(builder().user_verification(UserVerificationType::from("discouraged")));
    let factor = passkey(builder().factor_configuration(WebAuthnFactorConfigurationType::from("TRIPLE")));
    for (answer, texts) in [(verification, (Some("discouraged"), None)), (factor, (None, Some("TRIPLE")))] {
        let settings = answer.settings().unwrap();
        let kept = settings.web_authn.clone().unwrap();
        let shown = (kept.user_verification.map(|value| value.as_str()), kept.factor_configuration.map(|value| value.as_str()));
        assert_eq!(shown, texts);
        assert_eq!(answer_to(&settings).settings().as_ref(), Ok(&settings), "it is sent back as it came");
    }
}
