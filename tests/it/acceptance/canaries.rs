//! Secrets as canaries: whatever happens, none is found in any place that a run leaves behind or shows.

use std::path::Path;

use serde_json::json;

use super::logging::ours;
use super::{OFF, Stage, everywhere, sms, token, wherever};
use crate::support::workspace::{self, SECRET};
use crate::support::{Output, Place, Workspace};

const TOKEN: &str = "canary-session-token-8WqZ5";
const BLOCK_SECRET: &str = "canary/block-secret-Tn4Vd9";
const BLOCK_TOKEN: &str = "canary-block-token-pL2xR";
const WEB_IDENTITY: &str = "canary-web-identity.eyJzdWIi.Hh6Gg";
const PROXY_PASSWORD: &str = "canary-proxy-password-Yb3";
/// No secret to AWS, and stored in the state where the user writes it; but it has no business in a log of ours.
const ROLE_ID: &str = "canary-role-id-5566";
const SMS_ID: &str = "canary-sms-id-7788";

const SECRETS: [&str; 6] = [SECRET, TOKEN, BLOCK_SECRET, BLOCK_TOKEN, WEB_IDENTITY, PROXY_PASSWORD];

/// A workspace at the stage's endpoint whose log is written in full.
fn watched(stage: &Stage) -> Workspace {
    let mut workspace = Workspace::at(&stage.workspace.cli, &stage.endpoint.url);
    workspace.set("AWS_SESSION_TOKEN", TOKEN);
    let log = workspace.path().join("terraform.log");
    workspace.set("TF_LOG", "JSON");
    workspace.set("TF_LOG_PATH", log.to_str().unwrap());
    workspace
}

/// Fails where a canary is in any file of the workspace that a run has made, or in what the runs said.
#[track_caller]
fn expect_no_canary(workspace: &Workspace, outputs: &[Output]) {
    let mut places: Vec<(String, String)> = outputs.iter().map(|output| (output.what.clone(), output.all())).collect();
    collect(&workspace.path(), &mut places);
    let log = places.iter().find(|(name, _)| name.ends_with("terraform.log")).map(|(_, text)| text.clone()).unwrap();
    assert!(ours(&log).count() > 0, "the log has no line of ours");
    for secret in SECRETS {
        let found: Vec<&str> = places.iter().filter(|(_, text)| text.contains(secret)).map(|(name, _)| name.as_str()).collect();
        assert!(found.is_empty(), "{secret} is in {found:?}");
        // JSON and URLs write some signs in other ways.
        let tail = secret.rsplit(['/', '.']).next().unwrap();
        assert!(!log.contains(tail), "{tail} is in the log");
    }
    for id in [ROLE_ID, SMS_ID] {
        assert!(!ours(&log).any(|line| line.to_string().contains(id)), "{id} is in the log");
    }
}

/// The files that runs write: logs, states and backups, and plan files unpacked. What the test itself wrote is left out.
fn collect(folder: &Path, places: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_symlink() || name.ends_with(".tf") || name.ends_with(".tfrc") || name.ends_with("web-identity") {
            continue;
        }
        if path.is_dir() {
            collect(&path, places);
        } else {
            let bytes = if name.ends_with(".tfplan") { unpacked(&path) } else { std::fs::read(&path).unwrap() };
            places.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}

/// What is in a plan file, which is a ZIP archive, one file after the other.
fn unpacked(plan: &Path) -> Vec<u8> {
    const SCRIPT: &str = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]) as z:\n  for n in z.namelist(): sys.stdout.buffer.write(z.read(n))";
    let output = std::process::Command::new("python3").args(["-c", SCRIPT]).arg(plan).output().unwrap();
    assert!(output.status.success() && !output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn a_run_that_succeeds_leaves_no_secret_behind() {
    everywhere("canaries", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role(SMS_ID);
        let workspace = watched(stage);
        workspace.write("main.tf", &super::resource(&stage.pool, &sms("OPTIONAL", &role, SMS_ID)));
        let outputs = [
            workspace.plan(&["-out=saved.tfplan"]).expect_code(2),
            workspace.run(&["apply", "-no-color", "-input=false", "saved.tfplan"]).expect_code(0),
            workspace.run(&["show", "-json"]).expect_code(0),
            workspace.destroy().expect_code(0),
        ];
        expect_no_canary(&workspace, &outputs);
        let state = std::fs::read_to_string(workspace.path().join("terraform.tfstate.backup")).unwrap();
        assert!(state.contains(SMS_ID), "the state does hold what the configuration says");
    });
}

#[test]
fn credentials_of_the_provider_block_are_seen_nowhere() {
    // Values of ephemeral variables are in no plan file; those of others are, whatever a provider does.
    wherever(
        |cli| cli.has((1, 10), (1, 11)),
        "canaries_block",
        &[Place::Sandbox],
        |stage: &Stage| {
            let trust = json!({ "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": ROLE_ID } },
        }] });
            let role = stage.aws.create_role(&trust);
            let mut workspace = watched(stage);
            let variables = ["secret", "token", "role_id"]
                .map(|name| format!("variable \"{name}\" {{\n  type = string\n  ephemeral = true\n}}\n"));
            workspace.write("variables.tf", &variables.concat());
            let keys = format!(
                "access_key = \"AKIACANARY0000000000\"\n  secret_key = var.secret\n  token = var.token\n\n  assume_role {{\n    role_arn = \
             \"{role}\"\n    external_id = var.role_id\n  }}"
            );
            workspace.write("provider.tf", &workspace::provider_block(&stage.endpoint.url, &keys));
            for (name, value) in [("secret", BLOCK_SECRET), ("token", BLOCK_TOKEN), ("role_id", ROLE_ID)] {
                workspace.set(&format!("TF_VAR_{name}"), value);
            }
            workspace.write("main.tf", &super::resource(&stage.pool, &token("OPTIONAL")));
            let mut outputs = vec![
                workspace.plan(&["-out=saved.tfplan"]),
                workspace.run(&["apply", "-no-color", "-input=false", "saved.tfplan"]),
            ];
            assert!(
                stage.endpoint.operations().iter().any(|operation| operation == "AssumeRole"),
                "{:?}",
                stage.endpoint.operations()
            );
            // The wrong external id: STS refuses, and its words come back.
            workspace.set("TF_VAR_role_id", "canary-role-id-wrong");
            outputs.push(workspace.plan(&[]).expect_code(1));
            expect_no_canary(&workspace, &outputs);
            assert!(!outputs.iter().any(|output| output.all().contains(ROLE_ID)), "the external id of `assume_role` is shown");
        },
    );
}

#[test]
fn a_write_that_is_refused_and_one_that_is_denied_show_no_secret() {
    everywhere("canaries_refused", &[Place::Sandbox], |stage: &Stage| {
        let workspace = watched(stage);
        workspace.write("main.tf", &super::resource(&stage.pool, &token("ON")));
        let mut outputs = vec![workspace.apply(&[]).expect_code(0)];
        workspace.write("main.tf", &super::resource(&stage.pool, OFF));
        outputs.push(workspace.apply(&[]).expect_code(1).expect_text("[required_to_off]"));
        workspace.write("main.tf", &super::resource(&stage.pool, &token("OPTIONAL")));
        stage.endpoint.turn(&json!({ "deny": { "action": "cognito-idp:SetUserPoolMfaConfig" } }));
        outputs.push(workspace.apply(&[]).expect_code(1).expect_text("cognito-idp:SetUserPoolMfaConfig"));
        stage.endpoint.turn(&json!({ "deny": { "action": "cognito-idp:GetUserPoolMfaConfig" } }));
        outputs.push(workspace.plan(&[]).expect_code(1));
        expect_no_canary(&workspace, &outputs);
    });
}

#[test]
fn an_endpoint_behind_a_proxy_that_is_not_there_shows_no_secret() {
    everywhere("canaries_proxy", &[Place::Sandbox], |stage: &Stage| {
        let mut workspace = watched(stage);
        let provider = workspace::provider_block("https://cognito.example.test", "max_retries = 0");
        workspace.write("provider.tf", &provider);
        workspace.write("main.tf", &super::resource("us-east-1_Ab12Cd34E", &token("OPTIONAL")));
        let mut outputs = Vec::new();
        for proxy in ["127.0.0.1:9", "no host:9", "127.0.0.1:99999"] {
            workspace.set("HTTPS_PROXY", &format!("http://someone:{PROXY_PASSWORD}@{proxy}"));
            outputs.push(workspace.plan(&[]).expect_code(1).expect_text("could not be reached"));
        }
        expect_no_canary(&workspace, &outputs);
    });
}

#[test]
fn a_web_identity_token_is_shown_neither_when_sts_refuses_it_nor_when_it_is_away() {
    everywhere("canaries_web_identity", &[Place::Sandbox], |stage: &Stage| {
        let mut workspace = watched(stage);
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
            workspace.unset(name);
        }
        workspace.write("web-identity", WEB_IDENTITY);
        let file = workspace.path().join("web-identity");
        workspace.set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap());
        workspace.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/deploy");
        workspace.write("provider.tf", &workspace::provider_block(&stage.endpoint.url, "max_retries = 0"));
        workspace.write("main.tf", &super::resource(&stage.pool, &token("OPTIONAL")));
        stage.clear_journal();
        let mut outputs = Vec::new();
        for sts in [stage.endpoint.url.as_str(), "http://127.0.0.1:9"] {
            workspace.set("AWS_ENDPOINT_URL_STS", sts);
            outputs.push(workspace.plan(&[]).expect_code(1));
        }
        assert_eq!(stage.endpoint.operations(), ["AssumeRoleWithWebIdentity"], "the token went to STS once");
        expect_no_canary(&workspace, &outputs);
    });
}
