//! The table that ccusage draws. Only its line of totals is read: rows wrap and cut their cells.

use tracker_domain::{Reading, Tag};

use super::{PROVIDER, facts};
use crate::{Confidence, Ctx, Input, Parsed};

/// U+2502, which parts the cells.
const BAR: char = '\u{2502}';

/// First cells of the header, by report.
const FIRST: &[&str] = &["Date", "Week", "Month", "Session", "Block Start", "Block", "Period"];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    match header(input.text) {
        Some(_) => Confidence::new(85, "a table with a date or session, tokens and cost"),
        None => Confidence::NONE,
    }
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "table");
    let totals = input.text.lines().rev().filter_map(cells).find(|row| row.first() == Some(&"Total"));
    if let (Some(header), Some(totals)) = (header(input.text), totals) {
        let cell = |names: &[&str]| {
            let at = header.iter().position(|name| names.contains(&name.as_str()))?;
            totals.get(at).copied().filter(|text| !text.is_empty())
        };
        for (name, columns) in COUNTS {
            let text = cell(columns);
            let value = text.and_then(whole);
            if text.is_some() && value.is_none() {
                reading.tag(Tag::Truncated((*name).to_owned()));
            }
            facts::count(&mut reading, name, value);
        }
        // Cents of a sum that was rounded for show.
        let cost =
            cell(&["Cost (USD)", "Cost"]).and_then(|text| text.strip_prefix('$')).map(|t| t.replace(',', ""));
        let cost = cost.and_then(|text| text.parse().ok()).filter(|x: &f64| x.is_finite());
        facts::number(&mut reading, "total_cost", cost);
    }
    if !reading.facts.contains_key("total_tokens") {
        reading.tag(Tag::InsufficientData);
    }
    Parsed::one(reading)
}

/// Counts of the line of totals: flat name and column.
const COUNTS: &[(&str, &[&str])] = &[
    ("total_tokens", &["Total Tokens", "Tokens"]),
    ("input_tokens", &["Input"]),
    ("output_tokens", &["Output"]),
    ("cache_creation_input_tokens", &["Cache Create"]),
    ("cache_read_input_tokens", &["Cache Read"]),
];

/// The header's cells, their wrapped lines joined; `None` when the text has no such table.
fn header(text: &str) -> Option<Vec<String>> {
    let mut joined: Vec<String> = Vec::new();
    for line in text.lines() {
        match cells(line) {
            Some(row) if joined.is_empty() => {
                if row.first().is_some_and(|first| FIRST.contains(first)) {
                    joined = row.into_iter().map(ToOwned::to_owned).collect();
                }
            }
            Some(row) => {
                for (cell, more) in joined.iter_mut().zip(row).filter(|(_, more)| !more.is_empty()) {
                    cell.push(' ');
                    cell.push_str(more);
                }
            }
            None if joined.is_empty() => {}
            None => break,
        }
    }
    let has_cost = joined.iter().any(|cell| cell.starts_with("Cost"));
    // A narrow table leaves the totals of tokens out and keeps their parts.
    let has_tokens = joined.iter().any(|cell| cell.ends_with("Tokens") || cell == "Input");
    (has_cost && has_tokens).then_some(joined)
}

/// The cells of a line between bars, or `None` for a rule and for text around the table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix(BAR)?;
    let inner = inner.strip_suffix(BAR).unwrap_or(inner);
    Some(inner.split(BAR).map(str::trim).collect())
}

/// A whole number with or without commas.
fn whole(text: &str) -> Option<u64> {
    text.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::Fact;

    fn read(text: &str) -> Reading {
        let text = text.replace('|', "\u{2502}");
        assert!(!detect(&Input::new(&text)).is_none(), "{text}");
        parse(&Input::new(&text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    const HEAD: &str =
        "| Date | Input |  Total | Cost (USD) |\n|      |       | Tokens |            |\n-----\n";

    #[test]
    fn the_line_of_totals_is_read_by_its_columns() {
        let reading = read(&format!(
            "{HEAD}| 2026 |     1 |  5,000 |      $9.99 |\n-----\n| Total | 124,152 | 1,271,540 | $1,001.59 |\n"
        ));
        assert_eq!(reading.facts["total_tokens"], Fact::Count(1_271_540));
        assert_eq!(reading.facts["input_tokens"], Fact::Count(124_152));
        assert_eq!(reading.facts["total_cost"], Fact::Number(1001.59));
    }

    #[test]
    fn a_cell_that_is_cut_is_unknown_and_a_table_without_totals_says_so() {
        let cut = read(&format!("{HEAD}| Total | 124,152 | 1,271\u{2026} | $1.59 |\n"));
        assert!(
            !cut.facts.contains_key("total_tokens") && cut.has(&Tag::Truncated("total_tokens".to_owned()))
        );
        let narrow = read("| Date | Input | Cost (USD) |\n-----\n| Total | 124,152 | $1.59 |\n");
        assert!(narrow.has(&Tag::InsufficientData) && narrow.facts["total_cost"] == Fact::Number(1.59));
        let open = read(&format!("{HEAD}| 2026 | 1 | 530 | $0.46 |\n"));
        assert!(open.facts.is_empty() && open.has(&Tag::InsufficientData));
    }
}
