//! The rows that a replay rests on.

use std::ops::ControlFlow;

use tracker_domain::{FinalizedWindow, PromptCount, RowRef};
use tracker_ledger::wire::churn::ChurnRow;
use tracker_ledger::wire::{self, WireError};
use tracker_ledger::{Ledger, LedgerError, LedgerFile};

/// Finalized windows, prompt counts and churn of one data dir.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// Finalize rows, history included.
    pub windows: Vec<FinalizedWindow>,
    /// Prompt counts.
    pub counts: Vec<PromptCount>,
    /// Churn rows, for rework that is charged back.
    pub churn: Vec<ChurnRow>,
    /// What was skipped while reading.
    pub faults: Vec<String>,
}

impl Material {
    /// Reads a data dir; a row that cannot be read is skipped and named in `faults`.
    ///
    /// # Errors
    /// [`LedgerError`] when a file cannot be read at all.
    pub fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        let mut faults = Vec::new();
        Ok(Self {
            windows: rows(ledger, &LedgerFile::WINDOWS, wire::window::read, &mut faults)?,
            counts: rows(ledger, &LedgerFile::GLM_COUNTS, wire::glm_count::read, &mut faults)?,
            churn: rows(ledger, &LedgerFile::CHURN, wire::churn::read, &mut faults)?,
            faults,
        })
    }
}

fn rows<T>(
    ledger: &Ledger,
    file: &LedgerFile,
    read: impl Fn(&[u8], RowRef) -> Result<Option<T>, WireError>,
    faults: &mut Vec<String>,
) -> Result<Vec<T>, LedgerError> {
    let mut found = Vec::new();
    let report = ledger.scan(file, &[], |line| {
        let place = RowRef { file: file.name().to_owned(), line: line.number, seq: line.seq() };
        match read(line.bytes, place.clone()) {
            Ok(row) => found.extend(row),
            Err(cause) => faults.push(format!("{place}: the row is skipped: {cause}")),
        }
        ControlFlow::Continue(())
    })?;
    faults.extend(report.issues.iter().map(ToString::to_string));
    Ok(found)
}
