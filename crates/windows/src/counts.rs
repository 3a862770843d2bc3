//! Rows of prompt counts: which are in force, and when a lane may begin or end one.

use std::collections::BTreeMap;

use tracker_domain::{CountKind, Lane, PromptCount, ProviderId, Tag, WindowId};

use crate::order::sort_by_place;
use crate::refusal::{Refusal, Rule};

/// The tag of a row that withdraws all earlier rows of its window, provider, lane and kind. Such a row has no count.
pub const WITHDRAWN: &str = "withdrawn";

/// Returns the rows that are not withdrawn, in order of place.
///
/// ```
/// assert!(tracker_windows::counts::in_force(&[]).is_empty());
/// ```
#[must_use]
pub fn in_force(counts: &[PromptCount]) -> Vec<&PromptCount> {
    in_force_of(counts.iter())
}

/// Returns the rows of a selection that are not withdrawn. A selection takes all rows of a lane or none.
pub(crate) fn in_force_of<'a>(rows: impl Iterator<Item = &'a PromptCount>) -> Vec<&'a PromptCount> {
    let mut placed: Vec<&PromptCount> = rows.collect();
    sort_by_place(&mut placed, |row| &row.row);
    let mut withdrawn_until: BTreeMap<_, usize> = BTreeMap::new();
    let marker = Tag::Other(WITHDRAWN.to_owned());
    for (index, row) in placed.iter().enumerate().filter(|(_, row)| row.errors.contains(&marker)) {
        withdrawn_until.insert(slot(row), index);
    }
    let counts = |(index, row): &(usize, &PromptCount)| {
        withdrawn_until.get(&slot(row)).is_none_or(|withdrawn| index > withdrawn)
    };
    placed.into_iter().enumerate().filter(counts).map(|(_, row)| row).collect()
}

fn slot(row: &PromptCount) -> (&WindowId, &ProviderId, Option<&Lane>, bool) {
    (&row.window, &row.provider, row.lane.as_ref(), row.kind == CountKind::Delta)
}

/// Prompt counts by window, so that a window does not read those of all others.
pub(crate) type ByWindow<'a> = BTreeMap<&'a WindowId, Vec<PromptCount>>;

pub(crate) fn by_window(counts: &[PromptCount]) -> ByWindow<'_> {
    let mut out = ByWindow::new();
    for count in counts {
        out.entry(&count.window).or_default().push(count.clone());
    }
    out
}

pub(crate) fn counts_of<'a>(counts: &'a ByWindow<'_>, window: &WindowId) -> &'a [PromptCount] {
    counts.get(window).map_or(&[], Vec::as_slice)
}

/// Returns the running figure with which a lane began a window, the baseline of its use.
#[must_use]
pub fn baseline(
    counts: &[PromptCount],
    window: &WindowId,
    provider: &ProviderId,
    lane: Option<&Lane>,
) -> Option<f64> {
    let own = in_force(counts)
        .into_iter()
        .filter(|row| row.window == *window && row.provider == *provider && row.lane.as_ref() == lane);
    own.filter(|row| row.kind == CountKind::Absolute).find_map(|row| row.prompts_used)
}

/// Decides whether a lane may begin to count prompts in a window.
///
/// # Errors
/// [`Rule::BeforeOnce`] when it has a baseline already.
///
/// ```
/// use tracker_windows::counts::admit_start;
/// assert!(admit_start(&[], &"W0-20".parse()?, &"glm".parse()?, None).is_ok());
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
pub fn admit_start(
    counts: &[PromptCount],
    window: &WindowId,
    provider: &ProviderId,
    lane: Option<&Lane>,
) -> Result<(), Refusal> {
    match baseline(counts, window, provider, lane) {
        None => Ok(()),
        Some(prompts) => Err(Refusal::new(
            Rule::BeforeOnce,
            format!("{provider} already has a baseline for {window} (prompts={prompts})"),
            format!(
                "to replace it, run `tracker alias delete {provider} --phase before --window {window}` first"
            ),
        )),
    }
}

/// Decides whether a lane may end counting, and returns its baseline.
///
/// # Errors
/// [`Rule::NoBefore`] when it has none.
pub fn admit_end(
    counts: &[PromptCount],
    window: &WindowId,
    provider: &ProviderId,
    lane: Option<&Lane>,
) -> Result<f64, Refusal> {
    baseline(counts, window, provider, lane).ok_or_else(|| {
        Refusal::new(
            Rule::NoBefore,
            format!("{provider} has no baseline for {window} in this lane"),
            format!(
                "run `tracker alias start {provider} --window {window}` before the work, or check AGENT_ID"
            ),
        )
    })
}
