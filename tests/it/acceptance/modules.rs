//! What authors of modules do: `terraform test`, with and without an endpoint.

use serde_json::{Value, json};

use super::{Stage, everywhere};
use crate::support::{Cli, Place, Workspace, clis, report};

const SOURCE: &str = "terraform {\n  required_providers {\n    cognitomfa = { source = \"cognitomfa/cognitomfa\" }\n  }\n}\n";

const MODULE: &str = r#"
variable "mode" { type = string }
variable "pool" {
  type    = string
  default = "eu-central-1_Ab12Cd34E"
}

resource "cognitomfa_user_pool_mfa" "this" {
  user_pool_id                     = var.pool
  mfa_configuration                = var.mode
  software_token_mfa_configuration = { enabled = true }
}
"#;

/// A module with `mock_provider` reaches nobody, has no credentials, and is judged by the configuration alone.
#[test]
fn a_mocked_provider_still_judges_the_configuration() {
    let (able, unable): (Vec<&Cli>, Vec<&Cli>) = clis::all().iter().partition(|cli| cli.has((1, 7), (1, 8)));
    for cli in unable {
        report::note("not possible", &format!("mock_provider on {}", cli.name()));
    }
    assert!(!able.is_empty());
    for cli in able {
        let workspace = Workspace::new(cli);
        workspace.write("versions.tf", SOURCE).write("main.tf", MODULE);
        let test = |mode: &str| {
            format!(
                "mock_provider \"cognitomfa\" {{}}\n\nrun \"it\" {{\n  command = plan\n  variables {{ mode = \"{mode}\" }}\n}}\n"
            )
        };
        workspace.write("module.tftest.hcl", &test("ON"));
        workspace.run(&["test", "-no-color"]).expect_code(0);
        workspace.write("module.tftest.hcl", &test("OFF"));
        workspace.run(&["test", "-no-color"]).expect_code(1).expect_text("[factors_with_mode_off]");
        workspace.write("module.tftest.hcl", &test("REQUIRED"));
        workspace.run(&["test", "-no-color"]).expect_code(1).expect_text("Did you mean \"ON\"?");
    }
}

#[test]
fn a_module_is_tested_on_the_sandbox() {
    everywhere("module_test", &[Place::Sandbox], |stage: &Stage| {
        stage.workspace.write("main.tf", MODULE);
        let run = |name: &str, mode: &str, more: &str| {
            format!(
                "run \"{name}\" {{\n  variables {{\n    mode = \"{mode}\"\n    pool = \"{}\"\n  }}\n  {more}\n}}\n",
                stage.pool
            )
        };
        let asked = "assert {\n    condition     = cognitomfa_user_pool_mfa.this.assurance_level == 2\n    error_message = \"not level 2\"\n  }";
        let test = format!("{}\n{}", run("optional", "OPTIONAL", ""), run("required", "ON", asked));
        stage.workspace.write("module.tftest.hcl", &test);
        let output = stage.workspace.run(&["test", "-json"]).expect_code(0);
        let lines = output.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let passed: Vec<Value> =
            lines.filter(|line| line["type"] == "test_summary").map(|line| line["test_summary"]["passed"].clone()).collect();
        assert_eq!(passed, [json!(2)], "{}", output.transcript());
    });
}
