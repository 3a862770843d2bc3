//! Rows of the pane that are about the session: model, account, context window.

use nom::Parser;
use nom::bytes::complete::tag;
use nom::character::complete::multispace0;
use nom::combinator::opt;
use nom::sequence::{delimited, preceded, terminated};
use tracker_domain::{ContextUse, Fact, Reading, Tag, UnknownField};

use super::rows::Row;
use crate::text;

/// Characters of a session id.
const UUID: usize = 36;

/// Takes what a row says about the session.
pub(super) fn read(reading: &mut Reading, label: &str, row: &Row<'_>) {
    let value = row.value.trim();
    match label {
        "Model" => model(reading, value, row.full),
        "Account" => account(reading, value, row.full),
        // An id that the box cut would name another session.
        "Session" if !value.is_empty() && (!row.full || value.len() >= UUID) => {
            reading.session = Some(value.replace(' ', ""));
        }
        "Context window" => reading.context = context(value),
        "Credits" | "Spend cap" if !value.is_empty() => {
            let name = if label == "Credits" { "credits" } else { "spend_cap" };
            reading.facts.insert(name.to_owned(), Fact::Text(value.to_owned()));
        }
        "Limits" => no_limits(reading, value),
        "Warning" | "Notice" if value.contains("limits") => reading.tag(Tag::StaleLimits),
        _ => {}
    }
}

/// `gpt-5-codex (reasoning high, summaries auto)`. A name that the box cut is no name.
fn model(reading: &mut Reading, value: &str, full: bool) {
    match value.split_once('(') {
        Some((name, rest)) => {
            reading.model = Some(name.trim().to_owned());
            let effort = rest.strip_prefix("reasoning").and_then(|r| r.split([',', ')']).next());
            reading.effort =
                effort.filter(|_| rest.contains([',', ')'])).map(|effort| effort.trim().to_owned());
        }
        None if full => reading.tag(Tag::Truncated("model".into())),
        None if value.chars().any(char::is_alphanumeric) => reading.model = Some(value.to_owned()),
        None => {}
    }
}

/// `user@example.com (Plus)`, `Pro (More)` alone, or the sentence about an API key.
fn account(reading: &mut Reading, value: &str, full: bool) {
    if full && !value.ends_with(')') {
        reading.tag(Tag::Truncated("account".into()));
        return;
    }
    if value.starts_with("API key") {
        reading.plan = Some("API key".to_owned());
        return;
    }
    let named = value.contains('@') || value.starts_with("acct-");
    let (name, plan) = match value.rsplit_once('(') {
        Some((name, plan)) if named || name.trim().is_empty() => (name.trim(), plan.strip_suffix(')')),
        _ if named => (value, None),
        _ => ("", Some(value)),
    };
    if named && !name.is_empty() {
        reading.account = Some(name.replace(' ', ""));
    }
    match plan.map(str::trim) {
        Some(plan) if !plan.is_empty() && plan.len() <= 40 => reading.plan = Some(plan.to_owned()),
        _ if value.contains('(') => reading.tag(Tag::Truncated("plan".into())),
        _ => {}
    }
}

/// `97% left (5.44K used / 258K)`.
fn context(value: &str) -> Option<ContextUse> {
    let (rest, left) = terminated(text::percent, (multispace0, tag("left"))).parse(value).ok()?;
    // A size without its closing parenthesis may have lost digits or its unit to the border.
    let size = delimited((multispace0, tag("/"), multispace0), text::tokens, tag(")"));
    let used = terminated(text::tokens, (multispace0, tag("used")));
    let mut tokens = preceded((multispace0, tag("(")), (used, opt(size)));
    let (used, window) = tokens.parse(rest).map_or((None, None), |(_, (used, window))| (Some(used), window));
    Some(ContextUse { left_pct: Some(left), used_tokens: used, window_tokens: window })
}

/// The client had no limits to show; its words are kept.
fn no_limits(reading: &mut Reading, value: &str) {
    let for_good = value.contains("not available for this account");
    reading.tag(if for_good { Tag::InsufficientData } else { Tag::UsageNotLoaded });
    reading.unknown.push(UnknownField {
        name: "Limits".to_owned(),
        raw: text::excerpt(value),
        why: "the client had no limits to show".to_owned(),
    });
}
