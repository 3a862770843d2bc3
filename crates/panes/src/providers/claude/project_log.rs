//! Session logs under `~/.claude/projects`: tokens per answer, and the rows of limits that were hit.
//!
//! An answer is written once per content block, each time with its whole usage: rows with one message id and one
//! request id are one answer, of which the last row counts.

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tracker_domain::{Fact, Reading, Tag, UnknownField};

use super::{provider, stream};
use crate::json::Object;
use crate::{Confidence, Ctx, Input, Parsed, text};

const TOKENS: [&str; 4] =
    ["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];

/// Recognizes the log by the keys of its rows.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let text = input.text.trim_start();
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    if text.starts_with('{') && has("\"sessionId\"") && has("\"parentUuid\"") {
        Confidence::new(92, "rows with sessionId and parentUuid")
    } else {
        Confidence::NONE
    }
}

/// Sums the log to one reading as of its newest row.
pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut log = Log::default();
    for (number, line) in (1..).zip(input.text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        match Object::parse(line) {
            Some(row) => log.row(&row, number),
            None => log.faults.push(Tag::InvalidJson(number)),
        }
    }
    Parsed::one(log.finish())
}

#[derive(Default)]
struct Log<'a> {
    answers: HashMap<(Cow<'a, str>, Cow<'a, str>), [u64; 4]>,
    limit: Option<(Reading, String)>,
    newest: Option<DateTime<Utc>>,
    session: Option<String>,
    version: Option<String>,
    model: Option<String>,
    faults: Vec<Tag>,
}

impl<'a> Log<'a> {
    fn row(&mut self, row: &Object<'a>, number: u64) {
        self.newest = self.newest.max(row.instant("timestamp"));
        self.session = row.text("sessionId").map(Into::into).or(self.session.take());
        self.version = row.text("version").map(Into::into).or(self.version.take());
        if row.text("type").as_deref() != Some("assistant") {
            return;
        }
        let Some(message) = row.object("message") else { return };
        let model = message.text("model").unwrap_or_default();
        if model == "<synthetic>" {
            self.limit_hit(row, &message);
            return;
        }
        let Some(usage) = message.object("usage") else { return };
        self.model = Some(model.into_owned());
        // A row without an id is an answer of its own.
        let id = message.text("id").unwrap_or_else(|| Cow::Owned(format!("line {number}")));
        let request = row.text("requestId").unwrap_or_default();
        self.answers.insert((id, request), TOKENS.map(|name| usage.count(name).unwrap_or(0)));
    }

    /// A message of the client itself; from 2.1.329 on it carries the limit that was hit.
    fn limit_hit(&mut self, row: &Object<'_>, message: &Object<'_>) {
        let words = message.objects("content").iter().find_map(|part| part.text("text").map(Cow::into_owned));
        match row.object("quotaLimits") {
            Some(quota) => self.limit = Some((stream::rate_limit(&quota), words.unwrap_or_default())),
            None if row.text("apiError").is_some() || row.flag("isApiErrorMessage") == Some(true) => {
                self.limit = Some((Reading::new(provider(), "limit-message"), words.unwrap_or_default()));
            }
            None => {}
        }
    }

    fn finish(self) -> Reading {
        let mut reading = Reading::new(provider(), "project-log");
        reading.observed_at = self.newest;
        reading.session = self.session;
        reading.tool_version = self.version;
        reading.model = self.model;
        let requests = u64::try_from(self.answers.len()).unwrap_or(u64::MAX);
        reading.facts.insert("requests".to_owned(), Fact::Count(requests));
        if requests > 0 {
            let mut total = 0_u64;
            for (at, name) in TOKENS.iter().enumerate() {
                let sum = self
                    .answers
                    .values()
                    .filter_map(|row| row.get(at))
                    .fold(0_u64, |a, b| a.saturating_add(*b));
                total = total.saturating_add(sum);
                reading.facts.insert((*name).to_owned(), Fact::Count(sum));
            }
            reading.facts.insert("total_tokens".to_owned(), Fact::Count(total));
        } else {
            reading.tag(Tag::InsufficientData);
        }
        if let Some((limit, words)) = self.limit {
            reading.meters = limit.meters;
            reading.unknown.push(UnknownField {
                name: "limit".to_owned(),
                raw: text::excerpt(&words),
                why: "a limit was hit; the log tells no level".to_owned(),
            });
        }
        self.faults.into_iter().take(20).for_each(|fault| reading.tag(fault));
        reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, request: &str, output: u32) -> String {
        format!(
            r#"{{"parentUuid":null,"sessionId":"s","type":"assistant","requestId":"{request}","message":{{"id":"{id}","model":"m","usage":{{"input_tokens":2,"output_tokens":{output}}}}}}}"#
        )
    }

    #[test]
    fn an_answer_of_several_blocks_counts_once() {
        let log = [row("a", "r1", 1), row("a", "r1", 5), row("a", "r2", 5), row("b", "r3", 5)].join("\n");
        let ctx = Ctx::new("2026-11-20T19:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(&log), &ctx).into_newest().unwrap();
        assert_eq!(reading.facts["requests"], Fact::Count(3));
        assert_eq!(reading.facts["output_tokens"], Fact::Count(15));
    }
}
