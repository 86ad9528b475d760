//! What several tests use: processes that end by themselves, command lines, endpoints.

pub mod aws;
pub mod clis;
pub mod core_rules;
pub mod crowd;
pub mod endpoints;
pub mod http;
pub mod journal;
pub mod output;
pub mod planned;
pub mod plugin_client;
pub mod plugin_process;
pub mod report;
pub mod running;
pub mod terminal;
pub mod workspace;

pub use aws::Aws;
pub use clis::Cli;
pub use endpoints::{Endpoint, Place};
pub use output::Output;
pub use workspace::Workspace;

use std::path::{Path, PathBuf};

/// The provider's executable, as Cargo built it for this test run.
pub fn provider_binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_terraform-provider-cognitomfa"))
}

/// Root of the source tree.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where `scripts/toolbox.py` installs Terraform 1.15.5 and the emulators.
pub fn toolbox() -> PathBuf {
    std::env::var_os("COGNITOMFA_TOOLBOX").map_or_else(|| repository().join("target/toolbox"), PathBuf::from)
}

/// An executable of the toolbox; a test that needs it fails here when it has not been installed.
pub fn tool(name: &str) -> PathBuf {
    let program = toolbox().join("bin").join(name);
    assert!(program.is_file(), "{} is not there. Install it with: scripts/toolbox.py install", program.display());
    program
}
