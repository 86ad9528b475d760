//! Destroy under each deletion policy, judged at plan.

use super::{OFF, Stage, everywhere, resource, token};
use crate::support::Place;
use crate::support::aws::unique;

fn with_policy(mode: &str, policy: &str) -> String {
    format!("{}\n  deletion_policy = \"{policy}\"", token(mode))
}

#[test]
fn retain_warns_and_leaves_the_pool_alone() {
    everywhere("destroy_retain", &Place::ALL, |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.clear_journal();
        stage.workspace.plan(&["-destroy"]).expect_code(2).expect_text("[destroy_retains]");
        stage.workspace.destroy().expect_code(0);
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn off_turns_mfa_off() {
    everywhere("destroy_off", &Place::ALL, |stage: &Stage| {
        stage.settle(&with_policy("OPTIONAL", "OFF"));
        stage.workspace.plan(&["-destroy"]).expect_code(2).expect_text("[destroy_turns_off]");
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn off_from_on_is_refused_without_a_waiver() {
    everywhere("destroy_off_from_on", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&with_policy("ON", "OFF"));
        stage.clear_journal();
        stage.workspace.plan(&["-destroy"]).expect_code(1).expect_text("[required_to_off]");
        stage.expect_no_write();
        let waiver = "waivers = [{ rule = \"required_to_off\", reason = \"the pool is retired\" }]";
        stage.settle(&format!("{}\n  {waiver}", with_policy("ON", "OFF")));
        stage.workspace.destroy().expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OFF");
    });
}

#[test]
fn prevent_refuses_at_plan() {
    everywhere("destroy_prevent", &Place::ALL, |stage: &Stage| {
        stage.settle(&with_policy("ON", "PREVENT"));
        stage.clear_journal();
        stage.workspace.plan(&["-destroy"]).expect_code(1).expect_text("[destroy_prevented]");
        stage.workspace.write("main.tf", "");
        stage.workspace.plan(&[]).expect_code(1).expect_text("[destroy_prevented]");
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn prevent_refuses_a_replacement_in_the_plan_that_asks_for_it() {
    everywhere("replace_prevent", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&with_policy("ON", "PREVENT"));
        let other = stage.aws.create_pool(&unique("prevented"));
        stage.workspace.write("main.tf", &resource(&other, &with_policy("ON", "PREVENT")));
        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(1).expect_text("[destroy_prevented]");
        stage.expect_no_write();
    });
}

#[test]
fn a_pool_that_is_off_already_is_destroyed_without_a_write() {
    everywhere("destroy_off_when_off", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&format!("{OFF}\n  deletion_policy = \"OFF\""));
        stage.clear_journal();
        stage.workspace.destroy().expect_code(0);
        stage.expect_no_write();
    });
}
