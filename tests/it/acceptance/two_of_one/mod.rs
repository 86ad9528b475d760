//! One remote object that is two things in a run: two generations, two addresses, two resources, two processes.
//!
//! Each case is one row of the table on one kind of resource, with one `deletion_policy`, at one `-parallelism`, on one command line. What
//! has to hold is asked by `oracle.rs`, which reads AWS's side and the state and knows nothing of the provider.

mod factors;
mod kinds;
mod oracle;
mod replacements;
mod roles;
mod takers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::Stage;
use crate::support::running::Running;
use crate::support::{Cli, Output, clis, report};
use kinds::{Kind, Policy};

/// One case of the table.
pub struct Case {
    pub stage: Stage,
    pub kind: Kind,
    pub policy: Policy,
    /// `-parallelism`.
    pub parallelism: usize,
}

/// A row of the table.
pub struct Row {
    pub name: &'static str,
    pub kinds: &'static [Kind],
    /// Whether each `deletion_policy` is a case of its own.
    pub policies: bool,
    /// What the command line must be able to do.
    pub can: fn(&Cli) -> bool,
    pub run: fn(&Case),
}

/// What every command line can do.
pub fn any(_: &Cli) -> bool {
    true
}

impl Case {
    /// Writes the configuration.
    pub fn write(&self, text: &str) -> &Self {
        self.stage.workspace.write("main.tf", text);
        self
    }

    /// Applies the configuration; `arguments` are further ones.
    #[track_caller]
    pub fn apply(&self, arguments: &[&str]) -> Output {
        let parallelism = format!("-parallelism={}", self.parallelism);
        self.stage.workspace.apply(&[&[parallelism.as_str()], arguments].concat())
    }

    /// Plans into a file and applies that.
    #[track_caller]
    pub fn apply_saved(&self) -> Output {
        let parallelism = format!("-parallelism={}", self.parallelism);
        self.stage.workspace.plan(&["-out=saved.tfplan", &parallelism]).expect_code(2);
        self.stage.workspace.run(&["apply", "-no-color", "-input=false", "-lock=false", &parallelism, "saved.tfplan"])
    }

    /// Plans into a file and applies that on another machine, as far as files for temporary use go.
    #[track_caller]
    pub fn apply_elsewhere(&self) -> Output {
        let parallelism = format!("-parallelism={}", self.parallelism);
        self.stage.workspace.plan(&["-out=saved.tfplan", &parallelism]).expect_code(2);
        let elsewhere = self.stage.workspace.path().join("elsewhere");
        std::fs::create_dir_all(&elsewhere).unwrap();
        let mut command =
            self.stage.workspace.command(&["apply", "-no-color", "-input=false", "-lock=false", &parallelism, "saved.tfplan"]);
        command.env("TMPDIR", elsewhere);
        Running::start(command).finish(Duration::from_secs(180))
    }

    /// A successful apply is the whole truth: state and AWS agree and no plan wants a change.
    #[track_caller]
    pub fn settled(&self, output: &Output) {
        assert_eq!(output.code, 0, "{}", output.transcript());
        self.agree();
        self.stage.workspace.expect_no_change();
    }

    /// State and AWS agree, part by part, and nothing is left over.
    #[track_caller]
    pub fn agree(&self) {
        let problems = oracle::disagreements(&self.stage);
        assert!(problems.is_empty(), "state and AWS disagree:\n{}", problems.join("\n"));
    }

    /// The begin of most cases: a configuration that is applied and settled; then the journal is empty.
    #[track_caller]
    pub fn begin(&self, text: &str) -> oracle::Seen {
        let output = self.write(text).apply(&[]);
        self.settled(&output);
        assert!(!oracle::addresses(&self.stage).is_empty(), "the state has nothing that could be judged");
        self.stage.clear_journal();
        oracle::seen(&self.stage)
    }

    /// An apply that keeps everything as it was, at any moment.
    #[track_caller]
    pub fn keeps(&self, before: &oracle::Seen, output: &Output) {
        self.settled(output);
        self.kept(before);
    }

    /// AWS has what it had, and had it at any moment.
    #[track_caller]
    pub fn kept(&self, before: &oracle::Seen) {
        assert_eq!(&oracle::seen(&self.stage), before, "AWS has something else");
        assert_eq!(oracle::weakenings(&self.stage, before), Vec::<String>::new(), "there was a window");
    }

    /// A plan that is refused by this rule, before anything is written, whatever `-parallelism` is.
    #[track_caller]
    pub fn refused(&self, rule: &str) -> Output {
        let parallelism = format!("-parallelism={}", self.parallelism);
        let output = self.stage.workspace.plan(&[&parallelism]).expect_code(1).expect_text(&format!("[{rule}]"));
        self.stage.expect_no_write();
        output
    }

    /// The end of every case: a destroy gets through, whatever was before; after PREVENT was taken back, where that was the policy.
    #[track_caller]
    pub fn end(&self) {
        if oracle::addresses(&self.stage).is_empty() {
            return;
        }
        if self.policy == Policy::Prevent {
            self.stage.workspace.destroy().expect_code(1).expect_text("[destroy_prevented]");
            let files = ["main.tf", "inner/main.tf"].map(|name| self.stage.workspace.path().join(name));
            for file in files.iter().filter(|file| file.exists()) {
                let text = std::fs::read_to_string(file).unwrap().replace("PREVENT", "RETAIN");
                std::fs::write(file, text).unwrap();
            }
            let output = self.apply(&[]);
            self.settled(&output);
        }
        let output = self.stage.workspace.destroy();
        assert_eq!(output.code, 0, "the destroy does not get through\n{}", output.transcript());
        assert_eq!(oracle::addresses(&self.stage), Vec::<String>::new());
    }
}

fn rows() -> Vec<Row> {
    [replacements::rows(), takers::rows(), factors::rows(), roles::rows()].into_iter().flatten().collect()
}

/// A case before it is run.
struct Planned {
    row: usize,
    kind: Kind,
    policy: Policy,
    parallelism: usize,
    cli: &'static Cli,
}

impl Planned {
    fn label(&self, rows: &[Row]) -> String {
        let Self { row, kind, policy, parallelism, cli } = self;
        format!("{} {kind:?} {} p={parallelism} on {}", rows[*row].name, policy.word(), cli.name())
    }
}

fn planned(rows: &[Row]) -> Vec<Planned> {
    let mut all = Vec::new();
    for (row, at) in rows.iter().zip(0..) {
        for kind in row.kinds {
            let policies = if row.policies { kind.policies() } else { &[Policy::Retain] };
            for policy in policies {
                for parallelism in [1, 10] {
                    for cli in clis::all().iter().filter(|cli| (row.can)(cli)) {
                        all.push(Planned { row: at, kind: *kind, policy: *policy, parallelism, cli });
                    }
                }
            }
        }
    }
    all
}

/// Whether a case is in the sample of every test run: each row once on each command line, with another kind, policy and parallelism.
fn sampled(all: Vec<Planned>) -> Vec<Planned> {
    let mut sample: Vec<Planned> = Vec::new();
    let mut turn = 0;
    let mut groups: Vec<Vec<Planned>> = Vec::new();
    for case in all {
        match groups.iter_mut().find(|group| group[0].row == case.row && group[0].cli == case.cli) {
            Some(group) => group.push(case),
            None => groups.push(vec![case]),
        }
    }
    for mut group in groups {
        turn += 1;
        let place = (turn * 7) % group.len();
        sample.push(group.swap_remove(place));
    }
    sample
}

/// How many cases run at once.
const AT_ONCE: usize = 3;

/// Runs the table: a sample of it, or with `COGNITOMFA_TWO_OF_ONE=all` the whole; `COGNITOMFA_TWO_OF_ONE_ONLY` takes the cases whose name
/// holds this text.
#[test]
fn the_table_holds() {
    let rows = rows();
    let whole = std::env::var_os("COGNITOMFA_TWO_OF_ONE").is_some_and(|what| what == "all");
    let only = std::env::var("COGNITOMFA_TWO_OF_ONE_ONLY").ok();
    let all = planned(&rows);
    let cases = match &only {
        Some(text) => all.into_iter().filter(|case| case.label(&rows).contains(text)).collect(),
        None if whole => all,
        None => sampled(all),
    };
    assert!(!cases.is_empty(), "no case is meant");
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let label = case.label(&rows);
                    let run = || run(&rows[case.row], case);
                    if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
                        let text = payload.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic".to_owned());
                        eprintln!("FAILED {label}\n{text}");
                        failures
                            .lock()
                            .unwrap()
                            .push(format!("{label}: {}", text.lines().take(4).collect::<Vec<_>>().join(" | ")));
                    } else {
                        eprintln!("held   {label}");
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    report::note("two of one", &format!("{} of {} cases held", cases.len() - failures.len(), cases.len()));
    assert!(failures.is_empty(), "{} of {} cases failed:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

fn run(row: &Row, planned: &Planned) {
    let stage = Stage::on(row.name, planned.cli);
    let case = Case { stage, kind: planned.kind, policy: planned.policy, parallelism: planned.parallelism };
    kinds::prepare(&case);
    (row.run)(&case);
}
