//! Views of the local history: `entries`, `sessions` and `burn-rate` as JSON, `sessions` as CSV. They hold
//! usage and no limit.

use tracker_domain::{Fact, Reading, Tag, UsageEntry};

use super::{PROVIDER, tag_estimate};
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

const VIEWS: &[&str] = &["entries", "sessions", "burn_rate"];
const CSV_COLUMNS: &[&str] = &["start_time", "total_tokens", "total_cost", "entries_count"];
const KNOWN: &[&str] = &[
    "schema_version",
    "generated_at",
    "view",
    "source",
    "confidence",
    "plan",
    "entries",
    "sessions",
    "burn_rate",
    "summary",
    "plan_recommendation",
];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    if json::last_object(input.text)
        .is_some_and(|o| o.has_all(&["schema_version", "view"]) && o.has_any(VIEWS))
    {
        return Confidence::sure("\"schema_version\", \"view\" and its rows");
    }
    if csv(input.text).is_some() {
        return Confidence::new(90, "CSV with start_time, total_tokens, total_cost and entries_count");
    }
    Confidence::NONE
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "history");
    tag_estimate(&mut reading);
    match json::last_object(input.text) {
        Some(view) => {
            reading.observed_at = view.instant("generated_at");
            reading.plan = view.text("plan").map(Into::into);
            reading.unknown = view.unknown("", KNOWN);
            let rows =
                VIEWS.iter().find_map(|key| view.has(key).then(|| view.objects(key))).unwrap_or_default();
            reading.entries = rows.iter().map(entry).collect();
            json::tag_trimmed(&mut reading, input.text);
        }
        None => reading.entries = csv_entries(input.text),
    }
    add_totals(&mut reading);
    Parsed::one(reading)
}

fn entry(row: &Object<'_>) -> UsageEntry {
    UsageEntry {
        key: row.text_of(&["start_time", "timestamp"]).unwrap_or_default().into(),
        total_tokens: row.count("total_tokens"),
        cost_usd: row.number_of(&["total_cost", "cost_usd"]),
        percent_used: None,
        last_activity: row.text("actual_end_time").map(Into::into),
    }
}

/// The header of a CSV view and the lines after it, wherever it begins.
fn csv(text: &str) -> Option<(Vec<String>, impl Iterator<Item = &str>)> {
    let mut lines = text.lines().map(str::trim);
    let header = lines
        .by_ref()
        .map(cells)
        .find(|header| CSV_COLUMNS.iter().all(|column| header.iter().any(|cell| cell == column)))?;
    Some((header, lines))
}

fn csv_entries(text: &str) -> Vec<UsageEntry> {
    let Some((header, lines)) = csv(text) else { return Vec::new() };
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let (start, end) = (column("start_time"), column("actual_end_time"));
    let (tokens, cost) = (column("total_tokens"), column("total_cost"));
    lines
        .map(cells)
        .take_while(|row| row.len() == header.len())
        .map(|row| {
            let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).filter(|cell| !cell.is_empty());
            UsageEntry {
                key: cell(start).cloned().unwrap_or_default(),
                total_tokens: cell(tokens).and_then(|text| text.parse().ok()),
                cost_usd: cell(cost).and_then(|text| text.parse().ok()).filter(|x: &f64| x.is_finite()),
                percent_used: None,
                last_activity: cell(end).cloned(),
            }
        })
        .collect()
}

/// No history has more columns; what stands behind them is one cell.
const MAX_CELLS: usize = 64;

/// The cells of a line; quotes protect commas and double themselves. A line break within a cell is not read.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => push(&mut cells, '"'),
            '"' => quoted = !quoted,
            ',' if !quoted && cells.len() < MAX_CELLS => cells.push(String::new()),
            other => push(&mut cells, other),
        }
    }
    cells
}

fn push(cells: &mut [String], c: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(c);
    }
}

/// Sums the rows. A row without a figure makes the sum unknown.
fn add_totals(reading: &mut Reading) {
    reading.facts.insert("rows".to_owned(), Fact::Count(reading.entries.len() as u64));
    if reading.entries.is_empty() {
        reading.tag(Tag::InsufficientData);
        return;
    }
    let tokens =
        reading.entries.iter().map(|row| row.total_tokens).try_fold(0_u64, |sum, n| sum.checked_add(n?));
    let cost: Option<f64> = reading.entries.iter().map(|row| row.cost_usd).sum();
    if let Some(tokens) = tokens {
        reading.facts.insert("total_tokens".to_owned(), Fact::Count(tokens));
    }
    if let Some(cost) = cost {
        reading.facts.insert("total_cost".to_owned(), Fact::Number(cost));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Reading {
        assert!(!detect(&Input::new(text)).is_none(), "{text}");
        parse(&Input::new(text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    #[test]
    fn csv_and_json_read_alike() {
        let csv = read(
            "start_time,actual_end_time,models,total_tokens,total_cost,entries_count\n\
             2026-11-20T19:01:56+00:00,2026-11-20T19:03:51+00:00,\"a,\"\"b\"\"\",722448,3.5,6\n",
        );
        let json = read(
            r#"{"schema_version":"1.0","view":"sessions","sessions":[{"start_time":"2026-11-20T19:01:56+00:00",
            "actual_end_time":"2026-11-20T19:03:51+00:00","total_tokens":722448,"total_cost":3.5}]}"#,
        );
        assert_eq!(csv, json);
        assert_eq!(csv.facts["total_tokens"], Fact::Count(722_448));
    }

    #[test]
    fn a_row_without_a_figure_makes_the_sum_unknown() {
        let reading = read(r#"{"schema_version":"1.0","view":"entries","entries":[{"total_tokens":5},{}]}"#);
        assert!(!reading.facts.contains_key("total_tokens"));
        assert_eq!(reading.facts["rows"], Fact::Count(2));
    }
}
