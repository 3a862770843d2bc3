//! Statistics room: how many units two arms need to be told apart.

use crate::error::{StatsError, finite, require};
use crate::quantile::normal_quantile;
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::{Hc, standard_error};

/// What one arm is expected to do: its E and the relative variance of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArmPlan {
    efficiency: f64,
    relative_variance: f64,
}

impl ArmPlan {
    /// From data: E and c^2 = n HC3 / E^2.
    ///
    /// # Errors
    /// [`StatsError::NoFeatures`] and those of the HC3 standard error.
    pub fn from_sample(sample: &Sample) -> Result<Self, StatsError> {
        let ratio = Ratio::of(sample);
        if ratio.estimate() == 0.0 {
            return Err(StatsError::NoFeatures);
        }
        let relative = standard_error(&ratio, Hc::Hc3)? / ratio.estimate();
        Self::new(ratio.estimate(), ratio.len() as f64 * relative * relative)
    }

    /// From assumptions: E and c^2 = Var(y - E x) / (E mean x)^2 of one unit.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] unless E is positive and c^2 is not negative, both finite.
    pub fn new(efficiency: f64, relative_variance: f64) -> Result<Self, StatsError> {
        require(efficiency > 0.0 && efficiency.is_finite(), "efficiency", efficiency, "positive")?;
        let usable = relative_variance >= 0.0 && relative_variance.is_finite();
        require(usable, "relative variance", relative_variance, "a finite number from 0")?;
        Ok(Self { efficiency, relative_variance })
    }

    /// Poisson features at this E with this mean capacity a unit: c^2 = 1 / (E mean x).
    ///
    /// # Errors
    /// As [`ArmPlan::new`].
    pub fn poisson(efficiency: f64, mean_capacity: f64) -> Result<Self, StatsError> {
        Self::new(efficiency, 1.0 / (efficiency * mean_capacity))
    }

    /// The same arm with E changed by `effect` and the variance of a unit in proportion to E
    /// (quasi-Poisson).
    ///
    /// # Errors
    /// [`StatsError::Parameter`] where E would not stay positive.
    pub fn shifted(self, effect: f64) -> Result<Self, StatsError> {
        let to = self.efficiency + effect;
        Self::new(to, self.relative_variance * self.efficiency / to)
    }
}

/// Returns the number of units each arm needs for a two-sided test of the log ratio at `alpha`
/// to reach `power`:
/// n = ceil((z_(1-alpha/2) + z_power)^2 (c_a^2 + c_b^2) / ln(E_b/E_a)^2) + 3.
///
/// The normal sample size of two log means (Lachin 1981); the 3 pay for the t factor.
///
/// # Errors
/// [`StatsError::Undefined`] for arms of equal E; [`StatsError::Parameter`] for an alpha outside
/// 1e-6..=0.5 or a power outside 0.5..=0.999.
///
/// ```
/// use tracker_stats::{ArmPlan, required_units};
/// let (a, b) = (ArmPlan::poisson(0.3, 9.6)?, ArmPlan::poisson(0.4, 9.6)?);
/// assert_eq!(required_units(a, b, 0.05, 0.8)?, 61);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn required_units(a: ArmPlan, b: ArmPlan, alpha: f64, power: f64) -> Result<u64, StatsError> {
    require((1e-6..=0.5).contains(&alpha), "alpha", alpha, "1e-6..=0.5")?;
    require((0.5..=0.999).contains(&power), "power", power, "0.5..=0.999")?;
    let log_ratio = (b.efficiency / a.efficiency).ln();
    if log_ratio.abs() < 1e-9 {
        return Err(StatsError::Undefined("required units: the arms are equal"));
    }
    let z = normal_quantile(1.0 - alpha / 2.0) + normal_quantile(power);
    let units = z * z * (a.relative_variance + b.relative_variance) / (log_ratio * log_ratio);
    // The cast saturates far above any number of windows.
    Ok((finite(units, "required units: beyond every number")?.ceil() as u64).saturating_add(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulated units per arm for 80 % power (Poisson and NB2 with k = 2; capacities lognormal
    /// with mean 9.6 and sigma 0.6): the formula stays within 15 % or 3 units.
    #[test]
    fn the_formula_agrees_with_simulation() {
        let clumps = 0.5 * (0.36_f64).exp();
        for (from, to, poisson, nb2) in [
            (0.05, 0.15, 20.0, 29.0),
            (0.1, 0.2, 29.0, 48.0),
            (0.2, 0.3, 45.0, 111.0),
            (0.3, 0.4, 59.0, 195.0),
            (0.5, 0.6, 99.0, 437.0),
            (1.0, 1.1, 176.0, 1516.0),
        ] {
            for (extra, simulated) in [(0.0, poisson), (clumps, nb2)] {
                let plan = |e: f64| ArmPlan::new(e, 1.0 / (e * 9.6) + extra).expect("valid");
                let n = required_units(plan(from), plan(to), 0.05, 0.8).expect("valid") as f64;
                let off = (n - simulated).abs();
                assert!(off <= 3.0 || off <= 0.15 * simulated, "{from} {to}: {n} for {simulated}");
            }
        }
    }

    #[test]
    fn a_plan_from_data_has_the_variance_of_the_data() {
        let sample = Sample::new(&[10.0; 6], &[2.0, 0.0, 3.0, 1.0, 4.0, 2.0]).expect("valid");
        let plan = ArmPlan::from_sample(&sample).expect("valid");
        assert!((plan.relative_variance - 6.0 * 0.316_227_766_f64.powi(2)).abs() < 1e-8);
        let better = plan.shifted(0.1).expect("positive");
        assert!((better.relative_variance / plan.relative_variance - 0.2 / 0.3).abs() < 1e-12);
    }

    #[test]
    fn equal_arms_can_never_be_told_apart() {
        let plan = ArmPlan::poisson(0.3, 9.6).expect("valid");
        assert!(matches!(required_units(plan, plan, 0.05, 0.8), Err(StatsError::Undefined(_))));
        assert!(plan.shifted(-0.3).is_err() && ArmPlan::poisson(0.0, 9.6).is_err());
    }
}
