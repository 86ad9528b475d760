//! The command lines tests run on: Terraform 1.15.5 of the toolbox always, and every `terraform` and `tofu` that can be found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use super::running::Running;
use super::{Output, report, tool};

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

static ALL: LazyLock<Vec<Cli>> = LazyLock::new(|| {
    let pinned = read(&tool("terraform-1.15.5"));
    assert_eq!(pinned.name(), "Terraform 1.15.5", "the toolbox has another version; run scripts/toolbox.py install");
    let mut clis = vec![pinned];
    for program in named().into_iter().chain(on_path()) {
        let cli = read(&program);
        // The same release twice would only cost time.
        if !clis.iter().any(|known| known.name() == cli.name()) {
            clis.push(cli);
        }
    }
    for cli in &clis {
        report::note("command line", &format!("{} ({})", cli.name(), cli.program.display()));
    }
    clis
});

/// Every command line of this run, Terraform 1.15.5 first.
pub fn all() -> &'static [Cli] {
    &ALL
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
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut seen = BTreeSet::new();
    std::env::split_paths(&path)
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
