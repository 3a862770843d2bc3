//! Which meter a label or a duration means: identity by length and label, never by place.

use tracker_domain::MeterId;

/// Minutes of five hours.
pub const FIVE_HOURS: u32 = 300;
/// Minutes of a week.
pub const WEEK: u32 = 7 * 24 * 60;
/// Minutes of a 30-day month.
pub const MONTH: u32 = 30 * 24 * 60;

/// Returns the id of the meter whose window is `minutes` long.
///
/// Lengths count within 5 %, as the clients do that name them ("Monthly" for 28 to 31 days).
///
/// ```
/// use tracker_panes::meter_name::by_minutes;
/// assert_eq!(by_minutes(300).as_str(), "5h");
/// assert_eq!(by_minutes(10_079).as_str(), "weekly");
/// assert_eq!(by_minutes(44_640).as_str(), "monthly");
/// assert_eq!(by_minutes(60).as_str(), "1h");
/// assert_eq!(by_minutes(95).as_str(), "95m");
/// ```
#[must_use]
pub fn by_minutes(minutes: u32) -> MeterId {
    let near = |want: u32| minutes.abs_diff(want) <= want / 20;
    match minutes {
        _ if near(FIVE_HOURS) => MeterId::FIVE_HOURS,
        _ if near(WEEK) => MeterId::WEEKLY,
        _ if near(MONTH) => MeterId::MONTHLY,
        _ if near(24 * 60) => MeterId::slug("daily"),
        _ if near(365 * 24 * 60) => MeterId::slug("annual"),
        _ if minutes > 0 && minutes.is_multiple_of(60) => MeterId::slug(&format!("{}h", minutes / 60)),
        _ => MeterId::slug(&format!("{minutes}m")),
    }
}

/// Returns the length that a limit's label names, in minutes; `None` when it names none.
///
/// ```
/// use tracker_panes::meter_name::minutes_of_label;
/// assert_eq!(minutes_of_label("5h limit"), Some(300));
/// assert_eq!(minutes_of_label("Luna Reserve Weekly limit"), Some(10_080));
/// assert_eq!(minutes_of_label("Usage limit"), None);
/// ```
#[must_use]
pub fn minutes_of_label(label: &str) -> Option<u32> {
    label.split([' ', '-']).find_map(|word| match word.to_ascii_lowercase().as_str() {
        "hourly" | "1h" => Some(60),
        "daily" | "24h" => Some(24 * 60),
        "weekly" | "week" => Some(WEEK),
        "monthly" => Some(MONTH),
        "annual" => Some(365 * 24 * 60),
        other => other.strip_suffix('h').and_then(|h| h.parse::<u32>().ok()).and_then(|h| h.checked_mul(60)),
    })
}

/// Returns the id of a meter of `minutes` that counts only `scope`: `weekly:opus`, `5h:spark`.
///
/// ```
/// use tracker_panes::meter_name::{WEEK, scoped};
/// assert_eq!(scoped(WEEK, "Opus").as_str(), "weekly:opus");
/// ```
#[must_use]
pub fn scoped(minutes: u32, scope: &str) -> MeterId {
    MeterId::scoped(&by_minutes(minutes), scope)
}
