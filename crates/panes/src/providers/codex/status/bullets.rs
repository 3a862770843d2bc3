//! The bullet lists that `/status` printed before limits stood in it (2025, up to 0.40), and captures that hold
//! no status pane at all.

use tracker_domain::{Fact, Reading, Tag};

use super::super::provider;
use super::rows::Pane;
use crate::Confidence;

/// Recognizes the list by two of its lines.
pub(super) fn detect(text: &str) -> Confidence {
    if text.contains("\u{2022} AGENTS files:") && text.contains("\u{2022} Signed in with ChatGPT") {
        Confidence::new(70, "the bullet list of 2025")
    } else if text.contains("Rate limit usage snapshot") {
        Confidence::new(70, "the heading of /limits")
    } else {
        Confidence::NONE
    }
}

/// Tells whether the list stands below every row of a limit, so that it is the newer one.
pub(super) fn are_newest(text: &str) -> bool {
    let list = text.rfind("\u{2022} Signed in with ChatGPT");
    list.is_some_and(|at| {
        text.rfind("limit:").is_none_or(|row| row < at) && text.rfind("% used").is_none_or(|row| row < at)
    })
}

/// Reads what such a capture says beside limits, which it does not have.
pub(super) fn read(text: &str, newest: Option<&Pane<'_>>) -> Reading {
    let mut reading = Reading::new(provider(), super::KIND);
    reading.tag(if text.contains("o load usage data") { Tag::UsageNotLoaded } else { Tag::InsufficientData });
    if let Some(pane) = newest {
        reading.tool_version = pane.version.map(str::to_owned);
        reading.model = pane.session_model.map(str::to_owned);
    }
    for line in text.lines() {
        let Some((name, value)) = line.trim().strip_prefix("\u{2022} ").and_then(|l| l.split_once(": "))
        else {
            continue;
        };
        let value = value.trim().to_owned();
        match name {
            "Name" if value.contains(char::is_alphanumeric) => reading.model = Some(value),
            "Plan" => reading.plan = Some(value),
            "Login" => reading.account = Some(value),
            "Session ID" => reading.session = Some(value),
            "CLI Version" => reading.tool_version = Some(value),
            "Reasoning Effort" => reading.effort = Some(value),
            "Total" => {
                if let Ok(total) = value.replace(',', "").parse() {
                    reading.facts.insert("total_tokens".to_owned(), Fact::Count(total));
                }
            }
            _ => {}
        }
    }
    reading
}
