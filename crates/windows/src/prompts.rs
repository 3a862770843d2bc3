//! Prompt counts of a window: use within it and running figures are two kinds, and are never added together.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use tracker_domain::{
    Anomaly, AnomalyKind, Cause, CountKind, Lane, MeterId, PromptCount, ProviderId, RowRef, Tag, WindowId,
};

use crate::counts::in_force_of;
use crate::delta::difference;
use crate::lanes::groups;

/// Prompts that a provider used in a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PromptUse {
    /// Prompts, at least 0; `None` where they cannot be told.
    pub prompts: Option<f64>,
    /// Why not.
    pub tags: Vec<Tag>,
    /// The running figures of which the later is the smaller.
    pub fall: Option<(f64, f64)>,
    /// How many rows there are.
    pub rows: usize,
}

/// Returns the prompts that a provider used in a window.
///
/// The newest `delta` row of each lane counts, and lanes add up; where two lanes carry the running figures of one
/// meter and overlap in time, the use is that of their union. Without
/// any `delta` row, the first and the last running figure make the difference. One running figure alone is no use.
/// Rows of [`crate::counts::in_force`] only; a newest row without a count leaves the use unknown.
///
/// ```
/// use tracker_windows::prompts::prompt_use;
/// let used = prompt_use(&[], &"W0-20".parse()?, &"glm".parse()?);
/// assert_eq!((used.prompts, used.rows), (None, 0));
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn prompt_use(counts: &[PromptCount], window: &WindowId, provider: &ProviderId) -> PromptUse {
    let rows = in_force_of(counts.iter().filter(|row| row.window == *window && row.provider == *provider));
    let mut out = match (fallen_lane(&rows), rows.iter().any(|row| row.kind == CountKind::Delta)) {
        (Some(fall), true) => {
            PromptUse { tags: vec![Tag::NegativeDelta], fall: Some(fall), ..PromptUse::default() }
        }
        (None, true) => of_deltas(&rows),
        (_, false) => of_running_figures(&rows),
    };
    out.rows = rows.len();
    for tag in rows.iter().flat_map(|row| &row.errors) {
        if !out.tags.contains(tag) {
            out.tags.push(tag.clone());
        }
    }
    if out.prompts.is_none() && out.rows > 0 && out.tags.is_empty() {
        out.tags.push(Tag::InsufficientData);
    }
    out
}

/// Returns the first and the last running figure of a lane that has no delta because its count fell. What another
/// lane used says nothing about it.
fn fallen_lane(rows: &[&PromptCount]) -> Option<(f64, f64)> {
    let mut lanes: BTreeMap<Option<&Lane>, Vec<&PromptCount>> = BTreeMap::new();
    for row in rows {
        lanes.entry(row.lane.as_ref()).or_default().push(row);
    }
    lanes.into_values().filter(|own| own.iter().all(|row| row.kind == CountKind::Absolute)).find_map(|own| {
        let figures: Vec<f64> = own.iter().filter_map(|row| row.prompts_used).collect();
        let (first, last) = (*figures.first()?, *figures.last()?);
        (last < first).then_some((first, last))
    })
}

/// The newest delta of one lane, with the interval of the running figure where it is known.
#[derive(Clone, Copy)]
struct LaneUse {
    prompts: Option<f64>,
    baseline: Option<f64>,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

fn of_deltas(rows: &[&PromptCount]) -> PromptUse {
    let mut lanes: BTreeMap<Option<&Lane>, &PromptCount> = BTreeMap::new();
    let mut started: BTreeMap<Option<&Lane>, DateTime<Utc>> = BTreeMap::new();
    for row in rows {
        match row.kind {
            CountKind::Delta => {
                lanes.insert(row.lane.as_ref(), row);
            }
            CountKind::Absolute => {
                started.entry(row.lane.as_ref()).or_insert(row.captured_at);
            }
        }
    }
    let uses = lanes.into_iter().map(|(lane, row)| {
        let from = started.get(&lane).copied().filter(|from| *from <= row.captured_at);
        LaneUse {
            prompts: row.prompts_used.filter(|n| n.is_finite() && *n >= 0.0),
            baseline: row.baseline,
            // Without the row of its baseline a lane is known at its end only.
            from: from.unwrap_or(row.captured_at),
            to: row.captured_at,
        }
    });
    let mut total = Some(0.0);
    for group in groups(uses.collect(), |lane| (lane.from, lane.to)) {
        total = total.zip(union(&group)).map(|(sum, part)| sum + part);
    }
    PromptUse { prompts: total.map(|sum| difference(0.0, sum)), ..PromptUse::default() }
}

fn union(group: &[LaneUse]) -> Option<f64> {
    let sum: f64 = group.iter().map(|lane| lane.prompts).sum::<Option<f64>>()?;
    let Some(starts) = group.iter().map(|lane| lane.baseline).collect::<Option<Vec<f64>>>() else {
        return Some(sum);
    };
    let ends = starts.iter().zip(group).filter_map(|(start, lane)| Some(start + lane.prompts?));
    let first = starts.iter().copied().fold(f64::INFINITY, f64::min);
    let last = ends.fold(f64::NEG_INFINITY, f64::max);
    // Figures farther apart than all use together come from two meters, which add up.
    Some(sum.min(last - first))
}

fn of_running_figures(rows: &[&PromptCount]) -> PromptUse {
    // The newest row decides whether there is an end; unreadable rows before it say nothing.
    let first = rows.iter().position(|row| row.prompts_used.is_some());
    let Some(first) = first.filter(|first| first + 1 < rows.len()) else { return PromptUse::default() };
    let figure = |row: Option<&&PromptCount>| row.and_then(|row| row.prompts_used);
    let Some((baseline, total)) = figure(rows.get(first)).zip(figure(rows.last())) else {
        return PromptUse::default();
    };
    let value = difference(baseline, total);
    if value < 0.0 {
        let tags = vec![Tag::NegativeDelta];
        return PromptUse { tags, fall: Some((baseline, total)), ..PromptUse::default() };
    }
    PromptUse { prompts: Some(value), ..PromptUse::default() }
}

/// Tells whether the fall that an anomaly records is gone: a later row of the window corrected the count.
///
/// Counts have no names that an anomaly could rest on, so what the rows say now decides.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_windows::prompts::{PromptUse, is_corrected};
/// let fall = PromptUse { fall: Some((30.0, 5.0)), ..PromptUse::default() };
/// let found = fall.anomaly(&"W0-20".parse()?, &"glm".parse()?, DateTime::<Utc>::UNIX_EPOCH).expect("it fell");
/// assert!(is_corrected(&found, &[]), "no row shows the fall any more");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn is_corrected(anomaly: &Anomaly, counts: &[PromptCount]) -> bool {
    let of_counts = anomaly.kind == AnomalyKind::NegativeDelta
        && anomaly.meter == Some(MeterId::PROMPTS)
        && anomaly.snapshots.is_empty();
    of_counts
        && prompt_use(counts, &anomaly.window, &anomaly.provider).fall != anomaly.before.zip(anomaly.after)
}

impl PromptUse {
    /// Returns the anomaly of a running figure that fell. No reset is known that explains it, so it blocks.
    #[must_use]
    pub fn anomaly(&self, window: &WindowId, provider: &ProviderId, now: DateTime<Utc>) -> Option<Anomaly> {
        let (before, after) = self.fall?;
        Some(Anomaly {
            window: window.clone(),
            provider: provider.clone(),
            lane: None,
            kind: AnomalyKind::NegativeDelta,
            meter: Some(MeterId::PROMPTS),
            cause: Some(Cause::Unexplained),
            blocking: true,
            before: Some(before),
            after: Some(after),
            snapshots: Vec::new(),
            captured_at: now,
            detail: format!("{provider} prompts went from {before} to {after} in {window}"),
            row: RowRef::default(),
        })
    }
}
