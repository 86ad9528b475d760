//! Two addresses: renames without `moved`, imports beside a removal, addresses of another provider alias.

use super::kinds::{Kind, OF_POOLS, Policy};
use super::{Case, Row, any, oracle};
use crate::support::{Cli, Output};

pub fn rows() -> Vec<Row> {
    let row = |name, run| Row { name, kinds: OF_POOLS, policies: true, can: any, run };
    vec![
        row("rename", |case| renamed(case, &case.block("old", ""), &case.block("new", ""))),
        row("rename_saved_plan", rename_saved_plan),
        row("rename_of_a_key", |case| renamed(case, &keyed(case, "old"), &keyed(case, "new"))),
        row("rename_into_a_module", rename_into_a_module),
        row("rename_to_another_alias", |case| {
            let new = case.alias() + &case.block("new", "provider = cognitomfa.other");
            renamed(case, &(case.alias() + &case.block("old", "")), &new);
        }),
        Row { can: imports, ..row("import_beside_a_removal", import_beside_a_removal) },
        row("target_first", target_first),
        row("imported_twice", imported_twice),
        Row { kinds: &[Kind::Mode], ..row("rename_to_less", rename_to_less) },
        Row { kinds: &[Kind::Mode], ..row("rename_while_required", rename_while_required) },
        Row { kinds: &[Kind::Mode], ..row("removal_while_required", removal_while_required) },
        row("rename_saved_elsewhere", |case| elsewhere(case, "", "")),
        row("rename_to_another_alias_saved_elsewhere", |case| elsewhere(case, &case.alias(), "provider = cognitomfa.other")),
    ]
}

/// `import` blocks.
fn imports(cli: &Cli) -> bool {
    cli.has((1, 5), (1, 6))
}

/// Whether the end of the resource writes something.
fn ends_with_a_write(case: &Case) -> bool {
    match case.kind {
        Kind::Token | Kind::Sms | Kind::Role => true,
        Kind::Mode | Kind::Preference => matches!(case.policy, Policy::Off | Policy::Restore),
    }
}

/// One configuration, then another under which the same object has another address.
pub fn renamed(case: &Case, old: &str, new: &str) {
    renamed_by(case, old, new, |case| case.apply(&[]));
}

fn renamed_by(case: &Case, old: &str, new: &str, apply: fn(&Case) -> Output) {
    let before = case.begin(old);
    case.write(new);
    if case.policy == Policy::Prevent {
        case.refused("destroy_prevented");
        return;
    }
    let output = apply(case);
    case.keeps(&before, &output);
    case.end();
}

fn rename_saved_plan(case: &Case) {
    renamed_by(case, &case.block("old", ""), &case.block("new", ""), Case::apply_saved);
}

/// A removal alone would be refused by a rule; core plans it before the block that takes the pool over.
fn rename_while_required(case: &Case) {
    let required = |text: String| text.replace("\"OPTIONAL\"", "\"ON\"");
    let before = case.begin(&required(case.block("old", "")));
    for taker in [case.block("new", ""), keyed(case, "one"), keyed(case, "other")] {
        case.write(&required(taker));
        if case.policy == Policy::Prevent {
            case.refused("destroy_prevented");
            return;
        }
        let output = case.apply(&[]);
        case.keeps(&before, &output);
    }
    // A destroy is refused in the plan, although its own block names the pool.
    if case.policy == Policy::Off {
        case.stage.workspace.plan(&["-destroy"]).expect_code(1).expect_text("[required_to_off]");
    }
}

/// The same without a taker is refused in the plan, and where another block names the pool and does not take it, at apply.
fn removal_while_required(case: &Case) {
    let required = case.block("old", "").replace("\"OPTIONAL\"", "\"ON\"");
    case.begin(&required);
    let before = oracle::seen(&case.stage);
    let rule = match case.policy {
        Policy::Retain => return,
        Policy::Off => "required_to_off",
        // Its waiver is in the block.
        Policy::Restore => return,
        Policy::Prevent => "destroy_prevented",
    };
    case.write("");
    case.refused(rule);
    if case.policy == Policy::Prevent {
        return;
    }
    case.write(&case.block("new", "count = 0"));
    let output = case.apply(&[]);
    output.expect_code(1).expect_text(&format!("[{rule}]"));
    case.agree();
    assert_eq!(oracle::seen(&case.stage), before);
}

/// The plan is applied where nothing is known of it: there may be a window, but the end is right.
fn elsewhere(case: &Case, alias: &str, more: &str) {
    let before = case.begin(&(alias.to_owned() + &case.block("old", "")));
    case.write(&(alias.to_owned() + &case.block("new", more)));
    if case.policy == Policy::Prevent {
        case.refused("destroy_prevented");
        return;
    }
    let output = case.apply_elsewhere();
    case.settled(&output);
    assert_eq!(oracle::seen(&case.stage), before);
    case.end();
}

fn keyed(case: &Case, key: &str) -> String {
    case.block("this", &format!("for_each = toset([\"{key}\"])"))
}

fn rename_into_a_module(case: &Case) {
    let module = case.stage.workspace.path().join("inner");
    std::fs::create_dir_all(&module).unwrap();
    let required = "terraform {\n  required_providers {\n    cognitomfa = { source = \"cognitomfa/cognitomfa\" }\n  }\n}\n";
    std::fs::write(module.join("main.tf"), format!("{required}{}", case.block("new", ""))).unwrap();
    let call = "module \"inner\" {\n  source = \"./inner\"\n}\n";
    case.stage.workspace.write("modules.txt", "");
    case.write(&case.block("old", ""));
    let before = case.begin(&case.block("old", ""));
    case.write(call);
    case.stage.workspace.run(&["get", "-no-color"]).expect_code(0);
    if case.policy == Policy::Prevent {
        case.refused("destroy_prevented");
        return;
    }
    let output = case.apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

fn import_beside_a_removal(case: &Case) {
    let before = case.begin(&case.block("old", ""));
    let import = format!("import {{\n  to = {}\n  id = \"{}\"\n}}\n", case.address("new"), case.id());
    // An import leaves a policy of the default, and then the configuration is a change of the state.
    case.write(&(import + &case.block("new", "")));
    contested(case, &before);
}

/// A plan with an end whose taker may have no change: refused, or everything stays.
fn contested(case: &Case, before: &oracle::Seen) {
    let parallelism = format!("-parallelism={}", case.parallelism);
    let plan = case.stage.workspace.plan(&[&parallelism]);
    if plan.code == 1 {
        let rule = if case.policy == Policy::Prevent { "[destroy_prevented]" } else { "[two_managers]" };
        assert!(plan.says(rule), "{}", plan.transcript());
        assert!(plan.says("[destroy_prevented]") || ends_with_a_write(case), "{}", plan.transcript());
        case.stage.expect_no_write();
        assert_eq!(&oracle::seen(&case.stage), before);
        return;
    }
    assert!(case.policy != Policy::Prevent, "{}", plan.transcript());
    let output = case.apply(&[]);
    case.keeps(before, &output);
    case.end();
}

fn target_first(case: &Case) {
    let before = case.begin(&case.block("old", ""));
    case.write(&case.block("new", "")).apply(&[&format!("-target={}", case.address("new"))]).expect_code(0);
    case.stage.clear_journal();
    contested(case, &before);
}

/// Two addresses of one object in the state, and one of them goes.
fn imported_twice(case: &Case) {
    let before = case.begin(&case.block("old", ""));
    case.write(&(case.block("old", "") + &case.block("new", "")));
    case.stage
        .workspace
        .run(&["import", "-no-color", "-input=false", "-lock=false", &case.address("new"), &case.id()])
        .expect_code(0);
    case.write(&case.block("new", ""));
    contested(case, &before);
}

/// The new address takes the mode over and leaves SMS out: what nobody has goes, by the policy of the old one.
fn rename_to_less(case: &Case) {
    let sms = format!(
        "sms_configuration = {{ sns_caller_arn = \"{}\", external_id = \"{}\" }}",
        case.role(),
        super::kinds::EXTERNAL_ID
    );
    case.begin(&case.block("old", &sms));
    case.write(&case.block("new", "factor_management = \"shared\""));
    if case.policy == Policy::Prevent {
        case.refused("destroy_prevented");
        return;
    }
    let output = case.apply(&[]);
    case.settled(&output);
    assert_eq!(case.stage.aws.mode(&case.stage.pool), "OPTIONAL");
    assert!(case.stage.aws.has_token(&case.stage.pool), "the authenticator app is held by the new address");
}
