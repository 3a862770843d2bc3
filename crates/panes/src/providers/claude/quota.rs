//! Limits as the machine formats of Claude Code carry them: named windows, and the list of limits beside them.

use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UnknownField, UsedPct};

use crate::json::{self, Object};
use crate::meter_name::{FIVE_HOURS, WEEK};

/// Returns the meter that a key names: `five_hour`, `seven_day`, `seven_day_<scope>`; `None` for any other key.
pub(super) fn meter(key: &str) -> Option<Meter> {
    match key {
        "five_hour" => Some(Meter::new(MeterId::FIVE_HOURS, key).with_window_minutes(FIVE_HOURS)),
        "seven_day" => Some(Meter::new(MeterId::WEEKLY, key).with_window_minutes(WEEK)),
        _ => {
            let scope = key.strip_prefix("seven_day_")?;
            Some(Meter::new(MeterId::scoped_weekly(scope), key).with_window_minutes(WEEK))
        }
    }
}

/// Sets the level of a meter from a percentage, and its resolution by the decimals seen.
pub(super) fn set_level(reading: &mut Reading, meter: &mut Meter, percent: Option<f64>) {
    meter.level = percent.and_then(|p| UsedPct::new(p).ok()).map(Level::Used);
    if percent.is_some_and(|p| p.fract() != 0.0) {
        meter.resolution = Resolution::Fine;
    }
    if percent.is_some_and(|p| p > 100.0) {
        reading.tag(Tag::Over100);
    }
}

/// Sets a reset given in seconds since 1970.
pub(super) fn set_epoch(meter: &mut Meter, seconds: Option<f64>) {
    let seconds = seconds.and_then(crate::text::whole).and_then(|s| i64::try_from(s).ok());
    meter.resets_at = seconds.and_then(crate::instant::of_seconds);
    meter.resets_raw = meter.resets_at.and(seconds).map(|s| s.to_string());
}

/// Sets a reset given in RFC 3339.
fn set_instant(meter: &mut Meter, object: &Object<'_>) {
    meter.resets_raw = object.text("resets_at").map(|raw| crate::text::excerpt(&raw));
    meter.resets_at = object.instant("resets_at");
}

/// Reads the object of the usage end point. A window that is null is not there; null code names mean nothing.
pub(super) fn utilization(reading: &mut Reading, object: &Object<'_>) {
    for (key, raw) in object.iter() {
        let Some(window) = Object::parse(raw.get()) else { continue };
        match meter(key) {
            Some(mut meter) => {
                set_level(reading, &mut meter, window.number("utilization"));
                set_instant(&mut meter, &window);
                reading.meters.push(meter);
            }
            None if key == "extra_usage" => extra(reading, &window),
            None if window.has("utilization") => reading.unknown.push(UnknownField {
                name: key.to_owned(),
                raw: json::shown(raw.get()),
                why: "a window of unknown length".to_owned(),
            }),
            None => {}
        }
    }
    for limit in object.objects("limits") {
        listed(reading, &limit);
    }
}

/// An item of `limits`; it repeats a named window, in whole percents, or is the only one to tell it.
fn listed(reading: &mut Reading, limit: &Object<'_>) {
    let name =
        limit.object("scope").and_then(|scope| scope.object("model")?.text_of(&["display_name", "id"]));
    let meter = match (limit.text("kind").as_deref(), name) {
        (Some("session"), _) => meter("five_hour"),
        (Some("weekly_all"), _) => meter("seven_day"),
        (Some("weekly_scoped"), Some(name)) => {
            let label = format!("weekly_scoped {}", crate::text::excerpt(&name));
            Some(Meter::new(MeterId::scoped_weekly(&name), label).with_window_minutes(WEEK))
        }
        (kind, name) => {
            reading.unknown.push(UnknownField {
                name: format!("limits.{}", json::shown(kind.unwrap_or("?"))),
                raw: json::shown(name.as_deref().unwrap_or("")),
                why: "a limit of unknown length or scope".to_owned(),
            });
            None
        }
    };
    let Some(mut meter) = meter.filter(|meter| reading.meter(&meter.id).is_none()) else { return };
    set_level(reading, &mut meter, limit.number("percent"));
    set_instant(&mut meter, limit);
    reading.meters.push(meter);
}

/// Money beyond the plan; amounts are in minor units of their currency.
fn extra(reading: &mut Reading, extra: &Object<'_>) {
    let enabled = extra.flag("is_enabled").unwrap_or(false);
    let word = if enabled { "enabled" } else { "not enabled" };
    reading.facts.insert("extra_usage".to_owned(), Fact::Text(word.to_owned()));
    let Some(percent) = extra.number("utilization").filter(|_| enabled) else { return };
    let mut meter = Meter::new(MeterId::slug("extra usage"), "extra_usage");
    set_level(reading, &mut meter, Some(percent));
    let places =
        extra.count("decimal_places").and_then(|p| i32::try_from(p).ok()).filter(|p| *p <= 6).unwrap_or(2);
    let money = |key| extra.number(key).map(|minor| minor / 10_f64.powi(places));
    let currency = extra.text("currency").unwrap_or_default();
    if let (Some(used), Some(limit)) = (money("used_credits"), money("monthly_limit")) {
        meter.detail = Some(format!("{used:.2} / {limit:.2} {} spent", json::shown(&currency)));
    }
    reading.meters.push(meter);
}

/// Tags what the reading lacks.
pub(super) fn finish(reading: &mut Reading) {
    let known = |id| reading.meter(id).is_some_and(|m: &Meter| m.level.is_some());
    let (session, week) = (known(&MeterId::FIVE_HOURS), known(&MeterId::WEEKLY));
    if !reading.has_numbers() {
        reading.tag(Tag::InsufficientData);
        return;
    }
    if !session {
        reading.tag(Tag::SectionMissingSession);
    }
    if !week {
        reading.tag(Tag::SectionMissingWeek);
    }
}
