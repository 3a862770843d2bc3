//! Why a line is no event.

/// A line that is no event; the caller adds its number and keeps its text.
///
/// ```
/// use tracker_telemetry::read_line;
/// let why = |text| read_line(text).unwrap_err().to_string();
/// assert_eq!(why("42"), "not a JSON object");
/// assert_eq!(why(r#"{"ts":1,"level":30}"#), "no event: neither tokens, a status nor a latency");
/// assert_eq!(why(r#"{"rid":"a","input_tokens":-5}"#), "input_tokens is not a count: -5");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadLine {
    /// It is not JSON, or a value that is no object.
    #[error("not a JSON object")]
    NotAnObject,
    /// It is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// It is longer than [`MAX_LINE_BYTES`](crate::MAX_LINE_BYTES).
    #[error("longer than 1 MiB")]
    TooLong,
    /// It is an object of something else.
    #[error("no event: neither tokens, a status nor a latency")]
    NoEvent,
    /// A field holds what it cannot hold.
    #[error("{field} is not {expected}: {found}")]
    Field {
        /// The field.
        field: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is, cut to 40 characters.
        found: String,
    },
}

impl BadLine {
    pub(crate) fn field(field: &'static str, expected: &'static str, found: &str) -> Self {
        Self::Field { field, expected, found: found.chars().take(40).collect() }
    }
}
