//! Standing jobs: what recurs around the resets of the meters, when it is due, and how a system's scheduler is told.
//!
//! ```
//! use chrono::TimeDelta;
//! use tracker_workflow::jobs::{When, due};
//! use tracker_workflow::schedule::KnownReset;
//!
//! let codex: tracker_domain::ProviderId = "codex".parse()?;
//! let weekly = KnownReset {
//!     provider: codex.clone(), meter: "weekly".parse()?, period: TimeDelta::days(7),
//!     at: "2026-11-25T21:11:00Z".parse()?, observed_at: "2026-11-20T10:00:00Z".parse()?,
//! };
//! // Each day, an hour after the time of day at which the week is reset.
//! let (rhythm, _) = When::Daily(TimeDelta::hours(1)).rhythm(&[weekly], &codex).ok_or("the reset is known")?;
//! let now = "2026-11-20T22:12:00Z".parse()?;
//! let found = due(rhythm, None, now, TimeDelta::minutes(15)).ok_or("it is due")?;
//! assert_eq!((found.planned_at.to_rfc3339(), found.is_missed), ("2026-11-20T22:11:00+00:00".to_owned(), false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cron;
mod launchd;
mod systemd;

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use tracker_domain::{MeterId, ProviderId};

use crate::schedule::{KnownReset, Rhythm};

pub use cron::crontab;
pub use launchd::agents;
pub use systemd::units;

/// When a job recurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// Each day, so long after the time of day at which the week is reset.
    Daily(TimeDelta),
    /// Each week, so long after its reset.
    Weekly(TimeDelta),
    /// So long after the beginning of each five-hour period.
    PeriodStart(TimeDelta),
    /// So long before the end of each five-hour period.
    PeriodEnd(TimeDelta),
}

impl When {
    /// Returns the instants, and the reset that they follow from; `None` when no reading tells such a reset.
    ///
    /// Days and weeks follow the owner's weekly reset, else the newest weekly one of anybody; periods only the owner's.
    #[must_use]
    pub fn rhythm<'a>(
        self,
        resets: &'a [KnownReset],
        owner: &ProviderId,
    ) -> Option<(Rhythm, &'a KnownReset)> {
        let own =
            |meter: &MeterId| resets.iter().find(|reset| reset.provider == *owner && reset.meter == *meter);
        let week = || {
            let weekly = resets.iter().filter(|reset| reset.meter == MeterId::WEEKLY);
            own(&MeterId::WEEKLY).or_else(|| weekly.max_by_key(|reset| reset.observed_at))
        };
        Some(match self {
            Self::Daily(after) => {
                let reset = week()?;
                (Rhythm { first: reset.at, step: TimeDelta::days(1) }.moved(after), reset)
            }
            Self::Weekly(after) => {
                let reset = week()?;
                (reset.rhythm().moved(after), reset)
            }
            Self::PeriodStart(after) => {
                let reset = own(&MeterId::FIVE_HOURS)?;
                (reset.rhythm().moved(after), reset)
            }
            Self::PeriodEnd(before) => {
                let reset = own(&MeterId::FIVE_HOURS)?;
                (reset.rhythm().moved(-before), reset)
            }
        })
    }

    /// Tells whether it follows a period, whose reset moves with every use.
    #[must_use]
    pub fn is_of_period(self) -> bool {
        matches!(self, Self::PeriodStart(_) | Self::PeriodEnd(_))
    }
}

/// One standing job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name on the command line and in unit files: `a-z 0-9 -`.
    pub name: String,
    /// What it does, in one line.
    pub about: String,
    /// Whose meters set its time.
    pub owner: ProviderId,
    /// When it recurs.
    pub when: When,
    /// Its command line; words in braces are filled in when it runs.
    pub command: Vec<String>,
}

/// A run that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When it should have begun.
    pub planned_at: DateTime<Utc>,
    /// Whether that is so long ago that it was missed, and is caught up now.
    pub is_missed: bool,
}

/// Returns the run that is due: of planned instants only the latest, however many were missed.
///
/// A run counts for a planned instant that it did not precede by more than half an hour, or a tenth of the rhythm where
/// that is less: a reset that a newer reading moved a little does not make the job run twice.
#[must_use]
pub fn due(
    rhythm: Rhythm,
    last_run: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    grace: TimeDelta,
) -> Option<Due> {
    let planned_at = rhythm.latest(now)?;
    let tolerance = (rhythm.step / 10).min(TimeDelta::minutes(30));
    let counts_from = planned_at.checked_sub_signed(tolerance)?;
    if last_run.is_some_and(|run| run >= counts_from) {
        return None;
    }
    Some(Due { planned_at, is_missed: now - planned_at > grace })
}

/// When a system's scheduler starts an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Timing {
    /// Each day at an instant's time of day.
    Daily(DateTime<Utc>),
    /// Each week at an instant's day and time.
    Weekly(DateTime<Utc>),
    /// Every so many minutes: a divisor of 60.
    Every(u32),
}

/// One entry of a system's scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name: `a-z 0-9 -`.
    pub name: String,
    /// What it does and why then, in one line.
    pub about: String,
    /// When.
    pub timing: Timing,
    /// The program by its absolute path, and its arguments.
    pub command: Vec<String>,
}

/// What all entries share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The folder that they run in, absolute.
    pub dir: String,
    /// Variables that they need, such as `PATH`.
    pub variables: Vec<(String, String)>,
    /// The machine's zone, for schedulers that know no other.
    pub zone: chrono_tz::Tz,
}

/// A file for a system's scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFile {
    /// Its name without a folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A value that no file of a scheduler can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} holds a line end or another control character, which no scheduler takes")]
pub struct Unquotable(pub String);

/// Refuses control characters: they end a line or a value whatever stands around them.
fn printable(text: &str) -> Result<&str, Unquotable> {
    match text.chars().any(char::is_control) {
        true => Err(Unquotable(text.to_owned())),
        false => Ok(text),
    }
}

/// Returns the English short name of a day.
fn short(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Mon",
        Weekday::Tue => "Tue",
        Weekday::Wed => "Wed",
        Weekday::Thu => "Thu",
        Weekday::Fri => "Fri",
        Weekday::Sat => "Sat",
        Weekday::Sun => "Sun",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reset(provider: &str, meter: MeterId, hours: i64, at_text: &str) -> KnownReset {
        KnownReset {
            provider: provider.parse().unwrap(),
            meter,
            period: TimeDelta::hours(hours),
            at: at(at_text),
            observed_at: at("2026-11-20T10:00:00Z"),
        }
    }

    #[test]
    fn a_run_counts_once_and_a_missed_one_is_caught_up() {
        let rhythm = Rhythm { first: at("2026-11-20T10:05:00Z"), step: TimeDelta::hours(5) };
        let grace = TimeDelta::minutes(15);
        let on_time = due(rhythm, None, at("2026-11-20T10:06:00Z"), grace).unwrap();
        assert_eq!((on_time.planned_at, on_time.is_missed), (at("2026-11-20T10:05:00Z"), false));
        assert_eq!(due(rhythm, Some(at("2026-11-20T10:06:00Z")), at("2026-11-20T14:00:00Z"), grace), None);
        let late = due(rhythm, Some(at("2026-11-20T05:06:00Z")), at("2026-11-20T12:00:00Z"), grace).unwrap();
        assert!(late.is_missed);
        let many = due(rhythm, Some(at("2026-11-18T05:06:00Z")), at("2026-11-20T15:06:00Z"), grace).unwrap();
        assert_eq!((many.planned_at, many.is_missed), (at("2026-11-20T15:05:00Z"), false), "only the latest");
    }

    #[test]
    fn a_reset_that_moved_a_little_does_not_run_a_job_twice() {
        let moved = Rhythm { first: at("2026-11-20T10:20:00Z"), step: TimeDelta::hours(5) };
        let ran = Some(at("2026-11-20T10:06:00Z"));
        assert_eq!(due(moved, ran, at("2026-11-20T10:21:00Z"), TimeDelta::minutes(15)), None);
    }

    #[test]
    fn days_follow_anybodys_week_and_periods_only_the_owners() {
        let resets = [
            reset("claude", MeterId::WEEKLY, 168, "2026-11-25T21:11:00Z"),
            reset("claude", MeterId::FIVE_HOURS, 5, "2026-11-20T14:00:00Z"),
        ];
        let codex: ProviderId = "codex".parse().unwrap();
        let claude: ProviderId = "claude".parse().unwrap();
        let daily = When::Daily(TimeDelta::hours(1)).rhythm(&resets, &codex).unwrap();
        assert_eq!(daily.0.next(at("2026-11-20T10:00:00Z")), Some(at("2026-11-20T22:11:00Z")));
        let start = When::PeriodStart(TimeDelta::minutes(5));
        assert_eq!(start.rhythm(&resets, &codex), None);
        let (rhythm, _) = start.rhythm(&resets, &claude).unwrap();
        assert_eq!(rhythm.next(at("2026-11-20T10:00:00Z")), Some(at("2026-11-20T14:05:00Z")));
        let (end, _) = When::PeriodEnd(TimeDelta::minutes(10)).rhythm(&resets, &claude).unwrap();
        assert_eq!(end.next(at("2026-11-20T10:00:00Z")), Some(at("2026-11-20T13:50:00Z")));
    }
}
