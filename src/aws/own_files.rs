//! Files that the processes of one user on one machine share: small ones, in a directory of the user alone.
//!
//! A file that cannot be used, for whatever reason, costs the sharing and nothing else.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, SystemTime};

use ring::digest;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::process::geteuid;

/// The directory of this user.
#[derive(Debug)]
pub struct OwnFiles(OwnedFd);

impl OwnFiles {
    /// Opens, or makes, the directory of this user below `place`.
    ///
    /// `place` may be writable by everyone, as `/tmp` is: whatever has the name already must be a directory, not a link to one, that
    /// belongs to this user and that nobody else can enter. It is asked on the open directory, so that nothing changes in between.
    ///
    /// # Errors
    /// Those of the file system, and `PermissionDenied` for a directory that is not this user's alone.
    pub fn open(place: &Path) -> io::Result<Self> {
        let path = place.join(format!("cognitomfa-{}", geteuid().as_raw()));
        match rustix::fs::mkdir(&path, Mode::RWXU) {
            Ok(()) | Err(rustix::io::Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let directory = rustix::fs::open(&path, OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
        expect_own(&directory, FileType::Directory)?;
        Ok(Self(directory))
    }

    /// Opens, or makes, a file of the directory for reading and writing.
    ///
    /// # Errors
    /// Those of the file system, and `PermissionDenied` for what is no file of this user's alone.
    pub fn file(&self, name: &str) -> io::Result<File> {
        self.opened(name, OFlags::RDWR | OFlags::CREATE)
    }

    /// As [`Self::file`], for writing at the end, whoever else does too.
    ///
    /// # Errors
    /// As [`Self::file`].
    pub fn log(&self, name: &str) -> io::Result<File> {
        self.opened(name, OFlags::WRONLY | OFlags::CREATE | OFlags::APPEND)
    }

    /// Opens a file that is there, for reading.
    ///
    /// # Errors
    /// As [`Self::file`], and `NotFound`.
    pub fn existing(&self, name: &str) -> io::Result<File> {
        self.opened(name, OFlags::RDONLY)
    }

    fn opened(&self, name: &str, flags: OFlags) -> io::Result<File> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?;
        expect_own(&file, FileType::RegularFile)?;
        Ok(file.into())
    }

    /// Removes the files whose name begins with one of `prefixes` and that nobody has written to for longer than `age`.
    pub fn sweep(&self, prefixes: &[&str], age: Duration) {
        let oldest = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().saturating_sub(age).as_secs();
        let old = self
            .all()
            .into_iter()
            .filter(|(name, written, _)| *written < i128::from(oldest) && prefixes.iter().any(|prefix| name.starts_with(prefix)));
        old.for_each(|(name, ..)| {
            // Another process may have been faster.
            let _ = rustix::fs::unlinkat(&self.0, name, AtFlags::empty());
        });
    }

    /// Names of the files that begin with `prefix`, the one that was written to last first.
    pub fn newest(&self, prefix: &str) -> Vec<String> {
        let mut all = self.all();
        all.retain(|(name, ..)| name.starts_with(prefix));
        all.sort_by_key(|(_, seconds, nanoseconds)| std::cmp::Reverse((*seconds, *nanoseconds)));
        all.into_iter().map(|(name, ..)| name).collect()
    }

    /// Every file, with the seconds and nanoseconds of the moment it was written to last.
    fn all(&self) -> Vec<(String, i128, i128)> {
        let Ok(entries) = Dir::read_from(&self.0) else { return Vec::new() };
        let named = entries.flatten().filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned));
        let dated = named.filter_map(|name| {
            let found = rustix::fs::statat(&self.0, &*name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            Some((name, i128::from(found.st_mtime), i128::from(found.st_mtime_nsec)))
        });
        dated.filter(|(name, ..)| name != "." && name != "..").collect()
    }
}

/// A name of 32 hexadecimal digits that tells nothing of the key: account numbers and access keys are nobody else's business.
///
/// It holds for one start of one machine, wherever the directory may be: process ids and clocks begin anew with it.
pub fn name(key: &[&str]) -> String {
    let start = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let whole = digest::digest(&digest::SHA256, [start.trim(), &key.join("\n")].join("\n").as_bytes());
    whole.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn expect_own(file: &OwnedFd, kind: FileType) -> io::Result<()> {
    let found = rustix::fs::fstat(file)?;
    let open_to_others = Mode::from_raw_mode(found.st_mode).intersects(Mode::RWXG | Mode::RWXO);
    if found.st_uid != geteuid().as_raw() || FileType::from_raw_mode(found.st_mode) != kind || open_to_others {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is not this user's alone"));
    }
    Ok(())
}
