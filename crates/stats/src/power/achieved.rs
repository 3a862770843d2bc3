//! Statistics room: power at the present number of units.

use super::noncentral::noncentral_t_cdf;
use crate::error::{StatsError, require};
use crate::quantile::t_quantile;
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::{Hc, standard_error};

/// What a two-sided t test of the present sample can see.
///
/// The test asks whether E differs from a fixed reference by `effect`; its standard error is
/// the interval's own (HC3) and its degrees of freedom are n - 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Power {
    standard_error: f64,
    df: f64,
}

impl Power {
    /// Takes the standard error and degrees of freedom of a sample.
    ///
    /// # Errors
    /// [`StatsError::TooFewUnits`], [`StatsError::OneUnitCarriesAll`], and
    /// [`StatsError::Undefined`] where the units have no spread, so that no error is known.
    pub fn of(sample: &Sample) -> Result<Self, StatsError> {
        let ratio = Ratio::of(sample);
        let standard_error = standard_error(&ratio, Hc::Hc3)?;
        if standard_error <= 1e-9 * ratio.estimate() {
            return Err(StatsError::Undefined("power: the units have no spread"));
        }
        Ok(Self { standard_error, df: ratio.len() as f64 - 1.0 })
    }

    /// Probability of a two-sided test at `alpha` to reject when E is off by `effect`, from the
    /// noncentral t law with noncentrality effect / SE (Johnson, Kotz and Balakrishnan 1995;
    /// the same as R's `power.t.test(strict = TRUE)` for one sample).
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for an effect that is negative or not finite, or an alpha
    /// outside 1e-6..=0.5.
    pub fn at(&self, effect: f64, alpha: f64) -> Result<f64, StatsError> {
        require(effect.is_finite() && effect >= 0.0, "effect", effect, "a finite number from 0")?;
        require((1e-6..=0.5).contains(&alpha), "alpha", alpha, "1e-6..=0.5")?;
        Ok(self.rejection(effect, t_quantile(1.0 - alpha / 2.0, self.df)))
    }

    /// The smallest absolute effect that reaches `power` with a two-sided test at `alpha`, in
    /// features per unit of capacity.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a power outside (alpha, 0.999] or an alpha outside
    /// 1e-6..=0.5.
    pub fn minimum_detectable_effect(&self, power: f64, alpha: f64) -> Result<f64, StatsError> {
        require((1e-6..=0.5).contains(&alpha), "alpha", alpha, "1e-6..=0.5")?;
        require(power > alpha && power <= 0.999, "power", power, "more than alpha, at most 0.999")?;
        let critical = t_quantile(1.0 - alpha / 2.0, self.df);
        let (mut low, mut high) = (0.0, self.standard_error);
        while self.rejection(high, critical) < power {
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if self.rejection(middle, critical) < power { low = middle } else { high = middle }
        }
        Ok(high)
    }

    fn rejection(&self, effect: f64, critical: f64) -> f64 {
        // Beyond a thousand standard errors the answer is 1 in every digit.
        let delta = (effect / self.standard_error).min(1e3 * critical.max(1.0));
        let upper = 1.0 - noncentral_t_cdf(critical, self.df, delta);
        let lower = noncentral_t_cdf(-critical, self.df, delta);
        (upper + lower).min(1.0)
    }
}

/// Returns the power to detect an absolute difference of `effect` in E at the present number of
/// units, two-sided at 0.05.
///
/// # Errors
/// As [`Power::of`] and [`Power::at`].
///
/// ```
/// use tracker_stats::{Sample, achieved_power};
/// let sample = Sample::new(
///     &[18.0, 7.0, 21.0, 19.0, 7.0, 13.0, 6.0, 7.0],
///     &[3.0, 3.0, 6.0, 8.0, 3.0, 4.0, 3.0, 0.0],
/// )?;
/// let power = achieved_power(&sample, 0.10)?;
/// assert!(0.35 < power && power < 0.45);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn achieved_power(sample: &Sample, effect: f64) -> Result<f64, StatsError> {
    Power::of(sample)?.at(effect, 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power() -> Power {
        let x = [18.0, 7.0, 21.0, 19.0, 7.0, 13.0];
        Power::of(&Sample::new(&x, &[3.0, 3.0, 6.0, 8.0, 3.0, 4.0]).expect("valid")).expect("spread")
    }

    #[test]
    fn no_effect_is_found_as_often_as_alpha_says() {
        assert!((power().at(0.0, 0.05).expect("valid") - 0.05).abs() < 1e-7);
        assert!((power().at(1e6, 0.05).expect("valid") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_minimum_detectable_effect_has_the_power_asked_for() {
        let effect = power().minimum_detectable_effect(0.8, 0.05).expect("valid");
        assert!((power().at(effect, 0.05).expect("valid") - 0.8).abs() < 1e-8);
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        let flat = Sample::new(&[4.0, 8.0], &[1.0, 2.0]).expect("valid");
        assert!(matches!(Power::of(&flat), Err(StatsError::Undefined(_))));
        for (effect, alpha) in [(-0.1, 0.05), (f64::NAN, 0.05), (0.1, 0.0), (0.1, f64::NAN)] {
            assert!(power().at(effect, alpha).is_err());
        }
        assert!(power().minimum_detectable_effect(0.01, 0.05).is_err());
    }
}
