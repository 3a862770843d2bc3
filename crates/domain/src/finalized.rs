//! A finalized window: features, quality and the deltas of each provider's meters.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{Account, Lane, MeterId, Outcome, ProviderId, Quality, QualitySource, RowRef, Tag, WindowId};

/// What one phase showed: the used amount of each meter in its own unit, `None` where it was unreadable.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Readout {
    /// Used amount by meter: percentage points, or units for counts.
    pub used: BTreeMap<MeterId, Option<f64>>,
    /// Reset instant by meter, where known.
    pub resets_at: BTreeMap<MeterId, DateTime<Utc>>,
    /// Reset as printed by meter.
    pub resets_raw: BTreeMap<MeterId, String>,
    /// Tags of the reading.
    pub errors: Vec<Tag>,
}

/// The pair of one lane.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneDelta {
    /// The lane; `None` when no lane was named.
    pub lane: Option<Lane>,
    /// The account's pseudonym.
    pub account: Option<Account>,
    /// Capture instant of the before snapshot.
    pub before_at: DateTime<Utc>,
    /// Capture instant of the after snapshot.
    pub after_at: DateTime<Utc>,
    /// Use of this lane's interval by meter, `None` where it cannot be told.
    pub delta: BTreeMap<MeterId, Option<f64>>,
}

/// One provider within a finalized window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProviderWindow {
    /// What the before snapshot showed (of the earliest lane).
    pub before: Readout,
    /// What the after snapshot showed (of the latest lane).
    pub after: Readout,
    /// Capacity used by meter in its own unit, `None` where it cannot be told. Never negative.
    pub delta: BTreeMap<MeterId, Option<f64>>,
    /// Capture instant of the (earliest) before snapshot.
    pub before_at: Option<DateTime<Utc>>,
    /// Capture instant of the (latest) after snapshot.
    pub after_at: Option<DateTime<Utc>>,
    /// The pairs of the lanes, by lane name (empty name: none).
    pub lanes: Vec<LaneDelta>,
    /// Notes of the snapshots.
    pub notes: Vec<String>,
    /// Tags of the snapshots and of the deltas.
    pub errors: Vec<Tag>,
}

/// One finalize row.
#[derive(Debug, Clone, PartialEq)]
pub struct FinalizedWindow {
    /// The window.
    pub window: WindowId,
    /// When it was finalized.
    pub finalized_at: DateTime<Utc>,
    /// Features that became green, by provider.
    pub features: BTreeMap<ProviderId, f64>,
    /// Quality, when given or measured.
    pub quality: Option<Quality>,
    /// Who says so; `None` in rows that do not tell.
    pub quality_source: Option<QualitySource>,
    /// The 1-5 rubric stored beside the quality.
    pub rubric: Option<f64>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// The operator's notes.
    pub notes: String,
    /// The way of working; with the provider it makes an arm.
    pub methodology: Option<String>,
    /// Capability or specification id.
    pub spec_id: Option<String>,
    /// Version of the specification.
    pub spec_version: Option<String>,
    /// Commit before the work.
    pub commit_start: Option<String>,
    /// Commit after the work.
    pub commit_end: Option<String>,
    /// Complexity load score.
    pub cls: Option<f64>,
    /// Human minutes per feature.
    pub impf: Option<f64>,
    /// Share of added lines changed or deleted within 14 days.
    pub churn_14d: Option<f64>,
    /// The providers of the window.
    pub providers: BTreeMap<ProviderId, ProviderWindow>,
    /// Anomalies that the operator accepted by `--accept-anomaly`.
    pub accepted_anomalies: Vec<String>,
    /// Where the row stands.
    pub row: RowRef,
}

impl FinalizedWindow {
    /// Returns a row with nothing but its name and instant.
    #[must_use]
    pub fn new(window: WindowId, finalized_at: DateTime<Utc>) -> Self {
        Self {
            window,
            finalized_at,
            features: BTreeMap::new(),
            quality: None,
            quality_source: None,
            rubric: None,
            outcome: None,
            notes: String::new(),
            methodology: None,
            spec_id: None,
            spec_version: None,
            commit_start: None,
            commit_end: None,
            cls: None,
            impf: None,
            churn_14d: None,
            providers: BTreeMap::new(),
            accepted_anomalies: Vec::new(),
            row: RowRef::default(),
        }
    }
}
