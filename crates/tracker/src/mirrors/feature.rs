//! `Feature_Log.csv`, the mirror of the features in `features.jsonl`.

use tracker_domain::RowRef;
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{Stamp, WireError, feature};

use super::LedgerMirror;

/// The mirror.
pub(crate) const MIRROR: LedgerMirror = LedgerMirror {
    file: LedgerFile::FEATURES,
    name: "Feature_Log.csv",
    cells: feature::cells,
    numbers: &["lines_added", "lines_removed"],
    restate,
};

fn restate(line: &str, stamp: &Stamp<'_>) -> Result<String, WireError> {
    let row = feature::read(line.as_bytes(), RowRef::default())?;
    feature::write(&row.ok_or(WireError::Missing { field: "window_id" })?, stamp)
}
