//! The scenarios of `examples/`: each is valid, and is walked on the sandbox.

use std::path::Path;

use serde_json::json;

use super::examples::at_example;
use super::{Stage, everywhere, wherever};
use crate::support::{Cli, Place, Workspace, clis, repository};

/// A scenario at the stage's pool, with an SMS role.
fn at_scenario(stage: &Stage, name: &str) -> Workspace {
    let mut workspace = at_example(stage, &format!("scenarios/{name}"));
    workspace.set("TF_VAR_sms_role_arn", &stage.aws.create_sms_role("prod-1"));
    workspace.set("TF_VAR_sms_external_id", "prod-1");
    workspace
}

#[track_caller]
fn settle(workspace: &Workspace, variables: &[&str]) {
    workspace.apply(variables).expect_code(0);
    workspace.plan(variables).expect_code(0);
}

/// Folders with a configuration below `examples/scenarios`, as `copy_example` takes them.
fn folders(below: &Path, name: &str, found: &mut Vec<String>) {
    let entries: Vec<_> = std::fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()).collect();
    if entries.iter().any(|path| path.extension().is_some_and(|extension| extension == "tf")) {
        found.push(name.to_owned());
    }
    for folder in entries.iter().filter(|path| path.is_dir()) {
        folders(folder, &format!("{name}/{}", folder.file_name().unwrap().to_str().unwrap()), found);
    }
}

#[test]
fn every_scenario_is_valid() {
    let mut found = Vec::new();
    folders(&repository().join("examples/scenarios"), "scenarios", &mut found);
    // The AWS provider is not part of the toolbox; these are run below with a stand-in for the pool.
    let without_aws = found.iter().filter(|name| !name.starts_with("scenarios/migrate/"));
    let without_aws: Vec<&String> = without_aws.collect();
    assert!(without_aws.len() >= 7, "{without_aws:?}");
    for cli in clis::all() {
        for name in &without_aws {
            let workspace = Workspace::new(cli);
            workspace.copy_example(name).run(&["validate", "-no-color"]).expect_code(0);
        }
    }
}

#[test]
fn the_minimal_one_is_applied() {
    everywhere("minimal", &Place::ALL, |stage: &Stage| {
        settle(&at_scenario(stage, "minimal"), &[]);
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
    });
}

#[test]
fn the_complete_one_is_applied() {
    everywhere("complete", &[Place::Sandbox], |stage: &Stage| {
        let workspace = at_scenario(stage, "complete");
        settle(&workspace, &[]);
        settle(&workspace, &["-var=mode=ON"]);
        let live = stage.aws.mfa(&stage.pool);
        assert_eq!(live["WebAuthnConfiguration"]["FactorConfiguration"], "MULTI_FACTOR_WITH_USER_VERIFICATION");
        assert_eq!(live["SmsMfaConfiguration"]["SmsConfiguration"]["ExternalId"], "prod-1");
        workspace.plan(&[]).expect_code(1).expect_text("[sign_in_weakened]");
        workspace.plan(&["-destroy", "-var=mode=ON"]).expect_code(1).expect_text("[destroy_prevented]");
    });
}

#[test]
fn sms_and_its_role_are_made_in_one_apply() {
    everywhere("sms_with_role", &[Place::Sandbox], |stage: &Stage| {
        stage.endpoint.turn(&json!({ "iam_propagation": 2 }));
        let workspace = at_scenario(stage, "sms-with-role");
        settle(&workspace, &[]);
        let live = stage.aws.mfa(&stage.pool);
        let arn = live["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"].as_str().expect("a role").to_owned();
        assert!(arn.contains(":role/customers-sms-"), "{arn}");
    });
}

#[test]
fn passkeys_satisfy_mfa_before_a_sign_in_begins_with_them() {
    everywhere("passkeys_scenario", &[Place::Sandbox], |stage: &Stage| {
        let workspace = at_scenario(stage, "passkeys");
        settle(&workspace, &[]);
        let policies = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } });
        stage
            .aws
            .cognito("UpdateUserPool", &json!({ "UserPoolId": stage.pool, "Policies": policies }))
            .expect("AWS accepts it now");
        workspace.plan(&[]).expect_code(0);
    });
}

#[test]
fn two_teams_share_a_pool() {
    everywhere("split_ownership", &[Place::Sandbox, Place::Moto], |stage: &Stage| {
        let factors = at_scenario(stage, "split-ownership/factors");
        let mut mode = at_scenario(stage, "split-ownership/mode");
        mode.set("TF_VAR_factors_state", factors.path().join("terraform.tfstate").to_str().unwrap());
        stage.clear_journal();
        settle(&factors, &[]);
        stage.expect_no_write();
        for wanted in ["OPTIONAL", "ON", "OPTIONAL"] {
            settle(&mode, &[&format!("-var=mode={wanted}")]);
            assert_eq!((stage.aws.mode(&stage.pool).as_str(), stage.aws.has_token(&stage.pool)), (wanted, true));
            factors.plan(&[]).expect_code(0);
        }
        factors.run(&["destroy", "-no-color", "-input=false", "-auto-approve"]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
    });
}

/// The files of ours in one step of the migration; `terraform_data` has the pool.
fn write_step(stage: &Stage, workspace: &Workspace, step: &str) {
    let folder = repository().join("examples/scenarios/migrate").join(step);
    let mfa = std::fs::read_to_string(folder.join("mfa.tf")).unwrap();
    let providers = std::fs::read_to_string(folder.join("providers.tf")).unwrap();
    let aws = "    aws = {\n      source = \"hashicorp/aws\"\n    }\n";
    assert!(providers.contains(aws), "{providers}");
    let members =
        format!("id = \"{}\", mfa_configuration = \"ON\", software_token_mfa_configuration = [{{ enabled = true }}]", stage.pool);
    workspace
        .write("mfa.tf", &mfa.replace("aws_cognito_user_pool.main", "terraform_data.pool.input"))
        .write("providers.tf", &providers.replace(aws, ""))
        .write("variables.tf", &std::fs::read_to_string(folder.join("variables.tf")).unwrap())
        .write("pool.tf", &format!("resource \"terraform_data\" \"pool\" {{\n  input = {{ {members} }}\n}}\n"));
}

#[test]
fn a_pool_moves_in_and_out_without_a_write() {
    wherever(
        |cli: &Cli| cli.has((1, 11), (1, 11)),
        "migrate",
        &Place::ALL,
        |stage: &Stage| {
            let role = stage.aws.create_sms_role("prod-1");
            let members = json!({
                "MfaConfiguration": "ON",
                "SoftwareTokenMfaConfiguration": { "Enabled": true },
                "SmsMfaConfiguration": {
                    "SmsAuthenticationMessage": "Your code is {####}",
                    "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "prod-1" },
                },
            });
            stage.aws.set_mfa(&stage.pool, members).expect("a pool takes both factors");
            let mut workspace = at_scenario(stage, "migrate/1-in");
            workspace.set("TF_VAR_sms_role_arn", &role);
            write_step(stage, &workspace, "1-in");
            workspace.apply(&["-target=terraform_data.pool"]).expect_code(0);

            stage.clear_journal();
            let does = |workspace: &Workspace| {
                let changes = workspace.changes(&[]).into_iter().filter(|change| change.address.starts_with("cognitomfa_"));
                changes.map(|change| (change.is_import, change.actions)).collect::<Vec<_>>()
            };
            assert_eq!(does(&workspace), [(true, vec!["no-op".to_owned()])]);
            settle(&workspace, &[]);

            write_step(stage, &workspace, "2-out");
            assert_eq!(does(&workspace), [(false, vec!["forget".to_owned()])]);
            settle(&workspace, &[]);
            stage.expect_no_write();
            assert_eq!(stage.aws.mode(&stage.pool), "ON");
        },
    );
}

#[test]
fn the_expected_lines_are_those_of_the_guide() {
    let guide = std::fs::read_to_string(repository().join("docs/guides/migration.md")).unwrap();
    let readme = std::fs::read_to_string(repository().join("examples/scenarios/migrate/README.md")).unwrap();
    for line in ["Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.", "Plan: 0 to add, 0 to change, 0 to destroy."] {
        assert!(guide.contains(line) && readme.contains(line), "{line}");
    }
}
