//! Audit of a window: every row, which of them count, and what is missing.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{
    Anomaly, FinalizedWindow, PromptCount, ProviderId, QualityScale, Retraction, RowRef, Snapshot,
    SnapshotId, WindowId,
};

use crate::canonical::{CanonicalSnapshots, FinalizeRows, PhaseKey, finalized};
use crate::needs::{Need, needs};
use crate::order::sort_by_place;
use crate::prompts::is_corrected;
use crate::summary::summarize;

/// The rows that an audit reads; rows of other windows do no harm.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rows<'a> {
    /// Snapshots.
    pub snapshots: &'a [Snapshot],
    /// Retractions.
    pub retractions: &'a [Retraction],
    /// Prompt counts.
    pub counts: &'a [PromptCount],
    /// Finalize rows.
    pub finalized: &'a [FinalizedWindow],
    /// Anomalies.
    pub anomalies: &'a [Anomaly],
    /// How many rows the other ledgers have for the window.
    pub elsewhere: Elsewhere,
}

/// How many rows other ledgers have for the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elsewhere {
    /// Churn rows, recorded skips too.
    pub churn: usize,
    /// Evidence rows.
    pub evidence: usize,
    /// Telemetry events.
    pub telemetry: usize,
}

/// One phase of one lane.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry<'a> {
    /// Window, provider, lane and phase.
    pub key: PhaseKey,
    /// The row that counts.
    pub canonical: Option<&'a Snapshot>,
    /// Duplicates: rows that a newer one supersedes, oldest first.
    pub superseded: Vec<&'a Snapshot>,
    /// Withdrawn rows, each with the row that withdraws it.
    pub retracted: Vec<(&'a Snapshot, &'a Retraction)>,
}

/// An anomaly, and what resolved it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AuditAnomaly<'a> {
    /// The row.
    pub anomaly: &'a Anomaly,
    /// The snapshot that it rests on and that no longer counts; `None` while it is active.
    pub resolved_by: Option<&'a SnapshotId>,
    /// Whether a later prompt count took the fall back that it records.
    pub corrected: bool,
}

impl AuditAnomaly<'_> {
    /// Tells whether the anomaly still counts.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.resolved_by.is_none() && !self.corrected
    }
}

/// How a finalize row has fallen behind the rows that it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The provider whose readings changed.
    pub provider: ProviderId,
    /// The newest row that the finalize row does not know; `None` when rows were withdrawn.
    pub row: Option<RowRef>,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refinalize: the readings of {} changed after the window was finalized", self.provider)
    }
}

/// A part that a finished window should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Piece {
    /// Neither a snapshot nor a prompt count.
    Readings,
    /// A finalize row.
    FinalizeRow,
    /// An outcome in the finalize row.
    Outcome,
    /// A quality in the finalize row.
    Quality,
    /// A churn row.
    Churn,
    /// An evidence row.
    Evidence,
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Readings => "readings",
            Self::FinalizeRow => "finalize row",
            Self::Outcome => "outcome",
            Self::Quality => "quality",
            Self::Churn => "churn",
            Self::Evidence => "evidence",
        })
    }
}

/// All there is to say about a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit<'a> {
    /// The window.
    pub window: WindowId,
    /// Its phases, by provider, lane and phase.
    pub entries: Vec<AuditEntry<'a>>,
    /// Its prompt counts, in order of place.
    pub counts: Vec<&'a PromptCount>,
    /// Its finalize rows.
    pub finalized: Option<FinalizeRows<'a>>,
    /// Its recorded anomalies, in order of place.
    pub anomalies: Vec<AuditAnomaly<'a>>,
    /// Anomalies that follow from its readings and are not recorded.
    pub unrecorded: Vec<Anomaly>,
    /// Where the finalize row has fallen behind.
    pub drift: Vec<Drift>,
    /// On which scale the quality is stored, when there is one.
    pub quality_scale: Option<QualityScale>,
    /// What its lanes still need.
    pub needs: Vec<Need>,
    /// What a finished window should have and this one has not.
    pub missing: Vec<Piece>,
    /// Rows of the other ledgers, as given.
    pub elsewhere: Elsewhere,
}

impl<'a> Audit<'a> {
    /// Returns the anomalies that still count.
    pub fn active_anomalies(&self) -> impl Iterator<Item = &'a Anomaly> {
        self.anomalies.iter().filter(|row| row.is_active()).map(|row| row.anomaly)
    }

    /// Returns the duplicates of all phases.
    pub fn duplicates(&self) -> impl Iterator<Item = &'a Snapshot> {
        self.entries.iter().flat_map(|entry| entry.superseded.iter().copied())
    }

    /// Tells whether nothing at all is known of the window.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.entries.is_empty()
            && self.counts.is_empty()
            && self.finalized.is_none()
            && self.anomalies.is_empty()
            && self.elsewhere == Elsewhere::default()
    }
}

/// Returns the audit of a window.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_windows::audit::{Piece, Rows, audit};
/// let found = audit(&"W0-20".parse()?, &Rows::default());
/// assert!(found.is_unknown());
/// assert!(found.missing.contains(&Piece::Readings));
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn audit<'a>(window: &WindowId, rows: &Rows<'a>) -> Audit<'a> {
    let canonical = CanonicalSnapshots::new(rows.snapshots, rows.retractions);
    let entries = canonical.of_window(window).map(|(key, entry)| AuditEntry {
        key: key.clone(),
        canonical: entry.canonical,
        superseded: entry.superseded.clone(),
        retracted: entry.retracted.clone(),
    });
    let entries: Vec<AuditEntry<'a>> = entries.collect();
    let mut counts: Vec<&PromptCount> = rows.counts.iter().filter(|row| row.window == *window).collect();
    sort_by_place(&mut counts, |row| &row.row);
    let mut recorded: Vec<&Anomaly> = rows.anomalies.iter().filter(|row| row.window == *window).collect();
    sort_by_place(&mut recorded, |row| &row.row);
    let finalize_rows = finalized(rows.finalized).remove(window);
    let last = finalize_rows.map(|rows| rows.canonical);
    let instant = last.map_or(DateTime::<Utc>::UNIX_EPOCH, |row| row.finalized_at);
    let summary = summarize(window, &canonical, rows.counts, instant);
    let unrecorded = summary
        .anomalies
        .into_iter()
        .filter(|found| !recorded.iter().any(|known| crate::finalize::is_same(known, found)));
    Audit {
        window: window.clone(),
        unrecorded: unrecorded.collect(),
        drift: last.map(|row| drift(row, &canonical, &counts)).unwrap_or_default(),
        quality_scale: last.and_then(|row| row.quality).map(tracker_domain::Quality::scale),
        needs: needs(window, &canonical, rows.counts),
        missing: missing(last, entries.is_empty() && counts.is_empty(), rows.elsewhere),
        anomalies: recorded
            .into_iter()
            .map(|anomaly| AuditAnomaly {
                anomaly,
                resolved_by: canonical.resolved_by(anomaly),
                corrected: is_corrected(anomaly, rows.counts),
            })
            .collect(),
        entries,
        counts,
        finalized: finalize_rows,
        elsewhere: rows.elsewhere,
    }
}

fn missing(row: Option<&FinalizedWindow>, no_readings: bool, elsewhere: Elsewhere) -> Vec<Piece> {
    let checks = [
        (Piece::Readings, no_readings),
        (Piece::FinalizeRow, row.is_none()),
        (Piece::Outcome, row.is_some_and(|row| row.outcome.is_none())),
        (Piece::Quality, row.is_some_and(|row| row.quality.is_none())),
        (Piece::Churn, elsewhere.churn == 0),
        (Piece::Evidence, elsewhere.evidence == 0),
    ];
    checks.into_iter().filter(|(_, lacks)| *lacks).map(|(piece, _)| piece).collect()
}

/// Compares the finalize row with the readings that count now: their instants, not only which came later, because
/// a back-dated or withdrawn pane changes them too.
fn drift(row: &FinalizedWindow, canonical: &CanonicalSnapshots<'_>, counts: &[&PromptCount]) -> Vec<Drift> {
    let paired = crate::pairing::pairs(canonical, &row.window);
    let providers: BTreeSet<&ProviderId> = paired.keys().copied().chain(row.providers.keys()).collect();
    let mut out = Vec::new();
    for provider in providers {
        let lanes = paired.get(provider);
        let all = || lanes.into_iter().flat_map(|lanes| &lanes.pairs);
        let newest = all()
            .flat_map(|pair| [pair.before, pair.after])
            .chain(lanes.into_iter().flat_map(|lanes| lanes.halves.iter().copied()))
            .max_by_key(|snapshot| snapshot.captured_at);
        let stored = row.providers.get(provider);
        let begun = all().map(|pair| pair.before.captured_at).min();
        let ended = all().map(|pair| pair.after.captured_at).max();
        let later = newest.is_some_and(|snapshot| snapshot.captured_at > row.finalized_at);
        let moved =
            stored.is_some_and(|stored| moved(stored.before_at, begun) || moved(stored.after_at, ended));
        if later || moved {
            out.push(Drift { provider: provider.clone(), row: newest.map(|snapshot| snapshot.row.clone()) });
        }
    }
    let late = counts.iter().filter(|count| count.captured_at > row.finalized_at);
    for count in late {
        if !out.iter().any(|drift| drift.provider == count.provider) {
            out.push(Drift { provider: count.provider.clone(), row: Some(count.row.clone()) });
        }
    }
    out
}

/// Tells whether a stored instant is not the current one; earlier rows hold whole seconds.
fn moved(stored: Option<DateTime<Utc>>, current: Option<DateTime<Utc>>) -> bool {
    match (stored, current) {
        (Some(stored), Some(current)) => (stored - current).abs() >= TimeDelta::seconds(1),
        (Some(_), None) => true,
        (None, _) => false,
    }
}
