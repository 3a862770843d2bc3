//! Statistics room: dependence between neighbouring units, and blocks that remove it.

use crate::error::{StatsError, finite};
use crate::ratio::Ratio;
use crate::sample::Sample;

/// Fewest blocks that still carry an interval.
const FEWEST_BLOCKS: usize = 6;
/// Longest block.
const LONGEST_BLOCK: usize = 8;

/// Returns the lag-1 autocorrelation of the standardised residuals e/sqrt(x) in the order of
/// the sample, which must be that of time (Box and Jenkins 1976, 2.1).
///
/// Units without capacity have no standardised residual and are left out.
///
/// # Errors
/// [`StatsError::TooFewUnits`] below 3 units with capacity; [`StatsError::Undefined`] where all
/// residuals are equal.
///
/// ```
/// use tracker_stats::{Sample, lag1_autocorrelation};
/// let alternating = Sample::new(&[9.0; 6], &[1.0, 5.0, 1.0, 5.0, 1.0, 5.0])?;
/// assert!(lag1_autocorrelation(&alternating)? < -0.8);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn lag1_autocorrelation(sample: &Sample) -> Result<f64, StatsError> {
    let ratio = Ratio::of(sample);
    let scaled: Vec<f64> = sample
        .capacity()
        .iter()
        .zip(ratio.residuals())
        .filter(|(x, _)| **x > 0.0)
        .map(|(x, e)| e / x.sqrt())
        .collect();
    let n = scaled.len();
    if n < 3 {
        return Err(StatsError::TooFewUnits { needed: 3, got: n });
    }
    let mean = scaled.iter().sum::<f64>() / n as f64;
    let lagged: f64 = scaled.windows(2).map(|w| w.iter().map(|r| r - mean).product::<f64>()).sum();
    let squares: f64 = scaled.iter().map(|r| (r - mean).powi(2)).sum();
    if squares.sqrt() <= 1e-12 * sample.total_weight() {
        return Err(StatsError::Undefined("autocorrelation: the residuals do not vary"));
    }
    finite(lagged / squares, "autocorrelation: the residuals do not vary")
}

/// Returns how many consecutive units to add up so that the blocks may count as independent, or
/// `None` where blocking is not called for: autocorrelation at most 0.3, or fewer than 12 units.
///
/// The block is as long as 6 blocks allow, at most 8 (batch means: Schmeiser 1982).
///
/// ```
/// use tracker_stats::{Sample, block_size};
/// let y: Vec<f64> = (0..24).map(|i| if i % 12 < 6 { 5.0 } else { 1.0 }).collect();
/// assert_eq!(block_size(&Sample::new(&[9.0; 24], &y)?), Some(4));
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn block_size(sample: &Sample) -> Option<usize> {
    let long_enough = sample.len() >= 2 * FEWEST_BLOCKS;
    let dependent = lag1_autocorrelation(sample).is_ok_and(|rho| rho > 0.3);
    (long_enough && dependent).then(|| (sample.len() / FEWEST_BLOCKS).min(LONGEST_BLOCK))
}

/// Returns the sample of sums over consecutive units; a remainder joins the last block.
///
/// # Errors
/// [`StatsError::Parameter`] for a size of 0; [`StatsError::OutOfRange`] where a sum leaves
/// the domain.
///
/// ```
/// use tracker_stats::{Sample, block};
/// let blocked = block(&Sample::new(&[1.0, 2.0, 3.0, 4.0, 5.0], &[1.0; 5])?, 2)?;
/// assert_eq!(blocked.capacity(), [3.0, 12.0]);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn block(sample: &Sample, size: usize) -> Result<Sample, StatsError> {
    crate::error::require(size > 0, "block size", 0.0, "at least 1")?;
    let blocks = (sample.len() / size).max(1);
    let sums = |values: &[f64]| {
        let mut out = vec![0.0; blocks];
        for (i, v) in values.iter().enumerate() {
            if let Some(slot) = out.get_mut((i / size).min(blocks - 1)) {
                *slot += v;
            }
        }
        out
    };
    Sample::from_sums(&sums(sample.capacity()), &sums(sample.weight()), &sums(sample.weight_sq()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residuals_are_scaled_by_the_root_of_capacity() {
        let sample = Sample::new(&[1.0, 4.0, 9.0, 16.0], &[1.0, 2.0, 0.0, 7.0]).expect("valid");
        // scaled residuals 2/3, 1/3, -1 and 5/12
        let rho = lag1_autocorrelation(&sample).expect("defined");
        assert!((rho + 0.278_321_318_228_630_3).abs() < 1e-12, "{rho}");
    }

    #[test]
    fn weak_dependence_is_not_blocked() {
        let y: Vec<f64> = (0..24).map(|i| if i % 5 < 3 { 5.0 } else { 1.0 }).collect();
        let sample = Sample::new(&[9.0; 24], &y).expect("valid");
        assert!(lag1_autocorrelation(&sample).is_ok_and(|rho| rho > 0.1));
        assert_eq!(block_size(&sample), None);
    }

    #[test]
    fn independent_or_short_series_are_not_blocked() {
        let alternating: Vec<f64> = (0..24).map(|i| f64::from(i % 2)).collect();
        assert_eq!(block_size(&Sample::new(&[9.0; 24], &alternating).expect("valid")), None);
        let short = Sample::new(&[9.0; 6], &[5.0, 5.0, 5.0, 1.0, 1.0, 1.0]).expect("valid");
        assert_eq!(block_size(&short), None);
    }

    #[test]
    fn blocking_keeps_the_totals() {
        let sample = Sample::with_weight_squares(&[2.0; 7], &[1.5; 7], &[1.25; 7]).expect("valid");
        let blocked = block(&sample, 3).expect("blocks");
        assert_eq!(blocked.len(), 2);
        assert_eq!(blocked.total_weight_sq(), sample.total_weight_sq());
        assert!(block(&sample, 0).is_err());
        assert_eq!(block(&sample, 100).expect("one block").len(), 1);
    }
}
