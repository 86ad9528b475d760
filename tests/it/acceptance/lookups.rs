//! What is looked up in IAM and SNS before a change with SMS, what a denied lookup leaves behind, and how to go without.

use serde_json::{Value, json};

use super::{Stage, everywhere, resource, sms, token};
use crate::support::Place;
use crate::support::aws::REGION;

/// Operations of a service in the journal, each with its Region.
fn asked(stage: &Stage, service: &str) -> Vec<(String, String)> {
    let of_service = stage.endpoint.journal().into_iter().filter(|entry| entry.service == service);
    let mut asked: Vec<_> = of_service.map(|entry| (entry.operation, entry.region)).collect();
    asked.sort();
    asked
}

fn operations(stage: &Stage, service: &str) -> Vec<String> {
    asked(stage, service).into_iter().map(|(operation, _)| operation).collect()
}

fn deny(stage: &Stage, actions: &[&str]) {
    for action in actions {
        stage.endpoint.turn(&json!({ "deny": { "action": action } }));
    }
}

/// Replaces what the role may do.
fn permit(stage: &Stage, role: &str, statement: &Value) {
    let name = role.rsplit('/').next().expect("an ARN has segments");
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let parameters = [("RoleName", name), ("PolicyName", "publish"), ("PolicyDocument", policy.as_str())];
    stage.aws.iam("PutRolePolicy", &parameters).expect("a role takes a policy");
}

const SNS_CALLS: [&str; 3] = ["GetSMSAttributes", "GetSMSSandboxAccountStatus", "ListOriginationNumbers"];

#[test]
fn a_sender_is_looked_up_when_it_is_new() {
    everywhere("lookups", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        stage.clear_journal();
        stage.configure(&sms("OPTIONAL", &role, "x-1")).plan(&[]).expect_code(2);
        assert_eq!(operations(stage, "iam"), ["GetRole", "SimulatePrincipalPolicy"]);
        assert_eq!(operations(stage, "sns"), SNS_CALLS);
        assert!(asked(stage, "sns").iter().all(|(_, region)| region == REGION), "{:?}", asked(stage, "sns"));
        stage.workspace.apply(&[]).expect_code(0);

        stage.clear_journal();
        stage.workspace.expect_no_change();
        assert_eq!((operations(stage, "iam").len(), operations(stage, "sns").len()), (0, 0), "nothing changes");

        let both = format!("{}\n  software_token_mfa_configuration = {{ enabled = true }}", sms("OPTIONAL", &role, "x-1"));
        stage.configure(&both).plan(&[]).expect_code(2);
        assert_eq!(operations(stage, "iam"), ["GetRole", "SimulatePrincipalPolicy"], "every write makes AWS check the role");
        assert_eq!(operations(stage, "sns").len(), 0, "the sender stays");
    });
}

#[test]
fn a_role_of_many_pools_is_read_once() {
    everywhere("lookups_shared", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        let pools = [stage.pool.clone(), stage.aws.create_pool("second"), stage.aws.create_pool("third")];
        let resources = pools.iter().enumerate().map(|(number, pool)| {
            resource(pool, &sms("OPTIONAL", &role, "x-1")).replace("\"this\"", &format!("\"pool_{number}\""))
        });
        stage.workspace.write("main.tf", &resources.collect::<String>());
        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(2);
        assert_eq!(operations(stage, "iam"), ["GetRole", "SimulatePrincipalPolicy"]);
        assert_eq!(operations(stage, "sns"), SNS_CALLS);
    });
}

#[test]
fn a_role_that_may_not_be_read_is_one_warning() {
    everywhere("lookups_denied_role", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        deny(stage, &["iam:GetRole"]);
        let planned = stage.configure(&sms("OPTIONAL", &role, "x-1")).plan(&[]).expect_code(2);
        let planned = planned
            .expect_text("[check_skipped]")
            .expect_text("\"Action\": \"iam:GetRole\"")
            .expect_text("lookups = { iam = false }");
        assert_eq!(planned.transcript().matches("[check_skipped]").count(), 1, "{}", planned.transcript());
        stage.workspace.apply(&[]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
    });
}

#[test]
fn the_policies_of_a_role_are_read_where_the_simulation_is_denied() {
    everywhere("lookups_fall_back", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        permit(stage, &role, &json!({ "Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:*:*:topic" }));
        deny(stage, &["iam:SimulatePrincipalPolicy"]);
        stage.clear_journal();
        let refused = stage.configure(&sms("OPTIONAL", &role, "x-1")).plan(&[]).expect_code(1);
        let refused = refused.expect_text("[sms_role_without_publish]");
        assert!(!refused.says("[check_skipped]"), "{}", refused.transcript());
        let expected = ["GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies", "SimulatePrincipalPolicy"];
        assert_eq!(operations(stage, "iam"), expected);
        stage.expect_no_write();

        permit(stage, &role, &json!({ "Effect": "Allow", "Action": "sns:*", "Resource": "*" }));
        stage.settle(&sms("OPTIONAL", &role, "x-1"));
    });
}

#[test]
fn permissions_that_may_not_be_read_are_one_warning() {
    everywhere("lookups_denied_policies", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        deny(stage, &["iam:SimulatePrincipalPolicy", "iam:ListRolePolicies"]);
        let planned = stage.configure(&sms("OPTIONAL", &role, "x-1")).plan(&[]).expect_code(2);
        let planned = planned.expect_text("[check_skipped]").expect_text("\"Action\": \"iam:SimulatePrincipalPolicy\"");
        assert_eq!(planned.transcript().matches("[check_skipped]").count(), 1, "{}", planned.transcript());
        // The trust policy was read all the same.
        let wrong = stage.configure(&sms("OPTIONAL", &role, "wrong")).plan(&[]).expect_code(1);
        wrong.expect_text("[sms_role_external_id_mismatch]");
        stage.configure(&sms("OPTIONAL", &role, "x-1")).apply(&[]).expect_code(0);
    });
}

#[test]
fn the_sms_sandbox_of_the_region_that_sends_is_told() {
    everywhere("lookups_sms_sandbox", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        let numbers = json!({ "+491700000001": "Verified", "+491700000002": "Pending" });
        stage.endpoint.turn(&json!({ "sms_account": { "region": REGION, "in_sandbox": true, "sandbox_numbers": numbers } }));
        stage.clear_journal();
        let both = format!("{}\n  software_token_mfa_configuration = {{ enabled = true }}", sms("OPTIONAL", &role, "x-1"));
        let planned = stage.configure(&both).plan(&[]).expect_code(2);
        planned.expect_text("[sms_sandbox]").expect_text("Only the one verified phone number");
        assert!(operations(stage, "sns").contains(&"ListSMSSandboxPhoneNumbers".to_owned()));
        stage.clear_journal();
        stage.configure(&sms("ON", &role, "x-1")).plan(&[]).expect_code(1).expect_text("[sms_sandbox]");
        stage.expect_no_write();
    });
}

#[test]
fn what_sns_may_not_be_asked_is_one_warning() {
    everywhere("lookups_denied_sns", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        deny(stage, &["sns:GetSMSSandboxAccountStatus", "sns:GetSMSAttributes", "sns:ListOriginationNumbers"]);
        let mut planned = stage.configure(&sms("OPTIONAL", &role, "x-1")).plan(&[]).expect_code(2);
        for text in ["\"sns:GetSMSSandboxAccountStatus\"", "\"sns:GetSMSAttributes\"", "lookups = { sns = false }"] {
            planned = planned.expect_text(text);
        }
        assert_eq!(planned.transcript().matches("[check_skipped]").count(), 1, "{}", planned.transcript());
        stage.workspace.apply(&[]).expect_code(0);
    });
}

#[test]
fn a_lookup_that_is_switched_off_is_neither_made_nor_missed() {
    everywhere("lookups_off", &[Place::Sandbox], |stage: &Stage| {
        stage.configure_provider("lookups = { iam = false, sns = false }");
        let role = stage.aws.create_sms_role("x-1");
        deny(stage, &["iam:GetRole", "sns:GetSMSAttributes"]);
        stage.clear_journal();
        let planned = stage.configure(&sms("OPTIONAL", &role, "x-1")).plan(&[]).expect_code(2);
        assert!(!planned.says("[check_skipped]"), "{}", planned.transcript());
        stage.workspace.apply(&[]).expect_code(0);
        stage.settle(&token("OPTIONAL"));
        assert_eq!((operations(stage, "iam").len(), operations(stage, "sns").len()), (0, 0));
    });
}

#[test]
fn end_user_messaging_asks_nothing_of_sns() {
    everywhere("lookups_eums", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        stage.clear_journal();
        let sender = format!("eums_sms = {{ caller_arn = \"{role}\", external_id = \"x-1\" }}");
        let arguments = format!("mfa_configuration = \"OPTIONAL\"\n  sms_configuration = {{ {sender} }}");
        stage.configure(&arguments).plan(&[]).expect_code(2);
        assert_eq!(operations(stage, "iam"), ["GetRole", "SimulatePrincipalPolicy"]);
        assert_eq!(operations(stage, "sns").len(), 0);
        permit(stage, &role, &json!({ "Effect": "Allow", "Action": "sns:Publish", "Resource": "*" }));
        stage.workspace.plan(&[]).expect_code(1).expect_text("[sms_role_without_publish]");
    });
}

#[test]
fn a_role_that_has_just_become_right_is_waited_for() {
    everywhere("lookups_propagation", &[Place::Sandbox], |stage: &Stage| {
        for (lookups, mode) in [("iam = true", "OPTIONAL"), ("iam = false", "ON")] {
            stage.configure_provider(&format!("lookups = {{ {lookups} }}"));
            stage.endpoint.turn(&json!({ "iam_propagation": 0 }));
            let role = stage.aws.create_sms_role("x-1");
            permit(stage, &role, &json!({ "Effect": "Deny", "Action": "*", "Resource": "*" }));
            stage.endpoint.turn(&json!({ "iam_propagation": 1 }));
            permit(stage, &role, &json!({ "Effect": "Allow", "Action": "sns:Publish", "Resource": "*" }));
            stage.clear_journal();
            stage.configure(&sms(mode, &role, "x-1")).apply(&[]).expect_code(0);
            let refused: Vec<String> = stage.endpoint.journal().into_iter().filter_map(|entry| entry.error).collect();
            assert_eq!(refused, ["InvalidSmsRoleAccessPolicyException"], "{lookups}");
            assert_eq!(stage.aws.mode(&stage.pool), mode);
        }
    });
}
