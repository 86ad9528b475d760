//! The command lines tests run on: those of the toolbox, every `terraform` and `tofu` on `PATH`, and those that the environment names.
//!
//! Everything runs on Terraform 1.15.5 and OpenTofu 1.6.2, the two ends of what is supported and both products. A short life of each kind
//! of resource runs on all of them. `COGNITOMFA_EVERY_CLI=1` runs everything on all.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use super::running::Running;
use super::{Output, report, tool, toolbox};

/// A Terraform or OpenTofu executable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cli {
    /// `Terraform` or `OpenTofu`.
    pub product: String,
    /// Major, minor, patch.
    pub version: (u32, u32, u32),
    /// The executable.
    pub program: PathBuf,
}

impl Cli {
    /// Whether it is Terraform of at least this version, or OpenTofu of at least the other one.
    pub fn has(&self, terraform: (u32, u32), opentofu: (u32, u32)) -> bool {
        let least = if self.product == "OpenTofu" { opentofu } else { terraform };
        (self.version.0, self.version.1) >= least
    }

    /// Import by identity came with 1.12 of both.
    pub fn imports_by_identity(&self) -> bool {
        self.has((1, 12), (1, 12))
    }

    /// Product and version, such as `Terraform 1.15.5`.
    pub fn name(&self) -> String {
        let (major, minor, patch) = self.version;
        format!("{} {major}.{minor}.{patch}", self.product)
    }
}

/// Executables of the toolbox that everything runs on, with what they are.
const WHOLE: [(&str, &str); 2] = [("terraform-1.15.5", "Terraform 1.15.5"), ("tofu-1.6.2", "OpenTofu 1.6.2")];
/// Executables of the toolbox that a short life runs on.
const SHORT: [(&str, &str); 3] =
    [("terraform-1.6.6", "Terraform 1.6.6"), ("terraform-1.9.8", "Terraform 1.9.8"), ("terraform-1.13.5", "Terraform 1.13.5")];

/// All of them, and how many of the first ones everything runs on.
static KNOWN: LazyLock<(Vec<Cli>, usize)> = LazyLock::new(|| {
    let mut clis: Vec<Cli> = WHOLE.iter().filter_map(|(executable, name)| pinned(executable, name)).collect();
    named().iter().for_each(|program| add(&mut clis, read(program)));
    let whole = clis.len();
    clis.extend(SHORT.iter().filter_map(|(executable, name)| pinned(executable, name)));
    on_path().iter().for_each(|program| add(&mut clis, read(program)));
    let whole = if std::env::var_os("COGNITOMFA_EVERY_CLI").is_some() { clis.len() } else { whole };
    for (number, cli) in clis.iter().enumerate() {
        let runs = if number < whole { "everything" } else { "a short life" };
        report::note("command line", &format!("{}, {runs} ({})", cli.name(), cli.program.display()));
    }
    (clis, whole)
});

/// The command lines that everything runs on, Terraform 1.15.5 first.
pub fn all() -> &'static [Cli] {
    let (clis, whole) = &*KNOWN;
    &clis[..*whole]
}

/// Every command line of this run, those of [`all`] first.
pub fn every() -> &'static [Cli] {
    &KNOWN.0
}

/// The same release twice would only cost time.
fn add(clis: &mut Vec<Cli>, cli: Cli) {
    if !clis.iter().any(|known| known.name() == cli.name()) {
        clis.push(cli);
    }
}

/// One of the toolbox. OpenTofu comes by npm: without npm it is not there, and the report says so.
fn pinned(executable: &str, name: &str) -> Option<Cli> {
    let is_there = toolbox().join("bin").join(executable).is_file();
    if !is_there && executable.starts_with("tofu") && !has_npm() {
        report::note("not run", &format!("{name}: it comes by npm, which is not on PATH"));
        return None;
    }
    let cli = read(&tool(executable));
    assert_eq!(cli.name(), name, "the toolbox has another version; run scripts/toolbox.py install");
    Some(cli)
}

fn has_npm() -> bool {
    directories().iter().any(|directory| directory.join("npm").is_file())
}

fn directories() -> Vec<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect()
}

/// Executables named by `COGNITOMFA_TEST_CLIS`, separated like the entries of `PATH`. One that is missing is an error.
fn named() -> Vec<PathBuf> {
    let list = std::env::var_os("COGNITOMFA_TEST_CLIS").unwrap_or_default();
    let named: Vec<PathBuf> = std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect();
    for program in &named {
        assert!(program.is_file(), "COGNITOMFA_TEST_CLIS names {}, which is not a file", program.display());
    }
    named
}

fn on_path() -> Vec<PathBuf> {
    let mut seen = BTreeSet::new();
    directories()
        .iter()
        .flat_map(|directory| ["terraform", "tofu"].map(|name| directory.join(name)))
        .filter(|program| program.is_file())
        .filter(|program| seen.insert(program.canonicalize().unwrap_or_else(|_| program.clone())))
        .collect()
}

fn read(program: &Path) -> Cli {
    let mut command = Command::new(program);
    command.arg("version").env_clear().env("CHECKPOINT_DISABLE", "1").env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let output = Running::start(command).finish(Duration::from_secs(60)).expect_code(0);
    parse(&output).unwrap_or_else(|| panic!("{} tells no version\n{}", program.display(), output.transcript())).at(program)
}

impl Cli {
    fn at(mut self, program: &Path) -> Self {
        self.program = program.to_owned();
        self
    }
}

/// Reads `Terraform v1.11.4` or `OpenTofu v1.10.0-rc1`.
fn parse(output: &Output) -> Option<Cli> {
    let (product, version) = output.stdout.lines().next()?.split_once(" v")?;
    let release = version.split(['-', '+', ' ']).next()?;
    let mut numbers = release.split('.').map(str::parse);
    let version = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some(Cli { product: product.to_owned(), version, program: PathBuf::new() })
}
