//! One pass over the heads of all snapshots, which decodes no pane: what was captured, and which rows to look at.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use tracker_cli_support::CliError;
use tracker_domain::{Retraction, RowRef, Snapshot};
use tracker_ledger::wire::{self, snapshot::SnapshotHead, snapshot::SnapshotLine};
use tracker_ledger::{ChainedRow, LedgerFile, Line};

use crate::errors;
use crate::rows::{Rows, row_ref};

/// Threads of a pass over a whole ledger.
const THREADS: usize = 2;

/// How many open windows are looked at; of the rest only the number is told.
const OPEN_SHOWN: usize = 100;

/// What was captured of a provider.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// Rows.
    pub rows: u64,
    /// Phases.
    pub phases: BTreeSet<String>,
    /// What stored them.
    pub sources: BTreeSet<String>,
    /// Their notes; only collected for one window.
    pub notes: BTreeSet<String>,
}

/// What a pass collects.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    /// Snapshots of the disputed and of the newest open windows.
    pub(crate) snapshots: Vec<Snapshot>,
    /// All retractions.
    pub(crate) retractions: Vec<Retraction>,
    /// What was captured, by provider.
    pub(crate) seen: BTreeMap<String, Seen>,
    /// Further windows with rows and without a finalize row.
    pub(crate) more_open: usize,
}

/// A line of interest.
enum Kept {
    Row { window: Box<str>, offset: u64, number: u64 },
    Retraction(Box<Retraction>),
    Fault(String),
}

/// Passes over all snapshots. Rows of `settled` windows are counted only, unless they are `disputed`.
///
/// # Errors
/// The ledger cannot be read.
pub(crate) fn pass(
    rows: &mut Rows,
    settled: &BTreeSet<&str>,
    disputed: &BTreeSet<&str>,
) -> Result<Heads, CliError> {
    let seen: Mutex<BTreeMap<String, Seen>> = Mutex::default();
    let ledger = rows.ledger().clone();
    let (kept, report) = ledger
        .scan_parallel(&LedgerFile::SNAPSHOTS, THREADS, |line| head_of(&line, &seen, settled, disputed))
        .map_err(errors::ledger)?;
    let mut heads =
        Heads { seen: seen.into_inner().unwrap_or_else(PoisonError::into_inner), ..Heads::default() };
    let mut faults = Vec::new();
    let mut of_window: HashMap<Box<str>, Vec<(u64, u64)>> = HashMap::new();
    for line in kept {
        match line {
            Kept::Row { window, offset, number } => {
                of_window.entry(window).or_default().push((offset, number));
            }
            Kept::Retraction(retraction) => heads.retractions.push(*retraction),
            Kept::Fault(fault) => faults.push(fault),
        }
    }
    let (wanted, more_open) = newest(of_window, disputed);
    heads.more_open = more_open;
    for (offset, number) in wanted {
        let Some(bytes) = ledger.read_row_at(&LedgerFile::SNAPSHOTS, offset).map_err(errors::ledger)? else {
            continue;
        };
        let row = RowRef {
            file: LedgerFile::SNAPSHOTS.name().to_owned(),
            line: number,
            seq: ChainedRow::of(&bytes).map(|row| row.seq),
        };
        match wire::snapshot::read(&bytes, row.clone()) {
            Ok(SnapshotLine::Snapshot(snapshot)) => heads.snapshots.push(*snapshot),
            Ok(_) => {}
            Err(cause) => faults.push(format!("{row}: the row is skipped: {cause}")),
        }
    }
    rows.note(&report, faults);
    Ok(heads)
}

/// Returns the places of the rows of the disputed and the newest other windows, and how many windows are left.
fn newest(
    of_window: HashMap<Box<str>, Vec<(u64, u64)>>,
    disputed: &BTreeSet<&str>,
) -> (Vec<(u64, u64)>, usize) {
    let (mut wanted, mut open) = (Vec::new(), Vec::new());
    for (window, places) in of_window {
        if disputed.contains(&*window) { wanted.extend(places) } else { open.push(places) }
    }
    open.sort_unstable_by_key(|places| std::cmp::Reverse(places.last().copied()));
    let more = open.len().saturating_sub(OPEN_SHOWN);
    wanted.extend(open.into_iter().take(OPEN_SHOWN).flatten());
    wanted.sort_unstable();
    (wanted, more)
}

/// Counts one line, and keeps its place when its window is of interest.
fn head_of(
    line: &Line<'_>,
    seen: &Mutex<BTreeMap<String, Seen>>,
    settled: &BTreeSet<&str>,
    disputed: &BTreeSet<&str>,
) -> Option<Kept> {
    let fault = |cause: wire::WireError| {
        Some(Kept::Fault(format!("{}: the row is skipped: {cause}", row_ref(&LedgerFile::SNAPSHOTS, line))))
    };
    let head = match SnapshotHead::decode(line.bytes) {
        Ok(head) => head,
        Err(cause) => return fault(cause),
    };
    if head.retracts.is_some() {
        return match wire::snapshot::read(line.bytes, row_ref(&LedgerFile::SNAPSHOTS, line)) {
            Ok(SnapshotLine::Retraction(retraction)) => Some(Kept::Retraction(Box::new(retraction))),
            Ok(_) => None,
            Err(cause) => fault(cause),
        };
    }
    let (Some(window), Some(provider)) = (head.window.as_deref(), head.provider.as_deref()) else {
        let field = if head.window.is_none() { "window" } else { "provider" };
        // The ledger's own rows are no data; any other row belongs to a window.
        return if head.is_ledger_row { None } else { fault(wire::WireError::Missing { field }) };
    };
    count(&head, provider, &mut seen.lock().unwrap_or_else(PoisonError::into_inner));
    (!settled.contains(window) || disputed.contains(window)).then(|| Kept::Row {
        window: window.into(),
        offset: line.offset,
        number: line.number,
    })
}

fn count(head: &SnapshotHead<'_>, provider: &str, seen: &mut BTreeMap<String, Seen>) {
    if !seen.contains_key(provider) {
        seen.insert(provider.to_owned(), Seen::default());
    }
    let Some(of) = seen.get_mut(provider) else { return };
    of.rows += 1;
    let add = |set: &mut BTreeSet<String>, word: Option<&Cow<'_, str>>| {
        if let Some(word) = word.filter(|word| !set.contains(word.as_ref())) {
            set.insert(word.to_string());
        }
    };
    add(&mut of.phases, head.phase.as_ref());
    add(&mut of.sources, head.source.as_ref());
}
