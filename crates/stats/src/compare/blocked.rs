//! Statistics room: two arms that worked side by side in the same blocks of time.

use super::two_arms::LogRatio;
use crate::error::StatsError;
use crate::level::Level;
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::leave_one_out_shifts;

/// Compares two arms whose units are paired by block: unit i of both is what they did in block i.
///
/// A block is a stretch of time that treats both arms alike: one work window, or one reset period
/// of the bar. What makes a block good or bad for both cancels: the variance of ln E_a - ln E_b is
/// the sum over blocks of (d_a - d_b)^2, where d is by how much leaving the block out moves ln E
/// (to first order). Without the cross terms it is [`log_ratio`](crate::log_ratio)'s HC3 variance.
/// Degrees of freedom: blocks - 1 (cluster-robust HC3: Bell and McCaffrey 2002). A block in which
/// one arm did not work has capacity 0 and no features there.
///
/// # Errors
/// [`StatsError::LengthsDiffer`] for unequal numbers of blocks; [`StatsError::TooFewUnits`] below 2
/// blocks; [`StatsError::NoFeatures`]; [`StatsError::OneUnitCarriesAll`]; [`StatsError::Undefined`]
/// where nothing varies.
///
/// ```
/// use tracker_stats::{Level, Sample, blocked_log_ratio, log_ratio};
/// // weeks of very different luck, the same for both arms
/// let a = Sample::new(&[10.0; 5], &[2.0, 9.0, 4.0, 12.0, 6.0])?;
/// let b = Sample::new(&[10.0; 5], &[1.0, 7.0, 3.0, 9.0, 4.0])?;
/// let (paired, apart) = (blocked_log_ratio(&a, &b, Level::P95)?, log_ratio(&a, &b, Level::P95)?);
/// assert!(paired.p_value < 0.01 && apart.p_value > 0.3);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn blocked_log_ratio(a: &Sample, b: &Sample, level: Level) -> Result<LogRatio, StatsError> {
    if a.len() != b.len() {
        return Err(StatsError::LengthsDiffer { capacity: a.len(), weight: b.len(), weight_sq: b.len() });
    }
    a.at_least(2)?;
    let (a, b) = (Ratio::of(a), Ratio::of(b));
    if a.estimate() == 0.0 || b.estimate() == 0.0 {
        return Err(StatsError::NoFeatures);
    }
    let (of_a, of_b) = (leave_one_out_shifts(&a)?, leave_one_out_shifts(&b)?);
    let variance = of_a
        .iter()
        .zip(&of_b)
        .map(|(d_a, d_b)| (d_a / a.estimate() - d_b / b.estimate()).powi(2))
        .sum::<f64>();
    LogRatio::from_moments(a.estimate().ln() - b.estimate().ln(), variance, a.len() as f64 - 1.0, level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::log_ratio;

    fn arm(x: &[f64], y: &[f64]) -> Sample {
        Sample::new(x, y).expect("valid")
    }

    #[test]
    fn blocks_of_one_arm_each_give_the_variance_of_separate_arms() {
        let (x, y) = ([9.0, 11.0, 10.0], [3.0, 2.0, 4.0]);
        let (v, w) = ([8.0, 12.0, 10.0], [1.0, 2.0, 1.0]);
        let apart = log_ratio(&arm(&x, &y), &arm(&v, &w), Level::P95).expect("defined");
        let zeros = [0.0; 3];
        let a = arm(&[x, zeros].concat(), &[y, zeros].concat());
        let b = arm(&[zeros, v].concat(), &[zeros, w].concat());
        let blocked = blocked_log_ratio(&a, &b, Level::P95).expect("defined");
        assert!((blocked.standard_error / apart.standard_error - 1.0).abs() < 1e-12);
        assert_eq!(blocked.df, 5.0);
    }

    #[test]
    fn proportional_arms_have_nothing_that_varies() {
        let a = arm(&[10.0; 3], &[2.0, 4.0, 6.0]);
        let b = arm(&[10.0; 3], &[1.0, 2.0, 3.0]);
        assert!(matches!(blocked_log_ratio(&a, &b, Level::P95), Err(StatsError::Undefined(_))));
    }

    #[test]
    fn what_cannot_be_paired_is_refused() {
        let (two, three) = (arm(&[1.0; 2], &[1.0, 2.0]), arm(&[1.0; 3], &[1.0, 2.0, 1.0]));
        assert!(matches!(blocked_log_ratio(&two, &three, Level::P95), Err(StatsError::LengthsDiffer { .. })));
        let one = arm(&[1.0], &[1.0]);
        assert!(matches!(blocked_log_ratio(&one, &one, Level::P95), Err(StatsError::TooFewUnits { .. })));
        let none = arm(&[1.0; 2], &[0.0; 2]);
        assert_eq!(blocked_log_ratio(&two, &none, Level::P95), Err(StatsError::NoFeatures));
        let lone = arm(&[4.0, 0.0], &[1.0, 0.0]);
        let refused = blocked_log_ratio(&two, &lone, Level::P95);
        assert!(matches!(refused, Err(StatsError::OneUnitCarriesAll { .. })), "{refused:?}");
    }
}
