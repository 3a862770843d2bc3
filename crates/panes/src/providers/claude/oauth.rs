//! The usage end point of the account (`/api/oauth/usage`), its copy in `~/.claude.json`, and its errors.

use tracker_domain::{Reading, Tag, UnknownField};

use super::{provider, quota};
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed, text};

/// Recognizes the object by its windows, the copy by its name, an error by its type.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    if !input.text.trim_start().starts_with('{') {
        return Confidence::NONE;
    }
    let Some(object) = json::last_object(input.text) else { return Confidence::NONE };
    if object.has("cachedUsageUtilization") {
        Confidence::new(95, "cachedUsageUtilization of ~/.claude.json")
    } else if is_usage(&object) {
        Confidence::new(90, "windows five_hour or seven_day with utilization")
    } else if failure(&object).is_some() {
        Confidence::new(60, "an error of the usage end point")
    } else {
        Confidence::NONE
    }
}

/// Reads the last object of the input.
pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let object = json::last_object(input.text).unwrap_or_default();
    let mut reading = match object.object("cachedUsageUtilization") {
        Some(cached) => copy(&cached),
        None => {
            let mut reading = Reading::new(provider(), "oauth-usage");
            quota::utilization(&mut reading, &object);
            reading
        }
    };
    if let Some((kind, message)) = failure(&object) {
        reading.tag(Tag::UsageNotLoaded);
        reading.unknown.push(UnknownField {
            name: kind,
            raw: message,
            why: "the end point answered with an error".to_owned(),
        });
    } else {
        quota::finish(&mut reading);
    }
    json::tag_trimmed(&mut reading, input.text);
    Parsed::one(reading)
}

fn is_usage(object: &Object<'_>) -> bool {
    let window = |key| object.object(key).is_some_and(|w: Object<'_>| w.has("utilization"));
    window("five_hour")
        || window("seven_day")
        || (object.has_any(&["five_hour", "seven_day"]) && object.has("limits"))
}

/// The client's own copy. It may be days old: what counts is when it was fetched.
fn copy(cached: &Object<'_>) -> Reading {
    let mut reading = Reading::new(provider(), "cached-usage");
    reading.observed_at =
        cached.count("fetchedAtMs").and_then(|ms| i64::try_from(ms).ok()).and_then(crate::instant::of_millis);
    reading.account = cached.text("accountUuid").map(Into::into);
    if let Some(windows) = cached.object("utilization") {
        quota::utilization(&mut reading, &windows);
    }
    reading
}

/// The type and message of an error of this provider.
fn failure(object: &Object<'_>) -> Option<(String, String)> {
    let error = object.object("error")?;
    let kind = error.text("type").filter(|kind| kind.ends_with("_error"))?;
    Some((text::excerpt(&kind), text::excerpt(&error.text("message").unwrap_or_default())))
}
