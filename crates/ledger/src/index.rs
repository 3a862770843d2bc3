//! Finds the rows with a key without reading the ledger: a cache in `.index/`, never a truth.
//!
//! Every hit is checked by reading the row. Rows that the table does not cover yet are read from the ledger, so an
//! answer is complete however old the table is. A table that does not fit its ledger is rebuilt by the next
//! writer, and passed over by readers.

use std::collections::HashSet;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::adopt::is_adopt_row;
use crate::atomic;
use crate::blocks::Block;
use crate::dir::LedgerFile;
use crate::error::LedgerError;
use crate::index_table::{Entry, Header, Table, key_of};
use crate::ledger::Ledger;
use crate::storage::{OpenMode, StorageError, append_all};
use crate::tail;
use crate::writer::Transaction;

/// Tells under which keys a row can be found.
///
/// Keys are any bytes; several kinds share one table when each has its own first byte. A key that very many rows
/// have (a provider) makes a table slow: rows are meant to be found by what few of them share.
pub trait KeyExtractor: Sync {
    /// Changes whenever the keys of a row change, so that older tables are rebuilt.
    fn version(&self) -> u32;

    /// Calls `add` with each key of a row; a line that cannot be read has none.
    fn keys(&self, line: &[u8], add: &mut dyn FnMut(&[u8]));
}

/// A row that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexedRow {
    /// Offset of its first byte in the ledger.
    pub offset: u64,
    /// Its text, without the newline.
    pub bytes: Vec<u8>,
}

/// The index of one ledger.
pub struct Index<'k> {
    ledger: Ledger,
    file: LedgerFile,
    keys: &'k dyn KeyExtractor,
    table: Table,
}

impl std::fmt::Debug for Index<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("file", &self.file).field("table", &self.table).finish_non_exhaustive()
    }
}

impl Index<'_> {
    /// Returns the rows that have this key, in the order of the ledger.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when reading fails.
    pub fn lookup(&self, key: &[u8]) -> Result<Vec<IndexedRow>, LedgerError> {
        let path = self.ledger.dir().ledger(&self.file);
        let Some(ledger) = self.ledger.open_read(&self.file)? else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for offset in self.table.lookup(key_of(key)).map_err(LedgerError::io("read the index of", &path))? {
            let line = tail::line_at(&*ledger, offset).map_err(LedgerError::io("read", &path))?;
            let bytes = line.unwrap_or_default().trim_ascii_end().to_vec();
            if self.has_key(&bytes, key) {
                rows.push(IndexedRow { offset, bytes });
            }
        }
        each_row(&self.ledger, &self.file, self.table.header.covered, |offset, line| {
            if self.has_key(line, key) {
                rows.push(IndexedRow { offset, bytes: line.to_vec() });
            }
        })?;
        // A table may already hold rows past what its header covers.
        rows.sort_by_key(|row| row.offset);
        rows.dedup_by_key(|row| row.offset);
        Ok(rows)
    }

    fn has_key(&self, line: &[u8], key: &[u8]) -> bool {
        let mut found = false;
        self.keys.keys(line, &mut |own| found |= own == key);
        found
    }
}

impl Ledger {
    /// Opens the index of a ledger for reading, or returns `None` when there is none that fits: scan instead.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when the ledger cannot be read; a broken index is no error.
    pub fn index<'k>(
        &self,
        file: &LedgerFile,
        keys: &'k dyn KeyExtractor,
    ) -> Result<Option<Index<'k>>, LedgerError> {
        let table = open_table(self, file, keys, OpenMode::Read)?;
        Ok(table.map(|table| Index { ledger: self.clone(), file: file.clone(), keys, table }))
    }
}

impl Transaction {
    /// Brings the index of a ledger up to date (or builds it) and opens it.
    ///
    /// Returns `None` when the cache cannot be written: scan instead. Rows appended later are found too; to have
    /// them in the table for readers, call it again before the commit.
    ///
    /// ```
    /// use tracker_ledger::{KeyExtractor, Ledger, LedgerFile};
    /// /// Finds snapshots by their window.
    /// struct ByWindow;
    /// impl KeyExtractor for ByWindow {
    ///     fn version(&self) -> u32 {
    ///         1
    ///     }
    ///     fn keys(&self, line: &[u8], add: &mut dyn FnMut(&[u8])) {
    ///         if let Ok(row) = serde_json::from_slice::<serde_json::Value>(line) {
    ///             row["window"].as_str().into_iter().for_each(|window| add(window.as_bytes()));
    ///         }
    ///     }
    /// }
    /// # let dir = tempfile::tempdir()?;
    /// let mut write = Ledger::open(dir.path()).begin(&[LedgerFile::SNAPSHOTS])?;
    /// write.append(&LedgerFile::SNAPSHOTS, r#"{"window":"W0-19"}"#)?;
    /// let ack = write.append(&LedgerFile::SNAPSHOTS, r#"{"window":"W0-20"}"#)?;
    /// let index = write.index(&LedgerFile::SNAPSHOTS, &ByWindow)?.ok_or("no cache")?;
    /// assert_eq!(index.lookup(b"W0-20")?[0].offset, ack.offset);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when the ledger cannot be read.
    pub fn index<'k>(
        &mut self,
        file: &LedgerFile,
        keys: &'k dyn KeyExtractor,
    ) -> Result<Option<Index<'k>>, LedgerError> {
        self.check_held(file)?;
        let ledger = self.ledger().clone();
        let table = match open_table(&ledger, file, keys, OpenMode::Update)? {
            Some(table) => catch_up(&ledger, file, keys, table)?,
            None => rebuild(&ledger, file, keys)?,
        };
        Ok(table.map(|table| Index { ledger, file: file.clone(), keys, table }))
    }
}

fn table_path(ledger: &Ledger, file: &LedgerFile) -> PathBuf {
    let stem = file.name().strip_suffix(".jsonl").unwrap_or(file.name());
    ledger.dir().cache().join(format!("{stem}.idx"))
}

/// Opens the table, unless it is missing, broken, of other keys, or does not fit the ledger.
fn open_table(
    ledger: &Ledger,
    file: &LedgerFile,
    keys: &dyn KeyExtractor,
    mode: OpenMode,
) -> Result<Option<Table>, LedgerError> {
    let Ok(open) = ledger.storage().open(&table_path(ledger, file), mode) else { return Ok(None) };
    let Ok(Some(table)) = Table::open(open, ledger.storage().boot_id()) else { return Ok(None) };
    let Header { keys_version, covered, last_row, .. } = table.header;
    let fits =
        keys_version == u64::from(keys.version()) && row_check(ledger, file, covered)? == Some(last_row);
    Ok(Some(table).filter(|_| fits))
}

/// Returns the SHA-256 of the row that ends at `end`, or `None` when none does.
fn row_check(ledger: &Ledger, file: &LedgerFile, end: u64) -> Result<Option<[u8; 32]>, LedgerError> {
    if end == 0 {
        return Ok(Some([0; 32]));
    }
    let Some(open) = ledger.open_read(file)? else { return Ok(None) };
    let line = tail::line_before(&*open, end).map_err(LedgerError::io("read", &ledger.dir().ledger(file)))?;
    Ok(line.map(|line| Sha256::digest(&line.bytes).into()))
}

/// Adds the rows that the table does not cover; a table that gets too full is written anew, twice as large.
fn catch_up(
    ledger: &Ledger,
    file: &LedgerFile,
    keys: &dyn KeyExtractor,
    mut table: Table,
) -> Result<Option<Table>, LedgerError> {
    let (fresh, covered) = entries_from(ledger, file, keys, table.header.covered)?;
    if covered == table.header.covered && table.header.boot == ledger.storage().boot_id() {
        return Ok(Some(table));
    }
    let Some(last_row) = row_check(ledger, file, covered)? else { return Ok(None) };
    let boot = ledger.storage().boot_id();
    table.header = Header { covered, last_row, boot, ..table.header };
    if !table.has_room(fresh.len() as u64) {
        let Ok(mut entries) = table.entries() else { return rebuild(ledger, file, keys) };
        entries.extend(fresh);
        // A killed writer may have put some of the fresh ones in already.
        let mut seen = HashSet::new();
        entries.retain(|entry| seen.insert(*entry));
        return Ok(store(ledger, file, table.header, &entries).ok());
    }
    let written =
        fresh.into_iter().try_for_each(|entry| table.insert(entry)).and_then(|()| table.write_header());
    Ok(written.ok().map(|()| table))
}

fn rebuild(
    ledger: &Ledger,
    file: &LedgerFile,
    keys: &dyn KeyExtractor,
) -> Result<Option<Table>, LedgerError> {
    let (entries, covered) = entries_from(ledger, file, keys, 0)?;
    let Some(last_row) = row_check(ledger, file, covered)? else { return Ok(None) };
    let (keys_version, boot) = (u64::from(keys.version()), ledger.storage().boot_id());
    let header = Header { keys_version, covered, last_row, boot, ..Header::default() };
    Ok(store(ledger, file, header, &entries).ok())
}

/// Writes a table beside the old one and renames it; never synced, for it can be made again.
fn store(
    ledger: &Ledger,
    file: &LedgerFile,
    header: Header,
    entries: &[Entry],
) -> Result<Table, LedgerError> {
    let (storage, path) = (ledger.storage(), table_path(ledger, file));
    let fresh = path.with_extension("idx.tmp");
    atomic::ensure_dir(storage, &ledger.dir().cache())?;
    let written = storage.open(&fresh, OpenMode::Append).and_then(|mut open| {
        open.truncate(0)?;
        let (header, slots) = Table::build(header, entries);
        append_all(&mut *open, &header)?;
        append_all(&mut *open, slots.as_flattened())?;
        storage.rename(&fresh, &path)?;
        Table::open(storage.open(&path, OpenMode::Update)?, storage.boot_id())?
            .ok_or_else(|| StorageError::Io(std::io::Error::from(std::io::ErrorKind::InvalidData)))
    });
    written.map_err(LedgerError::storage("write", &path))
}

/// Returns the keys of the rows from `start` on, and where the last whole line ends.
fn entries_from(
    ledger: &Ledger,
    file: &LedgerFile,
    keys: &dyn KeyExtractor,
    start: u64,
) -> Result<(Vec<Entry>, u64), LedgerError> {
    let mut entries = Vec::new();
    let end = each_row(ledger, file, start, |offset, line| {
        keys.keys(line, &mut |key| {
            let entry = Entry { key: key_of(key), offset };
            // A row that names a key twice is found once.
            if entries
                .iter()
                .rev()
                .take_while(|seen: &&Entry| seen.offset == offset)
                .all(|seen| *seen != entry)
            {
                entries.push(entry);
            }
        });
    })?;
    Ok((entries, end))
}

/// Shows each whole line from `start` on, and returns where the last one ends.
fn each_row(
    ledger: &Ledger,
    file: &LedgerFile,
    start: u64,
    mut each: impl FnMut(u64, &[u8]),
) -> Result<u64, LedgerError> {
    let path = ledger.dir().ledger(file);
    let Some(mut blocks) = ledger.blocks(file, start)? else { return Ok(start) };
    let (mut block, mut end) = (Block::default(), start);
    while blocks.next(&mut block).map_err(LedgerError::io("read", &path))? {
        if block.is_fragment {
            break;
        }
        end = block.end();
        let mut offset = block.offset;
        for line in block.bytes().split_inclusive(|byte| *byte == b'\n') {
            let text = line.trim_ascii_end();
            if !text.is_empty() && !is_adopt_row(text) {
                each(offset, text);
            }
            offset += line.len() as u64;
        }
    }
    Ok(end)
}
