//! `Acceptance_Evidence.csv`, the mirror of `evidence.jsonl`.

use tracker_domain::{Artifact, RowRef};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{self, Stamp, WireError};

use super::LedgerMirror;

/// The mirror.
pub(crate) const MIRROR: LedgerMirror = LedgerMirror {
    file: LedgerFile::EVIDENCE,
    name: "Acceptance_Evidence.csv",
    cells,
    numbers: &[],
    restate,
};

/// The cells of one evidence row; several artifacts stand with `;` between them.
fn cells(line: &[u8]) -> Option<Vec<String>> {
    let row = wire::evidence::read(line, RowRef::default()).ok().flatten()?;
    let joined = |of: &dyn Fn(&Artifact) -> &str| row.artifacts.iter().map(of).collect::<Vec<_>>().join(";");
    Some(vec![
        row.window.to_string(),
        row.capability.clone(),
        row.test_run_id.clone().unwrap_or_default(),
        row.runner.clone(),
        row.result.to_string(),
        joined(&|artifact| &artifact.path),
        joined(&|artifact| &artifact.sha256),
        row.notes,
    ])
}

fn restate(line: &str, stamp: &Stamp<'_>) -> Result<String, WireError> {
    let row = wire::evidence::read(line.as_bytes(), RowRef::default())?;
    let mut row = row.ok_or(WireError::Missing { field: "window_id" })?;
    if let [joined] = row.artifacts.as_slice() {
        let (paths, hashes) = (joined.path.split(';'), joined.sha256.split(';'));
        if paths.clone().count() == hashes.clone().count() {
            let one = |(path, sha256): (&str, &str)| Artifact { path: path.into(), sha256: sha256.into() };
            row.artifacts = paths.zip(hashes).map(one).collect();
        }
    }
    wire::evidence::write(&row, stamp)
}
