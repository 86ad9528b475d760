//! Two generations: replacements of the same object, whatever asks for them, and what earlier runs have left of them.

use serde_json::json;

use super::kinds::{Kind, OF_POOLS, Policy};
use super::{Case, Row, any, oracle};
use crate::acceptance::Stage;
use crate::support::Cli;

const CREATE_FIRST: &str = "lifecycle { create_before_destroy = true }";

pub fn rows() -> Vec<Row> {
    let row = |name, run| Row { name, kinds: OF_POOLS, policies: true, can: any, run };
    vec![
        row("replace_create_first", |case| replaced(case, CREATE_FIRST, "")),
        row("replace_create_first_inherited", |case| replaced(case, "", &dependent(case))),
        row("replace_destroy_first", |case| replaced(case, "", "")),
        row("replace_saved_plan", replace_saved_plan),
        Row { can: triggers, ..row("replace_triggered_create_first", |case| triggered(case, "create_before_destroy = true")) },
        Row { can: triggers, ..row("replace_triggered_destroy_first", |case| triggered(case, "")) },
        row("taint_create_first", |case| tainted(case, CREATE_FIRST)),
        row("taint_destroy_first", |case| tainted(case, "")),
        row("provisioner_create_first", |case| provisioned(case, "create_before_destroy = true")),
        row("provisioner_destroy_first", |case| provisioned(case, "")),
        row("unknown_id_that_comes_out_the_same", unknown_id),
        row("deposed_by_an_interrupted_run", interrupted),
        row("deposed_copy", deposed_copy),
        Row { kinds: &[Kind::Mode, Kind::Preference], ..row("moved_to_another_pool", moved_away) },
        Row { kinds: &[Kind::Mode], ..row("removed", removed) },
        Row { kinds: &[Kind::Mode], policies: false, ..row("restore_after_a_replacement", restored) },
        Row { kinds: &[Kind::Mode], policies: false, ..row("prevent_waived_or_lowered", prevent_waived) },
        Row { can: forgets, ..row("removed_without_destroy", forgotten) },
    ]
}

fn triggers(cli: &Cli) -> bool {
    cli.has((1, 2), (1, 6))
}

/// `removed` blocks with `lifecycle`.
fn forgets(cli: &Cli) -> bool {
    cli.product == "Terraform" && cli.has((1, 7), (1, 7))
}

fn replaced(case: &Case, lifecycle: &str, more: &str) {
    let before = case.begin(&(case.block("this", lifecycle) + more));
    let replace = format!("-replace={}", case.address("this"));
    let output = case.apply(&[&replace]);
    case.keeps(&before, &output);
    case.end();
}

/// What depends on the resource and is itself made before it is destroyed.
fn dependent(case: &Case) -> String {
    format!(
        "resource \"terraform_data\" \"dependent\" {{\n  input = {}.id\n  lifecycle {{ create_before_destroy = true }}\n}}\n",
        case.address("this")
    )
}

fn replace_saved_plan(case: &Case) {
    let before = case.begin(&case.block("this", CREATE_FIRST));
    for lifecycle in [CREATE_FIRST, ""] {
        case.write(&case.block("this", lifecycle));
        let replace = format!("-replace={}", case.address("this"));
        case.stage.workspace.plan(&["-out=saved.tfplan", &replace]).expect_code(2);
        let output = case.stage.workspace.run(&["apply", "-no-color", "-input=false", "-lock=false", "saved.tfplan"]);
        case.keeps(&before, &output);
    }
    case.end();
}

fn triggered(case: &Case, order: &str) {
    let text = |input: u8| {
        let lifecycle = format!("lifecycle {{\n    replace_triggered_by = [terraform_data.trigger]\n    {order}\n  }}");
        case.block("this", &lifecycle) + &format!("resource \"terraform_data\" \"trigger\" {{\n  input = {input}\n}}\n")
    };
    let before = case.begin(&text(1));
    let output = case.write(&text(2)).apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

fn tainted(case: &Case, lifecycle: &str) {
    let before = case.begin(&case.block("this", lifecycle));
    case.stage.workspace.run(&["taint", "-lock=false", &case.address("this")]).expect_code(0);
    let output = case.apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

/// A create provisioner fails: the object is tainted, and the next apply replaces it.
fn provisioned(case: &Case, order: &str) {
    let more = format!("lifecycle {{ {order} }}\n  provisioner \"local-exec\" {{ command = \"test -e done\" }}");
    case.write(&case.block("this", &more)).apply(&[]).expect_code(1);
    let before = oracle::seen(&case.stage);
    case.stage.clear_journal();
    case.stage.workspace.write("done", "");
    let output = case.apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

fn unknown_id(case: &Case) {
    let text = |input: u8| {
        let pool = format!(
            "resource \"terraform_data\" \"pool\" {{\n  input = \"{}\"\n  triggers_replace = {input}\n}}\n",
            case.stage.pool
        );
        pool + &case.block_of("this", "terraform_data.pool.output", "")
    };
    let before = case.begin(&text(1));
    case.write(&text(2));
    let plan = case.stage.workspace.plan(&[]);
    if case.policy == Policy::Prevent {
        // Where it goes cannot be known, and PREVENT stops a move.
        plan.expect_code(1).expect_text("[destroy_prevented]");
        return;
    }
    let writes = matches!((case.kind, case.policy), (Kind::Mode, Policy::Off | Policy::Restore));
    if writes {
        plan.expect_text("may lose its MFA settings for a moment");
    }
    let output = case.apply(&[]);
    case.settled(&output);
    assert_eq!(oracle::seen(&case.stage), before);
    case.end();
}

/// A dependent fails between the new object and the end of the old one, which stays in the state as deposed.
fn interrupted(case: &Case) {
    let text = |input: u8, command: &str| {
        let dependent = format!(
            "resource \"terraform_data\" \"dependent\" {{\n  triggers_replace = {input}\n  depends_on = [{}]\n  lifecycle {{ \
             create_before_destroy = true }}\n  provisioner \"local-exec\" {{ command = \"{command}\" }}\n}}\n",
            case.address("this")
        );
        case.block("this", CREATE_FIRST) + &dependent
    };
    let before = case.begin(&text(1, "true"));
    let replace = format!("-replace={}", case.address("this"));
    case.write(&text(2, "false")).apply(&[&replace]).expect_code(1);
    let deposed = oracle::addresses(&case.stage).iter().filter(|address| !address.ends_with("null")).count();
    assert_eq!(deposed, 1, "no deposed object to speak of");
    let output = case.write(&text(2, "true")).apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

/// The same state as a run leaves that was killed right after the new object was made, by hand; then nothing else changes.
fn deposed_copy(case: &Case) {
    let before = case.begin(&case.block("this", CREATE_FIRST));
    let replace = format!("-replace={}", case.address("this"));
    let file = case.stage.workspace.path().join("terraform.tfstate");
    let read = || serde_json::from_str::<serde_json::Value>(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let older = read()["resources"][0]["instances"][0].clone();
    case.apply(&[&replace]).expect_code(0);
    let mut state = read();
    let mut deposed = older;
    deposed["deposed"] = json!("deadbeef");
    state["resources"][0]["instances"].as_array_mut().unwrap().push(deposed);
    state["serial"] = json!(state["serial"].as_u64().unwrap() + 1);
    std::fs::write(&file, state.to_string()).unwrap();
    case.stage.clear_journal();
    let output = case.apply(&[]);
    case.keeps(&before, &output);
    case.end();
}

/// Another pool takes this one's place: an end of the first, by its policy.
fn moved_away(case: &Case) {
    let other = case.stage.aws.create_pool("other");
    let before = case.begin(&case.block("this", ""));
    if case.kind == Kind::Preference {
        // The user is in the first pool alone, so there is nobody to move to: the end is what counts.
        case.end();
        return;
    }
    case.write(&case.block_of("this", &format!("\"{other}\""), ""));
    if case.policy == Policy::Prevent {
        case.refused("destroy_prevented");
        return;
    }
    let output = case.apply(&[]);
    case.settled(&output);
    expect_ended(case, &before);
    case.end();
}

/// What the policy makes of a pool whose resource is gone, and that nobody else has.
#[track_caller]
fn expect_ended(case: &Case, before: &oracle::Seen) {
    match case.policy {
        Policy::Retain => assert_eq!(&oracle::seen(&case.stage), before),
        // The pool was off before.
        Policy::Off | Policy::Restore => assert_eq!(case.stage.aws.mode(&case.stage.pool), "OFF"),
        Policy::Prevent => panic!("PREVENT ends nothing"),
    }
}

/// A removal that nobody takes up does what its policy says.
fn removed(case: &Case) {
    let before = case.begin(&case.block("this", ""));
    case.write("");
    if case.policy == Policy::Prevent {
        case.refused("destroy_prevented");
        assert_eq!(oracle::seen(&case.stage), before);
        return;
    }
    let output = case.apply(&[]);
    case.settled(&output);
    expect_ended(case, &before);
}

/// After a replacement that is destroyed first, the new generation restores what the first one has found.
fn restored(case: &Case) {
    let case = Case { policy: Policy::Restore, stage: Stage::on("restored", &case.stage.workspace.cli), ..*case };
    super::kinds::prepare(&case);
    let before = case.begin(&case.block("this", ""));
    let replace = format!("-replace={}", case.address("this"));
    let output = case.apply(&[&replace]);
    case.keeps(&before, &output);
    case.end();
    assert_eq!(case.stage.aws.mode(&case.stage.pool), "OFF", "the pool was off before it was managed");
}

/// PREVENT writes nothing, also where its rule is waived or lowered.
fn prevent_waived(case: &Case) {
    let waived = "resource \"cognitomfa_user_pool_mfa\" \"this\" {\n  user_pool_id = \"POOL\"\n  mfa_configuration = \"ON\"\n  \
                  software_token_mfa_configuration = { enabled = true }\n  deletion_policy = \"PREVENT\"\n  WAIVERS\n}\n"
        .replace("POOL", &case.stage.pool);
    let waiver = "waivers = [{ rule = \"destroy_prevented\", reason = \"tried\" }]";
    for (text, block) in [
        (waived.replace("WAIVERS", waiver), ""),
        (waived.replace("WAIVERS", ""), "rules = { severity = { destroy_prevented = \"warning\" } }"),
    ] {
        case.stage.configure_provider(block);
        let before = case.begin(&text);
        let output = case.write("").apply(&[]);
        case.settled(&output);
        case.kept(&before);
    }
}

/// `removed` with `destroy = false` takes the resource out of the state, and nothing else.
fn forgotten(case: &Case) {
    let before = case.begin(&case.block("this", ""));
    case.write(&format!("removed {{\n  from = {}\n  lifecycle {{ destroy = false }}\n}}\n", case.address("this")));
    let output = case.apply(&[]);
    case.settled(&output);
    case.kept(&before);
}
