//! What every report tells: totals, the newest row, and a percentage where one was printed.

use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UsedPct};

use super::row;
use crate::meter_name::WEEK;

/// What a report covers; it names the flat facts of its newest row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Blocks,
    Daily,
    Weekly,
    Monthly,
    Session,
}

impl Scope {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Session => "session",
        }
    }

    /// Returns the scope that a word names.
    pub(super) fn of(word: &str) -> Option<Self> {
        [Self::Blocks, Self::Daily, Self::Weekly, Self::Monthly, Self::Session]
            .into_iter()
            .find(|scope| scope.as_str() == word)
    }
}

/// Adds a count, where there is one.
pub(super) fn count(reading: &mut Reading, name: &str, value: Option<u64>) {
    if let Some(value) = value {
        reading.facts.insert(name.to_owned(), Fact::Count(value));
    }
}

/// Adds a number, where there is one.
pub(super) fn number(reading: &mut Reading, name: &str, value: Option<f64>) {
    if let Some(value) = value {
        reading.facts.insert(name.to_owned(), Fact::Number(value));
    }
}

/// Adds a text, where there is one.
pub(super) fn text(reading: &mut Reading, name: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        reading.facts.insert(name.to_owned(), Fact::Text(value.to_owned()));
    }
}

/// Adds `rows`, and of the newest entry `latest_*` and `percent_used`; sessions also get `session_count`.
pub(super) fn add_entries(reading: &mut Reading, scope: Scope) {
    text(reading, "report", Some(scope.as_str()));
    count(reading, "rows", Some(reading.entries.len() as u64));
    if scope == Scope::Session {
        count(reading, "session_count", Some(reading.entries.len() as u64));
    }
    let Some(newest) = row::newest(&reading.entries).cloned() else { return };
    let key = if scope == Scope::Session { "latest_session" } else { "latest_date" };
    text(reading, key, Some(&newest.key));
    text(reading, "last_activity", newest.last_activity.as_deref());
    count(reading, "latest_tokens", newest.total_tokens);
    number(reading, "percent_used", newest.percent_used);
}

/// Adds the weekly meter of a report that prints a percentage, and its reset as `reset_at`.
pub(super) fn add_meter(reading: &mut Reading, scope: Scope, percent: Option<f64>, reset: Option<&str>) {
    text(reading, "reset_at", reset);
    if scope != Scope::Weekly || percent.is_none() {
        return;
    }
    let mut meter =
        Meter::new(MeterId::WEEKLY, "weekly").with_window_minutes(WEEK).with_resolution(Resolution::Fine);
    meter.level = percent.and_then(|pct| UsedPct::new(pct).ok()).map(Level::Used);
    if meter.used_pct().is_some_and(UsedPct::is_over_100) {
        reading.tag(Tag::Over100);
    }
    meter.resets_raw = reset.map(ToOwned::to_owned);
    meter.resets_at = reset.and_then(crate::instant::of_text);
    reading.meters.push(meter);
}
