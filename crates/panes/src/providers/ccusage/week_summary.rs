//! Summaries of one week, day or session set as earlier tools wrote them:
//! `{"view":"weekly","currentWeek":{...}}`, and flat rows
//! `{"scope":"weekly","percent_used":...,"reset_at":...}`. No released ccusage prints them.

use tracker_domain::{Reading, Tag};

use super::facts::{self, Scope};
use super::{PROVIDER, row};
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

const KNOWN: &[&str] = &["view", "scope", "generated_at", "resetAt", "reset_at", "currentWeek", "plan"];
const KNOWN_IN_WEEK: &[&str] = &["startDate", "endDate", "tokensRemaining", "tokens_remaining"];
const PERCENT: &[&str] = &["percentUsed", "percent_used"];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    match json::last_object(input.text) {
        Some(summary) if summary.object("currentWeek").is_some_and(|week| week.has_any(PERCENT)) => {
            Confidence::new(95, "\"currentWeek\" with a percentage")
        }
        Some(summary) if scope_of(&summary).is_some() && summary.has_any(PERCENT) => {
            Confidence::new(80, "\"scope\" and a percentage")
        }
        _ => Confidence::NONE,
    }
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "week-summary");
    let Some(summary) = json::last_object(input.text) else {
        reading.tag(Tag::InsufficientData);
        return Parsed::one(reading);
    };
    let week = summary.object("currentWeek").unwrap_or_else(|| summary.clone());
    let scope =
        if summary.has("currentWeek") { Scope::Weekly } else { scope_of(&summary).unwrap_or(Scope::Weekly) };
    reading.observed_at = summary.instant("generated_at");
    let plan = summary.object("plan").unwrap_or_default();
    reading.plan = plan.text("name").map(Into::into);
    let mut entry = row::entry(&week);
    if let Some(start) = week.text("startDate") {
        entry.key = start.into();
    }
    reading.entries.push(entry);
    facts::add_entries(&mut reading, scope);
    facts::count(&mut reading, "total_tokens", row::tokens(&week));
    facts::number(&mut reading, "total_cost", row::cost(&week));
    facts::number(&mut reading, "percent_used", row::percent(&week));
    facts::count(&mut reading, "tokens_remaining", week.count_of(&["tokensRemaining", "tokens_remaining"]));
    facts::count(&mut reading, "token_limit", plan.count("weeklyTokenLimit"));
    let reset = summary.text_of(&["resetAt", "reset_at"]);
    facts::add_meter(&mut reading, scope, row::percent(&week), reset.as_deref());
    let known = [KNOWN, KNOWN_IN_WEEK, row::KNOWN].concat();
    reading.unknown = summary.unknown("", &known);
    if summary.has("currentWeek") {
        reading.unknown.extend(week.unknown("currentWeek.", &known));
    }
    json::tag_trimmed(&mut reading, input.text);
    Parsed::one(reading)
}

fn scope_of(summary: &Object<'_>) -> Option<Scope> {
    summary.text_of(&["scope", "view"]).and_then(|word| Scope::of(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::{Fact, MeterId};

    fn read(text: &str) -> Reading {
        assert!(!detect(&Input::new(text)).is_none(), "{text}");
        parse(&Input::new(text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    #[test]
    fn a_week_with_a_percentage_is_a_weekly_meter() {
        for text in [
            r#"{"view":"weekly","resetAt":"2025-10-25T21:11:00Z","currentWeek":{"startDate":"2025-10-19",
            "percentUsed":9.2,"tokensUsed":987654321}}"#,
            r#"{"scope":"weekly","reset_at":"2025-10-25T21:11:00Z","percent_used":9.2,"total_tokens":987654321}"#,
        ] {
            let reading = read(text);
            let meter = reading.meter(&MeterId::WEEKLY).unwrap();
            assert_eq!(meter.used_amount(), Some(9.2));
            assert_eq!(meter.resets_raw.as_deref(), Some("2025-10-25T21:11:00Z"));
            assert_eq!(reading.facts["total_tokens"], Fact::Count(987_654_321));
        }
    }

    #[test]
    fn a_day_with_a_percentage_is_no_weekly_meter() {
        let reading = read(r#"{"scope":"daily","date":"2025-10-19","percent_used":12.5,"total_tokens":5}"#);
        assert!(reading.meters.is_empty());
        assert_eq!(reading.facts["percent_used"], Fact::Number(12.5));
    }
}
