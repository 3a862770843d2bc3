//! Prompt counts: the meter of plans that are capped by prompts.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::error::{DomainError, cut};
use crate::{CommitMark, Lane, ProviderId, RowRef, Tag, WindowId};

/// Whether a count is the meter's own figure or the use within one window.
///
/// ```
/// use tracker_domain::CountKind;
/// assert_eq!("delta".parse::<CountKind>()?, CountKind::Delta);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CountKind {
    /// Prompts used within the window.
    Delta,
    /// The meter's running figure. Two of them make a delta; one alone is no use.
    Absolute,
}

impl CountKind {
    /// Returns the word that stands in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delta => "delta",
            Self::Absolute => "absolute",
        }
    }
}

impl fmt::Display for CountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for CountKind {
    type Err = DomainError;
    fn from_str(value: &str) -> Result<Self, DomainError> {
        match value {
            "delta" => Ok(Self::Delta),
            "absolute" => Ok(Self::Absolute),
            _ => Err(DomainError::Word { field: "kind", value: cut(value), known: "delta or absolute" }),
        }
    }
}

/// One row of prompt counts.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptCount {
    /// The window it belongs to.
    pub window: WindowId,
    /// Whose prompts.
    pub provider: ProviderId,
    /// The agent; `None` when none was named.
    pub lane: Option<Lane>,
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// Prompts, finite and at least 0; `None` when the input held no count.
    pub prompts_used: Option<f64>,
    /// Use of the window, or the meter's running figure.
    pub kind: CountKind,
    /// The running figure at the start, for a delta that has one.
    pub baseline: Option<f64>,
    /// The commit that was checked out in the repository of the root; `None` when none was kept.
    pub commit: Option<CommitMark>,
    /// Who counted: `ccusage`, `monitor`, `trace`, `manual`.
    pub count_source: String,
    /// The operator's notes.
    pub notes: String,
    /// What is missing, doubtful or special.
    pub errors: Vec<Tag>,
    /// Where the row stands.
    pub row: RowRef,
}
