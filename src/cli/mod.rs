//! The command line of the same binary: what it does when a person starts it.

use std::io::Write;
use std::process::ExitCode;

/// Reads the process's arguments, runs the command they name and returns its exit code.
pub fn run() -> ExitCode {
    let _ = writeln!(std::io::stderr(), "This is a provider for Terraform and OpenTofu, which start it themselves.");
    ExitCode::FAILURE
}
