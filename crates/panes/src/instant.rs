//! Instants as numbers and texts name them, within the years that a row can hold.

use chrono::{DateTime, Datelike, Utc};

/// Returns an instant that RFC 3339 can write (years 0 to 9999); any other is a number that is no date.
pub(crate) fn storable(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (0..=9999).contains(&at.year()).then_some(at)
}

/// Returns the instant so many seconds after 1970.
pub(crate) fn of_seconds(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0).and_then(storable)
}

/// Returns the instant so many milliseconds after 1970.
pub(crate) fn of_millis(millis: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis).and_then(storable)
}

/// Returns the instant that a text in RFC 3339 names.
pub(crate) fn of_text(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc)).and_then(storable)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: a reset in the year 26441 was read and could not be stored.
    #[test]
    fn a_year_of_five_digits_is_no_instant() {
        assert_eq!(of_millis(772_234_900_000_000), None);
        assert_eq!(of_seconds(772_234_900_000), None);
        assert_eq!(of_seconds(-62_167_219_201), None, "a second before the year 0");
        assert_eq!(of_text("9999-12-31T23:59:59-01:00"), None, "the year 10000 in UTC");
        assert_eq!(of_seconds(253_402_300_799), of_text("9999-12-31T23:59:59Z"));
        assert!(of_millis(0).is_some());
    }
}
