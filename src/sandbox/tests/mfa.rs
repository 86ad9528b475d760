//! Rows M.

use serde_json::json;

use super::*;

const OFF_WITH_FACTOR: &str = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";

#[test]
fn m01_a_bare_set_turns_mfa_off_and_drops_the_factors() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    bench.set(&pool, token()).unwrap();
    bench.set(&pool, json!({})).unwrap();
    assert_eq!(bench.read(&pool), json!({ "MfaConfiguration": "OFF" }));
}

#[test]
fn m02_off_with_a_factor_is_refused() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let blocks = [
        json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } }),
        json!({ "SoftwareTokenMfaConfiguration": { "Enabled": false } }),
        json!({ "SmsMfaConfiguration": {} }),
        json!({ "EmailMfaConfiguration": {} }),
    ];
    for block in blocks {
        refused_parameter(bench.set(&pool, block.clone()), OFF_WITH_FACTOR);
        refused_parameter(bench.set(&pool, with(block, json!({ "MfaConfiguration": "OFF" }))), OFF_WITH_FACTOR);
    }
}

#[test]
fn m02_a_null_block_is_an_absent_block() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    bench.set(&pool, json!({ "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": null })).unwrap();
}

#[test]
fn m03_active_without_a_factor_is_refused_even_with_sms_or_passkey() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    let text = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.";
    for mode in ["ON", "OPTIONAL"] {
        refused_parameter(bench.set(&pool, json!({ "MfaConfiguration": mode })), text);
        let passkey = json!({ "MfaConfiguration": mode, "WebAuthnConfiguration": { "UserVerification": "required" } });
        refused_parameter(bench.set(&pool, passkey), text);
    }
}

#[test]
fn m04_off_with_a_passkey_block_is_accepted() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let block = json!({ "RelyingPartyId": "example.com", "UserVerification": "required",
                        "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" });
    bench.set(&pool, json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": block })).unwrap();
    assert_eq!(bench.read(&pool)["WebAuthnConfiguration"], block);
}

#[test]
fn m05_only_a_disabled_token_depends_on_its_switch() {
    let request = json!({ "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": { "Enabled": false } });
    let mut strict = Bench::new().switched("disabled_token_counts", false);
    let pool = strict.pool(json!({}));
    let text = "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.";
    refused_parameter(strict.set(&pool, request.clone()), text);
    let mut lax = Bench::new().switched("disabled_token_counts", true);
    let pool = lax.pool(json!({}));
    lax.set(&pool, request).unwrap();
}

#[test]
fn m06_sms_with_a_disabled_token_is_accepted_and_reads_back() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    let request = json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": sms_block(), "SoftwareTokenMfaConfiguration": { "Enabled": false } });
    bench.set(&pool, request).unwrap();
    assert_eq!(bench.read(&pool)["SoftwareTokenMfaConfiguration"], json!({ "Enabled": false }));
}

#[test]
fn m07_a_mode_outside_the_enum_is_refused() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    refused_parameter(
        bench.set(&pool, json!({ "MfaConfiguration": "REQUIRED" })),
        "1 validation error detected: Value 'REQUIRED' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OPTIONAL, OFF, ON]",
    );
}

#[test]
fn m08_the_pool_id_has_a_shape_and_must_exist_in_the_region() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    assert_eq!(pool, "us-east-1_Sandbox001");
    refused_with(bench.set("us-east-1_Missing", json!({})), "ResourceNotFoundException");
    refused_parameter(
        bench.set("us-east-1", json!({})),
        r"1 validation error detected: Value 'us-east-1' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+",
    );
    refused_parameter(
        bench.cognito("GetUserPoolMfaConfig", json!({})),
        "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null",
    );
    bench.region = "eu-west-1".to_owned();
    refused_with(bench.set(&pool, json!({})), "ResourceNotFoundException");
    assert_eq!(bench.pool(json!({})), "eu-west-1_Sandbox002");
}

#[test]
fn m09_off_with_email_is_refused_for_the_off_first() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    refused_parameter(bench.set(&pool, json!({ "MfaConfiguration": "OFF", "EmailMfaConfiguration": {} })), OFF_WITH_FACTOR);
}

#[test]
fn m10_every_mode_follows_every_mode() {
    for (first, second) in
        [("ON", "OFF"), ("OFF", "ON"), ("OFF", "OPTIONAL"), ("ON", "OPTIONAL"), ("OPTIONAL", "ON"), ("OPTIONAL", "OFF")]
    {
        let mut bench = Bench::new();
        let pool = bench.pool(json!({}));
        for mode in [first, second] {
            let factor = json!({ "MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": { "Enabled": true } });
            let request = if mode == "OFF" { json!({ "MfaConfiguration": "OFF" }) } else { factor };
            bench.set(&pool, request).unwrap();
            assert_eq!(bench.read(&pool)["MfaConfiguration"], mode);
        }
    }
}

#[test]
fn m11_the_sms_configuration_outlives_off() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    bench.role(json!({}));
    bench.set(&pool, json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": sms_block() })).unwrap();
    bench.set(&pool, json!({ "MfaConfiguration": "OFF" })).unwrap();
    assert_eq!(bench.describe(&pool)["SmsConfiguration"], sender());
}

#[test]
fn m12_off_with_phone_verification_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("phone_verification_blocks_off", on);
        let pool = bench.pool_with_sms(json!({ "AutoVerifiedAttributes": ["phone_number"] }));
        bench.set(&pool, with(token(), json!({ "MfaConfiguration": "OPTIONAL" }))).unwrap();
        let outcome = bench.set(&pool, json!({ "MfaConfiguration": "OFF" }));
        assert_eq!(outcome.is_ok(), accepted);
        if !accepted {
            refused_parameter(outcome, "SMS configuration is required when phone_number is selected for auto verification");
            bench.update(&pool, json!({ "MfaConfiguration": "OFF", "AutoVerifiedAttributes": ["phone_number"] })).unwrap();
        }
    }
}

#[test]
fn m13_an_untouched_pool_shows_only_its_mode() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    assert_eq!(bench.read(&pool), json!({ "MfaConfiguration": "OFF" }));
}

#[test]
fn m14_setting_what_was_read_restores_the_pool() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(ses());
    let block = json!({ "SmsConfiguration": sender(), "SmsAuthenticationMessage": "Your code is {####}" });
    let passkey = json!({ "RelyingPartyId": "example.com", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" });
    let request = json!({ "SmsMfaConfiguration": block, "EmailMfaConfiguration": {}, "WebAuthnConfiguration": passkey });
    bench.set(&pool, with(token(), request)).unwrap();
    let before = bench.read(&pool);
    bench.set(&pool, json!({ "MfaConfiguration": "OFF" })).unwrap();
    assert_ne!(bench.read(&pool), before);
    bench.set(&pool, before.clone()).unwrap();
    assert_eq!(bench.read(&pool), before);
}

#[test]
fn m16_sms_is_shown_after_it_ceased_to_be_a_factor() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    bench.set(&pool, json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": sms_block() })).unwrap();
    bench.set(&pool, token()).unwrap();
    assert_eq!(bench.read(&pool)["SmsMfaConfiguration"], sms_block());
    bench.set(&pool, json!({})).unwrap();
    assert_eq!(bench.read(&pool)["SmsMfaConfiguration"], sms_block());
    bench.core.switches.set("sms_shown_while_off", false).unwrap();
    assert_eq!(bench.read(&pool), json!({ "MfaConfiguration": "OFF" }));
}

#[test]
fn h03_what_an_omitted_block_drops_depends_on_its_switch() {
    for on in [true, false] {
        let mut bench =
            Bench::new().switched("sms_omission_drops_configuration", on).switched("web_authn_omission_drops_relying_party", on);
        let pool = bench.pool_with_sms(json!({}));
        let passkey = json!({ "WebAuthnConfiguration": { "RelyingPartyId": "example.com",
                              "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" } });
        bench.set(&pool, with(token(), passkey)).unwrap();
        assert_eq!(bench.describe(&pool).get("SmsConfiguration").is_none(), on);
        bench.set(&pool, token()).unwrap();
        let kept =
            json!({ "RelyingPartyId": "example.com", "FactorConfiguration": "SINGLE_FACTOR", "UserVerification": "preferred" });
        assert_eq!(bench.read(&pool).get("WebAuthnConfiguration").cloned(), (!on).then_some(kept));
    }
}

#[test]
fn q05_two_writes_at_once_are_refused_on_order() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    bench.turn(json!({ "concurrent_modification_next": 1 }));
    let text = "Only one request to update this UserPool can be processed at a time";
    refused(bench.set(&pool, token()), "ConcurrentModificationException", text);
    bench.set(&pool, token()).unwrap();
}
