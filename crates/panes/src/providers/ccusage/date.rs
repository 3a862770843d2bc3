//! The dates by which rows are ordered, in every form that a version printed.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// Returns the moment that a row's key or last activity names; a day or month counts from its beginning.
///
/// Read are `2026-01-09`, `2026-01`, `2026-01-09T10:00:00.000Z`, `Oct 05, 2025` and `May 2026`.
pub(super) fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.naive_utc());
    }
    let day = |text: &str, form: &str| NaiveDate::parse_from_str(text, form).ok();
    // A month alone is no date for chrono: its first day is put in front.
    day(text, "%Y-%m-%d")
        .or_else(|| day(text, "%b %d, %Y"))
        .or_else(|| day(&format!("1 {text}"), "%d %Y-%m"))
        .or_else(|| day(&format!("1 {text}"), "%d %b %Y"))
        .and_then(|day| day.and_hms_opt(0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_printed_form_is_ordered() {
        let forms =
            ["Oct 05, 2025", "2026-01-09", "2026-01-09T10:00:00.000Z", "2026-02", "May 2026", "May 13, 2026"];
        let moments: Vec<_> = forms.iter().map(|form| moment(form).unwrap()).collect();
        assert!(moments.is_sorted(), "{moments:?}");
        for none in ["", "session-alpha", "2026/11/20/rollout-2026", "2026-13-01", "2026", "W0-19"] {
            assert_eq!(moment(none), None, "{none}");
        }
    }
}
