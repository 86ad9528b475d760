//! What each rule's diagnostic looks like on a terminal of 80 columns, against what is checked in.
//!
//! `COGNITOMFA_BLESS=1 cargo test --test it rendering` writes the snapshots, as Terraform 1.15.5 shows them.

mod configuration;
mod stand_in;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use cognitomfa::rules::{self, Moment, Policy, Rule};
use cognitomfa::tf::Step;
use tokio::runtime::Runtime;

use crate::support::{Cli, Workspace, clis, repository, terminal};

const COLUMNS: u16 = 80;
const LIMIT: Duration = Duration::from_secs(180);
const BLESS: &str = "COGNITOMFA_BLESS=1 cargo test --test it rendering";
const REQUIRED: &str = "terraform {\n  required_providers {\n    cognitomfa = { source = \"cognitomfa/cognitomfa\" }\n  }\n}\n";

fn is_blessing() -> bool {
    std::env::var_os("COGNITOMFA_BLESS").is_some_and(|value| value == "1")
}

fn folder() -> PathBuf {
    repository().join("tests/it/snapshots")
}

/// Everything a command line shows for the rules' rejected examples: those about changes, then those about destroys.
fn shown(cli: &Cli, reattach: &str) -> String {
    let mut all = String::new();
    for is_destroy in [false, true] {
        let mut workspace = Workspace::new(cli);
        workspace.set("TF_REATTACH_PROVIDERS", reattach);
        workspace.write("provider.tf", REQUIRED);
        for rule in rules::all().iter().filter(|rule| stand_in::is_of_destroy(rule) == is_destroy) {
            workspace.write(&format!("{}.tf", rule.name), &configuration::resource(rule));
        }
        let plan = if is_destroy {
            workspace.apply(&[]).expect_code(0);
            vec!["plan", "-destroy", "-input=false", "-lock=false"]
        } else {
            vec!["plan", "-input=false", "-lock=false"]
        };
        all.push_str(&terminal::shown(workspace.command(&plan), COLUMNS, LIMIT));
    }
    all
}

/// The diagnostics, by the rule in their brackets: from the corner above to the corner below.
fn diagnostics(shown: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for block in shown.split('╷').skip(1).filter_map(|rest| rest.split('╵').next()) {
        let lines: Vec<&str> = block.lines().map(str::trim_end).collect();
        let text = format!("╷{}\n╵\n", lines.join("\n").trim_end());
        let summary = lines.iter().find(|line| line.starts_with('│')).copied().unwrap_or_default();
        if let Some((_, name)) = summary.trim_end_matches(']').rsplit_once(" [") {
            assert!(found.insert(name.to_owned(), text).is_none(), "{name} is shown twice\n{shown}");
        }
    }
    found
}

/// Without the lines that show the configuration: what the rule says itself.
fn words(diagnostic: &str) -> String {
    let mut paragraphs: Vec<&str> = diagnostic.split("\n│\n").collect();
    if paragraphs.get(1).is_some_and(|paragraph| paragraph.contains("  with cognitomfa_user_")) {
        paragraphs.remove(1);
    }
    paragraphs.join("\n│\n")
}

#[test]
fn every_rule_looks_as_it_did() {
    let clis = clis::all();
    let runtime = Runtime::new().unwrap();
    let place = tempfile::Builder::new().prefix("r").tempdir_in("/tmp").unwrap();
    let reattach = stand_in::serve(&runtime, &place.path().join("s"));
    if is_blessing() {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).unwrap();
    }
    for (number, cli) in clis.iter().enumerate() {
        let shown = shown(cli, &reattach);
        let diagnostics = diagnostics(&shown);
        let names: BTreeSet<&str> = diagnostics.keys().map(String::as_str).collect();
        assert_eq!(names, rules::NAMES.iter().copied().collect(), "{}\n{shown}", cli.name());
        for (name, diagnostic) in &diagnostics {
            expect_underlined(rules::find(name).unwrap(), diagnostic);
            let file = folder().join(format!("{name}.txt"));
            if is_blessing() && number == 0 {
                fs::write(&file, diagnostic).unwrap();
            }
            let snapshot = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}; {BLESS}", file.display()));
            // Versions differ in how much of a longer value they show; where it begins was asked above.
            let same = if number == 0 { snapshot == *diagnostic } else { words(&snapshot) == words(diagnostic) };
            assert!(same, "{name} on {}:\n{diagnostic}\nbut it was:\n{snapshot}\nTo write it anew: {BLESS}", cli.name());
        }
    }
}

#[test]
fn snapshots_and_rules_are_the_same() {
    if is_blessing() {
        // They are being written meanwhile.
        return;
    }
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = entries.collect();
    let expected: BTreeSet<String> = rules::NAMES.iter().map(|name| format!("{name}.txt")).collect();
    assert_eq!(files, expected, "{BLESS}");
}

/// The attribute that a diagnostic is about is shown, on its own line, also where it is inside of another one. Where it is deeper,
/// command lines show the second attribute on the way to it.
fn expect_underlined(rule: &Rule, shown: &str) {
    let diagnostics = rules::judge(&(rule.rejected)(), Moment::Plan, &Policy::default());
    let path = diagnostics.first().and_then(|diagnostic| diagnostic.path.clone()).unwrap_or_default();
    let names = path.0.iter().take(2).map(|step| match step {
        Step::Attribute(name) | Step::Key(name) => format!("{name} "),
        Step::Index(_) => panic!("{}: command lines show no element of a list", rule.name),
    });
    let lines = configuration::resource(rule);
    let mut rest = lines.lines().zip(1..);
    // Each step is looked for behind the one before: two blocks may have attributes of the same name.
    let found: Vec<_> = names.map(|name| rest.find(|(line, _)| line.trim_start().starts_with(&name))).collect();
    let line = found.last().copied().flatten();
    // What is not configured, or no attribute at all, cannot be shown; then it is the resource.
    let (line, number) = line.unwrap_or_else(|| (lines.lines().next().unwrap(), 1));
    assert!(shown.contains(&format!("on {}.tf line {number},", rule.name)), "{path} is on line {number}:\n{shown}");
    assert!(shown.contains(&format!("\n│ {number:4}: {line}\n")), "{path} is on line {number}:\n{shown}");
}

#[test]
fn diagnostics_are_told_apart() {
    let shown = "Planning failed.\n╷\n│ Error: One [a_rule]\n│ \n│   with cognitomfa_user_pool_mfa.x,\n│ \n│ Words [of] it.\n╵\n╷\n│ Warning: \
                 Other\n╵\n";
    let found = diagnostics(shown);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["a_rule"]);
    assert_eq!(found["a_rule"], "╷\n│ Error: One [a_rule]\n│\n│   with cognitomfa_user_pool_mfa.x,\n│\n│ Words [of] it.\n╵\n");
    assert_eq!(words(&found["a_rule"]), "╷\n│ Error: One [a_rule]\n│\n│ Words [of] it.\n╵\n");
}
