//! The one-shot report (`--once`), as JSON and as `key=value` text: the same fields by the same paths.

use std::borrow::Cow;
use std::collections::BTreeMap;

use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UsedPct};

use super::{PROVIDER, tag_estimate, tag_no_session};
use crate::instant;
use crate::json::{self, Object};
use crate::meter_name::{FIVE_HOURS, WEEK};
use crate::{Confidence, Ctx, Input, Parsed};

/// Facts of the report: flat name and path.
const FACTS: &[(&str, &str)] = &[
    ("tokens_used", "limits.five_hour.tokens_used"),
    ("token_limit", "limits.five_hour.token_limit"),
    ("input_tokens", "local.tokens.input_tokens"),
    ("output_tokens", "local.tokens.output_tokens"),
    ("cache_creation_input_tokens", "local.tokens.cache_creation_input_tokens"),
    ("cache_read_input_tokens", "local.tokens.cache_read_input_tokens"),
    ("total_tokens", "local.tokens.total_tokens"),
    ("cost_used", "local.cost_usd"),
    ("messages_used", "local.sent_messages"),
    ("burn_rate_tokens_per_minute", "local.burn_rate_tokens_per_minute"),
];

const METERS: &[(MeterId, &str, u32)] =
    &[(MeterId::FIVE_HOURS, "five_hour", FIVE_HOURS), (MeterId::WEEKLY, "seven_day", WEEK)];

/// Keys of the JSON report.
const KNOWN: &[&str] = &[
    "schema_version",
    "generated_at",
    "tool",
    "source",
    "confidence",
    "stale",
    "plan",
    "plan_info",
    "limits",
    "local",
    "local_history",
    "pace",
    "forecast",
    "status",
];

/// The fields of a report by their path.
enum Fields<'a> {
    Json(Object<'a>),
    Lines(BTreeMap<&'a str, &'a str>),
}

impl<'a> Fields<'a> {
    fn of(input: &'a str) -> Option<Self> {
        if let Some(object) = json::last_object(input) {
            return (object.has("schema_version") && object.has("limits")).then_some(Self::Json(object));
        }
        let lines: BTreeMap<&str, &str> =
            input.lines().filter_map(|line| line.trim().split_once('=')).collect();
        (lines.get("tool.name") == Some(&"claude-monitor")).then_some(Self::Lines(lines))
    }

    /// Returns a field as text; `null`, absent and empty are `None`.
    fn text(&self, path: &str) -> Option<Cow<'a, str>> {
        match self {
            Self::Lines(lines) => {
                lines.get(path).copied().filter(|v| !v.is_empty() && *v != "null").map(Cow::Borrowed)
            }
            Self::Json(object) => {
                let (last, parents) =
                    path.rsplit_once('.').map_or((path, None), |(up, last)| (last, Some(up)));
                let mut at = object.clone();
                for key in parents.into_iter().flat_map(|up| up.split('.')) {
                    at = at.object(key)?;
                }
                at.get(last).map(|raw| json::text(raw).unwrap_or(Cow::Borrowed(raw.get())))
            }
        }
    }

    fn number(&self, path: &str) -> Option<f64> {
        self.text(path).and_then(|text| text.parse().ok()).filter(|x: &f64| x.is_finite())
    }
}

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    match Fields::of(input.text) {
        Some(Fields::Json(object)) if is_named(&object) => {
            Confidence::sure("\"tool\" named claude-monitor, and \"limits\"")
        }
        Some(Fields::Json(object)) if object.has_all(&["local", "plan"]) => {
            Confidence::new(70, "\"schema_version\", \"limits\", \"local\" and \"plan\"")
        }
        Some(Fields::Lines(_)) => Confidence::sure("the line tool.name=claude-monitor"),
        _ => Confidence::NONE,
    }
}

fn is_named(object: &Object<'_>) -> bool {
    object.object("tool").and_then(|tool| tool.text("name")).is_some_and(|name| name == "claude-monitor")
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "report");
    let Some(fields) = Fields::of(input.text) else {
        reading.tag(Tag::InsufficientData);
        return Parsed::one(reading);
    };
    if let Fields::Json(object) = &fields {
        reading.unknown = object.unknown("", KNOWN);
        json::tag_trimmed(&mut reading, input.text);
    }
    reading.observed_at = fields.text("generated_at").and_then(|text| instant::of_text(&text));
    reading.tool_version = fields.text("tool.version").map(Into::into);
    reading.plan = fields.text("plan").map(Into::into);
    for (id, name, minutes) in METERS {
        add_meter(&fields, id, name, *minutes, &mut reading);
    }
    for (name, path) in FACTS {
        if let Some(value) = fields.number(path) {
            reading.facts.insert((*name).to_owned(), Fact::Number(value));
        }
    }
    if let Some(confidence) = fields.text("confidence") {
        reading.facts.insert("confidence".to_owned(), Fact::Text(confidence.into()));
    }
    if fields.text("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")) {
        reading.tag(Tag::StaleLimits);
    }
    if fields.text("status.label").is_some_and(|label| label == "no_active_session") {
        tag_no_session(&mut reading);
    } else if !reading.has_numbers() {
        reading.tag(Tag::InsufficientData);
    }
    Parsed::one(reading)
}

fn add_meter(fields: &Fields<'_>, id: &MeterId, name: &str, minutes: u32, reading: &mut Reading) {
    let field = |key: &str| format!("limits.{name}.{key}");
    let mut meter =
        Meter::new(id.clone(), name).with_window_minutes(minutes).with_resolution(Resolution::Fine);
    meter.level =
        fields.number(&field("used_percentage")).and_then(|pct| UsedPct::new(pct).ok()).map(Level::Used);
    if let Some(raw) = fields.text(&field("resets_at")) {
        meter.resets_at = instant::of_text(&raw);
        meter.resets_raw = Some(raw.into());
    }
    let confidence = fields.text(&field("confidence"));
    if confidence.as_deref() == Some("local_estimate") {
        tag_estimate(reading);
    }
    meter.detail = confidence.map(Into::into);
    if meter.used_pct().is_some_and(UsedPct::is_over_100) {
        reading.tag(Tag::Over100);
    }
    reading.meters.push(meter);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        assert!(!detect(&Input::new(text)).is_none(), "{text}");
        parse(&Input::new(text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    const JSON: &str = r#"{"schema_version":"1.0","tool":{"name":"claude-monitor","version":"4.0.0"},"stale":true,
        "plan":"pro","limits":{"five_hour":{"used_percentage":463.8,"tokens_used":88122,"token_limit":19000,
        "resets_at":"2026-11-21T00:00:00+00:00","confidence":"local_estimate"},"seven_day":{"used_percentage":null}},
        "status":{"code":0,"label":"ok"},"new_key":1}"#;

    const LINES: &str = "schema_version=1.0\ntool.name=claude-monitor\ntool.version=4.0.0\nstale=True\nplan=pro\n\
        limits.five_hour.used_percentage=463.8\nlimits.five_hour.tokens_used=88122\n\
        limits.five_hour.token_limit=19000\nlimits.five_hour.resets_at=2026-11-21T00:00:00+00:00\n\
        limits.five_hour.confidence=local_estimate\nlimits.seven_day.used_percentage=null\nstatus.label=ok\n";

    #[test]
    fn json_and_text_read_alike() {
        let mut json = read(JSON);
        assert_eq!(json.unknown.len(), 1, "new_key");
        json.unknown.clear();
        assert_eq!(json, read(LINES));
        assert_eq!(json.meter(&MeterId::FIVE_HOURS).unwrap().used_amount(), Some(463.8));
        assert_eq!(json.meter(&MeterId::WEEKLY).unwrap().used_amount(), None, "null is unknown");
        assert!(json.has(&Tag::Over100) && json.has(&Tag::StaleLimits));
    }
}
