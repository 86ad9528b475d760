//! `moved` blocks from wrappers of the AWS command line. The null provider cannot be installed here; terraform_data is built in.

use serde_json::{Value, json};

use super::{Stage, token, wherever};
use crate::support::{Cli, Place};

/// OpenTofu 1.10 moves across types too, and takes nothing from `terraform_data`.
fn moves_across_types(cli: &Cli) -> bool {
    cli.has((1, 8), (1, 12))
}

const MOVED: &str = "moved {\n  from = terraform_data.mfa\n  to   = cognitomfa_user_pool_mfa.this\n}\n";

fn wrap(stage: &Stage, arguments: &str) {
    stage.workspace.write("main.tf", &format!("resource \"terraform_data\" \"mfa\" {{\n  {arguments}\n}}\n"));
    stage.workspace.apply(&[]).expect_code(0);
}

#[test]
fn a_wrapper_becomes_the_resource_without_a_write() {
    wherever(moves_across_types, "moved", &Place::ALL, |stage: &Stage| {
        wrap(stage, &format!("triggers_replace = [\"{}\", \"ON\"]", stage.pool));
        stage.aws.set_token(&stage.pool, "ON");
        stage.configure(&token("ON")).write("moved.tf", MOVED);
        stage.clear_journal();
        let planned = stage.workspace.planned(&[]);
        let change = &planned["resource_changes"][0];
        assert_eq!(change["previous_address"], "terraform_data.mfa", "{change}");
        assert_eq!(change["change"]["actions"], json!(["no-op"]), "{change}");
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.expect_no_write();
        stage.workspace.expect_no_change();
        assert_eq!(stage.workspace.attributes()["deletion_policy"], "RETAIN");
    });
}

#[test]
fn what_the_wrapper_left_different_is_planned_as_a_change() {
    wherever(moves_across_types, "moved_change", &[Place::Sandbox], |stage: &Stage| {
        wrap(stage, &format!("input = {{ pool = \"{}\" }}", stage.pool));
        stage.aws.set_token(&stage.pool, "OPTIONAL");
        stage.configure(&token("ON")).write("moved.tf", MOVED);
        let change = stage.workspace.change();
        let mode = |value: &Value| value["mfa_configuration"].clone();
        assert_eq!(
            (mode(&change.before), mode(&change.after), change.actions),
            (json!("OPTIONAL"), json!("ON"), vec!["update".to_owned()])
        );
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn a_wrapper_without_the_pool_id_is_refused() {
    wherever(moves_across_types, "moved_refused", &[Place::Sandbox], |stage: &Stage| {
        wrap(stage, "input = \"customer_pool\"");
        stage.configure(&token("ON")).write("moved.tf", MOVED);
        let refused = stage.workspace.plan(&[]).expect_code(1);
        refused.expect_text("Unable to move terraform_data to cognitomfa_user_pool_mfa").expect_text("`triggers_replace`");
    });
}
