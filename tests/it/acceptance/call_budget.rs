//! How many calls a pool costs.

use super::{Stage, everywhere, token};
use crate::support::Place;

#[test]
fn calls_for_one_pool() {
    everywhere("call_budget", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("OPTIONAL"));
        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(0);
        assert_eq!(stage.endpoint.operations(), ["GetUserPoolMfaConfig"], "a plan without a change");

        stage.configure(&token("ON"));
        stage.clear_journal();
        stage.workspace.plan(&["-out=saved.tfplan"]).expect_code(2);
        let mut planned = stage.endpoint.operations();
        planned.sort();
        assert_eq!(planned, ["DescribeUserPool", "GetUserPoolMfaConfig"], "a plan with a change");

        stage.clear_journal();
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        // Terraform plans a second time inside apply; what that reads is its own.
        let applied = stage.endpoint.operations();
        let set = applied.iter().position(|name| name == "SetUserPoolMfaConfig").expect("apply writes");
        assert_eq!(applied[set..], ["SetUserPoolMfaConfig", "GetUserPoolMfaConfig"], "{applied:?}");
        assert_eq!(stage.endpoint.writes(), ["SetUserPoolMfaConfig"]);
    });
}
