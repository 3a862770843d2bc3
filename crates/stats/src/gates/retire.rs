//! Statistics room: the gate that retires an arm, valid at every look.

use super::verdict::{Verdict, shortage};
use crate::compare::log_ratio;
use crate::error::{StatsError, require};
use crate::level::Level;
use crate::sample::Sample;

/// One-sided error probability over all arms and all looks.
const ALPHA: f64 = 0.05;
/// Units each arm needs.
const UNITS: usize = 8;
/// Number of units at which the bound is tightest.
const TIGHTEST_AT: f64 = 20.0;

/// Answer of the retirement gate.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Retirement {
    /// Whether to retire the arm.
    pub verdict: Verdict,
    /// (ln E_leader - ln E_arm) / standard error; `None` where there are too few data to ask.
    pub statistic: Option<f64>,
    /// What the statistic must reach.
    pub bound: f64,
}

/// Asks whether an arm may be retired in favour of the leader among `arms` arms.
///
/// The log ratio over its HC3 standard error must pass the boundary of an asymptotic confidence
/// sequence, so that the answer may be asked for after every window. At least 8 units and 6
/// effective features in each arm; alpha = 0.05 shared by `arms` - 1 comparisons; with unequal
/// arms the smaller number of units counts.
///
/// # Errors
/// [`StatsError::Parameter`] for fewer than 2 arms; those of [`log_ratio`] where there are
/// enough data but no spread.
///
/// ```
/// use tracker_stats::{Sample, Verdict, retire};
/// let y = |high: f64| [high, high + 1.0, high, high - 1.0, high, high + 1.0, high, high - 1.0];
/// let arm = Sample::new(&[10.0; 8], &y(2.0))?;
/// let leader = Sample::new(&[10.0; 8], &y(6.0))?;
/// assert_eq!(retire(&arm, &leader, 2)?.verdict, Verdict::Fires);
/// assert_eq!(retire(&leader, &arm, 2)?.verdict, Verdict::Holds);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn retire(arm: &Sample, leader: &Sample, arms: u32) -> Result<Retirement, StatsError> {
    require(arms >= 2, "arms", f64::from(arms), "at least 2")?;
    let units = arm.len().min(leader.len());
    let bound = retirement_bound(units, ALPHA / f64::from(arms - 1))?;
    if let Some(missing) = shortage(arm, leader, UNITS) {
        return Ok(Retirement { verdict: Verdict::NotEnough(missing), statistic: None, bound });
    }
    let statistic = log_ratio(leader, arm, Level::P95)?.t;
    let verdict = if statistic >= bound { Verdict::Fires } else { Verdict::Holds };
    Ok(Retirement { verdict, statistic: Some(statistic), bound })
}

/// Returns the one-sided boundary m(n) of the asymptotic confidence sequence after n units
/// (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, arXiv 2103.06476), tightest near
/// n = 20:
/// m(n)^2 = 2 (n r + 1)/(n r) ln(1 + sqrt(n r + 1)/(2 alpha)),
/// r = (-2 ln 2 alpha + ln(1 - 2 ln 2 alpha)) / 20.
///
/// # Errors
/// [`StatsError::Parameter`] for no unit, or an alpha outside 1e-9..0.5.
///
/// ```
/// use tracker_stats::retirement_bound;
/// assert!((retirement_bound(20, 0.05)? - 2.78).abs() < 0.005);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn retirement_bound(units: usize, alpha: f64) -> Result<f64, StatsError> {
    require(units > 0, "units", 0.0, "at least 1")?;
    require((1e-9..0.5).contains(&alpha), "alpha", alpha, "1e-9..0.5")?;
    let log = (2.0 * alpha).ln();
    let rho_squared = (-2.0 * log + (1.0 - 2.0 * log).ln()) / TIGHTEST_AT;
    let information = units as f64 * rho_squared;
    let crossing = (1.0 + (information + 1.0).sqrt() / (2.0 * alpha)).ln();
    Ok((2.0 * (information + 1.0) / information * crossing).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_the_published_one() {
        for (n, want) in [(8, 2.89), (20, 2.78), (50, 2.82), (100, 2.89)] {
            let got = retirement_bound(n, 0.05).expect("valid");
            assert!((got - want).abs() < 0.006, "m({n}) = {got}");
        }
        let strict = retirement_bound(20, 0.025).expect("valid");
        assert!(strict > retirement_bound(20, 0.05).expect("valid"));
    }

    #[test]
    fn what_is_out_of_domain_is_refused() {
        assert!(retirement_bound(0, 0.05).is_err());
        assert!(retirement_bound(8, 0.5).is_err() && retirement_bound(8, f64::NAN).is_err());
        let arm = Sample::new(&[10.0; 8], &[1.0; 8]).expect("valid");
        assert!(retire(&arm, &arm, 1).is_err());
        assert!(retire(&arm, &arm, 2).is_err(), "no spread, no answer");
    }

    #[test]
    fn more_arms_share_the_error_probability() {
        let arm = Sample::new(&[10.0; 9], &[1.0; 9]).expect("valid");
        let few = Sample::new(&[10.0; 5], &[1.0; 5]).expect("valid");
        assert_eq!(retire(&arm, &few, 3).expect("asked").bound, retirement_bound(5, 0.025).expect("valid"));
    }

    #[test]
    fn seven_units_are_not_enough_however_clear() {
        let arm = Sample::new(&[10.0; 7], &[1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0]).expect("valid");
        let leader = Sample::new(&[10.0; 7], &[90.0; 7]).expect("valid");
        let answer = retire(&arm, &leader, 2).expect("asked");
        assert!(matches!(answer.verdict, Verdict::NotEnough(_)) && answer.statistic.is_none());
    }
}
