//! Replies with the limits of an account: `account/rateLimits/read` of `codex app-server`, and the usage end point
//! that the client itself asks (`.../wham/usage`).

use tracker_domain::{LeftPct, Level, Meter, MeterId, Reading, Tag, UnknownField};

use super::family::{self, Family, ResetIn};
use super::provider;
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed, text};

/// Recognizes a reply by its keys.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    if !input.text.trim_start().starts_with('{') {
        return Confidence::NONE;
    }
    let Some(object) = json::last_object(input.text) else { return Confidence::NONE };
    if limits(&object).is_some() {
        return Confidence::new(95, "rateLimits of codex app-server");
    }
    if object
        .object("rate_limit")
        .is_some_and(|limits| limits.has_any(&["primary_window", "secondary_window"]))
    {
        return Confidence::new(95, "rate_limit with primary_window");
    }
    match failure(&object) {
        Some(message) if message.contains("codex") => Confidence::new(80, "an error of codex app-server"),
        _ => Confidence::NONE,
    }
}

/// Reads the last reply of the input.
pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let object = json::last_object(input.text).unwrap_or_default();
    let mut reading = match limits(&object) {
        Some(limits) => app_server(&limits, ctx),
        None if object.has("rate_limit") => usage(&object, ctx),
        None => Reading::new(provider(), "app-server"),
    };
    if let Some(message) = failure(&object) {
        reading.tag(Tag::UsageNotLoaded);
        reading.unknown.push(UnknownField {
            name: "error".to_owned(),
            raw: text::excerpt(&message),
            why: "the client could not load its limits".to_owned(),
        });
    }
    if !reading.has(&Tag::UsageNotLoaded) {
        family::finish(&mut reading);
    }
    json::tag_trimmed(&mut reading, input.text);
    Parsed::one(reading)
}

/// The object that holds `rateLimits`: the result of a request, or the parameters of a notification.
fn limits<'a>(object: &Object<'a>) -> Option<Object<'a>> {
    [object.object("result"), object.object("params"), Some(object.clone())]
        .into_iter()
        .flatten()
        .find(|o| o.has_any(&["rateLimits", "rateLimitsByLimitId"]))
}

fn failure<'a>(object: &Object<'a>) -> Option<std::borrow::Cow<'a, str>> {
    object.object("error")?.text("message")
}

fn app_server(limits: &Object<'_>, ctx: &Ctx) -> Reading {
    let mut reading = Reading::new(provider(), "app-server");
    reading.account = limits.text("accountId").map(Into::into);
    let main = limits.object("rateLimits");
    // From 0.116 on the map holds every family, in no order; before, only the plan's own is there.
    let mut families: Vec<Object<'_>> = limits
        .object("rateLimitsByLimitId")
        .map(|map| map.iter().filter_map(|(_, raw)| Object::parse(raw.get())).collect())
        .unwrap_or_default();
    if families.is_empty() {
        families.extend(main.clone());
    }
    families.sort_by_key(|object| !Family::read(object).is_main());
    json::list_unknown(&mut reading.unknown, said(limits.unknown("", &RESULT)));
    for object in &families {
        family::bind(&mut reading, &Family::read(object), ctx.captured_at);
        json::list_unknown(&mut reading.unknown, said(object.unknown("rateLimits.", &FAMILY)));
    }
    if let Some(main) = families.first().or(main.as_ref()) {
        reading.plan = main.text("planType").map(Into::into);
        family::credits(&mut reading, main);
        individual(&mut reading, main, ctx);
    }
    reading
}

/// The keys of a reply that are read, or say nothing about a meter.
const RESULT: [&str; 6] = ["rateLimits", "rateLimitsByLimitId", "accountId", "id", "jsonrpc", "method"];

/// The keys of a family that are read.
const FAMILY: [&str; 7] =
    ["limitId", "limitName", "primary", "secondary", "credits", "planType", "individualLimit"];

/// Leaves out keys without a value.
fn said(fields: Vec<UnknownField>) -> Vec<UnknownField> {
    fields.into_iter().filter(|field| field.raw != "null").collect()
}

/// The monthly credit limit of an organisation's member.
fn individual(reading: &mut Reading, main: &Object<'_>, ctx: &Ctx) {
    let Some(limit) = main.object("individualLimit") else { return };
    let mut meter = Meter::new(MeterId::slug("Monthly credit limit"), "Monthly credit limit");
    let left = limit.number("remainingPercent").and_then(|left| LeftPct::new(left).ok());
    meter.level = left.map(Level::Left);
    let reset = limit.number("resetsAt").and_then(family::whole).map(ResetIn::Epoch);
    family::set_reset(&mut meter, reset, ctx.captured_at);
    if let (Some(used), Some(cap)) = (limit.text("used"), limit.text("limit")) {
        meter.detail = Some(text::excerpt(&format!("{used} of {cap} credits used")));
    }
    reading.meters.push(meter);
}

fn usage(object: &Object<'_>, ctx: &Ctx) -> Reading {
    let mut reading = Reading::new(provider(), "usage-reply");
    reading.plan = object.text("plan_type").map(Into::into);
    reading.account = object.text("email").map(Into::into);
    family::credits(&mut reading, object);
    if let Some(limits) = object.object("rate_limit") {
        family::bind(&mut reading, &Family::read(&limits), ctx.captured_at);
    }
    let known = ["user_id", "account_id", "email", "plan_type", "rate_limit", "credits"];
    json::list_unknown(&mut reading.unknown, said(object.unknown("", &known)));
    reading
}
