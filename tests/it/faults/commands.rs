//! Processes that are killed or interrupted in the middle of an apply, and pools that change under a saved plan.

use std::time::Duration;

use super::bench::{Bench, Operation};
use super::fault::{Fault, Order, Spoiled};
use super::invariants;
use crate::support::running::Running;
use crate::support::{Cli, clis};

const SET: &str = "SetUserPoolMfaConfig";
const LIMIT: Duration = Duration::from_secs(180);

/// Runs a scenario on every command line.
fn on_every_cli(scenario: fn(&Cli)) {
    std::thread::scope(|scope| {
        let running: Vec<_> = clis::all().iter().map(|cli| scope.spawn(move || scenario(cli))).collect();
        for thread in running {
            if let Err(payload) = thread.join() {
                std::panic::resume_unwind(payload);
            }
        }
    });
}

#[allow(unsafe_code)]
fn signal(id: u32, number: i32) {
    // SAFETY: the process was started by this test and is not reaped yet, or it was found by its own workspace.
    unsafe { libc::kill(i32::try_from(id).unwrap(), number) };
}

/// Applies with the first write spoiled, and returns as soon as it has come, and been carried out if it is to be.
fn in_the_middle(bench: &mut Bench, fault: Fault) -> Running {
    bench.prepare(Operation::Update);
    bench.injector.order(vec![Order::first(1, SET, fault)]);
    let running = bench.begin(&["apply", "-auto-approve", "-lock=false"]);
    bench.injector.wait_for(SET, 1);
    if fault.committed {
        while !bench.pools.iter().any(|pool| bench.aws.mode(pool) == "ON") {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
    running
}

/// What a process that was killed could not take away.
fn clear(bench: &Bench) {
    for path in crate::support::workspace::leftovers(&bench.workspace) {
        let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
}

fn expect_not_tainted(bench: &Bench) {
    assert!(bench.state().iter().all(|instance| instance["status"] != "tainted"), "{:?}", bench.state());
}

#[test]
fn a_provider_that_is_killed_loses_nothing() {
    on_every_cli(|cli| {
        for (parallelism, committed) in [(1, false), (10, true)] {
            let mut bench = Bench::new(cli, parallelism, 3);
            let running = in_the_middle(&mut bench, Fault { kind: Spoiled::Hang, committed });
            for id in invariants::providers(&bench) {
                signal(id, libc::SIGKILL);
            }
            let output = running.finish(LIMIT);
            assert_eq!(output.code, 1, "{}", output.transcript());
            expect_not_tainted(&bench);
            clear(&bench);
            invariants::expect_nothing_left(&bench);
            invariants::converge(&mut bench, Operation::Update);
        }
    });
}

#[test]
fn a_provider_whose_terraform_is_killed_ends_and_loses_nothing() {
    on_every_cli(|cli| {
        let mut bench = Bench::new(cli, 10, 3);
        let running = in_the_middle(&mut bench, Fault { kind: Spoiled::Hang, committed: true });
        signal(running.id(), libc::SIGKILL);
        assert_eq!(running.finish(LIMIT).code, 128 + libc::SIGKILL);
        invariants::expect_nothing_left(&bench);
        expect_not_tainted(&bench);
        invariants::converge(&mut bench, Operation::Update);
    });
}

#[test]
fn an_interrupt_settles_what_is_under_way_and_begins_nothing() {
    on_every_cli(|cli| {
        for number in [libc::SIGINT, libc::SIGTERM] {
            let mut bench = Bench::new(cli, 1, 3);
            let running = in_the_middle(&mut bench, Fault { kind: Spoiled::Slow(1500), committed: true });
            signal(running.id(), number);
            let output = running.finish(LIMIT);
            assert_eq!(output.code, 1, "{}", output.transcript());
            invariants::expect_no_secret_and_no_crash(&bench, &output);
            invariants::expect_nothing_left(&bench);
            expect_not_tainted(&bench);
            let seen = bench.injector.take_seen();
            let writes = seen.iter().filter(|seen| seen.operation == SET).count();
            assert_eq!(writes, 1, "{}", output.transcript());
            let stored = bench.state().iter().filter(|instance| instance["attributes"]["mfa_configuration"] == "ON").count();
            assert_eq!(stored, 1, "the write under way is not in the state\n{}", output.transcript());
            invariants::converge(&mut bench, Operation::Update);
        }
    });
}

#[test]
fn a_second_interrupt_leaves_nobody_behind() {
    on_every_cli(|cli| {
        let mut bench = Bench::new(cli, 10, 3);
        let running = in_the_middle(&mut bench, Fault { kind: Spoiled::Hang, committed: true });
        signal(running.id(), libc::SIGINT);
        std::thread::sleep(Duration::from_millis(300));
        signal(running.id(), libc::SIGINT);
        let output = running.finish(LIMIT);
        assert_ne!(output.code, 0, "{}", output.transcript());
        invariants::expect_nothing_left(&bench);
        expect_not_tainted(&bench);
        invariants::converge(&mut bench, Operation::Update);
    });
}

#[test]
fn a_pool_that_changed_under_a_saved_plan_is_not_written() {
    on_every_cli(|cli| {
        let mut bench = Bench::new(cli, 10, 2);
        bench.prepare(Operation::Update);
        bench.run(&["plan", "-lock=false", "-out=saved.tfplan"]).expect_code(0);
        let [first, second] = bench.pools.clone().try_into().unwrap();
        bench.set_pool(&first, "OFF");
        bench.aws.cognito("DeleteUserPool", &serde_json::json!({ "UserPoolId": second })).unwrap();
        bench.sandbox.clear_journal();
        let output = bench.run(&["apply", "-lock=false", "saved.tfplan"]).expect_code(1);
        let output = output.expect_text("[changed_since_plan]").expect_text("User pool not found").expect_text(&second);
        assert_eq!(bench.sandbox.writes(), Vec::<String>::new(), "{}", output.transcript());
        invariants::expect_nothing_left(&bench);
    });
}
