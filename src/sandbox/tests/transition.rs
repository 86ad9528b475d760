//! Rows T.

use serde_json::json;

use super::*;

const OTP_REFUSED: &str = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled";

fn first_factors(factors: Value) -> Value {
    json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } })
}

fn multi() -> Value {
    json!({ "WebAuthnConfiguration": { "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION", "UserVerification": "preferred" } })
}

#[test]
fn t01_a_new_pool_with_mfa_needs_sms() {
    let mut bench = Bench::new();
    let text = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional";
    for mode in ["ON", "OPTIONAL"] {
        let outcome = bench.try_pool(json!({ "MfaConfiguration": mode })).map(Value::from);
        refused_parameter(outcome, text);
    }
}

#[test]
fn t01a_phone_verification_is_not_needed_for_it() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({ "MfaConfiguration": "ON" }));
    assert_eq!(bench.read(&pool)["MfaConfiguration"], "ON");
}

#[test]
fn t02_update_raises_mfa_only_where_a_factor_is_on() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let text = "Cannot turn MFA functionality ON, once the user pool has been created.";
    refused_parameter(bench.update(&pool, json!({ "MfaConfiguration": "ON" })), text);
    bench.set(&pool, with(token(), json!({ "MfaConfiguration": "OPTIONAL" }))).unwrap();
    bench.update(&pool, json!({ "MfaConfiguration": "ON" })).unwrap();
    assert_eq!(bench.read(&pool)["MfaConfiguration"], "ON");
    bench.update(&pool, json!({ "MfaConfiguration": "OFF" })).unwrap();
    assert_eq!(bench.read(&pool), json!({ "MfaConfiguration": "OFF" }));
}

#[test]
fn t03_required_with_a_one_time_password_first_factor_is_refused() {
    let mut bench = Bench::new();
    let email = bench.pool(first_factors(json!(["PASSWORD", "EMAIL_OTP"])));
    let sms = bench.pool_with_sms(first_factors(json!(["PASSWORD", "SMS_OTP"])));
    for pool in [email, sms] {
        refused_parameter(bench.set(&pool, token()), OTP_REFUSED);
        bench.set(&pool, with(token(), json!({ "MfaConfiguration": "OPTIONAL" }))).unwrap();
        bench.set(&pool, json!({ "MfaConfiguration": "OFF" })).unwrap();
    }
}

#[test]
fn t04_a_one_time_password_first_factor_cannot_join_required_mfa() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    bench.set(&pool, token()).unwrap();
    let before = bench.describe(&pool);
    refused_parameter(bench.update(&pool, first_factors(json!(["PASSWORD", "EMAIL_OTP"]))), OTP_REFUSED);
    assert_eq!(bench.describe(&pool), before);
}

#[test]
fn t05_required_with_a_passkey_first_factor_needs_multi_in_the_request() {
    let mut bench = Bench::new();
    let pool = bench.pool(first_factors(json!(["PASSWORD", "WEB_AUTHN"])));
    let text = "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor";
    let single = json!({ "WebAuthnConfiguration": { "FactorConfiguration": "SINGLE_FACTOR" } });
    refused_parameter(bench.set(&pool, with(token(), single.clone())), text);
    bench.set(&pool, with(token(), multi())).unwrap();
    refused_parameter(bench.set(&pool, token()), text);
    bench.set(&pool, with(with(token(), single), json!({ "MfaConfiguration": "OPTIONAL" }))).unwrap();
}

#[test]
fn t06_a_passkey_first_factor_joins_required_mfa_only_as_multi_factor() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    bench.set(&pool, token()).unwrap();
    let factors = first_factors(json!(["PASSWORD", "WEB_AUTHN"]));
    let text = "WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.";
    refused_parameter(bench.update(&pool, factors.clone()), text);
    bench.set(&pool, with(token(), multi())).unwrap();
    bench.update(&pool, factors).unwrap();
}

#[test]
fn t07_the_order_of_dropping_a_first_factor_and_raising_matters() {
    let mut bench = Bench::new();
    let pool = bench.pool(first_factors(json!(["PASSWORD", "EMAIL_OTP"])));
    bench.update(&pool, first_factors(json!(["PASSWORD"]))).unwrap();
    bench.set(&pool, token()).unwrap();
    bench.set(&pool, json!({})).unwrap();
    bench.update(&pool, first_factors(json!(["PASSWORD", "EMAIL_OTP"]))).unwrap();
}

#[test]
fn t08_omission_keeps_first_factors_and_an_empty_list_is_refused() {
    let mut bench = Bench::new();
    let pool = bench.pool(first_factors(json!(["PASSWORD", "EMAIL_OTP"])));
    for update in [json!({}), json!({ "Policies": { "SignInPolicy": {} } }), json!({ "Policies": {} })] {
        bench.update(&pool, update).unwrap();
        refused_parameter(bench.set(&pool, token()), OTP_REFUSED);
    }
    refused_parameter(
        bench.update(&pool, first_factors(json!([]))),
        "1 validation error detected: Value '[]' at 'policies.signInPolicy.allowedFirstAuthFactors' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
}

#[test]
fn t10_email_leaves_before_its_sender() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("email_removal_before_sender", on);
        let pool = bench.pool(ses());
        bench.set(&pool, json!({ "MfaConfiguration": "ON", "EmailMfaConfiguration": {} })).unwrap();
        let update = json!({ "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" } });
        assert_eq!(bench.update(&pool, update).is_ok(), accepted);
    }
}
