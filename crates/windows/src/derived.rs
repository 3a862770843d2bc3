//! Windows out of a history: what the meters stood at when work began and ended, and where work lay.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{Meter, MeterRecord, ProviderId, Reading, Tag};

/// A reading that is older than this when its phase comes is stale: it is used and told.
const STALE_AFTER: TimeDelta = TimeDelta::minutes(30);

/// Work that rests for longer is another burst.
pub const REST: TimeDelta = TimeDelta::minutes(45);

/// The readings of one provider at the two ends of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// At the beginning.
    pub before: Reading,
    /// At the end.
    pub after: Reading,
}

/// Returns what a provider's meters stood at when a window began and ended; `None` when no meter was told in it.
///
/// Before: the newest reading until `since` that is not past its reset, else the first one within, tagged
/// `first-in-window`. After: the newest reading within. A meter that was not told within the window is left out;
/// readings older than half an hour are tagged `stale-limits`.
#[must_use]
pub fn derive(
    records: &[MeterRecord],
    provider: &ProviderId,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Option<Derived> {
    let mut limits: BTreeMap<_, Vec<&MeterRecord>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.provider == *provider && record.observed_at <= until)
    {
        let limit = (record.limit_id.as_deref(), record.meter.window_minutes, &record.meter.id);
        limits.entry(limit).or_default().push(record);
    }
    let kind = records.iter().find(|record| record.provider == *provider)?.kind.clone();
    let empty = || Reading::new(provider.clone(), format!("{kind}-history"));
    let mut derived = Derived { before: empty(), after: empty() };
    for readings in limits.values_mut() {
        readings.sort_by_key(|record| record.observed_at);
        let Some(after) = readings.last().filter(|record| record.observed_at >= since) else { continue };
        let is_current = |record: &&&MeterRecord| {
            record.observed_at <= since && record.meter.resets_at.is_none_or(|reset| reset > since)
        };
        let before = readings.iter().rev().find(is_current);
        let first = readings.iter().find(|record| record.observed_at >= since);
        if before.is_none() {
            derived.before.tag(Tag::Other("first-in-window".to_owned()));
        }
        if let Some(before) = before.or(first) {
            add(&mut derived.before, before, since);
        }
        add(&mut derived.after, after, until);
    }
    (!derived.after.meters.is_empty()).then_some(derived)
}

fn add(reading: &mut Reading, record: &MeterRecord, phase_at: DateTime<Utc>) {
    if phase_at - record.observed_at > STALE_AFTER {
        reading.tag(Tag::StaleLimits);
    }
    if record.meter.used_amount().is_some_and(|used| used > 100.0) {
        reading.tag(Tag::Over100);
    }
    reading.observed_at = reading.observed_at.max(Some(record.observed_at));
    reading.plan = record.plan.clone().or(reading.plan.take());
    if reading.meter(&record.meter.id).is_none() {
        reading.meters.push(Meter { ..record.meter.clone() });
    }
}

/// A stretch of work without a long rest and without a reset in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    /// The first answer.
    pub from: DateTime<Utc>,
    /// The last answer.
    pub to: DateTime<Utc>,
    /// How many answers.
    pub answers: usize,
}

/// Returns the bursts of work: answers without a rest of [`REST`] between them, cut where a meter was reset. Both
/// lists are in the order of time.
///
/// ```
/// use tracker_windows::derived::bursts;
/// let at = |minute: i64| chrono::DateTime::from_timestamp(minute * 60, 0).unwrap_or_default();
/// let answers = [at(0), at(10), at(20), at(100), at(110)];
/// let found = bursts(&answers, &[at(15)]);
/// assert_eq!(found.iter().map(|burst| burst.answers).collect::<Vec<_>>(), [2, 1, 2]);
/// ```
#[must_use]
pub fn bursts(answers: &[DateTime<Utc>], resets: &[DateTime<Utc>]) -> Vec<Burst> {
    let mut found: Vec<Burst> = Vec::new();
    for at in answers {
        let goes_on = |burst: &&mut Burst| {
            let is_reset = resets.iter().any(|reset| burst.to < *reset && *reset <= *at);
            *at - burst.to <= REST && !is_reset
        };
        match found.last_mut().filter(goes_on) {
            Some(burst) => (burst.to, burst.answers) = (*at, burst.answers + 1),
            None => found.push(Burst { from: *at, to: *at, answers: 1 }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::{Level, MeterId, RowRef, UsedPct};

    fn instant(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).unwrap()
    }

    fn at(minute: i64, used: f64, reset: i64) -> MeterRecord {
        MeterRecord {
            provider: ProviderId::from_static("codex"),
            account: None,
            limit_id: None,
            meter: Meter::new(MeterId::FIVE_HOURS, "5h")
                .with_level(Level::Used(UsedPct::new(used).unwrap()))
                .with_resets_at(instant(reset)),
            observed_at: instant(minute),
            plan: None,
            kind: "rollout".to_owned(),
            row: RowRef::default(),
        }
    }

    fn used(records: &[MeterRecord]) -> Option<(f64, f64, Vec<String>)> {
        let found = derive(records, &ProviderId::from_static("codex"), instant(100), instant(200))?;
        let value = |reading: &Reading| reading.meters[0].used_amount().unwrap();
        let tags = found.before.errors.iter().chain(&found.after.errors).map(ToString::to_string).collect();
        Some((value(&found.before), value(&found.after), tags))
    }

    #[test]
    fn the_newest_reading_of_each_end_counts() {
        let records =
            [at(50, 3.0, 300), at(90, 5.0, 300), at(120, 7.0, 300), at(190, 9.0, 300), at(210, 60.0, 300)];
        assert_eq!(used(&records), Some((5.0, 9.0, vec![])));
    }

    #[test]
    fn a_reading_past_its_reset_is_no_before() {
        let tags = vec!["first-in-window".to_owned()];
        assert_eq!(used(&[at(50, 90.0, 95), at(120, 7.0, 300), at(190, 9.0, 300)]), Some((7.0, 9.0, tags)));
    }

    #[test]
    fn what_was_not_told_within_is_not_guessed() {
        assert_eq!(used(&[at(50, 90.0, 300), at(300, 95.0, 300)]), None);
        let tags = vec!["stale-limits".to_owned(); 2];
        assert_eq!(used(&[at(10, 3.0, 300), at(101, 4.0, 300)]), Some((3.0, 4.0, tags)));
    }
}
