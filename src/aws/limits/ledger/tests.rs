//! Sharing turns through a file, and every reason not to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::time::Instant;

use rustix::fs::{FileType, Mode};
use rustix::process::geteuid;

use super::*;
use crate::aws::limits::{Category, Pace};

const KEY: &[&str] = &["123456789012", "eu-west-1"];

fn place() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let directory = place.path().join(format!("cognitomfa-{}", geteuid().as_raw()));
    (place, directory)
}

fn pace(place: &tempfile::TempDir, key: &[&str]) -> Pace {
    Pace::shared(Category::ResourceRead, Ledger::open(place.path(), key).unwrap())
}

fn take(pace: &Pace, now: Instant) -> Instant {
    pace.turn(pace.ticket(now), now)
}

/// How long the last of `calls`, made by all paces in turn, waits, in seconds.
fn wait(paces: &[&Pace], calls: usize) -> f64 {
    let now = Instant::now();
    (0..calls).map(|call| take(paces[call % paces.len()], now)).max().unwrap().duration_since(now).as_secs_f64()
}

#[test]
fn processes_with_one_key_take_turns_and_others_do_not_wait() {
    let (place, _) = place();
    // Each opens the file by itself, as each process does.
    let [one, two, three] = [(); 3].map(|()| pace(&place, KEY));
    let together = wait(&[&one, &two, &three], 58);
    assert!((together - 57.0 / 19.6).abs() < 0.05, "{together}");
    assert!(wait(&[&pace(&place, &["123456789012", "eu-west-2"])], 1) < 0.01);
    one.throttled(Instant::now());
    let before = wait(&[&two], 1);
    let after = wait(&[&two], 1);
    assert!(after - before > 1.0 / 16.0, "what one learns the others know: {before} {after}");
}

#[test]
fn threads_that_come_at_once_get_a_turn_each() {
    let (place, _) = place();
    let now = Instant::now();
    let mut turns: Vec<Instant> = std::thread::scope(|scope| {
        let take = || {
            let pace = pace(&place, KEY);
            (0..50).map(|_| take(&pace, now)).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    turns.sort();
    let gaps = turns.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs_f64());
    assert!(gaps.fold(f64::MAX, f64::min) > 0.9 / 19.6);
}

#[test]
fn the_file_is_its_owners_and_its_name_tells_nothing() {
    let (place, directory) = place();
    take(&pace(&place, KEY), Instant::now());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let files: Vec<PathBuf> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!((files.len(), mode(&directory), mode(&files[0])), (1, 0o700, 0o600));
    let name = files[0].file_name().unwrap().to_str().unwrap();
    assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    assert_eq!(fs::metadata(&files[0]).unwrap().len(), LENGTH as u64);
}

#[test]
fn a_directory_or_file_that_is_not_ours_alone_is_not_used() {
    let (place, directory) = place();
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), &directory).unwrap();
    assert!(Ledger::open(place.path(), KEY).is_err(), "a link to a directory");
    fs::remove_file(&directory).unwrap();

    fs::write(&directory, "").unwrap();
    assert!(Ledger::open(place.path(), KEY).is_err(), "a file in its place");
    fs::remove_file(&directory).unwrap();

    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, Permissions::from_mode(0o770)).unwrap();
    assert!(Ledger::open(place.path(), KEY).is_err(), "a directory that others can write to");

    fs::set_permissions(&directory, Permissions::from_mode(0o700)).unwrap();
    let target = elsewhere.path().join("target");
    fs::write(&target, "precious").unwrap();
    let record = directory.join(name(KEY));
    symlink(&target, &record).unwrap();
    assert!(Ledger::open(place.path(), KEY).is_err(), "a link to a file");
    fs::remove_file(&record).unwrap();

    let pipe = rustix::fs::mknodat(rustix::fs::CWD, &record, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0);
    assert!(pipe.is_ok() && Ledger::open(place.path(), KEY).is_err(), "a pipe");
    fs::remove_file(&record).unwrap();

    assert!(Ledger::open(&place.path().join("missing"), KEY).is_err(), "no temporary directory");
    assert!(Ledger::open(place.path(), KEY).is_ok());
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
}

#[test]
fn a_record_that_cannot_be_true_is_begun_anew() {
    let (place, directory) = place();
    let record = |rate: f64, at: u64, called: f64, given: f64, lowered: u64| {
        [*MARK, rate.to_le_bytes(), at.to_le_bytes(), called.to_le_bytes(), given.to_le_bytes(), lowered.to_le_bytes()].concat()
    };
    let past = nanoseconds(now());
    take(&pace(&place, KEY), Instant::now());
    for (bytes, waits) in [
        (record(19.0, past, 50.0, 150.0, 0), true),
        (record(19.0, past, 50.0, 15_000.0, 0), false),
        (record(19.0, past, 50.0, f64::INFINITY, 0), false),
        (record(19.0, past, 50.0, f64::NAN, 0), false),
        (record(19.0, past, f64::NAN, 150.0, 0), false),
        (record(19.0, u64::MAX, 50.0, 150.0, 0), false),
        (record(f64::NAN, past, 50.0, 150.0, 0), false),
        (record(-1.0, past, 50.0, 150.0, 0), false),
        (record(1e9, past, 50.0, 150.0, 0), false),
        (record(19.0, past, 50.0, 150.0, u64::MAX), false),
        (b"turns 9\n and what a later version says".to_vec(), false),
        (b"short".to_vec(), false),
        (Vec::new(), false),
    ] {
        fs::write(directory.join(name(KEY)), &bytes).unwrap();
        let pace = pace(&place, KEY);
        assert_eq!(wait(&[&pace], 1) > 1.0, waits, "{bytes:?}");
        assert!(wait(&[&pace], 20) > 0.9, "{bytes:?}");
    }
}

#[test]
fn a_lock_that_someone_keeps_costs_the_sharing_alone() {
    let (place, _) = place();
    let (one, two) = (pace(&place, KEY), pace(&place, KEY));
    wait(&[&one, &two], 38);
    let kept = Ledger::open(place.path(), KEY).unwrap();
    let held = kept.hold().unwrap();
    // Each goes on from what it knew last, by itself.
    let alone = wait(&[&one], 20);
    assert!((2.4..3.4).contains(&alone), "{alone}");
    assert!(one.shared.as_ref().unwrap().hold().is_none());
    drop(held);
    assert!(one.shared.as_ref().unwrap().hold().is_none(), "not tried again at once");
    assert!(two.shared.as_ref().unwrap().hold().is_some());
}
