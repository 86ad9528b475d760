//! The command line of the same binary: what it does when a person starts it.

mod explain;
mod markdown;
mod matrix;
mod rules;
mod sandbox;
mod terminal;
mod words;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

/// Tools around multi-factor authentication on Amazon Cognito user pools.
///
/// Terraform and OpenTofu start this program as a provider; started by hand it offers these commands.
#[derive(Debug, Parser)]
#[command(name = "terraform-provider-cognitomfa", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Explain a rule, or a step from one MFA mode to another.
    Explain(explain::Arguments),
    /// List every rule about a change.
    Rules(rules::Arguments),
    /// Show what becomes of each step between MFA modes.
    Matrix(matrix::Arguments),
    /// Serve a strict AWS endpoint on loopback that refuses what AWS refuses.
    Sandbox(sandbox::Arguments),
}

/// Runs the command the arguments name. Exit code 2 stands for arguments that cannot be read; without any, help is printed.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nowhere is left to say that stdout or stderr is closed.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { ExitCode::SUCCESS } else { ExitCode::from(2) };
        }
    };
    match arguments.command {
        Some(Command::Explain(arguments)) => explain::run(&arguments),
        Some(Command::Rules(arguments)) => rules::run(&arguments),
        Some(Command::Matrix(arguments)) => matrix::run(&arguments),
        Some(Command::Sandbox(arguments)) => sandbox::run(arguments),
        None => match Arguments::command().print_help() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
    }
}
