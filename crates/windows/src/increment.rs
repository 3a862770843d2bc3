//! Names of windows: the trailing digits count on, and their padding stays.

use std::collections::BTreeSet;

use tracker_domain::{DomainError, WindowId};

/// The name of the first window of an empty ledger.
pub const FIRST_WINDOW: &str = "W0-01";

/// Returns the name after this one: trailing digits + 1 with their padding; without digits `-1` is appended.
///
/// ```
/// use tracker_windows::increment::next;
/// let after = |name: &str| next(&name.parse()?).map(|id| id.to_string());
/// assert_eq!(after("W0-09")?, "W0-10");
/// assert_eq!(after("W0-99")?, "W0-100");
/// assert_eq!(after("W0-CHN")?, "W0-CHN-1");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
///
/// # Errors
/// [`DomainError::Identifier`] when the next name would be longer than a name may be.
pub fn next(window: &WindowId) -> Result<WindowId, DomainError> {
    let name = window.as_str();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.strip_prefix(stem).unwrap_or_default();
    if digits.is_empty() {
        return WindowId::new(format!("{name}-1"));
    }
    WindowId::new(format!("{stem}{}", add_one(digits)))
}

/// Returns the next name after `newest` that is not in use; [`FIRST_WINDOW`] when there is none yet.
///
/// ```
/// use std::collections::BTreeSet;
/// use tracker_domain::WindowId;
/// use tracker_windows::increment::next_free;
/// let used: BTreeSet<WindowId> = ["W0-20", "W0-21"].into_iter().flat_map(str::parse).collect();
/// assert_eq!(next_free(used.first(), &used)?.as_str(), "W0-22");
/// assert_eq!(next_free(None, &BTreeSet::new())?.as_str(), "W0-01");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
///
/// # Errors
/// As [`next`].
pub fn next_free(newest: Option<&WindowId>, used: &BTreeSet<WindowId>) -> Result<WindowId, DomainError> {
    let mut candidate = match newest {
        Some(window) => next(window)?,
        None => WindowId::new(FIRST_WINDOW)?,
    };
    // Every step gives a name not seen before, so this ends after at most `used.len()` steps.
    while used.contains(&candidate) {
        candidate = next(&candidate)?;
    }
    Ok(candidate)
}

/// Adds one to a number of any length, kept as text so that no length overflows.
fn add_one(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let nines = digits.len() - kept.len();
    let (head, last) = match kept.char_indices().next_back() {
        Some((at, digit)) => (kept.get(..at).unwrap_or_default(), digit.to_digit(10).unwrap_or_default()),
        None => ("", 0),
    };
    format!("{head}{}{}", last + 1, "0".repeat(nines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn padding_is_kept_and_grows_only_when_it_must() {
        for (name, expected) in [
            ("W0-00", "W0-01"),
            ("W0-19", "W0-20"),
            ("W0-099", "W0-100"),
            ("9", "10"),
            ("W1.9", "W1.10"),
            ("W0-1a", "W0-1a-1"),
        ] {
            assert_eq!(next(&name.parse().unwrap()).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn a_name_that_cannot_grow_is_refused_and_not_cut() {
        assert!(next(&"9".repeat(64).parse().unwrap()).is_err());
        assert!(next(&"x".repeat(63).parse().unwrap()).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_counter_counts(n in 0u64..1_000_000, width in 1usize..9) {
            let name: WindowId = format!("W0-{n:0width$}").parse().unwrap();
            prop_assert_eq!(next(&name).unwrap().to_string(), format!("W0-{:0width$}", n + 1));
        }
    }
}
