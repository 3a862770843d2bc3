//! What a reader, a writer or `verify` found in a ledger: where, and why.

use std::fmt;

use crate::row::RowFault;

/// One finding, with its place.
///
/// ```
/// use tracker_ledger::{Issue, IssueKind};
/// let issue = Issue::new("windows.jsonl", IssueKind::HashMismatch).at(120, 3).with_seq(2);
/// assert_eq!(issue.to_string(), "windows.jsonl:3 (seq 2): the row was changed: its hash does not match");
/// assert!(issue.kind.is_damage());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issue {
    /// File name without its folder.
    pub file: String,
    /// Line, counted from 1; 0 when only the byte offset is known.
    pub line: u64,
    /// Byte offset of the line's first byte.
    pub offset: u64,
    /// Sequence number, where the row tells one.
    pub seq: Option<u64>,
    /// What was found.
    pub kind: IssueKind,
}

impl Issue {
    /// Returns a finding about a whole file.
    #[must_use]
    pub fn new(file: impl Into<String>, kind: IssueKind) -> Self {
        Self { file: file.into(), line: 0, offset: 0, seq: None, kind }
    }

    /// Sets the byte offset and the line (0 when it is not known).
    #[must_use]
    pub fn at(mut self, offset: u64, line: u64) -> Self {
        (self.offset, self.line) = (offset, line);
        self
    }

    /// Sets the sequence number.
    #[must_use]
    pub fn with_seq(mut self, seq: u64) -> Self {
        self.seq = Some(seq);
        self
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match (self.line, self.offset) {
            (0, 0) => {}
            (0, offset) => write!(f, " at byte {offset}")?,
            (line, _) => write!(f, ":{line}")?,
        }
        if let Some(seq) = self.seq {
            write!(f, " (seq {seq})")?;
        }
        write!(f, ": {}", self.kind)
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueKind {
    /// The line is not a row at all; readers skip it.
    #[error("the line is skipped: {0}")]
    Unreadable(RowFault),
    /// Such a line stands in a part that an adopt row has sealed as it is.
    #[error("the line is skipped, and sealed as it is: {0}")]
    UnreadableSealed(RowFault),
    /// A carriage return stands before the newline. Of a chained row that is damage; a row without a hash may
    /// have been written so, and is data.
    #[error("line endings changed (git autocrlf?)")]
    LineEndings {
        /// Whether the row is chained.
        chained: bool,
    },
    /// The file starts with a UTF-8 byte order mark.
    #[error("the file starts with a byte order mark (saved by an editor?)")]
    ByteOrderMark,
    /// The file is UTF-16.
    #[error("the file is UTF-16 (saved by an editor?); a ledger is UTF-8")]
    Utf16,
    /// The last line has no newline and is not complete: a write that is under way, or was cut.
    #[error("the last line is in flight or torn ({bytes} bytes without a newline); it is no row yet")]
    TornTail {
        /// Length of the fragment in bytes.
        bytes: u64,
    },
    /// Zeros stand in the last rows: a power cut took bytes of them before they were synced.
    #[error("the last rows are torn ({bytes} bytes from a line with zeros on); they were never acknowledged")]
    TornRows {
        /// Length from the first such line on, in bytes.
        bytes: u64,
    },
    /// The last line is a whole row of another program, without its newline.
    #[error("the last line has no newline")]
    MissingNewline,
    /// A writer moved a torn tail to the quarantine folder and cut it off.
    #[error("a torn tail of {bytes} bytes was moved to {quarantined}")]
    Repaired {
        /// Length of the fragment in bytes.
        bytes: u64,
        /// File name in the quarantine folder.
        quarantined: String,
    },
    /// A writer sealed rows that had no hash.
    #[error("adopted {} without a hash ({bytes} bytes)", counted(*.rows))]
    Adopted {
        /// How many lines.
        rows: u64,
        /// How many bytes.
        bytes: u64,
    },
    /// Rows that no hash covers yet (the earlier tool's, or added by hand).
    #[error("{} without a hash, which the next append adopts", counted(*.rows))]
    Unchained {
        /// How many lines.
        rows: u64,
    },
    /// The row's bytes do not give its hash.
    #[error("the row was changed: its hash does not match")]
    HashMismatch,
    /// The sequence number does not follow.
    #[error("rows are missing, doubled or moved: expected seq {expected}")]
    SeqGap {
        /// The number that should stand here.
        expected: u64,
    },
    /// The row has the members of a chained row, but not in their form.
    #[error("the row's seq or h was changed")]
    MalformedChain,
    /// A row without a hash stands between chained rows.
    #[error("a row without a hash was put between chained rows")]
    ForeignRow,
    /// A line that no hash covers is empty.
    #[error("an empty line was put after chained rows")]
    EmptyLine,
    /// What an adopt row sealed is not what stands before it.
    #[error("the rows adopted here were changed")]
    AdoptMismatch,
    /// The ledger is shorter than its head says.
    #[error("acknowledged rows are gone: the head says seq {seq} ends at byte {len}")]
    RolledBack {
        /// Sequence number of the head.
        seq: u64,
        /// Length of the ledger by the head, in bytes.
        len: u64,
    },
    /// The row at the head's place is another one.
    #[error("the ledger was replaced or changed: the head says seq {seq} ends at byte {len}")]
    HeadMismatch {
        /// Sequence number of the head.
        seq: u64,
        /// Length of the ledger by the head, in bytes.
        len: u64,
    },
    /// The head is not readable.
    #[error("the head is not readable; if the ledger verifies, remove the .head file to accept it as it is")]
    HeadUnreadable,
    /// The head lags behind the ledger; the next append moves it.
    #[error("the head is {} behind; the next append moves it", counted(*.rows))]
    HeadBehind {
        /// How many chained rows follow it.
        rows: u64,
    },
    /// There is no head, so removal of the newest rows cannot be seen.
    #[error("not anchored: there is no head, so removal of the newest rows cannot be seen")]
    NotAnchored,
    /// The last row is of a newer release, so this one does not append.
    #[error("written by a newer release (schema_version {found}); this one only reads")]
    Newer {
        /// The version of the row.
        found: u64,
    },
    /// A CSV mirror lacks rows; the next append writes them.
    #[error("the mirror lacks {}; the next append completes it", counted(*.rows))]
    MirrorBehind {
        /// How many rows.
        rows: u64,
    },
    /// A CSV mirror has rows that its ledger has not.
    #[error("the mirror has {} beyond those of the ledger (added by hand?)", counted(*.rows))]
    MirrorForeign {
        /// How many rows.
        rows: u64,
    },
    /// A CSV mirror does not start with its header.
    #[error("the mirror's header is not {expected}")]
    MirrorHeader {
        /// The fixed header.
        expected: String,
    },
    /// The last row of a CSV mirror has a quote that is not closed.
    #[error("a quote in the mirror is not closed; nothing can be appended")]
    MirrorOpenQuote,
}

impl IssueKind {
    /// Returns true when acknowledged bytes were changed, lost or never were rows; false for a notice.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Unreadable(_)
                | Self::ByteOrderMark
                | Self::Utf16
                | Self::LineEndings { chained: true }
                | Self::HashMismatch
                | Self::SeqGap { .. }
                | Self::MalformedChain
                | Self::ForeignRow
                | Self::EmptyLine
                | Self::AdoptMismatch
                | Self::RolledBack { .. }
                | Self::HeadMismatch { .. }
                | Self::HeadUnreadable
        )
    }
}

fn counted(rows: u64) -> String {
    format!("{rows} {}", if rows == 1 { "row" } else { "rows" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_is_no_rows() {
        let told = |rows| IssueKind::HeadBehind { rows }.to_string();
        assert_eq!(told(1), "the head is 1 row behind; the next append moves it");
        assert_eq!(told(2), "the head is 2 rows behind; the next append moves it");
    }
}
