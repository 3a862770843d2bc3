//! What a value outside its domain is refused with.

/// A value that cannot be what its type promises. The text names the value and the allowed domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DomainError {
    /// An identifier with characters, a length or a first character that is not allowed.
    #[error(
        "{kind} {value:?} is not valid: use 1-64 of A-Z a-z 0-9 . _ - and do not start with a dot or dash"
    )]
    Identifier {
        /// Which identifier: `window`, `provider`, `lane`, …
        kind: &'static str,
        /// The refused text, cut to 80 characters.
        value: String,
    },
    /// A percentage that is not a finite number in its range.
    #[error("{value} is not a percentage: use {range}")]
    Percent {
        /// The refused number as printed.
        value: String,
        /// The allowed range, for people.
        range: &'static str,
    },
    /// A quality, rubric or feature count outside its range.
    #[error("{field} {value} is out of range: use {range}")]
    Range {
        /// The field: `quality`, `rubric`, `features`, …
        field: &'static str,
        /// The refused number as printed.
        value: String,
        /// The allowed range, for people.
        range: &'static str,
    },
    /// A word that is not one of the known ones.
    #[error("{field} {value:?} is not known: use {known}")]
    Word {
        /// The field: `outcome`, `phase`, …
        field: &'static str,
        /// The refused word, cut to 80 characters.
        value: String,
        /// The words that are known, for people.
        known: &'static str,
    },
}

/// Cuts a refused value so that an error line stays one line.
pub(crate) fn cut(value: &str) -> String {
    value.chars().take(80).collect()
}
