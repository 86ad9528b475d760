//! The Unix socket: in a fresh directory of its owner alone, whatever the umask, and gone when we are.

use std::fs::{DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};

use super::StartError;
use super::environment::Launch;

/// Where the socket goes when the preferred place will not do.
const FALLBACK: &str = "/tmp";
/// Long enough that nobody can sit on the name beforehand.
const NAME_BYTES: usize = 8;

/// A bound socket whose directory is removed on drop.
#[derive(Debug)]
pub(super) struct Socket {
    /// Non-blocking, listening.
    pub listener: UnixListener,
    /// Absolute, UTF-8, free of the handshake line's separators.
    pub address: String,
    /// A place that was preferred and why it was not used; for the log.
    pub passed_over: Vec<String>,
    _directory: Directory,
}

impl Socket {
    /// Binds in the first place that works: the host's wish, else the temporary directory, else `/tmp`.
    pub fn bind(launch: Option<&Launch>) -> Result<Self, StartError> {
        let group = launch.and_then(|launch| launch.socket_group.as_deref()).map(group_id).transpose()?;
        let mut places = vec![launch.and_then(|launch| launch.socket_dir.clone()).unwrap_or_else(std::env::temp_dir)];
        if !places.iter().any(|place| place == Path::new(FALLBACK)) {
            places.push(PathBuf::from(FALLBACK));
        }
        bind_in(&places, group)
    }
}

fn bind_in(places: &[PathBuf], group: Option<u32>) -> Result<Socket, StartError> {
    let mut tried = Vec::new();
    for place in places {
        match bind_below(place, group) {
            Ok(socket) => return Ok(Socket { passed_over: tried, ..socket }),
            Err(reason) => tried.push(format!("{}: {reason}", place.display())),
        }
    }
    Err(StartError::Socket { tried })
}

fn bind_below(place: &Path, group: Option<u32>) -> Result<Socket, String> {
    let place = std::path::absolute(place).map_err(|error| error.to_string())?;
    let path = place.join(unused_name()?).join("provider.sock");
    let address = path.to_str().filter(|path| !path.contains(|sign: char| sign == '|' || sign.is_control()));
    let address = address.ok_or("the path has bytes that the handshake line cannot carry")?.to_owned();
    if SocketAddr::from_pathname(&path).is_err() {
        return Err(format!("a socket's path must be shorter than 108 bytes (104 on macOS), this one has {}", address.len()));
    }
    let directory = Directory::create(path.parent().unwrap_or(&place)).map_err(|error| error.to_string())?;
    let listener = listen(&path, &directory, group).map_err(|error| error.to_string())?;
    Ok(Socket { listener, address, passed_over: Vec::new(), _directory: directory })
}

/// Binds before the modes are opened to a group: until then nobody else can pass the directory.
fn listen(path: &Path, directory: &Directory, group: Option<u32>) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    listener.set_nonblocking(true)?;
    let mode = match group {
        None => 0o600,
        Some(group) => {
            std::os::unix::fs::chown(path, None, Some(group))?;
            std::os::unix::fs::chown(&directory.path, None, Some(group))?;
            std::fs::set_permissions(&directory.path, Permissions::from_mode(0o710))?;
            0o660
        }
    };
    std::fs::set_permissions(path, Permissions::from_mode(mode))?;
    Ok(listener)
}

fn unused_name() -> Result<String, String> {
    let mut bytes = [0; NAME_BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "the system gave no random bytes".to_owned())?;
    Ok(bytes.iter().fold("cognitomfa-".to_owned(), |name, byte| format!("{name}{byte:02x}")))
}

/// The number of a group that is given as a number or as a name in `/etc/group`.
fn group_id(group: &str) -> Result<u32, StartError> {
    if let Ok(number) = group.parse() {
        return Ok(number);
    }
    let refuse = |reason: &str| StartError::SocketGroup { group: group.to_owned(), reason: reason.to_owned() };
    let file = std::fs::read_to_string("/etc/group").map_err(|_| refuse("`/etc/group` cannot be read"))?;
    group_in(&file, group).ok_or_else(|| refuse("`/etc/group` has no group of this name"))
}

fn group_in(file: &str, group: &str) -> Option<u32> {
    file.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(group)).then(|| fields.nth(1)).flatten()?.parse().ok()
    })
}

/// A directory of ours, removed with what is in it.
#[derive(Debug)]
struct Directory {
    path: PathBuf,
}

impl Directory {
    fn create(path: &Path) -> io::Result<Self> {
        DirBuilder::new().mode(0o700).create(path)?;
        let directory = Self { path: path.to_owned() };
        // A umask can take bits from us as well.
        std::fs::set_permissions(path, Permissions::from_mode(0o700))?;
        Ok(directory)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn the_socket_is_its_owners_and_goes_with_the_value() {
        let place = tempfile::tempdir().unwrap();
        let socket = bind_in(&[place.path().to_owned()], None).unwrap();
        let path = PathBuf::from(&socket.address);
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert!(socket.passed_over.is_empty());
        drop(socket);
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_group_gets_in_and_no_further() {
        let place = tempfile::tempdir().unwrap();
        let own = std::fs::metadata(place.path()).unwrap().gid();
        let socket = bind_in(&[place.path().to_owned()], Some(own)).unwrap();
        let path = PathBuf::from(&socket.address);
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o660, 0o710));
        assert_eq!(std::fs::metadata(&path).unwrap().gid(), own);
    }

    #[test]
    fn the_next_place_is_used_and_the_first_one_named() {
        let place = tempfile::tempdir().unwrap();
        let long = place.path().join("x".repeat(120));
        let odd = place.path().join("a|b");
        std::fs::create_dir(&odd).unwrap();
        let missing = place.path().join("missing");
        let good = place.path().join("good");
        std::fs::create_dir(&good).unwrap();
        let socket = bind_in(&[long.clone(), odd.clone(), missing.clone(), good.clone()], None).unwrap();
        assert!(socket.address.starts_with(good.to_str().unwrap()));
        assert!(socket.passed_over[0].contains("108 bytes"), "{:?}", socket.passed_over);
        assert!(socket.passed_over[1].contains("handshake line"), "{:?}", socket.passed_over);
        assert!(socket.passed_over[2].starts_with(missing.to_str().unwrap()), "{:?}", socket.passed_over);
        match bind_in(&[long, missing], None) {
            Err(StartError::Socket { tried }) => assert_eq!(tried.len(), 2),
            other => panic!("{other:?}"),
        }
        assert_eq!(std::fs::read_dir(&odd).unwrap().count(), 0);
    }

    #[test]
    fn groups_are_numbers_or_names() {
        assert_eq!(group_id("12").unwrap(), 12);
        assert_eq!(group_in("root:x:0:\nops:x:42:ann,bob\nbroken\n", "ops"), Some(42));
        assert_eq!(group_in("root:x:0:\nops:x:42:ann,bob\nbroken\n", "broken"), None);
        assert_eq!(group_in("root:x:0:\nops:x:42:ann,bob\n", "ann"), None);
        assert!(matches!(group_id("no such group, surely"), Err(StartError::SocketGroup { .. })));
    }
}
