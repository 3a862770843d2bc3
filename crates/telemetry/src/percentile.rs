//! Exact percentiles by linear interpolation between order statistics.

/// Returns the quantile `q` (0 to 1) of whole numbers, by linear interpolation between the two order statistics around
/// rank `q (n - 1)` (Hyndman and Fan 1996, type 7, as numpy and R default to); `None` without values.
///
/// Reorders `values`, takes time in proportion to their number and no memory.
///
/// ```
/// use tracker_telemetry::percentile;
/// assert_eq!(percentile(&mut [30, 10, 20, 40], 0.5), Some(25.0));
/// assert_eq!(percentile(&mut [], 0.5), None);
/// ```
#[must_use]
pub fn percentile(values: &mut [u64], q: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let rank = q.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the last index")]
    let below = (rank.floor() as usize).min(last);
    let (_, low, above) = values.select_nth_unstable(below);
    let low = *low as f64;
    let high = above.iter().min().map_or(low, |high| *high as f64);
    Some(low + (high - low) * (rank - rank.floor()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_a_sort(mut values in prop::collection::vec(0u64..1_000_000, 1..200), q in 0.0f64..=1.0) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let rank = q * (sorted.len() - 1) as f64;
            let (low, high) = (sorted[rank.floor() as usize] as f64, sorted[rank.ceil() as usize] as f64);
            let want = low + (high - low) * rank.fract();
            let found = percentile(&mut values, q).unwrap();
            prop_assert!((found - want).abs() <= 1e-9 * want.max(1.0), "{} {}", found, want);
        }
    }
}
