//! Before or after the work of a window.

use std::fmt;
use std::str::FromStr;

use crate::error::{DomainError, cut};

/// When a snapshot was taken relative to the work of its window.
///
/// ```
/// use tracker_domain::Phase;
/// assert_eq!("after".parse::<Phase>()?, Phase::After);
/// assert_eq!(Phase::Before.to_string(), "before");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Before the work.
    Before,
    /// After the work.
    After,
}

impl Phase {
    /// Returns the word that stands in rows and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Phase {
    type Err = DomainError;
    fn from_str(value: &str) -> Result<Self, DomainError> {
        match value {
            "before" => Ok(Self::Before),
            "after" => Ok(Self::After),
            _ => Err(DomainError::Word { field: "phase", value: cut(value), known: "before or after" }),
        }
    }
}
