//! A workspace with some pools behind an injector, on which one fault after another is tried.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::injector::Injector;
use super::invariants;
use crate::support::aws::unique;
use crate::support::running::Running;
use crate::support::workspace::{SECRET, provider_block};
use crate::support::{Aws, Cli, Endpoint, Output, Workspace};

/// The session token of the test credentials: as secret as the key.
pub const TOKEN: &str = "canary-token/8KdVr2LwQyJx5TzGm1NfAhUoE9BpSc7iRt4XqY";
/// No command takes longer, however busy the machine is.
const LIMIT: Duration = Duration::from_secs(200);
/// How long a spoiled operation may take. Long enough for two attempts and a question what became of the first.
const TIMEOUTS: &str = "timeouts = { create = \"4s\", read = \"4s\", update = \"4s\", delete = \"4s\" }";

/// What Terraform is asked to do while requests are spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A plan of what is so already.
    Refresh,
    /// A plan of a change.
    Plan,
    /// `OFF` to `OPTIONAL`, without a state.
    Create,
    /// `OPTIONAL` to `ON`.
    Update,
    /// `OPTIONAL` to `OFF`, by destroying the resource.
    Destroy,
    /// Into an empty state.
    Import,
}

impl Operation {
    pub const ALL: [Self; 6] = [Self::Refresh, Self::Plan, Self::Create, Self::Update, Self::Destroy, Self::Import];
    pub const READS: [Self; 3] = [Self::Refresh, Self::Plan, Self::Import];
    pub const WRITES: [Self; 3] = [Self::Create, Self::Update, Self::Destroy];

    /// The mode before, and the mode that is wanted.
    pub fn modes(self) -> (&'static str, &'static str) {
        match self {
            Self::Refresh | Self::Import => ("OPTIONAL", "OPTIONAL"),
            Self::Plan | Self::Update => ("OPTIONAL", "ON"),
            Self::Create => ("OFF", "OPTIONAL"),
            Self::Destroy => ("OPTIONAL", "OFF"),
        }
    }

    fn has_state(self) -> bool {
        !matches!(self, Self::Create | Self::Import)
    }
}

/// One command line, one sandbox, one injector, one workspace.
pub struct Bench {
    pub aws: Aws,
    pub sandbox: Endpoint,
    pub injector: Injector,
    pub workspace: Workspace,
    pub pools: Vec<String>,
    /// Whether the command under test writes a trace of everything.
    pub traced: bool,
    parallelism: String,
    settled: Option<String>,
}

impl Bench {
    /// A bench whose commands run with this `-parallelism`, on so many pools.
    pub fn new(cli: &Cli, parallelism: usize, pools: usize) -> Self {
        let sandbox = Endpoint::sandbox(&[]);
        let injector = Injector::start(&sandbox.url);
        let aws = Aws::at(&sandbox.url);
        let pools = (0..pools).map(|_| aws.create_pool(&unique("faults"))).collect();
        let mut workspace = Workspace::at(cli, &injector.url);
        workspace.set("AWS_SESSION_TOKEN", TOKEN);
        let parallelism = format!("-parallelism={parallelism}");
        Self { aws, sandbox, injector, workspace, pools, traced: true, parallelism, settled: None }
    }

    /// Brings pools, state and configuration to where the operation begins.
    pub fn prepare(&mut self, operation: Operation) {
        self.injector.up();
        self.injector.order(Vec::new());
        let (before, wanted) = operation.modes();
        self.set_pools(before);
        for name in ["terraform.tfstate", "terraform.tfstate.backup", "saved.tfplan", ".terraform.tfstate.lock.info"] {
            let _ = std::fs::remove_file(self.file(name));
        }
        if operation.has_state() {
            if self.settled.is_none() {
                self.configure("OPTIONAL");
                self.run(&["apply", "-auto-approve", "-lock=false"]).expect_code(0);
                self.settled = Some(std::fs::read_to_string(self.file("terraform.tfstate")).unwrap());
            }
            std::fs::write(self.file("terraform.tfstate"), self.settled.as_ref().unwrap()).unwrap();
        }
        self.configure(if operation == Operation::Destroy { before } else { wanted });
        self.sandbox.clear_journal();
        self.injector.take_seen();
    }

    /// Sets every pool by hand.
    pub fn set_pools(&self, mode: &str) {
        for pool in &self.pools {
            self.set_pool(pool, mode);
        }
    }

    /// Sets one pool by hand, as somebody at the console does.
    pub fn set_pool(&self, pool: &str, mode: &str) {
        match mode {
            "OFF" => drop(self.aws.set_mfa(pool, json!({ "MfaConfiguration": "OFF" })).unwrap()),
            mode => self.aws.set_token(pool, mode),
        }
    }

    /// Writes the configuration with every pool in this mode.
    pub fn configure(&self, mode: &str) {
        self.workspace.write("provider.tf", &provider_block(&self.injector.url, ""));
        let factor = if mode == "OFF" { "" } else { "software_token_mfa_configuration = { enabled = true }" };
        let resources: Vec<String> = self.pools.iter().enumerate().map(|(number, pool)| {
            format!(
                "resource \"cognitomfa_user_pool_mfa\" \"p{number}\" {{\n  user_pool_id = \"{pool}\"\n  mfa_configuration = \"{mode}\"\n  \
                 deletion_policy = \"OFF\"\n  {factor}\n  {TIMEOUTS}\n}}\n"
            )
        }).collect();
        self.workspace.write("main.tf", &resources.concat());
    }

    /// Does what the operation is about.
    pub fn perform(&mut self, operation: Operation) -> Output {
        match operation {
            Operation::Refresh => self.run(&["plan", "-detailed-exitcode", "-lock=false"]),
            Operation::Plan => self.run(&["plan", "-detailed-exitcode", "-lock=false", "-out=saved.tfplan"]),
            Operation::Create | Operation::Update => self.run(&["apply", "-auto-approve", "-lock=false"]),
            Operation::Destroy => self.run(&["destroy", "-auto-approve", "-lock=false"]),
            Operation::Import => {
                let pool = self.pools[0].clone();
                self.run(&["import", "-lock=false", "cognitomfa_user_pool_mfa.p0", &pool])
            }
        }
    }

    /// Runs a command under the bench's `-parallelism`, tracing it where that is wanted, and looks for what no command may show.
    pub fn run(&mut self, arguments: &[&str]) -> Output {
        let running = self.begin(arguments);
        let output = running.finish(LIMIT);
        invariants::expect_no_secret_and_no_crash(self, &output);
        output
    }

    /// Starts a command.
    pub fn begin(&mut self, arguments: &[&str]) -> Running {
        let _ = std::fs::remove_file(self.log());
        if self.traced {
            self.workspace.set("TF_LOG", "TRACE");
            self.workspace.set("TF_LOG_PATH", self.log().to_str().unwrap());
        } else {
            self.workspace.unset("TF_LOG");
            self.workspace.unset("TF_LOG_PATH");
        }
        let (verb, rest) = arguments.split_first().unwrap();
        let mut all = vec![*verb, "-no-color", "-input=false"];
        if *verb != "import" {
            all.push(&self.parallelism);
        }
        all.extend(rest);
        Running::start(self.workspace.command(&all))
    }

    /// The trace of the last command.
    pub fn log(&self) -> PathBuf {
        self.file("trace.log")
    }

    /// A file of the workspace.
    pub fn file(&self, name: &str) -> PathBuf {
        self.workspace.path().join(name)
    }

    /// The pools that the state has, with their attributes; empty without a state.
    pub fn state(&self) -> Vec<Value> {
        let Ok(text) = std::fs::read_to_string(self.file("terraform.tfstate")) else { return Vec::new() };
        let state: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("the state is no JSON: {error}\n{text}"));
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        resources.iter().flat_map(|resource| resource["instances"].as_array().cloned().unwrap_or_default()).collect()
    }

    /// Secrets that nobody may ever see.
    pub fn canaries(&self) -> [&'static str; 2] {
        [SECRET, TOKEN]
    }
}
