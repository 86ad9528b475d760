//! The AWS endpoints tests run on: our sandbox, and the two emulators that nobody here wrote.

use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::Value;

use super::journal::{self, Entry};
use super::running::Running;
use super::{http, provider_binary, report, tool};

/// Which endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// `terraform-provider-cognitomfa sandbox`.
    Sandbox,
    /// moto 5.2.5.
    Moto,
    /// ministack 1.5.33.
    Ministack,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sandbox, Self::Moto, Self::Ministack];
    /// Those that nobody here wrote.
    pub const EMULATORS: [Self; 2] = [Self::Moto, Self::Ministack];

    /// Name and version, as the report shows them.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Moto => "moto 5.2.5",
            Self::Ministack => "ministack 1.5.33",
        }
    }
}

/// A listening endpoint. A sandbox belongs to one test and ends with it; an emulator serves the whole run.
#[derive(Debug)]
pub struct Endpoint {
    /// Which one.
    pub place: Place,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    sandbox: Option<Running>,
}

/// The emulators end by themselves when this process is gone, so nothing here needs to stop them.
static MOTO: LazyLock<(Running, String)> = LazyLock::new(|| emulator("moto"));
static MINISTACK: LazyLock<(Running, String)> = LazyLock::new(|| emulator("ministack"));

impl Endpoint {
    /// A sandbox of its own, or the run's emulator.
    pub fn open(place: Place) -> Self {
        let endpoint = match place {
            Place::Sandbox => Self::sandbox(&[]),
            Place::Moto => Self { place, url: MOTO.1.clone(), sandbox: None },
            Place::Ministack => Self { place, url: MINISTACK.1.clone(), sandbox: None },
        };
        report::note("endpoint", place.name());
        endpoint
    }

    /// A sandbox with further arguments.
    pub fn sandbox(arguments: &[&str]) -> Self {
        let mut command = Command::new(provider_binary());
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--exit-with-parent", "--lifetime", "900"]).args(arguments);
        let mut running = Running::start(command);
        let url = running.wait_for("sandbox listening on ", Duration::from_secs(30));
        Self { place: Place::Sandbox, url, sandbox: Some(running) }
    }

    /// What the sandbox was asked so far, one entry a request. The emulators keep no journal.
    pub fn journal(&self) -> Vec<Entry> {
        assert!(self.sandbox.is_some(), "{} keeps no journal", self.place.name());
        journal::read(&self.url)
    }

    /// Forgets the journal.
    pub fn clear_journal(&self) {
        let answer = http::request(&self.url, "DELETE", "/_sandbox/requests", &[], b"");
        assert!(answer.status < 300, "{}", answer.text());
    }

    /// Orders faults and facts of the sandbox, such as `{ "deny": { "action": "iam:GetRole" } }`.
    pub fn turn(&self, knobs: &Value) {
        let answer = http::request(&self.url, "POST", "/_sandbox/knobs", &[], knobs.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Names of the operations in the journal, in order.
    pub fn operations(&self) -> Vec<String> {
        self.journal().into_iter().map(|entry| entry.operation).collect()
    }

    /// The operations in the journal that change something.
    pub fn writes(&self) -> Vec<String> {
        self.journal().into_iter().filter(|entry| entry.write).map(|entry| entry.operation).collect()
    }
}

fn emulator(name: &str) -> (Running, String) {
    // The port is chosen a moment before it is bound; should another process take it meanwhile, a second start finds another.
    let mut command = Command::new(tool(name));
    command.env_remove("AWS_CA_BUNDLE").env("AWS_EC2_METADATA_DISABLED", "true");
    let mut running = Running::start(command);
    let url = running.wait_for(&format!("{name} listening on "), Duration::from_secs(90));
    (running, url)
}
