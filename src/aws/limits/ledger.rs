//! Turns that the processes of one user on one machine share: a small file for each quota, in a directory of the user alone.
//!
//! Every provider alias and every run of Terraform is a process of its own, and AWS counts them together. A file that cannot be
//! used for whatever reason costs this sharing and nothing else.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::Turns;
use crate::aws::own_files::{OwnFiles, name};

/// The record of one quota.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    /// Until when, in nanoseconds of [`now`], the file is left alone because someone kept its lock.
    left_alone: AtomicU64,
}

/// How often a lock that someone else has is tried, a millisecond apart. It is held for some microseconds.
const TRIES: u32 = 30;
/// How long a file whose lock could not be had is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(30);
/// First bytes of the record; the digit changes with its meaning.
const MARK: &[u8; 8] = b"turns 1\n";
const LENGTH: usize = 48;

/// Time on a clock that all processes of the machine share and nobody sets.
pub fn now() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    let (seconds, nanoseconds) = (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanoseconds.unwrap_or_default())
}

impl Ledger {
    /// Opens the record of what the parts of `key` name together, such as an account and a Region, below `place`.
    pub fn open(place: &Path, key: &[&str]) -> io::Result<Self> {
        // The clock begins with the machine's start, and so does the name.
        let file = OwnFiles::open(place)?.file(&name(key))?;
        Ok(Self { file, left_alone: AtomicU64::new(0) })
    }

    /// Locks the record for a moment; `None` when that is not possible soon.
    pub(super) fn hold(&self) -> Option<Held<'_>> {
        if nanoseconds(now()) < self.left_alone.load(Ordering::Relaxed) {
            return None;
        }
        for _ in 0..TRIES {
            match self.file.try_lock() {
                Ok(()) => return Some(Held(&self.file)),
                Err(std::fs::TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
                Err(std::fs::TryLockError::Error(error)) => {
                    tracing::debug!(%error, "turns cannot be shared with other processes: the file takes no lock");
                    self.left_alone.store(u64::MAX, Ordering::Relaxed);
                    return None;
                }
            }
        }
        tracing::debug!("turns are not shared with other processes for a while: one of them keeps the file locked");
        self.left_alone.store(nanoseconds(now().saturating_add(LEFT_ALONE)), Ordering::Relaxed);
        None
    }
}

/// The locked record.
pub(super) struct Held<'a>(&'a File);

impl Held<'_> {
    /// What the record says; `None` where it says nothing that can be understood.
    pub(super) fn read(&self) -> Option<Turns> {
        let mut record = [0; LENGTH];
        self.0.read_exact_at(&mut record, 0).ok()?;
        let (mark, numbers) = record.split_first_chunk::<8>()?;
        let field = |index| numbers.as_chunks::<8>().0.get(index).copied();
        let number = |index| field(index).map(f64::from_le_bytes);
        let moment = |index| field(index).map(|bytes| Duration::from_nanos(u64::from_le_bytes(bytes)));
        (mark == MARK).then_some(())?;
        let lowered = Some(moment(4)?).filter(|moment| !moment.is_zero());
        Some(Turns { rate: Some(number(0)?), at: moment(1)?, called: number(2)?, given: number(3)?, lowered })
    }

    /// Replaces the record. Where that fails the others go on with the old one.
    pub(super) fn write(&self, turns: &Turns) {
        let rate = turns.rate.unwrap_or_default().to_le_bytes();
        let at = nanoseconds(turns.at).to_le_bytes();
        let lowered = nanoseconds(turns.lowered.unwrap_or_default()).to_le_bytes();
        let record = [*MARK, rate, at, turns.called.to_le_bytes(), turns.given.to_le_bytes(), lowered];
        let _ = self.0.write_all_at(&record.concat(), 0);
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
