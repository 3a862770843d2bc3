//! The quota summary of a proxy: `{"models":{NAME:{"rolling_pct":0.42,"weekly_pct":0.18,"reqs":112,...}}}`,
//! where the percentages are fractions.

use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UnknownField, UsedPct};

use super::{PROVIDER, event};
use crate::json::{self, Object};
use crate::meter_name::{self, WEEK};
use crate::{Confidence, Ctx, Input, Parsed};

const METERS: &[(&str, Option<u32>)] = &[("rolling_pct", None), ("weekly_pct", Some(WEEK))];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let Some(summary) = json::last_object(input.text) else { return Confidence::NONE };
    if models(&summary).iter().any(|(_, model)| model.has("rolling_pct") || model.has("weekly_pct")) {
        return Confidence::sure("\"models\" with \"rolling_pct\" or \"weekly_pct\"");
    }
    Confidence::NONE
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "quota-summary");
    let summary = json::last_object(input.text).unwrap_or_default();
    reading.observed_at = summary.get("ts").and_then(event::instant);
    reading.unknown = summary.unknown("", &["ts", "path", "models"]);
    let mut requests = Some(0_u64);
    for (name, model) in models(&summary) {
        for (key, minutes) in METERS {
            if let Some(raw) = model.get(key) {
                let meter = meter(&name, key, *minutes, json::number(raw), &mut reading);
                reading.meters.push(meter);
            }
        }
        requests = requests.zip(model.count("reqs")).and_then(|(sum, n)| sum.checked_add(n));
    }
    if let Some(requests) = requests.filter(|_| !reading.meters.is_empty()) {
        reading.facts.insert("requests".to_owned(), Fact::Count(requests));
    }
    if !reading.has_numbers() {
        reading.tag(Tag::InsufficientData);
    }
    json::tag_trimmed(&mut reading, input.text);
    Parsed::one(reading)
}

fn models<'a>(summary: &Object<'a>) -> Vec<(String, Object<'a>)> {
    let models = summary.object("models").unwrap_or_default();
    models.iter().filter_map(|(name, raw)| Some((name.to_owned(), Object::parse(raw.get())?))).collect()
}

/// The meter of one model. How long the rolling window is, the summary does not say.
fn meter(
    model: &str,
    key: &str,
    minutes: Option<u32>,
    fraction: Option<f64>,
    reading: &mut Reading,
) -> Meter {
    let id = match minutes {
        Some(minutes) => meter_name::scoped(minutes, model),
        None => MeterId::scoped(&MeterId::slug("rolling"), model),
    };
    let mut meter = Meter::new(id, format!("{model} {key}")).with_resolution(Resolution::Fine);
    meter.window_minutes = minutes;
    // 0.57 * 100 is 56.99999999999999 in binary: rounded to what the digits of a fraction can mean.
    let percent = fraction.map(|fraction| (fraction * 1e8).round() / 1e6);
    meter.level = percent.and_then(|pct| UsedPct::new(pct).ok()).map(Level::Used);
    match meter.used_pct() {
        Some(used) if used.is_over_100() => reading.tag(Tag::Over100),
        Some(_) => {}
        None => reading.unknown.push(UnknownField {
            name: format!("{model}.{key}"),
            raw: String::new(),
            why: "not a number of at least 0".to_owned(),
        }),
    }
    meter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_become_percentages_of_one_model_each() {
        let text = r#"{"ts":1761268000.0,"models":{"a":{"rolling_pct":0.57,"weekly_pct":1.2,"reqs":112},
            "b":{"weekly_pct":"x","reqs":8}}}"#;
        assert!(!detect(&Input::new(text)).is_none());
        let ctx = Ctx::new("2026-01-01T00:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(text), &ctx).into_newest().unwrap();
        let used: Vec<_> = reading.meters.iter().map(|m| (m.id.as_str(), m.used_amount())).collect();
        assert_eq!(used, [("rolling:a", Some(57.0)), ("weekly:a", Some(120.0)), ("weekly:b", None)]);
        assert_eq!(reading.facts["requests"], Fact::Count(120));
        assert!(reading.has(&Tag::Over100) && reading.meter(&MeterId::WEEKLY).is_none());
    }
}
