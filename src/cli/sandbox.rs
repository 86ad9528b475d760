//! `sandbox`: the strict AWS endpoint as a process of its own.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::sandbox::http::{Options, StartError, serve};
use crate::sandbox::{Quotas, Switches};

/// What `sandbox` takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address to listen on; loopback only, port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// File that keeps pools, users, roles and policies over restarts
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// File to append every request to, one JSON object a line
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Position of an open question; GET /_sandbox/switches lists them
    #[arg(long = "switch", value_name = "NAME=on|off", value_parser = decode_switch)]
    switches: Vec<(String, bool)>,
    /// Throttle what exceeds AWS's request quotas, such as 20 GetUserPoolMfaConfig and 15 SetUserPoolMfaConfig a second
    #[arg(long)]
    quotas: bool,
    /// What the quotas are multiplied by
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, requires = "quotas")]
    clock: f64,
    /// End when the process that started this one is gone
    #[arg(long)]
    exit_with_parent: bool,
    /// End after this many seconds
    #[arg(long, value_name = "SECONDS")]
    lifetime: Option<u64>,
}

/// Serves until a signal, the end of the parent or of the lifetime. Exit code 1 stands for a sandbox that did not start.
pub fn run(arguments: Arguments) -> ExitCode {
    match start(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: Arguments) -> Result<(), StartError> {
    // Asked before anything else, so that a parent that dies early is still noticed.
    let parent = arguments.exit_with_parent.then(parent_id).flatten();
    let mut switches = Switches::default();
    for (name, on) in &arguments.switches {
        switches.set(name, *on).map_err(StartError)?;
    }
    let quotas = arguments.quotas.then(|| Quotas::at(arguments.clock)).transpose().map_err(StartError)?;
    let Arguments { listen, data, log, lifetime, .. } = arguments;
    let options = Options { listen, data, log, switches, quotas };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError(format!("Unable to start the sandbox: {error}.")))?;
    runtime.block_on(serve(options, announce, end(parent, lifetime)))
}

fn announce(address: SocketAddr) {
    let mut stdout = std::io::stdout().lock();
    // A starter that does not read the line still gets its sandbox.
    let _ = writeln!(stdout, "sandbox listening on http://{address}").and_then(|()| stdout.flush());
}

async fn end(parent: Option<u32>, lifetime: Option<u64>) {
    tokio::select! {
        () = interrupted() => {}
        () = orphaned(parent) => {}
        () = elapsed(lifetime) => {}
    }
}

#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}

async fn orphaned(parent: Option<u32>) {
    if parent.is_none() {
        return std::future::pending().await;
    }
    while parent_id() == parent {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn elapsed(lifetime: Option<u64>) {
    match lifetime {
        Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
        None => std::future::pending().await,
    }
}

#[cfg(unix)]
fn parent_id() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

/// Only Unix tells who the parent is; elsewhere `--lifetime` bounds a sandbox.
#[cfg(not(unix))]
fn parent_id() -> Option<u32> {
    None
}

fn decode_switch(text: &str) -> Result<(String, bool), String> {
    match text.split_once('=') {
        Some((name, "on")) => Ok((name.to_owned(), true)),
        Some((name, "off")) => Ok((name.to_owned(), false)),
        _ => Err("a switch reads NAME=on or NAME=off".to_owned()),
    }
}
