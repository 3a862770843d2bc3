//! Capacity of a finalized window: what one meter used, worked out again from what the row and the counts say.

use std::fmt;

use tracker_domain::{FinalizedWindow, LaneDelta, MeterId, PromptCount, ProviderId, ProviderWindow, Tag};

use crate::delta::{Point, difference, meter_delta};
use crate::prompts::prompt_use;

/// Why a window is left out of an estimate: neither its features nor its capacity count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Features are claimed, and no reading of the provider exists.
    NoReading,
    /// The provider has readings, and none of this meter on both sides; the tag says why.
    Unreadable(Tag),
    /// The meter fell.
    NegativeDelta,
    /// The meter was reset in between.
    ResetCrossed,
    /// The after is older than the before.
    Order,
    /// The stored delta contradicts the readings or the lanes that are stored beside it.
    Inconsistent,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReading => f.write_str("no-reading"),
            Self::Unreadable(tag) => write!(f, "{tag}"),
            Self::NegativeDelta => write!(f, "{}", Tag::NegativeDelta),
            Self::ResetCrossed => write!(f, "{}", Tag::ResetCrossed),
            Self::Order => f.write_str("order"),
            Self::Inconsistent => f.write_str("inconsistent-delta"),
        }
    }
}

/// Returns what a provider used of a meter in a finalized window, at least 0, in the meter's own unit.
///
/// A stored delta is not trusted by itself: with one lane it is worked out again from the stored before and
/// after, with several it must lie between the largest lane and their sum. Prompts come from the counts, where they
/// say anything.
///
/// # Errors
/// The [`Reason`] for which the window must be left out.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_domain::{FinalizedWindow, MeterId};
/// use tracker_windows::capacity::{Reason, capacity_of};
/// let row = FinalizedWindow::new("W0-19".parse()?, DateTime::<Utc>::UNIX_EPOCH);
/// let used = capacity_of(&row, &"codex".parse()?, &MeterId::WEEKLY, &[]);
/// assert_eq!(used, Err(Reason::NoReading));
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
pub fn capacity_of(
    row: &FinalizedWindow,
    provider: &ProviderId,
    meter: &MeterId,
    counts: &[PromptCount],
) -> Result<f64, Reason> {
    let stored = row.providers.get(provider);
    if meter.is_prompts() {
        let used = prompt_use(counts, &row.window, provider);
        match used.prompts {
            Some(prompts) => return Ok(prompts),
            None if used.fall.is_some() => return Err(Reason::NegativeDelta),
            // Counts that make no delta contradict a stored one, unless panes made it: the earlier tool took a
            // running figure for a use.
            None if used.rows > 0 && stored.is_none_or(|row| !row.before.used.contains_key(meter)) => {
                return Err(Reason::Unreadable(
                    used.tags.into_iter().next().unwrap_or(Tag::InsufficientData),
                ));
            }
            None => {}
        }
    }
    let Some(provider_row) = stored.filter(|row| shows_reading(row)) else { return Err(Reason::NoReading) };
    if is_reversed(provider_row) {
        return Err(Reason::Order);
    }
    match provider_row.lanes.as_slice() {
        [] => of_readouts(provider_row, meter),
        [lane] => of_one_lane(provider_row, lane, meter),
        lanes => of_lanes(provider_row, lanes, meter),
    }
}

/// Tells whether a provider's part of a row rests on any reading; the earlier tool writes empty parts too.
pub(crate) fn shows_reading(row: &ProviderWindow) -> bool {
    row.before_at.is_some() || row.after_at.is_some() || has_number(row, |_| true)
}

/// Tells whether a provider's part of a row has a number of such a meter.
pub(crate) fn has_number(row: &ProviderWindow, which: impl Fn(&MeterId) -> bool) -> bool {
    let maps = [&row.delta, &row.before.used, &row.after.used];
    maps.into_iter().flatten().any(|(meter, value)| value.is_some() && which(meter))
}

fn is_reversed(row: &ProviderWindow) -> bool {
    matches!((row.before_at, row.after_at), (Some(before), Some(after)) if after < before)
        || row.lanes.iter().any(|lane| lane.after_at < lane.before_at)
}

/// Rows of the earlier tool: it books a missing side as 0 and a fall as a use, so the readings decide.
fn of_readouts(row: &ProviderWindow, meter: &MeterId) -> Result<f64, Reason> {
    let known = |readout: &tracker_domain::Readout| readout.used.contains_key(meter);
    if known(&row.before) || known(&row.after) {
        return between_readouts(row, meter);
    }
    stored_delta(row, meter)
}

fn of_one_lane(row: &ProviderWindow, lane: &LaneDelta, meter: &MeterId) -> Result<f64, Reason> {
    let stored = stored_delta(row, meter)?;
    let agrees = |other: f64| difference(stored, other) == 0.0;
    match (between_readouts(row, meter), lane.delta.get(meter).copied().flatten()) {
        (Ok(value), lane) if agrees(value) && lane.is_none_or(agrees) => Ok(stored),
        (Err(Reason::Unreadable(_)), Some(lane)) if agrees(lane) => Ok(stored),
        (Err(reason), _) => Err(reason),
        (Ok(_), _) => Err(Reason::Inconsistent),
    }
}

fn of_lanes(row: &ProviderWindow, lanes: &[LaneDelta], meter: &MeterId) -> Result<f64, Reason> {
    let stored = stored_delta(row, meter)?;
    let each: Option<Vec<f64>> = lanes.iter().map(|lane| lane.delta.get(meter).copied().flatten()).collect();
    let Some(each) = each else { return Ok(stored) };
    // One unit of rounding per lane: clients that share a meter may print it one apart.
    let slack = f64::from(u32::try_from(lanes.len()).unwrap_or(u32::MAX));
    let most = each.iter().sum::<f64>() + slack;
    let least = each.iter().copied().fold(0.0, f64::max) - slack;
    if (least..=most).contains(&stored) { Ok(stored) } else { Err(Reason::Inconsistent) }
}

fn stored_delta(row: &ProviderWindow, meter: &MeterId) -> Result<f64, Reason> {
    match row.delta.get(meter).copied().flatten() {
        Some(value) if value.is_finite() && value >= 0.0 => Ok(value),
        Some(_) => Err(Reason::NegativeDelta),
        None => match between_readouts(row, meter) {
            // Both sides are known, so something else made the writer refuse the difference.
            Ok(_) => Err(Reason::Unreadable(why(row, meter))),
            Err(reason) => Err(reason),
        },
    }
}

fn between_readouts(row: &ProviderWindow, meter: &MeterId) -> Result<f64, Reason> {
    let before = Point::of_readout(&row.before, meter, row.before_at.or(row.after_at).unwrap_or_default());
    let after = Point::of_readout(&row.after, meter, row.after_at.or(row.before_at).unwrap_or_default());
    let delta = meter_delta(before, after);
    delta.value.ok_or_else(|| match delta.finding.map(crate::delta::Finding::tag) {
        Some(Tag::NegativeDelta) => Reason::NegativeDelta,
        Some(_) => Reason::ResetCrossed,
        None => Reason::Unreadable(why(row, meter)),
    })
}

/// Returns the stored tag that explains best why a meter has no delta.
fn why(row: &ProviderWindow, meter: &MeterId) -> Tag {
    let all = || row.errors.iter().chain(&row.before.errors).chain(&row.after.errors);
    let of_meter = all().find(|tag| matches!(tag, Tag::Truncated(field) if field == meter.as_str()));
    let general = || {
        all().find(|tag| match tag {
            Tag::SectionMissingWeek => meter.as_str().starts_with("weekly"),
            Tag::SectionMissingSession => *meter == MeterId::FIVE_HOURS,
            Tag::InsufficientData | Tag::UsageNotLoaded => true,
            Tag::Other(text) => matches!(text.as_str(), "account-changed" | "lanes-inconsistent"),
            _ => false,
        })
    };
    of_meter.or_else(general).cloned().unwrap_or(Tag::InsufficientData)
}
