//! Acceptance evidence: a test run that shows whether a capability works.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::error::{DomainError, cut};
use crate::{Lane, RowRef, WindowId};

/// What a test run said.
///
/// ```
/// use tracker_domain::EvidenceResult;
/// assert_eq!("pass".parse::<EvidenceResult>()?, EvidenceResult::Pass);
/// assert!("green".parse::<EvidenceResult>().is_err());
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceResult {
    /// The capability works.
    Pass,
    /// It does not.
    Fail,
    /// It was not run: no evidence either way.
    Skip,
}

impl EvidenceResult {
    /// Returns the word that stands in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skip => "skip",
        }
    }
}

impl fmt::Display for EvidenceResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for EvidenceResult {
    type Err = DomainError;
    fn from_str(value: &str) -> Result<Self, DomainError> {
        match value {
            "pass" => Ok(Self::Pass),
            "fail" => Ok(Self::Fail),
            "skip" => Ok(Self::Skip),
            _ => Err(DomainError::Word { field: "result", value: cut(value), known: "pass, fail or skip" }),
        }
    }
}

/// One file that a test run left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Absolute path.
    pub path: String,
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
}

/// One evidence row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The window.
    pub window: WindowId,
    /// The capability that was tested.
    pub capability: String,
    /// Names the run, where it has a name.
    pub test_run_id: Option<String>,
    /// What ran it: `pytest`, `cargo`, `manual`, …
    pub runner: String,
    /// What it said.
    pub result: EvidenceResult,
    /// What it left behind.
    pub artifacts: Vec<Artifact>,
    /// When it was recorded.
    pub captured_at: DateTime<Utc>,
    /// The agent; `None` when none was named.
    pub lane: Option<Lane>,
    /// The operator's notes.
    pub notes: String,
    /// Where the row stands.
    pub row: RowRef,
}
