//! Content on disk, so that a crash leaves the old or the new one and nothing in between.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::sandbox::state::State;

/// The file the content is kept in; without one it lives as long as the process.
#[derive(Debug)]
pub struct Store {
    path: Option<PathBuf>,
}

impl Store {
    /// A store in this file.
    pub fn new(path: Option<PathBuf>) -> Self {
        Self { path }
    }

    /// What the file holds; a file that is not there holds nothing. The error is a sentence.
    pub fn read(&self) -> Result<State, String> {
        let Some(path) = &self.path else { return Ok(State::default()) };
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::default()),
            Err(error) => return Err(format!("Unable to read sandbox data {}: {error}.", path.display())),
        };
        serde_json::from_slice(&text).map_err(|error| format!("Unable to read sandbox data {}: {error}.", path.display()))
    }

    /// Replaces the content. The error is a sentence.
    pub fn write(&self, state: &State) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        replace(path, state).map_err(|error| format!("Unable to write sandbox data {}: {error}.", path.display()))
    }
}

/// Writes beside the file, makes it durable, then swaps the names: readers see one whole content or the other.
fn replace(path: &Path, state: &State) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a file name"))?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = name.to_owned();
    beside.push(".new");
    let beside = directory.join(beside);
    let mut file = File::create(&beside)?;
    file.write_all(&serde_json::to_vec(state)?)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}
