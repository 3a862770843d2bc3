//! After-reset buffer: a bar that was reset moments ago may still show the old period.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{Meter, MeterId, Snapshot};

/// The reset of one meter that an after pane came too close to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TooSoon {
    pub(crate) meter: MeterId,
    pub(crate) reset: DateTime<Utc>,
    pub(crate) valid_at: DateTime<Utc>,
}

/// Returns the meter whose last known reset lies less than `buffer` before the capture, and is over last.
pub(crate) fn too_soon(before: &Snapshot, after: &Snapshot, buffer: TimeDelta) -> Option<TooSoon> {
    let readable = after.reading.meters.iter().filter(|meter| meter.level.is_some());
    readable
        .filter_map(|meter| {
            let reset = last_reset(before.reading.meter(&meter.id), meter, after.captured_at)?;
            let valid_at = reset.checked_add_signed(buffer)?;
            (after.captured_at < valid_at).then(|| TooSoon { meter: meter.id.clone(), reset, valid_at })
        })
        .max_by_key(|found| found.valid_at)
}

/// Returns the meter whose reset, as the before printed it, lies less than `buffer` before `now`, and is over last: an
/// after that is captured now will be refused, whatever it shows.
pub(crate) fn known_too_soon(before: &Snapshot, now: DateTime<Utc>, buffer: TimeDelta) -> Option<TooSoon> {
    let resets = before.reading.meters.iter().filter_map(|meter| Some((meter, meter.resets_at?)));
    let running = resets.filter_map(|(meter, reset)| {
        let valid_at = reset.checked_add_signed(buffer)?;
        (reset <= now && now < valid_at).then(|| TooSoon { meter: meter.id.clone(), reset, valid_at })
    });
    running.max_by_key(|found| found.valid_at)
}

/// Returns the last reset of a meter at or before `at`, known from what the two panes print.
fn last_reset(before: Option<&Meter>, after: &Meter, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let printed = before.and_then(|meter| meter.resets_at);
    let used = |meter: &Meter| meter.used_amount().filter(|amount| *amount > 0.0);
    // A bar without any use prints a period that starts now and moves along: that start is no reset.
    let idle = before.is_some_and(|meter| used(meter).is_none()) && used(after).is_none();
    let started =
        after.resets_at.filter(|_| !idle).and_then(|reset| reset.checked_sub_signed(period(after)?));
    [printed, started, after.resets_at].into_iter().flatten().filter(|reset| *reset <= at).max()
}

fn period(meter: &Meter) -> Option<TimeDelta> {
    let minutes = match meter.window_minutes {
        Some(minutes) => i64::from(minutes),
        None if meter.id == MeterId::FIVE_HOURS => 300,
        None if meter.id.as_str().starts_with("weekly") => 10_080,
        None => return None,
    };
    TimeDelta::try_minutes(minutes)
}
