//! A weekly summary made from the daily rows of a ccusage report.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use tracker_cli_support::CliError;
use tracker_domain::{Fact, Reading, UsageEntry};

/// Keeps the days of the week (Monday first) of the newest day that is not after the capture, and sums them.
///
/// # Errors
/// Failed: the report has no daily rows.
pub(crate) fn derive(reading: &mut Reading, captured_at: DateTime<Utc>) -> Result<(), CliError> {
    let today = captured_at.date_naive() + TimeDelta::days(1);
    let dated: Vec<(NaiveDate, UsageEntry)> =
        reading.entries.iter().filter_map(|entry| Some((day(&entry.key)?, entry.clone()))).collect();
    let Some(newest) = dated.iter().map(|(date, _)| *date).filter(|date| *date <= today).max() else {
        return Err(CliError::failed("the report holds no daily rows to make a week of")
            .hint("give the JSON of a daily report, or leave out --derive"));
    };
    let monday = newest - TimeDelta::days(i64::from(newest.weekday().num_days_from_monday()));
    let week = monday..=monday + TimeDelta::days(6);
    reading.entries =
        dated.into_iter().filter(|(date, _)| week.contains(date)).map(|(_, entry)| entry).collect();
    let tokens: u64 = reading.entries.iter().filter_map(|entry| entry.total_tokens).sum();
    reading.facts.insert("total_tokens".to_owned(), Fact::Count(tokens));
    reading.facts.insert("rows".to_owned(), Fact::Count(reading.entries.len() as u64));
    reading.facts.insert("week".to_owned(), Fact::Text(monday.to_string()));
    let costs: Vec<f64> = reading.entries.iter().filter_map(|entry| entry.cost_usd).collect();
    if costs.len() == reading.entries.len() {
        reading.facts.insert("total_cost".to_owned(), Fact::Number(costs.iter().sum()));
    } else {
        reading.facts.remove("total_cost");
    }
    Ok(())
}

/// Reads a day as ccusage prints it: ISO, or "Oct 05, 2025".
fn day(key: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(key, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(key, "%b %d, %Y")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_the_days_of_the_newest_monday_to_sunday() {
        let mut reading = Reading::new("ccusage".parse().unwrap(), "daily");
        for (key, tokens) in [("2026-11-15", 7), ("2026-11-16", 10), ("Nov 20, 2026", 5)] {
            reading.entries.push(UsageEntry {
                key: key.into(),
                total_tokens: Some(tokens),
                ..UsageEntry::default()
            });
        }
        derive(&mut reading, "2026-11-20T12:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(reading.facts["total_tokens"], Fact::Count(15));
        assert_eq!(reading.entries.len(), 2);
        let mut empty = Reading::new("ccusage".parse().unwrap(), "daily");
        assert!(derive(&mut empty, "2026-11-20T12:00:00Z".parse().unwrap()).is_err());
    }
}
