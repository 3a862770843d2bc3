//! Delta of one meter between two points: never negative, never a guess across a reset.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{AnomalyKind, Cause, MeterId, Reading, Readout, Snapshot, Tag};

/// A printed reset that moved by no more than this has not moved: clients round it.
pub(crate) const RESET_TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// One meter at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Used amount in the meter's own unit, `None` where it was unreadable.
    pub used: Option<f64>,
    /// The reset that was printed, where it could be resolved.
    pub resets_at: Option<DateTime<Utc>>,
    /// When it was captured.
    pub at: DateTime<Utc>,
}

impl Point {
    /// Returns what a snapshot says about a meter.
    #[must_use]
    pub fn of(snapshot: &Snapshot, meter: &MeterId) -> Self {
        let found = snapshot.reading.meter(meter);
        Self {
            used: found.and_then(tracker_domain::Meter::used_amount),
            resets_at: found.and_then(|m| m.resets_at),
            at: snapshot.captured_at,
        }
    }

    /// Returns what a finalize row says about a meter.
    #[must_use]
    pub fn of_readout(readout: &Readout, meter: &MeterId, at: DateTime<Utc>) -> Self {
        Self {
            used: readout.used.get(meter).copied().flatten(),
            resets_at: readout.resets_at.get(meter).copied(),
            at,
        }
    }
}

/// Why two known values make no delta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// The after value is below the before value.
    NegativeDelta(Cause),
    /// The after value is not below, but the meter was reset in between: the true use is not known.
    ResetCrossed,
}

impl Finding {
    /// Returns the tag for `errors[]`.
    #[must_use]
    pub fn tag(self) -> Tag {
        match self {
            Self::NegativeDelta(_) => Tag::NegativeDelta,
            Self::ResetCrossed => Tag::ResetCrossed,
        }
    }

    /// Returns the kind of the anomaly row.
    #[must_use]
    pub fn kind(self) -> AnomalyKind {
        match self {
            Self::NegativeDelta(_) => AnomalyKind::NegativeDelta,
            Self::ResetCrossed => AnomalyKind::ResetCrossed,
        }
    }

    /// Returns the cause of the anomaly row.
    #[must_use]
    pub fn cause(self) -> Cause {
        match self {
            Self::NegativeDelta(cause) => cause,
            Self::ResetCrossed => Cause::ResetCrossed,
        }
    }

    /// Tells whether the window may not be finalized until the capture is corrected.
    #[must_use]
    pub fn is_blocking(self) -> bool {
        self.cause() == Cause::Unexplained
    }
}

/// What a meter used between two points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeterDelta {
    /// The amount in the meter's own unit, at least 0; `None` where it cannot be told.
    pub value: Option<f64>,
    /// Why not, when both values are known.
    pub finding: Option<Finding>,
}

/// Returns what a meter used between two points.
///
/// A weekly bar may fall only if its reset moved, and a bar that was reset in between tells nothing about its use
/// even when it rose. There is no tolerance: one point less is a fall.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_domain::Cause;
/// use tracker_windows::delta::{Finding, Point, meter_delta};
/// let at = |hour: i64, used: f64, resets: i64| Point {
///     used: Some(used),
///     resets_at: DateTime::from_timestamp(resets * 3600, 0),
///     at: DateTime::from_timestamp(hour * 3600, 0).unwrap_or(DateTime::<Utc>::UNIX_EPOCH),
/// };
/// assert_eq!(meter_delta(at(1, 10.0, 5), at(3, 14.0, 5)).value, Some(4.0));
/// let crossed = meter_delta(at(1, 91.0, 2), at(3, 1.0, 7));
/// assert_eq!(crossed.finding, Some(Finding::NegativeDelta(Cause::ResetCrossed)));
/// let wrong_pane = meter_delta(at(1, 91.0, 9), at(3, 1.0, 9));
/// assert_eq!(wrong_pane.finding, Some(Finding::NegativeDelta(Cause::Unexplained)));
/// ```
#[must_use]
pub fn meter_delta(before: Point, after: Point) -> MeterDelta {
    let Some(value) = before.used.zip(after.used).map(|(b, a)| difference(b, a)) else {
        return MeterDelta { value: None, finding: None };
    };
    let finding = if value < 0.0 {
        let cause = if fall_is_a_reset(before, after) { Cause::ResetCrossed } else { Cause::Unexplained };
        Some(Finding::NegativeDelta(cause))
    } else {
        reset_lies_between(before, after).then_some(Finding::ResetCrossed)
    };
    MeterDelta { value: finding.is_none().then_some(value), finding }
}

/// Returns `after - before` without the noise of binary fractions and without a negative zero.
pub(crate) fn difference(before: f64, after: f64) -> f64 {
    let value = ((after - before) * 1e6).round() / 1e6;
    if value == 0.0 { 0.0 } else { value }
}

fn moved_on(before: Point, after: Point) -> bool {
    matches!((before.resets_at, after.resets_at), (Some(b), Some(a)) if a - b > RESET_TOLERANCE)
}

fn fall_is_a_reset(before: Point, after: Point) -> bool {
    let early = moved_on(before, after) && after.resets_at.is_some_and(|reset| reset > after.at);
    let due = before
        .resets_at
        .is_some_and(|reset| reset <= after.at && after.resets_at.is_none_or(|printed| printed > reset));
    early || due
}

/// Tells whether a bar that did not fall was reset: its reset came due, and it prints a later one, or none.
fn reset_lies_between(before: Point, after: Point) -> bool {
    let Some(reset) = before.resets_at.filter(|reset| *reset <= after.at) else { return false };
    match after.resets_at {
        Some(_) => moved_on(before, after),
        // A before that already was stale says nothing about the time between.
        None => reset > before.at,
    }
}

/// Returns the tags of a reading that explain why a meter has no number; never empty.
#[must_use]
pub fn reasons(reading: &Reading, meter: &MeterId) -> Vec<Tag> {
    let explains = |tag: &&Tag| match tag {
        Tag::Truncated(field) => field == meter.as_str(),
        Tag::SectionMissingWeek => meter.as_str().starts_with("weekly"),
        Tag::SectionMissingSession => *meter == MeterId::FIVE_HOURS,
        Tag::InsufficientData | Tag::UsageNotLoaded => true,
        _ => false,
    };
    let found: Vec<Tag> = reading.errors.iter().filter(explains).cloned().collect();
    if found.is_empty() { vec![Tag::InsufficientData] } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tracker_domain::ProviderId;

    fn at(minutes: i64, used: Option<f64>, resets: Option<i64>) -> Point {
        let instant = |m: i64| DateTime::from_timestamp(m * 60, 0).unwrap();
        Point { used, resets_at: resets.map(instant), at: instant(minutes) }
    }

    #[test]
    fn a_fall_before_the_printed_reset_is_unexplained() {
        let delta = meter_delta(at(0, Some(91.0), Some(600)), at(60, Some(0.0), Some(600)));
        assert_eq!(delta.value, None);
        assert!(delta.finding.is_some_and(Finding::is_blocking));
    }

    #[test]
    fn a_fall_with_an_older_reset_is_a_replayed_pane_and_unexplained() {
        let delta = meter_delta(at(0, Some(91.0), Some(600)), at(60, Some(3.0), Some(100)));
        assert_eq!(delta.finding, Some(Finding::NegativeDelta(Cause::Unexplained)));
    }

    #[test]
    fn a_fall_is_explained_by_a_reset_that_came_due_or_came_early() {
        for (resets, after_resets) in [(30, None), (30, Some(330)), (600, Some(700))] {
            let delta = meter_delta(at(0, Some(91.0), Some(resets)), at(60, Some(3.0), after_resets));
            assert_eq!(delta.finding, Some(Finding::NegativeDelta(Cause::ResetCrossed)), "{resets}");
        }
    }

    #[test]
    fn a_reset_that_moved_by_five_minutes_has_not_moved() {
        let delta = meter_delta(at(0, Some(9.0), Some(600)), at(60, Some(3.0), Some(605)));
        assert_eq!(delta.finding, Some(Finding::NegativeDelta(Cause::Unexplained)));
    }

    #[test]
    fn a_bar_that_rose_across_a_reset_has_no_delta() {
        for after_resets in [Some(330), None] {
            let delta = meter_delta(at(0, Some(3.0), Some(30)), at(60, Some(9.0), after_resets));
            assert_eq!((delta.value, delta.finding), (None, Some(Finding::ResetCrossed)));
        }
        // The reset still lies ahead, or the client printed the same one a minute off.
        assert_eq!(meter_delta(at(0, Some(3.0), Some(90)), at(60, Some(9.0), Some(90))).value, Some(6.0));
        assert_eq!(meter_delta(at(0, Some(3.0), Some(59)), at(60, Some(9.0), Some(60))).value, Some(6.0));
    }

    #[test]
    fn an_unknown_side_gives_null_with_the_reason_of_the_reading() {
        assert_eq!(meter_delta(at(0, None, None), at(1, Some(4.0), None)).value, None);
        let mut reading = Reading::new(ProviderId::new("codex").unwrap(), "status-pane");
        assert_eq!(reasons(&reading, &MeterId::WEEKLY), [Tag::InsufficientData]);
        reading.tag(Tag::Truncated("5h".into()));
        reading.tag(Tag::Truncated("weekly".into()));
        assert_eq!(reasons(&reading, &MeterId::WEEKLY), [Tag::Truncated("weekly".into())]);
    }

    #[test]
    fn a_percent_left_loses_no_fraction_to_binary_noise() {
        assert_eq!(difference(100.0 - 87.3, 100.0 - 87.0), 0.3);
        assert!(difference(5.0, 5.0).is_sign_positive());
    }

    proptest! {
        #[test]
        fn no_delta_is_negative(
            b in 0.0..120.0f64,
            a in 0.0..120.0f64,
            rb in proptest::option::of(-9i64..99),
            ra in proptest::option::of(-9i64..99),
        ) {
            let delta = meter_delta(at(0, Some(b), rb), at(50, Some(a), ra));
            prop_assert!(delta.value.is_none_or(|v| v >= 0.0));
            prop_assert_eq!(delta.value.is_none(), delta.finding.is_some());
        }
    }
}
