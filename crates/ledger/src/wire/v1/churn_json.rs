//! How churn rows stand on disk.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Lane, ProviderId};

use super::churn::{ChurnRow, FeatureRow, HorizonRow, RepairRow, RevertRow, SurvivalRow};
use crate::wire::value::{Instant, Plain};
use crate::wire::{SCHEMA_VERSION, Stamp};

/// A churn row on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Churn")]
pub(super) struct ChurnJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The agent that measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The window.
    window: &'a str,
    /// Whose work it was; null when several providers worked.
    provider: Option<&'a str>,
    /// The way of working.
    methodology: Option<&'a str>,
    /// When it was measured.
    captured_at: Instant,
    /// `measured`, or why not: `missing-commit-range`, `empty-range`, `no-repo`, ...
    decision: &'a str,
    /// The last commit before the work.
    commit_start: Option<&'a str>,
    /// The last commit of the work.
    commit_end: Option<&'a str>,
    /// The paths asked for; none means all.
    paths: &'a [String],
    /// Commits in the range.
    commits: Option<u64>,
    /// Changed files.
    files_changed: Option<u64>,
    /// Binary files among them.
    binary_files: Option<u64>,
    /// Changed files that do not count.
    left_out_files: Option<u64>,
    /// Lines added.
    insertions: Option<u64>,
    /// Lines deleted.
    deletions: Option<u64>,
    /// Insertions minus deletions.
    net: Option<i64>,
    /// Insertions plus deletions.
    gross: Option<u64>,
    /// Features by which churn is divided.
    features: Plain,
    /// Net per feature, as the earlier tool had it.
    normalized_churn: Plain,
    /// Gross per feature.
    gross_per_feature: Plain,
    /// Share of added lines changed or deleted within 14 days.
    churn_14d: Plain,
    /// What became of the lines.
    survival: Option<SurvivalJson<'a>>,
    /// Notes.
    notes: &'a str,
}

impl<'a> ChurnJson<'a> {
    pub(super) fn of(row: &'a ChurnRow, stamp: &Stamp<'a>) -> Self {
        let counts = row.counts;
        let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Self {
            schema_version: SCHEMA_VERSION,
            tool_version: stamp.tool_version,
            source: stamp.source,
            agent_id: row.lane.as_ref().map(Lane::as_str),
            window: row.window.as_str(),
            provider: row.provider.as_ref().map(ProviderId::as_str),
            methodology: row.methodology.as_deref(),
            captured_at: Instant(row.captured_at),
            decision: &row.decision,
            commit_start: row.commit_start.as_deref(),
            commit_end: row.commit_end.as_deref(),
            paths: &row.paths,
            commits: counts.map(|counts| counts.commits),
            files_changed: counts.map(|counts| counts.files),
            binary_files: counts.map(|counts| counts.binary),
            left_out_files: counts.map(|counts| counts.left_out),
            insertions: counts.map(|counts| counts.insertions),
            deletions: counts.map(|counts| counts.deletions),
            net: counts.map(|counts| signed(counts.insertions) - signed(counts.deletions)),
            gross: counts.map(|counts| counts.insertions.saturating_add(counts.deletions)),
            features: Plain(row.features),
            normalized_churn: Plain(row.net_per_feature()),
            gross_per_feature: Plain(row.gross_per_feature()),
            churn_14d: Plain(row.horizon(14).and_then(|horizon| horizon.share)),
            survival: row.survival.as_ref().map(SurvivalJson::of),
            notes: &row.notes,
        }
    }
}

/// What became of the lines that the window's feature commits added.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Survival")]
struct SurvivalJson<'a> {
    /// The instant up to which history was seen.
    as_of: Instant,
    /// Feature commits.
    commits: u64,
    /// Lines that they added.
    lines_added: u64,
    /// The churn within 7, 14, 28 days.
    horizons: Vec<HorizonJson>,
    /// The same by feature.
    features: Vec<FeatureJson<'a>>,
    /// Commits that took feature commits back.
    reverts: Vec<RevertJson<'a>>,
    /// Repair work within 14 days, done here or caused here.
    repairs: Vec<RepairJson<'a>>,
}

impl<'a> SurvivalJson<'a> {
    fn of(row: &'a SurvivalRow) -> Self {
        Self {
            as_of: Instant(row.as_of),
            commits: row.commits,
            lines_added: row.lines_added,
            horizons: row.horizons.iter().map(HorizonJson::of).collect(),
            features: row.features.iter().map(FeatureJson::of).collect(),
            reverts: row.reverts.iter().map(RevertJson::of).collect(),
            repairs: row.repairs.iter().map(RepairJson::of).collect(),
        }
    }
}

/// Churn within some days.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Horizon")]
struct HorizonJson {
    /// The days.
    days: u32,
    /// Lines changed or deleted within them.
    churned: u64,
    /// Per line added.
    share: Plain,
    /// `final` once the days have passed for every commit, else `provisional`.
    state: &'static str,
    /// The Kaplan-Meier estimate of the share.
    estimate: Plain,
    /// The lower end of its 95 % interval.
    low: Plain,
    /// The upper end.
    high: Plain,
}

impl HorizonJson {
    fn of(row: &HorizonRow) -> Self {
        Self {
            days: row.days,
            churned: row.churned,
            share: Plain(row.share),
            state: if row.is_final { "final" } else { "provisional" },
            estimate: Plain(row.estimate),
            low: Plain(row.interval.map(|(low, _)| low)),
            high: Plain(row.interval.map(|(_, high)| high)),
        }
    }
}

/// The churn of one feature.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FeatureChurn")]
struct FeatureJson<'a> {
    /// The feature; null for commits known by their range only.
    feature: Option<&'a str>,
    /// Lines added.
    lines_added: u64,
    /// Lines changed or deleted within `7d`, `14d`, `28d`.
    churned: BTreeMap<String, u64>,
}

impl<'a> FeatureJson<'a> {
    fn of(row: &'a FeatureRow) -> Self {
        let churned = row.churned.iter().map(|(days, lines)| (format!("{days}d"), *lines)).collect();
        Self { feature: row.feature.as_deref(), lines_added: row.lines_added, churned }
    }
}

/// A commit that took a feature commit back.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Revert")]
struct RevertJson<'a> {
    /// The commit.
    commit: &'a str,
    /// The feature commit.
    of: &'a str,
    /// Its feature.
    feature: Option<&'a str>,
    /// The message says so.
    said: bool,
    /// The patch is the exact inverse.
    exact: bool,
}

impl<'a> RevertJson<'a> {
    fn of(row: &'a RevertRow) -> Self {
        Self {
            commit: &row.commit,
            of: &row.of,
            feature: row.feature.as_deref(),
            said: row.is_said,
            exact: row.is_exact,
        }
    }
}

/// Repair work, charged to the window that caused it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Repair")]
struct RepairJson<'a> {
    /// The repairing commit.
    commit: &'a str,
    /// The window in which the repair was done.
    window: &'a str,
    /// The feature that it belongs to.
    feature: Option<&'a str>,
    /// The window that caused it.
    caused_by_window: &'a str,
    /// The repaired feature.
    caused_by_feature: Option<&'a str>,
    /// Lines changed or deleted.
    lines: u64,
}

impl<'a> RepairJson<'a> {
    fn of(row: &'a RepairRow) -> Self {
        Self {
            commit: &row.commit,
            window: &row.window,
            feature: row.feature.as_deref(),
            caused_by_window: &row.caused_by_window,
            caused_by_feature: row.caused_by_feature.as_deref(),
            lines: row.lines,
        }
    }
}
