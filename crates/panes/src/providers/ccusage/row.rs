//! One row of a report, whatever its version calls its fields.

use chrono::NaiveDateTime;
use tracker_domain::UsageEntry;

use super::date;
use crate::json::Object;

const TOKENS: &[&str] = &["totalTokens", "tokensUsed", "total_tokens", "tokens_used"];
const COST: &[&str] = &["totalCost", "costUSD", "total_cost", "cost_usd"];
const PERCENT: &[&str] = &["percentUsed", "percent_used"];
const KEY: &[&str] = &["period", "date", "week", "month", "sessionId", "session_id", "id"];
const ACTIVITY: &[&str] = &["lastActivity", "last_activity", "actualEndTime"];

/// Keys of rows and totals that are read or that repeat what is read per model.
pub(super) const KNOWN: &[&str] = &[
    "totalTokens",
    "tokensUsed",
    "total_tokens",
    "tokens_used",
    "totalCost",
    "costUSD",
    "total_cost",
    "cost_usd",
    "percentUsed",
    "percent_used",
    "period",
    "date",
    "week",
    "month",
    "sessionId",
    "session_id",
    "id",
    "lastActivity",
    "last_activity",
    "firstActivity",
    "actualEndTime",
    "startTime",
    "endTime",
    "isActive",
    "isGap",
    "entries",
    "tokenCounts",
    "inputTokens",
    "outputTokens",
    "cacheCreationTokens",
    "cacheReadTokens",
    "cachedInputTokens",
    "reasoningOutputTokens",
    "models",
    "modelsUsed",
    "modelBreakdowns",
    "unpricedModels",
    "agent",
    "agents",
    "metadata",
    "burnRate",
    "projection",
    "tokenLimitStatus",
    "usageLimitResetTime",
    "projectPath",
    "project",
    "sessionFile",
    "directory",
    "credits",
];

/// Figures that totals and rows share: flat name, and the keys that versions gave it.
pub(super) const FIGURES: &[(&str, &[&str])] = &[
    ("input_tokens", &["inputTokens"]),
    ("output_tokens", &["outputTokens"]),
    ("cache_creation_input_tokens", &["cacheCreationTokens", "cacheCreationInputTokens"]),
    ("cache_read_input_tokens", &["cacheReadTokens", "cacheReadInputTokens", "cachedInputTokens"]),
    ("reasoning_tokens", &["reasoningOutputTokens"]),
];

/// All tokens of a row or of totals.
pub(super) fn tokens(row: &Object<'_>) -> Option<u64> {
    row.count_of(TOKENS)
}

/// Cost of a row or of totals in US dollars.
pub(super) fn cost(row: &Object<'_>) -> Option<f64> {
    row.number_of(COST)
}

/// Percent used of a row.
pub(super) fn percent(row: &Object<'_>) -> Option<f64> {
    row.number_of(PERCENT).filter(|pct| *pct >= 0.0)
}

/// Returns the row as an entry.
pub(super) fn entry(row: &Object<'_>) -> UsageEntry {
    let metadata = row.object("metadata").unwrap_or_default();
    UsageEntry {
        key: row.text_of(KEY).unwrap_or_default().into(),
        total_tokens: tokens(row),
        cost_usd: cost(row),
        percent_used: percent(row),
        last_activity: row.text_of(ACTIVITY).or_else(|| metadata.text_of(ACTIVITY)).map(Into::into),
    }
}

/// Returns the newest entry by last activity, else by date; `None` when no entry says when it was.
pub(super) fn newest(entries: &[UsageEntry]) -> Option<&UsageEntry> {
    entries.iter().filter(|entry| when(entry).is_some()).max_by_key(|entry| when(entry))
}

fn when(entry: &UsageEntry) -> Option<NaiveDateTime> {
    entry.last_activity.as_deref().and_then(date::moment).or_else(|| date::moment(&entry.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(rows: &[&str]) -> Vec<UsageEntry> {
        rows.iter().map(|row| entry(&Object::parse(row).unwrap())).collect()
    }

    #[test]
    fn the_newest_is_the_newest_by_date_and_not_the_last() {
        let days = entries(&[
            r#"{"date":"Oct 05, 2025"}"#,
            r#"{"date":"Oct 19, 2025"}"#,
            r#"{"date":"Oct 06, 2025"}"#,
        ]);
        assert_eq!(newest(&days).unwrap().key, "Oct 19, 2025");
        let sessions = entries(&[
            r#"{"period":"b","metadata":{"lastActivity":"2026-11-20T18:53:18.979Z"}}"#,
            r#"{"sessionId":"a","lastActivity":"2026-01-10"}"#,
        ]);
        assert_eq!(newest(&sessions).unwrap().key, "b");
        assert_eq!(newest(&entries(&[r#"{"sessionId":"a"}"#])), None);
    }
}
