//! Started by Terraform it is a plugin; started by hand, a command-line program.

use std::process::ExitCode;

use cognitomfa::plugin::{self, Caller};

fn main() -> ExitCode {
    match plugin::caller(|name| std::env::var_os(name)) {
        Caller::Terraform => plugin::serve(),
        Caller::OtherHost => plugin::refuse_stranger(),
        Caller::Person if std::env::args_os().nth(1).is_some_and(|argument| argument == "--debug") => plugin::debug(),
        Caller::Person => cognitomfa::cli::run(),
    }
}
