//! Why a row could not be read or written.

/// A row that cannot be read as what it should be, or a value that must not be written.
///
/// The text names the field and the reason, in one line, with control characters escaped; the caller adds
/// file and line.
///
/// ```
/// use tracker_domain::RowRef;
/// use tracker_ledger::wire::{WireError, snapshot};
/// let line = br#"{"window":"W0-19","provider":"codex","phase":"after","captured_at":"noon"}"#;
/// let error = snapshot::read(line, RowRef::default()).expect_err("noon is no instant");
/// assert_eq!(error.to_string(), r#"captured_at is not an RFC 3339 time: "noon""#);
/// let newer = br#"{"schema_version":999}"#;
/// assert!(matches!(snapshot::read(newer, RowRef::default()), Err(WireError::NewerSchema { found: 999, .. })));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The line is not a JSON object: bad UTF-8, bad syntax, too deep, a number out of range, a repeated key.
    #[error("not a JSON object: {reason}")]
    NotJson {
        /// What the decoder says, with the column.
        reason: String,
    },
    /// A field without which the row means nothing is absent or null.
    #[error("{field} is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A field holds what it cannot hold.
    #[error("{field} is not {expected}: {value}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What it should be, for people.
        expected: &'static str,
        /// The value as found, quoted and cut to 80 characters.
        value: String,
    },
    /// The row was written by a newer release: it may be kept and shown as it is, but not interpreted.
    #[error("schema_version {found} is newer than {known}: read it with a newer release")]
    NewerSchema {
        /// The version of the row.
        found: u64,
        /// The newest version that this release reads.
        known: u32,
    },
    /// A value that has no form on disk, such as a year beyond 9999.
    #[error("cannot be written as a row: {reason}")]
    Unwritable {
        /// What and why.
        reason: String,
    },
}

/// Quotes a found value for an error line: control characters escaped, at most 80 characters.
pub(crate) fn quote(value: &str) -> String {
    let cut: String = value.chars().take(80).collect();
    format!("{cut:?}")
}
