//! What holds after every run, whatever was spoiled in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::bench::{Bench, Operation};
use crate::support::{Output, provider_binary};

/// How long processes and sockets may stay.
const FAREWELL: Duration = Duration::from_secs(5);
/// For processes of which a machine under load has not heard the last word.
const SLACK: Duration = Duration::from_secs(10);

/// What Terraform and provider say when something is broken rather than refused.
const BROKEN: [&str; 8] = [
    "Provider produced",
    "inconsistent result",
    "Plugin did not respond",
    "Plugin error",
    "stack trace",
    "panicked at",
    "Bug in the provider",
    "bug in the provider",
];

/// I5 and I6 for one command: outputs and trace, where there is one.
pub fn expect_no_secret_and_no_crash(bench: &Bench, output: &Output) {
    let log = std::fs::read_to_string(bench.log()).unwrap_or_default();
    for canary in bench.canaries() {
        assert!(!output.all().contains(canary), "a secret is shown\n{}", output.transcript());
        assert!(!log.contains(canary), "a secret is in the trace\n{}", output.transcript());
    }
    for sign in BROKEN {
        assert!(!output.says(sign), "It says {sign:?}\n{}", output.transcript());
    }
    for sign in ["panicked at", "Bug in the provider", "outcome=panicked"] {
        assert!(!log.contains(sign), "the trace says {sign:?}\n{}", output.transcript());
    }
}

/// All of them, after a command in which requests were spoiled. Ends with everything in order again. Tells how many writes were judged.
pub fn check(bench: &mut Bench, operation: Operation, output: &Output) -> usize {
    expect_nothing_left(bench);
    let tainted: Vec<Value> = bench.state().into_iter().filter(|instance| instance["status"] == "tainted").collect();
    assert!(tainted.is_empty(), "I2: tainted: {tainted:?}\n{}", output.transcript());
    expect_true_state(bench, operation, output);
    let judged = expect_never_weaker(bench, operation);
    expect_no_secret_in_files(bench);
    converge(bench, operation);
    judged
}

/// I3: what the state claims is what the pool is, or what it was before and the user has been told of an error.
fn expect_true_state(bench: &Bench, operation: Operation, output: &Output) {
    let (before, wanted) = operation.modes();
    let claimed: BTreeMap<String, String> = bench
        .state()
        .iter()
        .map(|instance| {
            let text = |name: &str| instance["attributes"][name].as_str().unwrap_or_default().to_owned();
            (text("user_pool_id"), text("mfa_configuration"))
        })
        .collect();
    for pool in &bench.pools {
        let now = bench.aws.mode(pool);
        let Some(claim) = claimed.get(pool) else {
            assert!(
                operation != Operation::Destroy || now == wanted,
                "I3: {pool} is forgotten as {now}\n{}",
                output.transcript()
            );
            continue;
        };
        let told = output.code == 1 && claim == before;
        let read_only = matches!(operation, Operation::Refresh | Operation::Plan | Operation::Import) && claim == before;
        assert!(claim == &now || told || read_only, "I3: the state says {claim}, the pool is {now}\n{}", output.transcript());
    }
}

fn strength(mode: &str) -> usize {
    ["OFF", "OPTIONAL", "ON"].iter().position(|known| *known == mode).expect("a mode")
}

/// I4: no write that was carried out made MFA weaker than both what it was and what is wanted.
fn expect_never_weaker(bench: &Bench, operation: Operation) -> usize {
    let (before, wanted) = operation.modes();
    let least = strength(before).min(strength(wanted));
    let mut judged = 0;
    for entry in bench.sandbox.journal() {
        if !entry.is_carried_out() {
            continue;
        }
        let write = entry.mfa_write().unwrap_or_else(|| panic!("I4: another write than one of MFA settings: {entry:?}"));
        let mode = write.mfa_configuration.as_str();
        assert!(strength(mode) >= least, "I4: a write of {mode} between {before} and {wanted}: {entry:?}");
        assert!(write.has_token() || mode == "OFF", "I4: a write lost the authenticator app: {entry:?}");
        judged += 1;
    }
    judged
}

fn expect_no_secret_in_files(bench: &Bench) {
    let mut read = 0;
    for entry in walk(&bench.workspace.path()) {
        // A file of a process that is ending may go between the list and here.
        let Ok(bytes) = std::fs::read(&entry) else { continue };
        read += 1;
        for canary in bench.canaries() {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "I5: a secret is in {}", entry.display());
        }
        assert!(bench.canaries().iter().all(|canary| !entry.to_string_lossy().contains(canary)), "{}", entry.display());
    }
    // Provider block and configuration at the least.
    assert!(read >= 2, "I5: only {read} files could be read");
}

fn walk(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    entries
        .into_iter()
        .flat_map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path()),
            Ok(kind) if kind.is_file() => vec![entry.path()],
            _ => Vec::new(),
        })
        .collect()
}

/// I7: no process of ours, no socket, no connection.
pub fn expect_nothing_left(bench: &Bench) {
    let end = Instant::now() + FAREWELL + SLACK;
    loop {
        let (processes, files, open) = (providers(bench), files(bench), bench.injector.open());
        if processes.is_empty() && files.is_empty() && open == 0 {
            return;
        }
        assert!(Instant::now() < end, "I7: left behind: processes {processes:?}, files {files:?}, {open} connections");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Providers that a command in this workspace started.
pub fn providers(bench: &Bench) -> Vec<u32> {
    let place = bench.workspace.path();
    let place = place.to_str().unwrap().as_bytes();
    let binary = provider_binary().canonicalize().unwrap();
    let ids = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id: &u32| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|program| program == binary))
        .filter(|id| {
            let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            environment.windows(place.len()).any(|window| window == place)
        })
        .collect()
}

fn files(bench: &Bench) -> Vec<std::path::PathBuf> {
    crate::support::workspace::leftovers(&bench.workspace)
}

/// I1 and I2: one clean run later everything is as configured, and a plan is empty.
pub fn converge(bench: &mut Bench, operation: Operation) {
    bench.injector.up();
    bench.injector.order(Vec::new());
    let traced = std::mem::replace(&mut bench.traced, false);
    let (_, wanted) = operation.modes();
    let empty = match operation {
        Operation::Destroy => {
            bench.run(&["destroy", "-auto-approve", "-lock=false"]).expect_code(0);
            let left = bench.state();
            assert!(left.is_empty(), "I2: the state still has {left:?}");
            None
        }
        // Nothing was to be written here, so one look is enough.
        Operation::Refresh => Some(bench.run(&["plan", "-detailed-exitcode", "-lock=false"])),
        _ => {
            bench.run(&["apply", "-auto-approve", "-lock=false"]).expect_code(0);
            Some(bench.run(&["plan", "-detailed-exitcode", "-lock=false"]))
        }
    };
    bench.traced = traced;
    if let Some(plan) = empty {
        plan.expect_code(0);
    }
    for pool in &bench.pools {
        let now = bench.aws.mode(pool);
        assert_eq!(now, wanted, "I2: {pool}");
    }
}
