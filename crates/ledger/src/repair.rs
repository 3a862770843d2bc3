//! Torn tails: what a cut write left after the last newline is kept in quarantine, and cut off.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::atomic;
use crate::dir::{DataDir, LedgerFile};
use crate::error::LedgerError;
use crate::issue::{Issue, IssueKind};
use crate::row::RowHash;
use crate::storage::{Storage, StorageFile, read_full_at};
use crate::tail::TailLine;

/// Copies the fragment to the quarantine folder, durably, and only then cuts it off, durably. A crash between
/// the two does it again under the same name with the same bytes.
pub(crate) fn quarantine(
    storage: &dyn Storage,
    dir: &DataDir,
    name: &LedgerFile,
    file: &mut dyn StorageFile,
    fragment: &TailLine,
) -> Result<Issue, LedgerError> {
    let hash = RowHash::of(Sha256::new_with_prefix(&fragment.bytes)).to_string();
    let short = hash.get(..8).unwrap_or_default();
    let quarantined = format!("{name}.{}.{short}.torn", fragment.start);
    let folder = dir.quarantine();
    atomic::ensure_dir(storage, &folder)?;
    atomic::write_locked(storage, &folder.join(&quarantined), &fragment.bytes)?;
    cut(file, fragment.start, &dir.ledger(name))?;
    let kind = IssueKind::Repaired { bytes: fragment.bytes.len() as u64, quarantined };
    Ok(Issue::new(name.name(), kind).at(fragment.start, 0))
}

/// Does the same with all that stands from `start`, the start of a line, to `end`, the end of one.
pub(crate) fn quarantine_from(
    storage: &dyn Storage,
    dir: &DataDir,
    name: &LedgerFile,
    file: &mut dyn StorageFile,
    (start, end): (u64, u64),
) -> Result<Issue, LedgerError> {
    let mut bytes = vec![0; usize::try_from(end.saturating_sub(start)).unwrap_or_default()];
    let filled = read_full_at(file, &mut bytes, start).map_err(LedgerError::io("read", &dir.ledger(name)))?;
    bytes.truncate(filled);
    quarantine(storage, dir, name, file, &TailLine { start, bytes })
}

fn cut(file: &mut dyn StorageFile, len: u64, path: &Path) -> Result<(), LedgerError> {
    file.truncate(len).and_then(|()| file.sync_data()).map_err(LedgerError::io("cut the torn tail of", path))
}
