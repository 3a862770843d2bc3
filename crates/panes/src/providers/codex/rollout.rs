//! The session log of Codex CLI 0.40 to 0.169 (`rollout-*.jsonl`) and the events of `codex exec --json`.
//!
//! Each `token_count` line carries the limits of one family. A reading is what was known at its line: the newest
//! figures of every family seen so far. The same line may be written twice; lines of one instant make one reading.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{ContextUse, Fact, Reading, Tag, UnknownField};

use super::family::{self, Family};
use super::provider;
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

/// A log names a handful of families; more are not followed, so that time stays linear.
const MAX_FAMILIES: usize = 64;

/// The keys of `rate_limits` that are read; another one that says something is listed as unknown.
const LIMIT_KEYS: [&str; 6] = ["limit_id", "limit_name", "plan_type", "primary", "secondary", "credits"];

/// The plan's own figures are stale when another family was told this much later.
const STALE_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Recognizes the log by the types of its lines.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let text = input.text.trim_start();
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    match () {
        () if !text.starts_with('{') => Confidence::NONE,
        () if has("\"type\":\"session_meta\"") || has("\"type\":\"token_count\"") => {
            Confidence::new(95, "lines of type session_meta or token_count")
        }
        () if has("\"type\":\"thread.started\"") || has("\"type\":\"turn.completed\"") => {
            Confidence::new(95, "events of codex exec --json")
        }
        () if has("\"used_percent\"") && has("\"window_minutes\"") => {
            Confidence::new(90, "rate_limits with used_percent and window_minutes")
        }
        () => Confidence::NONE,
    }
}

/// Reads every observation of the log, oldest first.
pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let mut log = Log::default();
    for (number, line) in (1..).zip(input.text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        match Object::parse(line) {
            Some(object) => log.line(&object, ctx),
            None => log.faults.push(Tag::InvalidJson(number)),
        }
    }
    log.finish()
}

/// Readings that are kept: of more, the newest. Whole logs are read by `tracker scan`, line by line.
const MAX_READINGS: usize = 8192;

#[derive(Default)]
struct Log {
    readings: Vec<Reading>,
    faults: Vec<Tag>,
    families: Vec<(Family, DateTime<Utc>)>,
    session: Option<String>,
    version: Option<String>,
    model: Option<String>,
    plan: Option<String>,
    totals: Vec<(&'static str, u64)>,
    context: Option<ContextUse>,
    unknown: Vec<UnknownField>,
}

impl Log {
    fn line(&mut self, line: &Object<'_>, ctx: &Ctx) {
        let at = line.instant("timestamp");
        let kind = line.text("type").unwrap_or_default();
        let payload = line.object("payload").or_else(|| line.object("msg"));
        match kind.as_ref() {
            "session_meta" => {
                let meta = payload.unwrap_or_default();
                self.session = meta.text_of(&["session_id", "id"]).map(Into::into);
                self.version = meta.text("cli_version").map(Into::into);
            }
            "turn_context" => {
                self.model = payload.and_then(|p| p.text("model").map(Into::into)).or(self.model.take());
            }
            "thread.started" => self.session = line.text("thread_id").map(Into::into),
            "turn.completed" => {
                self.totals(&line.object("usage").unwrap_or_default());
                self.emit(at, ctx, None);
            }
            _ => self.event(line, payload, at, ctx),
        }
    }

    fn event(
        &mut self,
        line: &Object<'_>,
        payload: Option<Object<'_>>,
        at: Option<DateTime<Utc>>,
        ctx: &Ctx,
    ) {
        let wrapped = payload.is_some();
        let event = payload.unwrap_or_else(|| line.clone());
        let info = event.object("info");
        let limits = event.object("rate_limits").or_else(|| info.as_ref()?.object("rate_limits"));
        if limits.is_none() && event.text("type").as_deref() != Some("token_count") {
            return;
        }
        if let Some(limits) = &limits {
            let unknown = limits.unknown("rate_limits.", &LIMIT_KEYS);
            json::list_unknown(
                &mut self.unknown,
                unknown.into_iter().filter(|field| field.raw != "null").collect(),
            );
            self.plan = limits.text("plan_type").map(Into::into).or(self.plan.take());
        }
        // A bare event without an instant cannot be told from a copy of another family's: it is no observation.
        if at.is_none() && !wrapped {
            return;
        }
        if let Some(info) = &info {
            self.totals(&info.object("total_token_usage").unwrap_or_default());
            let window_tokens = info.count("model_context_window");
            let used_tokens = info.object("last_token_usage").and_then(|last| last.count("total_tokens"));
            if window_tokens.is_some() || used_tokens.is_some() {
                self.context = Some(ContextUse { left_pct: None, used_tokens, window_tokens });
            }
        }
        if let Some(limits) = &limits {
            self.family(Family::read(limits), at.unwrap_or(ctx.captured_at));
        }
        self.emit(at, ctx, limits.as_ref());
    }

    /// The newest figures of a family replace its older ones and nobody else's.
    fn family(&mut self, family: Family, at: DateTime<Utc>) {
        if let Some(known) = self.families.iter_mut().find(|(known, _)| known.is_same(&family)) {
            *known = (family, at);
        } else if self.families.len() < MAX_FAMILIES {
            self.families.push((family, at));
        }
    }

    /// Totals are cumulative within a session, so the newest count.
    fn totals(&mut self, usage: &Object<'_>) {
        const NAMES: [&str; 5] = [
            "total_tokens",
            "input_tokens",
            "cached_input_tokens",
            "output_tokens",
            "reasoning_output_tokens",
        ];
        let found: Vec<_> = NAMES.iter().filter_map(|name| usage.count(name).map(|n| (*name, n))).collect();
        if !found.is_empty() {
            self.totals = found;
        }
    }

    fn emit(&mut self, at: Option<DateTime<Utc>>, ctx: &Ctx, limits: Option<&Object<'_>>) {
        let mut reading = Reading::new(provider(), "rollout");
        reading.observed_at = at;
        reading.session.clone_from(&self.session);
        reading.tool_version.clone_from(&self.version);
        reading.model.clone_from(&self.model);
        reading.plan.clone_from(&self.plan);
        reading.context = self.context;
        reading.facts.extend(self.totals.iter().map(|(name, n)| ((*name).to_owned(), Fact::Count(*n))));
        if let Some(limits) = limits {
            family::credits(&mut reading, limits);
        }
        let now = at.unwrap_or(ctx.captured_at);
        // The plan's own family first: an extra one never stands in its place.
        let (main, extra): (Vec<_>, Vec<_>) = self.families.iter().partition(|(family, _)| family.is_main());
        for (family, seen) in main.into_iter().chain(extra) {
            family::bind(&mut reading, family, *seen);
            if family.is_main() && now - *seen > STALE_AFTER {
                reading.tag(Tag::StaleLimits);
            }
        }
        family::finish(&mut reading);
        if at.is_some() && self.readings.last().is_some_and(|last| last.observed_at == at) {
            self.readings.pop();
        }
        self.readings.push(reading);
        if self.readings.len() > 2 * MAX_READINGS {
            self.readings.drain(..MAX_READINGS);
        }
    }

    fn finish(mut self) -> Parsed {
        if self.readings.is_empty() {
            let mut reading = Reading::new(provider(), "rollout");
            reading.session = self.session;
            reading.tool_version = self.version;
            reading.model = self.model;
            reading.plan = self.plan;
            reading.tag(Tag::InsufficientData);
            self.readings.push(reading);
        }
        if let Some(newest) = self.readings.last_mut() {
            self.faults.into_iter().take(20).for_each(|fault| newest.tag(fault));
            json::list_unknown(&mut newest.unknown, self.unknown);
        }
        Parsed { readings: self.readings, unknown: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_limits_that_is_not_read_is_listed() {
        let log = r#"{"timestamp":"2026-11-20T10:00:00Z","type":"event_msg","payload":{"type":"token_count","info":null,"rate_limits":{"primary":{"used_percent":3.0,"window_minutes":300},"secondary":null,"surge_factor":1.5,"spend_control_reached":null}}}"#;
        let ctx = Ctx::new("2026-11-20T10:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(log), &ctx).into_newest().unwrap();
        let listed: Vec<_> =
            reading.unknown.iter().map(|field| (field.name.as_str(), field.raw.as_str())).collect();
        assert_eq!(listed, [("rate_limits.surge_factor", "1.5")]);
    }
}
