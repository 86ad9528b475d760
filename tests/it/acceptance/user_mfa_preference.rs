//! The preference of one user: from its creation to its destroy, with everything that AWS may do to it on the way.

use serde_json::{Value, json};

use super::{Stage, everywhere, wherever};
use crate::support::{Cli, Place};

/// With a slash, so that an import id has two of them.
const USERNAME: &str = "break/glass-1";
const ADDRESS: &str = "cognitomfa_user_mfa_preference.this";
const SMS: &str = "sms_mfa_settings = { enabled = true, preferred_mfa = true }";
const TOKEN: &str = "software_token_mfa_settings = { enabled = true, preferred_mfa = true }";

fn resource(stage: &Stage, arguments: &str) -> String {
    format!(
        "resource \"cognitomfa_user_mfa_preference\" \"this\" {{\n  user_pool_id = \"{}\"\n  username = \"{USERNAME}\"\n  {arguments}\n}}\n",
        stage.pool
    )
}

fn configure<'a>(stage: &'a Stage, arguments: &str) -> &'a crate::support::Workspace {
    stage.workspace.write("main.tf", &resource(stage, arguments))
}

/// Applies these arguments; then no plan may want a change.
#[track_caller]
fn settle(stage: &Stage, arguments: &str) {
    configure(stage, arguments).apply(&[]).expect_code(0);
    stage.workspace.expect_no_change();
}

/// Gives the pool of the stage this mode, with the authenticator app and SMS.
fn set_pool(stage: &Stage, mode: &str) {
    let role = stage.aws.create_sms_role("preference");
    let members = json!({
        "MfaConfiguration": mode,
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "preference" } },
    });
    stage.aws.set_mfa(&stage.pool, members).expect("a pool takes SMS");
}

/// One call about the user.
fn call(stage: &Stage, operation: &str, members: Value) -> Value {
    let mut input = json!({ "UserPoolId": stage.pool, "Username": USERNAME });
    let Value::Object(members) = members else { panic!("members are an object") };
    input.as_object_mut().unwrap().extend(members);
    stage.aws.cognito(operation, &input).unwrap_or_else(|refused| panic!("{operation}: {refused:?}"))
}

fn create_user(stage: &Stage, attributes: &[(&str, &str)]) {
    let attributes: Vec<Value> = attributes.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
    call(stage, "AdminCreateUser", json!({ "MessageAction": "SUPPRESS", "UserAttributes": attributes }));
}

/// An `OPTIONAL` pool and a user with a phone number and an email.
fn prepare(stage: &Stage) {
    set_pool(stage, "OPTIONAL");
    create_user(stage, &[("phone_number", "+15550100"), ("email", "break@example.com")]);
}

/// What the user has: the factors in order, and the preferred one.
fn user(stage: &Stage) -> (Vec<String>, String) {
    let read = call(stage, "AdminGetUser", json!({}));
    let list = read["UserMFASettingList"].as_array().cloned().unwrap_or_default();
    let mut factors: Vec<String> = list.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    factors.sort();
    (factors, read["PreferredMfaSetting"].as_str().unwrap_or_default().to_owned())
}

fn has(factors: &[&str], preferred: &str) -> (Vec<String>, String) {
    (factors.iter().map(|factor| (*factor).to_owned()).collect(), preferred.to_owned())
}

#[test]
fn a_preference_is_created_updated_and_mended() {
    everywhere("preference_life", &Place::ALL, |stage: &Stage| {
        prepare(stage);
        settle(stage, SMS);
        assert_eq!(user(stage), has(&["SMS_MFA"], "SMS_MFA"));
        let attributes = stage.workspace.attributes();
        assert_eq!(attributes["id"], format!("{}/{USERNAME}", stage.pool));
        assert_eq!(attributes["enabled_factors"], json!(["SMS_MFA"]));
        assert_eq!((&attributes["preferred_factor"], &attributes["region"]), (&json!("SMS_MFA"), &json!("us-east-1")));
        assert_eq!(attributes["email_mfa_settings"], json!(null));

        stage.holds("preference_taken_back", || {
            settle(stage, "sms_mfa_settings = { enabled = true, preferred_mfa = false }");
            assert_eq!(user(stage), has(&["SMS_MFA"], ""));
        });

        call(stage, "AdminSetUserMFAPreference", json!({ "SMSMfaSettings": { "Enabled": false, "PreferredMfa": false } }));
        let enabled = |value: &Value| value["sms_mfa_settings"]["enabled"].as_bool();
        let drift = stage.workspace.drift();
        assert_eq!(
            drift.iter().map(|change| (enabled(&change.before), enabled(&change.after))).collect::<Vec<_>>(),
            [(Some(true), Some(false))]
        );
        let change = stage.workspace.change();
        assert_eq!((enabled(&change.before), enabled(&change.after)), (Some(false), Some(true)));
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!(user(stage), has(&["SMS_MFA"], ""));
    });
}

#[test]
fn a_preference_that_is_not_configured_stays_the_users() {
    everywhere("preference_kept", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        let set = json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } });
        call(stage, "AdminSetUserMFAPreference", set);
        stage.clear_journal();
        settle(stage, "sms_mfa_settings = { enabled = true }");
        stage.expect_no_write();
        assert_eq!(user(stage), has(&["SMS_MFA"], "SMS_MFA"));
        stage.endpoint.turn(&json!({ "enrolled_token": { "user_pool_id": stage.pool, "username": USERNAME } }));
        settle(stage, &format!("sms_mfa_settings = {{ enabled = true }}\n  {TOKEN}"));
        assert_eq!(user(stage), has(&["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"));
        settle(stage, TOKEN);
        assert_eq!(user(stage).0, ["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "a block that is left out is not managed");
    });
}

#[test]
fn an_import_takes_the_pool_and_the_user() {
    everywhere("preference_import", &Place::ALL, |stage: &Stage| {
        prepare(stage);
        call(stage, "AdminSetUserMFAPreference", json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } }));
        configure(stage, SMS);
        stage.clear_journal();
        let id = format!("{}/{USERNAME}", stage.pool);
        stage.workspace.run(&["import", "-no-color", "-input=false", ADDRESS, &id]).expect_code(0);
        stage.expect_no_write();
        stage.workspace.expect_no_change();
        if stage.is_sandbox() {
            stage.workspace.run(&["state", "rm", ADDRESS]).expect_code(0);
            let wrong = stage.workspace.run(&["import", "-no-color", "-input=false", ADDRESS, &stage.pool]);
            wrong.expect_code(1).expect_text("Not an import id");
        }
    });
}

#[test]
fn an_import_block_takes_the_identity() {
    wherever(Cli::imports_by_identity, "preference_identity", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        call(stage, "AdminSetUserMFAPreference", json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } }));
        let identity = format!("identity = {{ user_pool_id = \"{}\", username = \"{USERNAME}\" }}", stage.pool);
        configure(stage, SMS).write("import.tf", &format!("import {{\n  to = {ADDRESS}\n  {identity}\n}}\n"));
        stage.workspace.expect_import_alone();
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        let stored = &stage.workspace.state()["values"]["root_module"]["resources"][0]["identity"];
        assert_eq!(stored["username"], USERNAME, "{stored}");
    });
}

#[test]
fn a_destroy_leaves_the_user_alone_or_disables_what_it_enabled() {
    everywhere("preference_destroy", &Place::ALL, |stage: &Stage| {
        prepare(stage);
        settle(stage, SMS);
        stage.clear_journal();
        stage.workspace.destroy().expect_code(0);
        stage.expect_no_write();
        assert_eq!(user(stage), has(&["SMS_MFA"], "SMS_MFA"));

        settle(stage, &format!("{SMS}\n  deletion_policy = \"OFF\""));
        stage.workspace.destroy().expect_code(0);
        assert_eq!(user(stage), has(&[], ""));
    });
}

#[test]
fn a_user_that_is_gone_is_created_or_told_of() {
    everywhere("preference_gone", &Place::ALL, |stage: &Stage| {
        prepare(stage);
        settle(stage, &format!("{SMS}\n  deletion_policy = \"OFF\""));
        call(stage, "AdminDeleteUser", json!({}));
        stage.workspace.plan(&[]).expect_code(2).expect_text("The user does not exist yet");
        assert_eq!(stage.workspace.change().actions, ["create"]);
        stage.clear_journal();
        stage.workspace.apply(&[]).expect_code(1).expect_text("User not found");
        stage.expect_no_write();
        stage.workspace.plan(&["-destroy"]).expect_code(0);
        create_user(stage, &[("phone_number", "+15550100")]);
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
    });
}

#[test]
fn a_preference_that_aws_does_not_take_is_an_error() {
    everywhere("preference_not_taken", &Place::EMULATORS, |stage: &Stage| {
        // Both accept the call and leave email out.
        prepare(stage);
        let waiver = "waivers = [{ rule = \"preference_without_pool_factor\", reason = \"the pool comes later\" }]";
        configure(stage, &format!("{SMS}\n  email_mfa_settings = {{ enabled = true }}\n  {waiver}"));
        let failed = stage.workspace.apply(&[]).expect_code(1);
        failed
            .expect_text("AWS did not take the MFA preference")
            .expect_text("email_mfa_settings.enabled: wrote true, reads false")
            .expect_text("SMS_MFA enabled and prefers SMS_MFA");
        stage.workspace.run(&["state", "list"]).expect_code(0);
        assert_eq!(stage.workspace.state()["values"], json!(null), "a create that failed stores nothing");
        settle(stage, SMS);
        configure(stage, &format!("{SMS}\n  email_mfa_settings = {{ enabled = true }}\n  {waiver}"));
        stage.workspace.apply(&[]).expect_code(1).expect_text("AWS did not take the MFA preference");
        stage.workspace.plan(&[]).expect_code(2).expect_text("email_mfa_settings");
        settle(stage, SMS);
    });
}

#[test]
fn each_rule_refuses_before_anything_is_written() {
    everywhere("preference_refused", &[Place::Sandbox], |stage: &Stage| {
        set_pool(stage, "ON");
        create_user(stage, &[("email", "break@example.com")]);
        let sms_off = "sms_mfa_settings = { enabled = false }";
        let refuse = |arguments: &str, rule: &str| {
            stage.clear_journal();
            configure(stage, arguments).plan(&[]).expect_code(1).expect_text(&format!("[{rule}]"));
            stage.workspace.apply(&[]).expect_code(1).expect_text(&format!("[{rule}]"));
            stage.expect_no_write();
        };
        refuse(SMS, "preference_for_unavailable_factor");
        refuse("email_mfa_settings = { enabled = true }", "preference_without_pool_factor");
        refuse("web_authn_mfa_settings = { enabled = true }", "preference_without_pool_factor");
        stage.endpoint.turn(&json!({ "enrolled_token": { "user_pool_id": stage.pool, "username": USERNAME } }));
        refuse(&format!("{TOKEN}\n  {SMS}"), "preference_not_exclusive");
        // Nothing is sent for a factor that the user never had, so AWS cannot refuse it.
        settle(stage, sms_off);
        settle(stage, &format!("{TOKEN}\n  deletion_policy = \"OFF\""));
        refuse("software_token_mfa_settings = { enabled = false }", "preference_off_while_required");
        stage.clear_journal();
        stage.workspace.plan(&["-destroy"]).expect_code(1).expect_text("[preference_off_while_required]");
        stage.expect_no_write();
    });
}

#[test]
fn an_authenticator_app_that_is_not_set_up_is_told_at_apply() {
    everywhere("preference_token", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        let failed = configure(stage, TOKEN).apply(&[]).expect_code(1);
        let failed = failed.expect_text("no verified authenticator app").expect_text("VerifySoftwareToken");
        assert!(!failed.says("this is a gap in this provider"), "{}", failed.transcript());
        assert_eq!(stage.workspace.state()["values"], json!(null));
        stage.endpoint.turn(&json!({ "enrolled_token": { "user_pool_id": stage.pool, "username": USERNAME } }));
        settle(stage, TOKEN);
        assert_eq!(user(stage), has(&["SOFTWARE_TOKEN_MFA"], "SOFTWARE_TOKEN_MFA"));
    });
}

#[test]
fn passkeys_are_written_and_not_read() {
    everywhere("preference_passkeys", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        let passkeys = json!({ "RelyingPartyId": "example.com", "UserVerification": "required",
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" });
        let token = json!({ "Enabled": true });
        let members =
            json!({ "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token, "WebAuthnConfiguration": passkeys });
        stage.aws.set_mfa(&stage.pool, members).expect("a pool takes passkeys");
        stage.endpoint.turn(&json!({ "enrolled_token": { "user_pool_id": stage.pool, "username": USERNAME } }));
        settle(stage, &format!("{TOKEN}\n  web_authn_mfa_settings = {{ enabled = true }}"));
        stage.clear_journal();
        settle(stage, &format!("{TOKEN}\n  web_authn_mfa_settings = {{ enabled = false }}"));
        assert_eq!(stage.endpoint.writes(), ["AdminSetUserMFAPreference"]);
    });
}

#[test]
fn what_may_not_be_read_is_one_warning() {
    everywhere("preference_denied", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        for action in ["cognito-idp:AdminGetUser", "cognito-idp:GetUserPoolMfaConfig"] {
            stage.endpoint.turn(&json!({ "deny": { "action": action } }));
            let planned = configure(stage, SMS).plan(&[]).expect_code(2);
            planned.expect_text("[check_skipped]").expect_text(&format!("\"Action\": \"{action}\""));
            if action.ends_with("AdminGetUser") {
                stage.clear_journal();
                stage.workspace.apply(&[]).expect_code(1).expect_text("Unable to read a user of");
                stage.expect_no_write();
            }
            stage.endpoint.turn(&json!({ "allow": { "action": action } }));
        }
        settle(stage, SMS);
    });
}

#[test]
fn a_lost_answer_is_settled_by_reading() {
    everywhere("preference_lost", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        let cut = |when: &str| json!({ when: { "operation": "AdminSetUserMFAPreference", "count": 1 } });
        stage.endpoint.turn(&cut("cut_before_commit"));
        let lost = configure(stage, SMS).apply(&[]).expect_code(1);
        lost.expect_text("Unable to set the MFA preference").expect_text("does not show the change");
        stage.endpoint.turn(&cut("cut_after_commit"));
        settle(stage, SMS);
    });
}

#[test]
fn a_plan_without_a_change_reads_the_user_once() {
    everywhere("preference_budget", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        settle(stage, SMS);
        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(0);
        assert_eq!(stage.endpoint.operations(), ["AdminGetUser"]);
        settle(stage, &format!("{SMS}\n  timeouts = {{ create = \"2m\" }}"));
        assert_eq!(stage.endpoint.writes(), Vec::<String>::new());
    });
}

#[test]
fn a_pool_that_gets_the_factor_in_the_same_apply_has_it() {
    everywhere("preference_with_pool", &[Place::Sandbox], |stage: &Stage| {
        create_user(stage, &[]);
        stage.endpoint.turn(&json!({ "enrolled_token": { "user_pool_id": stage.pool, "username": USERNAME } }));
        let pool = super::resource(&stage.pool, &super::token("OPTIONAL"));
        let user = resource(stage, TOKEN).replace(&format!("\"{}\"", stage.pool), "cognitomfa_user_pool_mfa.this.user_pool_id");
        stage.workspace.write("main.tf", &resource(stage, TOKEN));
        stage.workspace.plan(&[]).expect_code(1).expect_text("[preference_without_pool_factor]");
        stage.workspace.write("main.tf", &format!("{pool}\n{user}"));
        stage.workspace.plan(&[]).expect_code(2);
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
    });
}

#[test]
fn a_username_that_only_apply_knows_is_judged_there_and_another_one_replaces() {
    everywhere("preference_unknown", &[Place::Sandbox], |stage: &Stage| {
        prepare(stage);
        let named = |name: &str| {
            let username = resource(stage, SMS).replace(&format!("\"{USERNAME}\""), "terraform_data.name.output");
            format!(
                "resource \"terraform_data\" \"name\" {{\n  triggers_replace = \"{name}\"\n  input = \"{name}\"\n}}\n{username}"
            )
        };
        stage.workspace.write("main.tf", &named(USERNAME));
        let planned = stage.workspace.planned(&[]);
        let changes = planned["resource_changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["address"] == ADDRESS).unwrap();
        assert_eq!(change["change"]["after_unknown"]["id"], true, "{change}");
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!(user(stage), has(&["SMS_MFA"], "SMS_MFA"));

        stage.workspace.write("main.tf", &named("nobody"));
        let changes = stage.workspace.changes(&[]);
        let change = changes.iter().find(|change| change.address == ADDRESS).unwrap();
        assert_eq!(change.actions, ["delete", "create"]);
        stage.workspace.apply(&[]).expect_code(1).expect_text("User not found");
        assert_eq!(user(stage), has(&["SMS_MFA"], "SMS_MFA"), "what is retained is left alone");
    });
}
