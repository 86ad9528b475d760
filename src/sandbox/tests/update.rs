//! Rows U, A and the pool-side rows W08, W09, E08.

use serde_json::json;

use super::*;

#[test]
fn u01_omitted_members_are_reset() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({
        "UserPoolTier": "PLUS",
        "LambdaConfig": { "PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:f" },
        "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" },
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        "AutoVerifiedAttributes": ["email"],
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_LINK" },
        "SmsAuthenticationMessage": "Code {####}",
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
    }));
    bench.update(&pool, json!({})).unwrap();
    let after = bench.describe(&pool);
    assert_eq!(after["LambdaConfig"], json!({}));
    assert_eq!(after["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], false);
    assert_eq!(after["VerificationMessageTemplate"]["DefaultEmailOption"], "CONFIRM_WITH_CODE");
    for member in ["UserPoolAddOns", "AutoVerifiedAttributes", "SmsAuthenticationMessage", "DeviceConfiguration"] {
        assert!(after.get(member).is_none(), "{member}");
    }
}

#[test]
fn u02_other_omitted_members_are_kept() {
    let mut bench = Bench::new();
    let members = json!({
        "DeletionProtection": "ACTIVE",
        "UserPoolTags": { "team": "a" },
        "Policies": { "PasswordPolicy": { "MinimumLength": 12 }, "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } },
    });
    let pool = bench.pool_with_sms(with(ses(), members));
    let multi = json!({ "WebAuthnConfiguration": { "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" } });
    bench.set(&pool, with(token(), multi)).unwrap();
    let (before, mfa) = (bench.describe(&pool), bench.read(&pool));
    bench.update(&pool, json!({})).unwrap();
    let after = bench.describe(&pool);
    for member in
        ["SmsConfiguration", "Policies", "AccountRecoverySetting", "UserPoolTags", "EmailConfiguration", "DeletionProtection"]
    {
        assert_eq!(after[member], before[member], "{member}");
    }
    assert_eq!(bench.read(&pool), mfa);
}

#[test]
fn u03_unmeasured_members_depend_on_their_switch() {
    for on in [true, false] {
        let mut bench = Bench::new().switched("unmeasured_members_reset", on).switched("developer_email_resets", on);
        let pool = bench.pool(with(ses(), json!({ "SmsVerificationMessage": "Code {####}" })));
        bench.update(&pool, json!({})).unwrap();
        let after = bench.describe(&pool);
        assert_eq!(after.get("SmsVerificationMessage").is_none(), on);
        let sender = if on { "COGNITO_DEFAULT" } else { "DEVELOPER" };
        assert_eq!(after["EmailConfiguration"]["EmailSendingAccount"], sender);
    }
}

#[test]
fn u04_an_update_that_omits_automatic_verification_is_refused() {
    let mut bench = Bench::new();
    let settings = json!({ "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] } });
    let pool = bench.pool(with(settings, json!({ "AutoVerifiedAttributes": ["email"] })));
    let text = "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes";
    refused_parameter(bench.update(&pool, json!({})), text);
    bench.update(&pool, json!({ "AutoVerifiedAttributes": ["email"] })).unwrap();
}

#[test]
fn u05_phone_verification_needs_sms() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let text = "SMS configuration is required when phone_number is selected for auto verification";
    refused_parameter(bench.update(&pool, json!({ "AutoVerifiedAttributes": ["phone_number"] })), text);
    bench.role(json!({}));
    bench.update(&pool, json!({ "AutoVerifiedAttributes": ["phone_number"], "SmsConfiguration": sender() })).unwrap();
}

#[test]
fn u06_an_update_with_a_deleted_role_is_refused() {
    let mut bench = Bench::new();
    let pool = bench.pool_with_sms(json!({}));
    bench.iam("DeleteRolePolicy", json!({ "RoleName": "sms", "PolicyName": "publish" })).unwrap();
    bench.iam("DeleteRole", json!({ "RoleName": "sms" })).unwrap();
    let text = "Role does not have a trust relationship allowing Cognito to assume the role";
    refused(bench.update(&pool, json!({ "SmsConfiguration": sender() })), "InvalidSmsRoleTrustRelationshipException", text);
    bench.update(&pool, json!({})).unwrap();
}

#[test]
fn a01_recovery_mechanisms_are_unique_and_admin_stands_alone() {
    let mut bench = Bench::new();
    let pool = bench.pool(json!({}));
    let recovery = |mechanisms: Value| json!({ "AccountRecoverySetting": { "RecoveryMechanisms": mechanisms } });
    let mechanism = |priority: u8, name: &str| json!({ "Priority": priority, "Name": name });
    let twice = recovery(json!([mechanism(1, "verified_email"), mechanism(1, "verified_phone_number")]));
    refused_parameter(
        bench.update(&pool, twice),
        "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
    );
    let admin = recovery(json!([mechanism(1, "admin_only"), mechanism(2, "verified_email")]));
    refused_parameter(
        bench.update(&pool, admin),
        "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
    );
    refused_with(bench.update(&pool, recovery(json!([mechanism(3, "verified_email")]))), "InvalidParameterException");
    bench.update(&pool, recovery(json!([mechanism(1, "admin_only")]))).unwrap();
}

#[test]
fn a02_phone_only_recovery_with_sms_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("phone_only_recovery_refuses_sms", on);
        let recovery = json!({ "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_phone_number" }] });
        let pool = bench.pool_with_sms(json!({ "AccountRecoverySetting": recovery }));
        let request = json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": sms_block() });
        assert_eq!(bench.set(&pool, request).is_ok(), accepted);
    }
}

#[test]
fn a05_threat_protection_needs_plus() {
    let mut bench = Bench::new();
    let outcome = bench.try_pool(json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" } })).map(Value::from);
    let text = "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection";
    refused(outcome, "FeatureUnavailableInTierException", text);
    bench.pool(json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" }, "UserPoolTier": "PLUS" }));
}

#[test]
fn a06_a_lower_tier_with_email_mfa_depends_on_its_switch() {
    for (on, accepted) in [(true, false), (false, true)] {
        let mut bench = Bench::new().switched("tier_downgrade_refused", on);
        let pool = bench.pool(ses());
        bench.set(&pool, json!({ "MfaConfiguration": "ON", "EmailMfaConfiguration": {} })).unwrap();
        assert_eq!(bench.update(&pool, json!({ "UserPoolTier": "LITE" })).is_ok(), accepted);
    }
}

#[test]
fn w08_lite_has_no_passwordless_sign_in() {
    let mut bench = Bench::new();
    let policies = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } });
    let outcome = bench.try_pool(json!({ "UserPoolTier": "LITE", "Policies": policies })).map(Value::from);
    let text = "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In";
    refused(outcome, "FeatureUnavailableInTierException", text);
}

#[test]
fn w09_first_factors_include_the_password() {
    let mut bench = Bench::new();
    let policies = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["WEB_AUTHN"] } });
    let outcome = bench.try_pool(json!({ "Policies": policies })).map(Value::from);
    refused_parameter(outcome, "Password should be configured as one of the allowed first auth factors.");
}

#[test]
fn e08_an_own_sender_needs_its_identity() {
    let mut bench = Bench::new();
    let outcome = bench.try_pool(json!({ "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER" } })).map(Value::from);
    refused_parameter(outcome, "Source ARN is required to use DEVELOPER email sending owner");
}

#[test]
fn e10_an_email_first_factor_with_the_default_sender_is_accepted() {
    let mut bench = Bench::new();
    bench.pool(json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } } }));
}
