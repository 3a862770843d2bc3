//! Whether the ledgers are whole, and their last rows as a witness.

use std::collections::BTreeMap;

use tracker_cli_support::CliError;
use tracker_domain::RowRef;
use tracker_gates::Source;
use tracker_ledger::{FileReport, Issue, IssueKind, Ledger, Recovery, Status};

use crate::errors;

/// Findings that are named for one ledger; the rest is counted.
const NAMED: usize = 3;

/// The last row of a ledger, to be compared with one kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LedgerHead {
    /// File name.
    pub(crate) file: String,
    /// Rows that hold data.
    pub(crate) rows: u64,
    /// The last chained row; `None` before the first.
    pub(crate) last: Option<LastRow>,
}

/// A row that its ledger must still hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastRow {
    /// Sequence number.
    pub(crate) seq: u64,
    /// Hash.
    pub(crate) hash: String,
    /// Where it ends, in bytes.
    pub(crate) len: u64,
}

/// What the ledgers look like.
#[derive(Debug, Default)]
pub(super) struct Integrity {
    pub(super) damage: Vec<Source>,
    pub(super) heads: Vec<LedgerHead>,
}

/// Verifies every ledger of the data dir.
///
/// # Errors
/// Failed: a ledger cannot be read.
pub(super) fn check(ledger: &Ledger) -> Result<Integrity, CliError> {
    let mut found = Integrity::default();
    for file in ledger.files().map_err(errors::ledger)? {
        // A torn last line may be the very row that forbids a GO, so it counts as damage here.
        let report = ledger.verify(&file, Recovery::Absolute).map_err(errors::ledger)?;
        if report.status == Status::Damaged {
            found.damage.extend(damage(&report));
        }
        let last =
            report.last.map(|head| LastRow { seq: head.seq, hash: head.hash.to_string(), len: head.len });
        found.heads.push(LedgerHead { file: file.to_string(), rows: report.rows(), last });
    }
    Ok(found)
}

fn damage(report: &FileReport) -> Vec<Source> {
    let is_damage =
        |issue: &&Issue| issue.kind.is_damage() || matches!(issue.kind, IssueKind::TornTail { .. });
    // The same finding on many lines is one fault; its first place is enough to look.
    let mut kinds: BTreeMap<String, (&Issue, usize)> = BTreeMap::new();
    for issue in report.issues.iter().filter(is_damage) {
        kinds.entry(issue.kind.to_string()).or_insert((issue, 0)).1 += 1;
    }
    let mut first: Vec<(&Issue, usize)> = kinds.into_values().collect();
    first.sort_by_key(|(issue, _)| issue.offset);
    let source = |(issue, times): &(&Issue, usize)| {
        let more = if *times > 1 { format!(" (and {} more such lines)", times - 1) } else { String::new() };
        let row = RowRef { file: issue.file.clone(), line: issue.line, seq: issue.seq };
        Source::new(format!("{issue}{more}"), row)
    };
    first.iter().take(NAMED).map(source).collect()
}
