//! What the pages say, tried: statements of guides and resource pages that no other scenario holds.

use serde_json::json;

use super::{Stage, everywhere, resource, sms, token};
use crate::support::aws::REGION;
use crate::support::{Output, Place, Workspace, clis};

const REQUIRED: &str = "terraform {\n  required_providers {\n    cognitomfa = { source = \"cognitomfa/cognitomfa\" }\n  }\n}\n";

/// One block for each rule that needs no more than the configuration, and is not one that AWS is known to enforce.
const ALONE: &str = r#"
resource "cognitomfa_user_pool_mfa" "passkeys" {
  user_pool_id                     = "us-east-1_a"
  mfa_configuration                = "OPTIONAL"
  software_token_mfa_configuration = { enabled = true }
  sms_authentication_message       = "Your code is {####}"
  web_authn_configuration = {
    relying_party_id     = "login.example.com"
    user_verification    = "preferred"
    factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
  }
}

resource "cognitomfa_sms_configuration" "sns" {
  user_pool_id      = "us-east-1_b"
  sms_configuration = { sns_caller_arn = "arn:aws:iam::000000000000:role/x", sns_region = "eu-west-1" }
}

resource "cognitomfa_user_pool_mfa" "messaging" {
  user_pool_id      = "us-east-1_c"
  mfa_configuration = "OPTIONAL"
  sms_configuration = { eums_sms = { caller_arn = "arn:aws:iam::000000000000:role/x", region = "eu-west-1" } }
}

resource "cognitomfa_user_mfa_preference" "two" {
  user_pool_id                = "us-east-1_d"
  username                    = "two"
  sms_mfa_settings            = { enabled = true, preferred_mfa = true }
  software_token_mfa_settings = { enabled = true, preferred_mfa = true }
}
"#;

/// Rules with their severities, by name.
fn said(output: &Output) -> Vec<(String, String)> {
    let named = output.problems().into_iter().filter_map(|problem| {
        let name = problem.summary.rsplit_once('[')?.1.strip_suffix(']')?.to_owned();
        Some((name, problem.severity))
    });
    let mut all: Vec<_> = named.collect();
    all.sort();
    all
}

fn expected<const N: usize>(rules: [(&str, &str); N]) -> Vec<(String, String)> {
    rules.map(|(name, severity)| (name.to_owned(), severity.to_owned())).to_vec()
}

#[test]
fn validate_says_what_the_configuration_and_the_provider_block_alone_tell() {
    for cli in clis::all() {
        let workspace = Workspace::new(cli);
        workspace.write("main.tf", ALONE).write("provider.tf", REQUIRED);
        let usual = expected([
            ("eums_not_in_region", "error"),
            ("message_without_sender", "warning"),
            ("passkey_without_required_verification", "warning"),
            ("preference_not_exclusive", "error"),
            ("sns_region_not_allowed", "error"),
        ]);
        assert_eq!(said(&workspace.validate_json()), usual, "{}", cli.name());

        let block = |rules: &str| format!("{REQUIRED}provider \"cognitomfa\" {{\n  rules = {{ {rules} }}\n}}\n");
        let severity = "profile = \"aws\", severity = { message_without_sender = \"off\", preference_not_exclusive = \"error\" }";
        workspace.write("provider.tf", &block(severity));
        let weighed = expected([
            ("eums_not_in_region", "warning"),
            ("passkey_without_required_verification", "warning"),
            ("preference_not_exclusive", "error"),
            ("sns_region_not_allowed", "warning"),
        ]);
        assert_eq!(said(&workspace.validate_json()), weighed, "{}", cli.name());

        let unknown = format!("variable \"profile\" {{\n  default = \"aws\"\n}}\n{}", block("profile = var.profile"));
        workspace.write("provider.tf", &unknown);
        assert_eq!(said(&workspace.validate_json()), expected([]), "{}: the block is not known", cli.name());
    }
}

#[test]
fn a_message_that_is_the_only_change_and_is_not_sent_is_warned_of() {
    everywhere("unsent_message", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("OPTIONAL"));
        stage.configure(&format!("{}\n  sms_authentication_message = \"Your code is {{####}}\"", token("OPTIONAL")));
        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(2).expect_text("[message_without_sender]");
        stage.workspace.apply(&[]).expect_code(0);
        stage.expect_no_write();
        stage.workspace.plan(&[]).expect_code(0);
    });
}

#[test]
fn a_refusal_that_lookups_left_out_is_no_gap_of_the_provider() {
    everywhere("lookups_off", &[Place::Sandbox], |stage: &Stage| {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole",
        }] });
        let role = stage.aws.create_role(&trust);
        stage.configure_provider("lookups = { iam = false }");
        stage.configure(&format!("{}\n  timeouts = {{ create = \"4s\" }}", sms("OPTIONAL", &role, "x-1")));
        let refused = stage.workspace.apply(&[]).expect_code(1);
        refused.expect_text("lookups = { iam = false }").expect_text("#sms_role_without_trust").expect_no_text("this is a gap");
    });
}

#[test]
fn a_tab_in_an_email_is_taken() {
    for cli in clis::all() {
        let workspace = Workspace::new(cli);
        let email =
            "mfa_configuration = \"OPTIONAL\"\n  email_mfa_configuration = { subject = \"a\\tb\", message = \"Code:\\t{####}\" }";
        workspace.write("provider.tf", REQUIRED).write("main.tf", &resource("us-east-1_a", email));
        workspace.run(&["validate", "-no-color"]).expect_code(0);
        workspace.write("main.tf", &resource("us-east-1_a", &email.replace("\\t{", "\\u00a0{")));
        workspace.run(&["validate", "-no-color"]).expect_code(1).expect_text("such as spaces, tabs and line breaks");
    }
}

#[test]
fn the_shared_form_removes_its_own_block_and_keeps_what_it_lists_no_more() {
    everywhere("shared_removal", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        let shared = |more: &str| format!("{}\n  factor_management = \"shared\"\n  {more}", sms("OPTIONAL", &role, "x-1"));
        stage.settle(&shared("software_token_mfa_configuration = { enabled = true }"));
        stage.settle(&shared(""));
        assert!(!stage.aws.has_token(&stage.pool), "a block that is deleted goes");

        let factor = format!("resource \"cognitomfa_software_token\" \"app\" {{\n  user_pool_id = \"{}\"\n}}\n", stage.pool);
        stage.workspace.write("factor.tf", &factor);
        stage.settle(&shared("factors = [cognitomfa_software_token.app.factor]"));
        stage.clear_journal();
        stage.configure(&shared(""));
        let planned = stage.workspace.planned(&[]);
        let changes = planned["resource_changes"].as_array().expect("a list of changes");
        let change = changes.iter().find(|change| change["type"] == "cognitomfa_user_pool_mfa").expect("the pool's");
        assert_eq!(change["change"]["after"]["change_summary"], "OPTIONAL, other settings", "nothing is removed");
        stage.workspace.apply(&["saved.tfplan"]).expect_code(0);
        stage.expect_no_write();
        assert!(stage.aws.has_token(&stage.pool), "a factor that is listed no more stays");
    });
}

#[test]
fn a_plan_without_a_change_calls_once_for_each_resource_in_the_region_of_its_pool() {
    everywhere("calls_each", &[Place::Sandbox], |stage: &Stage| {
        let elsewhere = "eu-west-1";
        let factor = format!("resource \"cognitomfa_software_token\" \"app\" {{\n  user_pool_id = \"{}\"\n}}\n", stage.pool);
        stage.workspace.write("factor.tf", &factor);
        let provider = std::fs::read_to_string(stage.workspace.path().join("provider.tf")).unwrap();
        stage.workspace.write("provider.tf", &provider.replace(&format!("\"{REGION}\""), &format!("\"{elsewhere}\"")));
        stage.settle("mfa_configuration = \"OPTIONAL\"\n  factors = [cognitomfa_software_token.app.factor]");
        stage.clear_journal();
        stage.workspace.plan(&[]).expect_code(0);
        let journal = stage.endpoint.journal();
        let calls: Vec<_> = journal.iter().map(|entry| (entry.operation.as_str(), entry.region.as_str())).collect();
        assert_eq!(calls, [("GetUserPoolMfaConfig", REGION); 2]);
    });
}

#[test]
fn sns_is_asked_when_mfa_becomes_required() {
    everywhere("sns_on_required", &[Place::Sandbox], |stage: &Stage| {
        let role = stage.aws.create_sms_role("x-1");
        stage.settle(&sms("OPTIONAL", &role, "x-1"));
        stage.clear_journal();
        stage.configure(&sms("ON", &role, "x-1"));
        stage.workspace.plan(&[]);
        assert!(
            stage.endpoint.journal().iter().filter(|entry| entry.service == "sns").count() >= 3,
            "{:?}",
            stage.endpoint.operations()
        );
    });
}

#[test]
fn each_timeout_bounds_its_operation() {
    everywhere("timeouts_of", &[Place::Sandbox], |stage: &Stage| {
        let with = |mode: &str, timeouts: &str| format!("{}\n  timeouts = {{ {timeouts} }}", token(mode));
        let slow = |milliseconds: u64| stage.endpoint.turn(&json!({ "latency_ms": milliseconds }));
        let late = "did not answer within";
        slow(2500);
        stage.configure(&with("OPTIONAL", "create = \"1s\"")).plan(&[]).expect_code(1).expect_text(late);
        stage.configure(&with("OPTIONAL", "read = \"1s\", update = \"1s\", delete = \"1s\"")).plan(&[]).expect_code(2);
        slow(0);
        stage.settle(&with("OPTIONAL", "create = \"1s\", update = \"1s\""));
        slow(2500);
        stage.workspace.plan(&[]).expect_code(0);
        stage.configure(&with("ON", "update = \"1s\"")).plan(&[]).expect_code(1).expect_text(late);
        stage.configure(&with("ON", "create = \"1s\"")).plan(&[]).expect_code(2);
        slow(0);
        stage.settle(&with("OPTIONAL", "read = \"1s\""));
        slow(2500);
        // The refresh goes by the state: what the configuration says of it is not applied yet.
        stage.configure(&with("OPTIONAL", "read = \"1m\"")).plan(&[]).expect_code(1).expect_text(late);
    });
}

#[test]
fn waivers_end_with_their_day_and_a_destroy_takes_those_of_the_state() {
    everywhere("waivers_in_time", &[Place::Sandbox], |stage: &Stage| {
        let waived = |rule: &str, expires: &str| {
            format!(
                "waivers = [{{ rule = \"{rule}\", reason = \"SEC-1\", expires = \"{expires}\" }}]\n  deletion_policy = \"PREVENT\""
            )
        };
        stage.settle(&format!("{}\n  deletion_policy = \"PREVENT\"", token("ON")));
        let off = format!("mfa_configuration = \"OFF\"\n  {}", waived("required_to_off", "2020-01-31"));
        let refused = stage.configure(&off).plan(&[]).expect_code(1);
        refused.expect_text("A waiver has expired").expect_text("[required_to_off]");
        let unneeded = format!("{}\n  {}", token("OPTIONAL"), waived("required_to_off", "2999-01-31"));
        stage.configure(&unneeded).plan(&[]).expect_text("A waiver is not needed");

        let kept = format!("{}\n  {}", token("ON"), waived("destroy_prevented", "2999-01-31"));
        stage.configure(&kept).plan(&["-destroy"]).expect_code(1).expect_text("[destroy_prevented]");
        stage.configure(&kept);
        stage.clear_journal();
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.plan(&["-destroy"]).expect_code(2);
        stage.expect_no_write();
    });
}

#[test]
fn a_destroy_that_the_configuration_stops_goes_on_without_a_refresh() {
    everywhere("destroy_refused", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.configure("mfa_configuration = \"OFF\"");
        stage.clear_journal();
        stage.workspace.destroy().expect_code(1).expect_text("[required_to_off]");
        stage.expect_no_write();
        let destroy = ["destroy", "-no-color", "-input=false", "-lock=false", "-auto-approve", "-refresh=false"];
        stage.workspace.run(&destroy).expect_code(0);
        stage.expect_no_write();
        assert_eq!(stage.aws.mode(&stage.pool), "ON", "the policy in the state is RETAIN");
    });
}

/// Its own policies go and come; what else the role has stays, and keeps a destroy from deleting it.
#[test]
fn a_role_that_exists_is_adopted_with_its_external_id() {
    everywhere("adopted_role", &[Place::Sandbox], |stage: &Stage| {
        let arn = stage.aws.create_sms_role("x-1");
        let name = arn.rsplit('/').next().expect("an ARN has a name");
        let sender = json!({ "SmsConfiguration": { "SnsCallerArn": arn, "ExternalId": "x-1" } });
        let members = json!({ "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": sender });
        stage.aws.set_mfa(&stage.pool, members).expect("a pool sends with the role");
        let role = |external_id: &str| {
            format!("resource \"cognitomfa_sms_role\" \"this\" {{\n  name = \"{name}\"\n  external_id = \"{external_id}\"\n}}\n")
        };
        stage.workspace.write("main.tf", &role("x-1"));
        stage.workspace.run(&["import", "-no-color", "-input=false", "cognitomfa_sms_role.this", name]).expect_code(0);
        assert_eq!(stage.workspace.attributes()["external_id"], "x-1", "it is read off the trust policy");
        stage.workspace.write("main.tf", &role("x-2")).plan(&[]).expect_text("[sms_role_in_use]");
        let planned = stage.workspace.write("main.tf", &role("x-1")).plan(&[]).expect_code(2);
        planned.expect_text("assume_role_policy").expect_text("aws:SourceAccount");
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.plan(&[]).expect_code(0);
        let policies = stage.aws.iam("ListRolePolicies", &[("RoleName", name)]).expect("a list");
        assert!(policies.contains("<member>publish</member>") && policies.contains("<member>cognito-sms</member>"), "{policies}");

        stage.workspace.write("main.tf", "");
        stage.aws.set_mfa(&stage.pool, json!({ "MfaConfiguration": "OFF" })).expect("the pool is turned off");
        stage.aws.cognito("DeleteUserPool", &json!({ "UserPoolId": stage.pool })).expect("the pool goes");
        stage.workspace.apply(&[]).expect_code(1);
        stage.aws.iam("DeleteRolePolicy", &[("RoleName", name), ("PolicyName", "publish")]).expect("it is deleted by hand");
        stage.workspace.apply(&[]).expect_code(0);
    });
}

#[test]
fn an_incident_is_seen_and_written_back() {
    everywhere("incident", &[Place::Sandbox], |stage: &Stage| {
        stage.settle(&token("ON"));
        stage.aws.set_mfa(&stage.pool, json!({ "MfaConfiguration": "OFF" })).expect("somebody turns MFA off");
        let changes = stage.workspace.changes(&[]);
        assert_eq!(changes[0].after["change_summary"], "OFF -> ON, +SOFTWARE_TOKEN");
        stage.workspace.apply(&[]).expect_code(0);
        assert_eq!(stage.aws.mode(&stage.pool), "ON");
    });
}

#[test]
fn an_import_records_the_settings_and_the_defaults() {
    everywhere("import_records", &[Place::Sandbox], |stage: &Stage| {
        stage.aws.set_token(&stage.pool, "ON");
        stage.configure(&token("ON"));
        stage
            .workspace
            .run(&["import", "-no-color", "-input=false", "cognitomfa_user_pool_mfa.this", &stage.pool])
            .expect_code(0);
        let recorded = stage.workspace.attributes();
        let expected = json!({ "mfa_configuration": "ON", "deletion_policy": "RETAIN", "factor_management": "exclusive" });
        for (name, value) in expected.as_object().expect("an object") {
            assert_eq!(recorded[name], *value, "{name}: {recorded}");
        }
        for name in ["change_summary", "waivers", "timeouts"] {
            assert!(recorded[name].is_null(), "{name}: {recorded}");
        }
        stage.workspace.expect_no_change();
    });
}

#[test]
fn the_example_of_many_pools_is_applied() {
    everywhere("many_pools", &[Place::Sandbox], |stage: &Stage| {
        let guide = include_str!("../../../docs/guides/operating.md");
        let (_, section) = guide.split_once("\n## Many pools\n").expect("the section");
        let code = section.split_once("```terraform\n").and_then(|(_, rest)| rest.split_once("```")).expect("its code").0;
        let other = stage.aws.create_pool("second");
        stage.workspace.write("main.tf", code);
        let pools = json!({ "pools": { &stage.pool: "OPTIONAL", &other: "ON" } });
        stage.workspace.write("terraform.tfvars.json", &pools.to_string());
        stage.workspace.apply(&[]).expect_code(0);
        stage.workspace.plan(&[]).expect_code(0);
        assert_eq!((stage.aws.mode(&stage.pool), stage.aws.mode(&other)), ("OPTIONAL".to_owned(), "ON".to_owned()));
    });
}

#[test]
fn a_preference_needs_a_block() {
    for cli in clis::all() {
        let workspace = Workspace::new(cli);
        let preference =
            "resource \"cognitomfa_user_mfa_preference\" \"a\" {\n  user_pool_id = \"us-east-1_a\"\n  username = \"a\"\n}\n";
        workspace.write("provider.tf", REQUIRED).write("main.tf", preference);
        workspace.run(&["validate", "-no-color"]).expect_code(1).expect_text("No factor is configured");
    }
}
