//! `aws_user_pool_wo`: what another resource is about to do to the pool. `terraform_data` stands in for `aws_cognito_user_pool`; its
//! `input` has the values that it plans, its `output` is unknown while they change.

use serde_json::{Value, json};

use super::{Stage, token, wherever};
use crate::support::{Cli, Place};

const ADDRESS: &str = "cognitomfa_user_pool_mfa.this";

fn knows_write_only(cli: &Cli) -> bool {
    cli.has((1, 11), (1, 11))
}

/// The pool resource with these members beside ours with these arguments.
fn configure(stage: &Stage, pool: &str, arguments: &str) {
    let sibling = format!("resource \"terraform_data\" \"pool\" {{\n  input = {{\n{pool}\n  }}\n}}\n");
    stage.configure(&format!("{arguments}\n  aws_user_pool_wo = terraform_data.pool.input"));
    stage.workspace.write("pool.tf", &sibling);
}

fn settle(stage: &Stage, pool: &str, arguments: &str) {
    configure(stage, pool, arguments);
    stage.workspace.apply(&[]).expect_code(0);
    stage.workspace.expect_no_change();
}

/// What the plan does to our resource.
fn actions(stage: &Stage) -> Value {
    let planned = stage.workspace.planned(&[]);
    let changes = planned["resource_changes"].as_array().unwrap();
    changes.iter().find(|change| change["address"] == ADDRESS).unwrap()["change"]["actions"].clone()
}

const ON: &str = "mfa_configuration = \"ON\"\n software_token_mfa_configuration = [{ enabled = true }]";
const LEFT_OUT: &str = "mfa_configuration = \"OFF\"\n software_token_mfa_configuration = []";

#[test]
fn a_pool_resource_that_resets_mfa_is_refused_although_nothing_of_ours_changes() {
    wherever(knows_write_only, "sibling_resets", &Place::ALL, |stage: &Stage| {
        settle(stage, ON, &token("ON"));
        assert_eq!(stage.workspace.attributes()["aws_user_pool_wo"], json!(null));

        configure(stage, LEFT_OUT, &token("ON"));
        stage.clear_journal();
        let refused = stage.workspace.plan(&[]).expect_code(1).expect_text("[aws_user_pool_will_reset]");
        refused
            .expect_text("mfa_configuration: \"ON\" -> \"OFF\"")
            .expect_text("software_token_mfa_configuration: enabled -> not enabled");
        if stage.is_sandbox() {
            assert_eq!(stage.endpoint.operations(), ["GetUserPoolMfaConfig"]);
        }
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn ignored_arguments_are_no_reset() {
    wherever(knows_write_only, "sibling_ignores", &Place::ALL, |stage: &Stage| {
        // `ignore_changes` does not count at creation.
        configure(stage, "mfa_configuration = \"OFF\"", &token("OPTIONAL"));
        stage.workspace.apply(&[]).expect_code(0);
        settle(stage, "mfa_configuration = \"OPTIONAL\"", &token("OPTIONAL"));
        // The pool resource has its refreshed value, the old one, in the plan that changes it.
        configure(stage, "mfa_configuration = \"OPTIONAL\"", &token("ON"));
        stage.workspace.plan(&[]).expect_code(2).expect_no_text("aws_user_pool_will_reset");
        stage.workspace.apply(&[]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn a_change_of_the_pool_resource_alone_is_no_change_of_ours() {
    wherever(knows_write_only, "sibling_alone", &[Place::Sandbox], |stage: &Stage| {
        settle(stage, "mfa_configuration = \"ON\"\n name = \"a\"", &token("ON"));
        configure(stage, "mfa_configuration = \"ON\"\n name = \"b\"", &token("ON"));
        assert_eq!(actions(stage), json!(["no-op"]));
        stage.clear_journal();
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.expect_no_write();
        stage.workspace.expect_no_change();

        // Adding or deleting the argument is no change either.
        stage.configure(&token("ON"));
        stage.workspace.expect_no_change();
    });
}

#[test]
fn a_waiver_lets_the_reset_through() {
    wherever(knows_write_only, "sibling_waived", &[Place::Sandbox], |stage: &Stage| {
        settle(stage, ON, &token("ON"));
        let waiver = "waivers = [{ rule = \"aws_user_pool_will_reset\", reason = \"MFA moves back\" }]";
        configure(stage, LEFT_OUT, &format!("{}\n  {waiver}", token("ON")));
        stage.workspace.plan(&[]).expect_code(2).expect_no_text("will_reset]");
        stage.clear_journal();
        stage.workspace.apply(&[]).expect_code(0);
        stage.expect_no_write();
    });
}

#[test]
fn what_the_pool_resource_does_not_know_yet_is_silence() {
    wherever(knows_write_only, "sibling_unknown", &[Place::Sandbox], |stage: &Stage| {
        settle(stage, ON, &token("ON"));
        configure(stage, LEFT_OUT, &token("ON"));
        stage.configure(&format!("{}\n  aws_user_pool_wo = terraform_data.pool.output", token("ON")));
        assert_eq!(actions(stage), json!(["no-op"]));
        configure(stage, "mfa_configuration = terraform_data.later.id", &token("ON"));
        stage.workspace.write("later.tf", "resource \"terraform_data\" \"later\" {}\n");
        assert_eq!(actions(stage), json!(["no-op"]));
    });
}

fn first_factors(names: &str) -> String {
    format!("sign_in_policy = [{{ allowed_first_auth_factors = {names} }}]")
}

#[test]
fn planned_first_factors_stand_in_for_those_of_the_pool() {
    wherever(knows_write_only, "sibling_first_factors", &[Place::Sandbox], |stage: &Stage| {
        settle(stage, &first_factors("[\"PASSWORD\"]"), &token("OPTIONAL"));
        configure(stage, &first_factors("[\"PASSWORD\", \"EMAIL_OTP\"]"), &token("ON"));
        stage.workspace.plan(&[]).expect_code(1).expect_text("[required_with_otp_first_factor]");

        let policies = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } });
        stage.aws.cognito("UpdateUserPool", &json!({ "UserPoolId": stage.pool, "Policies": policies })).unwrap();
        stage.workspace.plan(&[]).expect_code(1).expect_text("[required_with_otp_first_factor]");
        configure(stage, &first_factors("[\"PASSWORD\"]"), &token("ON"));
        stage.workspace.plan(&[]).expect_code(2);
        configure(stage, &first_factors("[terraform_data.later.id]"), &token("ON"));
        stage.workspace.write("later.tf", "resource \"terraform_data\" \"later\" {}\n");
        stage.workspace.plan(&[]).expect_code(2);
    });
}

#[test]
fn a_pool_that_is_created_in_the_same_apply_is_judged_by_its_plan() {
    wherever(knows_write_only, "sibling_new", &[Place::Sandbox], |stage: &Stage| {
        let ours = |email: &str| {
            format!(
                "resource \"terraform_data\" \"id\" {{}}\nresource \"cognitomfa_user_pool_mfa\" \"this\" {{\n  user_pool_id = \
                 \"eu-central-1_${{terraform_data.id.id}}\"\n  mfa_configuration = \"OPTIONAL\"\n  email_mfa_configuration = {{}}\n  \
                 aws_user_pool_wo = {{ name = \"customers\", email_configuration = {email}, user_pool_tier = terraform_data.id.id }}\n}}\n"
            )
        };
        stage.workspace.write("main.tf", &ours("[]"));
        let refused = stage.workspace.plan(&[]).expect_code(1).expect_text("[email_without_ses]");
        refused.expect_text("\"customers\"").expect_no_text("email_on_lite_tier");
        stage.workspace.write("main.tf", &ours("[{ email_sending_account = \"DEVELOPER\" }]"));
        stage.workspace.plan(&[]).expect_code(2);
    });
}

#[test]
fn the_resource_of_another_pool_is_refused() {
    wherever(knows_write_only, "sibling_other", &[Place::Sandbox], |stage: &Stage| {
        stage.configure(&format!("{}\n  aws_user_pool_wo = {{ id = \"us-east-1_Other0000\" }}", token("ON")));
        stage.workspace.plan(&[]).expect_code(1).expect_text("aws_user_pool_wo is another user pool");
        stage.configure(&format!("{}\n  aws_user_pool_wo = \"{}\"", token("ON"), stage.pool));
        stage.workspace.plan(&[]).expect_code(1).expect_text("takes the whole resource");
    });
}
