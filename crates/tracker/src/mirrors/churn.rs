//! `Churn_Ledger.csv`, the mirror of `churn.jsonl`.

use tracker_domain::{ProviderId, RowRef};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::churn::{ChurnCounts, MEASURED};
use tracker_ledger::wire::{self, Stamp, WireError};

use super::LedgerMirror;
use crate::commands::churn::is_measured;

/// What stands before the reason of a row without numbers.
const DECISION: &str = "decision=";

/// The mirror.
pub(crate) const MIRROR: LedgerMirror = LedgerMirror {
    file: LedgerFile::CHURN,
    name: "Churn_Ledger.csv",
    cells,
    numbers: &["files_changed", "insertions", "deletions", "net", "features", "normalized_churn"],
    restate,
};

/// The cells of one churn row; a number that was not measured is empty.
fn cells(line: &[u8]) -> Option<Vec<String>> {
    let row = wire::churn::read(line, RowRef::default()).ok().flatten()?;
    let count = |of: fn(&ChurnCounts) -> u64| {
        row.counts.as_ref().map(|counts| of(counts).to_string()).unwrap_or_default()
    };
    let net = row.counts.map(|counts| i128::from(counts.insertions) - i128::from(counts.deletions));
    let number = |value: Option<f64>| value.map(tracker_cli_support::number).unwrap_or_default();
    let notes = match (is_measured(&row), row.notes.is_empty()) {
        (false, true) => format!("{DECISION}{}", row.decision),
        (false, false) => format!("{DECISION}{}; {}", row.decision, row.notes),
        (true, _) => row.notes.clone(),
    };
    Some(vec![
        row.captured_at.format("%Y-%m-%d").to_string(),
        row.window.to_string(),
        row.provider.as_ref().map(ProviderId::to_string).unwrap_or_default(),
        row.methodology.clone().unwrap_or_default(),
        row.commit_start.clone().unwrap_or_default(),
        row.commit_end.clone().unwrap_or_default(),
        count(|counts| counts.files),
        count(|counts| counts.insertions),
        count(|counts| counts.deletions),
        net.map(|net| net.to_string()).unwrap_or_default(),
        number(row.features),
        number(row.net_per_feature()),
        notes,
    ])
}

fn restate(line: &str, stamp: &Stamp<'_>) -> Result<String, WireError> {
    let row = wire::churn::read(line.as_bytes(), RowRef::default())?;
    let mut row = row.ok_or(WireError::Missing { field: "window" })?;
    if row.decision != MEASURED
        && let Some(said) = row.notes.strip_prefix(DECISION).map(str::to_owned)
    {
        let (decision, notes) = said.split_once("; ").unwrap_or((&said, ""));
        (row.decision, row.notes) = (decision.to_owned(), notes.to_owned());
    }
    wire::churn::write(&row, stamp)
}
