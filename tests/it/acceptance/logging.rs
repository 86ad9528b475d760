//! What `TF_LOG` shows of us: our lines at their levels, and never a secret.

use serde_json::Value;

use super::{Stage, everywhere, sms};
use crate::support::Place;
use crate::support::workspace::SECRET;

/// An external id is no secret to AWS, but it has no business in a log.
const EXTERNAL_ID: &str = "canary-external-id-7421";

#[test]
fn lines_carry_their_levels_and_no_secret() {
    everywhere("logging", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role(EXTERNAL_ID);
        stage.configure(&sms("OPTIONAL", &role, EXTERNAL_ID));
        let mut workspace = crate::support::Workspace::at(&stage.workspace.cli, &stage.endpoint.url);
        workspace.write("main.tf", &super::resource(&stage.pool, &sms("OPTIONAL", &role, EXTERNAL_ID)));
        let log = workspace.path().join("terraform.log");
        workspace.set("TF_LOG", "JSON");
        workspace.set("TF_LOG_PATH", log.to_str().unwrap());
        workspace.apply(&[]).expect_code(0);
        let text = std::fs::read_to_string(&log).unwrap();
        for secret in [SECRET, EXTERNAL_ID] {
            assert!(!ours(&text).any(|line| line.to_string().contains(secret)), "{secret} is in the log");
        }
        let levels: Vec<String> = ours(&text).map(|line| line["@level"].as_str().unwrap_or_default().to_owned()).collect();
        assert!(levels.iter().any(|level| level == "debug"), "no line of ours at debug: {levels:?}");
        let unparsed =
            ours(&text).filter(|line| line["@message"].as_str().is_some_and(|text| text.trim_start().starts_with('{')));
        assert_eq!(unparsed.count(), 0, "Terraform did not take some of our lines apart");
    });
}

#[test]
fn debug_shows_our_lines_as_text() {
    everywhere("logging_text", &[Place::Sandbox], |stage: &Stage| {
        let mut workspace = crate::support::Workspace::at(&stage.workspace.cli, &stage.endpoint.url);
        workspace.write("main.tf", &super::resource(&stage.pool, &super::token("OPTIONAL")));
        workspace.set("TF_LOG", "DEBUG");
        let output = workspace.apply(&[]).expect_code(0);
        let shown =
            output.stderr.lines().any(|line| line.contains("[DEBUG]") && line.contains("provider.terraform-provider-cognitomfa"));
        assert!(shown, "{}", output.transcript());
        assert!(!output.stderr.contains(SECRET));
    });
}

/// Lines of the log that our process wrote: they name the module they come from.
pub(super) fn ours(text: &str) -> impl Iterator<Item = Value> + '_ {
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["@module"].as_str().is_some_and(|module| module.starts_with("cognitomfa::")))
}
