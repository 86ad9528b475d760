//! Rows W of `SetUserPoolMfaConfig`.

use serde_json::json;

use super::*;

fn off_with(block: Value) -> Value {
    json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": block })
}

#[test]
fn w01_the_relying_party_is_a_bare_domain() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    for name in ["https://example.com", "example.com:443", "example.com/x", "Example.com", "-a.com", "a..com", "a b"] {
        refused_parameter(
            bench.set(&pool, off_with(json!({ "RelyingPartyId": name }))),
            "RelyingPartyId contains invalid characters",
        );
    }
    let long = "a".repeat(128);
    let refusal = bench.set(&pool, off_with(json!({ "RelyingPartyId": long }))).unwrap_err();
    assert!(refusal.message.contains("Member must have length less than or equal to 127"), "{}", refusal.message);
    for name in ["example.com", "localhost", "a-1.example.com"] {
        bench.set(&pool, off_with(json!({ "RelyingPartyId": name }))).unwrap();
    }
}

#[test]
fn w04_user_verification_has_two_values_and_a_default() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    refused_with(bench.set(&pool, off_with(json!({ "UserVerification": "REQUIRED" }))), "InvalidParameterException");
    bench.set(&pool, off_with(json!({ "RelyingPartyId": "example.com" }))).unwrap();
    assert_eq!(bench.read(&pool)["WebAuthnConfiguration"]["UserVerification"], "preferred");
    bench.core.switches.set("user_verification_default_shown", false).unwrap();
    bench.set(&pool, off_with(json!({ "RelyingPartyId": "example.com" }))).unwrap();
    assert!(bench.read(&pool)["WebAuthnConfiguration"].get("UserVerification").is_none());
}

#[test]
fn w05_single_factor_reads_back_once_a_block_was_set() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    assert!(bench.read(&pool).get("WebAuthnConfiguration").is_none());
    bench.set(&pool, off_with(json!({ "RelyingPartyId": "example.com" }))).unwrap();
    assert_eq!(bench.read(&pool)["WebAuthnConfiguration"]["FactorConfiguration"], "SINGLE_FACTOR");
}

#[test]
fn w05_a_factor_configuration_on_lite_depends_on_its_switch() {
    let cases = [
        ("multi_factor_passkey_needs_tier", "MULTI_FACTOR_WITH_USER_VERIFICATION"),
        ("single_factor_passkey_needs_tier", "SINGLE_FACTOR"),
    ];
    for (name, factor) in cases {
        for (on, accepted) in [(true, false), (false, true)] {
            let mut bench = Bench::new().switched(name, on);
            let pool = bench.pool(json!({ "UserPoolTier": "LITE" }));
            assert_eq!(bench.set(&pool, off_with(json!({ "FactorConfiguration": factor }))).is_ok(), accepted);
            bench.set(&pool, off_with(json!({ "RelyingPartyId": "example.com" }))).unwrap();
        }
    }
}

#[test]
fn w06_multi_factor_with_preferred_verification_is_accepted() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let block = json!({ "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION", "UserVerification": "preferred" });
    bench.set(&pool, with(token(), json!({ "WebAuthnConfiguration": block }))).unwrap();
}

#[test]
fn w07_required_with_a_single_factor_passkey_that_is_no_first_factor_is_accepted() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let block = json!({ "RelyingPartyId": "example.com", "UserVerification": "preferred" });
    bench.set(&pool, with(token(), json!({ "WebAuthnConfiguration": block }))).unwrap();
}
