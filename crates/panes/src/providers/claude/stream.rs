//! Events of `claude -p --output-format json|stream-json`: the text of `/usage` in a result, and rate limit events.

use tracker_domain::Reading;

use super::{provider, quota, usage};
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

/// Recognizes the events by their types.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let text = input.text.trim_start();
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    match () {
        () if !text.starts_with(['{', '[']) => Confidence::NONE,
        () if has("\"rate_limit_info\"") && has("\"rate_limit_event\"") => {
            Confidence::new(90, "a rate_limit_event")
        }
        () if has("\"session_id\"") && has("\"result\"") && has("\"duration_api_ms\"") => {
            Confidence::new(85, "the result event of claude -p")
        }
        () => Confidence::NONE,
    }
}

/// Reads each event that tells limits, oldest first; when none does, the result as text.
pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let mut parsed = Parsed::default();
    let mut last_result = None;
    let mut about = About::default();
    for document in json::documents(input.text).into_iter().flatten() {
        let list: Vec<&serde_json::value::RawValue> = serde_json::from_str(document).unwrap_or_default();
        let inner: Vec<&str> = list.iter().map(|raw| raw.get()).collect();
        for event in if inner.is_empty() { vec![document] } else { inner } {
            let Some(event) = Object::parse(event) else { continue };
            about.take(&event);
            if let Some(info) = event.object("rate_limit_info") {
                parsed.readings.push(rate_limit(&info));
            }
            if let Some(result) = event.text("result") {
                let read = usage::parse(&Input::new(&result), ctx);
                if read.newest().is_some_and(Reading::has_numbers) {
                    parsed.readings.extend(read.readings);
                } else {
                    last_result = Some(read);
                }
            }
        }
    }
    if parsed.readings.is_empty() {
        parsed = last_result.unwrap_or_else(|| usage::parse(&Input::new(""), ctx));
    }
    for reading in &mut parsed.readings {
        about.give(reading);
    }
    parsed
}

/// What the events say about their session.
#[derive(Default)]
struct About {
    session: Option<String>,
    version: Option<String>,
    model: Option<String>,
}

impl About {
    fn take(&mut self, event: &Object<'_>) {
        self.session = event.text("session_id").map(Into::into).or(self.session.take());
        if event.text("subtype").as_deref() == Some("init") {
            self.version = event.text("claude_code_version").map(Into::into);
            self.model = event.text("model").map(Into::into);
        }
    }

    fn give(&self, reading: &mut Reading) {
        reading.session.clone_from(&self.session);
        reading.model = reading.model.take().or_else(|| self.model.clone());
        reading.tool_version = reading.tool_version.take().or_else(|| self.version.clone());
    }
}

/// `utilization` is a fraction of 1 here; without it the level is unknown and not 0.
pub(super) fn rate_limit(info: &Object<'_>) -> Reading {
    let mut reading = Reading::new(provider(), "rate-limit-event");
    // Hundredfold, rounded to what a decimal fraction can mean: 0.79 is 79 and not 79.00000000000001.
    let percent = |object: &Object<'_>| object.number("utilization").map(|part| (part * 1e8).round() / 1e6);
    let mut put = |key: &str, object: &Object<'_>| {
        let Some(mut meter) = quota::meter(key) else { return };
        if reading.meter(&meter.id).is_some() {
            return;
        }
        quota::set_level(&mut reading, &mut meter, percent(object));
        quota::set_epoch(&mut meter, object.number_of(&["resetsAt", "resets_at"]));
        reading.meters.push(meter);
    };
    if let Some(windows) = info.object("unifiedWindows") {
        for (key, raw) in windows.iter() {
            if let Some(window) = Object::parse(raw.get()) {
                put(key, &window);
            }
        }
    }
    if let Some(key) = info.text("rateLimitType") {
        put(&key, info);
    }
    quota::finish(&mut reading);
    reading
}
