//! What the ledger holds about a capture, found by the index so that a long ledger costs no more than a short one.

use chrono::{DateTime, Utc};
use tracker_cli_support::CliError;
use tracker_domain::{Retraction, RowRef, Snapshot, WindowId};
use tracker_ledger::wire::{self, snapshot::SnapshotHead, snapshot::SnapshotLine};
use tracker_ledger::{ChainedRow, Index, IndexedRow, KeyExtractor, Ledger, LedgerFile, Transaction};
use tracker_windows::increment::{FIRST_WINDOW, next};

use crate::errors;
use crate::intake::Intake;
use crate::rows::Rows;
use crate::store::Draft;

/// Rows that decide about a capture.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) snapshots: Vec<Snapshot>,
    pub(crate) retractions: Vec<Retraction>,
    pub(crate) last_captured_at: Option<DateTime<Utc>>,
}

/// The keys of a snapshot row: its window, its pane, and the row that it withdraws.
#[derive(Debug)]
pub(crate) struct SnapshotKeys<'a> {
    pub(crate) intake: &'a Intake,
}

impl KeyExtractor for SnapshotKeys<'_> {
    fn version(&self) -> u32 {
        1
    }

    fn keys(&self, line: &[u8], add: &mut dyn FnMut(&[u8])) {
        let Ok(head) = SnapshotHead::decode(line) else { return };
        if let Some(id) = &head.retracts {
            add(&key(b'r', id));
        } else if let Some(window) = &head.window {
            add(&key(b'w', window));
            match &head.pane_sha256 {
                Some(hash) => add(&key(b'p', hash)),
                None => {
                    if let Some(hash) = self.intake.hash_of_row(line) {
                        add(&key(b'p', &hash));
                    }
                }
            }
        }
    }
}

fn key(kind: u8, text: &str) -> Vec<u8> {
    [&[kind], text.as_bytes()].concat()
}

/// Finds the rows of the drafts' windows and panes. Without a transaction (a dry run) all rows are read.
///
/// # Errors
/// The ledger cannot be read.
pub(crate) fn find(
    drafts: &[Draft<'_>],
    ledger: &Ledger,
    transaction: Option<&mut Transaction>,
    intake: &Intake,
) -> Result<Found, CliError> {
    let keys = SnapshotKeys { intake };
    let index = match transaction {
        Some(transaction) => transaction.index(&LedgerFile::SNAPSHOTS, &keys).map_err(errors::ledger)?,
        None => None,
    };
    let mut found = match index {
        Some(index) => by_index(&index, drafts, intake)?,
        None => by_scan(ledger, intake)?,
    };
    let last = ledger.last_row(&LedgerFile::SNAPSHOTS).map_err(errors::ledger)?;
    found.last_captured_at = last.and_then(|line| {
        let head = SnapshotHead::decode(&line).ok()?;
        Some(DateTime::parse_from_rfc3339(head.captured_at.as_deref()?).ok()?.to_utc())
    });
    Ok(found)
}

fn by_index(index: &Index<'_>, drafts: &[Draft<'_>], intake: &Intake) -> Result<Found, CliError> {
    let mut rows: Vec<IndexedRow> = Vec::new();
    let look =
        |key: &[u8]| -> Result<Vec<IndexedRow>, CliError> { index.lookup(key).map_err(errors::ledger) };
    for draft in drafts {
        rows.extend(look(&key(b'w', draft.window.as_str()))?);
        rows.extend(look(&key(b'p', &draft.capture.hash))?);
    }
    rows.sort_by_key(|row| row.offset);
    rows.dedup_by_key(|row| row.offset);
    let mut found = Found::default();
    for row in rows {
        found.take(&row, intake);
    }
    for id in found.snapshots.iter().map(|snapshot| snapshot.id.clone()).collect::<Vec<_>>() {
        for row in look(&key(b'r', id.as_str()))? {
            found.take(&row, intake);
        }
    }
    Ok(found)
}

fn by_scan(ledger: &Ledger, intake: &Intake) -> Result<Found, CliError> {
    let mut rows = Rows::new(ledger.clone());
    let (mut snapshots, retractions) = rows.snapshots_with(None, |line| intake.hash_of_row(line))?;
    snapshots.shrink_to_fit();
    Ok(Found { snapshots, retractions, last_captured_at: None })
}

impl Found {
    /// Takes a row in; its place in bytes orders like its line.
    fn take(&mut self, row: &IndexedRow, intake: &Intake) {
        let place = RowRef {
            file: LedgerFile::SNAPSHOTS.name().to_owned(),
            line: row.offset + 1,
            seq: ChainedRow::of(&row.bytes).map(|chained| chained.seq),
        };
        match wire::snapshot::read(&row.bytes, place) {
            Ok(SnapshotLine::Snapshot(mut snapshot)) => {
                if snapshot.pane_hash.is_none() {
                    snapshot.pane_hash = intake.hash_of_row(&row.bytes);
                }
                self.snapshots.push(*snapshot);
            }
            Ok(SnapshotLine::Retraction(retraction)) => self.retractions.push(retraction),
            _ => {}
        }
    }
}

/// Returns the names after `newest` that are taken, up to the first free one.
///
/// # Errors
/// The ledger cannot be read.
pub(crate) fn taken_after(
    newest: Option<&WindowId>,
    ledger: &Ledger,
    intake: &Intake,
) -> Result<std::collections::BTreeSet<WindowId>, CliError> {
    let keys = SnapshotKeys { intake };
    let Some(index) = ledger.index(&LedgerFile::SNAPSHOTS, &keys).map_err(errors::ledger)? else {
        return Rows::new(ledger.clone()).windows_in_use();
    };
    let counted = Rows::new(ledger.clone()).prompt_counts(None)?;
    let finalized = Rows::new(ledger.clone()).finalized(None)?;
    let mut taken = std::collections::BTreeSet::new();
    let mut candidate = match newest {
        Some(window) => next(window),
        None => WindowId::new(FIRST_WINDOW),
    };
    while let Ok(window) = candidate {
        let rows = index.lookup(&key(b'w', window.as_str())).map_err(errors::ledger)?;
        let mut found = Found::default();
        for row in &rows {
            found.take(row, intake);
        }
        let mut used = counted.iter().any(|count| count.window == window);
        used |= finalized.iter().any(|row| row.window == window);
        for snapshot in &found.snapshots {
            used |= index.lookup(&key(b'r', snapshot.id.as_str())).map_err(errors::ledger)?.is_empty();
        }
        if !used {
            break;
        }
        candidate = next(&window);
        taken.insert(window);
    }
    Ok(taken)
}
