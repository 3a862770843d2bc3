//! Router room: what the numbers of a caller can be wrong about.

/// Why something cannot be computed at all; a replay that could be computed and must not be is a
/// [`Refusal`](crate::replay::Refusal).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RouterError {
    /// A number is outside of its range.
    #[error("{what} must be {range}")]
    Range {
        /// What the number stands for.
        what: &'static str,
        /// The range, in words.
        range: &'static str,
    },
    /// Two tables that belong together differ in size.
    #[error("{what} has {found} entries, expected {expected}")]
    Size {
        /// Which table.
        what: &'static str,
        /// Its entries.
        found: usize,
        /// The entries that would fit.
        expected: usize,
    },
    /// No policy or world has this name.
    #[error("no such {what}: {name:?}; known: {known}")]
    Unknown {
        /// `policy` or `world`.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: String,
    },
}
