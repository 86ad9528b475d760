//! The fault table against operations, `-parallelism` and command lines.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::bench::{Bench, Operation};
use super::fault::Spoiled;
use super::invariants;
use super::rows::{Expect, ROWS, Row};
use crate::support::{Cli, Output, clis, report};

/// One run.
#[derive(Clone, Copy, Debug)]
struct Case {
    row: &'static Row,
    operation: Operation,
    committed: bool,
}

impl Case {
    fn name(&self) -> String {
        let committed = if self.committed { ", carried out" } else { "" };
        format!("{} {} at {:?}{committed}", self.row.id, self.row.name, self.operation)
    }
}

fn cases() -> Vec<Case> {
    let all = ROWS.iter().flat_map(|row| Operation::ALL.iter().map(move |operation| (row, *operation)));
    all.flat_map(|(row, operation)| [false, true].map(|committed| Case { row, operation, committed }))
        .filter(|case| case.row.expects(case.operation, case.committed).is_some())
        .collect()
}

/// Cases that run one after the other on one bench.
struct Lane {
    cli: Cli,
    parallelism: usize,
    cases: Vec<Case>,
}

/// How often a case may run at the same time as others: more would only make each slower.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) + 1
}

/// Tells how many writes were judged.
fn run_all(lanes: Vec<Lane>) -> usize {
    let judged = AtomicUsize::new(0);
    let count: usize = lanes.iter().map(|lane| lane.cases.len()).sum();
    let lanes = Mutex::new(lanes.into_iter().collect::<VecDeque<_>>());
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                loop {
                    let Some(lane) = lanes.lock().unwrap().pop_front() else { return };
                    let failed = run_lane(&lane, &judged);
                    failures.lock().unwrap().extend(failed);
                }
            });
        }
    });
    let judged = judged.into_inner();
    report::note("faults", &format!("{count} cases of the fault table, {judged} writes judged"));
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {count} cases failed:\n\n{}", failures.len(), failures.join("\n\n"));
    judged
}

fn run_lane(lane: &Lane, judged: &AtomicUsize) -> Vec<String> {
    let mut failures = Vec::new();
    let fresh = || Bench::new(&lane.cli, lane.parallelism, if lane.parallelism == 1 { 2 } else { 4 });
    let mut bench = fresh();
    for case in &lane.cases {
        let run = catch_unwind(AssertUnwindSafe(|| run(&mut bench, *case)));
        if let Ok(writes) = run {
            judged.fetch_add(writes, Ordering::SeqCst);
        } else if let Err(payload) = run {
            let text =
                payload.downcast_ref::<String>().cloned().or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string));
            failures.push(format!(
                "{} -parallelism={} {}: {}",
                lane.cli.name(),
                lane.parallelism,
                case.name(),
                text.unwrap_or_default()
            ));
            // What the failure left behind is nothing to go on from.
            bench = fresh();
        }
    }
    failures
}

fn run(bench: &mut Bench, case: Case) -> usize {
    let Case { row, operation, committed } = case;
    bench.prepare(operation);
    bench.injector.order(vec![row.order(operation, committed)]);
    if row.kind == Spoiled::Down && Operation::READS.contains(&operation) {
        bench.injector.down();
    }
    let output = bench.perform(operation);
    if row.kind != Spoiled::Down {
        assert!(bench.injector.spoiled() > 0, "nothing was spoiled\n{}", output.transcript());
    }
    expect(operation, row.expects(operation, committed).unwrap(), &output);
    expect_few_writes(bench, row, &output);
    invariants::check(bench, operation, &output)
}

fn expect(operation: Operation, expected: Expect, output: &Output) {
    let success = if operation == Operation::Plan { 2 } else { 0 };
    match expected {
        Expect::Succeeds => drop(output.clone().expect_code(success)),
        Expect::Warns(said) => drop(output.clone().expect_code(success).expect_text(said)),
        Expect::Fails(said) => drop(output.clone().expect_code(1).expect_text(said)),
        Expect::Either => assert!((0..=2).contains(&output.code), "{}", output.transcript()),
    }
}

/// No storm of writes, whatever is answered.
fn expect_few_writes(bench: &Bench, row: &Row, output: &Output) {
    let most = match row.id {
        "F7" | "F9" | "F12" => 1,
        "F6" | "F11" => 30,
        _ => 6,
    };
    let seen = bench.injector.take_seen();
    for pool in &bench.pools {
        let writes = seen.iter().filter(|seen| seen.operation == "SetUserPoolMfaConfig" && seen.subject == *pool).count();
        assert!(writes <= most, "{writes} writes of {pool}\n{}", output.transcript());
    }
}

/// Every line of the table at one operation at least, spread over operations, parallelism and command lines.
#[test]
fn every_fault_leaves_everything_in_order() {
    let clis = clis::all();
    let mut lanes: Vec<Lane> = clis
        .iter()
        .flat_map(|cli| [1, 10].map(|parallelism| Lane { cli: cli.clone(), parallelism, cases: Vec::new() }))
        .collect();
    let all = cases();
    for (number, row) in ROWS.iter().enumerate() {
        let own: Vec<&Case> = all.iter().filter(|case| std::ptr::eq(case.row, row)).collect();
        let (reads, writes): (Vec<&Case>, Vec<&Case>) =
            own.into_iter().partition(|case| Operation::READS.contains(&case.operation));
        for (kind, cases) in [reads, writes].into_iter().enumerate().filter(|(_, cases)| !cases.is_empty()) {
            let lane = (number + kind) % lanes.len();
            lanes[lane].cases.push(*cases[(number * 5 + kind) % cases.len()]);
        }
    }
    let judged = run_all(lanes);
    assert!(judged >= ROWS.len(), "only {judged} writes were judged");
}

/// Every line at every operation with every `-parallelism` on every command line.
#[test]
#[ignore = "long; run scripts/faults --matrix"]
fn the_whole_matrix_holds() {
    let all = cases();
    let only = std::env::var("COGNITOMFA_FAULTS_ONLY").unwrap_or_default();
    let chosen: Vec<Case> = all.into_iter().filter(|case| case.name().contains(&only)).collect();
    let mut lanes = Vec::new();
    for cli in clis::all() {
        for parallelism in [1, 10] {
            lanes.extend(chosen.chunks(24).map(|cases| Lane { cli: cli.clone(), parallelism, cases: cases.to_vec() }));
        }
    }
    run_all(lanes);
}
