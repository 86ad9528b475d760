//! Rows S and R, as far as they are not about the role.

use serde_json::json;

use super::*;

fn on_with(block: Value) -> Value {
    json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": block })
}

#[test]
fn s01_the_message_has_a_code_on_one_line() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    for message in ["Your code", "Your code\n{####}"] {
        let block = with(sms_block(), json!({ "SmsAuthenticationMessage": message }));
        let text = format!(
            r"1 validation error detected: Value '{message}' at 'smsMfaConfiguration.smsAuthenticationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: .*\{{####\}}.*"
        );
        refused_parameter(bench.set(&pool, on_with(block)), &text);
    }
    let short = with(sms_block(), json!({ "SmsAuthenticationMessage": "a" }));
    let refusal = bench.set(&pool, on_with(short)).unwrap_err();
    assert!(refusal.message.starts_with("2 validation errors detected: "), "{}", refusal.message);
    let long = with(sms_block(), json!({ "SmsAuthenticationMessage": format!("{{####}}{}", "é".repeat(134)) }));
    bench.set(&pool, on_with(long)).unwrap();
}

#[test]
fn s02_the_caller_arn_is_an_arn_or_empty() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let block = json!({ "SmsConfiguration": { "SnsCallerArn": "sms-role" } });
    let refusal = bench.set(&pool, on_with(block)).unwrap_err();
    assert!(refusal.message.contains("at 'smsMfaConfiguration.smsConfiguration.snsCallerArn'"), "{}", refusal.message);
}

#[test]
fn s03_two_senders_depend_on_their_switch() {
    let both =
        json!({ "SnsCallerArn": ROLE, "ExternalId": "outside", "EumsSms": { "CallerArn": ROLE, "ExternalId": "outside" } });
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("one_sms_sender", on);
        bench.role_allowed(json!({}), "sms-voice:SendTextMessage", "*");
        let pool = bench.pool(json!({}));
        assert_eq!(bench.set(&pool, on_with(json!({ "SmsConfiguration": both }))).is_ok(), accepted);
        if accepted {
            let sms = bench.read(&pool)["SmsMfaConfiguration"]["SmsConfiguration"].clone();
            assert!(sms.get("SnsCallerArn").is_none() && sms.get("EumsSms").is_some());
        }
    }
}

#[test]
fn s04_eums_has_a_caller_and_the_region_of_the_pool() {
    let mut bench = Bench::new();
    bench.role_allowed(json!({}), "sms-voice:SendTextMessage", "*");
    let pool = bench.pool(json!({}));
    let eums = |members: Value| on_with(json!({ "SmsConfiguration": { "SnsCallerArn": "", "EumsSms": members } }));
    let refusal = bench.set(&pool, eums(json!({}))).unwrap_err();
    assert!(refusal.message.contains("'smsMfaConfiguration.smsConfiguration.eumsSms.callerArn' failed"), "{}", refusal.message);
    let elsewhere = json!({ "CallerArn": ROLE, "Region": "eu-west-1" });
    refused_with(bench.set(&pool, eums(elsewhere.clone())), "InvalidParameterException");
    bench.set(&pool, eums(json!({ "CallerArn": ROLE, "Region": "us-east-1" }))).unwrap();
    assert_eq!(bench.read(&pool)["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"], "");
    bench.core.switches.set("eums_region_is_pool_region", false).unwrap();
    bench.set(&pool, eums(elsewhere)).unwrap();
}

#[test]
fn s05_senders_serve_only_some_regions() {
    let eums = on_with(json!({ "SmsConfiguration": { "EumsSms": { "CallerArn": ROLE } } }));
    let sns = on_with(json!({ "SmsConfiguration": { "SnsCallerArn": ROLE } }));
    for (region, request) in [("ap-east-1", eums), ("ap-east-2", sns)] {
        for on in [true, false] {
            let mut bench = Bench::in_region(region).switched("sender_must_serve_region", on);
            bench.role_allowed(json!({}), "*", "*");
            let pool = bench.pool(json!({}));
            assert_eq!(bench.set(&pool, request.clone()).is_err(), on, "{region}");
        }
    }
}

#[test]
fn s09_the_sns_region_serves_the_region_of_the_pool() {
    let cases = [
        ("us-east-1", "us-east-1", None),
        ("us-east-1", "us-west-2", Some("Invalid snsRegion. Allowed SNS region for us-east-1 is us-east-1")),
        ("ap-northeast-2", "ap-northeast-2", Some("Invalid snsRegion. Allowed SNS region for ap-northeast-2 is ap-northeast-1")),
        ("eu-central-1", "eu-west-1", None),
        ("us-east-2", "us-east-1", None),
        ("us-gov-west-1", "us-gov-east-1", None),
    ];
    for (region, sns_region, text) in cases {
        let mut bench = Bench::in_region(region);
        bench.role(json!({}));
        let role = bench.iam("GetRole", json!({ "RoleName": "sms" })).unwrap()["Role"]["Arn"].clone();
        let pool = bench.pool(json!({}));
        let sender = json!({ "SnsCallerArn": role, "SnsRegion": sns_region });
        let outcome = bench.set(&pool, on_with(json!({ "SmsConfiguration": sender })));
        match text {
            Some(text) => refused_parameter(outcome, text),
            None => assert!(outcome.is_ok(), "{region}"),
        }
    }
}

#[test]
fn s11_an_sms_first_factor_needs_sms() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let policies = json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"] } } });
    let text = "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration";
    refused_parameter(bench.update(&pool, policies.clone()), text);
    bench.role(json!({}));
    bench.update(&pool, with(policies, json!({ "SmsConfiguration": sender() }))).unwrap();
}

#[test]
fn s13_s14_off_and_token_only_are_accepted_with_an_sms_role() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    bench.set(&pool, token()).unwrap();
    bench.set(&pool, json!({ "MfaConfiguration": "OFF" })).unwrap();
}

#[test]
fn s15_no_omission_removes_sms_and_an_empty_role_depends_on_its_switch() {
    for (on, cleared) in [(true, true), (false, false)] {
        let mut bench = Bench::new().switched("empty_role_clears_sms", on);
        let pool = bench.pool_with_sms(json!({}));
        bench.update(&pool, json!({})).unwrap();
        assert!(bench.describe(&pool).get("SmsConfiguration").is_some());
        let outcome = bench.update(&pool, json!({ "SmsConfiguration": { "SnsCallerArn": "" } }));
        assert_eq!(outcome.is_ok(), cleared);
        assert_eq!(bench.describe(&pool).get("SmsConfiguration").is_none(), cleared);
    }
}

#[test]
fn s15_sms_that_something_uses_is_not_cleared() {
    let mut bench = Bench::new().switched("empty_role_clears_sms", true);
    let pool = bench.pool_with_sms(json!({ "AutoVerifiedAttributes": ["phone_number"] }));
    let update = json!({ "AutoVerifiedAttributes": ["phone_number"], "SmsConfiguration": { "SnsCallerArn": "" } });
    refused_parameter(
        bench.update(&pool, update),
        "SMS configuration is required when phone_number is selected for auto verification",
    );
}

#[test]
fn s16_a_message_without_a_sender_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("sms_block_needs_configuration", on);
        let pool = bench.pool_with_sms(json!({}));
        let request = on_with(json!({ "SmsAuthenticationMessage": "Code {####}" }));
        assert_eq!(bench.set(&pool, request.clone()).is_ok(), accepted);
        let bare = bench.pool(json!({}));
        refused_with(bench.set(&bare, request), "InvalidParameterException");
    }
}
