//! The files of a walk: who belongs to it, and what its processes have said.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::process::parent_id;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::claim::{self, Claim};
use crate::aws::own_files::{OwnFiles, name};

/// How long a plan may lie before it is applied and still find what was said when it was made.
const AGE: Duration = Duration::from_secs(14 * 24 * 3600);
/// How many walks are looked at where the one that matters is not known.
const LOOKED_AT: usize = 50;
/// How often a lock that another process has is tried, a millisecond apart. It is held for some microseconds.
const TRIES: u32 = 500;

/// One process in a walk, for as long as this value lives.
#[derive(Debug)]
pub struct Membership {
    /// Id of the walk.
    pub walk: String,
    /// Id of the walk that the same command line made before.
    pub previous: Option<String>,
    files: OwnFiles,
    /// Holds a shared lock: the walk lasts as long as one process of it has one. The system takes it back with the process.
    file: File,
}

impl Membership {
    /// Joins the last walk of this process's parent if a process of it is alive; else begins one.
    ///
    /// # Errors
    /// The directory or a file in it cannot be used.
    pub fn take(place: &Path, fresh_id: impl Fn() -> String) -> io::Result<Self> {
        let files = OwnFiles::open(place)?;
        files.sweep(&["run-", "walk-", "names-"], AGE);
        let mut register = files.file(&format!("run-{}", name(&[&parent()])))?;
        lock(&register)?;
        let mut text = String::new();
        register.read_to_string(&mut text)?;
        let known: Vec<&str> = text.lines().filter(|line| is_id(line)).collect();
        let last = known.last().map(|id| (*id).to_owned());
        if let Some(walk) = &last {
            let file = files.log(&file_name(walk))?;
            // Whoever is in the walk has a shared lock.
            if file.try_lock().is_err() {
                file.try_lock_shared().map_err(io::Error::from)?;
                let previous = known.iter().rev().nth(1).map(|id| (*id).to_owned());
                return Ok(Self { walk: walk.clone(), previous, files, file });
            }
            file.unlock()?;
        }
        let walk = fresh_id();
        let file = files.log(&file_name(&walk))?;
        file.try_lock_shared().map_err(io::Error::from)?;
        register.write_all(format!("{walk}\n").as_bytes())?;
        Ok(Self { walk, previous: last, files, file })
    }

    /// Adds a line to the walk's record. Where that fails, the others do not hear of it.
    pub fn write(&self, claim: &Claim) {
        // One write at the end of the file: lines of several processes do not mix.
        let mut file = &self.file;
        let written = file.write_all(claim.encode().as_bytes());
        if let Err(error) = written {
            tracing::debug!(%error, "what this process plans could not be shared with others of the same run");
        }
    }
}

impl Membership {
    /// A file whose lock stands for an object. There is a bounded number of them: two objects may share one, and wait for each other.
    ///
    /// # Errors
    /// Those of [`OwnFiles::file`].
    pub fn lock_file(&self, object: &str) -> io::Result<File> {
        let name = name(&["object", object]);
        self.files.file(&format!("lock-{}", name.get(..3).unwrap_or_default()))
    }

    /// Whether the command line was seen to validate a block of this type, pool and user.
    pub fn is_named(&self, block: &[&str]) -> bool {
        let mut text = String::new();
        let read = self.files.existing(&names_file()).and_then(|mut file| file.read_to_string(&mut text));
        read.is_ok() && text.lines().any(|line| line == name(block))
    }

    /// Ids of the walks whose files were written to last, the newest first.
    pub fn recent(&self) -> Vec<String> {
        let mut names = self.files.newest("walk-");
        names.truncate(LOOKED_AT);
        names.iter().filter_map(|name| name.strip_prefix("walk-")).map(str::to_owned).collect()
    }
}

/// What the processes of a walk have said, as far as it was read.
#[derive(Debug, Default)]
pub struct Record {
    file: Option<File>,
    offset: u64,
    claims: HashMap<String, Vec<Claim>>,
}

impl Record {
    /// The record of the walk of this id; an empty one where there is none on this machine.
    pub fn open(membership: &Membership, walk: &str) -> Self {
        let file = if is_id(walk) { membership.files.existing(&file_name(walk)).ok() } else { None };
        Self { file, ..Self::default() }
    }

    /// What was said of an object up to now.
    pub fn claims(&mut self, object: &str) -> Vec<Claim> {
        if let Err(error) = self.read_on() {
            tracing::debug!(%error, "what other processes of the run plan could not be read");
        }
        self.claims.get(object).cloned().unwrap_or_default()
    }

    fn read_on(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        // The last line may be in the middle of being written.
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (lines, _) = bytes.split_at(whole);
        self.offset += u64::try_from(whole).unwrap_or_default();
        for claim in String::from_utf8_lossy(lines).lines().filter_map(Claim::decode) {
            claim::put(self.claims.entry(claim.object.clone()).or_default(), claim);
        }
        Ok(())
    }
}

/// Keeps that the command line validates a block of this type, pool and user.
///
/// # Errors
/// Those of the file system.
pub fn write_name(place: &Path, block: &[&str]) -> io::Result<()> {
    let files = OwnFiles::open(place)?;
    files.log(&names_file())?.write_all(format!("{}\n", name(block)).as_bytes())
}

fn names_file() -> String {
    format!("names-{}", name(&[&parent()]))
}

fn file_name(walk: &str) -> String {
    format!("walk-{walk}")
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn lock(file: &File) -> io::Result<()> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "another process keeps the file locked"))
}

/// The command line that started this process, told from a later process of the same id by when it began.
fn parent() -> String {
    let id = parent_id();
    let line = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name in parentheses may hold anything; the start is the twentieth field after it.
    let start = line.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(19)).unwrap_or_default();
    format!("{id} {start}")
}
