//! What a single argument can never be.

use serde_json::{Value as Json, json};

use super::{ROLE, config, value};
use crate::resources::user_pool_mfa::arguments::decode;
use crate::resources::user_pool_mfa::constraints::broken;

fn found(attributes: Json) -> Vec<(String, String, String)> {
    let diagnostics = broken(&decode(&config(attributes)).unwrap());
    diagnostics.into_iter().map(|found| (found.path.unwrap().to_string(), found.summary, found.detail)).collect()
}

/// Exactly one finding, at `path`, whose text contains `text`.
fn one(attributes: Json, path: &str, text: &str) {
    let found = found(attributes.clone());
    assert_eq!(found.len(), 1, "{attributes}: {found:?}");
    let (at, summary, detail) = &found[0];
    assert_eq!(at, path, "{attributes}");
    assert!(summary.contains(text) || detail.contains(text), "{attributes}: {summary} / {detail}");
}

#[test]
fn the_usual_configurations_break_nothing() {
    for attributes in [
        json!({ "mfa_configuration": "OFF" }),
        json!({ "mfa_configuration": "ON", "software_token_mfa_configuration": { "enabled": true }, "deletion_policy": "PREVENT" }),
        json!({
            "mfa_configuration": "OPTIONAL",
            "region": "eu-central-1",
            "sms_configuration": { "sns_caller_arn": ROLE, "external_id": "prod-1", "sns_region": "eu-west-1" },
            "sms_authentication_message": "{####}",
            "email_mfa_configuration": { "message": "Code:\n{####}", "subject": "Ihr Code für heute" },
            "web_authn_configuration": {
                "relying_party_id": "login.example.com",
                "user_verification": "required",
                "factor_configuration": "MULTI_FACTOR_WITH_USER_VERIFICATION"
            },
            "waivers": [{ "rule": "required_to_off", "reason": "why", "expires": "2027-12-31" }],
            "timeouts": { "create": "2m" },
        }),
        json!({ "mfa_configuration": "ON", "sms_configuration": { "eums_sms": { "caller_arn": ROLE, "external_id": "prod-1" } } }),
    ] {
        assert_eq!(found(attributes.clone()), [], "{attributes}");
    }
}

#[test]
fn modes_in_other_words_get_a_did_you_mean() {
    for (written, meant) in [
        ("required", "ON"),
        ("REQUIRED", "ON"),
        ("on", "ON"),
        ("Optional", "OPTIONAL"),
        ("OPTIONL", "OPTIONAL"),
        ("disabled", "OFF"),
    ] {
        one(json!({ "mfa_configuration": written }), "mfa_configuration", &format!("Did you mean \"{meant}\"?"));
    }
    one(json!({ "mfa_configuration": "sometimes" }), "mfa_configuration", "\"OFF\", \"OPTIONAL\", \"ON\"");
}

#[test]
fn other_enums_are_checked_alike() {
    let off = |name: &str, value: Json| {
        let mut attributes = json!({ "mfa_configuration": "OFF" });
        attributes[name] = value;
        attributes
    };
    one(off("deletion_policy", json!("ABANDON")), "deletion_policy", "Did you mean \"RETAIN\"?");
    let passkeys = json!({ "user_verification": "PREFERRED" });
    one(off("web_authn_configuration", passkeys), "web_authn_configuration.user_verification", "Did you mean \"preferred\"?");
    let passkeys = json!({ "factor_configuration": "MULTI_FACTOR" });
    let text = "Did you mean \"MULTI_FACTOR_WITH_USER_VERIFICATION\"?";
    one(off("web_authn_configuration", passkeys), "web_authn_configuration.factor_configuration", text);
}

#[test]
fn ids_and_regions() {
    for id in ["my-pool", "eu-central-1", "eu-central-1_", "eu-central-1_Ab 12", &format!("eu-central-1_{}", "a".repeat(60))] {
        let diagnostics = broken(&decode(&value(json!({ "user_pool_id": id, "mfa_configuration": "OFF" }))).unwrap());
        assert_eq!(diagnostics.len(), 1, "{id}");
        assert_eq!(diagnostics[0].summary, "Not a user pool id");
    }
    let arn = "arn:aws-cn:cognito-idp:cn-north-1:111122223333:userpool/cn-north-1_Zz99Yy88X";
    let diagnostics = broken(&decode(&value(json!({ "user_pool_id": arn, "mfa_configuration": "OFF" }))).unwrap());
    assert!(diagnostics[0].detail.contains("\n\n    user_pool_id = \"cn-north-1_Zz99Yy88X\"\n"), "{}", diagnostics[0].detail);
    one(json!({ "mfa_configuration": "OFF", "region": "us-east-1" }), "region", "region = \"eu-central-1\"");
}

#[test]
fn sms_messages() {
    let message = |text: &str| json!({ "mfa_configuration": "OFF", "sms_authentication_message": text });
    one(message("Your code"), "sms_authentication_message", "{####}");
    for end in ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'] {
        one(message(&format!("Your code{end}is {{####}}")), "sms_authentication_message", "line break");
    }
    one(message(&format!("{{####}}{}", "x".repeat(140))), "sms_authentication_message", "146 characters");
}

#[test]
fn email_texts() {
    let email = |member: &str, text: &str| json!({ "mfa_configuration": "ON", "email_mfa_configuration": { member: text } });
    one(email("message", "no place"), "email_mfa_configuration.message", "{####}");
    one(email("message", &format!("{{####}}{}", "x".repeat(20_000))), "email_mfa_configuration.message", "20006 characters");
    one(email("message", "bell \u{7} {####}"), "email_mfa_configuration.message", "U+0007");
    one(email("message", "no break\u{a0}{####}"), "email_mfa_configuration.message", "U+00A0");
    one(email("subject", ""), "email_mfa_configuration.subject", "empty");
}

#[test]
fn senders() {
    let sms = |value: Json| json!({ "mfa_configuration": "ON", "sms_configuration": value });
    one(sms(json!({})), "sms_configuration", "needs an IAM role");
    one(sms(json!({ "sns_caller_arn": "" })), "sms_configuration", "needs an IAM role");
    one(sms(json!({ "sns_caller_arn": ROLE, "eums_sms": { "caller_arn": ROLE } })), "sms_configuration", "Two SMS senders");
    for arn in [
        "cognito-sms",
        "arn:aws:sns:eu-central-1:000000000000:topic",
        "arn:aws:iam::000000000000:user/me",
        "arn:aws:iam::12:role/x",
    ] {
        one(sms(json!({ "sns_caller_arn": arn })), "sms_configuration.sns_caller_arn", "Not the ARN of an IAM role");
    }
    one(sms(json!({ "eums_sms": { "caller_arn": "x" } })), "sms_configuration.eums_sms.caller_arn", "caller_arn = ");
    for id in ["x", "with space", &"x".repeat(1225)] {
        one(sms(json!({ "sns_caller_arn": ROLE, "external_id": id })), "sms_configuration.external_id", "2 to 1,224");
    }
    one(sms(json!({ "sns_caller_arn": ROLE, "sns_region": "eu" })), "sms_configuration.sns_region", "5 to 32");
    let beside = json!({ "external_id": "prod-1", "eums_sms": { "caller_arn": ROLE } });
    one(sms(beside), "sms_configuration.external_id", "inside of `eums_sms`");
}

#[test]
fn relying_parties() {
    for id in ["https://example.com", "Example.com", "example.com:443", "example.com/", "-a.com", &"a".repeat(128)] {
        let attributes = json!({ "mfa_configuration": "OFF", "web_authn_configuration": { "relying_party_id": id } });
        one(attributes, "web_authn_configuration.relying_party_id", "bare domain");
    }
}

#[test]
fn waivers_and_timeouts() {
    let waiver = |value: Json| json!({ "mfa_configuration": "OFF", "waivers": [value] });
    one(waiver(json!({ "rule": "required_to_off", "reason": " " })), "waivers", "`waivers[0].reason`");
    one(waiver(json!({ "rule": "required_to_off", "reason": "x", "expires": "31.12.2027" })), "waivers", "Not a date");
    one(json!({ "mfa_configuration": "OFF", "timeouts": { "update": "5" } }), "timeouts.update", "Not a duration");
    one(json!({ "mfa_configuration": "OFF", "timeouts": { "update": "48h" } }), "timeouts.update", "may take a day at the most");
}

#[test]
fn every_argument_that_breaks_a_constraint_is_named() {
    let refused = json!({
        "user_pool_id": "x", "mfa_configuration": "OFF",
        "sms_configuration": { "sns_caller_arn": "x", "external_id": "a b" },
        "email_mfa_configuration": { "message": "\u{1}{####}", "subject": "\u{1}" },
        "web_authn_configuration": { "relying_party_id": "A" },
    });
    assert_eq!(broken(&decode(&value(refused)).unwrap()).len(), 6);
}
