//! SMS, email and passkeys: each goes out, comes back, and is not lost when something else changes.

use serde_json::json;

use super::emulators::email_pool;
use super::{OFF, Stage, everywhere, resource, sms, token};
use crate::support::Place;

#[test]
fn sms_with_a_role() {
    everywhere("sms", &Place::ALL, |stage: &Stage| {
        let role = stage.aws.create_sms_role("prod-1");
        stage.settle(&sms("OPTIONAL", &role, "prod-1"));
        let live = stage.aws.mfa(&stage.pool);
        assert_eq!(live["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"], role.as_str());
        assert_eq!(live["SmsMfaConfiguration"]["SmsConfiguration"]["ExternalId"], "prod-1");
        stage.settle(&format!("{}\n  software_token_mfa_configuration = {{ enabled = true }}", sms("ON", &role, "prod-1")));
        assert!(stage.aws.has_token(&stage.pool));
    });
}

#[test]
fn sms_through_end_user_messaging() {
    everywhere("sms_eums", &Place::ALL, |stage: &Stage| {
        let role = stage.aws.create_sms_role("prod-2");
        let sender =
            format!("eums_sms = {{ caller_arn = \"{role}\", external_id = \"prod-2\", origination_identity = \"+15550100\" }}");
        let arguments = format!("mfa_configuration = \"OPTIONAL\"\n  sms_configuration = {{ {sender} }}");
        if !stage.holds("eums_settles", || stage.settle(&arguments)) {
            return;
        }
        let live = stage.aws.mfa(&stage.pool);
        let eums = &live["SmsMfaConfiguration"]["SmsConfiguration"]["EumsSms"];
        assert_eq!((&eums["CallerArn"], &eums["OriginationIdentity"]), (&json!(role), &json!("+15550100")));
    });
}

#[test]
fn drift_of_the_sms_sender_is_shown_and_mended() {
    everywhere("sms_drift", &Place::ALL, |stage: &Stage| {
        let (role, other) = (stage.aws.create_sms_role("first"), stage.aws.create_sms_role("second"));
        stage.settle(&sms("OPTIONAL", &role, "first"));
        let members = json!({
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": other, "ExternalId": "second" } },
        });
        stage.aws.set_mfa(&stage.pool, members).expect("a pool takes another role");
        stage.workspace.plan(&[]).expect_code(2).expect_text(&other);
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
    });
}

#[test]
fn sms_that_is_taken_out_of_the_configuration_stays_silent() {
    everywhere("sms_taken_out", &Place::ALL, |stage: &Stage| {
        let role = stage.aws.create_sms_role("out");
        stage.settle(&format!("{}\n  software_token_mfa_configuration = {{ enabled = true }}", sms("OPTIONAL", &role, "out")));
        // AWS keeps the SMS configuration on the pool and goes on showing it; that must not make a plan that never ends.
        stage.settle(&token("OPTIONAL"));
        assert_eq!(stage.workspace.attributes()["sms_configuration"], json!(null));
    });
}

#[test]
fn email() {
    everywhere("email", &Place::ALL, |stage: &Stage| {
        let pool = email_pool(&stage.aws);
        let configure = |arguments: &str| {
            stage.workspace.write("main.tf", &resource(&pool, &format!("mfa_configuration = \"OPTIONAL\"\n  {arguments}")));
        };
        configure("email_mfa_configuration = { message = \"Your code is {####}\", subject = \"Your code\" }");
        if !stage.holds("email_applies", || drop(stage.workspace.apply(&[]).expect_code(0))) {
            return;
        }
        stage.workspace.expect_no_change();
        assert_eq!(stage.aws.mfa(&pool)["EmailMfaConfiguration"]["Subject"], "Your code");
        configure("email_mfa_configuration = {}");
        if stage.holds("empty_email_applies", || drop(stage.workspace.apply(&[]).expect_code(0))) {
            stage.workspace.expect_no_change();
        }
    });
}

#[test]
fn passkeys_of_the_configuration() {
    everywhere("passkeys", &Place::ALL, |stage: &Stage| {
        let passkeys = "web_authn_configuration = { relying_party_id = \"auth.example.com\", user_verification = \"required\" }";
        let is_settled = stage.holds("passkeys_settle", || stage.settle(&format!("{}\n  {passkeys}", token("OPTIONAL"))));
        if is_settled {
            assert_eq!(stage.aws.mfa(&stage.pool)["WebAuthnConfiguration"]["UserVerification"], "required");
        }
    });
}

#[test]
fn passkeys_of_the_pool_survive_a_change_of_the_mode() {
    everywhere("passkeys_kept", &Place::ALL, |stage: &Stage| {
        let passkeys = json!({ "RelyingPartyId": "auth.example.com", "UserVerification": "required" });
        let members = json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": passkeys });
        stage.aws.set_mfa(&stage.pool, members).expect("a pool takes passkeys");
        stage.settle(&token("OPTIONAL"));
        stage.settle(&token("ON"));
        stage.holds("passkeys_still_there", || {
            let live = stage.aws.mfa(&stage.pool);
            let kept = live.get("WebAuthnConfiguration").expect("passkeys are still there");
            assert_eq!((&kept["RelyingPartyId"], &kept["UserVerification"]), (&json!("auth.example.com"), &json!("required")));
        });
        assert_eq!(stage.workspace.attributes()["web_authn_configuration"], json!(null));
    });
}

#[test]
fn passkeys_may_stay_when_mfa_is_off() {
    everywhere("passkeys_with_off", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&format!("{OFF}\n  web_authn_configuration = {{ user_verification = \"preferred\" }}"));
        assert_eq!(stage.aws.mfa(&stage.pool)["WebAuthnConfiguration"]["UserVerification"], "preferred");
    });
}
