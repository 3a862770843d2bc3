//! The three answers of a gate.

use std::fmt;

/// What a gate says.
///
/// ```
/// use tracker_gates::Status;
/// assert_eq!(Status::SoftGo.to_string(), "SOFT GO");
/// assert!(Status::NoGo < Status::Go);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Something forbids it.
    NoGo,
    /// Nothing forbids it, but churn or evidence is missing.
    SoftGo,
    /// All is there.
    Go,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NoGo => "NO-GO",
            Self::SoftGo => "SOFT GO",
            Self::Go => "GO",
        })
    }
}
