//! Locked transactions: look, decide, append, and only then acknowledge.

use std::collections::BTreeMap;

use crate::adopt;
use crate::atomic;
use crate::controls::{self, Part};
use crate::dir::LedgerFile;
use crate::error::LedgerError;
use crate::head::{self, Head};
use crate::issue::{Issue, IssueKind};
use crate::ledger::Ledger;
use crate::lock;
use crate::open::{self, OpenLedger};
use crate::row::{RowHash, SealedRow, check, seal_checked};
use crate::storage::{StorageLock, append_all, holds};
use crate::sync::Unsynced;

/// A row that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ack {
    /// The ledger.
    pub file: LedgerFile,
    /// The row's number in it.
    pub seq: u64,
    /// The row's hash.
    pub hash: RowHash,
    /// Offset of the row's first byte.
    pub offset: u64,
    /// Length of the row in bytes, its newline included.
    pub bytes: u64,
}

/// Bytes that sealing adds to a row, at most as a rule.
const MEMBERS: usize = 96;

/// The right to append to some ledgers, until it is committed or dropped.
///
/// An [`append`](Self::append) is durable when the next one or [`commit`](Self::commit) returns; a transaction is not
/// undone as a whole. Nobody else appends to these ledgers meanwhile, so what is read from them inside stays true.
#[derive(Debug)]
#[must_use = "commit it, so that the heads are written before anything is acknowledged"]
pub struct Transaction {
    ledger: Ledger,
    files: BTreeMap<LedgerFile, Option<OpenLedger>>,
    /// The row that was written last, until it is synced.
    pub(crate) unsynced: Option<Unsynced>,
    notices: Vec<Issue>,
    /// Dropped last: the files above are closed by then.
    pub(crate) locks: Vec<Box<dyn StorageLock>>,
}

impl Ledger {
    /// Locks `files` (in the order of their names, so that no two writers wait for each other), repairs torn
    /// tails and holds each file against its head.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let mut write = ledger.begin(&[LedgerFile::WINDOWS, LedgerFile::ANOMALIES])?;
    /// let ack = write.append(&LedgerFile::WINDOWS, r#"{"window":"W0-19"}"#)?;
    /// assert_eq!((ack.seq, ack.offset), (1, 0));
    /// write.commit()?; // acknowledge only after this
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::LockTimeout`], [`LedgerError::Refused`], [`LedgerError::Newer`] when a newer release has
    /// written to any ledger of the folder, [`LedgerError::Damaged`] when a ledger is not what
    /// was acknowledged, [`LedgerError::Poisoned`] after a failed sync, or [`LedgerError::Io`].
    pub fn begin(&self, files: &[LedgerFile]) -> Result<Transaction, LedgerError> {
        let is_first = self.take_turn();
        atomic::ensure_dir(self.storage(), self.dir().path())?;
        let mut opened: BTreeMap<_, _> = files.iter().map(|file| (file.clone(), None)).collect();
        let mut locks = Vec::with_capacity(opened.len());
        for file in opened.keys() {
            let (lock, line) = (self.dir().lock(file), self.dir().line(file));
            locks.push(lock::lock(self.storage(), &lock, &line, self.lock_timeout())?);
        }
        // The ledgers that are held are looked at again each time, the others once.
        if is_first {
            self.refuse_newer()?;
        }
        let mut notices = Vec::new();
        for (file, slot) in &mut opened {
            // A ledger that is not there is created by its first row.
            if let Some(mut open) = open::open_existing(self, file)? {
                notices.append(&mut open.notices);
                *slot = Some(open);
            }
        }
        Ok(Transaction { ledger: self.clone(), files: opened, unsynced: None, notices, locks })
    }

    /// Creates empty ledgers where there are none.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// Ledger::open(dir.path()).create(&[LedgerFile::CHURN])?;
    /// assert_eq!(std::fs::read(dir.path().join("churn.jsonl"))?, b"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Ledger::begin`].
    pub fn create(&self, files: &[LedgerFile]) -> Result<(), LedgerError> {
        let mut transaction = self.begin(files)?;
        for file in files {
            transaction.opened(file)?;
        }
        transaction.commit()?;
        self.storage()
            .sync_dir(self.dir().path())
            .map_err(LedgerError::storage("sync the folder", self.dir().path()))
    }
}

impl Transaction {
    /// Returns the ledgers, for reading inside the transaction.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Returns what was repaired or noticed so far, for stderr.
    #[must_use]
    pub fn notices(&self) -> &[Issue] {
        &self.notices
    }

    /// Appends one row, given as the text of one JSON object. It is durable, and may be acknowledged, when
    /// [`commit`](Self::commit) has returned; a row before it is durable now.
    ///
    /// The ledger adds the last members `seq` and `h`. Rows without a hash that stand before it are sealed first.
    ///
    /// # Errors
    /// [`LedgerError::Row`] when the text cannot be a row; [`LedgerError::Io`] when it could not be written, or the
    /// row before it not be synced: the ledger is then cut back to what it was; [`LedgerError::Poisoned`] when an earlier sync failed;
    /// [`LedgerError::Refused`] for a ledger that the transaction does not hold.
    pub fn append(&mut self, file: &LedgerFile, row: &str) -> Result<Ack, LedgerError> {
        self.ledger.check_usable(file)?;
        // Checked before anything is written, also before an adopt row.
        check(row).map_err(|fault| row_error(file, fault))?;
        if let Some(span) = self.opened(file)?.loose {
            let open = self.opened(file)?;
            let sealed = seal_checked(&adopt::body(&span), open.seq + 1, &open.hash)
                .map_err(|fault| row_error(file, fault))?;
            self.write(file, sealed)?;
            self.opened(file)?.loose = None;
            let kind = IssueKind::Adopted { rows: span.rows, bytes: span.bytes };
            self.notices.push(Issue::new(file.name(), kind).at(span.offset, 0));
        }
        let open = self.opened(file)?;
        let sealed = seal_checked(row, open.seq + 1, &open.hash).map_err(|fault| row_error(file, fault))?;
        self.write(file, sealed)
    }

    /// Appends many rows with one write and one sync: all are durable when [`commit`](Self::commit) returns, and none
    /// is acknowledged before. A crash in between may leave some of them, whole.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let mut write = Ledger::open(dir.path()).begin(&[LedgerFile::METERS])?;
    /// let rows = [r#"{"used_pct":3.0}"#.to_owned(), r#"{"used_pct":4.0}"#.to_owned()];
    /// let last = write.append_many(&LedgerFile::METERS, &rows)?;
    /// assert_eq!(last.map(|ack| ack.seq), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Transaction::append`]; then none of the rows was appended.
    pub fn append_many(&mut self, file: &LedgerFile, rows: &[String]) -> Result<Option<Ack>, LedgerError> {
        let Some((first, rest)) = rows.split_first() else { return Ok(None) };
        for row in rows {
            check(row).map_err(|fault| row_error(file, fault))?;
        }
        // The first row adopts what stands loose before it.
        let mut ack = self.append(file, first)?;
        let Some(row) = rest.first() else { return Ok(Some(ack)) };
        let open = self.opened(file)?;
        let mut seq = open.seq + 1;
        let mut all = seal_checked(row, seq, &open.hash).map_err(|fault| row_error(file, fault))?;
        // Memory that grows is memory that is copied.
        let bytes: usize = rest.iter().map(|row| row.len() + MEMBERS).sum();
        all.line.reserve(bytes.saturating_sub(all.line.len()));
        for row in rest.iter().skip(1) {
            seq += 1;
            let next = seal_checked(row, seq, &all.hash).map_err(|fault| row_error(file, fault))?;
            all.line.extend_from_slice(&next.line);
            all.hash = next.hash;
        }
        ack = self.write(file, all)?;
        let open = self.opened(file)?;
        open.seq = seq;
        let last = Head { seq, hash: open.hash, len: open.len };
        self.ledger.has_followed(file, last);
        Ok(Some(Ack { seq, ..ack }))
    }

    /// Syncs what was appended, writes the heads and releases the locks. Acknowledge rows to people only after this.
    ///
    /// While other writers are at work, the locks are released before the sync, so that one sync can serve the rows of
    /// several writers, and the head is left to the last of them, for at most 64 rows or 256 KiB. Nobody acknowledges
    /// a row before a sync of his own that began after it was written.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when a row could not be synced, which is then withdrawn, or when a head could not be
    /// written: the rows are durable all the same, and the next append moves the head.
    pub fn commit(mut self) -> Result<Vec<Issue>, LedgerError> {
        let shares = self.shares_its_sync()?;
        if !shares {
            self.sync()?;
        }
        for (name, open) in &mut self.files {
            let Some(open) = open.as_mut().filter(|open| open.head_is_behind) else { continue };
            self.ledger.check_usable(name)?;
            let head = Head { seq: open.seq, hash: open.hash, len: open.len };
            if self.unsynced.as_ref().is_some_and(|row| row.file == *name)
                || self.ledger.may_leave_head(name, open.head, &head)?
            {
                continue;
            }
            head::write(self.ledger.storage(), &self.ledger.dir().head(name), &head)?;
            open.head_is_behind = false;
        }
        if shares {
            self.sync_with_others()?;
        }
        Ok(std::mem::take(&mut self.notices))
    }

    /// Returns true when the last row may be synced without the lock: others are at work, and the head may lag.
    fn shares_its_sync(&mut self) -> Result<bool, LedgerError> {
        let Some(file) = self.unsynced.as_ref().map(|row| row.file.clone()) else { return Ok(false) };
        let open = self.opened(&file)?;
        let (on_disk, head) = (open.head, Head { seq: open.seq, hash: open.hash, len: open.len });
        self.ledger.may_leave_head(&file, on_disk, &head)
    }

    /// Refuses a ledger whose lock the transaction does not hold.
    pub(crate) fn check_held(&self, file: &LedgerFile) -> Result<(), LedgerError> {
        if self.files.contains_key(file) {
            return Ok(());
        }
        Err(LedgerError::Refused {
            path: self.ledger.dir().ledger(file),
            reason: "the transaction does not hold its lock".into(),
            hint: "name it when the transaction begins".into(),
        })
    }

    /// Returns the open ledger, created now when it was not there.
    pub(crate) fn opened(&mut self, file: &LedgerFile) -> Result<&mut OpenLedger, LedgerError> {
        self.check_held(file)?;
        match self.files.entry(file.clone()).or_default() {
            Some(open) => Ok(open),
            slot => Ok(slot.insert(open::open(&self.ledger, file)?)),
        }
    }

    /// One write at the end. After a failure the file is cut back; when even that fails, nobody can say what the disk
    /// holds, and this process writes to it no more.
    fn write(&mut self, file: &LedgerFile, row: SealedRow) -> Result<Ack, LedgerError> {
        // At most one row is not synced: a power cut takes rows from the end only.
        self.sync()?;
        let path = self.ledger.dir().ledger(file);
        let open = self.opened(file)?;
        let (offset, bytes) = (open.len, row.line.len() as u64);
        if let Err(source) =
            append_all(&mut *open.file, &row.line).and_then(|()| holds(&*open.file, offset + bytes))
        {
            let mut undone = || open.file.truncate(offset).and_then(|()| open.file.sync_data());
            if !controls::is_off(Part::CutOnError) && undone().is_err() {
                self.ledger.poison(file);
            }
            return Err(LedgerError::Io { action: "append to", path, source });
        }
        (open.len, open.seq, open.hash) = (offset + bytes, open.seq + 1, row.hash);
        open.head_is_behind = true;
        // Of many rows in one write the number comes later.
        let last = Head { seq: open.seq, hash: open.hash, len: open.len };
        let ack = Ack { file: file.clone(), seq: open.seq, hash: row.hash, offset, bytes };
        self.ledger.has_followed(file, last);
        self.unsynced = Some(Unsynced { file: file.clone(), offset, line: row.line });
        Ok(ack)
    }
}

fn row_error(file: &LedgerFile, fault: crate::row::RowFault) -> LedgerError {
    LedgerError::Row { file: file.name().to_owned(), fault }
}
