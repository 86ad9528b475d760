//! A pool that verifies phone numbers by itself is turned off by the other call, and keeps all else.

use serde_json::{Value, json};

use super::{OFF, Stage, everywhere};
use crate::support::Place;

const WAIVER: &str = "waivers = [{ rule = \"sms_role_with_mode_off\", reason = \"phone verification goes on\" }]";

/// The scenario's pool with settings all over, phone verification and SMS as a factor; its description.
fn prepared(stage: &Stage, passkeys: bool) -> Value {
    let role = stage.aws.create_sms_role("phone");
    let sender = json!({ "SnsCallerArn": role, "ExternalId": "phone" });
    let members = json!({
        "UserPoolId": stage.pool,
        "AutoVerifiedAttributes": ["phone_number", "email"],
        "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        "SmsConfiguration": sender,
        "Policies": {
            "PasswordPolicy": { "MinimumLength": 14, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
                                "RequireSymbols": false, "TemporaryPasswordValidityDays": 3 },
            "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] },
        },
        "LambdaConfig": { "PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:pre" },
        "DeletionProtection": "ACTIVE",
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true },
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true,
                                   "InviteMessageTemplate": { "SMSMessage": "{username} {####}" } },
        "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": "verified_email", "Priority": 1 }, { "Name": "verified_phone_number", "Priority": 2 } ] },
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_LINK" },
        "SmsVerificationMessage": "Your number: {####}",
        "SmsAuthenticationMessage": "Your code is {####}",
        "UserPoolTags": { "team": "identity" },
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" },
    });
    stage.aws.cognito("UpdateUserPool", &members).expect("the pool takes them");
    let mut settings = json!({
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": { "SmsAuthenticationMessage": "Your code is {####}", "SmsConfiguration": sender },
    });
    if passkeys {
        settings["WebAuthnConfiguration"] = json!({ "RelyingPartyId": "login.example.com", "UserVerification": "required" });
    }
    stage.aws.set_mfa(&stage.pool, settings).expect("the pool takes SMS");
    description(stage)
}

/// `DescribeUserPool` without what an update cannot but change.
fn description(stage: &Stage) -> Value {
    let mut pool = stage.aws.cognito("DescribeUserPool", &json!({ "UserPoolId": stage.pool })).unwrap()["UserPool"].take();
    pool["LastModifiedDate"] = Value::Null;
    pool["MfaConfiguration"] = Value::Null;
    pool
}

fn switched(stage: &Stage, refuses: bool) {
    stage.endpoint.turn(&json!({ "switches": { "phone_verification_blocks_off": refuses } }));
}

fn off(more: &str) -> String {
    format!("{OFF}\n  {more}\n  {WAIVER}")
}

fn passkeys(domain: &str) -> String {
    format!("web_authn_configuration = {{ relying_party_id = \"{domain}\", user_verification = \"required\" }}")
}

#[test]
fn m12_everything_else_stays_as_it_was() {
    everywhere("phone_off", &[Place::Sandbox], |stage: &Stage| {
        for refuses in [true, false] {
            switched(stage, refuses);
            let before = prepared(stage, true);
            let web_authn = stage.aws.mfa(&stage.pool)["WebAuthnConfiguration"].clone();
            stage.configure(&off(""));
            stage.clear_journal();
            stage.workspace.plan(&[]).expect_code(2).expect_text("[phone_verification_with_mode_off]");
            stage.expect_no_write();
            stage.workspace.apply(&[]).expect_code(0);
            assert_eq!(stage.endpoint.writes(), ["UpdateUserPool"]);
            assert_eq!(stage.aws.mode(&stage.pool), "OFF");
            assert_eq!(description(stage), before);
            assert_eq!(stage.aws.mfa(&stage.pool)["WebAuthnConfiguration"], web_authn);
            stage.workspace.expect_no_change();
            stage.workspace.destroy().expect_code(0);
        }
    });
}

#[test]
fn m12_passkeys_that_change_too_are_written_first() {
    everywhere("phone_off_passkeys", &[Place::Sandbox], |stage: &Stage| {
        switched(stage, true);
        let before = prepared(stage, true);
        stage.clear_journal();
        stage.settle(&off(&passkeys("auth.example.com")));
        assert_eq!(stage.endpoint.writes(), ["SetUserPoolMfaConfig", "UpdateUserPool"]);
        let now = stage.aws.mfa(&stage.pool);
        assert_eq!(
            (&now["MfaConfiguration"], &now["WebAuthnConfiguration"]["RelyingPartyId"]),
            (&json!("OFF"), &json!("auth.example.com"))
        );
        assert_eq!(description(stage), before);
    });
}

#[test]
fn m14_a_second_call_that_fails_takes_the_first_one_back() {
    everywhere("phone_off_denied", &[Place::Sandbox], |stage: &Stage| {
        prepared(stage, true);
        let found = stage.aws.mfa(&stage.pool);
        stage.endpoint.turn(&json!({ "deny": { "action": "cognito-idp:UpdateUserPool" } }));
        stage.clear_journal();
        let failed = stage.configure(&off(&passkeys("auth.example.com"))).apply(&[]).expect_code(1);
        failed.expect_text("\"Action\": \"cognito-idp:UpdateUserPool\"").expect_text("The first one was taken back");
        assert_eq!(stage.endpoint.writes(), ["SetUserPoolMfaConfig", "UpdateUserPool", "SetUserPoolMfaConfig"]);
        assert_eq!(stage.aws.mfa(&stage.pool), found);
    });
}

#[test]
fn m12_a_lost_answer_is_settled_by_reading() {
    everywhere("phone_off_lost", &[Place::Sandbox], |stage: &Stage| {
        switched(stage, true);
        prepared(stage, false);
        let lose = |when: &str, count: u32| {
            stage.endpoint.turn(&json!({ when: { "operation": "UpdateUserPool", "count": count } }));
        };
        stage.configure(&off(""));
        // A write that was certainly not made is sent twice more.
        lose("cut_before_commit", 3);
        stage.workspace.apply(&[]).expect_code(1).expect_text("the change was not made");
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
        lose("cut_after_commit", 1);
        stage.settle(&off(""));
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn without_phone_verification_the_usual_call_is_made() {
    everywhere("email_off", &[Place::Sandbox], |stage: &Stage| {
        prepared(stage, false);
        let members = json!({ "UserPoolId": stage.pool, "AutoVerifiedAttributes": ["email"] });
        stage.aws.cognito("UpdateUserPool", &members).unwrap();
        stage.clear_journal();
        stage.settle(&off(""));
        assert_eq!(stage.endpoint.writes(), ["SetUserPoolMfaConfig"]);
    });
}
