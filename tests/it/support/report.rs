//! Which command lines and endpoints a run used, kept in a file that `scripts/test` prints at its end.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;

static LINES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The file: one line a command line, endpoint or known deviation.
pub fn file() -> PathBuf {
    super::repository().join("target").join("it-report.txt")
}

/// Adds a line and writes the file anew. The same line twice is one line.
pub fn note(kind: &str, text: &str) {
    let mut lines = LINES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if lines.insert(format!("{kind}: {text}")) {
        let whole: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(file(), whole).unwrap();
    }
}
