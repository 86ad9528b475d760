//! Transitions that are refused at plan, with nothing written; waivers and profiles that let them through.

use serde_json::json;

use super::{OFF, Stage, everywhere, sms, token};
use crate::support::Place;

fn waived(arguments: &str, rules: &[&str]) -> String {
    let waivers: Vec<String> =
        rules.iter().map(|rule| format!("{{ rule = \"{rule}\", reason = \"agreed in the test\" }}")).collect();
    format!("{arguments}\n  waivers = [{}]", waivers.join(", "))
}

#[test]
fn on_to_off_is_refused() {
    everywhere("required_to_off", &Place::ALL, |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.clear_journal();
        stage.configure(OFF).plan(&[]).expect_code(1).expect_text("[required_to_off]").expect_text(&stage.pool);
        stage.workspace.apply(&[]).expect_code(1).expect_text("[required_to_off]");
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn off_is_refused_while_an_sms_role_is_set() {
    everywhere("sms_role_with_mode_off", &Place::ALL, |stage: &Stage| {
        let role = stage.aws.create_sms_role("stays");
        stage.settle(&sms("OPTIONAL", &role, "stays"));
        stage.clear_journal();
        stage.configure(OFF).plan(&[]).expect_code(1).expect_text("[sms_role_with_mode_off]");
        stage.workspace.apply(&[]).expect_code(1).expect_text("[sms_role_with_mode_off]");
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
    });
}

#[test]
fn both_refusals_are_shown_together() {
    everywhere("both_refusals", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("both");
        stage.settle(&sms("ON", &role, "both"));
        stage.clear_journal();
        let refused = stage.configure(OFF).plan(&[]).expect_code(1);
        refused.expect_text("[required_to_off]").expect_text("[sms_role_with_mode_off]");
        stage.configure(&waived(OFF, &["required_to_off"])).plan(&[]).expect_code(1).expect_text("[sms_role_with_mode_off]");
        stage.expect_no_write();
        stage.settle(&waived(OFF, &["required_to_off", "sms_role_with_mode_off"]));
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn a_waiver_lets_on_to_off_through() {
    everywhere("waiver", &[Place::Sandbox, Place::Moto], |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.settle(&waived(OFF, &["required_to_off"]));
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn an_expired_waiver_counts_for_nothing() {
    everywhere("waiver_expired", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("ON"));
        let expired = "waivers = [{ rule = \"required_to_off\", reason = \"last year\", expires = \"2020-01-31\" }]";
        let refused = stage.configure(&format!("{OFF}\n  {expired}")).plan(&[]).expect_code(1);
        refused.expect_text("[required_to_off]").expect_text("2020-01-31");
    });
}

#[test]
fn waivers_can_be_forbidden() {
    everywhere("waivers_forbidden", &[Place::Sandbox], |stage: &Stage| {
        stage.configure_provider("rules = { allow_waivers = false }");
        stage.settle(&token("ON"));
        stage.configure(&waived(OFF, &["required_to_off"])).plan(&[]).expect_code(1).expect_text("[required_to_off]");
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn the_profile_of_aws_only_warns() {
    everywhere("profile_aws", &[Place::Sandbox, Place::Moto], |stage: &Stage| {
        stage.configure_provider("rules = { profile = \"aws\" }");
        stage.settle(&token("ON"));
        let problems = stage.configure(OFF).plan_json().expect_code(0).problems();
        let found: Vec<&str> = problems
            .iter()
            .filter(|problem| problem.summary.contains("[required_to_off]"))
            .map(|problem| problem.severity.as_str())
            .collect();
        assert_eq!(found, ["warning"], "{problems:?}");
        stage.settle(OFF);
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn a_severity_of_its_own_wins_over_the_profile() {
    everywhere("severity", &[Place::Sandbox], |stage: &Stage| {
        stage.configure_provider("rules = { profile = \"aws\", severity = { required_to_off = \"error\" } }");
        stage.settle(&token("ON"));
        stage.configure(OFF).plan(&[]).expect_code(1).expect_text("[required_to_off]");
    });
}

#[test]
fn off_with_a_factor_is_refused_before_anything_is_read() {
    everywhere("factors_with_mode_off", &[Place::Sandbox], |stage: &Stage| {
        stage.clear_journal();
        let refused = stage.configure(&token("OFF")).validate_json().expect_code(1);
        assert!(
            refused.errors().iter().any(|error| error.summary.contains("[factors_with_mode_off]")),
            "{}",
            refused.transcript()
        );
        stage.workspace.plan(&[]).expect_code(1).expect_text("[factors_with_mode_off]");
        assert_eq!(stage.endpoint.operations(), Vec::<String>::new());
    });
}

#[test]
fn an_active_mode_without_a_factor_is_refused_before_anything_is_read() {
    everywhere("active_mode_without_factor", &[Place::Sandbox], |stage: &Stage| {
        stage.clear_journal();
        for without in ["", "software_token_mfa_configuration = { enabled = false }", "web_authn_configuration = {}"] {
            let refused = stage.configure(&format!("mfa_configuration = \"ON\"\n  {without}")).validate_json().expect_code(1);
            let named = refused.errors().iter().any(|error| error.summary.contains("[active_mode_without_factor]"));
            assert!(named, "{}", refused.transcript());
        }
        assert_eq!(stage.endpoint.operations(), Vec::<String>::new());
    });
}

#[test]
fn a_role_that_cognito_cannot_use_is_refused() {
    everywhere("sms_role", &Place::ALL, |stage: &Stage| {
        stage.clear_journal();
        let statement = |service: &str| {
            json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole",
        }] })
        };
        let untrusting = stage.aws.create_role(&statement("lambda.amazonaws.com"));
        stage.clear_journal();
        stage.configure(&sms("OPTIONAL", &untrusting, "x-1")).plan(&[]).expect_code(1).expect_text("[sms_role_without_trust]");
        stage.expect_no_write();
        let role = stage.aws.create_sms_role("right");
        stage.clear_journal();
        let wrong = stage.configure(&sms("OPTIONAL", &role, "wrong")).plan(&[]);
        wrong.expect_code(1).expect_text("[sms_role_external_id_mismatch]");
        stage.configure(&sms("OPTIONAL", &format!("{role}-not-there"), "right")).plan(&[]).expect_text("[sms_role_missing]");
        stage.expect_no_write();
    });
}

#[test]
fn a_pool_that_changed_since_the_plan_is_not_written() {
    everywhere("changed_since_plan", &Place::ALL, |stage: &Stage| {
        stage.settle(&token("OPTIONAL"));
        stage.configure(&token("ON"));
        stage.workspace.plan(&["-out=saved.tfplan"]).expect_code(2);
        stage.aws.set_mfa(&stage.pool, json!({ "MfaConfiguration": "OFF" })).expect("MFA can be turned off");
        stage.clear_journal();
        stage.workspace.apply(&["saved.tfplan"]).expect_code(1).expect_text("[changed_since_plan]");
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn a_step_down_is_announced() {
    everywhere("sign_in_weakened", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.configure(&token("OPTIONAL")).plan(&[]).expect_code(2).expect_text("[sign_in_weakened]");
    });
}
