//! Waiting for the lock sidecars, always in the same order.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::error::LedgerError;
use crate::storage::{Storage, StorageLock};

const FIRST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_micros(400);

/// Takes the lock of `path`, trying again until the pauses add up to `timeout`. Who waits stands in `line`, so that
/// the holder knows.
pub(crate) fn lock(
    storage: &dyn Storage,
    path: &Path,
    line: &Path,
    timeout: Duration,
) -> Result<Box<dyn StorageLock>, LedgerError> {
    let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
    let mut place = None;
    loop {
        if let Some(held) = storage.try_lock(path).map_err(LedgerError::storage("lock", path))? {
            return Ok(held);
        }
        if place.is_none() {
            place = storage.stand_in_line(line).map_err(LedgerError::storage("lock", line))?;
        }
        if waited >= timeout {
            return Err(LedgerError::LockTimeout { path: path.to_path_buf(), waited });
        }
        thread::sleep(pause);
        waited += pause;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
