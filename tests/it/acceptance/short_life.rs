//! A short life of every kind of resource, on every command line there is. Everything else runs on the two ends of them.

use serde_json::json;

use super::{OFF, Stage, on_every_cli, resource, token};
use crate::support::aws::unique;
use crate::support::{Cli, report};

const ADDRESS: &str = "cognitomfa_user_pool_mfa.this";

/// Whether the command line can do it; where it cannot, the report says so.
fn can(stage: &Stage, what: &str, can: fn(&Cli) -> bool) -> bool {
    let cli = &stage.workspace.cli;
    if !can(cli) {
        report::note("not possible", &format!("{what} on {}", cli.name()));
    }
    can(cli)
}

fn has_import_blocks(cli: &Cli) -> bool {
    cli.has((1, 5), (1, 6))
}

fn has_moved_blocks(cli: &Cli) -> bool {
    cli.has((1, 1), (1, 6))
}

fn forget(stage: &Stage, address: &str) {
    stage.workspace.run(&["state", "rm", address]).expect_code(0);
}

#[test]
fn the_settings_of_a_pool_live_on_every_command_line() {
    on_every_cli("life_of_a_pool", |stage: &Stage| {
        let actions = || stage.workspace.change().actions;
        assert_eq!(stage.configure(&token("OPTIONAL")).change().actions, ["create"]);
        stage.settle(&token("OPTIONAL"));

        let change = stage.configure(&token("ON")).change();
        assert_eq!((change.actions, &change.after["mfa_configuration"]), (vec!["update".to_owned()], &json!("ON")));
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!((stage.aws.mode(&stage.pool).as_str(), stage.aws.has_token(&stage.pool)), ("ON", true));

        stage.clear_journal();
        stage.configure(OFF).plan(&[]).expect_code(1).expect_text("[required_to_off]");
        stage.workspace.apply(&[]).expect_code(1).expect_text("[required_to_off]");

        stage.configure(&token("ON"));
        forget(stage, ADDRESS);
        stage.workspace.run(&["import", "-no-color", "-input=false", ADDRESS, &stage.pool]).expect_code(0);
        stage.workspace.expect_no_change();

        if can(stage, "an import block", has_import_blocks) {
            forget(stage, ADDRESS);
            stage.workspace.write("import.tf", &format!("import {{\n  to = {ADDRESS}\n  id = \"{}\"\n}}\n", stage.pool));
            stage.workspace.expect_import_alone();
            stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
            stage.workspace.remove("import.tf");
            stage.workspace.expect_no_change();
        }

        if can(stage, "a moved block", has_moved_blocks) {
            stage
                .workspace
                .write("moved.tf", &format!("moved {{\n  from = {ADDRESS}\n  to   = cognitomfa_user_pool_mfa.other\n}}\n"));
            stage.workspace.write("main.tf", &resource(&stage.pool, &token("ON")).replace("\"this\"", "\"other\""));
            let change = stage.workspace.change();
            assert_eq!((change.previous_address.as_deref(), change.actions), (Some(ADDRESS), vec!["no-op".to_owned()]));
            stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
            stage.workspace.expect_no_change();
        }
        stage.expect_no_write();

        let other = stage.aws.create_pool(&unique("short-life"));
        let configuration = std::fs::read_to_string(stage.workspace.path().join("main.tf")).unwrap();
        stage.workspace.write("main.tf", &configuration.replace(&stage.pool, &other).replace("\"ON\"", "\"OPTIONAL\""));
        assert_eq!(actions(), ["delete", "create"]);
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!((stage.aws.mode(&stage.pool), stage.aws.mode(&other)), ("ON".to_owned(), "OPTIONAL".to_owned()));

        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.workspace.state()["values"], json!(null));
    });
}

/// The factors of a pool with their role, the mode, and the factor of one user.
fn apart(stage: &Stage, role: &str, mode: &str) -> String {
    let pool = &stage.pool;
    format!(
        r#"
resource "cognitomfa_sms_role" "this" {{
  name          = "{role}"
  external_id   = "life-1"
  user_pool_ids = ["{pool}"]
  waivers       = [{{ rule = "sms_role_in_use", reason = "the pool keeps naming it" }}]
}}
resource "cognitomfa_software_token" "this" {{
  user_pool_id = "{pool}"
}}
resource "cognitomfa_sms_configuration" "this" {{
  user_pool_id      = "{pool}"
  sms_configuration = {{ sns_caller_arn = cognitomfa_sms_role.this.arn, external_id = cognitomfa_sms_role.this.external_id }}
}}
resource "cognitomfa_user_pool_mfa" "this" {{
  user_pool_id      = "{pool}"
  mfa_configuration = "{mode}"
  factors           = [cognitomfa_software_token.this.factor, cognitomfa_sms_configuration.this.factor]
}}
resource "cognitomfa_user_mfa_preference" "this" {{
  user_pool_id     = cognitomfa_user_pool_mfa.this.id
  username         = "ann"
  sms_mfa_settings = {{ enabled = true }}
}}
"#
    )
}

#[test]
fn factors_apart_live_on_every_command_line() {
    on_every_cli("life_apart", |stage: &Stage| {
        let user = json!({ "UserPoolId": stage.pool, "Username": "ann",
                           "UserAttributes": [{ "Name": "phone_number", "Value": "+15550100" }] });
        stage.aws.cognito("AdminCreateUser", &user).expect("a user can be created");
        let role = unique("life");
        for mode in ["OPTIONAL", "ON"] {
            stage.workspace.write("main.tf", &apart(stage, &role, mode)).apply(&[]).expect_code(0);
            stage.workspace.expect_no_change();
            let live = stage.aws.mfa(&stage.pool);
            assert_eq!((&live["MfaConfiguration"], live.contains_key("SmsMfaConfiguration")), (&json!(mode), true), "{live:?}");
        }

        stage.clear_journal();
        let address = "cognitomfa_user_mfa_preference.this";
        forget(stage, address);
        stage.workspace.run(&["import", "-no-color", "-input=false", address, &format!("{}/ann", stage.pool)]).expect_code(0);
        stage.workspace.expect_no_change();
        stage.expect_no_write();

        stage.workspace.write("main.tf", &apart(stage, &role, "ON").replace("\"ann\"", "\"nobody\""));
        let replaced = stage.workspace.changes(&[]).into_iter().find(|change| change.address == address).unwrap();
        assert_eq!(replaced.actions, ["delete", "create"]);
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.workspace.state()["values"], json!(null));
    });
}

/// Each kind that core can write a configuration for is imported without one, as people do who adopt what is there.
#[test]
fn core_writes_the_configuration_of_what_it_imports() {
    on_every_cli("life_generated", |stage: &Stage| {
        if !can(stage, "-generate-config-out", has_import_blocks) {
            return;
        }
        let role = stage.aws.create_sms_role("life-1");
        let members = json!({
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
            "SmsMfaConfiguration": {
                "SmsAuthenticationMessage": "Your code is {####}",
                "SmsConfiguration": { "SnsCallerArn": role, "ExternalId": "life-1" },
            },
        });
        stage.aws.set_mfa(&stage.pool, members).expect("a pool takes both factors");
        let name = role.rsplit('/').next().unwrap();
        let kinds = [
            ("cognitomfa_software_token", stage.pool.as_str()),
            ("cognitomfa_sms_configuration", &stage.pool),
            ("cognitomfa_user_pool_mfa", &stage.pool),
            ("cognitomfa_sms_role", name),
        ];
        let mut written = Vec::new();
        for (kind, id) in kinds {
            let file = format!("{kind}.tf");
            stage.workspace.write("import.tf", &format!("import {{\n  to = {kind}.this\n  id = \"{id}\"\n}}\n"));
            let output = stage.workspace.plan(&[&format!("-generate-config-out={file}")]);
            assert!(output.code == 0 || output.code == 2, "{}", output.transcript());
            let text = std::fs::read_to_string(stage.workspace.path().join(&file)).unwrap_or_default();
            assert!(text.contains(&format!("resource \"{kind}\" \"this\" {{")), "{kind}: {text}");
            written.push(kind);
            stage.workspace.remove(&file);
        }
        assert_eq!(written.len(), kinds.len());
    });
}
