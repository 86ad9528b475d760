//! What a read makes of the state.

use serde_json::json;

use super::{POOL, ROLE, config, settings, state_of, value, with_email, with_sms, with_token};
use crate::mfa::{FactorConfiguration, Mode, Settings, UserVerification, WebAuthn};
use crate::resources::user_pool_mfa::state::{differences, refreshed};
use crate::tf::{Dynamic, Number};

fn member<'a>(state: &'a Dynamic, path: &str) -> &'a Dynamic {
    path.split('.').fold(state, |value, name| value.member(name).unwrap_or_else(|| panic!("{path} in {state:?}")))
}

#[test]
fn a_refresh_of_an_unchanged_pool_changes_nothing() {
    let cases = [
        (json!({ "mfa_configuration": "OFF" }), settings(Mode::Off)),
        (json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true } }), with_token(Mode::On)),
        (
            json!({ "mfa_configuration": "ON", "sms_configuration": { "sns_caller_arn": ROLE, "external_id": "prod-1" } }),
            with_sms(Mode::On),
        ),
        (json!({ "mfa_configuration": "OPTIONAL", "email_mfa_configuration": {} }), with_email(Mode::Optional)),
    ];
    for (attributes, live) in cases {
        let state = state_of(&config(attributes.clone()), &live);
        assert_eq!(refreshed(&state, &live).unwrap(), state, "{attributes}");
    }
}

#[test]
fn a_null_that_the_user_did_not_set_stays_null_although_aws_fills_it_in() {
    let state = state_of(
        &config(json!({
            "mfa_configuration": "ON",
            "sms_configuration": { "sns_caller_arn": ROLE, "external_id": "prod-1" },
            "email_mfa_configuration": {},
            "web_authn_configuration": { "relying_party_id": "example.com" },
        })),
        &Settings {
            web_authn: Some(WebAuthn {
                relying_party_id: Some("example.com".into()),
                user_verification: Some(UserVerification::Preferred),
                factor_configuration: Some(FactorConfiguration::SingleFactor),
            }),
            email: with_email(Mode::On).email,
            ..with_sms(Mode::On)
        },
    );
    for path in [
        "sms_configuration.sns_region",
        "sms_authentication_message",
        "email_mfa_configuration.message",
        "email_mfa_configuration.subject",
        "web_authn_configuration.user_verification",
        "web_authn_configuration.factor_configuration",
    ] {
        assert_eq!(member(&state, path), &Dynamic::Null, "{path}");
    }
}

#[test]
fn passkey_settings_that_nobody_manages_stay_out_of_the_state() {
    let live = Settings {
        web_authn: Some(WebAuthn { relying_party_id: Some("example.com".into()), ..WebAuthn::default() }),
        ..with_token(Mode::On)
    };
    let state =
        state_of(&config(json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true } })), &live);
    assert_eq!(member(&state, "web_authn_configuration"), &Dynamic::Null);
}

#[test]
fn the_users_spelling_of_equal_values_is_kept() {
    let disabled = json!({ "enabled": false });
    let live = with_sms(Mode::On);
    let sms = json!({ "sns_caller_arn": ROLE, "external_id": "prod-1" });
    let absent = state_of(&config(json!({ "mfa_configuration": "ON", "sms_configuration": sms })), &live);
    assert_eq!(member(&absent, "software_token_mfa_configuration"), &Dynamic::Null);
    let off =
        config(json!({ "mfa_configuration": "ON", "sms_configuration": sms, "software_token_mfa_configuration": disabled }));
    for token_enabled in [None, Some(false)] {
        let state = state_of(&off, &Settings { token_enabled, ..live.clone() });
        assert_eq!(member(&state, "software_token_mfa_configuration.enabled"), &Dynamic::Bool(false));
    }
    let passkeys = json!({ "relying_party_id": "example.com", "factor_configuration": "SINGLE_FACTOR" });
    let single = config(json!({ "mfa_configuration": "OFF", "web_authn_configuration": passkeys }));
    let web_authn = WebAuthn { relying_party_id: Some("example.com".into()), ..WebAuthn::default() };
    let state = state_of(&single, &Settings { web_authn: Some(web_authn), ..settings(Mode::Off) });
    assert_eq!(member(&state, "web_authn_configuration.factor_configuration"), &Dynamic::string("SINGLE_FACTOR"));
}

#[test]
fn an_empty_role_beside_end_user_messaging_is_kept_as_written() {
    let eums = json!({ "caller_arn": ROLE });
    let live = Settings {
        sms: Some(crate::mfa::Sms {
            message: None,
            sender: Some(crate::mfa::SmsSender::EndUserMessaging(crate::mfa::EndUserMessaging {
                caller_arn: ROLE.into(),
                external_id: None,
                origination_identity: None,
                configuration_set_name: None,
                in_entity_id: None,
                in_template_id: None,
                region: Some("eu-central-1".into()),
            })),
        }),
        ..settings(Mode::On)
    };
    for (written, kept) in [(json!(""), Dynamic::string("")), (json!(null), Dynamic::Null)] {
        let sms = json!({ "sns_caller_arn": written, "eums_sms": eums });
        let state = state_of(&config(json!({ "mfa_configuration": "ON", "sms_configuration": sms })), &live);
        assert_eq!(member(&state, "sms_configuration.sns_caller_arn"), &kept);
        assert_eq!(member(&state, "sms_configuration.eums_sms.region"), &Dynamic::Null);
    }
}

#[test]
fn sms_that_is_null_stays_null_whatever_the_pool_carries() {
    let token = json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true } });
    let live = Settings { token_enabled: Some(true), ..with_sms(Mode::On) };
    let state = state_of(&config(token), &live);
    assert_eq!(member(&state, "sms_configuration"), &Dynamic::Null);
    assert_eq!(
        member(&state, "effective_factors"),
        &Dynamic::Sequence(vec![Dynamic::string("SOFTWARE_TOKEN"), Dynamic::string("SMS")])
    );
}

#[test]
fn drift_of_sms_is_shown_where_it_is_managed() {
    let sms = json!({ "sns_caller_arn": ROLE, "external_id": "prod-1", "sns_region": "eu-west-1" });
    let attributes = json!({ "mfa_configuration": "ON", "sms_configuration": sms, "sms_authentication_message": "Old {####}" });
    let state = value({
        let mut all = attributes;
        all["user_pool_id"] = json!(POOL);
        all
    });
    let found = differences(&state, &refreshed(&state, &with_sms(Mode::On)).unwrap());
    let names: Vec<_> = found.iter().map(|difference| difference.attribute.as_str()).collect();
    assert_eq!(names, ["sms_configuration.sns_region", "sms_authentication_message"]);
    assert_eq!(found[0].planned, "\"eu-west-1\"");
    assert_eq!(found[0].now, "\"eu-central-1\"");
}

#[test]
fn whether_get_shows_sms_while_the_mode_is_off_makes_no_difference() {
    let sms = json!({ "sns_caller_arn": ROLE, "external_id": "prod-1" });
    let state = state_of(&config(json!({ "mfa_configuration": "ON", "sms_configuration": sms })), &with_sms(Mode::On));
    let shown = refreshed(&state, &with_sms(Mode::Off)).unwrap();
    assert_eq!(shown, refreshed(&state, &settings(Mode::Off)).unwrap());
    assert_eq!(member(&shown, "mfa_configuration"), &Dynamic::string("OFF"));
}

#[test]
fn a_message_that_is_not_sent_is_the_users_alone() {
    let attributes = json!({ "mfa_configuration": "OFF", "sms_authentication_message": "Mine {####}" });
    let state = state_of(&config(attributes), &with_sms(Mode::Off));
    assert_eq!(member(&state, "sms_authentication_message"), &Dynamic::string("Mine {####}"));
}

#[test]
fn a_factor_added_behind_terraforms_back_is_shown() {
    let token = json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true } });
    let state = state_of(&config(token), &with_token(Mode::On));
    let live = Settings { email: with_email(Mode::On).email, ..with_token(Mode::On) };
    assert_eq!(member(&refreshed(&state, &live).unwrap(), "email_mfa_configuration.subject"), &Dynamic::string("AWS's subject"));
}

#[test]
fn the_first_read_after_an_import_takes_everything_in() {
    let imported = value(json!({ "user_pool_id": POOL, "id": POOL, "region": "eu-central-1" }));
    let live = Settings {
        token_enabled: Some(true),
        web_authn: Some(WebAuthn { user_verification: Some(UserVerification::Required), ..WebAuthn::default() }),
        ..with_sms(Mode::On)
    };
    let state = refreshed(&imported, &live).unwrap();
    assert_eq!(member(&state, "software_token_mfa_configuration.enabled"), &Dynamic::Bool(true));
    assert_eq!(member(&state, "sms_configuration.sns_region"), &Dynamic::string("eu-central-1"));
    assert_eq!(member(&state, "sms_authentication_message"), &Dynamic::string("Your code is {####}"));
    assert_eq!(member(&state, "web_authn_configuration.user_verification"), &Dynamic::string("required"));
    assert_eq!(member(&state, "deletion_policy"), &Dynamic::string("RETAIN"));
    assert_eq!(member(&state, "change_summary"), &Dynamic::Null);
    let off = refreshed(&imported, &with_sms(Mode::Off)).unwrap();
    assert_eq!(member(&off, "sms_configuration"), &Dynamic::Null, "SMS is no factor while the mode is OFF");
    assert_eq!(member(&off, "assurance_level"), &Dynamic::Number(Number::from(1)));
}

#[test]
fn effective_factors_are_empty_while_the_mode_is_off() {
    let state = state_of(&config(json!({ "mfa_configuration": "OFF" })), &with_sms(Mode::Off));
    assert_eq!(member(&state, "effective_factors"), &Dynamic::Sequence(Vec::new()));
}
