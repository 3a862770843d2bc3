//! Waiting for the lock sidecars, always in the same order.

use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::error::LedgerError;
use crate::storage::{Storage, StorageLock};

const FIRST_PAUSE: Duration = Duration::from_micros(50);
const LONGEST_PAUSE: Duration = Duration::from_micros(400);
/// As long as that a writer looks often: his turn comes soon.
const SOON: Duration = Duration::from_millis(5);

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
