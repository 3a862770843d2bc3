//! The output of `churn --format json`.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::ProviderId;
use tracker_ledger::wire::churn::{ChurnRow, HorizonRow, RepairRow, RevertRow};

use super::value::{Instant, Plain};
use crate::commands::churn::Arm;
use crate::render::churn::horizon_row;

/// What `churn` measured.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChurnOutput")]
pub(crate) struct ChurnOutputJson<'a> {
    /// The windows measured.
    windows: Vec<WindowJson<'a>>,
    /// The arms, with `--arms`.
    arms: Vec<ArmJson<'a>>,
}

/// One window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WindowChurn")]
struct WindowJson<'a> {
    /// The window.
    window: &'a str,
    /// Whose work it was; null when several providers worked.
    provider: Option<&'a str>,
    /// The way of working.
    methodology: Option<&'a str>,
    /// `measured`, or why not.
    decision: &'a str,
    /// The last commit before the work.
    commit_start: Option<&'a str>,
    /// The last commit of the work.
    commit_end: Option<&'a str>,
    /// Changed files.
    files_changed: Option<u64>,
    /// Lines added.
    insertions: Option<u64>,
    /// Lines deleted.
    deletions: Option<u64>,
    /// Features by which churn is divided.
    features: Option<Plain>,
    /// Net lines per feature.
    normalized_churn: Option<Plain>,
    /// Gross lines per feature.
    gross_per_feature: Option<Plain>,
    /// The instant up to which history was seen.
    as_of: Option<Instant>,
    /// Lines that the feature commits added.
    lines_added: Option<u64>,
    /// The churn within 7, 14, 28 days.
    horizons: Vec<HorizonJson>,
    /// The same by feature.
    by_feature: Vec<FeatureJson<'a>>,
    /// Commits that took feature commits back.
    reverts: Vec<RevertJson<'a>>,
    /// Repair work within 14 days, done here or caused here.
    repairs: Vec<RepairJson<'a>>,
}

/// One feature of a window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FeatureChurn")]
struct FeatureJson<'a> {
    /// The feature; null for commits known by their range only.
    feature: Option<&'a str>,
    /// Lines added.
    lines_added: u64,
    /// Lines changed or deleted within 7, 14, 28 days.
    churned: Vec<u64>,
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
    share: Option<Plain>,
    /// `final` or `provisional`.
    state: &'static str,
    /// The Kaplan-Meier estimate of the share.
    estimate: Option<Plain>,
    /// Its 95 % interval.
    interval: Option<[Plain; 2]>,
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

/// One arm.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ArmChurn")]
struct ArmJson<'a> {
    /// The provider; null for windows in which several worked.
    provider: Option<&'a str>,
    /// The way of working.
    methodology: Option<&'a str>,
    /// Its windows.
    windows: &'a [String],
    /// Feature commits.
    commits: usize,
    /// Lines that they added.
    lines_added: u64,
    /// The churn within 7, 14, 28 days.
    horizons: Vec<HorizonJson>,
}

/// Returns the output of a measurement.
pub(crate) fn output<'a>(rows: &'a [ChurnRow], arms: &'a [Arm]) -> ChurnOutputJson<'a> {
    ChurnOutputJson { windows: rows.iter().map(window).collect(), arms: arms.iter().map(arm).collect() }
}

fn window(row: &ChurnRow) -> WindowJson<'_> {
    let survival = row.survival.as_ref();
    WindowJson {
        window: row.window.as_str(),
        provider: row.provider.as_ref().map(ProviderId::as_str),
        methodology: row.methodology.as_deref(),
        decision: &row.decision,
        commit_start: row.commit_start.as_deref(),
        commit_end: row.commit_end.as_deref(),
        files_changed: row.counts.map(|counts| counts.files),
        insertions: row.counts.map(|counts| counts.insertions),
        deletions: row.counts.map(|counts| counts.deletions),
        features: row.features.map(Plain),
        normalized_churn: row.net_per_feature().map(Plain),
        gross_per_feature: row.gross_per_feature().map(Plain),
        as_of: survival.map(|survival| Instant(survival.as_of)),
        lines_added: survival.map(|survival| survival.lines_added),
        horizons: survival.into_iter().flat_map(|survival| survival.horizons.iter().map(horizon)).collect(),
        by_feature: survival
            .into_iter()
            .flat_map(|survival| &survival.features)
            .map(|row| FeatureJson {
                feature: row.feature.as_deref(),
                lines_added: row.lines_added,
                churned: row.churned.iter().map(|(_, lines)| *lines).collect(),
            })
            .collect(),
        reverts: survival.into_iter().flat_map(|survival| survival.reverts.iter().map(revert)).collect(),
        repairs: survival.into_iter().flat_map(|survival| survival.repairs.iter().map(repair)).collect(),
    }
}

fn horizon(row: &HorizonRow) -> HorizonJson {
    HorizonJson {
        days: row.days,
        churned: row.churned,
        share: row.share.map(Plain),
        state: if row.is_final { "final" } else { "provisional" },
        estimate: row.estimate.map(Plain),
        interval: row.interval.map(|(low, high)| [Plain(low), Plain(high)]),
    }
}

fn revert(row: &RevertRow) -> RevertJson<'_> {
    RevertJson {
        commit: &row.commit,
        of: &row.of,
        feature: row.feature.as_deref(),
        said: row.is_said,
        exact: row.is_exact,
    }
}

fn repair(row: &RepairRow) -> RepairJson<'_> {
    RepairJson {
        commit: &row.commit,
        window: &row.window,
        feature: row.feature.as_deref(),
        caused_by_window: &row.caused_by_window,
        caused_by_feature: row.caused_by_feature.as_deref(),
        lines: row.lines,
    }
}

fn arm(arm: &Arm) -> ArmJson<'_> {
    ArmJson {
        provider: arm.provider.as_ref().map(ProviderId::as_str),
        methodology: arm.methodology.as_deref(),
        windows: &arm.windows,
        commits: arm.survival.commits,
        lines_added: arm.survival.lines_added,
        horizons: arm.survival.horizons.iter().map(|of| horizon(&horizon_row(of))).collect(),
    }
}
