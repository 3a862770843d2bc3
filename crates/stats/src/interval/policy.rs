//! Statistics room: the interval the tools print, chosen by features and units.

use super::linear::is_negligible;
use super::{Fieller, Flag, Flags, Interval, IntervalName, fay_feuer, fieller, log_hc3};
use crate::diagnostics::{dispersion, lag1_autocorrelation};
use crate::error::StatsError;
use crate::level::Level;
use crate::sample::Sample;

/// Effective features below which the normal theory of the log interval is not trusted.
const FEW_FEATURES: f64 = 6.0;

/// The recommended interval.
///
/// No feature: the exact upper bound. One unit, or one unit with all the capacity: Fay-Feuer,
/// Poisson assumed. Fewer than 6 effective features, or no spread at all: the hull of
/// Fay-Feuer and log-HC3. Else log-HC3 alone. Chosen for coverage of 93 % or more in
/// simulations over Poisson and over-dispersed laws at n = 3..30.
pub(super) fn interval(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let exact = || fay_feuer::interval(sample, level);
    let notes = notes(sample, level);
    let noted = |ci: Interval| Interval { flags: ci.flags.union(notes), ..ci };
    let spread = match log_hc3::interval(sample, level) {
        Ok(spread) => spread,
        Err(
            StatsError::NoFeatures | StatsError::TooFewUnits { .. } | StatsError::OneUnitCarriesAll { .. },
        ) => return Ok(noted(exact()?)),
        Err(other) => return Err(other),
    };
    let flat = spread.standard_error.is_none_or(|se| is_negligible(se, spread.estimate));
    if sample.effective_features() >= FEW_FEATURES && !flat {
        return Ok(noted(spread));
    }
    Ok(noted(hull(spread, exact()?)))
}

/// The smallest interval that holds both; it keeps the standard error of the first.
fn hull(spread: Interval, exact: Interval) -> Interval {
    let outer = |a: Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64| Some(pick(a?, b?));
    Interval {
        lo: outer(spread.lo, exact.lo, f64::min),
        hi: outer(spread.hi, exact.hi, f64::max),
        method: IntervalName::Policy,
        ..spread
    }
}

/// What the data say against the method, whichever was chosen.
fn notes(sample: &Sample, level: Level) -> Flags {
    let unbounded = fieller(sample, level).is_ok_and(|f| !matches!(f, Fieller::Bounded { .. }));
    let autocorrelated = lag1_autocorrelation(sample).is_ok_and(|rho| rho.abs() > 0.3);
    let few = sample.effective_features();
    Flags::empty()
        .with_if(few > 0.0 && few < FEW_FEATURES, Flag::FewFeatures)
        .with_if(crate::Ratio::of(sample).max_leverage() > 0.5, Flag::OneUnitDecides)
        .with_if(dispersion(sample).is_ok_and(|phi| phi > 1.5), Flag::Overdispersed)
        .with_if(autocorrelated, Flag::Autocorrelated)
        .with_if(unbounded, Flag::FiellerUnbounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(x: &[f64], y: &[f64]) -> Interval {
        interval(&Sample::new(x, y).expect("valid"), Level::P95).expect("defined")
    }

    #[test]
    fn enough_features_give_the_log_interval() {
        let ci = policy(&[10.0, 12.0, 8.0, 9.0], &[3.0, 5.0, 2.0, 1.0]);
        assert_eq!((ci.method, ci.df), (IntervalName::LogHc3, Some(3.0)));
        assert!(!ci.flags.contains(Flag::FewFeatures));
    }

    #[test]
    fn no_feature_gives_an_upper_bound_only() {
        let ci = policy(&[5.0, 9.0, 3.0], &[0.0, 0.0, 0.0]);
        assert_eq!(ci.lo, Some(0.0));
        assert!((ci.hi.expect("bounded") - 3.688_879_454_113_936 / 17.0).abs() < 1e-12);
        assert!(ci.flags.contains(Flag::UpperBoundOnly));
    }

    #[test]
    fn one_unit_is_taken_as_poisson() {
        let ci = policy(&[10.0], &[4.0]);
        assert_eq!((ci.method, ci.standard_error), (IntervalName::FayFeuer, None));
        assert!(ci.flags.contains(Flag::PoissonAssumed));
        assert!(policy(&[0.0, 10.0], &[0.0, 8.0]).flags.contains(Flag::OneUnitDecides));
    }

    #[test]
    fn the_data_speak_against_the_method_in_flags() {
        let has = |x: &[f64], y: &[f64], flag| policy(x, y).flags.contains(flag);
        let even = [10.0; 6];
        // dispersion 1 and 2.9
        assert!(!has(&even, &[2.0, 0.0, 3.0, 1.0, 4.0, 2.0], Flag::Overdispersed));
        assert!(has(&even, &[0.0, 6.0, 1.0, 5.0, 0.0, 6.0], Flag::Overdispersed));
        // autocorrelation near -0.8 and near 0
        assert!(has(&even, &[1.0, 5.0, 1.0, 5.0, 1.0, 5.0], Flag::Autocorrelated));
        assert!(!has(&even, &[5.0, 1.0, 1.0, 5.0, 5.0, 1.0], Flag::Autocorrelated));
        // three fifths and two fifths of the capacity in one window, also without any feature
        assert!(has(&[12.0, 4.0, 4.0], &[0.0; 3], Flag::OneUnitDecides));
        assert!(!has(&[8.0, 6.0, 6.0], &[0.0; 3], Flag::OneUnitDecides));
        assert!(has(&[1.0, 2.0, 60.0], &[3.0, 1.0, 2.0], Flag::FiellerUnbounded));
    }

    #[test]
    fn few_features_give_the_wider_of_both_at_each_end() {
        let ci = policy(&[10.0, 12.0, 8.0], &[1.0, 1.0, 1.0]);
        let sample = Sample::new(&[10.0, 12.0, 8.0], &[1.0, 1.0, 1.0]).expect("valid");
        let exact = fay_feuer::interval(&sample, Level::P95).expect("defined");
        assert!(ci.lo <= exact.lo && ci.hi >= exact.hi);
        assert!(ci.flags.contains(Flag::FewFeatures) && ci.method == IntervalName::Policy);
    }

    #[test]
    fn equal_ratios_do_not_make_a_certain_interval() {
        let ci = policy(&[4.0, 8.0, 12.0], &[4.0, 8.0, 12.0]);
        assert!(ci.width().expect("bounded") > 0.5);
        assert!(ci.flags.contains(Flag::ZeroSpread));
    }
}
