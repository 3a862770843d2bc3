//! When meters reset, as far as the newest readings tell, and what recurs around the resets.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{MeterId, ProviderId};

/// A reset that a reading printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownReset {
    /// Whose meter.
    pub provider: ProviderId,
    /// Which meter.
    pub meter: MeterId,
    /// From one reset to the next; longer than nothing.
    pub period: TimeDelta,
    /// The reset as printed.
    pub at: DateTime<Utc>,
    /// When it was printed.
    pub observed_at: DateTime<Utc>,
}

impl KnownReset {
    /// Returns the resets that follow, one period after the other, supposing that the meter is used on.
    #[must_use]
    pub fn rhythm(&self) -> Rhythm {
        Rhythm { first: self.at, step: self.period }
    }
}

/// Keeps the newest reading of each meter, ordered by provider and by period, the shortest first.
///
/// ```
/// use chrono::TimeDelta;
/// use tracker_workflow::schedule::{KnownReset, newest};
/// let reset = |observed: &str, at: &str| KnownReset {
///     provider: "codex".parse().expect("a provider"), meter: "weekly".parse().expect("a meter"),
///     period: TimeDelta::days(7), at: at.parse().expect("an instant"), observed_at: observed.parse().expect("an instant"),
/// };
/// let newest = newest(vec![
///     reset("2026-11-20T10:00:00Z", "2026-11-25T13:11:00Z"),
///     reset("2026-11-19T10:00:00Z", "2026-11-21T08:00:00Z"),
/// ]);
/// assert_eq!((newest.len(), newest[0].at.to_rfc3339()), (1, "2026-11-25T13:11:00+00:00".to_owned()));
/// ```
#[must_use]
pub fn newest(mut readings: Vec<KnownReset>) -> Vec<KnownReset> {
    readings.retain(|reading| reading.period > TimeDelta::zero());
    readings.sort_by(|a, b| {
        let key = |of: &KnownReset| (of.provider.clone(), of.period, of.meter.clone());
        key(a).cmp(&key(b)).then(b.observed_at.cmp(&a.observed_at)).then(b.at.cmp(&a.at))
    });
    readings.dedup_by(|later, first| later.provider == first.provider && later.meter == first.meter);
    readings
}

/// Instants at equal distance, without beginning or end.
///
/// ```
/// use chrono::TimeDelta;
/// use tracker_workflow::schedule::Rhythm;
/// let rhythm = Rhythm { first: "2026-11-25T13:11:00Z".parse()?, step: TimeDelta::days(1) };
/// let now = "2026-11-20T10:00:00Z".parse()?;
/// assert_eq!(rhythm.next(now), Some("2026-11-20T13:11:00Z".parse()?));
/// assert_eq!(rhythm.latest(now), Some("2026-11-19T13:11:00Z".parse()?));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// One of them.
    pub first: DateTime<Utc>,
    /// From one to the next; without a length there is only the first.
    pub step: TimeDelta,
}

impl Rhythm {
    /// Returns the rhythm moved by `offset`.
    #[must_use]
    pub fn moved(self, offset: TimeDelta) -> Self {
        Self { first: self.first.checked_add_signed(offset).unwrap_or(self.first), ..self }
    }

    /// Returns the last instant that is not after `now`; `None` beyond the calendar.
    #[must_use]
    pub fn latest(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let step = self.step.num_seconds();
        if step <= 0 {
            return (self.first <= now).then_some(self.first);
        }
        let steps = (now - self.first).num_milliseconds().div_euclid(step.checked_mul(1000)?);
        self.first.checked_add_signed(TimeDelta::try_seconds(step.checked_mul(steps)?)?)
    }

    /// Returns the first instant after `now`; `None` beyond the calendar, or when there is none.
    #[must_use]
    pub fn next(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.step <= TimeDelta::zero() {
            return (self.first > now).then_some(self.first);
        }
        self.latest(now)?.checked_add_signed(self.step)
    }

    /// Returns the instants from `from` on and before `until`, at most 10,000.
    #[must_use]
    pub fn between(self, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let before = from.checked_sub_signed(TimeDelta::milliseconds(1)).unwrap_or(from);
        let later = |at: &DateTime<Utc>| self.next(*at);
        std::iter::successors(self.next(before), later).take_while(|at| *at < until).take(10_000).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_of_the_rhythm_is_the_latest_and_not_the_next() {
        let rhythm = Rhythm { first: at("2026-11-20T10:00:00Z"), step: TimeDelta::hours(5) };
        assert_eq!(rhythm.latest(at("2026-11-20T15:00:00Z")), Some(at("2026-11-20T15:00:00Z")));
        assert_eq!(rhythm.next(at("2026-11-20T15:00:00Z")), Some(at("2026-11-20T20:00:00Z")));
        assert_eq!(rhythm.latest(at("2026-11-20T09:59:59Z")), Some(at("2026-11-20T05:00:00Z")));
        let day = rhythm.between(at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"));
        assert_eq!(day.first(), Some(&at("2026-11-20T00:00:00Z")));
        assert_eq!(day.len(), 5);
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        let rhythm = Rhythm { first: DateTime::<Utc>::MAX_UTC, step: TimeDelta::days(7) };
        assert_eq!(rhythm.next(DateTime::<Utc>::MAX_UTC), None);
        let stuck = Rhythm { first: at("2026-11-20T10:00:00Z"), step: TimeDelta::zero() };
        assert_eq!(stuck.next(at("2026-11-21T00:00:00Z")), None);
        assert_eq!(rhythm.moved(TimeDelta::days(1)).first, DateTime::<Utc>::MAX_UTC);
    }
}
