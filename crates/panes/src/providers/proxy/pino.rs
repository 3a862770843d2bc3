//! The request log of claude-code-router: pino lines, joined by `reqId`.
//!
//! At level info a request has a model and a status; at level debug also the upstream's `usage`, once per
//! streamed chunk and once as a whole, of which the last counts. Headers and bodies that debug lines hold are
//! not kept.

use std::collections::BTreeMap;

use tracker_domain::Tag;

use super::event::{self, Event};
use super::status::Status;
use super::tokens::Tokens;
use super::{lines, summary};
use crate::json::Object;
use crate::{Confidence, Ctx, Input, Parsed};

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let first = lines::first_objects(input.text);
    if first.iter().any(|line| line.has_all(&["level", "time", "pid", "hostname"])) {
        Confidence::new(92, "\"level\", \"time\", \"pid\" and \"hostname\" of a pino line")
    } else {
        Confidence::NONE
    }
}

/// What the lines of one request said so far.
#[derive(Debug, Default)]
struct Open {
    asked_model: Option<String>,
    model: Option<String>,
    upstream: Option<Tokens>,
    converted: Option<Tokens>,
}

impl Open {
    fn read(&mut self, line: &Object<'_>) {
        if let Some(model) = line.object("data").and_then(|data| data.text("model")) {
            self.asked_model = Some(model.into());
        }
        let upstream = line.object("response").unwrap_or_default();
        if let Some(model) = upstream.text("model") {
            self.model = Some(model.into());
        }
        if let Some(usage) = upstream.object("usage") {
            self.upstream = Some(Tokens::of(&usage));
        }
        if let Some(usage) = line.object("result").and_then(|result| result.object("usage")) {
            self.converted = Some(Tokens::of(&usage));
        }
    }

    /// Ends the request with the line that completes it.
    fn close(self, id: &str, line: &Object<'_>, status: Status) -> Event {
        let time = line.get("time");
        Event {
            identity: Some(format!("{id} {}", time.map_or("", |raw| raw.get()))),
            at: time.and_then(event::instant),
            model: self.model.or(self.asked_model),
            session: None,
            status,
            tokens: self.upstream.or(self.converted).unwrap_or_default(),
            latency_invalid: false,
        }
    }
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let lines = lines::objects(input.text);
    let mut open: BTreeMap<String, Open> = BTreeMap::new();
    let mut events = Vec::new();
    for line in lines.iter().flatten() {
        let Some(id) = line.text("reqId") else { continue };
        // Ids begin anew when the router is started anew.
        let id = format!("{} {id}", line.count("pid").unwrap_or_default());
        match line.object("res").and_then(|res| res.number("statusCode")) {
            Some(code) => {
                events.push(open.remove(&id).unwrap_or_default().close(&id, line, Status::of_code(code)));
            }
            None => open.entry(id).or_default().read(line),
        }
    }
    let mut reading = summary::reading("request-log", lines.len() as u64, &events);
    lines::tag_invalid(&mut reading, &lines);
    if !open.is_empty() {
        // Requests whose end the log does not show: neither failed nor counted.
        reading.tag(Tag::Other("requests-open".to_owned()));
    }
    Parsed::one(reading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::Fact;

    const USAGE: &str = r#""usage":{"prompt_tokens":1200,"completion_tokens":34,"prompt_tokens_details":{"cached_tokens":1024}}"#;

    #[test]
    fn a_request_is_joined_by_its_id_and_its_usage_counts_once() {
        let head = r#"{"level":20,"time":1795202709694,"pid":9910,"hostname":"vm","reqId":"req-1""#;
        let text = [
            format!("{head},\"data\":{{\"model\":\"claude-sonnet\"}},\"type\":\"request body\"}}"),
            format!("{head},\"response\":{{\"model\":\"glm-4.6\",{USAGE}}}}}"),
            format!("{head},\"response\":{{\"model\":\"glm-4.6\",{USAGE}}}}}"),
            format!("{head},\"result\":{{\"usage\":{{\"input_tokens\":176,\"output_tokens\":34}}}}}}"),
            format!("{head},\"res\":{{\"statusCode\":200}},\"responseTime\":47.1}}"),
            r#"{"level":30,"time":1795202709714,"pid":9910,"hostname":"vm","reqId":"req-2","msg":"incoming"}"#.into(),
        ]
        .join("\n");
        assert!(!detect(&Input::new(&text)).is_none());
        let ctx = Ctx::new("2026-01-01T00:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(&text), &ctx).into_newest().unwrap();
        assert_eq!(reading.facts["requests"], Fact::Count(1));
        assert_eq!(reading.facts["input_tokens"], Fact::Count(1200));
        assert_eq!(reading.facts["cache_read_input_tokens"], Fact::Count(1024));
        assert_eq!(reading.model.as_deref(), Some("glm-4.6"));
        assert!(reading.has(&Tag::Other("requests-open".to_owned())));
    }
}
