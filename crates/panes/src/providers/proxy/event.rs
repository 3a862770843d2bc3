//! One event of a plain line: the peer schema, mitm rows, LiteLLM rows, OpenRouter usage.

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::status::Status;
use super::tokens::Tokens;
use crate::instant;
use crate::json::{self, Object};

const TIME: &[&str] = &["ts", "timestamp", "time", "endTime", "startTime", "created_at", "created"];
const ID: &[&str] = &["rid", "request_id", "litellm_call_id", "reqId", "responseId", "id", "trace_id"];
const LANE: &[&str] = &["lane", "provider", "custom_llm_provider", "upstream", "provider_name"];
const MODEL: &[&str] = &["model", "routedModel", "model_group", "model_id"];
const LATENCY: &[&str] = &["latency_ms", "duration_ms", "request_duration_ms", "responseTime"];

/// One request, decision or failure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// What tells this event from others; `None` when it carries neither a time nor an id.
    pub(super) identity: Option<String>,
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) model: Option<String>,
    pub(super) session: Option<String>,
    pub(super) status: Status,
    pub(super) tokens: Tokens,
    /// A latency was printed that is no number of milliseconds.
    pub(super) latency_invalid: bool,
}

/// How sure it is that an object is an event: 0-100, and by what.
pub(super) fn likeness(object: &Object<'_>) -> (u8, &'static str) {
    let has_tokens = Tokens::are_in(object);
    let has_identity = object.has_any(&["rid", "request_id", "litellm_call_id", "lane"]);
    if has_tokens && has_identity {
        return (90, "tokens of a request with its id");
    }
    if has_identity && object.has("status") && object.has_any(TIME) {
        return (85, "id, time and status of a request");
    }
    if has_tokens
        && object.has_any(&["is_byok", "cost_details", "total_tokens", "status", "latency_ms", "ts"])
    {
        return (75, "tokens of a request");
    }
    if has_tokens && object.has("model") {
        return (65, "tokens and model of a request");
    }
    if nested_usage(object).is_some() {
        return (70, "a \"usage\" with prompt_tokens");
    }
    (0, "")
}

impl Event {
    /// Reads an event as far as the object goes; `None` when nothing in it is one.
    pub(super) fn of(object: &Object<'_>) -> Option<Self> {
        if likeness(object).0 == 0 {
            return None;
        }
        let tokens = nested_usage(object).map_or_else(|| Tokens::of(object), |usage| Tokens::of(&usage));
        let status = object.get("status").map_or(Status::Unknown, Status::of);
        let latency = LATENCY.iter().find_map(|key| object.get(key));
        Some(Self {
            identity: identity(object),
            at: TIME.iter().find_map(|key| object.get(key)).and_then(instant),
            model: object.text_of(MODEL).map(Into::into),
            session: object.text("session_id").filter(|id| !id.is_empty()).map(Into::into),
            status,
            tokens,
            latency_invalid: latency.is_some_and(|raw| json::number(raw).is_none_or(|ms| ms < 0.0)),
        })
    }
}

/// Counts that stand in a `usage` of their own.
fn nested_usage<'a>(object: &Object<'a>) -> Option<Object<'a>> {
    if Tokens::are_in(object) {
        return None;
    }
    object.object("usage").filter(|usage| usage.has_all(&["prompt_tokens", "completion_tokens"]))
}

/// The canonical content of an event: time, id, lane, model, status, tokens, latency, as printed.
fn identity(object: &Object<'_>) -> Option<String> {
    let first = |keys: &[&str]| keys.iter().find_map(|key| object.get(key)).map(RawValue::get);
    if first(TIME).is_none() && first(ID).is_none() {
        return None;
    }
    let tokens = Tokens::of(object);
    let parts = [first(TIME), first(ID), first(LANE), first(MODEL), first(&["status"]), first(LATENCY)];
    Some(format!("{parts:?} {:?} {:?}", tokens.input, tokens.output))
}

/// Reads an instant in RFC 3339 (a blank for its T is allowed), or since the epoch in s, ms, us or ns.
pub(super) fn instant(raw: &RawValue) -> Option<DateTime<Utc>> {
    if let Some(at) = json::text(raw).and_then(|text| instant::of_text(text.trim())) {
        return Some(at);
    }
    since_epoch(json::number(raw)?)
}

/// The unit of a count since the epoch follows from its size: for dates of 1973 to 5138 there is only one.
pub(super) fn since_epoch(count: f64) -> Option<DateTime<Utc>> {
    let micros = match count {
        s if (1e8..1e11).contains(&s) => s * 1e6,
        ms if (1e11..1e14).contains(&ms) => ms * 1e3,
        us if (1e14..1e17).contains(&us) => us,
        ns if (1e17..1e20).contains(&ns) => ns / 1e3,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "below 1e17")]
    DateTime::from_timestamp_micros(micros as i64).and_then(instant::storable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Option<Event> {
        Event::of(&Object::parse(text).unwrap())
    }

    #[test]
    fn times_of_every_unit_are_one_instant() {
        let want: DateTime<Utc> = "2026-11-20T19:00:00Z".parse().unwrap();
        for text in [
            "\"2026-11-20T19:00:00Z\"",
            "\"2026-11-20 19:00:00+00:00\"",
            "1795201200",
            "1795201200.0",
            "1795201200000",
            "1795201200000000",
            "\"1795201200000000000\"",
        ] {
            assert_eq!(instant(serde_json::from_str(text).unwrap()), Some(want), "{text}");
        }
    }

    #[test]
    fn rows_of_other_tools_are_no_events() {
        for text in [
            r#"{"type":"assistant","message":{"id":"m","model":"x","usage":{"input_tokens":1,"output_tokens":2}}}"#,
            r#"{"type":"result","result":"...","usage":{"input_tokens":1,"output_tokens":2}}"#,
            r#"{"timestamp":"x","type":"event_msg","payload":{"type":"token_count","info":null}}"#,
            r#"{"code":1001,"msg":"Authorization Token Missing","success":false}"#,
            r#"{"blocks":[]}"#,
        ] {
            assert_eq!(event(text), None, "{text}");
        }
    }

    #[test]
    fn a_latency_that_is_no_number_is_told() {
        let row =
            |ms: &str| event(&format!(r#"{{"ts":1,"rid":"a","status":200,"latency_ms":{ms}}}"#)).unwrap();
        assert!(!row("420").latency_invalid && !row("null").latency_invalid);
        assert!(row("\"fast\"").latency_invalid && row("-3").latency_invalid);
    }
}
