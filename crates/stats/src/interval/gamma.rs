//! Statistics room: the gamma posterior of a Poisson rate.

use super::{Flag, Flags, Interval, IntervalName};
use crate::error::{StatsError, finite};
use crate::level::Level;
use crate::quantile::{beta_cdf, gamma_quantile};
use crate::sample::Sample;

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
/// [`StatsError::Undefined`] where the counts exceed what the incomplete beta function can do.
///
/// ```
/// use tracker_stats::{GammaPosterior, Sample, probability_greater};
/// let a = GammaPosterior::of(&Sample::new(&[10.0], &[5.0])?);
/// assert!((probability_greater(a, a)? - 0.5).abs() < 1e-12);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn probability_greater(a: GammaPosterior, b: GammaPosterior) -> Result<f64, StatsError> {
    finite(beta_cdf(b.shape, a.shape, b.rate / (a.rate + b.rate)), "the posterior overflows")
        .map(|p| p.clamp(0.0, 1.0))
}
