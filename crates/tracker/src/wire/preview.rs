//! The output of `preview --format json`.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::beside::BesideJson;
use super::telemetry::ProxyJson;
use super::value::{Instant, Plain};
use crate::rows::Object;

/// What the finalized windows give, and what is still open.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Preview")]
pub(crate) struct PreviewJson<'a> {
    /// The finalized windows, newest finalize row of each.
    pub(crate) windows: Vec<WindowJson<'a>>,
    /// Anomalies that still count.
    pub(crate) anomalies: AnomaliesJson<'a>,
    /// One estimate a provider.
    pub(crate) providers: Vec<EstimateJson<'a>>,
    /// Windows that are not finalized.
    pub(crate) open: Vec<OpenJson<'a>>,
    /// Churn rows as stored.
    pub(crate) churn: &'a [Object],
    /// Proxy telemetry.
    pub(crate) subagent_proxy: Option<ProxyJson<'a>>,
    /// The newest ccusage report of each scope.
    pub(crate) ccusage: BTreeMap<&'a str, ReportJson<'a>>,
    /// Tokens beside the bars.
    pub(crate) next_to_the_bars: BesideJson<'a>,
    /// The newest replay as stored.
    pub(crate) replay: Option<&'a Object>,
    /// What was captured, by provider.
    pub(crate) snapshots: BTreeMap<&'a str, SeenJson<'a>>,
}

/// One finalized window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PreviewedWindow")]
pub(crate) struct WindowJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// The way of working.
    pub(crate) methodology: Option<&'a str>,
    /// Quality as stored.
    pub(crate) quality: Option<Plain>,
    /// `pass`, `partial`, `fail` or `docs:<text>`.
    pub(crate) outcome: Option<String>,
    /// The operator's notes.
    pub(crate) notes: &'a str,
    /// File and line.
    pub(crate) row: String,
}

/// Anomalies that still count.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PreviewedAnomalies")]
pub(crate) struct AnomaliesJson<'a> {
    /// How many.
    pub(crate) count: usize,
    /// Each of them.
    pub(crate) records: Vec<AnomalyJson<'a>>,
}

/// One anomaly.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PreviewedAnomaly")]
pub(crate) struct AnomalyJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// The provider.
    pub(crate) provider: &'a str,
    /// What it is.
    pub(crate) kind: String,
    /// Whether the window cannot be finalized with it.
    pub(crate) blocking: bool,
    /// In words.
    pub(crate) detail: &'a str,
    /// File and line.
    pub(crate) row: String,
}

/// One provider's efficiency.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Estimate")]
pub(crate) struct EstimateJson<'a> {
    /// The provider.
    pub(crate) provider: &'a str,
    /// Features that count.
    pub(crate) features: Plain,
    /// Capacity used, in `unit`.
    pub(crate) capacity: Plain,
    /// `pp` or `prompts`.
    pub(crate) unit: &'a str,
    /// The meter.
    pub(crate) meter: &'a str,
    /// Features per unit of capacity; null when none was used.
    pub(crate) efficiency: Option<Plain>,
    /// Quality-weighted features per unit; null when a quality is missing.
    pub(crate) e_q: Option<Plain>,
    /// The 95 % interval; null below three units.
    pub(crate) ci: Option<IntervalJson>,
    /// How the interval was made.
    pub(crate) method: Option<String>,
    /// Units after merging.
    pub(crate) n: usize,
    /// Power to detect the effect at this n; null below three units.
    pub(crate) power: Option<Plain>,
    /// Windows left out.
    pub(crate) excluded: Vec<ExcludedJson<'a>>,
    /// What a reader must know before using the interval.
    pub(crate) flags: Vec<&'a str>,
    /// What each window contributed; only with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) explained: Option<Vec<ContributionJson<'a>>>,
}

/// A unit's part in the efficiency, or a window that has none.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Contribution")]
pub(crate) struct ContributionJson<'a> {
    /// The windows of the unit: several where the bar did not move.
    pub(crate) windows: Vec<ContributingWindowJson<'a>>,
    /// Features.
    pub(crate) features: Plain,
    /// Capacity used; null for a window that is left out.
    pub(crate) capacity: Option<Plain>,
    /// Its share of the capacity.
    pub(crate) share: Option<Plain>,
    /// Efficiency of the other units; null when there are none.
    pub(crate) efficiency_without: Option<Plain>,
    /// Why it is left out; null when it counts.
    pub(crate) excluded: Option<&'a str>,
}

/// A window and the finalize row that counts.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContributingWindow")]
pub(crate) struct ContributingWindowJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// File and line.
    pub(crate) row: &'a str,
}

/// An interval; null is unbounded.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Interval")]
pub(crate) struct IntervalJson {
    /// The lower end.
    pub(crate) lo: Option<Plain>,
    /// The upper end.
    pub(crate) hi: Option<Plain>,
}

/// A window that is left out.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Excluded")]
pub(crate) struct ExcludedJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
}

/// A window that is not finalized.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Open")]
pub(crate) struct OpenJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// What it needs; empty when it is ready.
    pub(crate) needs: &'a [String],
}

/// A ccusage report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Report")]
pub(crate) struct ReportJson<'a> {
    /// The window it belongs to.
    pub(crate) window: &'a str,
    /// When it was captured.
    pub(crate) captured_at: Instant,
    /// The operator's notes.
    pub(crate) notes: &'a str,
    /// Tokens of the whole report.
    pub(crate) total_tokens: Option<Plain>,
    /// Percent used, as the report says.
    pub(crate) percent_used: Option<Plain>,
    /// File and line.
    pub(crate) row: String,
}

/// What was captured of a provider.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Seen")]
pub(crate) struct SeenJson<'a> {
    /// Rows.
    pub(crate) rows: u64,
    /// Phases.
    pub(crate) phases: &'a BTreeSet<String>,
    /// What stored them.
    pub(crate) sources: &'a BTreeSet<String>,
    /// Their notes; only for one window.
    pub(crate) notes: &'a BTreeSet<String>,
}
