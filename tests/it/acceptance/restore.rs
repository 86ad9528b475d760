//! `deletion_policy = "RESTORE"`: a destroy writes back what was found on the pool.

use serde_json::json;

use super::{OFF, Stage, everywhere, resource, sms, token};
use crate::support::Place;
use crate::support::aws::unique;

const WAIVER: &str = "waivers = [{ rule = \"restore_weakens\", reason = \"the pool goes back to its owner\" }]";

fn restoring(arguments: &str) -> String {
    format!("{arguments}\n  deletion_policy = \"RESTORE\"")
}

#[test]
fn what_a_create_found_comes_back_after_updates() {
    everywhere("restore_after_updates", &Place::ALL, |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "ON");
        let found = stage.aws.mfa(&stage.pool);
        // Another lowering on the way is not what is asked about here.
        let aside = "waivers = [{ rule = \"sign_in_weakened\", reason = \"a test\" }]";
        stage.settle(&restoring(&format!("{}\n  {aside}", token("OPTIONAL"))));
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
        // A change of the state alone, and a refresh, keep what was found too.
        stage.settle(&restoring(&token("OPTIONAL")));
        stage.clear_journal();
        stage.workspace.plan(&["-destroy"]).expect_code(2);
        stage.expect_no_write();
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.aws.mfa(&stage.pool), found);
        if stage.is_sandbox() {
            assert_eq!(stage.endpoint.writes(), ["SetUserPoolMfaConfig"]);
        }
    });
}

#[test]
fn weaker_settings_come_back_only_with_a_waiver() {
    everywhere("restore_weaker", &Place::ALL, |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "OPTIONAL");
        let found = stage.aws.mfa(&stage.pool);
        stage.settle(&restoring(&token("ON")));
        stage.clear_journal();
        let refused = stage.workspace.plan(&["-destroy"]).expect_code(1).expect_text("[restore_weakens]");
        refused.expect_no_text("[required_to_off]");
        stage.expect_no_write();
        stage.settle(&restoring(&format!("{}\n  {WAIVER}", token("ON"))));
        stage.workspace.plan(&["-destroy"]).expect_code(2).expect_text("[sign_in_weakened]");
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.aws.mfa(&stage.pool), found);
    });
}

#[test]
fn a_pool_that_was_off_is_turned_off_with_a_waiver() {
    everywhere("restore_off", &Place::ALL, |stage: &Stage| {
        stage.settle(&restoring(&token("ON")));
        stage.workspace.plan(&["-destroy"]).expect_code(1).expect_text("[restore_weakens]").expect_no_text("[required_to_off]");
        stage.settle(&restoring(&format!("{}\n  {WAIVER}", token("ON"))));
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn what_an_import_found_comes_back() {
    everywhere("restore_import", &Place::ALL, |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "ON");
        let found = stage.aws.mfa(&stage.pool);
        stage.configure(&restoring(&token("OPTIONAL")));
        let address = "cognitomfa_user_pool_mfa.this";
        stage.workspace.run(&["import", "-no-color", "-input=false", address, &stage.pool]).expect_code(0);
        stage.workspace.apply(&[]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.aws.mfa(&stage.pool), found);
    });
}

#[test]
fn a_replacement_restores_the_old_pool_and_remembers_the_new_one() {
    everywhere("restore_replace", &Place::ALL, |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "ON");
        stage.settle(&restoring(&token("OPTIONAL")));
        let other = stage.aws.create_pool(&unique("restored"));
        stage.aws.set_token(&other, "OPTIONAL");
        let aside = "waivers = [{ rule = \"restore_weakens\", reason = \"a test\" }]";
        stage.workspace.write("main.tf", &resource(&other, &restoring(&format!("{}\n  {aside}", token("ON")))));
        stage.workspace.apply(&[]).expect_code(0);
        assert_eq!((stage.aws.mode(&stage.pool), stage.aws.mode(&other)), ("ON".to_owned(), "ON".to_owned()));
        stage.workspace.destroy().expect_code(0);
        assert_eq!((stage.aws.mode(&stage.pool), stage.aws.mode(&other)), ("ON".to_owned(), "OPTIONAL".to_owned()));
    });
}

#[test]
fn settings_that_are_there_already_are_not_written() {
    everywhere("restore_unchanged", &[Place::Sandbox], |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "ON");
        stage.settle(&restoring(&token("ON")));
        stage.clear_journal();
        stage.workspace.destroy().expect_code(0);
        stage.expect_no_write();
    });
}

#[test]
fn an_sms_role_that_is_gone_stops_the_destroy() {
    everywhere("restore_without_role", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("restore");
        let members = json!({
            "MfaConfiguration": "ON",
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "restore" } },
        });
        stage.aws.set_mfa(&stage.pool, members).unwrap();
        let newer = stage.aws.create_sms_role("newer");
        stage.settle(&restoring(&sms("ON", &newer, "newer")));
        let name = role.rsplit('/').next().unwrap();
        stage.aws.iam("DeleteRolePolicy", &[("RoleName", name), ("PolicyName", "publish")]).unwrap();
        stage.aws.iam("DeleteRole", &[("RoleName", name)]).unwrap();
        stage.clear_journal();
        stage.workspace.plan(&["-destroy"]).expect_code(1).expect_text("[sms_role_missing]");
        stage.expect_no_write();
    });
}

#[test]
fn a_pool_that_changed_after_the_plan_is_left_alone() {
    everywhere("restore_drift", &[Place::Sandbox], |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "ON");
        stage.settle(&restoring(&token("OPTIONAL")));
        stage.workspace.plan(&["-destroy", "-out=saved.tfplan"]).expect_code(2);
        stage.aws.set_mfa(&stage.pool, json!({ "MfaConfiguration": "OFF" })).unwrap();
        stage.clear_journal();
        stage.workspace.apply(&["saved.tfplan"]).expect_code(1).expect_text("[changed_since_plan]");
        stage.expect_no_write();
    });
}

#[test]
fn a_state_that_does_not_know_what_was_found_is_not_destroyed() {
    everywhere("restore_unknown", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&restoring(&token("ON")));
        let file = stage.workspace.path().join("terraform.tfstate");
        let mut state: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let instance = state["resources"][0]["instances"][0].as_object_mut().unwrap();
        assert!(instance.remove("private").is_some(), "what was found is in the private part");
        std::fs::write(&file, state.to_string()).unwrap();
        stage.clear_journal();
        let refused = stage.workspace.plan(&["-destroy"]).expect_code(1);
        refused.expect_text("Unable to restore MFA of").expect_text("deletion_policy = \"RETAIN\"");
        stage.expect_no_write();
        stage.settle(&token("ON"));
        stage.workspace.destroy().expect_code(0);
    });
}

#[test]
fn a_pool_that_is_gone_needs_no_restoring() {
    everywhere("restore_gone", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&restoring(OFF));
        stage.aws.cognito("DeleteUserPool", &json!({ "UserPoolId": stage.pool })).unwrap();
        let without_refresh = ["destroy", "-no-color", "-input=false", "-auto-approve", "-refresh=false"];
        stage.workspace.run(&without_refresh).expect_code(0);
    });
}
