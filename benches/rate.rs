//! A full account of 1,000 pools under AWS's request quotas: failures, throttles, and time over the floor that the quotas set.
//!
//! Prints one table; docs/dev/performance.md says how to read it. Takes half an hour with 1,000 pools, because quotas are kept in
//! real time. `cargo bench --bench rate -- --pools 100 --parallelism 10 aliases` measures less: only the rows whose name has the word.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, dead_code, missing_docs)]

#[path = "../tests/it/support/mod.rs"]
#[allow(unused_imports)]
mod support;

use std::time::{Duration, Instant};

use support::crowd::Crowd;
use support::running::Running;
use support::{Cli, Output, Workspace, clis};

/// No single command takes longer, however few requests others leave.
const LIMIT: Duration = Duration::from_secs(1_800);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs this program too, without the argument of `cargo bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("nothing measured; run: cargo bench --bench rate");
        return;
    }
    let after = |name: &str| arguments.iter().position(|argument| argument == name).and_then(|place| arguments.get(place + 1));
    let pools: usize = after("--pools").map_or(1_000, |count| count.parse().expect("--pools takes a number"));
    let parallelisms =
        after("--parallelism").map_or(vec![10, 50], |list| list.split(',').map(|p| p.parse().expect("numbers")).collect());
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with("--") && !word.starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    println!("{pools} pools, {}", cli().name());
    println!(
        "{:<46} {:>3} {:>6} {:>6} {:>10} {:>8} {:>8} {:>8} {:>7} {:>7}",
        "", "p", "failed", "calls", "throttled", "floor, s", "calls, s", "whole, s", "x floor", "whole"
    );
    for parallelism in parallelisms.iter().copied() {
        if wanted("life") {
            life(pools, parallelism);
        }
    }
    for parallelism in parallelisms.iter().copied() {
        for (name, blocks, runs, apart) in
            [("3 aliases", 3, 1, false), ("2 runs on one machine", 1, 2, false), ("2 runs on two machines", 1, 2, true)]
        {
            if wanted(name) {
                refresh(name, pools, parallelism, blocks, runs, apart, 0.0);
            }
        }
        for (name, used) in [("others use 40 %", 0.4), ("others use 80 %", 0.8)] {
            if wanted(name) {
                refresh(name, pools, parallelism, 1, 1, false, used);
            }
        }
    }
}

/// Waits for the end of commands and prints their row, and what went wrong if anything did.
fn run(crowd: &Crowd, name: &str, parallelism: usize, used_by_others: f64, running: Vec<Running>) {
    let begun = Instant::now();
    let outputs: Vec<Output> = running.into_iter().map(|running| running.finish(LIMIT)).collect();
    let seconds = begun.elapsed().as_secs_f64();
    let failed: usize = outputs.iter().map(|output| output.all().matches("Error: ").count()).sum();
    let bad = outputs.iter().filter(|output| output.code == 1).count();
    let calls = crowd.calls();
    let floor = calls.floor(1.0 - used_by_others);
    println!(
        "{name:<46} {parallelism:>3} {failed:>6} {:>6} {:>8.2} % {floor:>8.1} {:>8.1} {seconds:>8.1} {:>7.2} {:>7.2}",
        calls.all(),
        calls.throttled_share() * 100.0,
        calls.seconds,
        calls.seconds / floor,
        seconds / floor,
    );
    if failed + bad + calls.refused > 0 {
        let said = outputs.iter().find(|output| output.code == 1).map(Output::all).unwrap_or_default();
        println!("    {} refused otherwise; the first error: {}", calls.refused, first_error(&said));
    }
}

fn first_error(text: &str) -> String {
    let from = text.find("Error: ").unwrap_or_default();
    text[from..].lines().take(12).collect::<Vec<_>>().join("\n    ")
}

fn start(workspace: &Workspace, parallelism: usize, arguments: &[&str]) -> Running {
    let parallelism = format!("-parallelism={parallelism}");
    let (verb, rest) = arguments.split_first().unwrap();
    let options = ["-no-color", "-input=false", "-lock=false", &parallelism];
    Running::start(workspace.command(&[&[*verb], &options[..], rest].concat()))
}

/// From nothing in the state to a change of every pool, one command after the other.
fn life(pools: usize, parallelism: usize) {
    let crowd = Crowd::new(pools);
    crowd.keep_quotas(0.0);
    let workspace = crowd.workspace(cli());
    for (name, mode, arguments) in [
        ("life: plan of the first apply", "OPTIONAL", &["plan", "-out=saved"][..]),
        ("life: first apply", "OPTIONAL", &["apply", "saved"]),
        ("life: plan without a change", "OPTIONAL", &["plan"]),
        ("life: plan of a change of every pool", "ON", &["plan", "-out=saved"]),
        ("life: apply of a change of every pool", "ON", &["apply", "saved"]),
    ] {
        crowd.configure(&workspace, 1, (0, 1), mode);
        crowd.endpoint.clear_journal();
        run(&crowd, name, parallelism, 0.0, vec![start(&workspace, parallelism, arguments)]);
    }
}

/// Plans without a change, at once, of as many runs of Terraform with as many provider blocks, each with its part of the pools.
fn refresh(name: &str, pools: usize, parallelism: usize, blocks: usize, runs: usize, apart: bool, used_by_others: f64) {
    let crowd = Crowd::new(pools);
    let workspaces: Vec<Workspace> = (0..runs).map(|_| crowd.workspace(cli())).collect();
    let shared = workspaces[0].path().join("tmp").display().to_string();
    let workspaces: Vec<Workspace> = workspaces
        .into_iter()
        .enumerate()
        .map(|(part, mut workspace)| {
            crowd.configure(&workspace, blocks, (part, runs), "OPTIONAL");
            workspace.unset("COGNITOMFA_QUOTAS");
            start(&workspace, parallelism, &["apply", "-auto-approve"]).finish(LIMIT).expect_code(0);
            workspace.set("COGNITOMFA_QUOTAS", "aws");
            if !apart {
                workspace.set("TMPDIR", &shared);
            }
            workspace
        })
        .collect();
    crowd.endpoint.clear_journal();
    crowd.keep_quotas(used_by_others);
    let running = workspaces.iter().map(|workspace| start(workspace, parallelism, &["plan"])).collect();
    run(&crowd, &format!("plan without a change, {name}"), parallelism, used_by_others, running);
}

fn cli() -> &'static Cli {
    &clis::all()[0]
}
