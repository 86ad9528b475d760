//! What authors of modules do: `terraform test`, with and without an endpoint.

use super::{Stage, everywhere};
use crate::support::{Place, Workspace, clis};

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
    for cli in clis::all() {
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
        stage.workspace.run(&["test", "-no-color"]).expect_code(0).expect_text("2 passed");
    });
}
