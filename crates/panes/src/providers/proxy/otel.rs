//! OpenTelemetry: OTLP/JSON posts of Claude Code and Codex, and files of GenAI spans. One reading a session.
//!
//! Counted are `claude_code.api_request`, the `codex.sse_event` of a completed response that carries counts,
//! and GenAI spans of one model call. Metrics repeat the events and are passed over, as are the spans of
//! whole agent runs, which repeat the sums of their calls.

use std::collections::BTreeMap;

use super::event::{self, Event};
use super::otel_fields::Fields;
use super::status::Status;
use super::{lines, summary};
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

const SIGNALS: &[&str] = &["resourceLogs", "resourceSpans", "resourceMetrics"];

/// Operations that hold calls and are none.
const HOLDERS: &[&str] = &["invoke_agent", "create_agent", "invoke_workflow", "execute_tool"];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let first = lines::first_objects(input.text);
    if first.iter().any(|line| post(line).has_any(SIGNALS)) {
        return Confidence::sure("\"resourceLogs\", \"resourceSpans\" or \"resourceMetrics\"");
    }
    if first.iter().any(|line| line.has("spanId") && line.has("attributes")) {
        return Confidence::new(95, "spans with attributes");
    }
    Confidence::NONE
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let lines = lines::objects(input.text);
    let mut found = Found::default();
    for line in lines.iter().flatten() {
        found.read(line);
    }
    let mut parsed = Parsed::default();
    for events in by_session(found.events) {
        parsed.readings.push(summary::reading("otel", events.len() as u64, &events));
    }
    if parsed.readings.is_empty() {
        parsed.readings.push(summary::reading("otel", 0, &[]));
    }
    for reading in &mut parsed.readings {
        reading.tool_version.clone_from(&found.version);
        lines::tag_invalid(reading, &lines);
    }
    parsed
}

/// The events of each session, that with the newest event last.
fn by_session(events: Vec<Event>) -> Vec<Vec<Event>> {
    let mut sessions: BTreeMap<Option<String>, (usize, Vec<Event>)> = BTreeMap::new();
    for (place, event) in events.into_iter().enumerate() {
        let (last, session) = sessions.entry(event.session.clone()).or_default();
        *last = place;
        session.push(event);
    }
    let mut sessions: Vec<_> = sessions.into_values().collect();
    sessions.sort_by_key(|(last, _)| *last);
    sessions.into_iter().map(|(_, events)| events).collect()
}

/// A post as it was sent, or as a collector noted it with its path.
fn post<'a>(line: &Object<'a>) -> Object<'a> {
    line.object("body").unwrap_or_else(|| line.clone())
}

#[derive(Debug, Default)]
struct Found {
    events: Vec<Event>,
    version: Option<String>,
}

impl Found {
    fn read(&mut self, line: &Object<'_>) {
        let post = post(line);
        for (resources, scopes, records) in
            [("resourceLogs", "scopeLogs", "logRecords"), ("resourceSpans", "scopeSpans", "spans")]
        {
            for resource in post.objects(resources) {
                let fields = resource.object("resource").map(|r| Fields::of(&r)).unwrap_or_default();
                if let Some(version) = fields.text("service.version") {
                    self.version = Some(version.to_owned());
                }
                for record in resource.objects(scopes).iter().flat_map(|scope| scope.objects(records)) {
                    self.events.extend(call(&record));
                }
            }
        }
        if line.has("spanId") {
            self.events.extend(call(line));
        }
    }
}

/// The event of a record or span that is one model call.
fn call(record: &Object<'_>) -> Option<Event> {
    let fields = Fields::of(record);
    let name = fields.text("event.name").unwrap_or_default();
    let tokens = fields.tokens();
    let status = match name.strip_prefix("claude_code.").unwrap_or(name) {
        "api_request" => Status::Ok,
        "api_error" => Status::Failed,
        "codex.sse_event"
            if fields.text("event.kind") == Some("response.completed") && tokens.input.is_some() =>
        {
            Status::Ok
        }
        "" if is_model_call(&fields) => Status::Ok,
        _ => return None,
    };
    let session = fields.text_of(&["session.id", "conversation.id", "gen_ai.conversation.id"]);
    let stamp = fields.text("event.timestamp");
    let recorded = ["timeUnixNano", "endTimeUnixNano", "observedTimeUnixNano"];
    let at = stamp
        .and_then(crate::instant::of_text)
        .or_else(|| recorded.iter().find_map(|key| record.number(key).and_then(event::since_epoch)))
        .or_else(|| span_end(record));
    let id = record.text_of(&["spanId"]).or_else(|| record.text("timeUnixNano"));
    let printed = format!("{session:?} {stamp:?} {id:?} {tokens:?}");
    Some(Event {
        identity: (stamp.is_some() || id.is_some()).then_some(printed),
        at,
        model: fields
            .text_of(&["gen_ai.response.model", "gen_ai.request.model", "model"])
            .map(ToOwned::to_owned),
        session: session.map(ToOwned::to_owned),
        status,
        tokens,
        latency_invalid: false,
    })
}

fn is_model_call(fields: &Fields<'_>) -> bool {
    let operation = fields.text("gen_ai.operation.name").unwrap_or_default();
    let has_usage = fields.text_of(&["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"]).is_some();
    has_usage && !HOLDERS.contains(&operation)
}

/// The end of a span in a file of spans: `[seconds, nanoseconds]`.
fn span_end(record: &Object<'_>) -> Option<chrono::DateTime<chrono::Utc>> {
    let parts: Vec<f64> = record.list("endTime")?.into_iter().filter_map(json::number).collect();
    let [seconds, nanos] = parts.as_slice() else { return None };
    event::since_epoch(seconds + nanos / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::{Fact, Tag};

    fn read(text: &str) -> Parsed {
        assert!(!detect(&Input::new(text)).is_none(), "{text}");
        parse(&Input::new(text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap()))
    }

    fn record(pairs: &[(&str, &str)]) -> String {
        let list: Vec<_> = pairs
            .iter()
            .map(|(k, v)| format!(r#"{{"key":"{k}","value":{{"stringValue":"{v}"}}}}"#))
            .collect();
        format!(r#"{{"timeUnixNano":"0","attributes":[{}]}}"#, list.join(","))
    }

    fn logs(records: &[String]) -> String {
        format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{}]}}]}}]}}"#, records.join(","))
    }

    #[test]
    fn a_completed_response_counts_once_a_session() {
        let done = |session: &str, time: &str| {
            record(&[
                ("event.name", "codex.sse_event"),
                ("event.kind", "response.completed"),
                ("conversation.id", session),
                ("event.timestamp", time),
                ("input_token_count", "5120"),
                ("output_token_count", "321"),
            ])
        };
        let bare = record(&[("event.name", "codex.sse_event"), ("event.kind", "response.completed")]);
        let a = done("a", "2026-11-20T19:58:23.869Z");
        let parsed = read(&logs(&[bare, a.clone(), a, done("b", "2026-11-20T19:58:23.973Z")]));
        let sums: Vec<_> =
            parsed.readings.iter().map(|r| (r.session.as_deref(), &r.facts["input_tokens"])).collect();
        assert_eq!(sums, [(Some("a"), &Fact::Count(5120)), (Some("b"), &Fact::Count(5120))]);
    }

    #[test]
    fn the_span_of_an_agent_run_repeats_its_calls_and_is_passed_over() {
        let span = |id: &str, operation: &str, input: u32| {
            format!(
                r#"{{"type":"span","spanId":"{id}","endTime":[1786784364,288000000],"attributes":{{"gen_ai.conversation.id":"c1",
                "gen_ai.operation.name":"{operation}","gen_ai.usage.input_tokens":{input},"gen_ai.usage.output_tokens":1}}}}"#
            )
            .replace('\n', "")
        };
        let parsed =
            read(&[span("1", "chat", 10), span("2", "chat", 20), span("3", "invoke_agent", 30)].join("\n"));
        let reading = parsed.into_newest().unwrap();
        assert_eq!(reading.facts["input_tokens"], Fact::Count(30));
        assert_eq!(reading.facts["requests"], Fact::Count(2));
        assert_eq!(reading.observed_at, Some("2026-08-15T08:59:24.288Z".parse().unwrap()));
    }

    #[test]
    fn a_post_without_a_call_says_so() {
        let parsed = read(r#"{"path":"/v1/metrics","body":{"resourceMetrics":[]}}"#);
        assert!(parsed.newest().unwrap().has(&Tag::NoEvents));
    }
}
