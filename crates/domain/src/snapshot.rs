//! A stored reading: one pane of one provider, before or after the work of a window.

use chrono::{DateTime, Utc};

use crate::{Account, Lane, Phase, ProviderId, Reading, RowRef, SnapshotId, WindowId};

/// Where the repository stood when a snapshot was taken.
///
/// ```
/// use tracker_domain::CommitMark;
/// let mark = CommitMark { commit: "3b18e512dba79e4c8300dd08aeb37f8e728b8dad".into(), is_dirty: true };
/// assert!(mark.is_dirty);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitMark {
    /// The full name of the commit that was checked out.
    pub commit: String,
    /// Whether tracked files differed from it.
    pub is_dirty: bool,
}

/// One snapshot row.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Its name; rows of the earlier tool have none on disk and get one derived from their place.
    pub id: SnapshotId,
    /// The window it belongs to.
    pub window: WindowId,
    /// Whose meters.
    pub provider: ProviderId,
    /// The agent that took it; `None` when none was named.
    pub lane: Option<Lane>,
    /// Before or after the work.
    pub phase: Phase,
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The operator's notes.
    pub notes: String,
    /// What stored it: `alias`, `ingest`, `override`, `automation`, …
    pub source: String,
    /// The account's pseudonym, when the pane names one.
    pub account: Option<Account>,
    /// What the pane says.
    pub reading: Reading,
    /// SHA-256 (hex) of the raw pane as received, before pseudonyms; `None` for typed values and old rows.
    pub pane_hash: Option<String>,
    /// Names the `cross` that stored this pane twice: its after row and its before row share one value.
    pub cross_id: Option<SnapshotId>,
    /// Where the repository stood; `None` when there was none, or when it was not asked for.
    pub commit: Option<CommitMark>,
    /// Where the row stands; the order of rows is the order of time where clocks disagree.
    pub row: RowRef,
}

/// A row that withdraws a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retraction {
    /// The snapshot withdrawn.
    pub retracts: SnapshotId,
    /// Why.
    pub reason: String,
    /// When.
    pub captured_at: DateTime<Utc>,
    /// Where the row stands.
    pub row: RowRef,
}
