//! Create, update, drift, replacement: what every apply must leave behind is a plan without a change.

use serde_json::json;

use super::{OFF, Stage, everywhere, resource, token};
use crate::support::Place;
use crate::support::aws::unique;
use crate::support::planned::Change;

#[test]
fn a_pool_goes_up_and_drift_is_mended() {
    everywhere("up_and_drift", &Place::ALL, |stage: &Stage| {
        stage.settle(&token("OPTIONAL"));
        assert_eq!((stage.aws.mode(&stage.pool).as_str(), stage.aws.has_token(&stage.pool)), ("OPTIONAL", true));

        stage.configure(&token("ON"));
        let planned = stage.workspace.planned(&[]);
        let change = &planned["resource_changes"][0]["change"];
        assert_eq!(change["actions"], json!(["update"]));
        let summary = change["after"]["change_summary"].as_str().unwrap_or_default();
        assert!(summary.contains("OPTIONAL -> ON"), "{summary}");
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");

        stage.aws.set_token(&stage.pool, "OPTIONAL");
        let modes = |change: &Change| [&change.before, &change.after].map(|value| value["mfa_configuration"].clone());
        assert_eq!(stage.workspace.drift().iter().map(modes).collect::<Vec<_>>(), [[json!("ON"), json!("OPTIONAL")]]);
        assert_eq!(modes(&stage.workspace.change()), [json!("OPTIONAL"), json!("ON")]);
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn attributes_say_what_the_pool_has() {
    everywhere("attributes", &Place::ALL, |stage: &Stage| {
        stage.settle(&token("ON"));
        let attributes = stage.workspace.attributes();
        assert_eq!(attributes["id"], stage.pool.as_str());
        assert_eq!(attributes["region"], "us-east-1");
        assert_eq!(attributes["deletion_policy"], "RETAIN");
        assert_eq!(attributes["effective_factors"], json!(["SOFTWARE_TOKEN"]));
        assert!(attributes["assurance_level"].is_number() || attributes["assurance_level"].is_string(), "{attributes}");
        assert_eq!(attributes["sms_configuration"], json!(null));
        assert_eq!(attributes["web_authn_configuration"], json!(null));
    });
}

#[test]
fn the_way_down_takes_two_applies() {
    everywhere("two_steps_down", &Place::ALL, |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.settle(&token("OPTIONAL"));
        stage.settle(OFF);
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
        stage.holds("off_drops_token", || assert!(!stage.aws.has_token(&stage.pool)));
    });
}

#[test]
fn equal_spellings_make_no_change() {
    everywhere("equal_spellings", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(OFF);
        stage.clear_journal();
        let disabled = format!("{OFF}\n  software_token_mfa_configuration = {{ enabled = false }}");
        stage.settle(&disabled);
        stage.expect_no_write();
    });
}

#[test]
fn arguments_of_ours_alone_write_nothing() {
    everywhere("own_arguments", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.clear_journal();
        let waiver = "waivers = [{ rule = \"required_to_off\", reason = \"migration of the test pool\" }]";
        stage
            .settle(&format!("{}\n  deletion_policy = \"PREVENT\"\n  {waiver}\n  timeouts = {{ update = \"3m\" }}", token("ON")));
        assert_eq!(stage.workspace.attributes()["deletion_policy"], "PREVENT");
        stage.settle(&token("ON"));
        assert_eq!(stage.workspace.attributes()["deletion_policy"], "RETAIN");
        stage.expect_no_write();
    });
}

#[test]
fn another_pool_replaces_the_resource() {
    everywhere("replace", &Place::ALL, |stage: &Stage| {
        stage.settle(&token("ON"));
        let other = stage.aws.create_pool(&unique("replace-other"));
        stage.workspace.write("main.tf", &resource(&other, &token("OPTIONAL")));
        let planned = stage.workspace.planned(&[]);
        assert_eq!(planned["resource_changes"][0]["change"]["actions"], json!(["delete", "create"]));
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!((stage.aws.mode(&stage.pool), stage.aws.mode(&other)), ("ON".to_owned(), "OPTIONAL".to_owned()));
        assert_eq!(stage.workspace.attributes()["id"], other.as_str());
    });
}

#[test]
fn a_pool_that_is_gone_is_planned_anew() {
    everywhere("gone", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.aws.cognito("DeleteUserPool", &json!({ "UserPoolId": stage.pool })).expect("a pool can be deleted");
        let drift = stage.workspace.drift();
        assert_eq!(drift.iter().map(|change| &change.actions[..]).collect::<Vec<_>>(), [["delete"]], "{drift:?}");
        stage.workspace.plan(&[]).expect_code(2).expect_text(&format!("User pool {} is gone", stage.pool));
        // Terraform plans the creation first, which needs the pool.
        stage.workspace.destroy().expect_code(0);
    });
}

#[test]
fn a_pool_of_the_same_apply_is_unknown_at_plan() {
    everywhere("unknown_pool", &Place::ALL, |stage: &Stage| {
        let source = format!("resource \"terraform_data\" \"pool\" {{\n  input = \"{}\"\n}}\n", stage.pool);
        let ours = resource("${terraform_data.pool.output}", &token("ON"));
        stage.workspace.write("main.tf", &format!("{source}{ours}"));
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}
