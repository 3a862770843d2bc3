//! What Claude Code writes to the standard input of a status line command (limits from 2.1.112 on).

use tracker_domain::{ContextUse, Fact, Reading, Tag, UnknownField};

use super::{provider, quota};
use crate::json;
use crate::{Confidence, Ctx, Input, Parsed};

/// Recognizes the object by its keys.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    if !input.text.trim_start().starts_with('{') {
        return Confidence::NONE;
    }
    match json::last_object(input.text) {
        Some(object) if object.has_all(&["session_id", "transcript_path", "workspace", "model"]) => {
            Confidence::new(95, "session_id, transcript_path and workspace of a status line")
        }
        _ => Confidence::NONE,
    }
}

/// Reads the last object of the input. The context figure is no limit.
pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let object = json::last_object(input.text).unwrap_or_default();
    let mut reading = Reading::new(provider(), "status-line");
    reading.session = object.text("session_id").map(Into::into);
    reading.tool_version = object.text("version").map(Into::into);
    reading.model =
        object.object("model").and_then(|model| model.text_of(&["display_name", "id"]).map(Into::into));
    reading.effort = object.object("effort").and_then(|effort| effort.text("level").map(Into::into));
    reading.context = object.object("context_window").map(|window| ContextUse {
        left_pct: window.number("remaining_percentage"),
        used_tokens: window.count("total_input_tokens"),
        window_tokens: window.count("context_window_size"),
    });
    if let Some(cost) = object.object("cost").and_then(|cost| cost.number("total_cost_usd")) {
        reading.facts.insert("total_cost".to_owned(), Fact::Number(cost));
    }
    match object.object("rate_limits") {
        Some(limits) => {
            for (key, raw) in limits.iter() {
                let (Some(mut meter), Some(window)) = (quota::meter(key), json::Object::parse(raw.get()))
                else {
                    json::list_unknown(&mut reading.unknown, unknown_limit(key, raw.get()));
                    continue;
                };
                let keys = window.unknown(&format!("rate_limits.{key}."), &["used_percentage", "resets_at"]);
                json::list_unknown(&mut reading.unknown, keys);
                quota::set_level(&mut reading, &mut meter, window.number("used_percentage"));
                quota::set_epoch(&mut meter, window.number("resets_at"));
                reading.meters.push(meter);
            }
            quota::finish(&mut reading);
        }
        // Older clients, and any client before its first answer.
        None => reading.tag(Tag::InsufficientData),
    }
    json::list_unknown(&mut reading.unknown, object.unknown("", &KNOWN));
    json::tag_trimmed(&mut reading, input.text);
    Parsed::one(reading)
}

/// A limit of which the length is not known, or that has no window; one that is null is not there.
fn unknown_limit(key: &str, raw: &str) -> Vec<UnknownField> {
    let field = UnknownField {
        name: format!("rate_limits.{key}"),
        raw: json::shown(raw),
        why: "a window of unknown length".to_owned(),
    };
    if raw == "null" { Vec::new() } else { vec![field] }
}

/// The keys that are read, and those that say nothing about a meter.
const KNOWN: [&str; 19] = [
    "session_id",
    "session_name",
    "prompt_id",
    "transcript_path",
    "workspace",
    "cwd",
    "model",
    "version",
    "effort",
    "context_window",
    "cost",
    "rate_limits",
    "hook_event_name",
    "output_style",
    "thinking",
    "fast_mode",
    "exceeds_200k_tokens",
    "vim",
    "agent",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_listed() {
        let text = r#"{"session_id":"s","transcript_path":"t","workspace":{},"model":{"id":"m"},"surge":2,
            "rate_limits":{"five_hour":{"used_percentage":3,"burst":1},"one_day":{"used_percentage":9},"gone":null}}"#;
        let ctx = Ctx::new("2026-11-20T19:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(text), &ctx).into_newest().unwrap();
        let listed: Vec<_> = reading.unknown.iter().map(|u| u.name.as_str()).collect();
        assert_eq!(listed, ["rate_limits.five_hour.burst", "rate_limits.one_day", "surge"]);
        assert_eq!(reading.meters.len(), 1);
    }
}
