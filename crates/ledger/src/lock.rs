//! Waiting for the lock sidecars, always in the same order.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::error::LedgerError;
use crate::storage::{Storage, StorageLock};

const FIRST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(1);

/// Takes the lock of `path`, trying again until the pauses add up to `timeout`.
pub(crate) fn lock(
    storage: &dyn Storage,
    path: &Path,
    timeout: Duration,
) -> Result<Box<dyn StorageLock>, LedgerError> {
    let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
    loop {
        if let Some(held) = storage.try_lock(path).map_err(LedgerError::storage("lock", path))? {
            return Ok(held);
        }
        if waited >= timeout {
            return Err(LedgerError::LockTimeout { path: path.to_path_buf(), waited });
        }
        thread::sleep(pause);
        waited += pause;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
