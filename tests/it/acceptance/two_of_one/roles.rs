//! A role that changes, goes or is replaced beside the pool that sends with it.

use super::kinds::{EXTERNAL_ID, Kind};
use super::{Case, Row, any, oracle};
use crate::support::Cli;

pub fn rows() -> Vec<Row> {
    let row = |name, run| Row { name, kinds: &[Kind::Role], policies: false, can: any, run };
    vec![
        row("role_shuts_its_pool_out", shuts_out),
        row("role_rotates_beside_its_pool", rotates),
        row("role_rotates_without_its_pool", rotates_alone),
        row("role_replaced_destroy_first", replaced_destroy_first),
        row("role_replaced_create_first_fixed_name", create_first_fixed_name),
        row("role_replaced_create_first_made_up_name", create_first_made_up_name),
        Row { can: imports, ..row("role_imported_beside_a_removal", imported_beside_a_removal) },
        row("role_renamed", renamed),
        row("role_half_made", half_made),
    ]
}

fn imports(cli: &Cli) -> bool {
    cli.has((1, 5), (1, 6))
}

/// A role with these lines, and the pool that sends with it.
fn both(case: &Case, lines: &str) -> String {
    role("this", lines)
        + &format!(
            "resource \"cognitomfa_user_pool_mfa\" \"this\" {{\n  user_pool_id = \"{}\"\n  mfa_configuration = \"OPTIONAL\"\n  \
             software_token_mfa_configuration = {{ enabled = true }}\n  sms_configuration = {{ sns_caller_arn = cognitomfa_sms_role.this.arn, \
             external_id = cognitomfa_sms_role.this.external_id }}\n}}\n",
            case.stage.pool
        )
}

fn role(name: &str, lines: &str) -> String {
    format!("resource \"cognitomfa_sms_role\" \"{name}\" {{\n  {lines}\n}}\n")
}

const WAIVED: &str = "waivers = [{ rule = \"sms_role_in_use\", reason = \"tried\" }]";
const CREATE_FIRST: &str = "lifecycle { create_before_destroy = true }";

fn named(external_id: &str) -> String {
    format!("name = \"two-of-one\"\n  external_id = \"{external_id}\"")
}

fn shuts_out(case: &Case) {
    let other = case.stage.aws.create_pool("other");
    let ids = |ids: &[&str]| format!("{}\n  user_pool_ids = {ids:?}", named(EXTERNAL_ID));
    let before = case.begin(&both(case, &ids(&[&case.stage.pool, &other])));
    let output = case.write(&both(case, &ids(&[&other]))).apply(&[]);
    output.expect_code(1).expect_text("[sms_role_in_use]").expect_text(&case.stage.pool);
    case.agree();
    assert_eq!(oracle::seen(&case.stage), before);
    // The other way around nobody is shut out.
    let output = case.write(&both(case, &ids(&[&case.stage.pool]))).apply(&[]);
    case.settled(&output);
}

fn rotates(case: &Case) {
    case.begin(&both(case, &named("first-id")));
    let output = case.write(&both(case, &named("second-id"))).apply(&[]);
    case.settled(&output);
    let mfa = oracle::seen(&case.stage).mfa;
    assert_eq!(mfa["SmsMfaConfiguration"]["SmsConfiguration"]["ExternalId"], "second-id");
}

fn rotates_alone(case: &Case) {
    let before = case.begin(&both(case, &named("first-id")));
    let output = case.write(&both(case, &named("second-id"))).apply(&["-target=cognitomfa_sms_role.this"]);
    output.expect_code(1).expect_text("[sms_role_in_use]");
    case.agree();
    assert_eq!(oracle::seen(&case.stage), before);
    let output = case.apply(&[]);
    case.settled(&output);
}

/// A fixed name: deleted and made again, where the waiver says so while a pool sends.
fn replaced_destroy_first(case: &Case) {
    let waived = format!("{}\n  {WAIVED}", named(EXTERNAL_ID));
    let before = case.begin(&both(case, &waived));
    let output = case.apply(&["-replace=cognitomfa_sms_role.this"]);
    case.settled(&output);
    assert_eq!(oracle::seen(&case.stage), before);
    case.write(&both(case, &named(EXTERNAL_ID))).apply(&[]).expect_code(0);
    let output = case.apply(&["-replace=cognitomfa_sms_role.this"]);
    output.expect_code(1).expect_text("[sms_role_in_use]");
    case.agree();
}

fn create_first_fixed_name(case: &Case) {
    let lines = format!("{}\n  {CREATE_FIRST}", named(EXTERNAL_ID));
    let before = case.begin(&both(case, &lines));
    let output = case.apply(&["-replace=cognitomfa_sms_role.this"]);
    output.expect_code(1).expect_text("name_prefix").expect_no_text("import {");
    case.stage.expect_no_write();
    case.agree();
    assert_eq!(oracle::seen(&case.stage), before);
    // What core was told to replace stays as it is.
    case.stage.workspace.expect_no_change();
}

fn create_first_made_up_name(case: &Case) {
    let lines = format!("name_prefix = \"two-of-one-\"\n  external_id = \"{EXTERNAL_ID}\"\n  {CREATE_FIRST}");
    case.begin(&both(case, &lines));
    let output = case.apply(&["-replace=cognitomfa_sms_role.this"]);
    case.settled(&output);
    // The deposed one is deleted as any other.
    let roles = case.stage.aws.iam("ListRoles", &[]).unwrap_or_default();
    assert!(roles.is_empty() || roles.matches("<RoleName>two-of-one-").count() == 1, "{roles}");
}

fn imported_beside_a_removal(case: &Case) {
    let lines = named(EXTERNAL_ID);
    case.begin(&role("old", &lines));
    let import = "import {\n  to = cognitomfa_sms_role.new\n  id = \"two-of-one\"\n}\n";
    case.write(&(import.to_owned() + &role("new", &lines)));
    case.refused("two_managers");
}

fn renamed(case: &Case) {
    let lines = named(EXTERNAL_ID);
    case.begin(&role("old", &lines));
    case.write(&role("new", &lines));
    case.refused("two_managers");
}

fn half_made(case: &Case) {
    case.stage.endpoint.turn(&serde_json::json!({ "deny": { "action": "iam:PutRolePolicy" } }));
    let lines = format!("{}\n  {CREATE_FIRST}", named(EXTERNAL_ID));
    let output = case.write(&role("this", &lines)).apply(&[]);
    output.expect_code(1).expect_text("nothing is left of it");
    assert_eq!(oracle::addresses(&case.stage), Vec::<String>::new());
    case.stage.endpoint.turn(&serde_json::json!({ "allow": { "action": "iam:PutRolePolicy" } }));
    let output = case.apply(&[]);
    case.settled(&output);
    case.end();
}
