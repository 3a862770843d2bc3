//! The head of a ledger: its last row's number and hash, kept apart, so that a shortened ledger is seen.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::atomic;
use crate::error::LedgerError;
use crate::issue::{Issue, IssueKind};
use crate::row::RowHash;
use crate::storage::{OpenMode, Storage, read_full_at};

/// More than any head has.
const MAX_HEAD_BYTES: usize = 4096;

/// The last acknowledged row of a ledger. Printed or kept elsewhere, it is a witness against rollback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Sequence number of the row.
    pub seq: u64,
    /// Hash of the row.
    pub hash: RowHash,
    /// Where the row ends: the length of the ledger in bytes.
    pub len: u64,
}

/// The form on disk, one JSON object on one line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadText {
    seq: u64,
    h: String,
    len: u64,
}

/// Returns the head at `path`, or `None` when there is none.
pub(crate) fn read(storage: &dyn Storage, path: &Path, name: &str) -> Result<Option<Head>, LedgerError> {
    let file = match storage.open(path, OpenMode::Read) {
        Err(error) if error.is_not_found() => return Ok(None),
        result => result.map_err(LedgerError::storage("read", path))?,
    };
    let mut buffer = vec![0; MAX_HEAD_BYTES];
    let filled = read_full_at(&*file, &mut buffer, 0).map_err(LedgerError::io("read", path))?;
    buffer.truncate(filled);
    match parse(&buffer) {
        Some(head) => Ok(Some(head)),
        None => Err(LedgerError::damaged(path, Issue::new(name, IssueKind::HeadUnreadable))),
    }
}

fn parse(bytes: &[u8]) -> Option<Head> {
    let text: HeadText = serde_json::from_slice(bytes).ok()?;
    Some(Head { seq: text.seq, hash: RowHash::from_hex(text.h.as_bytes())?, len: text.len })
}

/// Replaces the head; the caller holds the ledger's lock.
pub(crate) fn write(storage: &dyn Storage, path: &Path, head: &Head) -> Result<(), LedgerError> {
    let Head { seq, hash, len } = head;
    let text = format!("{{\"seq\":{seq},\"h\":\"{hash}\",\"len\":{len}}}\n");
    atomic::write_locked(storage, path, text.as_bytes())
}
