//! Rows E.

use serde_json::json;

use super::*;

fn email(block: Value) -> Value {
    json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": block })
}

const ONLY_EMAIL: &str = "Cannot set EmailMfaConfiguration when user pool AccountRecoverySetting is not set or contains only verified_email in RecoveryMechanisms.";

#[test]
fn e01_email_on_lite_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("email_needs_tier", on);
        let pool = bench.pool(with(ses(), json!({ "UserPoolTier": "LITE" })));
        let outcome = bench.set(&pool, email(json!({})));
        assert_eq!(outcome.is_ok(), accepted);
        if !accepted {
            refused_with(outcome, "FeatureUnavailableInTierException");
        }
    }
}

#[test]
fn e02_email_needs_an_own_sender() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({ "AccountRecoverySetting": ses()["AccountRecoverySetting"] }));
    let text =
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT.";
    refused_parameter(bench.set(&pool, email(json!({}))), text);
}

#[test]
fn e03_recovery_is_more_than_email() {
    let sender = json!({ "EmailConfiguration": ses()["EmailConfiguration"] });
    let recovery = |names: &[&str]| {
        let mechanisms: Vec<_> =
            names.iter().zip(1..).map(|(name, priority)| json!({ "Priority": priority, "Name": name })).collect();
        json!({ "AccountRecoverySetting": { "RecoveryMechanisms": mechanisms } })
    };
    let cases: [(Value, bool); 4] = [
        (json!({}), false),
        (recovery(&["verified_email"]), false),
        (recovery(&["verified_email", "verified_phone_number"]), true),
        (recovery(&["admin_only"]), true),
    ];
    for (setting, accepted) in cases {
        let mut bench = Bench::new();
        let pool = bench.pool(with(sender.clone(), setting));
        let outcome = bench.set(&pool, email(json!({})));
        if accepted { assert!(outcome.is_ok()) } else { refused_parameter(outcome, ONLY_EMAIL) }
    }
    let mut strict = Bench::new().switched("email_needs_two_recovery_mechanisms", true);
    let pool = strict.pool(with(sender, recovery(&["admin_only"])));
    refused_parameter(strict.set(&pool, email(json!({}))), ONLY_EMAIL);
}

#[test]
fn e04_e05_message_and_subject_have_shapes() {
    let mut bench = Bench::new();
    let pool = bench.pool(ses());
    for (block, member) in [
        (json!({ "Message": "Your code" }), "message"),
        (json!({ "Message": "{##}" }), "message"),
        (json!({ "Subject": "" }), "subject"),
    ] {
        let refusal = bench.set(&pool, email(block)).unwrap_err();
        assert_eq!(refusal.code, "InvalidParameterException");
        assert!(refusal.message.contains(&format!("at 'emailMfaConfiguration.{member}' failed")), "{}", refusal.message);
    }
    let block = json!({ "Message": "<b>Code</b>\n{####}", "Subject": "Код".repeat(100) });
    bench.set(&pool, email(block.clone())).unwrap();
    assert_eq!(bench.read(&pool)["EmailMfaConfiguration"], block);
}

#[test]
fn e06_an_empty_block_is_the_factor() {
    let mut bench = Bench::new();
    let pool = bench.pool(ses());
    bench.set(&pool, email(json!({}))).unwrap();
    assert_eq!(bench.read(&pool), json!({ "EmailMfaConfiguration": {}, "MfaConfiguration": "OPTIONAL" }));
}
