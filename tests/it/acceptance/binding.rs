//! A plan is applied to the pool that it was made for: creates, writes of the same run, and pools that went away, on real command lines.

use serde_json::json;

use super::{Stage, everywhere, token, wherever};
use crate::support::running::Running;
use crate::support::workspace::LIMIT;
use crate::support::{Cli, Place};

/// Before: exit 0, and the pool was weakened.
#[test]
fn a_saved_plan_of_a_create_is_not_applied_to_a_pool_that_somebody_has_set_to_on() {
    everywhere("create_binds", &[Place::Sandbox], |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "OPTIONAL");
        stage.configure(&token("OPTIONAL"));
        let planned = stage.workspace.planned(&[]);
        assert_eq!(planned["resource_changes"][0]["change"]["after"]["change_summary"], "OPTIONAL with SOFTWARE_TOKEN, as it is");
        stage.workspace.run(&["plan", "-input=false", "-lock=false", "-out=saved.tfplan"]).expect_code(0);
        stage.aws.set_token(&stage.pool, "ON");
        stage.clear_journal();
        let applied = stage.workspace.command(&["apply", "-input=false", "-lock=false", "-no-color", "saved.tfplan"]);
        let refused = Running::start(applied).finish(LIMIT).expect_code(1);
        // Older command lines say it in their own words, at the attribute.
        assert!(refused.says("created_over") || refused.says("[changed_since_plan]"), "{}", refused.transcript());
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");

        let planned = stage.workspace.planned(&[]);
        assert_eq!(planned["resource_changes"][0]["change"]["after"]["change_summary"], "ON -> OPTIONAL");
    });
}

fn knows_write_only(cli: &Cli) -> bool {
    cli.has((1, 11), (1, 11))
}

/// A resource that writes the mode of the pool, announced or not, beside ours.
fn both(stage: &Stage, mode: &str, announced: bool) {
    let wo =
        if announced { "\n  aws_user_pool_wo = terraform_data.pool.input" } else { "\n  depends_on = [terraform_data.pool]" };
    stage.configure(&format!("{}{wo}", token(mode)));
    let script = "import sys, urllib.request as r; r.urlopen(r.Request(sys.argv[1], sys.argv[2].encode(), {'X-Amz-Target': \
                  'AWSCognitoIdentityProviderService.SetUserPoolMfaConfig', 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Date': \
                  '20260101T000000Z', 'Authorization': 'AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/cognito-idp/aws4_request, \
                  SignedHeaders=host, Signature=00'}))";
    let body =
        json!({ "UserPoolId": stage.pool, "MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    let command = format!("python3 -c \"{script}\" {}/ '{body}'", stage.endpoint.url).replace('"', "\\\"");
    stage.workspace.write(
        "pool.tf",
        &format!(
            "resource \"terraform_data\" \"pool\" {{\n  input = {{\n    mfa_configuration = \"{mode}\"\n    \
             software_token_mfa_configuration = [{{ enabled = true }}]\n  }}\n  triggers_replace = \"{mode}\"\n  provisioner \"local-exec\" \
             {{\n    command = \"{command}\"\n  }}\n}}\n"
        ),
    );
}

/// Before: one value fed to both resources failed with `changed_since_plan`, which blamed somebody else.
#[test]
fn one_value_fed_to_both_resources_goes_through_in_one_apply_where_it_is_announced() {
    wherever(knows_write_only, "announced_write", &[Place::Sandbox], |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "OPTIONAL");
        both(stage, "OPTIONAL", true);
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        both(stage, "ON", true);
        stage.workspace.apply(&[]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
        stage.workspace.expect_no_change();
        stage.workspace.destroy().expect_code(0);

        // A create beside it.
        both(stage, "OPTIONAL", true);
        stage.workspace.apply(&[]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
        stage.workspace.expect_no_change();
    });
}

#[test]
fn a_write_that_nothing_announced_is_refused_and_nothing_is_written_over_it() {
    wherever(knows_write_only, "unannounced_write", &[Place::Sandbox], |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "OPTIONAL");
        both(stage, "OPTIONAL", false);
        stage.workspace.apply(&[]).expect_code(0);
        both(stage, "ON", false);
        stage.clear_journal();
        stage.workspace.apply(&[]).expect_code(1).expect_text("[changed_since_plan]");
        assert_eq!(stage.endpoint.writes(), ["SetUserPoolMfaConfig"], "the other resource's alone");
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
    });
}

#[test]
fn a_pool_that_was_deleted_elsewhere_stops_no_destroy() {
    everywhere("gone_destroy", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.aws.cognito("DeleteUserPool", &json!({ "UserPoolId": stage.pool })).unwrap();
        stage.workspace.run(&["plan", "-input=false", "-lock=false", "-destroy", "-detailed-exitcode"]).expect_no_text("Error:");
        stage.workspace.plan(&[]).expect_code(2).expect_text(&format!("User pool {} is gone", stage.pool));
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.workspace.state()["resources"].as_array().map_or(0, Vec::len), 0);
        // It is not in the state any more: now it is a mistake.
        stage.workspace.apply(&[]).expect_code(1).expect_text("User pool not found");
        stage.workspace.plan(&[]).expect_code(1).expect_text("User pool not found").expect_text("-refresh=false");
    });
}

fn knows_terraform_data(cli: &Cli) -> bool {
    cli.has((1, 4), (1, 6))
}

/// Before: "Provider produced inconsistent final plan", at `change_summary`. Each leaf in turn is unknown in the plan and comes out as it
/// was; a value that does not come from the configuration alone does that whenever what it comes from changes.
#[test]
fn a_leaf_that_is_known_after_apply_and_comes_out_as_it_was_is_no_change() {
    wherever(knows_terraform_data, "unknown_leaf", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("xid-1");
        let leaves = [
            ("arn", format!("\"{role}\"")),
            ("id", "\"xid-1\"".to_owned()),
            ("mode", "\"OPTIONAL\"".to_owned()),
            ("text", "\"{####} is your code\"".to_owned()),
            ("app", "true".to_owned()),
        ];
        let pool = &stage.pool;
        for (unknown, _) in &leaves {
            let value = |name: &str| {
                let (_, value) = leaves.iter().find(|(leaf, _)| *leaf == name).unwrap();
                if name == *unknown { "terraform_data.leaf.output".to_owned() } else { value.clone() }
            };
            let (_, input) = leaves.iter().find(|(leaf, _)| leaf == unknown).unwrap();
            let [arn, id, mode, text, app] = ["arn", "id", "mode", "text", "app"].map(value);
            stage.workspace.write(
                "main.tf",
                &format!(
                    "variable \"n\" {{\n  default = 1\n}}\nresource \"terraform_data\" \"leaf\" {{\n  input = {input}\n  triggers_replace = \
                     [var.n, \"{unknown}\"]\n}}\nresource \"cognitomfa_user_pool_mfa\" \"this\" {{\n  user_pool_id = \"{pool}\"\n  \
                     mfa_configuration = {mode}\n  software_token_mfa_configuration = {{ enabled = {app} }}\n  sms_configuration = {{\n    \
                     sns_caller_arn = {arn}\n    external_id = {id}\n  }}\n  sms_authentication_message = {text}\n}}\n"
                ),
            );
            stage.workspace.apply(&[]).expect_code(0);
            stage.clear_journal();
            let before = stage.aws.mfa(&stage.pool);
            stage.workspace.apply(&["-var=n=2"]).expect_code(0);
            stage.expect_no_write();
            assert_eq!(stage.aws.mfa(&stage.pool), before, "{unknown}");
            stage.workspace.plan(&["-var=n=2"]).expect_code(0);
        }
    });
}
