//! Waiting for the lock sidecars, always in the same order.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::atomic;
use crate::error::LedgerError;
use crate::file_storage::FileStorage;
use crate::storage::{Storage, StorageLock};

const FIRST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_micros(400);
/// As long as that a writer looks often: his turn comes soon.
const SOON: Duration = Duration::from_millis(5);

/// Takes the lock of `path`, a sidecar that is made when it is missing; `None` when somebody else holds it. The lock
/// ends with the guard, and with the process.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// let path = dir.path().join("jobs/daily.lock");
/// let held = tracker_ledger::try_hold(&path)?;
/// assert!(held.is_some() && tracker_ledger::try_hold(&path)?.is_none());
/// drop(held);
/// assert!(tracker_ledger::try_hold(&path)?.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`LedgerError::Io`] or [`LedgerError::Refused`].
pub fn try_hold(path: &Path) -> Result<Option<Box<dyn StorageLock>>, LedgerError> {
    let storage = FileStorage::new();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        atomic::ensure_dir(&storage, folder)?;
    }
    storage.try_lock(path).map_err(LedgerError::storage("lock", path))
}

/// Takes the lock of `path`, trying again until the pauses add up to `timeout`. Who waits stands in `line`, so that
/// the holder knows.
pub(crate) fn lock(
    storage: &dyn Storage,
    path: &Path,
    line: &Path,
    timeout: Duration,
) -> Result<Box<dyn StorageLock>, LedgerError> {
    if let Some(held) = storage.try_lock(path).map_err(LedgerError::storage("lock", path))? {
        return Ok(held);
    }
    let _place = storage.stand_in_line(line).map_err(LedgerError::storage("lock", line))?;
    let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
    let mut wait = || {
        let goes_on = waited < timeout;
        if goes_on {
            thread::sleep(pause);
            waited += pause;
            if waited > SOON {
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        goes_on
    };
    let held = storage.wait_lock(path, &mut wait).map_err(LedgerError::storage("lock", path))?;
    held.ok_or_else(|| LedgerError::LockTimeout { path: path.to_path_buf(), waited })
}
