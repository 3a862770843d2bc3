//! The earlier tool's `parsed` object: flat fields, percent used, resets as printed.

use serde_json::Value;
use tracker_domain::{Fact, Level, Meter, ProviderId, Reading, Tag, UsageEntry, UsedPct};

use super::flat::{self, FlatMeter};
use super::reading::read_fact;
use crate::wire::object::{Fields, Figure, Object, instant};

/// The kind of a reading whose row does not say what the input was.
const KIND: &str = "earlier-tool";

/// Keys under which the earlier tool listed the rows of a usage report.
const ENTRY_LISTS: [&str; 3] = ["sessions", "days", "entries"];

/// Keys that name one row of a usage report.
const ENTRY_KEYS: [&str; 5] = ["session_id", "date", "month", "week", "key"];

/// Reads flat fields. Whatever is not a flat field of the provider becomes a fact under its own name; the
/// members of a nested object become facts named `<outer>_<inner>`.
pub(super) fn from_object(provider: &ProviderId, object: &Object) -> Reading {
    let mut reading = Reading::new(provider.clone(), object.text("kind").unwrap_or_else(|| KIND.to_owned()));
    for error in object.tags("errors") {
        reading.tag(error);
    }
    for flat in flat::meters(provider) {
        if let Some(meter) = meter(&mut reading, flat, object) {
            reading.meters.push(meter);
        }
    }
    for (key, value) in object {
        if key == "errors" || key == "kind" || flat::owns(provider, key) {
            continue;
        }
        match value {
            Value::Object(inner) => reading.facts.extend(
                inner.iter().filter_map(|(name, value)| Some((format!("{key}_{name}"), read_fact(value)?))),
            ),
            Value::Array(_) if ENTRY_LISTS.contains(&key.as_str()) => {
                reading.entries.extend(object.objects(key).into_iter().map(entry));
            }
            scalar => reading.facts.extend(read_fact(scalar).map(|fact: Fact| (key.clone(), fact))),
        }
    }
    reading
}

/// Reads one meter, `None` when the row says nothing about it.
fn meter(reading: &mut Reading, flat: &FlatMeter, object: &Object) -> Option<Meter> {
    let figure = object.figure(flat.amount).at_least_zero();
    let resets_raw = flat.resets.and_then(|key| object.filled(key));
    if figure == Figure::Unknown && resets_raw.is_none() {
        return None;
    }
    let mut meter = Meter::new(flat.id(), flat.label);
    meter.window_minutes = flat.window_minutes;
    meter.resets_raw = resets_raw;
    meter.resets_at = flat.resets_at.and_then(|key| instant(key, &object.text(key)?).ok());
    meter.level = match figure {
        Figure::Known(used) if flat.is_count() => Some(Level::Count { used, cap: None }),
        Figure::Known(used) => UsedPct::new(used).ok().map(Level::Used),
        Figure::Unknown | Figure::Unreadable => None,
    };
    if figure == Figure::Unreadable {
        reading.tag(Tag::Other(format!("invalid:{}", flat.amount)));
    }
    if meter.level.is_some() && !flat.is_count() && meter.used_pct().is_some_and(UsedPct::is_over_100) {
        reading.tag(Tag::Over100);
    }
    Some(meter)
}

fn entry(object: &Object) -> UsageEntry {
    UsageEntry {
        key: ENTRY_KEYS.iter().find_map(|key| object.text(key)).unwrap_or_default(),
        total_tokens: object.count("total_tokens").or_else(|| object.count("tokens_used")),
        cost_usd: object.figure("cost_usd").known(),
        percent_used: object.figure("percent_used").known(),
        last_activity: object.text("last_activity"),
    }
}
