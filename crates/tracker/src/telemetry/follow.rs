//! A log file that is read as it grows, is rotated, truncated or rewritten.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tracker_cli_support::{CliError, Exit};
use tracker_ledger::wire::telemetry::InputPosition;

use super::arrival::{Arrival, CHUNK_BYTES, Handover};

/// How often a file at its end is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// Bytes at the start of a file by which it is known again.
const HEAD_BYTES: usize = 256;

/// A file that is followed.
#[derive(Debug)]
pub(super) struct Follower {
    path: PathBuf,
    file: File,
    /// Bytes that were read.
    end: u64,
    head: Vec<u8>,
}

impl Follower {
    /// Opens the file where reading stopped. What was rotated away since then is handed over first.
    pub(super) fn start(
        path: PathBuf,
        known: &[InputPosition],
        handover: &Handover,
    ) -> Result<Self, CliError> {
        let file = File::open(&path).map_err(|cause| unreadable(&path, &cause))?;
        let mut follower = Self { path, file, end: 0, head: Vec::new() };
        follower.head = head_of(&follower.file).map_err(|cause| unreadable(&follower.path, &cause))?;
        let position = stopped_at(&follower.file, known);
        if position.is_none() {
            for rotated in rotated_from(&follower.path) {
                let Ok(file) = File::open(&rotated) else { continue };
                let Some(position) = stopped_at(&file, known) else { continue };
                let mut before =
                    Self { path: rotated, head: head_of(&file).unwrap_or_default(), file, end: 0 };
                before.go_to(position, handover)?;
                before.read_to_end(handover)?;
            }
        }
        follower.go_to(position.unwrap_or_default(), handover)?;
        Ok(follower)
    }

    /// Hands over what the file holds and what it gets, until nobody takes it any more.
    pub(super) fn run(mut self, handover: &Handover) -> Result<(), CliError> {
        while !handover.is_stopped() {
            self.read_to_end(handover)?;
            if self.is_another() {
                // The old file may have got its last lines since it was read.
                self.read_to_end(handover)?;
                let Ok(file) = File::open(&self.path) else { continue };
                self.file = file;
                self.head.clear();
                self.go_to(InputPosition::default(), handover)?;
                continue;
            }
            thread::sleep(GLANCE);
        }
        Ok(())
    }

    fn go_to(&mut self, position: InputPosition, handover: &Handover) -> Result<(), CliError> {
        self.file.seek(SeekFrom::Start(position.bytes)).map_err(|cause| unreadable(&self.path, &cause))?;
        self.end = position.bytes;
        let mut head = self.head.clone();
        head.truncate(usize::try_from(position.bytes).unwrap_or(usize::MAX));
        handover.give(Arrival::File { position, head });
        Ok(())
    }

    fn read_to_end(&mut self, handover: &Handover) -> Result<(), CliError> {
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            let count = self.file.read(&mut buffer).map_err(|cause| unreadable(&self.path, &cause))?;
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            if self.head.len() < HEAD_BYTES && self.end <= self.head.len() as u64 {
                let known = self.head.len() - usize::try_from(self.end).unwrap_or(0);
                let room = HEAD_BYTES - self.head.len();
                self.head.extend(bytes.iter().skip(known).take(room));
            }
            self.end += count as u64;
            if !handover.give(Arrival::Bytes(bytes.to_vec())) {
                return Ok(());
            }
        }
    }

    /// Tells whether the path names another file by now, or this one was cut or written anew.
    fn is_another(&self) -> bool {
        // While a rotation moves the old file away there is none; it comes back.
        let Ok(named) = File::open(&self.path) else { return false };
        let (Ok(now), Ok(mine)) = (named.metadata(), self.file.metadata()) else { return false };
        if !is_same_file(&now, &mine) || now.len() < self.end {
            return true;
        }
        let begins = head_of(&named).unwrap_or_default();
        !begins.starts_with(&self.head)
    }
}

#[cfg(unix)]
fn is_same_file(a: &std::fs::Metadata, b: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Without file numbers a rotated file is known by its length and by how it begins.
#[cfg(not(unix))]
fn is_same_file(_: &std::fs::Metadata, _: &std::fs::Metadata) -> bool {
    true
}

/// Returns the position at which this very file was left, the farthest if there are several.
fn stopped_at(file: &File, known: &[InputPosition]) -> Option<InputPosition> {
    let length = file.metadata().ok()?.len();
    let head = head_of(file).ok()?;
    let is_of_file = |position: &&InputPosition| {
        let count = usize::try_from(position.head_bytes).unwrap_or(usize::MAX);
        position.bytes <= length
            && count > 0
            && head.get(..count).is_some_and(|start| sha256_hex(start) == position.head_sha256)
    };
    known.iter().filter(is_of_file).max_by_key(|position| position.bytes).cloned()
}

/// Returns the files beside `path` whose names are its own with an ending, as log rotation leaves them.
fn rotated_from(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_rotated = |entry: &Path| {
        let other = entry.file_name().unwrap_or_default().to_string_lossy();
        other.strip_prefix(&*name).is_some_and(|ending| ending.starts_with(['.', '-']))
    };
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| is_rotated(path)).collect();
    found.sort();
    found
}

/// Returns the first bytes of a file; its own place of reading stays.
fn head_of(file: &File) -> std::io::Result<Vec<u8>> {
    let mut start = file;
    let place = start.stream_position()?;
    start.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    start.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    start.seek(SeekFrom::Start(place))?;
    Ok(head)
}

/// Returns the SHA-256 of bytes as 64 hex digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unreadable(path: &Path, cause: &std::io::Error) -> CliError {
    CliError::caused(Exit::Failed, format_args!("cannot read `{}`", path.display()), cause)
        .hint("give the log that your proxy writes")
}
