//! A real plugin process with an environment of its own, ended with the value at the latest.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls_pki_types::CertificateDer;
use tempfile::TempDir;

use super::plugin_client::{Client, Credential};

/// The value that makes the binary a plugin.
pub const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/// Until then a process has answered or ended, on any machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The plugin, and the directory it was given for its socket.
pub struct PluginProcess {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    place: TempDir,
}

impl PluginProcess {
    /// Starts it as Terraform would, trusting the credential.
    pub fn trusting(credential: &Credential) -> Self {
        Self::start(&[("PLUGIN_CLIENT_CERT", &credential.pem())])
    }

    /// Starts it as Terraform would, with more variables.
    pub fn start(variables: &[(&str, &str)]) -> Self {
        let host = [("TF_PLUGIN_MAGIC_COOKIE", COOKIE), ("PLUGIN_PROTOCOL_VERSIONS", "5,6")];
        let mut all = host.to_vec();
        all.retain(|(name, _)| !variables.iter().any(|(other, _)| other == name));
        all.extend(variables);
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_terraform-provider-cognitomfa")), &all)
    }

    /// Starts it through a shell line in which `"$0"` is the executable.
    pub fn through_shell(script: &str, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_terraform-provider-cognitomfa")]);
        let host = [("TF_PLUGIN_MAGIC_COOKIE", COOKIE), ("PLUGIN_PROTOCOL_VERSIONS", "5,6")];
        Self::spawn(command, &[&host, variables].concat())
    }

    /// Starts it with arguments, as a person does.
    pub fn by_hand(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-cognitomfa"));
        command.args(arguments);
        Self::spawn(command, variables)
    }

    fn spawn(mut command: Command, variables: &[(&str, &str)]) -> Self {
        let place = tempfile::Builder::new().prefix("p").tempdir_in("/tmp").unwrap();
        command.env_clear().env("PATH", "/usr/bin:/bin").env("TMPDIR", place.path()).envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Self { child, stdout, stderr, place }
    }

    /// The next line on standard output; `None` when the stream has ended.
    pub fn line(&self) -> Option<String> {
        next(&self.stdout)
    }

    /// The next line on standard error; `None` when the stream has ended.
    pub fn error_line(&self) -> Option<String> {
        next(&self.stderr)
    }

    /// The handshake line, taken apart.
    pub fn handshake(&self) -> Handshake {
        Handshake::read(&self.line().expect("the process ended without a handshake line"))
    }

    /// Sends a signal by name, such as `INT`.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("/bin/sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(kill.unwrap().success());
    }

    /// Kills the started process outright (through a shell, that is the shell) and leaves its children alone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end by itself, letting this thread's tasks run meanwhile.
    pub async fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < LIMIT, "the process does not end");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The directory for its socket.
    pub fn place(&self) -> &Path {
        self.place.path()
    }

    /// What is in that directory and should not stay.
    pub fn left_behind(&self) -> Vec<PathBuf> {
        super::workspace::left_in(self.place.path())
    }
}

impl Drop for PluginProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The fields of the line that a host reads.
pub struct Handshake {
    pub fields: Vec<String>,
    pub socket: PathBuf,
    pub certificate: Option<CertificateDer<'static>>,
}

impl Handshake {
    fn read(line: &str) -> Self {
        let fields: Vec<String> = line.split('|').map(str::to_owned).collect();
        assert!(fields.len() >= 6, "{line}");
        let der = STANDARD_NO_PAD.decode(&fields[5]).unwrap();
        let certificate = (!der.is_empty()).then(|| CertificateDer::from(der));
        Self { socket: PathBuf::from(&fields[3]), certificate, fields }
    }

    /// A TLS 1.3 client with this credential.
    pub fn client(&self, credential: Option<&Credential>) -> Client {
        self.client_of_version(credential, &rustls::version::TLS13)
    }

    /// A client with one version of TLS only.
    pub fn client_of_version(
        &self,
        credential: Option<&Credential>,
        version: &'static rustls::SupportedProtocolVersion,
    ) -> Client {
        Client::tls(self.socket.clone(), self.certificate.as_ref().unwrap(), credential, version)
    }
}

/// Lines of a stream, read by a thread so that waiting for one can be bounded.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn next(lines: &Receiver<String>) -> Option<String> {
    match lines.recv_timeout(LIMIT) {
        Ok(line) => Some(line),
        Err(RecvTimeoutError::Disconnected) => None,
        Err(RecvTimeoutError::Timeout) => panic!("the process writes nothing and does not end"),
    }
}
