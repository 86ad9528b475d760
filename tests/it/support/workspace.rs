//! A directory with configuration, in which one command line runs against one endpoint and sees nothing else of the machine.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::aws::REGION;
use super::running::Running;
use super::{Cli, Output, provider_binary, repository};

/// How the provider begins to tell that AWS refused a write. No scenario may come so far: the plan has to say it first.
const REFUSED: &str = "AWS refused cognito-idp:SetUserPoolMfaConfig";

/// Secret of the test credentials: it must never be seen in any output.
pub const SECRET: &str = "canary/Zq3vXw7TnB8sLk2PfYd9RmHgJc5EaUo1NiQtCxWb";

/// No command of these tests takes longer, however busy the machine is.
pub const LIMIT: Duration = Duration::from_secs(180);

/// A temporary directory with configuration files; gone when it is dropped.
#[derive(Debug)]
pub struct Workspace {
    directory: tempfile::TempDir,
    /// The command line used.
    pub cli: Cli,
    environment: Vec<(OsString, OsString)>,
}

impl Workspace {
    /// An empty workspace with the provider installed by `dev_overrides`.
    pub fn new(cli: &Cli) -> Self {
        let directory = tempfile::Builder::new().prefix("mfa").tempdir().unwrap();
        let root = directory.path();
        for name in ["home", "tmp", "plugin"] {
            std::fs::create_dir(root.join(name)).unwrap();
        }
        let plugin = root.join("plugin");
        std::os::unix::fs::symlink(provider_binary(), plugin.join("terraform-provider-cognitomfa")).unwrap();
        let overrides = format!("dev_overrides {{ \"cognitomfa/cognitomfa\" = \"{}\" }}", plugin.display());
        std::fs::write(root.join("cli.tfrc"), format!("provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n")).unwrap();
        let mut workspace = Self { cli: cli.clone(), environment: Vec::new(), directory };
        workspace.set_environment();
        workspace
    }

    /// A workspace whose provider block names the endpoint at `url`; the credentials are in its environment.
    pub fn at(cli: &Cli, url: &str) -> Self {
        let mut workspace = Self::new(cli);
        workspace.write("provider.tf", &provider_block(url, ""));
        workspace.set("AWS_ACCESS_KEY_ID", "testing");
        workspace.set("AWS_SECRET_ACCESS_KEY", SECRET);
        workspace
    }

    fn set_environment(&mut self) {
        let root = self.path();
        let place = |name: &str| root.join(name).into_os_string();
        let mut all: Vec<(OsString, OsString)> = vec![
            ("HOME".into(), place("home")),
            ("TMPDIR".into(), place("tmp")),
            ("TF_CLI_CONFIG_FILE".into(), place("cli.tfrc")),
            ("PATH".into(), std::env::var_os("PATH").unwrap_or_default()),
        ];
        for (name, value) in [
            ("CHECKPOINT_DISABLE", "1"),
            ("TF_IN_AUTOMATION", "1"),
            ("TF_INPUT", "0"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("LANG", "C.UTF-8"),
        ] {
            all.push((name.into(), value.into()));
        }
        self.environment = all;
    }

    /// The directory.
    pub fn path(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Takes a variable away from all further commands.
    pub fn unset(&mut self, name: &str) {
        self.environment.retain(|(known, _)| known != name);
    }

    /// Sets a variable for all further commands.
    pub fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.environment.push((name.into(), value.into()));
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.path().join(name), text).unwrap();
        self
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path().join(name)).unwrap();
    }

    /// Copies the configuration of a directory under `examples/`.
    pub fn copy_example(&self, example: &str) -> &Self {
        let source = repository().join("examples").join(example);
        for entry in std::fs::read_dir(&source).unwrap_or_else(|error| panic!("{}: {error}", source.display())) {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                std::fs::copy(&path, self.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        self
    }

    /// A command as it would be run, for tests that run it themselves.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.cli.program);
        command.args(arguments).current_dir(self.path()).env_clear().envs(self.environment.iter().cloned());
        command
    }

    /// Runs a command and checks what holds for every command: no crash, no broken protocol, no secret.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let _turn = Turn::take();
        let output = Running::start(self.command(arguments)).finish(LIMIT);
        for forbidden in
            ["Provider produced", "Plugin did not respond", "Plugin error", "panic: ", "stack trace", REFUSED, SECRET]
        {
            assert!(!output.says(forbidden), "It says {forbidden:?}.\n{}", output.transcript());
        }
        output
    }

    /// `plan -detailed-exitcode`: 0 without a change, 2 with one, 1 on an error.
    pub fn plan(&self, arguments: &[&str]) -> Output {
        self.run(&[&["plan", "-no-color", "-input=false", "-lock=false", "-detailed-exitcode"], arguments].concat())
    }

    /// `apply -auto-approve`.
    pub fn apply(&self, arguments: &[&str]) -> Output {
        self.run(&[&["apply", "-no-color", "-input=false", "-lock=false", "-auto-approve"], arguments].concat())
    }

    /// `destroy -auto-approve`.
    pub fn destroy(&self) -> Output {
        self.run(&["destroy", "-no-color", "-input=false", "-lock=false", "-auto-approve"])
    }

    /// `plan -json`.
    pub fn plan_json(&self) -> Output {
        self.run(&["plan", "-json", "-input=false", "-lock=false"])
    }

    /// `validate -json`.
    pub fn validate_json(&self) -> Output {
        self.run(&["validate", "-json"])
    }

    /// Plans into a file and shows it as JSON.
    #[track_caller]
    pub fn planned(&self, arguments: &[&str]) -> Value {
        let output = self.plan(&[&["-out=saved.tfplan"], arguments].concat());
        assert_ne!(output.code, 1, "{}", output.transcript());
        self.run(&["show", "-json", "saved.tfplan"]).expect_code(0).json()
    }

    /// The state as JSON.
    #[track_caller]
    pub fn state(&self) -> Value {
        self.run(&["show", "-json"]).expect_code(0).json()
    }

    /// Attributes of `cognitomfa_user_pool_mfa.this` in the state.
    #[track_caller]
    pub fn attributes(&self) -> Value {
        self.state()["values"]["root_module"]["resources"][0]["values"].clone()
    }

    /// Fails when a plan, with and without a refresh, wants to change anything.
    #[track_caller]
    pub fn expect_no_change(&self) {
        self.plan(&[]).expect_code(0);
        self.plan(&["-refresh=false"]).expect_code(0);
    }
}

/// `required_providers` and a provider block that talks to `url`; `more` goes into the block.
pub fn provider_block(url: &str, more: &str) -> String {
    format!(
        r#"terraform {{
  required_providers {{
    cognitomfa = {{ source = "cognitomfa/cognitomfa" }}
  }}
}}

provider "cognitomfa" {{
  region = "{REGION}"
  {more}

  endpoints {{
    cognitoidp = "{url}"
    iam        = "{url}"
    sns        = "{url}"
    sts        = "{url}"
  }}
}}
"#
    )
}

/// What is still in the workspace's own temporary directory.
pub fn leftovers(workspace: &Workspace) -> Vec<PathBuf> {
    left_in(&workspace.path().join("tmp"))
}

/// What is in a provider's temporary directory and should not be. The turns that the processes of a user share are meant to stay.
pub fn left_in(place: &Path) -> Vec<PathBuf> {
    let turns = format!("cognitomfa-{}", std::fs::metadata(place).unwrap().uid());
    let all = std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.file_name().is_none_or(|name| name != turns.as_str())).collect()
}

/// A place among the commands running at once: more of them than cores only makes each slower.
struct Turn;

static FREE: LazyLock<(Mutex<usize>, Condvar)> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    (Mutex::new(cores + 1), Condvar::new())
});

impl Turn {
    fn take() -> Self {
        let free = FREE.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = FREE.1.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *FREE.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        FREE.1.notify_one();
    }
}
