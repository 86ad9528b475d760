//! How Terraform starts and reaches this process: handshake line, TLS, socket and the services of go-plugin.

mod accept;
mod crash;
mod environment;
#[doc(hidden)]
pub mod fuzzing;
mod handshake;
mod lifetime;
mod log;
mod redact;
mod server;
mod services;
mod socket;
mod tls;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use tokio::runtime::Runtime;

use environment::Launch;
use lifetime::{Signals, Watch};
use socket::Socket;
use tls::ServerIdentity;

pub use environment::{Caller, caller};

/// What a plugin host of another kind, or a person who copied its variables, is told.
pub const STRANGER_HINT: &str = "This program is a provider for Terraform and OpenTofu, which start it themselves. The environment has variables \
     of a plugin host, but the value of `TF_PLUGIN_MAGIC_COOKIE` is not theirs. Use it through a `required_providers` \
     block, or start it from a shell without `PLUGIN_*` variables to see its own commands.";

/// Why the process could not begin to serve. Its text is for a person and goes to standard error, before any handshake line.
#[derive(Debug)]
pub enum StartError {
    /// `PLUGIN_CLIENT_CERT` was sent but names no client that could be authenticated.
    ClientCertificate {
        /// What is wrong with the value, without the value.
        reason: String,
    },
    /// `PLUGIN_UNIX_SOCKET_GROUP` names no group.
    SocketGroup {
        /// The group as it was given.
        group: String,
        /// Why it cannot be used.
        reason: String,
    },
    /// No directory would take the socket.
    Socket {
        /// Each place and what went wrong there.
        tried: Vec<String>,
    },
    /// Our own certificate or TLS settings could not be made.
    ServerIdentity {
        /// What failed.
        reason: String,
    },
    /// The system refused threads, signals or an event queue.
    Runtime(io::Error),
    /// The handshake line could not be written.
    Output(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientCertificate { reason } => write!(
                out,
                "Unable to read the client certificate in `PLUGIN_CLIENT_CERT`: {reason}. Nothing is served, because without \
                 it the connection would not be protected. Start the provider through Terraform or OpenTofu, which set \
                 this variable themselves."
            ),
            Self::SocketGroup { group, reason } => write!(
                out,
                "Unable to give the socket to the group {group:?} of `PLUGIN_UNIX_SOCKET_GROUP`: {reason}. Set it to a group \
                 of `/etc/group` or to a group's number."
            ),
            Self::Socket { tried } => write!(
                out,
                "Unable to create a Unix socket ({}). Set `TMPDIR` to a directory that is writable and has a short path.",
                tried.join("; ")
            ),
            Self::ServerIdentity { reason } => write!(
                out,
                "Unable to prepare the connection to Terraform: {reason}. Check that the system provides random numbers and \
                 that its clock is set, and report it as a bug of this provider if both are so."
            ),
            Self::Runtime(error) => write!(
                out,
                "Unable to start: the system refused a thread, a signal or an event queue ({error}). Raise the limits on \
                 processes and open files."
            ),
            Self::Output(error) => write!(
                out,
                "Unable to write to standard output ({error}). Start the provider through Terraform or OpenTofu, which read it."
            ),
        }
    }
}

impl std::error::Error for StartError {}

/// Serves Terraform until it says `Shutdown`, dies or goes away. Blocks; call it first thing in `main`.
pub fn serve() -> ExitCode {
    let parent = std::os::unix::process::parent_id();
    crash::install_hook();
    log::install(|name| std::env::var(name).ok());
    report(serve_host(parent))
}

/// Serves whoever gets the printed `TF_REATTACH_PROVIDERS` line, without TLS, until Ctrl-C. Blocks.
pub fn debug() -> ExitCode {
    crash::install_hook();
    log::install(|name| std::env::var(name).ok());
    report(serve_person())
}

/// Tells the user on standard error that this process was started by something that is not Terraform.
pub fn refuse_stranger() -> ExitCode {
    let _ = writeln!(io::stderr(), "{STRANGER_HINT}");
    ExitCode::FAILURE
}

fn serve_host(parent: u32) -> Result<(), StartError> {
    let launch = Launch::parse(|name| std::env::var_os(name))?;
    if !launch.protocol_offered {
        tracing::warn!("The host does not speak protocol 6; it will refuse this provider");
    }
    let identity = launch.client_certificate.clone().map(ServerIdentity::new).transpose()?;
    let certificate = identity.as_ref().map(|identity| identity.certificate.clone());
    let line = |socket: &str| handshake::line(launch.protocol, socket, certificate.as_deref(), launch.multiplex_field);
    run(Some(&launch), identity, Watch::Host { parent }, line)
}

fn serve_person() -> Result<(), StartError> {
    let line = |socket: &str| handshake::reattach_line(std::process::id(), socket);
    run(None, None, Watch::Person, line)
}

fn run(
    launch: Option<&Launch>,
    identity: Option<ServerIdentity>,
    watch: Watch,
    line: impl Fn(&str) -> String,
) -> Result<(), StartError> {
    let runtime = runtime().map_err(StartError::Runtime)?;
    let signals = {
        let _entered = runtime.enter();
        Signals::register().map_err(StartError::Runtime)?
    };
    let socket = Socket::bind(launch)?;
    for place in &socket.passed_over {
        tracing::warn!(place, "The socket is not where it was wanted");
    }
    let listener = socket.listener.try_clone().map_err(StartError::Runtime)?;
    handshake::print(&line(&socket.address)).map_err(StartError::Output)?;
    let served = runtime.block_on(server::run(listener, identity.map(|identity| identity.config), signals, watch));
    drop(socket);
    // Calls that were given up are not waited for.
    runtime.shutdown_background();
    served.map_err(StartError::Runtime)
}

/// Bytes of stack for each worker. The SDK hands the members of a whole user pool from call to call by value, and a build without
/// optimization needs more than the usual 2 MiB for that. Memory that is not touched costs nothing.
const WORKER_STACK: usize = 8 << 20;

/// Two workers: enough that a slow call never holds up the others, and quick to start.
fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_stack_size(WORKER_STACK).enable_all().build()
}

fn report(outcome: Result<(), StartError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}
