//! The ledgers of one data folder: opening, and looking up single rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::blocks::Blocks;
use crate::controls::{self, Part};
use crate::dir::{DataDir, LedgerFile};
use crate::error::LedgerError;
use crate::file_storage::FileStorage;
use crate::head::{self, Head};
use crate::storage::{OpenMode, Storage, StorageFile};
use crate::tail;

/// How long a writer waits for the others by default.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// How far a head may lag behind while writers wait: the next open walks that far.
const HEAD_LAG_ROWS: u64 = 64;
const HEAD_LAG_BYTES: u64 = 256 * 1024;
/// Between two transactions of one process.
const PAUSE_BETWEEN: Duration = Duration::from_micros(50);

/// The ledgers of one data folder. Cheap to clone; a value of it holds no file open and no lock.
#[derive(Debug, Clone)]
pub struct Ledger {
    storage: Arc<dyn Storage>,
    dir: DataDir,
    lock_timeout: Duration,
    /// Files whose last write or sync failed in this process: what they hold is unknown.
    poisoned: Arc<Mutex<BTreeSet<LedgerFile>>>,
    /// A transaction was begun before.
    has_begun: Arc<AtomicBool>,
    /// Up to where this process has followed the chain of each ledger.
    followed: Arc<Mutex<BTreeMap<LedgerFile, Head>>>,
}

impl Ledger {
    /// Opens the ledgers of a folder on disk; creates and reads nothing yet.
    ///
    /// ```
    /// let ledger = tracker_ledger::Ledger::open("data/week0/live");
    /// assert!(ledger.dir().path().ends_with("live"));
    /// ```
    #[must_use]
    pub fn open(dir: impl Into<PathBuf>) -> Self {
        Self::with_storage(dir, Arc::new(FileStorage::new()))
    }

    /// Opens the ledgers of a folder of any storage.
    #[must_use]
    pub fn with_storage(dir: impl Into<PathBuf>, storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            dir: DataDir::new(dir),
            lock_timeout: LOCK_TIMEOUT,
            poisoned: Arc::default(),
            has_begun: Arc::default(),
            followed: Arc::default(),
        }
    }

    /// Sets how long a writer waits for a lock (10 s by default).
    ///
    /// ```
    /// use std::time::Duration;
    /// let _ = tracker_ledger::Ledger::open("data").with_lock_timeout(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn with_lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// Returns the layout of the folder.
    #[must_use]
    pub fn dir(&self) -> &DataDir {
        &self.dir
    }

    /// Returns the storage that the folder is on.
    #[must_use]
    pub fn storage(&self) -> &dyn Storage {
        &*self.storage
    }

    pub(crate) fn lock_timeout(&self) -> Duration {
        self.lock_timeout
    }

    /// Returns the head of a ledger: the last acknowledged row, or `None` when nothing was chained yet.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// assert_eq!(ledger.head(&LedgerFile::SNAPSHOTS)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] when the head is not readable.
    pub fn head(&self, file: &LedgerFile) -> Result<Option<Head>, LedgerError> {
        if controls::is_off(Part::HeadCheck) {
            return Ok(None);
        }
        head::read(self.storage(), &self.dir.head(file), file.name())
    }

    /// Returns the row that starts at a byte offset, or `None` when no whole row starts there.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let mut write = ledger.begin(&[LedgerFile::CHURN])?;
    /// let ack = write.append(&LedgerFile::CHURN, r#"{"files":3}"#)?;
    /// write.commit()?;
    /// let row = ledger.read_row_at(&LedgerFile::CHURN, ack.offset)?.unwrap();
    /// assert!(row.starts_with(br#"{"files":3,"seq":1,"#));
    /// assert_eq!(ledger.read_row_at(&LedgerFile::CHURN, 5)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when reading fails.
    pub fn read_row_at(&self, file: &LedgerFile, offset: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(open) = self.open_read(file)? else { return Ok(None) };
        tail::line_at(&*open, offset).map_err(LedgerError::io("read", &self.dir.ledger(file)))
    }

    /// Returns the row that ends (with its newline) at byte `end`, or `None` when no row ends there.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let mut write = ledger.begin(&[LedgerFile::CHURN])?;
    /// let ack = write.append(&LedgerFile::CHURN, r#"{"files":3}"#)?;
    /// write.commit()?;
    /// assert!(ledger.row_before(&LedgerFile::CHURN, ack.bytes)?.is_some());
    /// assert_eq!(ledger.row_before(&LedgerFile::CHURN, ack.bytes - 1)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when reading fails.
    pub fn row_before(&self, file: &LedgerFile, end: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(open) = self.open_read(file)? else { return Ok(None) };
        let line = tail::line_before(&*open, end).map_err(LedgerError::io("read", &self.dir.ledger(file)))?;
        Ok(line.map(|line| line.bytes))
    }

    /// Returns the last whole line of a ledger, or `None` when it has none. Costs the same on any length.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// assert_eq!(ledger.last_row(&LedgerFile::CHURN)?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when the ledger cannot be read.
    pub fn last_row(&self, file: &LedgerFile) -> Result<Option<Vec<u8>>, LedgerError> {
        let Some(open) = self.open_read(file)? else { return Ok(None) };
        let path = self.dir.ledger(file);
        let size = open.size().map_err(LedgerError::io("read", &path))?;
        let end = match tail::fragment(&*open, size).map_err(LedgerError::io("read", &path))? {
            tail::Fragment::Line(torn) => torn.start,
            tail::Fragment::TooLong => return Ok(None),
        };
        let line = tail::line_before(&*open, end).map_err(LedgerError::io("read", &path))?;
        Ok(line.map(|line| line.bytes))
    }

    /// Opens a ledger for reading, or returns `None` when there is none.
    pub(crate) fn open_read(&self, file: &LedgerFile) -> Result<Option<Box<dyn StorageFile>>, LedgerError> {
        let path = self.dir.ledger(file);
        match self.storage.open(&path, OpenMode::Read) {
            Err(error) if error.is_not_found() => Ok(None),
            result => result.map(Some).map_err(LedgerError::storage("read", &path)),
        }
    }

    /// Opens a ledger for a forward read from the start of a line.
    pub(crate) fn blocks(&self, file: &LedgerFile, start: u64) -> Result<Option<Blocks>, LedgerError> {
        let Some(open) = self.open_read(file)? else { return Ok(None) };
        Blocks::new(open, start).map(Some).map_err(LedgerError::io("read", &self.dir.ledger(file)))
    }

    /// Returns true when another writer is at work who will write the head, and it lags little: a row then costs one
    /// sync.
    pub(crate) fn may_leave_head(
        &self,
        file: &LedgerFile,
        on_disk: Option<Head>,
        last: &Head,
    ) -> Result<bool, LedgerError> {
        let lags_little = |head: Head| {
            last.seq - head.seq.min(last.seq) < HEAD_LAG_ROWS
                && last.len - head.len.min(last.len) < HEAD_LAG_BYTES
        };
        Ok(on_disk.is_some_and(lags_little) && self.others_are_at_work(file)?)
    }

    /// Returns true when another writer waits for the lock of a ledger or syncs a row of it.
    pub(crate) fn others_are_at_work(&self, file: &LedgerFile) -> Result<bool, LedgerError> {
        for sidecar in [self.dir.line(file), self.dir.syncing(file)] {
            if self.storage.is_line(&sidecar).map_err(LedgerError::storage("lock", &sidecar))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the row up to which this process has followed the chain.
    pub(crate) fn followed(&self, file: &LedgerFile) -> Option<Head> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).get(file).copied()
    }

    pub(crate) fn has_followed(&self, file: &LedgerFile, last: Head) {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).insert(file.clone(), last);
    }

    /// Lets the others have their turn: the system's lock is not fair, and who writes again at once would win
    /// against all who wait. Returns true for the first transaction.
    pub(crate) fn take_turn(&self) -> bool {
        let has_begun = self.has_begun.swap(true, Ordering::Relaxed);
        if has_begun {
            thread::sleep(PAUSE_BETWEEN);
        }
        !has_begun
    }

    /// Refuses a file that a failed write or sync left in an unknown state.
    pub(crate) fn check_usable(&self, file: &LedgerFile) -> Result<(), LedgerError> {
        if self.poisoned().contains(file) {
            return Err(LedgerError::Poisoned { path: self.dir.ledger(file) });
        }
        Ok(())
    }

    pub(crate) fn poison(&self, file: &LedgerFile) {
        self.poisoned().insert(file.clone());
    }

    fn poisoned(&self) -> MutexGuard<'_, BTreeSet<LedgerFile>> {
        // A set stays whole when a thread panics while it holds the lock.
        self.poisoned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
