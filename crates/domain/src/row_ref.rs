//! Where a row stands, so that every number can be traced.

use std::fmt;

/// The place of a row in a ledger.
///
/// ```
/// use tracker_domain::RowRef;
/// let at = RowRef { file: "windows.jsonl".into(), line: 3, seq: Some(2) };
/// assert_eq!(at.to_string(), "windows.jsonl:3 (seq 2)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RowRef {
    /// File name without its folder.
    pub file: String,
    /// Line, counted from 1; 0 when only the byte offset was known.
    pub line: u64,
    /// Sequence number of a chained row.
    pub seq: Option<u64>,
}

impl fmt::Display for RowRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        match self.seq {
            Some(seq) => write!(f, " (seq {seq})"),
            None => Ok(()),
        }
    }
}
