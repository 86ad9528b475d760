//! The commands of the binary, started as a person starts them.

use std::process::Command;
use std::time::Duration;

use cognitomfa::rules;
use serde_json::Value;

use crate::support::running::Running;
use crate::support::{Output, provider_binary, terminal};

const LIMIT: Duration = Duration::from_secs(60);

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(provider_binary());
    command.args(arguments).env_clear();
    command
}

fn run(arguments: &[&str]) -> Output {
    Running::start(command(arguments)).finish(LIMIT)
}

#[test]
fn a_rule_is_explained() {
    let output = run(&["explain", "required_to_off"]).expect_code(0);
    assert!(output.stdout.starts_with("required_to_off\n\nMFA cannot go from ON to OFF in one step.\n"), "{}", output.stdout);
    assert_eq!(output.stderr, "");
}

#[test]
fn a_step_is_explained_in_any_spelling() {
    let output = run(&["explain", "Required", "off"]).expect_code(0);
    assert_eq!(output.stdout, run(&["explain", "ON", "OFF"]).stdout);
    let one = run(&["explain", "ON", "OFF", "--profile", "aws"]).expect_code(0);
    assert!(one.stdout.contains("  aws  warned  by required_to_off\n") && !one.stdout.contains("classic"), "{}", one.stdout);
}

#[test]
fn what_does_not_exist_ends_with_2_and_close_names() {
    let output = run(&["explain", "required_to_of"]).expect_code(2);
    assert_eq!(output.stdout, "");
    assert!(output.stderr.starts_with("error: there is no rule 'required_to_of'\n"), "{}", output.stderr);
    assert!(output.stderr.contains("\n    required_to_off\n"), "{}", output.stderr);
    for arguments in [&["explain", "ON", "disabled"][..], &["explain"], &["explain", "ON", "OFF", "--profile", "strict"]] {
        let output = run(arguments).expect_code(2);
        assert!(output.stdout.is_empty() && output.stderr.starts_with("error: "), "{}", output.transcript());
    }
}

#[test]
fn rules_are_listed() {
    let listed: Vec<Value> = serde_json::from_value(run(&["rules", "--json"]).expect_code(0).json()).unwrap();
    let names: Vec<&str> = listed.iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert_eq!(names, rules::NAMES);
    let table = run(&["rules"]).expect_code(0).stdout;
    assert_eq!(table.lines().count(), rules::NAMES.len() + 1);
}

#[test]
fn the_matrix_has_three_forms() {
    assert_eq!(run(&["matrix"]).stdout, run(&["matrix", "--format", "table"]).expect_code(0).stdout);
    assert_eq!(run(&["matrix", "--format", "json"]).expect_code(0).json().as_array().unwrap().len(), 9);
    let diagram = run(&["matrix", "--format", "mermaid"]).expect_code(0).stdout;
    assert_eq!(diagram, run(&["matrix", "--format", "mermaid", "--profile", "guarded"]).stdout);
    run(&["matrix", "--format", "dot"]).expect_code(2);
}

#[test]
fn prose_is_as_wide_as_the_terminal() {
    let prose = |columns| {
        let shown = terminal::shown(command(&["explain", "required_to_off"]), columns, LIMIT);
        let (_, after) = shown.split_once("\nWhy\n\n").unwrap();
        after.lines().take_while(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (narrow, wide) = (prose(50), prose(90));
    assert!(narrow.iter().all(|line| line.chars().count() <= 50), "{narrow:?}");
    assert!(wide.iter().any(|line| line.chars().count() > 80), "{wide:?}");
    assert_eq!(narrow.join(" ").split_whitespace().collect::<Vec<_>>(), wide.join(" ").split_whitespace().collect::<Vec<_>>());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "{ \"$0\" rules --json; echo \"ended with $?\" >&2; } | :"]).arg(provider_binary()).env_clear();
    let output = Running::start(shell).finish(LIMIT);
    assert_eq!(output.stderr, "ended with 0\n");
}
