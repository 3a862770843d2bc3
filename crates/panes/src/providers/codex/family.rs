//! Families of limits as the machine formats carry them, told apart by their id and never by their place.
//!
//! Every format has the same shape under other names: a family has an id and up to two windows, of which either may
//! come first, be the only one, or be missing.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UnknownField, UsedPct};

use crate::instant;
use crate::json::Object;
use crate::{meter_name, text};

/// The family of the plan itself; older clients send no id for it.
pub(super) const MAIN: &str = "codex";

/// One family with its windows.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Family {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) windows: Vec<Window>,
}

/// One window of a family.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Window {
    pub(super) used: Option<f64>,
    pub(super) minutes: Option<u32>,
    pub(super) reset: Option<ResetIn>,
}

/// When a window resets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ResetIn {
    /// Seconds since 1970.
    Epoch(i64),
    /// Seconds after the observation.
    Seconds(i64),
}

impl Family {
    /// Reads a family in the spelling of rollouts (`limit_id`) or of the app server (`limitId`).
    pub(super) fn read(object: &Object<'_>) -> Self {
        Self {
            id: object.text_of(&["limit_id", "limitId"]).map(Into::into),
            name: object.text_of(&["limit_name", "limitName"]).map(Into::into),
            windows: ["primary", "secondary", "primary_window", "secondary_window"]
                .iter()
                .filter_map(|slot| object.object(slot))
                .map(|window| Window::read(&window))
                .collect(),
        }
    }

    /// Tells whether it is the plan's own family.
    pub(super) fn is_main(&self) -> bool {
        self.id.as_deref().is_none_or(|id| id == MAIN)
    }

    /// Tells whether both are the same family.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (self.is_main() && other.is_main()) || self.id == other.id
    }
}

impl Window {
    fn read(object: &Object<'_>) -> Self {
        let minutes = object.number_of(&["window_minutes", "windowDurationMins"]);
        let seconds = object.number("limit_window_seconds");
        let epoch = object.number_of(&["resets_at", "resetsAt", "reset_at"]).and_then(whole);
        let after = object.number_of(&["resets_in_seconds", "reset_after_seconds"]).and_then(whole);
        Self {
            used: object.number_of(&["used_percent", "usedPercent"]),
            minutes: minutes
                .or(seconds.map(|s| s / 60.0))
                .and_then(whole)
                .and_then(|m| u32::try_from(m).ok()),
            reset: epoch.map(ResetIn::Epoch).or(after.map(ResetIn::Seconds)),
        }
    }
}

/// A number of seconds or minutes, rounded; negative or huge ones are none.
pub(super) fn whole(n: f64) -> Option<i64> {
    text::whole(n).and_then(|n| i64::try_from(n).ok())
}

/// Adds the meters of a family to a reading. `observed_at` is when the client was told of them.
pub(super) fn bind(reading: &mut Reading, family: &Family, observed_at: DateTime<Utc>) {
    let scope = if family.is_main() { None } else { family.name.as_deref().or(family.id.as_deref()) };
    for window in &family.windows {
        if window.minutes.is_none() {
            reading.unknown.push(UnknownField {
                name: scope.unwrap_or(MAIN).to_owned(),
                raw: format!("{:?} percent used", window.used),
                why: "a window of unknown length".to_owned(),
            });
        }
        let mut meter = meter(family, scope, window.minutes);
        if reading.meter(&meter.id).is_some() && window.minutes.is_none() {
            // Two windows whose lengths nobody tells are not one.
            meter.id = MeterId::slug(&format!("{}-2", meter.id));
        }
        meter.level = window.used.and_then(|used| UsedPct::new(used).ok()).map(Level::Used);
        if window.used.is_some_and(|used| used.fract() != 0.0) {
            meter.resolution = Resolution::Fine;
        }
        if window.used.is_some_and(|used| used > 100.0) {
            reading.tag(Tag::Over100);
        }
        set_reset(&mut meter, window.reset, observed_at);
        reading.meters.push(meter);
    }
}

/// The meter of a window, by its length; one of unknown length is kept under that name.
fn meter(family: &Family, scope: Option<&str>, minutes: Option<u32>) -> Meter {
    let (base, length) = match minutes {
        Some(minutes) => (meter_name::by_minutes(minutes), format!("{minutes} minutes")),
        None => (MeterId::slug("unknown window"), "unknown length".to_owned()),
    };
    let (id, label) = match (scope, family.id.as_deref()) {
        (None, _) => (base, length),
        (Some(scope), Some(id)) if id != scope => {
            (MeterId::scoped(&base, scope), format!("{scope} ({id}) {length}"))
        }
        (Some(scope), _) => (MeterId::scoped(&base, scope), format!("{scope} {length}")),
    };
    let mut meter = Meter::new(id, label);
    meter.window_minutes = minutes;
    meter
}

/// Sets a reset that is given in seconds.
pub(super) fn set_reset(meter: &mut Meter, reset: Option<ResetIn>, observed_at: DateTime<Utc>) {
    match reset {
        Some(ResetIn::Epoch(seconds)) => {
            meter.resets_at = instant::of_seconds(seconds);
            meter.resets_raw = meter.resets_at.is_some().then(|| seconds.to_string());
        }
        Some(ResetIn::Seconds(seconds)) => {
            meter.resets_raw = Some(format!("in {seconds} s"));
            meter.resets_at = TimeDelta::try_seconds(seconds)
                .and_then(|ahead| observed_at.checked_add_signed(ahead))
                .and_then(instant::storable);
        }
        None => {}
    }
}

/// Tags what a reading of the machine formats lacks.
pub(super) fn finish(reading: &mut Reading) {
    if !reading.has_numbers() {
        reading.tag(Tag::InsufficientData);
    } else if reading.meters.iter().all(|m| m.id.as_str().contains(':')) {
        // Only an extra family: the plan's own limits are nowhere in the input.
        reading.tag(Tag::SectionMissingSession);
        reading.tag(Tag::SectionMissingWeek);
    }
}

/// Takes the credits object: its balance is text, and null where the server does not tell it.
pub(super) fn credits(reading: &mut Reading, object: &Object<'_>) {
    let Some(credits) = object.object("credits") else { return };
    let has = credits.flag("has_credits").or(credits.flag("hasCredits")).unwrap_or(false);
    let text = match credits.text("balance") {
        _ if credits.flag("unlimited") == Some(true) => "Unlimited".to_owned(),
        Some(balance) if has && !balance.is_empty() => format!("{} credits", text::excerpt(&balance)),
        _ if has => "Available".to_owned(),
        _ => return,
    };
    reading.facts.insert("credits".to_owned(), Fact::Text(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_unknown_length_is_kept_under_that_name() {
        let text = r#"{"primary":{"used_percent":7},"secondary":{"used_percent":9,"window_minutes":97}}"#;
        let family = Family::read(&Object::parse(text).unwrap());
        let mut reading = Reading::new(super::super::provider(), "rollout");
        bind(&mut reading, &family, DateTime::from_timestamp(0, 0).unwrap());
        let meters: Vec<_> =
            reading.meters.iter().map(|m| (m.id.as_str(), m.used_amount(), m.window_minutes)).collect();
        assert_eq!(meters, [("unknown-window", Some(7.0), None), ("97m", Some(9.0), Some(97))]);
        assert_eq!(reading.unknown.len(), 1);
    }
}
