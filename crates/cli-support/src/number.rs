//! Numbers as people and scripts read them.

/// Returns an integer bare and any other number with 2 places; what is not finite is `n/a`.
///
/// ```
/// use tracker_cli_support::number;
///
/// assert_eq!(number(18.0), "18");
/// assert_eq!(number(1.0 / 6.0), "0.17");
/// assert_eq!(number(f64::NAN), "n/a");
/// ```
#[must_use]
pub fn number(value: f64) -> String {
    match value {
        _ if !value.is_finite() => "n/a".to_owned(),
        _ if (value - value.round()).abs() < 1e-9 => unsigned_zero(format!("{value:.0}")),
        _ => unsigned_zero(format!("{value:.2}")),
    }
}

/// Returns a percentage (0 to 100) with 1 place, bare when that place is 0; what is not finite is `n/a`.
///
/// ```
/// use tracker_cli_support::percent;
///
/// assert_eq!(percent(41.666), "41.7%");
/// assert_eq!(percent(50.0), "50%");
/// ```
#[must_use]
pub fn percent(value: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    let text = format!("{value:.1}");
    format!("{}%", unsigned_zero(text.strip_suffix(".0").unwrap_or(&text).to_owned()))
}

/// Rounding may leave a minus before nothing but zeros; it would read as a sign of something.
fn unsigned_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| c == '0' || c == '.') => digits.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges() {
        assert_eq!(
            [-0.0, -0.001, 0.1 + 0.2, 2.999_999_999_99, -1.5, 1e15].map(number),
            ["0", "0.00", "0.30", "3", "-1.50", "1000000000000000"]
        );
        assert_eq!([-0.04, 99.96, 12.5, f64::INFINITY].map(percent), ["0%", "100%", "12.5%", "n/a"]);
    }
}
