//! The role that lets Cognito send SMS: made, changed, mended, imported, deleted, and used in the same apply.

use serde_json::{Value, json};

use super::{Stage, everywhere, wherever};
use crate::support::aws::unique;
use crate::support::{Cli, Place, workspace};

/// Parameters of a call beside the role's name.
type Parameters<'a> = Vec<(&'a str, &'a str)>;

const ADDRESS: &str = "cognitomfa_sms_role.this";

/// The role with these arguments, one a line.
fn role(arguments: &str) -> String {
    format!("resource \"cognitomfa_sms_role\" \"this\" {{\n{arguments}\n}}\n")
}

/// Applies a role with these arguments; then no plan may want a change, with or without a refresh.
#[track_caller]
fn settle(stage: &Stage, arguments: &str) -> Value {
    stage.workspace.write("main.tf", &role(arguments)).apply(&[]).expect_code(0);
    stage.workspace.expect_no_change();
    attributes(stage)
}

/// Attributes of the role in the state.
#[track_caller]
fn attributes(stage: &Stage) -> Value {
    let state = stage.workspace.state();
    let resources = state["values"]["root_module"]["resources"].as_array().expect("the state has resources");
    resources.iter().find(|resource| resource["address"] == ADDRESS).expect("the state has the role")["values"].clone()
}

fn name_in(attributes: &Value) -> &str {
    attributes["name"].as_str().expect("a role has a name")
}

/// What IAM answers about the role, its documents decoded.
fn seen(stage: &Stage, name: &str) -> Option<String> {
    let decoded = |xml: &str| percent_encoding::percent_decode_str(xml).decode_utf8_lossy().replace("&quot;", "\"");
    stage.aws.iam("GetRole", &[("RoleName", name)]).ok().map(|xml| decoded(&xml))
}

/// The inline policy of the role, decoded.
fn policy(stage: &Stage, name: &str) -> String {
    let xml = stage.aws.iam("GetRolePolicy", &[("RoleName", name), ("PolicyName", "cognito-sms")]).expect("a policy");
    percent_encoding::percent_decode_str(&xml).decode_utf8_lossy().replace("&quot;", "\"")
}

/// A managed policy to limit a role with.
fn boundary(stage: &Stage) -> String {
    let document = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": ["sns:Publish", "sms-voice:SendTextMessage"], "Resource": "*" },
    ] });
    let parameters = [("PolicyName", &*unique("boundary")), ("PolicyDocument", &*document.to_string())];
    let created = stage.aws.iam("CreatePolicy", &parameters).expect("a policy can be created");
    let (_, rest) = created.split_once("<Arn>").expect("a policy has an ARN");
    rest.split('<').next().expect("it ends").to_owned()
}

/// The pool's MFA, sent through the role of the same configuration.
fn pool_mfa(stage: &Stage) -> String {
    format!(
        "resource \"cognitomfa_user_pool_mfa\" \"this\" {{\n  user_pool_id = \"{}\"\n  mfa_configuration = \"OPTIONAL\"\n  \
         sms_configuration = {{\n    sns_caller_arn = {ADDRESS}.arn\n    external_id = {ADDRESS}.external_id\n  }}\n}}\n",
        stage.pool
    )
}

#[test]
fn a_role_without_arguments_is_made_up_and_stays() {
    everywhere("role_defaults", &Place::ALL, |stage: &Stage| {
        let made = settle(stage, "");
        assert!(name_in(&made).starts_with("cognito-sms-") && name_in(&made).len() == 28, "{made}");
        assert_eq!(made["external_id"].as_str().map(str::len), Some(32), "{made}");
        assert_eq!((&made["path"], &made["delivery"], &made["id"]), (&json!("/"), &json!("SNS"), &made["name"]));
        assert!(made["arn"].as_str().is_some_and(|arn| arn.ends_with(&format!(":role/{}", name_in(&made)))), "{made}");
        let role = seen(stage, name_in(&made)).expect("the role is there");
        assert!(role.contains(made["external_id"].as_str().unwrap()) && role.contains("aws:SourceAccount"), "{role}");
        assert!(!role.contains("aws:SourceArn"), "{role}");
        assert!(policy(stage, name_in(&made)).contains("sns:Publish"));

        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(0);
        if stage.is_sandbox() {
            assert_eq!(stage.endpoint.operations(), ["GetRole", "GetRolePolicy"], "a plan without a change");
        }
        stage.workspace.destroy().expect_code(0);
        assert_eq!(seen(stage, name_in(&made)), None);
    });
}

#[test]
fn each_argument_is_changed_in_place() {
    everywhere("role_updates", &Place::ALL, |stage: &Stage| {
        let name = format!("name = \"{}\"", unique("role"));
        let first = settle(stage, &name);
        let boundary = boundary(stage);
        let pools = format!("user_pool_ids = [\"{}\", \"us-east-1_Elsewhere\"]", stage.pool);
        let described = format!("{name}\ndelivery = \"END_USER_MESSAGING\"\ndescription = \"Sends codes\"");
        let steps: [(String, &[&str]); 8] = [
            (format!("{name}\n{pools}"), &["UpdateAssumeRolePolicy"]),
            (format!("{name}\n{pools}\nexternal_id = \"chosen-1\""), &["UpdateAssumeRolePolicy"]),
            (format!("{name}\nexternal_id = \"chosen-1\""), &["UpdateAssumeRolePolicy"]),
            (format!("{name}\ndelivery = \"END_USER_MESSAGING\""), &["PutRolePolicy"]),
            (described.clone(), &["UpdateRole"]),
            (format!("{described}\npermissions_boundary = \"{boundary}\""), &["PutRolePermissionsBoundary"]),
            (
                format!("{described}\ntags = {{ team = \"identity\", stage = \"prod\" }}"),
                &["DeleteRolePermissionsBoundary", "TagRole"],
            ),
            (format!("{described}\ntags = {{ stage = \"test\" }}"), &["TagRole", "UntagRole"]),
        ];
        for (arguments, writes) in steps {
            stage.clear_journal();
            let changed = settle(stage, &arguments);
            assert_eq!((&changed["arn"], &changed["unique_id"]), (&first["arn"], &first["unique_id"]), "{arguments}");
            if stage.is_sandbox() {
                let mut sent = stage.endpoint.writes();
                sent.sort();
                assert_eq!(sent, writes, "{arguments}");
            }
        }
        let last = attributes(stage);
        assert_eq!((&last["external_id"], &last["tags_all"]), (&json!("chosen-1"), &json!({ "stage": "test" })));
        stage.clear_journal();
        settle(stage, &format!("{described}\ntags = {{ stage = \"test\" }}\ntimeouts = {{ read = \"2m\" }}"));
        stage.expect_no_write();
        stage.holds("description_cleared", || {
            settle(stage, &name);
        });
    });
}

#[test]
fn another_name_or_path_replaces_the_role() {
    everywhere("role_replaced", &Place::ALL, |stage: &Stage| {
        let prefix = format!("{}-", unique("pre"));
        let first = settle(stage, &format!("name_prefix = \"{prefix}\""));
        assert!(name_in(&first).starts_with(&prefix), "{first}");
        let second = settle(stage, &format!("name_prefix = \"{prefix}\"\npath = \"/cognito/\""));
        assert_ne!(first["name"], second["name"]);
        assert_eq!(seen(stage, name_in(&first)), None);
        assert!(second["arn"].as_str().unwrap().contains(":role/cognito/"), "{second}");
        // The name stays as long as it fits.
        let third = settle(stage, "path = \"/cognito/\"");
        assert_eq!(second["unique_id"], third["unique_id"]);
        let named = unique("named");
        let fourth = settle(stage, &format!("name = \"{named}\"\npath = \"/cognito/\""));
        assert_eq!((name_in(&fourth), seen(stage, name_in(&third))), (named.as_str(), None));
    });
}

#[test]
fn what_others_change_is_mended() {
    everywhere("role_drift", &Place::ALL, |stage: &Stage| {
        let name = unique("drift");
        let arguments = format!("name = \"{name}\"\ndescription = \"Sends codes\"\ntags = {{ team = \"identity\" }}");
        let before = settle(stage, &arguments);
        let iam = |operation: &str, parameters: &[(&str, &str)]| {
            let parameters = [&[("RoleName", name.as_str())], parameters].concat();
            stage.aws.iam(operation, &parameters).unwrap_or_else(|refused| panic!("{operation}: {refused:?}"));
        };
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:*","Resource":"*"}]}"#;
        let drifts: [(&str, Parameters<'_>, &str); 5] = [
            ("UpdateAssumeRolePolicy", vec![("PolicyDocument", trust)], "assume_role_policy"),
            ("PutRolePolicy", vec![("PolicyName", "cognito-sms"), ("PolicyDocument", all)], "policy"),
            ("DeleteRolePolicy", vec![("PolicyName", "cognito-sms")], "policy"),
            ("TagRole", vec![("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "other")], "tags"),
            ("UpdateRole", vec![("Description", "Drifted")], "description"),
        ];
        for (operation, parameters, attribute) in drifts {
            iam(operation, &parameters);
            let change = stage.workspace.change();
            assert!(change.actions == ["update"] && change.changed().contains(&attribute), "after {operation}: {change:?}");
            let mended = settle(stage, &arguments);
            assert_eq!(mended, before, "after {operation}");
        }
        let spelled = before["assume_role_policy"].as_str().unwrap().replace("\"sts:AssumeRole\"", "[\"sts:AssumeRole\"]");
        iam("UpdateAssumeRolePolicy", &[("PolicyDocument", &spelled)]);
        stage.workspace.expect_no_change();

        iam("DeleteRolePolicy", &[("PolicyName", "cognito-sms")]);
        iam("DeleteRole", &[]);
        assert_eq!(stage.workspace.change().actions, ["create"]);
    });
}

#[test]
fn a_role_is_imported_by_its_name() {
    everywhere("role_import", &Place::ALL, |stage: &Stage| {
        let arguments = format!(
            "name = \"{}\"\nexternal_id = \"import-1\"\nuser_pool_ids = [\"{}\"]\ndelivery = \"END_USER_MESSAGING\"\n\
             description = \"Sends codes\"\ntags = {{ team = \"identity\" }}",
            unique("import"),
            stage.pool
        );
        let made = settle(stage, &arguments);
        stage.workspace.run(&["state", "rm", ADDRESS]).expect_code(0);
        stage.clear_journal();
        stage.workspace.run(&["import", "-no-color", "-input=false", ADDRESS, name_in(&made)]).expect_code(0);
        assert_eq!(attributes(stage), made);
        stage.workspace.expect_no_change();
        stage.expect_no_write();
        let wrong = stage.workspace.run(&["import", "-no-color", "-input=false", "cognitomfa_sms_role.this", "a/b"]);
        wrong.expect_code(1);
    });
}

#[test]
fn a_role_is_imported_by_its_identity() {
    wherever(Cli::imports_by_identity, "role_import_identity", &Place::ALL, |stage: &Stage| {
        let name = unique("import");
        let arguments = format!("name = \"{name}\"\nexternal_id = \"import-1\"");
        settle(stage, &arguments);
        stage.workspace.run(&["state", "rm", ADDRESS]).expect_code(0);
        let import = format!("import {{\n  to = {ADDRESS}\n  identity = {{ name = \"{name}\" }}\n}}\n");
        stage.workspace.write("import.tf", &import);
        stage.workspace.expect_import_alone();
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
    });
}

#[test]
fn a_role_of_another_shape_is_imported_and_brought_into_shape() {
    everywhere("role_import_other", &Place::ALL, |stage: &Stage| {
        let arn = stage.aws.create_sms_role("theirs-1");
        let name = arn.rsplit('/').next().unwrap();
        stage.workspace.write("main.tf", &role(&format!("name = \"{name}\"")));
        stage.workspace.run(&["import", "-no-color", "-input=false", ADDRESS, name]).expect_code(0);
        assert_eq!((&attributes(stage)["external_id"], &attributes(stage)["policy"]), (&json!("theirs-1"), &Value::Null));
        let change = stage.workspace.change();
        assert!(change.actions == ["update"] && change.changed().contains(&"assume_role_policy"), "{change:?}");
        let shaped = settle(stage, &format!("name = \"{name}\""));
        assert_eq!(shaped["external_id"], "theirs-1");
        // Its own policy is still on it.
        stage.workspace.destroy().expect_code(1).expect_text("publish").expect_text("Nothing was deleted");
        stage.aws.iam("DeleteRolePolicy", &[("RoleName", name), ("PolicyName", "publish")]).unwrap();
        stage.workspace.destroy().expect_code(0);
    });
}

#[test]
fn a_name_that_is_taken_is_not_taken_over() {
    everywhere("role_taken", &Place::ALL, |stage: &Stage| {
        let arn = stage.aws.create_sms_role("theirs");
        let name = arn.rsplit('/').next().unwrap();
        stage.clear_journal();
        stage.workspace.write("main.tf", &role(&format!("name = \"{name}\"")));
        stage.workspace.apply(&[]).expect_code(1).expect_text("taken").expect_text("import {").expect_text(name);
        stage.expect_no_write();
        assert_eq!(stage.workspace.state()["values"], Value::Null);
    });
}

#[test]
fn tags_of_the_provider_block_are_on_the_role() {
    everywhere("role_default_tags", &Place::ALL, |stage: &Stage| {
        let block = |tags: &str| {
            stage.workspace.write(
                "provider.tf",
                &workspace::provider_block(&stage.endpoint.url, &format!("default_tags {{\n    tags = {tags}\n  }}")),
            );
        };
        block("{ owner = \"platform\", stage = \"prod\" }");
        let own = "tags = { stage = \"test\" }";
        let made = settle(stage, own);
        assert_eq!(made["tags_all"], json!({ "owner": "platform", "stage": "test" }));
        assert_eq!(made["tags"], json!({ "stage": "test" }));
        block("{ owner = \"identity\" }");
        assert_eq!(settle(stage, own)["tags_all"], json!({ "owner": "identity", "stage": "test" }));
        assert_eq!(settle(stage, "")["tags_all"], json!({ "owner": "identity" }));
    });
}

#[test]
fn one_apply_makes_the_role_and_sends_through_it() {
    everywhere("role_chain", &Place::ALL, |stage: &Stage| {
        if stage.is_sandbox() {
            stage.endpoint.turn(&json!({ "iam_propagation": 3 }));
        }
        let arguments = format!("user_pool_ids = [\"{}\"]", stage.pool);
        stage.workspace.write("main.tf", &format!("{}{}", role(&arguments), pool_mfa(stage)));
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.expect_no_change();
        stage.workspace.expect_no_change();
        let made = attributes(stage);
        assert_eq!(stage.aws.mfa(&stage.pool)["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"], made["arn"]);
        assert_eq!(stage.aws.mode(&stage.pool), "OPTIONAL");
    });
}

#[test]
fn a_role_in_use_is_not_deleted() {
    // The emulators do not show in `DescribeUserPool` what `SetUserPoolMfaConfig` set.
    everywhere("role_in_use", &[Place::Sandbox], |stage: &Stage| {
        stage.workspace.write("main.tf", &format!("{}{}", role(""), pool_mfa(stage)));
        stage.workspace.apply(&[]).expect_code(0);
        let name = name_in(&attributes(stage)).to_owned();
        stage.workspace.plan(&["-destroy"]).expect_code(2).expect_text("[sms_role_in_use]").expect_text(&stage.pool);
        stage.clear_journal();
        // MFA goes off first, and the pool keeps its sender.
        stage.workspace.destroy().expect_code(1).expect_text("[sms_role_in_use]").expect_text("waivers = [");
        stage.expect_no_write();
        assert!(seen(stage, &name).is_some());

        let waiver = "waivers = [{ rule = \"sms_role_in_use\", reason = \"pool is retired\" }]";
        stage.clear_journal();
        settle(stage, waiver);
        stage.expect_no_write();
        stage.workspace.plan(&["-destroy"]).expect_code(2).expect_no_text("[sms_role_in_use]");
        stage.workspace.destroy().expect_code(0);
        assert_eq!(seen(stage, &name), None);
    });
}

#[test]
fn a_role_whose_pool_is_gone_is_deleted() {
    everywhere("role_unused", &[Place::Sandbox], |stage: &Stage| {
        let made = settle(stage, "");
        let sender = json!({ "SnsCallerArn": made["arn"], "ExternalId": made["external_id"] });
        let sms = json!({ "SmsAuthenticationMessage": "Your code is {####}", "SmsConfiguration": sender });
        stage
            .aws
            .set_mfa(&stage.pool, json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": sms }))
            .expect("a pool takes SMS");
        stage.workspace.plan(&["-destroy"]).expect_code(2).expect_text("[sms_role_in_use]");
        stage.aws.cognito("DeleteUserPool", &json!({ "UserPoolId": stage.pool })).expect("a pool can be deleted");
        stage.workspace.plan(&["-destroy"]).expect_code(2).expect_no_text("[sms_role_in_use]");
        stage.workspace.destroy().expect_code(0);
        assert_eq!(seen(stage, name_in(&made)), None);
    });
}

#[test]
fn pools_that_cannot_be_listed_are_one_warning() {
    everywhere("role_unlisted", &[Place::Sandbox], |stage: &Stage| {
        settle(stage, "");
        stage.endpoint.turn(&json!({ "deny": { "action": "cognito-idp:ListUserPools" } }));
        let planned = stage.workspace.plan(&["-destroy"]);
        planned.expect_code(2).expect_text("[check_skipped]").expect_text("cognito-idp:ListUserPools");
        stage.workspace.destroy().expect_code(0);
    });
}

#[test]
fn a_lost_answer_is_settled_by_reading() {
    everywhere("role_lost_answers", &[Place::Sandbox], |stage: &Stage| {
        for operation in ["CreateRole", "PutRolePolicy"] {
            stage.endpoint.turn(&json!({ "cut_after_commit": { "operation": operation, "count": 1 } }));
        }
        let name = format!("name = \"{}\"", unique("lost"));
        settle(stage, &name);
        for operation in ["UpdateAssumeRolePolicy", "TagRole"] {
            stage.endpoint.turn(&json!({ "cut_after_commit": { "operation": operation, "count": 1 } }));
        }
        settle(stage, &format!("{name}\nexternal_id = \"lost-1\"\ntags = {{ a = \"b\" }}"));
        for operation in ["DeleteRolePolicy", "DeleteRole"] {
            stage.endpoint.turn(&json!({ "cut_after_commit": { "operation": operation, "count": 1 } }));
        }
        stage.workspace.destroy().expect_code(0);
    });
}

#[test]
fn a_role_that_was_made_in_part_is_not_lost() {
    everywhere("role_partly_made", &[Place::Sandbox], |stage: &Stage| {
        let name = unique("partly");
        let arguments = format!("name = \"{name}\"");
        stage.endpoint.turn(&json!({ "deny": { "action": "iam:PutRolePolicy" } }));
        stage.workspace.write("main.tf", &role(&arguments));
        stage.workspace.apply(&[]).expect_code(1).expect_text("iam:PutRolePolicy").expect_text("nothing is left of it");
        assert_eq!(seen(stage, &name), None);
        // What cannot be undone is kept, to be replaced.
        stage.endpoint.turn(&json!({ "deny": { "action": "iam:DeleteRole" } }));
        stage.workspace.apply(&[]).expect_code(1).expect_text("iam:PutRolePolicy").expect_text("tainted");
        assert!(seen(stage, &name).is_some() && attributes(stage)["arn"].is_string());
        for action in ["iam:PutRolePolicy", "iam:DeleteRole"] {
            stage.endpoint.turn(&json!({ "allow": { "action": action } }));
        }
        settle(stage, &arguments);

        stage.endpoint.turn(&json!({ "deny": { "action": "iam:TagRole" } }));
        let changed = format!("{arguments}\nexternal_id = \"partly-1\"\ntags = {{ a = \"b\" }}");
        stage.workspace.write("main.tf", &role(&changed));
        stage.workspace.apply(&[]).expect_code(1).expect_text("iam:TagRole");
        let state = attributes(stage);
        assert!(state["assume_role_policy"].as_str().unwrap().contains("partly-1"), "{state}");
        assert_eq!(state["tags_all"], json!({}));
        stage.endpoint.turn(&json!({ "allow": { "action": "iam:TagRole" } }));
        settle(stage, &changed);
    });
}

#[test]
fn wrong_arguments_are_named_by_validate() {
    everywhere("role_constraints", &[Place::Sandbox], |stage: &Stage| {
        for (arguments, expected) in [
            ("name = \"a/b\"", "Not the name of an IAM role"),
            ("name = \"a\"\nname_prefix = \"b\"", "Two names for one role"),
            ("path = \"cognito\"", "Not the path of an IAM role"),
            ("external_id = \"x\"", "Not an external id"),
            ("delivery = \"SMS\"", "Did you mean"),
            ("user_pool_ids = []", "A role for no user pool"),
            ("user_pool_ids = [\"pool\"]", "Not a user pool id"),
            ("permissions_boundary = \"boundary\"", "Not the ARN of a managed policy"),
            ("tags = { \"aws:x\" = \"y\" }", "Not a tag"),
            ("timeouts = { read = \"soon\" }", "Not a duration"),
            ("waivers = [{ rule = \"sms_role_in_uses\", reason = \"x\" }]", "Unknown rule in a waiver"),
        ] {
            stage.workspace.write("main.tf", &role(arguments));
            stage.workspace.plan(&[]).expect_code(1).expect_text(expected);
        }
    });
}
