//! Import by id on every command line, by identity where the command line can.

use serde_json::json;

use super::{Stage, everywhere, sms, token, wherever};
use crate::support::{Cli, Place};

#[test]
fn the_import_command_takes_the_pool_id() {
    everywhere("import_command", &Place::ALL, |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "ON");
        stage.configure(&token("ON"));
        let address = "cognitomfa_user_pool_mfa.this";
        stage.clear_journal();
        stage.workspace.run(&["import", "-no-color", "-input=false", address, &stage.pool]).expect_code(0);
        stage.expect_no_write();
        stage.workspace.expect_no_change();
    });
}

#[test]
fn an_import_block_takes_the_pool_id() {
    wherever(
        |cli: &Cli| cli.has((1, 5), (1, 6)),
        "import_block",
        &Place::ALL,
        |stage: &Stage| {
            stage.aws.set_token(&stage.pool, "OPTIONAL");
            let import = format!("import {{\n  to = cognitomfa_user_pool_mfa.this\n  id = \"{}\"\n}}\n", stage.pool);
            stage.configure(&token("OPTIONAL")).write("import.tf", &import);
            stage.clear_journal();
            stage.workspace.expect_import_alone();
            stage.workspace.apply(&[]).expect_code(0);
            stage.expect_no_write();
            stage.workspace.expect_no_change();
        },
    );
}

#[test]
fn an_import_block_takes_the_identity() {
    wherever(Cli::imports_by_identity, "import_identity", &Place::ALL, |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "OPTIONAL");
        let identity = format!("identity = {{ user_pool_id = \"{}\" }}", stage.pool);
        let import = format!("import {{\n  to = cognitomfa_user_pool_mfa.this\n  {identity}\n}}\n");
        stage.configure(&token("OPTIONAL")).write("import.tf", &import);
        stage.workspace.expect_import_alone();
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        let stored = &stage.workspace.state()["values"]["root_module"]["resources"][0]["identity"];
        assert_eq!(stored["user_pool_id"], stage.pool.as_str(), "{stored}");
    });
}

#[test]
fn an_import_fills_in_the_sms_sender() {
    everywhere("import_sms", &Place::ALL, |stage: &Stage| {
        let role = stage.aws.create_sms_role("import");
        let members = json!({
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {
                "SmsAuthenticationMessage": "Your code is {####}",
                "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "import" },
            },
        });
        stage.aws.set_mfa(&stage.pool, members).expect("a pool takes SMS");
        stage.configure(&sms("OPTIONAL", &role, "import"));
        let address = "cognitomfa_user_pool_mfa.this";
        stage.workspace.run(&["import", "-no-color", "-input=false", address, &stage.pool]).expect_code(0);
        assert_eq!(stage.workspace.attributes()["sms_configuration"]["sns_caller_arn"], role.as_str());
        stage.workspace.expect_no_change();
    });
}

#[test]
fn an_import_of_no_pool_is_refused() {
    everywhere("import_refused", &[Place::Sandbox], |stage: &Stage| {
        stage.configure(&token("ON"));
        for wrong in ["not a pool id", "us-east-1_Nowhere12"] {
            let address = "cognitomfa_user_pool_mfa.this";
            let refused = stage.workspace.run(&["import", "-no-color", "-input=false", address, wrong]);
            refused.expect_code(1).expect_text(wrong);
        }
    });
}
