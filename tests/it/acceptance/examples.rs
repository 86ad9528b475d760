//! The examples of the documentation: each is valid, and those that are walks are walked.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Stage, everywhere};
use crate::support::workspace::SECRET;
use crate::support::{Place, Workspace, clis, repository};

/// Configuration files that are examples of one resource each, with the smallest example of the same resource.
fn resource_examples() -> Vec<(String, String, String)> {
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    let listed = |directory: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let mut examples = Vec::new();
    for directory in listed(&repository().join("examples/resources")) {
        let smallest = read(&directory.join("resource.tf"));
        let files = listed(&directory).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "tf"));
        examples
            .extend(files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), read(&path), smallest.clone())));
    }
    examples
}

#[test]
fn resource_examples_are_valid() {
    for cli in clis::all() {
        let mut seen = 0;
        for (name, text, smallest) in resource_examples() {
            // An identity in an import block is newer than some command lines.
            if name.contains("identity") && !cli.imports_by_identity() {
                continue;
            }
            let workspace = Workspace::at(cli, "http://127.0.0.1:9");
            workspace.write("main.tf", &text);
            if !text.contains("resource \"cognitomfa_") {
                workspace.write("resource.tf", &smallest);
            }
            workspace.run(&["validate", "-no-color"]).expect_code(0);
            seen += 1;
        }
        assert!(seen >= 7, "{seen} examples");
    }
}

#[test]
fn the_provider_example_is_valid() {
    for cli in clis::all() {
        let workspace = Workspace::new(cli);
        workspace.copy_example("provider").run(&["validate", "-no-color"]).expect_code(0);
    }
}

#[test]
fn examples_are_formatted() {
    let pinned = &clis::all()[0];
    let workspace = Workspace::new(pinned);
    let examples = repository().join("examples");
    workspace.run(&["fmt", "-check", "-recursive", "-diff", examples.to_str().unwrap()]).expect_code(0);
}

/// Runs an example that takes `endpoint`, `user_pool_id` and more as variables.
pub fn at_example(stage: &Stage, example: &str) -> Workspace {
    let mut workspace = Workspace::new(&stage.workspace.cli);
    workspace.copy_example(example);
    workspace.set("TF_VAR_endpoint", &stage.endpoint.url);
    workspace.set("TF_VAR_user_pool_id", &stage.pool);
    workspace.set("AWS_ACCESS_KEY_ID", "testing");
    workspace.set("AWS_SECRET_ACCESS_KEY", SECRET);
    workspace
}

#[test]
fn the_quick_start_goes_its_way() {
    everywhere("quickstart", &Place::ALL, |stage: &Stage| {
        let workspace = at_example(stage, "quickstart");
        let up = |mode: &str| vec![format!("-var=mode={mode}"), "-var=authenticator_app=true".to_owned()];
        let down = vec!["-var=mode=OFF".to_owned(), "-var=authenticator_app=false".to_owned()];
        let apply = |arguments: &[String]| workspace.apply(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let plan = |arguments: &[String]| workspace.plan(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        apply(&up("OPTIONAL")).expect_code(0);
        plan(&up("ON")).expect_code(2).expect_text("OPTIONAL -> ON");
        apply(&up("ON")).expect_code(0);
        stage.clear_journal();
        plan(&down).expect_code(1).expect_text("[required_to_off]");
        stage.expect_no_write();
        apply(&up("OPTIONAL")).expect_code(0);
        apply(&down).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
        let destroy = ["destroy", "-no-color", "-input=false", "-auto-approve", "-var=mode=OFF", "-var=authenticator_app=false"];
        workspace.run(&destroy).expect_code(0);
    });
}

#[test]
fn the_staged_rollout_goes_stage_by_stage() {
    everywhere("staged_rollout", &Place::ALL, |stage: &Stage| {
        let workspace = at_example(stage, "scenarios/staged-rollout");
        for (name, mode) in [("prepare", "OFF"), ("enrol", "OPTIONAL"), ("require", "ON")] {
            let variable = format!("-var=stage={name}");
            workspace.apply(&[&variable]).expect_code(0);
            workspace.plan(&[&variable]).expect_code(0);
            assert_eq!(stage.aws.mode(&stage.pool), mode);
        }
        workspace.plan(&["-var=stage=prepare"]).expect_code(1).expect_text("[required_to_off]");
    });
}

#[test]
fn the_retirement_is_waived_and_turned_off() {
    everywhere("retire", &[Place::Sandbox, Place::Moto], |stage: &Stage| {
        let role = stage.aws.create_sms_role("retire");
        let members = json!({
            "MfaConfiguration": "ON",
            "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "retire" } },
        });
        stage.aws.set_mfa(&stage.pool, members).expect("a pool takes SMS");
        let workspace = at_example(stage, "scenarios/retire-a-pool");
        workspace.run(&["import", "-no-color", "-input=false", "cognitomfa_user_pool_mfa.retired", &stage.pool]).expect_code(0);
        workspace
            .plan(&["-var=waive=false"])
            .expect_code(1)
            .expect_text("[required_to_off]")
            .expect_text("[sms_role_with_mode_off]");
        workspace.apply(&["-var=waive=true"]).expect_code(0);
        workspace.plan(&["-var=waive=true"]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}
