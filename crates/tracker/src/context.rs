//! The newest stored pane that tells the use of the model's context window.

use std::collections::{BTreeSet, VecDeque};
use std::ops::ControlFlow;

use tracker_cli_support::CliError;
use tracker_domain::{ContextUse, Snapshot, SnapshotId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{self, snapshot::SnapshotLine};

use crate::errors;
use crate::rows::{Rows, row_ref};

/// How many of the newest panes are looked at.
const LOOKED_AT: usize = 64;

/// Returns the newest snapshot that is not withdrawn and tells of its context window what `is_wanted` asks for.
///
/// # Errors
/// The ledger cannot be read.
pub(crate) fn newest(
    rows: &mut Rows,
    is_wanted: impl Fn(&Snapshot, &ContextUse) -> bool,
) -> Result<Option<Snapshot>, CliError> {
    let ledger = rows.ledger().clone();
    let (mut newest, mut withdrawn) = (VecDeque::new(), BTreeSet::<SnapshotId>::new());
    let needles: [&[u8]; 2] = [b"\"context_", b"\"retracts\""];
    let report = ledger
        .scan(&LedgerFile::SNAPSHOTS, &needles, |line| {
            let row = row_ref(&LedgerFile::SNAPSHOTS, &line);
            if line.bytes.windows(10).any(|part| part == b"\"retracts\"") {
                if let Ok(SnapshotLine::Retraction(of)) = wire::snapshot::read(line.bytes, row) {
                    withdrawn.insert(of.retracts);
                }
            } else {
                if newest.len() == LOOKED_AT {
                    newest.pop_front();
                }
                newest.push_back((line.bytes.to_vec(), row));
            }
            ControlFlow::Continue(())
        })
        .map_err(errors::ledger)?;
    rows.note(&report, Vec::new());
    for (bytes, row) in newest.into_iter().rev() {
        let Ok(SnapshotLine::Snapshot(snapshot)) = wire::snapshot::read(&bytes, row) else { continue };
        let tells = snapshot.reading.context.as_ref().is_some_and(|context| is_wanted(&snapshot, context));
        if tells && !withdrawn.contains(&snapshot.id) {
            return Ok(Some(*snapshot));
        }
    }
    Ok(None)
}
