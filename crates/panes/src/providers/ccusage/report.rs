//! The JSON reports: `{"daily":[...],"totals":{...}}` and its siblings, of every version since 15 and of
//! @ccusage/codex.
//!
//! | scope | list | key of a row |
//! |---|---|---|
//! | blocks | `blocks` (no totals; gap rows with 0 tokens) | `id`, `startTime` |
//! | daily, weekly, monthly | `daily` (`days` by an older writer), `weekly`, `monthly` | `date`, `week`, `month`; 19 and later: `period` |
//! | session | `sessions`; 19 and later: `session` | `sessionId`; 19 and later: `period` |
//!
//! `inputTokens` include cached ones where the key is `cachedInputTokens`, and exclude them elsewhere (but
//! for Codex rows of 19). `total_tokens` is comparable across versions; the parts are not.

use tracker_domain::{Fact, Reading, Tag};

use super::facts::{self, Scope};
use super::{PROVIDER, row};
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

const LISTS: &[(&str, Scope)] = &[
    ("blocks", Scope::Blocks),
    ("daily", Scope::Daily),
    ("days", Scope::Daily),
    ("weekly", Scope::Weekly),
    ("monthly", Scope::Monthly),
    ("sessions", Scope::Session),
    ("session", Scope::Session),
];

/// Key of `daily --instances`: an object of lists by project.
const PROJECTS: &str = "projects";

const KNOWN: &[&str] = &[
    "projects",
    "blocks",
    "daily",
    "days",
    "weekly",
    "monthly",
    "sessions",
    "session",
    "totals",
    "view",
    "scope",
    "generated_at",
    "resetAt",
    "reset_at",
    "account",
    "plan",
];

/// Keys of which a row of a report has one.
const ROW_MARKS: &[&str] = &["totalTokens", "tokenCounts", "total_tokens", "costUSD", "totalCost"];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let Some((report, list, scope)) = find(input.text) else { return Confidence::NONE };
    // Other tools write views of their own, with rows of the same names.
    if report.has("schema_version") {
        return Confidence::NONE;
    }
    let rows = rows(&report, list);
    if rows.iter().any(|row| row.has("prompts_used")) {
        return Confidence::NONE;
    }
    if rows.iter().any(|row| row.has_any(ROW_MARKS)) {
        return Confidence::new(95, format!("\"{list}\" with tokens or costs"));
    }
    let bare = rows.is_empty() && (report.has("totals") || report.iter().count() == 1);
    if bare {
        Confidence::new(60, format!("an empty \"{}\" report", scope.as_str()))
    } else {
        Confidence::NONE
    }
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "report");
    let Some((report, list, scope)) = find(input.text) else {
        reading.tag(Tag::InsufficientData);
        return Parsed::one(reading);
    };
    let rows = rows(&report, list);
    let totals = report.object("totals");
    reading.observed_at = report.instant("generated_at");
    reading.plan = report.object("plan").and_then(|plan| plan.text("name")).map(Into::into);
    reading.entries = rows.iter().map(row::entry).collect();
    facts::add_entries(&mut reading, scope);
    add_totals(&mut reading, &rows, totals.as_ref());
    let percent = row::newest(&reading.entries).and_then(|newest| newest.percent_used);
    facts::add_meter(&mut reading, scope, percent, report.text_of(&["resetAt", "reset_at"]).as_deref());
    add_unknown(&mut reading, &report, list, &rows, totals.as_ref());
    json::tag_trimmed(&mut reading, input.text);
    if rows.is_empty() {
        reading.tag(Tag::InsufficientData);
    }
    Parsed::one(reading)
}

fn find(text: &str) -> Option<(Object<'_>, &'static str, Scope)> {
    let report = json::last_object(text)?;
    let found = LISTS.iter().find(|(list, _)| report.list(list).is_some());
    let by_project = || report.object(PROJECTS).map(|_| &(PROJECTS, Scope::Daily));
    let (list, scope) = found.or_else(by_project)?;
    Some((report, *list, *scope))
}

/// The rows of a list, or of all lists of a report that is split by project.
fn rows<'a>(report: &Object<'a>, list: &str) -> Vec<Object<'a>> {
    match report.object(list) {
        Some(projects) => projects.iter().flat_map(|(_, raw)| json::items(raw.get())).collect(),
        None => report.objects(list),
    }
}

/// Adds the totals that the report prints, else the sums of its rows. A row without a figure makes its sum
/// unknown.
fn add_totals(reading: &mut Reading, rows: &[Object<'_>], totals: Option<&Object<'_>>) {
    let rows_or_totals = totals.map_or(rows, std::slice::from_ref);
    if rows_or_totals.is_empty() {
        return;
    }
    facts::count(reading, "total_tokens", sum(rows_or_totals, row::tokens));
    facts::number(reading, "total_cost", rows_or_totals.iter().map(row::cost).sum());
    for (name, keys) in row::FIGURES {
        let figure = |row: &Object<'_>| {
            row.count_of(keys).or_else(|| row.object("tokenCounts").and_then(|counts| counts.count_of(keys)))
        };
        facts::count(reading, name, sum(rows_or_totals, figure));
    }
    let unpriced = totals.and_then(|totals| totals.list("unpricedModels")).unwrap_or_default();
    if !unpriced.is_empty() {
        // The cost leaves these models out: it is a lower bound.
        reading.tag(Tag::Other("unpriced-models".to_owned()));
        let names: Vec<_> = unpriced.into_iter().filter_map(json::text).collect();
        reading.facts.insert("unpriced_models".to_owned(), Fact::Text(names.join(",")));
    }
}

fn sum(rows: &[Object<'_>], figure: impl Fn(&Object<'_>) -> Option<u64>) -> Option<u64> {
    rows.iter().map(figure).try_fold(0_u64, |sum, n| sum.checked_add(n?))
}

fn add_unknown(
    reading: &mut Reading,
    report: &Object<'_>,
    list: &str,
    rows: &[Object<'_>],
    totals: Option<&Object<'_>>,
) {
    let mut unknown = report.unknown("", KNOWN);
    unknown.extend(totals.map(|totals| totals.unknown("totals.", row::KNOWN)).unwrap_or_default());
    for row in rows {
        json::list_unknown(&mut unknown, row.unknown(&format!("{list}."), row::KNOWN));
    }
    reading.unknown = unknown;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        assert!(!detect(&Input::new(text)).is_none(), "{text}");
        parse(&Input::new(text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    #[test]
    fn a_block_report_is_summed_over_its_rows() {
        let reading = read(
            r#"{"blocks":[{"id":"2026-01-09T10:00:00.000Z","isGap":false,"totalTokens":530,"costUSD":0.46,
            "tokenCounts":{"inputTokens":300,"outputTokens":125,"cacheCreationInputTokens":75,"cacheReadInputTokens":30}},
            {"id":"gap-2026-01-09T17:30:00.000Z","isGap":true,"totalTokens":0,"costUSD":0,
            "tokenCounts":{"inputTokens":0,"outputTokens":0,"cacheCreationInputTokens":0,"cacheReadInputTokens":0}}]}"#,
        );
        assert_eq!(reading.facts["rows"], Fact::Count(2));
        assert_eq!(reading.facts["total_tokens"], Fact::Count(530));
        assert_eq!(reading.facts["cache_read_input_tokens"], Fact::Count(30));
        assert!(!reading.has_numbers(), "tokens are no percentage");
    }

    #[test]
    fn costs_that_are_left_out_are_unknown_and_not_0() {
        let reading =
            read(r#"{"daily":[{"period":"2026-01-09","totalTokens":530}],"totals":{"totalTokens":530}}"#);
        assert!(!reading.facts.contains_key("total_cost"));
        let empty = read(r#"{"blocks":[]}"#);
        assert_eq!(empty.facts.get("rows"), Some(&Fact::Count(0)));
        assert!(!empty.facts.contains_key("total_tokens") && empty.has(&Tag::InsufficientData));
    }

    #[test]
    fn the_percentage_of_the_newest_day_is_kept_beside_its_reset() {
        let reading = read(
            r#"{"view":"daily","resetAt":"2025-10-20T21:11:00Z","days":[
            {"date":"2025-10-19","totalTokens":123,"percentUsed":12.5},{"date":"2025-10-18","totalTokens":654,"percentUsed":11.2}]}"#,
        );
        assert_eq!(reading.facts["percent_used"], Fact::Number(12.5));
        assert_eq!(reading.facts["latest_tokens"], Fact::Count(123));
        assert_eq!(reading.facts["reset_at"], Fact::Text("2025-10-20T21:11:00Z".to_owned()));
        assert!(reading.meters.is_empty(), "a day is no weekly bar");
    }

    #[test]
    fn a_report_by_project_has_the_rows_of_all() {
        let reading = read(
            r#"{"projects":{"a":[{"date":"2026-01-09","totalTokens":5}],"b":[{"date":"2026-01-08","totalTokens":7}]},
            "totals":{"totalTokens":12}}"#,
        );
        assert_eq!(
            (&reading.facts["rows"], &reading.facts["latest_tokens"]),
            (&Fact::Count(2), &Fact::Count(5))
        );
    }

    #[test]
    fn an_unknown_key_is_listed_once() {
        let reading =
            read(r#"{"daily":[{"date":"2026-01-09","totalTokens":1,"x":1},{"totalTokens":1,"x":2}],"y":1}"#);
        let names: Vec<_> = reading.unknown.iter().map(|u| u.name.as_str()).collect();
        assert_eq!(names, ["y", "daily.x"]);
    }
}
