//! Child processes with a bound on their time, killed with their whole process group when they are dropped.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Output;

/// A running child. Its output goes to unnamed files, so that it can never block on a full pipe.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdout: File,
    stderr: File,
    what: String,
}

impl Running {
    /// Starts a command in a process group of its own, with no standard input.
    pub fn start(mut command: Command) -> Self {
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let what = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let stdout = tempfile::tempfile().unwrap();
        let stderr = tempfile::tempfile().unwrap();
        command.stdin(Stdio::null()).stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap()).process_group(0);
        let child = command.spawn().unwrap_or_else(|error| panic!("Unable to start {what}: {error}"));
        Self { child, stdout, stderr, what }
    }

    /// Process id, which is the id of the process group too.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Standard output so far.
    pub fn stdout(&self) -> String {
        text(&self.stdout)
    }

    /// Standard error so far.
    pub fn stderr(&self) -> String {
        text(&self.stderr)
    }

    /// Waits for the end; kills it and panics when the limit passes.
    pub fn finish(mut self, limit: Duration) -> Output {
        let end = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
                return Output { code, stdout: self.stdout(), stderr: self.stderr(), what: self.what.clone() };
            }
            assert!(Instant::now() < end, "{} was not done after {limit:?}\n{}\n{}", self.what, self.stdout(), self.stderr());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until a line of standard output holds `marker` and returns what follows it on that line.
    pub fn wait_for(&mut self, marker: &str, limit: Duration) -> String {
        let end = Instant::now() + limit;
        loop {
            let stdout = self.stdout();
            let whole = stdout.rfind('\n').map_or("", |last| &stdout[..last]);
            if let Some(found) = whole.lines().find_map(|line| line.split_once(marker)) {
                return found.1.trim().to_owned();
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{} ended before it said {marker:?}: {ended:?}\n{}", self.what, self.stderr());
            assert!(Instant::now() < end, "{} did not say {marker:?} within {limit:?}\n{}", self.what, self.stderr());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        let group = i32::try_from(self.child.id()).unwrap_or_default();
        if group > 1 && matches!(self.child.try_wait(), Ok(None)) {
            // SAFETY: the child is not reaped yet, so the id is still that of the group it was started in.
            unsafe { libc::kill(-group, libc::SIGKILL) };
            let _ = self.child.wait();
        }
    }
}

/// Reads from the start without moving the position the child writes at.
fn text(file: &File) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = file.read_at(&mut buffer, bytes.len() as u64) {
        bytes.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
