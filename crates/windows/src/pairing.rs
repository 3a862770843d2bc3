//! Pairs: the before and the after of one lane; a phase without its counterpart is a half.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use tracker_domain::{Account, Anomaly, Lane, MeterId, Phase, ProviderId, RowRef, Snapshot, Tag, WindowId};

use crate::canonical::CanonicalSnapshots;
use crate::delta::{MeterDelta, Point, meter_delta};

/// The canonical before and after of one lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair<'a> {
    /// The before.
    pub before: &'a Snapshot,
    /// The after.
    pub after: &'a Snapshot,
}

/// The lanes of one provider in one window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs<'a> {
    /// Complete lanes, by lane name.
    pub pairs: Vec<Pair<'a>>,
    /// Lanes that have only one phase.
    pub halves: Vec<&'a Snapshot>,
}

impl<'a> Pair<'a> {
    /// Returns the lane.
    #[must_use]
    pub fn lane(&self) -> Option<&'a Lane> {
        self.before.lane.as_ref()
    }

    /// Returns the account, where one of the two panes names it.
    #[must_use]
    pub fn account(&self) -> Option<&'a Account> {
        self.before.account.as_ref().or(self.after.account.as_ref())
    }

    /// Tells whether the two panes name different accounts: their meters have nothing to do with each other.
    #[must_use]
    pub fn account_changed(&self) -> bool {
        matches!((&self.before.account, &self.after.account), (Some(b), Some(a)) if b != a)
    }

    /// Tells whether the after is not older than the before.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.before.captured_at <= self.after.captured_at
    }

    /// Returns the meters that either pane shows, with or without a number.
    pub fn meters(&self) -> impl Iterator<Item = &'a MeterId> {
        let (before, after) = (self.before, self.after);
        before.reading.meters.iter().chain(&after.reading.meters).map(|meter| &meter.id)
    }

    /// Returns what this lane's interval used of a meter. Panes of two accounts or in reverse order make none.
    #[must_use]
    pub fn delta(&self, meter: &MeterId) -> MeterDelta {
        if self.account_changed() || !self.is_ordered() {
            return MeterDelta { value: None, finding: None };
        }
        meter_delta(Point::of(self.before, meter), Point::of(self.after, meter))
    }

    /// Returns the anomaly of a meter that makes no delta although both values are known.
    #[must_use]
    pub fn anomaly(&self, meter: &MeterId, now: DateTime<Utc>) -> Option<Anomaly> {
        let finding = self.delta(meter).finding?;
        let (before, after) = (Point::of(self.before, meter).used?, Point::of(self.after, meter).used?);
        let (provider, window) = (&self.after.provider, &self.after.window);
        let why = match finding.cause() {
            tracker_domain::Cause::ResetCrossed => "the meter was reset in between",
            tracker_domain::Cause::Unexplained => "its reset did not move",
        };
        Some(Anomaly {
            window: window.clone(),
            provider: provider.clone(),
            lane: self.lane().cloned(),
            kind: finding.kind(),
            meter: Some(meter.clone()),
            cause: Some(finding.cause()),
            blocking: finding.is_blocking(),
            before: Some(before),
            after: Some(after),
            snapshots: vec![self.before.id.clone(), self.after.id.clone()],
            captured_at: now,
            detail: format!("{provider} {meter} went from {before} to {after} in {window}: {why}"),
            row: RowRef::default(),
        })
    }

    /// Returns the anomalies of all meters.
    #[must_use]
    pub fn anomalies(&self, now: DateTime<Utc>) -> Vec<Anomaly> {
        let meters: BTreeSet<&MeterId> = self.meters().collect();
        meters.into_iter().filter_map(|meter| self.anomaly(meter, now)).collect()
    }

    /// Tells whether neither pane holds a single number.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        !self.before.reading.has_numbers() && !self.after.reading.has_numbers()
    }

    /// Returns the tags of both panes, each once.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &'a Tag> {
        let (before, after) = (self.before, self.after);
        before.reading.errors.iter().chain(&after.reading.errors)
    }
}

/// Returns the lanes of each provider of a window.
///
/// Only phases of one lane are ever paired: the after of one agent says nothing about the before of another.
#[must_use]
pub fn pairs<'a>(
    canonical: &CanonicalSnapshots<'a>,
    window: &WindowId,
) -> BTreeMap<&'a ProviderId, Pairs<'a>> {
    type Phases<'a> = (Option<&'a Snapshot>, Option<&'a Snapshot>);
    let mut lanes: BTreeMap<(&'a ProviderId, Option<&'a Lane>), Phases<'a>> = BTreeMap::new();
    for snapshot in canonical.of_window(window).filter_map(|(_, entry)| entry.canonical) {
        let lane = lanes.entry((&snapshot.provider, snapshot.lane.as_ref())).or_default();
        match snapshot.phase {
            Phase::Before => lane.0 = Some(snapshot),
            Phase::After => lane.1 = Some(snapshot),
        }
    }
    let mut out: BTreeMap<&ProviderId, Pairs<'_>> = BTreeMap::new();
    for ((provider, _), phases) in lanes {
        let entry = out.entry(provider).or_default();
        match phases {
            (Some(before), Some(after)) => entry.pairs.push(Pair { before, after }),
            (before, after) => entry.halves.extend(before.or(after)),
        }
    }
    out
}
