//! Turns that the processes of one user on one machine share: a small file for each quota, in a directory of the user alone.
//!
//! Every provider alias and every run of Terraform is a process of its own, and AWS counts them together. A file that cannot be
//! used for whatever reason costs this sharing and nothing else.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use ring::digest;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::process::geteuid;
use rustix::time::{ClockId, clock_gettime};

use super::Turns;

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
        let directory = private_directory(place)?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&directory, name(key), flags, Mode::RUSR | Mode::WUSR)?;
        expect_own(&file, FileType::RegularFile)?;
        Ok(Self { file: file.into(), left_alone: AtomicU64::new(0) })
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

/// A name that tells nothing of the key: account numbers and access keys are nobody else's business.
///
/// The clock begins with the machine's start, so a record is of one start of one machine, wherever the directory may be.
fn name(key: &[&str]) -> String {
    let start = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let whole = digest::digest(&digest::SHA256, [start.trim(), &key.join("\n")].join("\n").as_bytes());
    whole.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Opens, or makes, the directory of this user.
///
/// `place` may be writable by everyone, as `/tmp` is: whatever has the name already must be a directory, not a link to one, that
/// belongs to this user and that nobody else can enter. It is asked on the open directory, so that nothing changes in between.
fn private_directory(place: &Path) -> io::Result<OwnedFd> {
    let path = place.join(format!("cognitomfa-{}", geteuid().as_raw()));
    match rustix::fs::mkdir(&path, Mode::RWXU) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(error) => return Err(error.into()),
    }
    let directory = rustix::fs::open(&path, OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
    expect_own(&directory, FileType::Directory)?;
    Ok(directory)
}

fn expect_own(file: &OwnedFd, kind: FileType) -> io::Result<()> {
    let found = rustix::fs::fstat(file)?;
    let open_to_others = Mode::from_raw_mode(found.st_mode).intersects(Mode::RWXG | Mode::RWXO);
    if found.st_uid != geteuid().as_raw() || FileType::from_raw_mode(found.st_mode) != kind || open_to_others {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is not this user's alone"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
