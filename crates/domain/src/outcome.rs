//! How a window ended.

use std::fmt;
use std::str::FromStr;

use crate::error::{DomainError, cut};

/// The outcome of a window.
///
/// ```
/// use tracker_domain::Outcome;
/// assert_eq!("docs:api".parse::<Outcome>()?, Outcome::Docs("api".into()));
/// assert!("great".parse::<Outcome>().is_err());
/// // Old rows may hold anything; it is kept and never counts as a pass.
/// assert_eq!(Outcome::from_row("unknown"), Outcome::Other("unknown".into()));
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// All that was planned works.
    Pass,
    /// Part of it works.
    Partial,
    /// Nothing usable.
    Fail,
    /// A window of documents or research, with its subject.
    Docs(String),
    /// A word of an older row.
    Other(String),
}

impl Outcome {
    /// Returns the outcome of a stored row; unknown words are kept.
    #[must_use]
    pub fn from_row(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| Self::Other(text.to_owned()))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Partial => f.write_str("partial"),
            Self::Fail => f.write_str("fail"),
            Self::Docs(subject) => write!(f, "docs:{subject}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl FromStr for Outcome {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        match text {
            "pass" => Ok(Self::Pass),
            "partial" => Ok(Self::Partial),
            "fail" => Ok(Self::Fail),
            _ => match text.strip_prefix("docs:") {
                Some(subject) if !subject.trim().is_empty() => Ok(Self::Docs(subject.to_owned())),
                _ => Err(DomainError::Word {
                    field: "outcome",
                    value: cut(text),
                    known: "pass, partial, fail or docs:<text>",
                }),
            },
        }
    }
}
