//! Between the words of the API, as the core's JSON has them, and those of the domain; written apart from what reads the wire.

use std::collections::BTreeSet;

use cognitomfa::mfa::{
    Email, EndUserMessaging, FactorConfiguration, Mode, PoolFacts, Settings, Sms, SmsSender, SnsSender, UserVerification,
    WebAuthn,
};
use serde_json::{Map, Value as Json, json};

/// The input of `SetUserPoolMfaConfig` for these settings.
pub fn request(pool: &str, settings: &Settings) -> Json {
    let mut input = Map::new();
    input.insert("UserPoolId".to_owned(), pool.into());
    input.insert("MfaConfiguration".to_owned(), settings.mode.as_str().into());
    let token = settings.token_enabled.map(|enabled| json!({ "Enabled": enabled }));
    let sms = settings.sms.as_ref().map(|sms| {
        present([("SmsAuthenticationMessage", text(&sms.message)), ("SmsConfiguration", sms.sender.as_ref().map(sender))])
    });
    let email =
        settings.email.as_ref().map(|email| present([("Message", text(&email.message)), ("Subject", text(&email.subject))]));
    let web_authn = settings.web_authn.as_ref().map(|passkeys| {
        present([
            ("RelyingPartyId", text(&passkeys.relying_party_id)),
            ("UserVerification", passkeys.user_verification.map(|value| value.as_str().into())),
            ("FactorConfiguration", passkeys.factor_configuration.map(|value| value.as_str().into())),
        ])
    });
    let blocks = [
        ("SoftwareTokenMfaConfiguration", token),
        ("SmsMfaConfiguration", sms),
        ("EmailMfaConfiguration", email),
        ("WebAuthnConfiguration", web_authn),
    ];
    input.extend(blocks.into_iter().filter_map(|(name, block)| Some((name.to_owned(), block?))));
    Json::Object(input)
}

/// `SmsConfiguration`; the role is empty beside End User Messaging, as the SDK always sends it (row S02).
pub fn sender(sender: &SmsSender) -> Json {
    match sender {
        SmsSender::Sns(sns) => present([
            ("SnsCallerArn", Some(sns.caller_arn.as_str().into())),
            ("ExternalId", text(&sns.external_id)),
            ("SnsRegion", text(&sns.region)),
        ]),
        SmsSender::EndUserMessaging(messaging) => {
            let eums = present([
                ("CallerArn", Some(messaging.caller_arn.as_str().into())),
                ("ExternalId", text(&messaging.external_id)),
                ("OriginationIdentity", text(&messaging.origination_identity)),
                ("ConfigurationSetName", text(&messaging.configuration_set_name)),
                ("InEntityId", text(&messaging.in_entity_id)),
                ("InTemplateId", text(&messaging.in_template_id)),
                ("Region", text(&messaging.region)),
            ]);
            json!({ "SnsCallerArn": "", "EumsSms": eums })
        }
    }
}

fn present<const N: usize>(members: [(&str, Option<Json>); N]) -> Json {
    Json::Object(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

fn text(value: &Option<String>) -> Option<Json> {
    value.as_deref().map(Json::from)
}

/// The answer of `GetUserPoolMfaConfig`.
pub fn settings(answer: &Json) -> Settings {
    let sms = answer.get("SmsMfaConfiguration").map(|sms| Sms {
        message: owned(sms, "SmsAuthenticationMessage"),
        sender: sms.get("SmsConfiguration").and_then(sender_of),
    });
    let web_authn = answer.get("WebAuthnConfiguration").map(|passkeys| WebAuthn {
        relying_party_id: owned(passkeys, "RelyingPartyId"),
        user_verification: owned(passkeys, "UserVerification").map(|value| UserVerification::parse(&value).unwrap()),
        factor_configuration: owned(passkeys, "FactorConfiguration").map(|value| FactorConfiguration::parse(&value).unwrap()),
    });
    Settings {
        mode: owned(answer, "MfaConfiguration").map_or(Mode::Off, |mode| Mode::parse(&mode).unwrap()),
        token_enabled: answer.pointer("/SoftwareTokenMfaConfiguration/Enabled").map(|enabled| enabled.as_bool().unwrap()),
        sms,
        email: answer
            .get("EmailMfaConfiguration")
            .map(|email| Email { message: owned(email, "Message"), subject: owned(email, "Subject") }),
        web_authn,
    }
}

fn sender_of(configuration: &Json) -> Option<SmsSender> {
    if let Some(eums) = configuration.get("EumsSms") {
        return Some(SmsSender::EndUserMessaging(EndUserMessaging {
            caller_arn: owned(eums, "CallerArn").unwrap(),
            external_id: owned(eums, "ExternalId"),
            origination_identity: owned(eums, "OriginationIdentity"),
            configuration_set_name: owned(eums, "ConfigurationSetName"),
            in_entity_id: owned(eums, "InEntityId"),
            in_template_id: owned(eums, "InTemplateId"),
            region: owned(eums, "Region"),
        }));
    }
    let caller_arn = owned(configuration, "SnsCallerArn").filter(|arn| !arn.is_empty())?;
    let (external_id, region) = (owned(configuration, "ExternalId"), owned(configuration, "SnsRegion"));
    Some(SmsSender::Sns(SnsSender { caller_arn, external_id, region }))
}

/// The pool of `DescribeUserPool`.
pub fn pool_facts(pool: &Json) -> PoolFacts {
    let at = |path: &str| pool.pointer(path);
    let one = |path: &str| at(path).and_then(Json::as_str).map(str::to_owned);
    let schema = at("/SchemaAttributes").and_then(Json::as_array).into_iter().flatten();
    PoolFacts {
        name: owned(pool, "Name").unwrap_or_default(),
        arn: owned(pool, "Arn").unwrap_or_default(),
        sms_sender: pool.get("SmsConfiguration").and_then(sender_of),
        estimated_users: i32::try_from(pool["EstimatedNumberOfUsers"].as_i64().unwrap_or(0)).unwrap(),
        auto_verified_attributes: texts(at("/AutoVerifiedAttributes")),
        tier: one("/UserPoolTier"),
        first_factors: texts(at("/Policies/SignInPolicy/AllowedFirstAuthFactors")),
        email_sending_account: one("/EmailConfiguration/EmailSendingAccount"),
        recovery: at("/AccountRecoverySetting/RecoveryMechanisms").map(recovery),
        threat_protection: one("/UserPoolAddOns/AdvancedSecurityMode"),
        challenge_on_new_device: at("/DeviceConfiguration/ChallengeRequiredOnNewDevice") == Some(&Json::Bool(true)),
        phone_required: schema
            .filter(|attribute| attribute["Name"] == "phone_number")
            .any(|attribute| attribute["Required"] == true),
        custom_domain: one("/CustomDomain"),
        domain: one("/Domain"),
        sms_configuration_failure: one("/SmsConfigurationFailure"),
        unsettled: BTreeSet::new(),
    }
}

fn recovery(mechanisms: &Json) -> Vec<String> {
    let mut mechanisms = mechanisms.as_array().unwrap().clone();
    mechanisms.sort_by_key(|mechanism| mechanism["Priority"].as_i64());
    mechanisms.iter().map(|mechanism| mechanism["Name"].as_str().unwrap().to_owned()).collect()
}

fn owned(value: &Json, member: &str) -> Option<String> {
    value.get(member).and_then(Json::as_str).map(str::to_owned)
}

fn texts(list: Option<&Json>) -> Vec<String> {
    list.and_then(Json::as_array).into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect()
}
