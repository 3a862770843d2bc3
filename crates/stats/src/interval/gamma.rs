//! Statistics room: the gamma posterior of a Poisson rate.

use super::{Flag, Flags, Interval, IntervalName};
use crate::error::{StatsError, finite};
use crate::level::Level;
use crate::quantile::{beta_cdf, gamma_quantile};
use crate::sample::Sample;

/// Largest shape the incomplete beta function is asked for.
const MOST_FEATURES: f64 = 5001.0;

/// Posterior of E for Poisson features under the Jeffreys prior: gamma with shape Y + 1/2 and
/// rate X (Jeffreys 1946). Too narrow when features come in clumps; not for gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaPosterior {
    shape: f64,
    rate: f64,
}

impl GammaPosterior {
    /// The posterior given a sample.
    pub fn of(sample: &Sample) -> Self {
        Self { shape: sample.total_weight() + 0.5, rate: sample.total_capacity() }
    }

    /// The equal-tailed interval; its estimate is Y/X.
    ///
    /// # Errors
    /// None for a valid sample; kept for the common shape of intervals.
    pub(super) fn interval(self, level: Level) -> Result<Interval, StatsError> {
        let end = |p: f64| Some(gamma_quantile(p, self.shape) / self.rate);
        let estimate = (self.shape - 0.5) / self.rate;
        let flags = Flags::empty().with(Flag::PoissonAssumed).with_if(estimate == 0.0, Flag::UpperBoundOnly);
        let ends = (end(level.alpha() / 2.0), end(level.upper_tail_point()));
        Ok(Interval { flags, ..Interval::new(IntervalName::Gamma, level, estimate, ends.0, ends.1) })
    }
}

/// Returns P(E_a > E_b) for two independent gamma posteriors, in closed form:
/// the incomplete beta function at X_b/(X_a+X_b) with Y_b+1/2 and Y_a+1/2 (Cook 2012).
///
/// # Errors
/// [`StatsError::Undefined`] above 5000 features in an arm, where the series of the incomplete
/// beta function no longer converges (and the normal theory of [`crate::log_ratio`] is exact).
///
/// ```
/// use tracker_stats::{GammaPosterior, Sample, probability_greater};
/// let a = GammaPosterior::of(&Sample::new(&[10.0], &[5.0])?);
/// assert!((probability_greater(a, a)? - 0.5).abs() < 1e-12);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn probability_greater(a: GammaPosterior, b: GammaPosterior) -> Result<f64, StatsError> {
    if a.shape.max(b.shape) > MOST_FEATURES {
        return Err(StatsError::Undefined("posterior: more than 5000 features"));
    }
    finite(beta_cdf(b.shape, a.shape, b.rate / (a.rate + b.rate)), "the posterior overflows")
        .map(|p| p.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantile::normal_cdf;

    fn posterior(x: f64, y: f64) -> GammaPosterior {
        GammaPosterior::of(&Sample::new(&[x], &[y]).expect("valid"))
    }

    #[test]
    fn many_features_follow_the_normal_law_of_logarithms() {
        for y in [4900.0, 4980.0, 5000.0] {
            let p = probability_greater(posterior(10.0, 5000.0), posterior(10.0, y)).expect("defined");
            let z = f64::ln(5000.5 / (y + 0.5)) / (1.0 / 5000.5 + 1.0 / (y + 0.5)).sqrt();
            assert!((p - normal_cdf(z)).abs() < 1e-4, "{y}: {p} for {}", normal_cdf(z));
        }
        assert!(probability_greater(posterior(1.0, 6000.0), posterior(1.0, 1.0)).is_err());
    }
}
