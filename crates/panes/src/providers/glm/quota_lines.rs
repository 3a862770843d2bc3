//! Quota rows as a Python script prints them: `{'type': 'TOKENS_LIMIT', 'used_percent': 7.0, 'reset_time':
//! ...}`.
//!
//! Such a row does not name its window. Of two token rows whose resets lie more than five hours apart the
//! later one cannot be the five-hour window, since the earlier reset has not come yet; no other row is told
//! apart.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while1};
use nom::character::complete::{char, space0};
use nom::combinator::map;
use nom::multi::separated_list1;
use nom::sequence::{delimited, separated_pair};
use nom::{IResult, Parser};
use tracker_domain::{Reading, Tag};

use super::PROVIDER;
use super::quota_row::{self, QuotaRow};
use crate::meter_name::{FIVE_HOURS, MONTH, WEEK};
use crate::{Confidence, Ctx, Input, Parsed};

/// Rows that are looked at; a quota has three.
const MOST_ROWS: usize = 64;

const FIVE_HOURS_MS: u64 = FIVE_HOURS as u64 * 60_000;

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    if rows(input.text).next().is_some() {
        Confidence::new(90, "lines of {'type': 'TOKENS_LIMIT', ...}")
    } else {
        Confidence::NONE
    }
}

pub(super) fn parse(input: &Input<'_>, _ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "quota-lines");
    let mut found: Vec<QuotaRow> = Vec::new();
    for row in rows(input.text) {
        // The same rows printed twice are one print seen twice.
        if found.contains(&row) {
            reading.tag(Tag::MultiPaneTrimmed);
        } else if found.len() < MOST_ROWS {
            found.push(row);
        }
    }
    if infer_windows(&mut found) {
        reading.tag(Tag::Other("window-inferred".to_owned()));
    }
    for row in &found {
        quota_row::add(&mut reading, row);
    }
    quota_row::tag_missing(&mut reading);
    Parsed::one(reading)
}

/// Gives two token rows their windows when their resets tell them apart.
fn infer_windows(rows: &mut [QuotaRow]) -> bool {
    let mut tokens: Vec<&mut QuotaRow> = rows.iter_mut().filter(|row| !row.mcp).collect();
    tokens.sort_by_key(|row| row.reset_ms);
    let [earlier, later] = tokens.as_mut_slice() else { return false };
    let apart = later.reset_ms.zip(earlier.reset_ms).map(|(late, early)| late.saturating_sub(early));
    if apart.is_none_or(|ms| ms <= FIVE_HOURS_MS) {
        return false;
    }
    earlier.minutes = Some(FIVE_HOURS);
    later.minutes = Some(WEEK);
    true
}

fn rows(text: &str) -> impl Iterator<Item = QuotaRow> {
    text.lines().filter_map(|line| dict(line.trim()).ok()).filter_map(|(_, fields)| row(&fields))
}

fn row(fields: &[(&str, &str)]) -> Option<QuotaRow> {
    let field = |key| fields.iter().find(|(k, _)| *k == key).map(|(_, value)| *value);
    let label = field("type").filter(|label| label.ends_with("_LIMIT"))?;
    let mcp = label == "TIME_LIMIT";
    Some(QuotaRow {
        label: label.to_owned(),
        minutes: mcp.then_some(MONTH),
        mcp,
        percent: field("used_percent").and_then(|text| text.parse().ok()).filter(|x: &f64| x.is_finite()),
        reset_ms: field("reset_time").and_then(|text| text.parse().ok()),
        ..QuotaRow::default()
    })
}

/// A flat dictionary on one line: keys quoted, values quoted or bare.
fn dict(line: &str) -> IResult<&str, Vec<(&str, &str)>> {
    let comma = (char(','), space0);
    let pair = separated_pair(quoted, (char(':'), space0), alt((quoted, bare)));
    delimited(char('{'), separated_list1(comma, pair), char('}')).parse(line)
}

fn quoted(text: &str) -> IResult<&str, &str> {
    delimited(tag("'"), take_till(|c| c == '\''), tag("'")).parse(text)
}

fn bare(text: &str) -> IResult<&str, &str> {
    map(take_while1(|c: char| !matches!(c, ',' | '}' | '\'')), str::trim).parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::MeterId;

    fn read(rows: &[(&str, f64, &str)]) -> Reading {
        let text: String = rows
            .iter()
            .map(|(kind, pct, reset)| {
                format!("{{'type': '{kind}', 'used_percent': {pct}, 'reset_time': {reset}}}\n")
            })
            .collect();
        parse(&Input::new(&text), &Ctx::new("2026-01-01T00:00:00Z".parse().unwrap())).into_newest().unwrap()
    }

    #[test]
    fn the_later_of_two_resets_is_the_week_whichever_row_comes_first() {
        let reading = read(&[
            ("TOKENS_LIMIT", 9.0, "1784532745991"),
            ("TOKENS_LIMIT", 7.0, "1784150654841"),
            ("TIME_LIMIT", 0.0, "1786606345995"),
        ]);
        assert_eq!(reading.meter(&MeterId::WEEKLY).unwrap().used_amount(), Some(9.0));
        assert_eq!(reading.meter(&MeterId::FIVE_HOURS).unwrap().used_amount(), Some(7.0));
        assert!(reading.has(&Tag::Other("window-inferred".to_owned())));
    }

    #[test]
    fn resets_that_lie_close_tell_nothing() {
        for rows in [
            [("TOKENS_LIMIT", 9.0, "1784150654841"), ("TOKENS_LIMIT", 7.0, "1784150654999")],
            [("TOKENS_LIMIT", 9.0, "None"), ("TOKENS_LIMIT", 7.0, "1784150654841")],
        ] {
            let reading = read(&rows);
            assert!(
                reading.meter(&MeterId::WEEKLY).is_none() && reading.meter(&MeterId::FIVE_HOURS).is_none()
            );
            assert!(reading.has(&Tag::SectionMissingWeek));
        }
    }
}
