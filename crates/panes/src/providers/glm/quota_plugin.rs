//! The text of the provider's own usage plugin: three titled JSON lines, of which `Quota limit data:` holds
//! meters.
//!
//! The plugin labels both token rows `Token usage(5 Hour)`, the weekly one too, and prints no reset. The
//! second of two rows with that label is read as the week and tagged `weekly-by-order`, since nothing else
//! tells them apart.

use tracker_domain::{Fact, Reading, Tag};

use super::PROVIDER;
use super::quota_row::{self, QuotaRow};
use crate::json::Object;
use crate::meter_name::{FIVE_HOURS, MONTH, WEEK};
use crate::{Confidence, Ctx, Input, Parsed};

const QUOTA: &str = "Quota limit data:";
const MODELS: &str = "Model usage data:";
const FIVE_HOUR_LABEL: &str = "Token usage(5 Hour)";

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    if quota(input.text).is_some() {
        Confidence::sure("\"Quota limit data:\" and its JSON line")
    } else {
        Confidence::NONE
    }
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "usage-plugin");
    if let Some(totals) = under(input.text, MODELS).and_then(|models| models.object("totalUsage")) {
        if let Some(tokens) = totals.count("totalTokensUsage") {
            reading.facts.insert("total_tokens".to_owned(), Fact::Count(tokens));
        }
        if let Some(calls) = totals.count("totalModelCallCount") {
            reading.facts.insert("requests".to_owned(), Fact::Count(calls));
        }
    }
    let quota = quota(input.text).unwrap_or_default();
    reading.plan = quota.text("level").map(Into::into);
    let mut five_hour_rows = 0;
    for row in quota.objects("limits") {
        let label = row.text("type").unwrap_or_default();
        five_hour_rows += usize::from(label == FIVE_HOUR_LABEL);
        let minutes = if label.starts_with("MCP usage") {
            Some(MONTH)
        } else {
            match (label.as_ref(), five_hour_rows) {
                (FIVE_HOUR_LABEL, 1) => Some(FIVE_HOURS),
                (FIVE_HOUR_LABEL, 2) => {
                    reading.tag(Tag::Other("weekly-by-order".to_owned()));
                    Some(WEEK)
                }
                _ => None,
            }
        };
        let row = QuotaRow {
            mcp: label.starts_with("MCP usage"),
            label: label.into_owned(),
            minutes,
            percent: row.number("percentage"),
            used: row.number("currentUsage"),
            // "totol" is how the plugin spells it.
            cap: row.number_of(&["totol", "total"]),
            reset_ms: None,
        };
        quota_row::add(&mut reading, &row);
    }
    quota_row::tag_missing(&mut reading);
    Parsed::one(reading)
}

fn quota(text: &str) -> Option<Object<'_>> {
    under(text, QUOTA).filter(|quota| quota.has("limits"))
}

/// The JSON line under the last title of that name.
fn under<'a>(text: &'a str, title: &str) -> Option<Object<'a>> {
    let (_, rest) = text.rsplit_once(title)?;
    rest.lines().map(str::trim).find(|line| !line.is_empty()).and_then(Object::parse)
}
