//! One scenario on one command line against one endpoint, and the loop over all of them.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::deviations::{Deviation, KNOWN};
use super::resource;
use crate::support::aws::unique;
use crate::support::{Aws, Cli, Endpoint, Place, Workspace, clis, report, workspace};

/// What a scenario works with. Its pool is its own.
pub struct Stage {
    /// The scenario's name.
    pub scenario: &'static str,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// A client of the endpoint.
    pub aws: Aws,
    /// The workspace, its provider block naming the endpoint.
    pub workspace: Workspace,
    /// A fresh pool.
    pub pool: String,
    checked: RefCell<Vec<&'static str>>,
}

impl Stage {
    /// The stage of a scenario that one command line and the sandbox are enough for.
    pub fn alone(scenario: &'static str) -> Self {
        Self::set(scenario, &clis::all()[0], Place::Sandbox)
    }

    /// The stage of a scenario on this command line against a sandbox.
    pub fn on(scenario: &'static str, cli: &Cli) -> Self {
        Self::set(scenario, cli, Place::Sandbox)
    }

    fn set(scenario: &'static str, cli: &Cli, place: Place) -> Self {
        let endpoint = Endpoint::open(place);
        let aws = Aws::at(&endpoint.url);
        let pool = aws.create_pool(&unique(scenario));
        let workspace = Workspace::at(cli, &endpoint.url);
        Self { scenario, endpoint, aws, workspace, pool, checked: RefCell::default() }
    }

    /// Whether the endpoint is the sandbox, which keeps a journal and enforces what AWS refuses.
    pub fn is_sandbox(&self) -> bool {
        self.endpoint.place == Place::Sandbox
    }

    /// Writes the resource with these arguments for the scenario's pool.
    pub fn configure(&self, arguments: &str) -> &Workspace {
        self.workspace.write("main.tf", &resource(&self.pool, arguments))
    }

    /// Writes the provider block with these arguments in it.
    pub fn configure_provider(&self, arguments: &str) {
        self.workspace.write("provider.tf", &workspace::provider_block(&self.endpoint.url, arguments));
    }

    /// Applies these arguments; then no plan may want a change, with or without a refresh.
    #[track_caller]
    pub fn settle(&self, arguments: &str) {
        self.configure(arguments).apply(&[]).expect_code(0);
        self.workspace.expect_no_change();
    }

    /// Where the endpoint is the sandbox: fails if anything was written since the journal was cleared.
    #[track_caller]
    pub fn expect_no_write(&self) {
        if self.is_sandbox() {
            assert_eq!(self.endpoint.writes(), Vec::<String>::new());
        }
    }

    /// Where the endpoint is the sandbox: forgets the journal.
    pub fn clear_journal(&self) {
        if self.is_sandbox() {
            self.endpoint.clear_journal();
        }
    }

    /// Asks something that a known deviation of the endpoint may break, and says whether it held. A failure that is not in the
    /// table fails the scenario, and so does an entry of the table that held.
    #[track_caller]
    pub fn holds(&self, check: &'static str, ask: impl FnOnce()) -> bool {
        self.checked.borrow_mut().push(check);
        let known = self.known().find(|deviation| deviation.check == check);
        let asked = catch_unwind(AssertUnwindSafe(ask));
        match (asked, known) {
            (Ok(()), None) => true,
            (Err(_), Some(deviation)) => {
                report::note("known deviation", &deviation.to_string());
                false
            }
            (Ok(()), Some(deviation)) => panic!("{deviation}: this deviation is gone; take it out of deviations.rs"),
            (Err(payload), None) => std::panic::resume_unwind(payload),
        }
    }

    fn known(&self) -> impl Iterator<Item = &'static Deviation> {
        KNOWN.iter().filter(|deviation| (deviation.place, deviation.scenario) == (self.endpoint.place, self.scenario))
    }

    fn expect_every_deviation_seen(&self) {
        let checked = self.checked.borrow();
        for deviation in self.known() {
            assert!(checked.contains(&deviation.check), "{deviation}: the scenario did not come to this check");
        }
    }
}

/// Runs a scenario on the command lines that everything runs on, against each of `places`, each combination with a pool and a workspace of its own.
#[track_caller]
pub fn everywhere(scenario: &'static str, places: &[Place], body: fn(&Stage)) {
    on(clis::all(), scenario, places, body);
}

/// Runs a scenario on every command line of the toolbox and of `PATH`, against a sandbox each.
#[track_caller]
pub fn on_every_cli(scenario: &'static str, body: fn(&Stage)) {
    on(clis::every(), scenario, &[Place::Sandbox], body);
}

/// Runs a scenario on the command lines that pass the test; those that do not are named in the report.
#[track_caller]
pub fn wherever(can: fn(&Cli) -> bool, scenario: &'static str, places: &[Place], body: fn(&Stage)) {
    let (able, unable): (Vec<Cli>, Vec<Cli>) = clis::all().iter().cloned().partition(can);
    for cli in unable {
        report::note("not possible", &format!("{scenario} on {}", cli.name()));
    }
    on(&able, scenario, places, body);
}

#[track_caller]
fn on(clis: &[Cli], scenario: &'static str, places: &[Place], body: fn(&Stage)) {
    assert!(!clis.is_empty(), "{scenario} has no command line to run on");
    let failures: Vec<String> = std::thread::scope(|scope| {
        let combinations = clis.iter().flat_map(|cli| places.iter().map(move |place| (cli, *place)));
        let running: Vec<_> = combinations
            .map(|(cli, place)| {
                let name = format!("{scenario} on {} against {}", cli.name(), place.name());
                let thread = std::thread::Builder::new().name(name.clone());
                let run = move || {
                    let stage = Stage::set(scenario, cli, place);
                    body(&stage);
                    stage.expect_every_deviation_seen();
                };
                (name, thread.spawn_scoped(scope, run).unwrap())
            })
            .collect();
        running
            .into_iter()
            .filter_map(|(name, thread)| thread.join().err().map(|payload| format!("{name}: {}", text(&payload))))
            .collect()
    });
    assert!(failures.is_empty(), "{} of the combinations failed:\n\n{}", failures.len(), failures.join("\n\n"));
}

fn text(payload: &Box<dyn std::any::Any + Send>) -> String {
    let owned = payload.downcast_ref::<String>().cloned();
    let whole = owned.or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default();
    // The thread has printed the whole transcript under its name already.
    whole.lines().take(3).collect::<Vec<_>>().join("\n")
}
