//! Canonical rows: of several rows for one thing the newest that is not withdrawn counts, the others are history.

use std::collections::{BTreeMap, HashMap, HashSet};

use tracker_domain::{
    Anomaly, FinalizedWindow, Lane, Phase, ProviderId, Retraction, Snapshot, SnapshotId, WindowId,
};

use crate::order::sort_by_place;

/// What may have one canonical snapshot: a phase of a lane of a provider in a window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhaseKey {
    /// The window.
    pub window: WindowId,
    /// The provider.
    pub provider: ProviderId,
    /// The lane; `None` is a lane of its own.
    pub lane: Option<Lane>,
    /// The phase.
    pub phase: Phase,
}

impl PhaseKey {
    /// Returns the key under which a snapshot competes with others.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        Self {
            window: snapshot.window.clone(),
            provider: snapshot.provider.clone(),
            lane: snapshot.lane.clone(),
            phase: snapshot.phase,
        }
    }
}

/// All rows of one phase, in the order in which they were appended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry<'a> {
    /// The newest row that is not withdrawn.
    pub canonical: Option<&'a Snapshot>,
    /// Older rows that are not withdrawn: duplicates.
    pub superseded: Vec<&'a Snapshot>,
    /// Withdrawn rows, each with the row that withdraws it.
    pub retracted: Vec<(&'a Snapshot, &'a Retraction)>,
}

/// The canonical snapshots of a ledger or of a part of it.
///
/// ```
/// use tracker_windows::canonical::CanonicalSnapshots;
/// let none = CanonicalSnapshots::new(&[], &[]);
/// assert_eq!(none.entries().count(), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CanonicalSnapshots<'a> {
    // By window first, because most questions are about one window of a long ledger.
    windows: BTreeMap<&'a WindowId, BTreeMap<PhaseKey, Entry<'a>>>,
    stale: HashSet<&'a SnapshotId>,
}

impl<'a> CanonicalSnapshots<'a> {
    /// Returns the canonical rows. A retraction counts wherever it stands, because it names one row for good.
    #[must_use]
    pub fn new(snapshots: &'a [Snapshot], retractions: &'a [Retraction]) -> Self {
        let withdrawn: HashMap<&SnapshotId, &Retraction> =
            retractions.iter().map(|row| (&row.retracts, row)).collect();
        let mut placed: Vec<&Snapshot> = snapshots.iter().collect();
        sort_by_place(&mut placed, |snapshot| &snapshot.row);
        let mut windows: BTreeMap<&WindowId, BTreeMap<PhaseKey, Entry<'a>>> = BTreeMap::new();
        for snapshot in placed {
            let entries = windows.entry(&snapshot.window).or_default();
            let entry = entries.entry(PhaseKey::of(snapshot)).or_default();
            if let Some(retraction) = withdrawn.get(&snapshot.id) {
                entry.retracted.push((snapshot, retraction));
            } else if let Some(older) = entry.canonical.replace(snapshot) {
                entry.superseded.push(older);
            }
        }
        let stale = windows.values().flat_map(BTreeMap::values).flat_map(Entry::stale).collect();
        Self { windows, stale }
    }

    /// Returns all entries, ordered by window, provider, lane and phase.
    pub fn entries(&self) -> impl Iterator<Item = (&PhaseKey, &Entry<'a>)> {
        self.windows.values().flatten()
    }

    /// Returns the entries of one window.
    pub fn of_window(&self, window: &WindowId) -> impl Iterator<Item = (&PhaseKey, &Entry<'a>)> {
        self.windows.get(window).into_iter().flatten()
    }

    /// Returns the canonical row of a phase.
    #[must_use]
    pub fn get(&self, key: &PhaseKey) -> Option<&'a Snapshot> {
        self.windows.get(&key.window)?.get(key)?.canonical
    }

    /// Returns every snapshot that is not withdrawn, canonical or superseded, without order.
    pub fn unretracted(&self) -> impl Iterator<Item = &'a Snapshot> {
        self.entries().flat_map(|(_, entry)| entry.superseded.iter().copied().chain(entry.canonical))
    }

    /// Returns the first snapshot an anomaly rests on that is withdrawn or superseded: the anomaly is resolved.
    ///
    /// An anomaly that names no snapshot is always active, and so is one whose snapshots are not known here.
    #[must_use]
    pub fn resolved_by<'s>(&self, anomaly: &'s Anomaly) -> Option<&'s SnapshotId> {
        anomaly.snapshots.iter().find(|id| self.stale.contains(id))
    }

    /// Tells whether an anomaly still counts.
    #[must_use]
    pub fn is_active(&self, anomaly: &Anomaly) -> bool {
        self.resolved_by(anomaly).is_none()
    }
}

impl<'a> Entry<'a> {
    /// Returns the ids that no longer count. A copied line repeats the canonical id, which stays current.
    fn stale(&self) -> Vec<&'a SnapshotId> {
        let current = self.canonical.map(|snapshot| &snapshot.id);
        let superseded = self.superseded.iter().map(|snapshot| &snapshot.id);
        let retracted = self.retracted.iter().map(|(snapshot, _)| &snapshot.id);
        superseded.filter(|id| Some(*id) != current).chain(retracted).collect()
    }
}

/// The finalize rows of one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FinalizeRows<'a> {
    /// The newest row.
    pub canonical: &'a FinalizedWindow,
    /// How many older rows there are.
    pub history: usize,
}

/// Returns the newest finalize row of each window: completing a window again replaces it, and adds nothing.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_domain::{FinalizedWindow, RowRef, WindowId};
/// let row = |line| FinalizedWindow {
///     row: RowRef { line, ..RowRef::default() },
///     ..FinalizedWindow::new("W0-19".parse::<WindowId>().expect("valid"), DateTime::<Utc>::UNIX_EPOCH)
/// };
/// let rows = [row(2), row(1), row(3)];
/// let windows = tracker_windows::canonical::finalized(&rows);
/// assert_eq!(windows.len(), 1);
/// assert_eq!(windows[&rows[0].window].canonical.row.line, 3);
/// ```
#[must_use]
pub fn finalized(rows: &[FinalizedWindow]) -> BTreeMap<&WindowId, FinalizeRows<'_>> {
    let mut placed: Vec<&FinalizedWindow> = rows.iter().collect();
    sort_by_place(&mut placed, |row| &row.row);
    let mut newest: BTreeMap<&WindowId, FinalizeRows<'_>> = BTreeMap::new();
    for row in placed {
        newest
            .entry(&row.window)
            .and_modify(|rows| *rows = FinalizeRows { canonical: row, history: rows.history + 1 })
            .or_insert(FinalizeRows { canonical: row, history: 0 });
    }
    newest
}
