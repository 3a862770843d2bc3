//! Names of commits.

use std::fmt;
use std::str::FromStr;

/// The full hexadecimal name of a commit, 40 (SHA-1) or 64 (SHA-256) digits.
///
/// Only such names are handed to git, so that no revision can be taken for an option.
///
/// ```
/// use tracker_churn::CommitId;
/// let id: CommitId = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad".parse()?;
/// assert_eq!(id.short(), "3b18e512dba7");
/// assert!("--output=/tmp/x".parse::<CommitId>().is_err() && "3b18e5".parse::<CommitId>().is_err());
/// # Ok::<(), tracker_churn::NotACommitId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(String);

/// A text that is not the full name of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 40 or 64 lower-case hexadecimal digits")]
pub struct NotACommitId;

impl CommitId {
    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the first 12 digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl FromStr for CommitId {
    type Err = NotACommitId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_hex = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if is_hex && matches!(text.len(), 40 | 64) { Ok(Self(text.to_owned())) } else { Err(NotACommitId) }
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
