//! A factor that changes hands, inside of one run.

use super::kinds::{EXTERNAL_ID, Kind, Policy};
use super::{Case, Row, any, oracle, takers};

pub fn rows() -> Vec<Row> {
    let row = |name, run| Row { name, kinds: &[Kind::Mode], policies: false, can: any, run };
    vec![
        row("token_into_the_block_exclusive", |case| into_the_block(case, "exclusive")),
        row("token_into_the_block_shared", |case| into_the_block(case, "shared")),
        row("token_out_of_the_block_listed", |case| {
            out_of_the_block(case, "factor_management = \"exclusive\"\n  factors = [cognitomfa_software_token.this.factor]");
            out_of_the_block(case, "factor_management = \"shared\"\n  factors = [cognitomfa_software_token.this.factor]");
        }),
        row("token_out_of_the_block_unlisted", |case| out_of_the_block(case, "factor_management = \"shared\"")),
        row("token_between_aliases", between_aliases),
        row("shared_turns_on_beside_a_new_unlisted_factor", |case| unlisted(case, false)),
        row("shared_turns_on_beside_an_old_unlisted_factor", |case| unlisted(case, true)),
        row("exclusive_beside_an_unlisted_factor", exclusive_beside),
        row("exclusive_that_stops_to_list", stops_to_list),
        row("last_factor_with_the_mode", factor_with_the_mode),
        Row { policies: true, ..row("mode_renamed_beside_its_factor", mode_renamed) },
        row("listed_factor_renamed", listed_renamed),
        Row { policies: true, ..row("mode_removed_beside_its_factor", mode_removed) },
        row("factor_added_by_another_alias", added_by_an_alias),
        row("token_into_the_block_saved_elsewhere", |case| into_the_block_elsewhere(case, "exclusive")),
        row("token_into_the_block_shared_saved_elsewhere", |case| into_the_block_elsewhere(case, "shared")),
    ]
}

fn mode(case: &Case, more: &str) -> String {
    let sms = format!("sms_configuration = {{ sns_caller_arn = \"{}\", external_id = \"{EXTERNAL_ID}\" }}", case.role());
    format!(
        "resource \"cognitomfa_user_pool_mfa\" \"this\" {{\n  user_pool_id = \"{}\"\n  mfa_configuration = \"OPTIONAL\"\n  {sms}\n  {more}\n}}\n",
        case.stage.pool
    )
}

fn token(case: &Case, name: &str, more: &str) -> String {
    format!("resource \"cognitomfa_software_token\" \"{name}\" {{\n  user_pool_id = \"{}\"\n  {more}\n}}\n", case.stage.pool)
}

const INLINE: &str = "software_token_mfa_configuration = { enabled = true }";
const LISTED: &str = "factors = [cognitomfa_software_token.this.factor]";

fn into_the_block(case: &Case, form: &str) {
    let form = format!("factor_management = \"{form}\"");
    let before = case.begin(&(mode(case, &format!("{form}\n  {LISTED}")) + &token(case, "this", "")));
    let output = case.write(&mode(case, &format!("{form}\n  {INLINE}"))).apply(&[]);
    case.keeps(&before, &output);
}

fn out_of_the_block(case: &Case, form: &str) {
    let before = case.begin(&mode(case, &format!("{}\n  {INLINE}", form.lines().next().unwrap_or_default())));
    let output = case.write(&(mode(case, form) + &token(case, "this", ""))).apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

fn between_aliases(case: &Case) {
    let form = "factor_management = \"shared\"";
    // The shared form keeps a factor of a pool that is on already.
    case.begin(&(case.alias() + &mode(case, form)));
    let before = case.begin(&(case.alias() + &mode(case, form) + &token(case, "one", "")));
    let output = case.write(&(case.alias() + &mode(case, form) + &token(case, "two", "provider = cognitomfa.other"))).apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

/// The shared form turns MFA on and does not list a factor that has a resource of its own.
fn unlisted(case: &Case, is_old: bool) {
    if is_old {
        case.begin(&token(case, "this", ""));
    }
    case.write(&(mode(case, "factor_management = \"shared\"") + &token(case, "this", "")));
    let parallelism = format!("-parallelism={}", case.parallelism);
    let plan = case.stage.workspace.plan(&[&parallelism]);
    if plan.code == 1 {
        assert!(plan.says("[two_managers]"), "{}", plan.transcript());
        case.stage.expect_no_write();
    } else {
        let output = case.apply(&[]);
        case.settled(&output);
        assert!(case.stage.aws.has_token(&case.stage.pool));
    }
    // Listed, it is part of the switch.
    let output =
        case.write(&(mode(case, &format!("factor_management = \"shared\"\n  {LISTED}")) + &token(case, "this", ""))).apply(&[]);
    case.settled(&output);
    assert!(case.stage.aws.has_token(&case.stage.pool));
    case.end();
}

fn exclusive_beside(case: &Case) {
    case.begin(&mode(case, ""));
    case.write(&(mode(case, "") + &token(case, "this", "")));
    case.refused("two_managers");
    let output = case.write(&(mode(case, LISTED) + &token(case, "this", ""))).apply(&[]);
    case.settled(&output);
    case.end();
}

fn stops_to_list(case: &Case) {
    case.begin(&(mode(case, LISTED) + &token(case, "this", "")));
    case.write(&(mode(case, "") + &token(case, "this", "")));
    case.refused("two_managers");
    // Without its resource the factor goes.
    let output = case.write(&mode(case, "")).apply(&[]);
    case.settled(&output);
    assert!(!case.stage.aws.has_token(&case.stage.pool));
    case.end();
}

/// The mode goes off and its factor's resource goes with it; nobody holds either.
fn factor_with_the_mode(case: &Case) {
    let on = case.block("this", "").replace(INLINE, LISTED) + &token(case, "this", "");
    case.begin(&on);
    let off = on.split("resource \"cognitomfa_software_token\"").next().unwrap_or_default();
    let off = off.replace("\"OPTIONAL\"", "\"OFF\"").replace(LISTED, "");
    let output = case.write(&off).apply(&[]);
    case.settled(&output);
    assert_eq!(oracle::seen(&case.stage).mfa["MfaConfiguration"], "OFF");
    case.end();
}

/// The mode of a factor that has a resource of its own, under this name.
fn lister(case: &Case, name: &str) -> String {
    case.block(name, LISTED).replace("software_token_mfa_configuration = { enabled = true }", "")
}

fn mode_renamed(case: &Case) {
    let beside = token(case, "this", "");
    takers::renamed(case, &(lister(case, "old") + &beside), &(lister(case, "new") + &beside));
}

fn listed_renamed(case: &Case) {
    let listing = |name: &str| mode(case, &LISTED.replace(".this.", &format!(".{name}."))) + &token(case, name, "");
    let before = case.begin(&listing("old"));
    let output = case.write(&listing("new")).apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

/// Nobody has the mode any more; the factor is declared on a pool that is off, or stays with the mode.
fn mode_removed(case: &Case) {
    case.begin(&(lister(case, "this") + &token(case, "this", "")));
    case.write(&token(case, "this", ""));
    if case.policy == Policy::Prevent {
        case.refused("destroy_prevented");
        return;
    }
    let output = case.apply(&[]);
    case.settled(&output);
    let expected = if case.policy == Policy::Retain { "OPTIONAL" } else { "OFF" };
    assert_eq!(case.stage.aws.mode(&case.stage.pool), expected);
    case.end();
}

fn added_by_an_alias(case: &Case) {
    case.begin(&(case.alias() + &mode(case, "")));
    let output =
        case.write(&(case.alias() + &mode(case, LISTED) + &token(case, "this", "provider = cognitomfa.other"))).apply(&[]);
    case.settled(&output);
    assert!(case.stage.aws.has_token(&case.stage.pool));
    case.end();
}

/// The plan is applied where nothing is known of it: in between the factor may be away, in the end it is there.
fn into_the_block_elsewhere(case: &Case, form: &str) {
    let form = format!("factor_management = \"{form}\"");
    let before = case.begin(&(mode(case, &format!("{form}\n  {LISTED}")) + &token(case, "this", "")));
    let output = case.write(&mode(case, &format!("{form}\n  {INLINE}"))).apply_elsewhere();
    case.settled(&output);
    assert_eq!(oracle::seen(&case.stage), before);
}
