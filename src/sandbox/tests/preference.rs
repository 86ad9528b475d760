//! Rows P.

use serde_json::json;

use super::*;

const ENABLED: &str = r#"{ "Enabled": true, "PreferredMfa": true }"#;

/// A pool whose MFA has this mode, with `ann` who has email and phone and an enrolled token.
fn with_ann(mut bench: Bench, mode: &str, tier: &str) -> (Bench, String) {
    let pool = bench.pool_with_sms(json!({ "UserPoolTier": tier }));
    let attributes = json!([{ "Name": "email", "Value": "ann@example.com" }, { "Name": "phone_number", "Value": "+15550100" }]);
    add_user(&mut bench, &pool, "ann", attributes);
    bench.turn(json!({ "enrolled_token": { "user_pool_id": pool, "username": "ann" } }));
    if mode != "OFF" {
        let request = with(token(), json!({ "MfaConfiguration": mode, "SmsMfaConfiguration": sms_block() }));
        bench.set(&pool, request).unwrap();
    }
    (bench, pool)
}

fn add_user(bench: &mut Bench, pool: &str, name: &str, attributes: Value) {
    let input = json!({ "UserPoolId": pool, "Username": name, "UserAttributes": attributes });
    bench.cognito("AdminCreateUser", input).unwrap();
}

fn prefer(bench: &mut Bench, pool: &str, name: &str, blocks: Value) -> Result<Value, Refusal> {
    bench.cognito("AdminSetUserMFAPreference", with(json!({ "UserPoolId": pool, "Username": name }), blocks))
}

fn user(bench: &mut Bench, pool: &str) -> Value {
    bench.cognito("AdminGetUser", json!({ "UserPoolId": pool, "Username": "ann" })).unwrap()
}

fn enabled() -> Value {
    serde_json::from_str(ENABLED).unwrap()
}

#[test]
fn p01_one_preferred_factor_and_only_an_enabled_one() {
    let (mut bench, pool) = with_ann(Bench::new(), "OPTIONAL", "ESSENTIALS");
    let both = json!({ "SMSMfaSettings": enabled(), "SoftwareTokenMfaSettings": enabled() });
    refused_with(prefer(&mut bench, &pool, "ann", both), "InvalidParameterException");
    let disabled = json!({ "SMSMfaSettings": { "Enabled": false, "PreferredMfa": true } });
    refused_with(prefer(&mut bench, &pool, "ann", disabled), "InvalidParameterException");
}

#[test]
fn p02_a_token_the_user_has_not_enrolled_is_refused() {
    let (mut bench, pool) = with_ann(Bench::new(), "ON", "ESSENTIALS");
    add_user(&mut bench, &pool, "bob", json!([]));
    let text = "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA";
    refused_parameter(prefer(&mut bench, &pool, "bob", json!({ "SoftwareTokenMfaSettings": enabled() })), text);
}

#[test]
fn p03_sms_for_a_user_without_a_phone_depends_on_its_switch() {
    for (on, disabled_accepted) in [(true, false), (false, true)] {
        let bench = Bench::new().switched("phone_number_for_sms_preference", on);
        let (mut bench, pool) = with_ann(bench, "ON", "ESSENTIALS");
        add_user(&mut bench, &pool, "bob", json!([]));
        let disabled = prefer(&mut bench, &pool, "bob", json!({ "SMSMfaSettings": { "Enabled": false } }));
        assert_eq!(disabled.is_ok(), disabled_accepted);
        let texts = [
            "User does not have delivery config set to turn on SMS_MFA",
            "User does not have a phone_number set to turn on SMS MFA",
        ];
        refused_parameter(prefer(&mut bench, &pool, "bob", json!({ "SMSMfaSettings": enabled() })), texts[usize::from(on)]);
    }
}

#[test]
fn p04_a_factor_the_pool_does_not_offer_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let bench = Bench::new().switched("unoffered_preference_refused", on);
        let (mut bench, pool) = with_ann(bench, "ON", "ESSENTIALS");
        assert_eq!(prefer(&mut bench, &pool, "ann", json!({ "EmailMfaSettings": enabled() })).is_ok(), accepted);
    }
}

#[test]
fn p05_disabling_a_factor_while_required_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let bench = Bench::new().switched("factor_kept_while_required", on);
        let (mut bench, pool) = with_ann(bench, "ON", "ESSENTIALS");
        prefer(&mut bench, &pool, "ann", json!({ "SoftwareTokenMfaSettings": enabled() })).unwrap();
        let disable = json!({ "SoftwareTokenMfaSettings": { "Enabled": false } });
        assert_eq!(prefer(&mut bench, &pool, "ann", disable).is_ok(), accepted);
    }
}

#[test]
fn p06_a_preference_while_off_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let bench = Bench::new().switched("preference_refused_while_off", on);
        let (mut bench, pool) = with_ann(bench, "OFF", "ESSENTIALS");
        assert_eq!(prefer(&mut bench, &pool, "ann", json!({ "SMSMfaSettings": enabled() })).is_ok(), accepted);
    }
}

#[test]
fn p07_a_passkey_needs_a_multi_factor_pool_and_another_factor() {
    let (mut bench, pool) = with_ann(Bench::new(), "OPTIONAL", "ESSENTIALS");
    let passkey = json!({ "WebAuthnMfaSettings": { "Enabled": true } });
    let both = with(passkey.clone(), json!({ "SoftwareTokenMfaSettings": enabled() }));
    refused_with(prefer(&mut bench, &pool, "ann", both.clone()), "InvalidParameterException");
    let multi = json!({ "WebAuthnConfiguration": { "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" } });
    bench.set(&pool, with(token(), multi)).unwrap();
    refused_with(prefer(&mut bench, &pool, "ann", passkey), "InvalidParameterException");
    prefer(&mut bench, &pool, "ann", both).unwrap();
}

#[test]
fn p07_email_on_lite_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let bench = Bench::new().switched("preference_needs_tier", on).switched("unoffered_preference_refused", false);
        let (mut bench, pool) = with_ann(bench, "ON", "LITE");
        assert_eq!(prefer(&mut bench, &pool, "ann", json!({ "EmailMfaSettings": enabled() })).is_ok(), accepted);
    }
}

#[test]
fn p08_a_user_reads_back_its_factors() {
    let (mut bench, pool) = with_ann(Bench::new(), "OPTIONAL", "ESSENTIALS");
    let before = user(&mut bench, &pool);
    assert!(before.get("UserMFASettingList").is_none() && before.get("PreferredMfaSetting").is_none());
    let blocks = json!({ "SoftwareTokenMfaSettings": enabled(), "SMSMfaSettings": { "Enabled": true } });
    prefer(&mut bench, &pool, "ann", blocks).unwrap();
    let after = user(&mut bench, &pool);
    assert_eq!(after["UserMFASettingList"], json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA"]));
    assert_eq!(after["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
    prefer(&mut bench, &pool, "ann", json!({ "SoftwareTokenMfaSettings": { "Enabled": false } })).unwrap();
    assert!(user(&mut bench, &pool).get("PreferredMfaSetting").is_none());
    let missing = bench.cognito("AdminGetUser", json!({ "UserPoolId": pool, "Username": "eve" }));
    refused(missing, "UserNotFoundException", "User does not exist.");
}
