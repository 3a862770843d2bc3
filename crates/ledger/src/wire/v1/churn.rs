//! Rows of `churn.jsonl`: what a window's commits changed, and how much of it survived.

use chrono::{DateTime, Utc};
use tracker_domain::{Lane, ProviderId, RowRef, WindowId};

use super::churn_json::ChurnJson;
use super::snapshot::lane_of;
use crate::wire::object::{Fields, Object, decode_row};
use crate::wire::value::line;
use crate::wire::{Stamp, WireError};

/// The decision of a row that holds numbers.
pub const MEASURED: &str = "measured";

/// One churn row.
#[derive(Debug, Clone, PartialEq)]
pub struct ChurnRow {
    /// The window.
    pub window: WindowId,
    /// Whose work it was; `None` when several providers worked.
    pub provider: Option<ProviderId>,
    /// The way of working.
    pub methodology: Option<String>,
    /// The agent that measured.
    pub lane: Option<Lane>,
    /// When it was measured.
    pub captured_at: DateTime<Utc>,
    /// [`MEASURED`], or why not: `missing-commit-range`, `empty-range`, `no-repo`, ...
    pub decision: String,
    /// The last commit before the work.
    pub commit_start: Option<String>,
    /// The last commit of the work.
    pub commit_end: Option<String>,
    /// The paths asked for; none means all.
    pub paths: Vec<String>,
    /// What changed; `None` when it was not measured.
    pub counts: Option<ChurnCounts>,
    /// Features by which churn is divided.
    pub features: Option<f64>,
    /// What became of the lines; `None` when it was not measured.
    pub survival: Option<SurvivalRow>,
    /// Notes.
    pub notes: String,
    /// Where the row stands.
    pub row: RowRef,
}

/// What changed between two commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChurnCounts {
    /// Commits in the range.
    pub commits: u64,
    /// Changed files.
    pub files: u64,
    /// Binary files among them.
    pub binary: u64,
    /// Changed files that do not count: generated, vendored, not asked for.
    pub left_out: u64,
    /// Lines added.
    pub insertions: u64,
    /// Lines deleted.
    pub deletions: u64,
}

/// What became of the lines that a window's feature commits added.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalRow {
    /// The instant up to which history was seen.
    pub as_of: DateTime<Utc>,
    /// Feature commits.
    pub commits: u64,
    /// Lines that they added.
    pub lines_added: u64,
    /// The churn within 7, 14, 28 days.
    pub horizons: Vec<HorizonRow>,
    /// The same by feature: lines added and churned within each of these days.
    pub features: Vec<FeatureRow>,
    /// Commits that took feature commits of the window back.
    pub reverts: Vec<RevertRow>,
    /// Work of this window that repaired another one's lines within 14 days, and work elsewhere that repaired this one's.
    pub repairs: Vec<RepairRow>,
}

/// Churn within some days.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizonRow {
    /// The days.
    pub days: u32,
    /// Lines changed or deleted within them.
    pub churned: u64,
    /// Per line added; `None` when no line was added.
    pub share: Option<f64>,
    /// Whether the days have passed for every commit.
    pub is_final: bool,
    /// The Kaplan-Meier estimate of the share.
    pub estimate: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
}

/// The churn of one feature.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureRow {
    /// The feature; `None` for commits known by their range only.
    pub feature: Option<String>,
    /// Lines added.
    pub lines_added: u64,
    /// Lines changed or deleted, by days.
    pub churned: Vec<(u32, u64)>,
}

/// A commit that took a feature commit back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevertRow {
    /// The commit.
    pub commit: String,
    /// The feature commit.
    pub of: String,
    /// Its feature.
    pub feature: Option<String>,
    /// The message says so.
    pub is_said: bool,
    /// The patch is the exact inverse.
    pub is_exact: bool,
}

/// Repair work, charged to the window that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairRow {
    /// The repairing commit.
    pub commit: String,
    /// The window in which the repair was done.
    pub window: String,
    /// The feature that it belongs to.
    pub feature: Option<String>,
    /// The window that caused it.
    pub caused_by_window: String,
    /// The repaired feature.
    pub caused_by_feature: Option<String>,
    /// Lines changed or deleted.
    pub lines: u64,
}

impl ChurnRow {
    /// Returns a row that says why nothing was measured.
    #[must_use]
    pub fn skipped(window: WindowId, captured_at: DateTime<Utc>, decision: impl Into<String>) -> Self {
        Self {
            window,
            provider: None,
            methodology: None,
            lane: None,
            captured_at,
            decision: decision.into(),
            commit_start: None,
            commit_end: None,
            paths: Vec::new(),
            counts: None,
            features: None,
            survival: None,
            notes: String::new(),
            row: RowRef::default(),
        }
    }

    /// Returns net lines per feature, as the earlier tool did; `None` without features or numbers.
    #[must_use]
    pub fn net_per_feature(&self) -> Option<f64> {
        let counts = self.counts?;
        #[expect(clippy::cast_precision_loss, reason = "counts of lines lie far below 2^53")]
        let net = counts.insertions as f64 - counts.deletions as f64;
        self.features.filter(|n| *n > 0.0).map(|n| net / n)
    }

    /// Returns insertions plus deletions per feature; `None` without features or numbers.
    #[must_use]
    pub fn gross_per_feature(&self) -> Option<f64> {
        let counts = self.counts?;
        #[expect(clippy::cast_precision_loss, reason = "counts of lines lie far below 2^53")]
        let gross = counts.insertions as f64 + counts.deletions as f64;
        self.features.filter(|n| *n > 0.0).map(|n| gross / n)
    }

    /// Returns the churn within some days.
    #[must_use]
    pub fn horizon(&self, days: u32) -> Option<&HorizonRow> {
        self.survival.as_ref()?.horizons.iter().find(|horizon| horizon.days == days)
    }

    /// Returns true while a later measurement can say more.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.survival.as_ref().is_some_and(|s| s.horizons.iter().any(|horizon| !horizon.is_final))
    }
}

/// Writes a churn row as one line.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{RowRef, WindowId};
/// use tracker_ledger::wire::{Stamp, churn, churn::{ChurnCounts, ChurnRow}};
/// let at = Utc.with_ymd_and_hms(2025, 10, 19, 8, 0, 0).single().ok_or("an instant")?;
/// let mut row = ChurnRow::skipped(WindowId::new("W0-19")?, at, churn::MEASURED);
/// row.counts = Some(ChurnCounts { commits: 2, files: 3, insertions: 40, deletions: 12, ..ChurnCounts::default() });
/// row.features = Some(2.0);
/// let line = churn::write(&row, &Stamp::new("0.1.0", "churn"))?;
/// assert!(line.contains(r#""net":28,"gross":52,"features":2,"normalized_churn":14,"gross_per_feature":26"#));
/// assert_eq!(churn::read(line.as_bytes(), RowRef::default())?, Some(row));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(row: &ChurnRow, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&ChurnJson::of(row, stamp))
}

/// Reads one line of ours or of the earlier tool; `None` for a row of the ledger itself.
///
/// A row of the earlier tool names no decision: it is measured when it has numbers, else `missing-commit-range`.
///
/// # Errors
/// [`WireError`] naming the field: the window must be there, and an instant must be one.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<ChurnRow>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let notes = object.notes();
    let counts = counts(&object);
    let named = if counts.is_some() { MEASURED } else { "missing-commit-range" };
    let at = object.instant("captured_at")?.unwrap_or_default();
    Ok(Some(ChurnRow {
        window: object.required_word("window")?,
        provider: object.filled("provider").and_then(|word| word.parse().ok()),
        methodology: object.filled("methodology"),
        lane: lane_of(&object, &notes, &mut Vec::new()),
        captured_at: at,
        decision: object.filled("decision").unwrap_or_else(|| named.to_owned()),
        commit_start: object.filled("commit_start"),
        commit_end: object.filled("commit_end"),
        paths: object.texts("paths"),
        counts,
        features: object.figure("features").at_least_zero().known(),
        survival: survival(&object)?,
        notes,
        row,
    }))
}

/// Returns the counts of a row that has any.
fn counts(object: &Object) -> Option<ChurnCounts> {
    let count = |key: &str| object.count(key);
    Some(ChurnCounts {
        commits: count("commits").unwrap_or_default(),
        files: count("files_changed")?,
        binary: count("binary_files").unwrap_or_default(),
        left_out: count("left_out_files").unwrap_or_default(),
        insertions: count("insertions")?,
        deletions: count("deletions")?,
    })
}

fn survival(object: &Object) -> Result<Option<SurvivalRow>, WireError> {
    let Some(object) = object.object("survival") else { return Ok(None) };
    Ok(Some(SurvivalRow {
        as_of: object.required_instant("as_of")?,
        commits: object.count("commits").unwrap_or_default(),
        lines_added: object.count("lines_added").unwrap_or_default(),
        horizons: object.objects("horizons").into_iter().filter_map(horizon).collect(),
        features: object.objects("features").into_iter().map(feature).collect(),
        reverts: object.objects("reverts").into_iter().filter_map(revert).collect(),
        repairs: object.objects("repairs").into_iter().filter_map(repair).collect(),
    }))
}

fn horizon(object: &Object) -> Option<HorizonRow> {
    let figure = |key: &str| object.figure(key).known();
    Some(HorizonRow {
        days: u32::try_from(object.count("days")?).ok()?,
        churned: object.count("churned")?,
        share: figure("share"),
        is_final: object.text("state").as_deref() == Some("final"),
        estimate: figure("estimate"),
        interval: figure("low").zip(figure("high")),
    })
}

fn feature(object: &Object) -> FeatureRow {
    let churned = object.object("churned").into_iter().flatten();
    let mut churned: Vec<(u32, u64)> =
        churned.filter_map(|(days, n)| Some((days.strip_suffix('d')?.parse().ok()?, n.as_u64()?))).collect();
    churned.sort_unstable();
    FeatureRow {
        feature: object.text("feature"),
        lines_added: object.count("lines_added").unwrap_or_default(),
        churned,
    }
}

fn revert(object: &Object) -> Option<RevertRow> {
    let flag = |key: &str| object.get(key).and_then(serde_json::Value::as_bool).unwrap_or(false);
    Some(RevertRow {
        commit: object.text("commit")?,
        of: object.text("of")?,
        feature: object.text("feature"),
        is_said: flag("said"),
        is_exact: flag("exact"),
    })
}

fn repair(object: &Object) -> Option<RepairRow> {
    Some(RepairRow {
        commit: object.text("commit")?,
        window: object.text("window")?,
        feature: object.text("feature"),
        caused_by_window: object.text("caused_by_window")?,
        caused_by_feature: object.text("caused_by_feature"),
        lines: object.count("lines")?,
    })
}
