//! Statistics room: the bias-corrected and accelerated bootstrap interval.

use super::bootstrap::{Distribution, Resampling};
use super::{Flag, Flags, Interval, IntervalName};
use crate::error::{StatsError, finite};
use crate::level::Level;
use crate::quantile::{normal_cdf, normal_quantile};
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::jackknife;

/// A BCa interval with its two corrections.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Bca {
    /// The interval.
    pub interval: Interval,
    /// z0, the bias correction from mid-ranks.
    pub bias_correction: f64,
    /// a, the jackknife acceleration.
    pub acceleration: f64,
    /// Whether every resample was enumerated, so that no seed was used.
    pub exact: bool,
}

/// Returns the BCa interval (Efron 1987; DiCiccio and Efron 1996).
///
/// Ties count half in z0 (as in `scipy.stats.bootstrap`; the R package boot counts them not at
/// all), the acceleration is the jackknife's, quantiles are of type 1. Below about 20 units the
/// coverage is far under the level; keep it as a cross-check.
///
/// # Errors
/// [`StatsError::Undefined`] where all leave-one-out estimates are equal or a correction
/// diverges; [`StatsError::TooFewUnits`]; [`StatsError::OneUnitCarriesAll`].
///
/// ```
/// use tracker_stats::{Level, Resampling, Sample, bca};
/// let sample = Sample::new(&[16.0, 13.0, 5.0], &[9.0, 4.0, 1.0])?;
/// let result = bca(&sample, Level::P95, Resampling::default())?;
/// assert!(result.exact && result.interval.hi == Some(0.5625));
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn bca(sample: &Sample, level: Level, resampling: Resampling) -> Result<Bca, StatsError> {
    let ratio = Ratio::of(sample);
    let jack = jackknife(&ratio)?;
    let a = jack.acceleration.ok_or(StatsError::Undefined("bca: all leave-one-out estimates are equal"))?;
    let law = Distribution::of(sample, resampling);
    let mid_rank = law.mid_rank(ratio.estimate());
    if mid_rank <= 0.0 || mid_rank >= 1.0 {
        return Err(StatsError::Undefined("bca: the estimate lies outside of all resamples"));
    }
    let z0 = normal_quantile(mid_rank);
    let place = |z: f64| -> Result<f64, StatsError> {
        let shrink = 1.0 - a * (z0 + z);
        if shrink <= 0.0 {
            return Err(StatsError::Undefined("bca: the acceleration diverges"));
        }
        Ok(normal_cdf(finite(z0 + (z0 + z) / shrink, "bca: the acceleration diverges")?))
    };
    let z = normal_quantile(level.upper_tail_point());
    let [lo, hi] = law.quantiles([place(-z)?, place(z)?]);
    let flags = Flags::empty()
        .with_if(sample.len() == 2, Flag::TwoUnits)
        .with_if(ratio.max_leverage() > 0.5, Flag::OneUnitDecides);
    let interval = Interval { flags, ..Interval::new(IntervalName::Bca, level, ratio.estimate(), lo, hi) };
    Ok(Bca { interval, bias_correction: z0, acceleration: a, exact: law.is_exact() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_leave_bca_undefined() {
        let flat = Sample::new(&[4.0, 8.0, 12.0], &[1.0, 2.0, 3.0]).expect("valid");
        let result = bca(&flat, Level::P95, Resampling::default());
        assert!(matches!(result, Err(StatsError::Undefined(_))));
    }
}
