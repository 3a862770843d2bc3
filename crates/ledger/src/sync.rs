//! When a written row becomes a durable one: under the lock, or after it, together with the rows of others.

use std::thread;
use std::time::Duration;

use crate::atomic;
use crate::controls::{self, Part};
use crate::dir::LedgerFile;
use crate::error::LedgerError;
use crate::lock;
use crate::storage::{OpenMode, write_all_at};
use crate::writer::Transaction;

/// How long a writer waits for those in the line to write behind him, before he syncs.
const GATHER_PAUSE: Duration = Duration::from_micros(20);
const GATHER_PAUSES: u32 = 4;

/// A row that was written and not synced.
#[derive(Debug)]
pub(crate) struct Unsynced {
    pub(crate) file: LedgerFile,
    pub(crate) offset: u64,
    pub(crate) line: Vec<u8>,
}

impl Transaction {
    /// Syncs the row that was written last, under the lock. After a failure nobody can say what the disk holds: the
    /// row is cut off, and this process writes to that ledger no more.
    pub(crate) fn sync(&mut self) -> Result<(), LedgerError> {
        let Some(row) = self.unsynced.take() else { return Ok(()) };
        let path = self.ledger().dir().ledger(&row.file);
        let open = self.opened(&row.file)?;
        let synced = if controls::is_off(Part::DataSync) { Ok(()) } else { open.file.sync_data() };
        if let Err(source) = synced {
            // Not acknowledged, so better not there; whether the cut lasts is as unknown as the row.
            let _ = open.file.truncate(row.offset);
            self.ledger().poison(&row.file);
            return Err(LedgerError::Io { action: "sync", path, source });
        }
        if !open.is_named {
            atomic::sync_names(self.ledger().storage(), &path)?;
            self.opened(&row.file)?.is_named = true;
        }
        Ok(())
    }

    /// Releases the locks and syncs the row that was written last a moment later, when others have written behind it:
    /// the file system joins such syncs. Their rows are chained to this one, and none of them is acknowledged before a
    /// sync that covers it, too. Who finds nobody else at work afterwards moves the head.
    pub(crate) fn sync_with_others(&mut self) -> Result<(), LedgerError> {
        let Some(row) = self.unsynced.take() else { return Ok(()) };
        let ledger = self.ledger().clone();
        let (path, syncing) = (ledger.dir().ledger(&row.file), ledger.dir().syncing(&row.file));
        let at_work =
            ledger.storage().stand_in_line(&syncing).map_err(LedgerError::storage("lock", &syncing))?;
        self.locks.clear();
        let mut pauses = 0..GATHER_PAUSES;
        let mut pause = || {
            thread::sleep(GATHER_PAUSE);
            pauses.next().is_some()
        };
        let line = ledger.dir().line(&row.file);
        drop(ledger.storage().wait_lock(&line, &mut pause));
        let open = self.opened(&row.file)?;
        let synced = if controls::is_off(Part::DataSync) { Ok(()) } else { open.file.sync_data() };
        if let Err(source) = synced {
            self.ledger().poison(&row.file);
            let _ = self.withdraw(&row);
            return Err(LedgerError::Io { action: "sync", path, source });
        }
        drop(at_work);
        if !ledger.others_are_at_work(&row.file).unwrap_or(true) {
            // The row is durable, and a head may lag: a failure here is the next writer's to tell.
            let _ = ledger.begin(std::slice::from_ref(&row.file)).and_then(Transaction::commit);
        }
        Ok(())
    }

    /// After a failed sync the system may believe that the row is on the disk. As long as it is the last one it is cut
    /// off; else it is written again where it stands, so that the syncs of the rows behind it write it anew.
    fn withdraw(&mut self, row: &Unsynced) -> Result<(), LedgerError> {
        let ledger = self.ledger();
        let (path, dir) = (ledger.dir().ledger(&row.file), ledger.dir());
        let storage = ledger.storage();
        let _held = lock::lock(storage, &dir.lock(&row.file), &dir.line(&row.file), ledger.lock_timeout())?;
        let mut file = storage.open(&path, OpenMode::Update).map_err(LedgerError::storage("open", &path))?;
        let size = file.size().map_err(LedgerError::io("read", &path))?;
        let end = row.offset + row.line.len() as u64;
        match size {
            size if size == end => file.truncate(row.offset),
            size if size > end => write_all_at(&mut *file, &row.line, row.offset),
            _ => Ok(()),
        }
        .map_err(LedgerError::io("withdraw a row of", &path))
    }
}
