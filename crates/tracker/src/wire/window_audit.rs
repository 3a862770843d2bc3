//! The output of `window-audit --format json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::value::{Instant, Plain};

/// Every row behind one window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WindowAudit")]
pub(crate) struct AuditJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// Its phases, by provider, lane and phase.
    pub(crate) snapshots: Vec<EntryJson<'a>>,
    /// Its prompt counts, in order of place.
    pub(crate) prompt_counts: Vec<CountJson<'a>>,
    /// Its finalize rows.
    pub(crate) finalize: Option<FinalizeJson<'a>>,
    /// Its anomalies.
    pub(crate) anomalies: AnomaliesJson<'a>,
    /// Rows of churn.
    pub(crate) churn: RowsJson,
    /// Rows of evidence, and what the ones that stand say.
    pub(crate) evidence: EvidenceJson,
    /// Rows of telemetry.
    pub(crate) telemetry: RowsJson,
    /// Rows of the review panel that name the window.
    pub(crate) panel: RowsJson,
    /// Where the finalize row has fallen behind its readings.
    pub(crate) drift: Vec<String>,
    /// What its lanes still need.
    pub(crate) needs: Vec<String>,
    /// What a finished window should have and this one has not.
    pub(crate) missing: Vec<&'a str>,
    /// The definition of done, part by part.
    pub(crate) done: Vec<PartJson<'a>>,
    /// Parts that are there, in percent.
    pub(crate) completeness_pct: Plain,
    /// Parts that are there.
    pub(crate) completeness_met: usize,
    /// Parts of a finished window.
    pub(crate) completeness_total: usize,
}

/// One part of a finished window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DonePart")]
pub(crate) struct PartJson<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Whether it is there.
    pub(crate) met: bool,
    /// The command that supplies it; words in capitals are to be filled in.
    pub(crate) command: &'a str,
}

/// Rows of evidence: of each capability and runner the newest row stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditedEvidence")]
pub(crate) struct EvidenceJson {
    /// Rows.
    pub(crate) count: usize,
    /// Standing rows that say pass.
    pub(crate) pass: usize,
    /// Standing rows that say fail.
    pub(crate) fail: usize,
    /// Standing rows that say skip.
    pub(crate) skip: usize,
}

/// One phase of one lane.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Entry")]
pub(crate) struct EntryJson<'a> {
    /// The provider.
    pub(crate) provider: &'a str,
    /// The lane.
    pub(crate) lane: Option<&'a str>,
    /// `before` or `after`.
    pub(crate) phase: &'a str,
    /// Rows that were not withdrawn.
    pub(crate) entries: usize,
    /// Of those, how many a newer one supersedes.
    pub(crate) duplicates: usize,
    /// The row that counts.
    pub(crate) canonical: Option<SnapshotJson<'a>>,
    /// When that one was captured.
    pub(crate) canonical_captured_at: Option<Instant>,
    /// Duplicates, oldest first.
    pub(crate) superseded: Vec<SnapshotJson<'a>>,
    /// Withdrawn rows.
    pub(crate) retracted: Vec<SnapshotJson<'a>>,
}

/// One snapshot.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditedSnapshot")]
pub(crate) struct SnapshotJson<'a> {
    /// Its id.
    pub(crate) id: &'a str,
    /// When it was captured.
    pub(crate) captured_at: Instant,
    /// What stored it.
    pub(crate) source: &'a str,
    /// The operator's notes.
    pub(crate) notes: &'a str,
    /// Error tags.
    pub(crate) errors: Vec<String>,
    /// File and line.
    pub(crate) row: String,
}

/// One prompt count.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditedCount")]
pub(crate) struct CountJson<'a> {
    /// The provider.
    pub(crate) provider: &'a str,
    /// The lane.
    pub(crate) lane: Option<&'a str>,
    /// `delta` or `absolute`.
    pub(crate) kind: &'a str,
    /// Prompts; null when not known.
    pub(crate) prompts_used: Option<Plain>,
    /// When it was captured.
    pub(crate) captured_at: Instant,
    /// File and line.
    pub(crate) row: String,
}

/// The finalize row that counts.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finalize")]
pub(crate) struct FinalizeJson<'a> {
    /// Finalize rows of the window.
    pub(crate) entries: usize,
    /// Of those, how many are history.
    pub(crate) duplicates: usize,
    /// When the newest was made.
    pub(crate) canonical_finalized_at: Instant,
    /// The way of working.
    pub(crate) methodology: Option<&'a str>,
    /// `pass`, `partial`, `fail` or `docs:<text>`.
    pub(crate) outcome: Option<String>,
    /// Quality, on the scale below.
    pub(crate) quality: Option<Plain>,
    /// `0-1`, or `1-5` of an earlier row.
    pub(crate) quality_scale: Option<&'static str>,
    /// Features by provider.
    pub(crate) features: BTreeMap<&'a str, Plain>,
    /// Deltas by provider.
    pub(crate) providers: BTreeMap<&'a str, DeltaJson>,
    /// Anomalies that were accepted.
    pub(crate) accepted_anomalies: Vec<String>,
    /// File and line.
    pub(crate) row: String,
}

/// What one provider's meters moved by.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Delta")]
pub(crate) struct DeltaJson {
    /// By meter; null when not known.
    pub(crate) delta: BTreeMap<String, Option<Plain>>,
    /// Error tags.
    pub(crate) errors: Vec<String>,
}

/// The anomalies of the window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditedAnomalies")]
pub(crate) struct AnomaliesJson<'a> {
    /// How many are active.
    pub(crate) count: usize,
    /// The recorded ones.
    pub(crate) records: Vec<AnomalyJson<'a>>,
    /// What follows from the readings and is not recorded.
    pub(crate) not_recorded: Vec<&'a str>,
}

/// One recorded anomaly.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditedAnomaly")]
pub(crate) struct AnomalyJson<'a> {
    /// The provider.
    pub(crate) provider: &'a str,
    /// What it is.
    pub(crate) kind: String,
    /// The meter.
    pub(crate) meter: Option<&'a str>,
    /// Why, where that is known.
    pub(crate) cause: Option<&'a str>,
    /// Whether the window cannot be finalized with it.
    pub(crate) blocking: bool,
    /// False when the row that it rests on no longer counts.
    pub(crate) active: bool,
    /// In words.
    pub(crate) detail: &'a str,
    /// File and line.
    pub(crate) row: String,
}

/// How many rows another ledger has for the window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Rows")]
pub(crate) struct RowsJson {
    /// Rows.
    pub(crate) count: usize,
}
