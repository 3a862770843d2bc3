//! Whole files written in one step: a reader sees the old bytes or the new ones, also after a power cut.
//!
//! For everything that is not a ledger: state, plans, hand-offs, pictures. Folders are made as needed (0700), new
//! files are 0600, and a file that is replaced keeps its rights.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::controls::{self, Part};
use crate::error::LedgerError;
use crate::file_storage::FileStorage;
use crate::storage::{OpenMode, Storage, append_all, holds};

static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Replaces the file at `path` by `bytes`: a temporary file beside it, synced, renamed, and the folder synced.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// let plan = dir.path().join("plans/2025-10-25_next_session.plan.md");
/// tracker_ledger::atomic::write(&plan, b"# Plan\n")?;
/// assert_eq!(std::fs::read(&plan)?, b"# Plan\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`LedgerError::Io`] or [`LedgerError::Refused`]; the old file is then untouched.
pub fn write(path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), LedgerError> {
    write_in(&FileStorage::new(), path.as_ref(), bytes)
}

/// Removes the file at `path`, durably; a missing file is no error.
///
/// # Errors
/// [`LedgerError::Io`] when it cannot be removed.
pub fn remove(path: impl AsRef<Path>) -> Result<(), LedgerError> {
    let (storage, path) = (FileStorage::new(), path.as_ref());
    match storage.remove(path) {
        Err(error) if error.is_not_found() => return Ok(()),
        result => result.map_err(LedgerError::storage("remove", path))?,
    }
    sync_parent(&storage, path)
}

/// Does what [`write()`] does on any storage.
///
/// # Errors
/// As [`write()`].
pub fn write_in(storage: &dyn Storage, path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
    // Two writers of one path must not share a temporary file.
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let temporary = beside(path, &format!(".{}-{number}.tmp", std::process::id()))?;
    ensure_dir(storage, parent(path))?;
    remove_stale(storage, path);
    // The target is opened only to refuse what may not be replaced.
    match storage.open(path, OpenMode::Read) {
        Err(error) if !error.is_not_found() => return Err(LedgerError::storage("replace", path)(error)),
        _ => {}
    }
    replace(storage, path, &temporary, bytes, Rights::OfTheOld)
}

/// Removes what killed processes left of earlier writes of this path: `.<name>.<process>-<number>.tmp`. The file of a
/// process that still runs stays; where nobody can say, all stay.
fn remove_stale(storage: &dyn Storage, path: &Path) {
    let dir = parent(path);
    let Some(prefix) = path.file_name().map(|name| format!(".{}.", name.to_string_lossy())) else { return };
    // A name that stays behind does no harm: nobody reads it.
    for name in storage.list(dir).unwrap_or_default() {
        let middle = name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".tmp"));
        let process = middle.and_then(|middle| middle.split_once('-')?.0.parse::<u32>().ok());
        if process.is_some_and(|process| storage.is_gone(process)) {
            let _ = storage.remove(&dir.join(&name));
        }
    }
}

/// Writes through the temporary name that the holder of the file's lock owns.
pub(crate) fn write_locked(storage: &dyn Storage, path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
    replace(storage, path, &beside(path, ".tmp")?, bytes, Rights::Private)
}

/// Who may read a file after it was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rights {
    Private,
    /// Those who could before.
    OfTheOld,
}

fn replace(
    storage: &dyn Storage,
    path: &Path,
    temporary: &Path,
    bytes: &[u8],
    rights: Rights,
) -> Result<(), LedgerError> {
    let written = fill(storage, temporary, bytes)
        .inspect(|()| {
            if rights == Rights::OfTheOld {
                storage.copy_rights(path, temporary);
            }
        })
        .and_then(|()| storage.rename(temporary, path).map_err(LedgerError::storage("rename to", path)));
    if written.is_err() {
        // The first error is the one to tell; a left-over temporary file is overwritten or ignored.
        let _ = storage.remove(temporary);
    }
    written?;
    sync_parent(storage, path)
}

fn fill(storage: &dyn Storage, path: &Path, bytes: &[u8]) -> Result<(), LedgerError> {
    let mut file = storage.open(path, OpenMode::Append).map_err(LedgerError::storage("create", path))?;
    file.truncate(0)
        .and_then(|()| append_all(&mut *file, bytes))
        .and_then(|()| holds(&*file, bytes.len() as u64))
        .and_then(|()| file.sync_data())
        .map_err(LedgerError::io("write", path))
}

/// Makes a folder and those above it, each name durable.
pub(crate) fn ensure_dir(storage: &dyn Storage, dir: &Path) -> Result<(), LedgerError> {
    let mut result = storage.create_dir(dir);
    if result.as_ref().is_err_and(crate::storage::StorageError::is_not_found) && dir.parent().is_some() {
        ensure_dir(storage, parent(dir))?;
        result = storage.create_dir(dir);
    }
    if result.map_err(LedgerError::storage("create the folder", dir))? {
        sync_parent(storage, dir)?;
    }
    Ok(())
}

pub(crate) fn sync_parent(storage: &dyn Storage, path: &Path) -> Result<(), LedgerError> {
    let dir = parent(path);
    if controls::is_off(Part::FolderSync) {
        return Ok(());
    }
    storage.sync_dir(dir).map_err(LedgerError::storage("sync the folder", dir))
}

/// Makes the name of a file durable, and those of the folders above it: a process that was killed may have made
/// them and not synced them.
pub(crate) fn sync_names(storage: &dyn Storage, path: &Path) -> Result<(), LedgerError> {
    sync_parent(storage, path)?;
    for folder in path.ancestors().skip(1).take_while(|folder| folder.file_name().is_some()) {
        match sync_parent(storage, folder) {
            // A folder that may not be listed was not made by us.
            Err(LedgerError::Io { source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => break,
            result => result?,
        }
    }
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(path: &Path, ending: &str) -> Result<PathBuf, LedgerError> {
    let Some(name) = path.file_name() else {
        return Err(LedgerError::Refused {
            path: path.to_path_buf(),
            reason: "it names no file".into(),
            hint: "give a file name".into(),
        });
    };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(ending);
    Ok(parent(path).join(hidden))
}
