//! What went wrong with a capture or a window, as a row that stays.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::{Lane, MeterId, ProviderId, RowRef, SnapshotId, WindowId};

/// What kind of anomaly.
///
/// ```
/// use tracker_domain::AnomalyKind;
/// assert_eq!("negative-delta".parse(), Ok(AnomalyKind::NegativeDelta));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AnomalyKind {
    /// After is below before.
    NegativeDelta,
    /// After is not below before, but the meter was reset in between.
    ResetCrossed,
    /// Captured within the buffer after a reset.
    LateAfter,
    /// The same raw pane in another window or phase.
    ReplayedPane,
    /// Two sources on one scale differ.
    Divergent,
    /// A meter rose by far more between two neighbouring readings than one answer can use.
    Jump,
    /// A reset came earlier than it was announced.
    ResetEarly,
    /// A reset was put off after it had been announced.
    ResetLate,
    /// A meter fell although its reset did not move.
    FellWithoutReset,
    /// A meter stood above 100 percent.
    OverHundred,
    /// The newest reading of a meter is old.
    Stale,
    /// A meter that was there before is not there any more.
    WindowVanished,
    /// Readings of two accounts lie in one window.
    TwoAccounts,
    /// Any other word, kept as it is.
    Other(String),
}

impl fmt::Display for AnomalyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NegativeDelta => "negative-delta",
            Self::ResetCrossed => "reset-crossed",
            Self::LateAfter => "late-after",
            Self::ReplayedPane => "replayed-pane",
            Self::Divergent => "divergent",
            Self::Jump => "jump",
            Self::ResetEarly => "reset-early",
            Self::ResetLate => "reset-late",
            Self::FellWithoutReset => "fell-without-reset",
            Self::OverHundred => "over-100",
            Self::Stale => "stale",
            Self::WindowVanished => "window-vanished",
            Self::TwoAccounts => "two-accounts",
            Self::Other(text) => text,
        })
    }
}

impl FromStr for AnomalyKind {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "negative-delta" => Self::NegativeDelta,
            "reset-crossed" => Self::ResetCrossed,
            "late-after" => Self::LateAfter,
            "replayed-pane" => Self::ReplayedPane,
            "divergent" => Self::Divergent,
            "jump" => Self::Jump,
            "reset-early" => Self::ResetEarly,
            "reset-late" => Self::ResetLate,
            "fell-without-reset" => Self::FellWithoutReset,
            "over-100" => Self::OverHundred,
            "stale" => Self::Stale,
            "window-vanished" => Self::WindowVanished,
            "two-accounts" => Self::TwoAccounts,
            other => Self::Other(other.to_owned()),
        })
    }
}

/// Why a meter fell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The printed reset moved past the capture: expected, and not blocking.
    ResetCrossed,
    /// No reset explains it: blocking until the capture is corrected.
    Unexplained,
}

impl Cause {
    /// Returns the word that stands in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResetCrossed => "reset-crossed",
            Self::Unexplained => "unexplained",
        }
    }
}

/// One anomaly row.
#[derive(Debug, Clone, PartialEq)]
pub struct Anomaly {
    /// The window.
    pub window: WindowId,
    /// The provider.
    pub provider: ProviderId,
    /// The lane, when one was named.
    pub lane: Option<Lane>,
    /// What kind.
    pub kind: AnomalyKind,
    /// The meter, for kinds that concern one.
    pub meter: Option<MeterId>,
    /// Why, for a meter that fell.
    pub cause: Option<Cause>,
    /// Whether the window may not be finalized until the capture is corrected.
    pub blocking: bool,
    /// The before value in the meter's unit.
    pub before: Option<f64>,
    /// The after value in the meter's unit.
    pub after: Option<f64>,
    /// The snapshots it rests on. It counts only while none of them is retracted or superseded; an anomaly that
    /// names none always counts.
    pub snapshots: Vec<SnapshotId>,
    /// When it was found.
    pub captured_at: DateTime<Utc>,
    /// One clear line for people.
    pub detail: String,
    /// Where the row stands.
    pub row: RowRef,
}

impl Anomaly {
    /// Returns the name under which a finalize row accepts it: `kind:provider`, with the meter where it has one.
    ///
    /// ```
    /// # use tracker_domain::{Anomaly, AnomalyKind, MeterId, RowRef};
    /// # let anomaly = Anomaly {
    /// #     window: "W0-19".parse()?, provider: "some".parse()?, lane: None, kind: AnomalyKind::NegativeDelta,
    /// #     meter: Some(MeterId::WEEKLY), cause: None, blocking: true, before: None, after: None,
    /// #     snapshots: Vec::new(), captured_at: Default::default(), detail: String::new(), row: RowRef::default(),
    /// # };
    /// assert_eq!(anomaly.name(), "negative-delta:some:weekly");
    /// # Ok::<(), tracker_domain::DomainError>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> String {
        match &self.meter {
            Some(meter) => format!("{}:{}:{meter}", self.kind, self.provider),
            None => format!("{}:{}", self.kind, self.provider),
        }
    }
}
