//! One line to its events.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use tracker_domain::{EventLatency, EventTokens, ProxyEvent};

use crate::bad_line::BadLine;
use crate::object::{self, Fields};
use crate::otlp;
use crate::slot::Slot;

/// The longest text of an event, in bytes; above it the line is bad, as two cut ids could become one.
const MAX_TEXT_BYTES: usize = 512;

/// Reads the events of one line: none of a blank line, one of most, several of an OTLP post.
///
/// Accepted are the fields of proxies (`ts`, `rid`, `lane`, `model`, `status`, `input_tokens`, `output_tokens`,
/// `reason`, `latency_ms`) and their names in LiteLLM spend logs and payloads, OpenRouter rows, OTLP/JSON posts and
/// files of GenAI spans; `docs/telemetry.md` lists them.
///
/// ```
/// use tracker_telemetry::read_line;
/// let litellm = r#"{"request_id":"chatcmpl-1","startTime":1795202637.5,"endTime":1795202638.0,"status":"success",
///     "model":"glm-4.6","custom_llm_provider":"zai","prompt_tokens":10,"completion_tokens":20,"spend":0.00033}"#;
/// let events = read_line(litellm)?;
/// assert_eq!((&*events[0].rid, &*events[0].lane, events[0].tokens.total()), ("chatcmpl-1", "zai", 30));
/// assert_eq!(events[0].latency.micros(), Some(500_000));
/// assert_eq!(read_line("  ")?, []);
/// # Ok::<(), tracker_telemetry::BadLine>(())
/// ```
///
/// # Errors
/// [`BadLine`] when the line is no event, or a field of it holds what it cannot hold.
pub fn read_line(line: &str) -> Result<Vec<ProxyEvent<'_>>, BadLine> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.is_empty() {
        return Ok(Vec::new());
    }
    let fields = Fields::parse(line).ok_or(BadLine::NotAnObject)?;
    if fields.get(Slot::Post).is_some_and(|raw| raw.get().starts_with(['{', '['])) {
        return otlp::post(line);
    }
    if fields.get(Slot::Attributes).is_some() {
        return otlp::span(line).map(|event| event.into_iter().collect());
    }
    event(fields).map(|event| vec![event])
}

/// Reads the event that an object's fields tell.
pub(crate) fn event(mut fields: Fields<'_>) -> Result<ProxyEvent<'_>, BadLine> {
    for nested in [Slot::Usage, Slot::Details] {
        if let Some(inner) = fields.get(nested).and_then(|raw| Fields::parse(raw.get())) {
            fields.complete_with(&inner);
        }
    }
    let told = [Slot::Input, Slot::InputWithCache, Slot::Output, Slot::Status, Slot::Latency];
    if told.iter().all(|slot| fields.get(*slot).is_none()) {
        return Err(BadLine::NoEvent);
    }
    let at_micros = fields.get(Slot::At).or_else(|| fields.get(Slot::Began)).map(instant).transpose()?;
    Ok(ProxyEvent {
        at_micros,
        rid: text(&fields, Slot::Rid, "rid")?,
        lane: text(&fields, Slot::Lane, "lane")?,
        model: text(&fields, Slot::Model, "model")?,
        status: status(&fields)?,
        reason: text(&fields, Slot::Reason, "reason")?,
        tokens: tokens(&fields)?,
        cost_micro_usd: cost(&fields),
        latency: latency(&fields, at_micros),
    })
}

fn text<'a>(fields: &Fields<'a>, slot: Slot, name: &'static str) -> Result<Cow<'a, str>, BadLine> {
    let Some(text) = fields.get(slot).and_then(object::text) else { return Ok(Cow::Borrowed("")) };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    if text.len() > MAX_TEXT_BYTES {
        // Reasons are for people and join nothing: their beginning says enough.
        if name == "reason" {
            let end = (0..=MAX_TEXT_BYTES).rev().find(|end| text.is_char_boundary(*end));
            return Ok(Cow::Owned(text.get(..end.unwrap_or(0)).unwrap_or_default().to_owned()));
        }
        return Err(BadLine::field(name, "a text of at most 512 bytes", &text));
    }
    Ok(text)
}

/// A status as a word or whole digits: `200`, `"200"` and `200.0` are one.
fn status<'a>(fields: &Fields<'a>) -> Result<Cow<'a, str>, BadLine> {
    let printed = text(fields, Slot::Status, "status")?;
    Ok(match printed.strip_suffix(".0") {
        Some(whole) if whole.parse::<i32>().is_ok() => Cow::Owned(whole.to_owned()),
        _ => printed,
    })
}

fn tokens(fields: &Fields<'_>) -> Result<EventTokens, BadLine> {
    let count = |slot: Slot, name: &'static str| match fields.get(slot) {
        None => Ok(None),
        Some(raw) => match object::count(raw) {
            Some(count) => Ok(Some(count)),
            None if raw.get() == "\"\"" => Ok(None),
            None => Err(BadLine::field(name, "a count", raw.get())),
        },
    };
    let plain = count(Slot::Input, "input_tokens")?;
    let with_cache = count(Slot::InputWithCache, "prompt_tokens")?;
    let cached = count(Slot::Cached, "cached")?;
    let input = plain.or(with_cache);
    Ok(EventTokens {
        input,
        output: count(Slot::Output, "output_tokens")?,
        cached,
        cache_write: count(Slot::CacheWrite, "cache_write")?,
        reasoning: count(Slot::Reasoning, "reasoning")?,
        cached_in_input: plain.is_none() && cached.is_some_and(|cached| cached > 0) && input >= cached,
    })
}

fn cost(fields: &Fields<'_>) -> Option<u64> {
    let micros = match fields.get(Slot::Cost) {
        Some(raw) => object::number(raw)? * 1e6,
        None => object::number(fields.get(Slot::CostMicros)?)?,
    };
    whole(micros)
}

/// The latency as told; else the time between a told begin and end.
fn latency(fields: &Fields<'_>, at_micros: Option<i64>) -> EventLatency {
    let scaled = |slot: Slot, scale: f64| {
        fields.get(slot).map(|raw| match object::number(raw).and_then(|told| whole(told * scale)) {
            Some(micros) => EventLatency::Micros(micros),
            None => EventLatency::Malformed,
        })
    };
    if let Some(told) = scaled(Slot::Latency, 1e3).or_else(|| scaled(Slot::LatencySeconds, 1e6)) {
        return told;
    }
    let both = fields.get(Slot::At).and(fields.get(Slot::Began)).and_then(|raw| instant(raw).ok());
    match (both, at_micros) {
        (Some(began), Some(ended)) => {
            u64::try_from(ended.saturating_sub(began)).map_or(EventLatency::Malformed, EventLatency::Micros)
        }
        _ => EventLatency::Absent,
    }
}

/// Rounds a number of at least 0 that fits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2^53")]
fn whole(x: f64) -> Option<u64> {
    (0.0..=9_007_199_254_740_992.0).contains(&x).then(|| x.round() as u64)
}

/// Reads an instant in RFC 3339 (a blank for its T is allowed) or since the epoch, as microseconds since it.
///
/// The unit of a count follows from its size: up to 1e11 seconds, up to 1e14 milli-, up to 1e17 micro-, beyond it
/// nanoseconds; for dates of 1973 to 5138 there is only one.
pub(crate) fn instant(raw: &RawValue) -> Result<i64, BadLine> {
    let refuse = || BadLine::field("ts", "an instant", raw.get());
    let printed = object::text(raw).ok_or_else(refuse)?;
    let printed = printed.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(printed) {
        return Ok(at.with_timezone(&Utc).timestamp_micros());
    }
    let count: f64 = printed.parse().map_err(|_| refuse())?;
    let micros = match count {
        s if (0.0..1e11).contains(&s) => s * 1e6,
        ms if (1e11..1e14).contains(&ms) => ms * 1e3,
        us if (1e14..1e17).contains(&us) => us,
        ns if (1e17..1e20).contains(&ns) => ns / 1e3,
        _ => return Err(refuse()),
    };
    #[expect(clippy::cast_possible_truncation, reason = "below 1e17")]
    Ok(micros.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> ProxyEvent<'_> {
        let mut events = read_line(line).unwrap();
        assert_eq!(events.len(), 1, "{line}");
        events.remove(0)
    }

    #[test]
    fn times_of_every_unit_are_one_instant() {
        for ts in [
            "\"2026-11-20T19:00:00Z\"",
            "\"2026-11-20 19:00:00+00:00\"",
            "\"2026-11-20T20:00:00.000+01:00\"",
            "1795201200",
            "1795201200.0",
            "1795201200000",
            "1795201200000000",
            "\"1795201200000000000\"",
        ] {
            let line = format!(r#"{{"ts":{ts},"rid":"a","status":"ok"}}"#);
            assert_eq!(one(&line).at_micros, Some(1_795_201_200_000_000), "{ts}");
        }
        assert!(read_line(r#"{"ts":"noon","status":"ok"}"#).is_err());
        assert!(read_line(r#"{"ts":-1,"status":"ok"}"#).is_err());
    }

    #[test]
    fn mitm_rows_tell_decision_and_failure() {
        let decision =
            one(r#"{"ts":1760972506.9235818,"rid":"37117e01","lane":"zai","model":"m","status":-1,
            "event":"decision","decision":"forced_model","upstream":"zai"}"#);
        assert_eq!((&*decision.status, &*decision.reason, &*decision.lane), ("-1", "forced_model", "zai"));
        assert_eq!(decision.at_micros, Some(1_760_972_506_923_582));
        let failure =
            one(r#"{"ts":1,"rid":"x","status":0,"event":"error","err_type":"net","upstream":"anth"}"#);
        assert_eq!((&*failure.status, &*failure.reason, &*failure.lane), ("0", "net", "anth"));
    }

    #[test]
    fn openrouter_usage_is_read_inside_and_bare() {
        let row =
            one(r#"{"ok":true,"routedModel":"cohere/x:free","status":200,"usage":{"completion_tokens":2657,
            "completion_tokens_details":{"reasoning_tokens":2323},"cost":0,"prompt_tokens":17482,
            "prompt_tokens_details":{"cached_tokens":12,"cache_write_tokens":0}}}"#);
        let tokens = row.tokens;
        assert_eq!((tokens.input, tokens.output, tokens.cached), (Some(17482), Some(2657), Some(12)));
        assert!(tokens.cached_in_input && tokens.fresh_input() == 17470);
        assert_eq!((&*row.model, row.cost_micro_usd), ("cohere/x:free", Some(0)));
        let bare = one(r#"{"prompt_tokens":122,"completion_tokens":3954,"cost":0.00039704,"is_byok":false}"#);
        assert_eq!((bare.tokens.total(), bare.cost_micro_usd), (4076, Some(397)));
    }

    #[test]
    fn latency_of_seconds_and_of_a_span_of_time() {
        let seconds = one(r#"{"id":"a","status":"failure","response_time":0.32494616508483887}"#);
        assert_eq!(seconds.latency, EventLatency::Micros(324_946));
        let between =
            one(r#"{"startTime":"2026-11-20 19:00:00+00:00","endTime":"2026-11-20 19:00:01.250000+00:00",
            "request_id":"a","status":"success","prompt_tokens":1,"completion_tokens":2}"#);
        assert_eq!(between.latency, EventLatency::Micros(1_250_000));
        for wrong in ["\"fast\"", "-3", "[1]", "1e300"] {
            let line = format!(r#"{{"ts":1,"rid":"a","status":200,"latency_ms":{wrong}}}"#);
            assert_eq!(one(&line).latency, EventLatency::Malformed, "{wrong}");
        }
        assert_eq!(one(r#"{"ts":1,"status":200,"latency_ms":null}"#).latency, EventLatency::Absent);
    }

    #[test]
    fn status_of_a_number_is_one_word() {
        for status in ["201", "\"201\"", "201.0", "\" 201 \""] {
            assert_eq!(one(&format!(r#"{{"ts":1,"status":{status}}}"#)).status, "201", "{status}");
        }
        assert_eq!(one(r#"{"ts":1,"status":"","input_tokens":1}"#).status, "");
    }

    #[test]
    fn long_ids_are_refused_and_long_reasons_cut() {
        let long = "x".repeat(600);
        assert!(read_line(&format!(r#"{{"rid":"{long}","status":"ok"}}"#)).is_err());
        assert_eq!(one(&format!(r#"{{"reason":"{long}","status":"ok"}}"#)).reason.len(), 512);
    }
}
