//! Adopt rows: how rows without a hash (the earlier tool's, or added by hand) come under the chain.
//!
//! An adopt row seals the bytes between the last chained row (or the start of the file) and itself. These bytes
//! are never touched.

use std::io;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::row::RowHash;
use crate::storage::{StorageFile, read_full_at};
use crate::wire::SCHEMA_VERSION;

const START: &[u8] = b"{\"adopt\":{";
const STEP_BYTES: usize = 256 * 1024;

/// Bytes without a hash, and what they hash to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where they start: after the last chained row, or 0.
    pub(crate) offset: u64,
    /// How many bytes; they end where the adopt row starts.
    pub(crate) bytes: u64,
    /// How many lines that are not empty.
    pub(crate) rows: u64,
    /// SHA-256 of the bytes.
    pub(crate) sha256: RowHash,
}

#[derive(Deserialize)]
struct AdoptText {
    adopt: SpanText,
}

#[derive(Deserialize)]
struct SpanText {
    offset: u64,
    bytes: u64,
    rows: u64,
    sha256: String,
}

/// Returns true for a row that the ledger wrote for itself.
pub(crate) fn is_adopt_row(line: &[u8]) -> bool {
    line.starts_with(START)
}

/// Returns the body of the adopt row of a span.
pub(crate) fn body(span: &Span) -> String {
    let Span { offset, bytes, rows, sha256 } = span;
    format!(
        "{{\"adopt\":{{\"offset\":{offset},\"bytes\":{bytes},\"rows\":{rows},\"sha256\":\"{sha256}\"}},\
         \"schema_version\":{SCHEMA_VERSION},\"tool_version\":\"{}\",\"source\":\"ledger\"}}",
        env!("CARGO_PKG_VERSION")
    )
}

/// Returns the span that an adopt row claims.
pub(crate) fn parse(line: &[u8]) -> Option<Span> {
    let text: AdoptText = serde_json::from_slice(line).ok()?;
    let SpanText { offset, bytes, rows, sha256 } = text.adopt;
    Some(Span { offset, bytes, rows, sha256: RowHash::from_hex(sha256.as_bytes())? })
}

/// Returns the SHA-256 of a part of the file.
pub(crate) fn hash_range(file: &dyn StorageFile, from: u64, to: u64) -> io::Result<RowHash> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; STEP_BYTES];
    let mut at = from;
    while at < to {
        let want = usize::try_from(to - at).map_or(STEP_BYTES, |left| left.min(STEP_BYTES));
        let Some(part) = buffer.get_mut(..want) else { break };
        let read = read_full_at(file, part, at)?;
        if read < want {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        hasher.update(part);
        at += read as u64;
    }
    Ok(RowHash::of(hasher))
}
