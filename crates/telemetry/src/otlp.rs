//! OpenTelemetry: OTLP/JSON posts of Claude Code and Codex, and lines that are one GenAI span.
//!
//! Counted are `claude_code.api_request` and `api_error`, the `codex.sse_event` of a completed response that carries
//! counts, and spans of one model call. Metrics repeat the events and are passed over, as are the spans of whole agent
//! runs, which repeat the sums of their calls.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use tracker_domain::{EventLatency, ProxyEvent};

use crate::bad_line::BadLine;
use crate::object::{Fields, text};
use crate::read::{event, instant};

/// Operations that hold calls and are none.
const HOLDERS: &[&str] = &["invoke_agent", "create_agent", "invoke_workflow", "execute_tool"];

/// A post as it was sent, or as a collector noted it with its path.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Post<'a> {
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
    #[serde(borrow, default)]
    resource_logs: Vec<Resource<'a>>,
    #[serde(borrow, default)]
    resource_spans: Vec<Resource<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource<'a> {
    #[serde(borrow, default)]
    scope_logs: Vec<Scope<'a>>,
    #[serde(borrow, default)]
    scope_spans: Vec<Scope<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Scope<'a> {
    #[serde(borrow, default)]
    log_records: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    spans: Vec<&'a RawValue>,
}

/// What a record or span has beside its attributes; times stay unread, as each client writes them its own way.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow)]
    attributes: &'a RawValue,
    #[serde(borrow, default)]
    time_unix_nano: Option<&'a RawValue>,
    #[serde(borrow, default)]
    start_time_unix_nano: Option<&'a RawValue>,
    #[serde(borrow, default)]
    end_time_unix_nano: Option<&'a RawValue>,
    #[serde(borrow, default)]
    observed_time_unix_nano: Option<&'a RawValue>,
    #[serde(borrow, default)]
    start_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    end_time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    span_id: Option<&'a RawValue>,
}

/// Reads the calls of a post; a post of metrics alone has none.
pub(crate) fn post(line: &str) -> Result<Vec<ProxyEvent<'_>>, BadLine> {
    let mut post: Post<'_> = serde_json::from_str(line).map_err(|_| BadLine::NoEvent)?;
    if let Some(body) = post.body {
        post = serde_json::from_str(body.get()).map_err(|_| BadLine::NoEvent)?;
    }
    let resources = post.resource_logs.into_iter().chain(post.resource_spans);
    let scopes = resources.flat_map(|resource| resource.scope_logs.into_iter().chain(resource.scope_spans));
    let mut events = Vec::new();
    for record in scopes.flat_map(|scope| scope.log_records.into_iter().chain(scope.spans)) {
        events.extend(span(record.get())?);
    }
    Ok(events)
}

/// Reads the event of a record or span, or `None` when it is not one model call.
pub(crate) fn span(record: &str) -> Result<Option<ProxyEvent<'_>>, BadLine> {
    let record: Record<'_> = serde_json::from_str(record).map_err(|_| BadLine::NoEvent)?;
    let attributes = attributes(record.attributes);
    let told = |key: &str| attributes.get(key).and_then(|raw| text(raw)).unwrap_or_default();
    let name = told("event.name");
    let status = match name.strip_prefix("claude_code.").unwrap_or(&name) {
        "api_request" => "ok",
        "api_error" => "error",
        "codex.sse_event"
            if told("event.kind") == "response.completed" && attributes.contains_key("input_token_count") =>
        {
            "ok"
        }
        "" if is_model_call(&attributes) => "ok",
        _ => return Ok(None),
    };
    let mut fields = Fields::default();
    for (key, raw) in &attributes {
        fields.fill(key, raw);
    }
    let began = record.start_time_unix_nano.or(record.start_time).and_then(micros);
    let ended =
        [record.time_unix_nano, record.end_time_unix_nano, record.end_time, record.observed_time_unix_nano];
    let ended = attributes
        .get("event.timestamp")
        .and_then(|raw| instant(raw).ok())
        .or_else(|| ended.into_iter().flatten().find_map(micros));
    // The status is the record's kind; what else it must hold to be an event has been seen above.
    let mut call = event(with_status(fields))?;
    call.status = Cow::Borrowed(status);
    call.at_micros = ended.or(call.at_micros);
    if call.rid.is_empty() {
        call.rid = record.span_id.and_then(text).unwrap_or_default();
    }
    if let (None, Some(began), Some(ended)) = (call.latency.micros(), began, ended)
        && let Ok(micros) = u64::try_from(ended.saturating_sub(began))
    {
        call.latency = EventLatency::Micros(micros);
    }
    Ok(Some(call))
}

/// Fills a status, so that a call without counts is an event all the same.
fn with_status(mut fields: Fields<'_>) -> Fields<'_> {
    if let Ok(ok) = serde_json::from_str::<&RawValue>("\"ok\"") {
        fields.fill("status", ok);
    }
    fields
}

fn is_model_call(attributes: &BTreeMap<Cow<'_, str>, &RawValue>) -> bool {
    let operation = attributes.get("gen_ai.operation.name").and_then(|raw| text(raw)).unwrap_or_default();
    let has_usage = ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"]
        .iter()
        .any(|key| attributes.contains_key(*key));
    has_usage && !HOLDERS.contains(&&*operation)
}

/// A key, borrowed where it holds no escape.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(borrow)]
    key: Key<'a>,
    #[serde(borrow)]
    value: BTreeMap<Key<'a>, &'a RawValue>,
}

/// Reads attributes: a list of keys and typed values in OTLP, a plain map in a file of spans.
fn attributes(raw: &RawValue) -> BTreeMap<Cow<'_, str>, &RawValue> {
    if let Ok(plain) = serde_json::from_str::<BTreeMap<Key<'_>, &RawValue>>(raw.get()) {
        return plain.into_iter().map(|(key, value)| (key.0, value)).collect();
    }
    let listed: Vec<Attribute<'_>> = serde_json::from_str(raw.get()).unwrap_or_default();
    let typed = listed.into_iter().filter_map(|item| Some((item.key.0, item.value.into_values().next()?)));
    typed.collect()
}

/// Reads an instant, or the `[seconds, nanoseconds]` of a file of spans.
fn micros(raw: &RawValue) -> Option<i64> {
    if let Ok([seconds, nanos]) = serde_json::from_str::<[i64; 2]>(raw.get()) {
        return seconds.checked_mul(1_000_000)?.checked_add(nanos / 1000);
    }
    instant(raw).ok().filter(|micros| *micros > 0)
}

#[cfg(test)]
mod tests {
    use crate::read_line;

    fn record(pairs: &[(&str, &str)]) -> String {
        let list: Vec<_> = pairs
            .iter()
            .map(|(k, v)| format!(r#"{{"key":"{k}","value":{{"stringValue":"{v}"}}}}"#))
            .collect();
        format!(r#"{{"timeUnixNano":"1795204683594000000","attributes":[{}]}}"#, list.join(","))
    }

    fn logs(records: &[String]) -> String {
        let list = records.join(",");
        format!(
            r#"{{"path":"/v1/logs","body":{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{list}]}}]}}]}}}}"#
        )
    }

    #[test]
    fn requests_of_claude_code_and_codex_are_events_and_the_rest_is_not() {
        let claude = record(&[
            ("event.name", "claude_code.api_request"),
            ("model", "claude-haiku-4-5"),
            ("input_tokens", "12"),
            ("output_tokens", "34"),
            ("cache_read_tokens", "5"),
            ("duration_ms", "420"),
            ("cost_usd", "0.5"),
        ]);
        let codex = record(&[
            ("event.name", "codex.sse_event"),
            ("event.kind", "response.completed"),
            ("input_token_count", "5120"),
            ("cached_token_count", "4096"),
            ("output_token_count", "321"),
        ]);
        let other = record(&[("event.name", "codex.sse_event"), ("event.kind", "response.created")]);
        let text = logs(&[claude, other, codex]);
        let events = read_line(&text).unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!((&*events[0].model, events[0].tokens.total()), ("claude-haiku-4-5", 46));
        assert_eq!((events[0].latency.micros(), events[0].cost_micro_usd), (Some(420_000), Some(500_000)));
        assert_eq!(events[0].at_micros, Some(1_795_204_683_594_000));
        assert!(!events[0].tokens.cached_in_input && events[1].tokens.cached_in_input);
        assert_eq!((&*events[1].status, events[1].tokens.fresh_input()), ("ok", 1024));
    }

    #[test]
    fn the_span_of_an_agent_run_repeats_its_calls_and_is_passed_over() {
        let span = |id: &str, operation: &str| {
            format!(
                r#"{{"type":"span","spanId":"{id}","startTime":[1786784360,0],"endTime":[1786784364,288000000],
                "status":{{"code":0}},"attributes":{{"gen_ai.operation.name":"{operation}",
                "gen_ai.response.model":"glm-4.6","gen_ai.usage.input_tokens":10,"gen_ai.usage.output_tokens":1}}}}"#
            )
        };
        assert_eq!(read_line(&span("1", "invoke_agent")).unwrap(), []);
        let text = span("2", "chat");
        let events = read_line(&text).unwrap();
        assert_eq!((&*events[0].rid, &*events[0].model, &*events[0].status), ("2", "glm-4.6", "ok"));
        assert_eq!(events[0].latency.micros(), Some(4_288_000));
    }

    #[test]
    fn a_post_of_metrics_has_no_event_and_is_not_bad() {
        assert_eq!(read_line(r#"{"path":"/v1/metrics","body":{"resourceMetrics":[]}}"#).unwrap(), []);
        assert!(read_line(r#"{"resourceLogs":[5]}"#).is_err());
    }
}
