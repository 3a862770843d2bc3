//! Statistics room: the quasi-Poisson F test of two arms.

use crate::error::{StatsError, finite};
use crate::quantile::f_upper_tail;
use crate::sample::Sample;

/// A two-group regression with a log link, offset log(capacity) and one common dispersion.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QuasiPoisson {
    /// Pearson dispersion phi, common to both arms.
    pub dispersion: f64,
    /// Fall of the deviance by telling the arms apart, over phi.
    pub f: f64,
    /// Residual degrees of freedom, units - 2; the other are 1.
    pub df: f64,
    /// Probability of an F at least as large when the arms are equal.
    pub p_value: f64,
}

/// Tests two arms for equal E by the quasi-Poisson F (McCullagh and Nelder 1989, 4.5.3; R's
/// `anova(..., test = "F")`).
///
/// Its dispersion is one for both arms; with arms of unlike dispersion it rejects too often, for
/// which the log ratio with HC3 is the default. Units without capacity are left out.
///
/// # Errors
/// [`StatsError::NoFeatures`] where neither arm has any; [`StatsError::TooFewUnits`] below 3 units
/// with capacity; [`StatsError::Undefined`] where nothing varies within the arms.
///
/// ```
/// use tracker_stats::{Sample, quasi_poisson};
/// let a = Sample::new(&[10.0; 4], &[6.0, 5.0, 7.0, 6.0])?;
/// let b = Sample::new(&[10.0; 4], &[3.0, 2.0, 4.0, 3.0])?;
/// assert!(quasi_poisson(&a, &b)?.p_value < 0.05);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn quasi_poisson(a: &Sample, b: &Sample) -> Result<QuasiPoisson, StatsError> {
    let of = |arm: &Sample| {
        let used = arm.pairs().filter(|(x, _)| *x > 0.0);
        used.fold((0.0, 0.0, 0_usize), |(x, y, n), unit| (x + unit.0, y + unit.1, n + 1))
    };
    let (x_a, y_a, n_a) = of(a);
    let (x_b, y_b, n_b) = of(b);
    if n_a + n_b < 3 {
        return Err(StatsError::TooFewUnits { needed: 3, got: n_a + n_b });
    }
    if y_a + y_b == 0.0 {
        return Err(StatsError::NoFeatures);
    }
    let pooled = (y_a + y_b) / (x_a + x_b);
    // Within an arm the deviances of the two models differ by 2 Y ln(E / pooled E), summed over both.
    let part = |y: f64, x: f64| if y > 0.0 { 2.0 * y * (y / x / pooled).ln() } else { 0.0 };
    let deviance = (part(y_a, x_a) + part(y_b, x_b)).max(0.0);
    let df = (n_a + n_b) as f64 - 2.0;
    let dispersion = (pearson(a, y_a / x_a) + pearson(b, y_b / x_b)) / df;
    if dispersion <= 1e-12 {
        return Err(StatsError::Undefined("comparison: neither arm has any spread"));
    }
    let f = finite(deviance / dispersion, "the dispersion exceeds every number")?;
    Ok(QuasiPoisson { dispersion, f, df, p_value: f_upper_tail(f, df) })
}

/// Sum of squared Pearson residuals of an arm.
fn pearson(arm: &Sample, e: f64) -> f64 {
    if e == 0.0 {
        return 0.0;
    }
    arm.pairs().filter(|(x, _)| *x > 0.0).map(|(x, y)| (y - e * x).powi(2) / (e * x)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_arms_differ_by_nothing_and_flat_ones_cannot_be_asked() {
        let arm = Sample::new(&[10.0; 3], &[2.0, 3.0, 4.0]).expect("valid");
        let same = quasi_poisson(&arm, &arm).expect("defined");
        assert!(same.f.abs() < 1e-12 && (same.p_value - 1.0).abs() < 1e-6, "{same:?}");
        let flat = Sample::new(&[10.0; 3], &[2.0; 3]).expect("valid");
        assert!(matches!(quasi_poisson(&flat, &flat), Err(StatsError::Undefined(_))));
        let none = Sample::new(&[10.0; 3], &[0.0; 3]).expect("valid");
        assert_eq!(quasi_poisson(&none, &none), Err(StatsError::NoFeatures));
        assert!(quasi_poisson(&none, &arm).is_ok_and(|result| result.p_value < 0.05));
    }
}
