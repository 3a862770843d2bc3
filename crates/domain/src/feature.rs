//! What became green in a window, and what a window has set itself to do.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::error::{DomainError, cut};
use crate::{Lane, ProviderId, RowRef, WindowId};

/// What a feature row says.
///
/// ```
/// use tracker_domain::FeatureKind;
/// assert_eq!("reserved".parse::<FeatureKind>()?, FeatureKind::Reserved);
/// assert_eq!(FeatureKind::Logged.as_str(), "logged");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeatureKind {
    /// A scenario went green.
    Logged,
    /// A capability was set aside for a window, before the work.
    Reserved,
}

impl FeatureKind {
    /// Returns the word that stands in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Logged => "logged",
            Self::Reserved => "reserved",
        }
    }
}

impl fmt::Display for FeatureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for FeatureKind {
    type Err = DomainError;
    fn from_str(value: &str) -> Result<Self, DomainError> {
        match value {
            "logged" => Ok(Self::Logged),
            "reserved" => Ok(Self::Reserved),
            _ => Err(DomainError::Word { field: "kind", value: cut(value), known: "logged or reserved" }),
        }
    }
}

/// One feature row. Of several rows for one scenario in one window and provider the newest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureRecord {
    /// What it says.
    pub kind: FeatureKind,
    /// The window.
    pub window: WindowId,
    /// Whose work it is; `None` for a reservation that names nobody.
    pub provider: Option<ProviderId>,
    /// The capability of the map that it belongs to, where one is named.
    pub capability: Option<String>,
    /// Whether the capability was reserved although the map did not hold it.
    pub is_new: bool,
    /// The `.feature` file; `None` for a reservation.
    pub feature_file: Option<String>,
    /// The scenario that went green; `None` for a reservation.
    pub scenario: Option<String>,
    /// What is to be done; `None` for what was done.
    pub description: Option<String>,
    /// The commit at which the scenario was green.
    pub commit: Option<String>,
    /// The last commit before the work.
    pub baseline_commit: Option<String>,
    /// The commit that made the scenario green.
    pub implementation_commit: Option<String>,
    /// The commit that documented it.
    pub docs_commit: Option<String>,
    /// Lines added from the baseline to the implementation; `None` when it was not measured.
    pub lines_added: Option<u64>,
    /// Lines removed there.
    pub lines_removed: Option<u64>,
    /// When it was recorded.
    pub captured_at: DateTime<Utc>,
    /// The agent; `None` when none was named.
    pub lane: Option<Lane>,
    /// The operator's notes.
    pub notes: String,
    /// Where the row stands.
    pub row: RowRef,
}

impl FeatureRecord {
    /// Returns a row of that kind that says nothing else yet.
    ///
    /// ```
    /// use tracker_domain::{FeatureKind, FeatureRecord};
    /// let row = FeatureRecord::new(FeatureKind::Reserved, "W0-19".parse()?, chrono::DateTime::UNIX_EPOCH);
    /// assert_eq!((row.scenario, row.is_new), (None, false));
    /// # Ok::<(), tracker_domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn new(kind: FeatureKind, window: WindowId, captured_at: DateTime<Utc>) -> Self {
        Self {
            kind,
            window,
            provider: None,
            capability: None,
            is_new: false,
            feature_file: None,
            scenario: None,
            description: None,
            commit: None,
            baseline_commit: None,
            implementation_commit: None,
            docs_commit: None,
            lines_added: None,
            lines_removed: None,
            captured_at,
            lane: None,
            notes: String::new(),
            row: RowRef::default(),
        }
    }
}
