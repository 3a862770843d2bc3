//! Instants as numbers and texts name them, within the years that a row can hold.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

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

/// Returns the milliseconds since 1970 of a text like `2026-11-20T10:00:00.500Z`, which all clients write: many times
/// faster than any text in RFC 3339. `None` for every other.
pub(crate) fn as_clients_write(text: &str) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', clock @ .., b'Z'] = text.as_bytes() else {
        return None;
    };
    let [h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1, f2, f3] = clock else { return None };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_u32, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + u32::from(**digit - b'0'))
        })
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)?;
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?);
    let at = day.and_hms_milli_opt(hour, minute, second, number(&[f1, f2, f3])?)?;
    Some(at.and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_clients_write_is_read_at_once() {
        assert_eq!(as_clients_write("2026-11-20T10:00:00.500Z"), Some(1_795_168_800_500));
        for other in [
            "2026-11-20T10:00:00Z",
            "2026-02-30T10:00:00.500Z",
            "2026-11-20T24:00:00.500Z",
            "2026-11-20T10:00:00.5x0Z",
            "+026-11-20T10:00:00.500Z",
            "2026-11-20T10:00:00.500+01:00",
        ] {
            assert_eq!(as_clients_write(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_name_one_instant(text in "[0-2][09][0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{3}Z") {
            let slow = of_text(&text).map(|at| at.timestamp_millis());
            if let Some(fast) = as_clients_write(&text) {
                prop_assert_eq!(Some(fast), slow);
            }
        }
    }

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
