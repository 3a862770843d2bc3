//! Statistics room: the heteroscedasticity-consistent family HC0 to HC3.

use crate::error::{StatsError, finite};
use crate::ratio::Ratio;

/// Which heteroscedasticity-consistent standard error of E.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hc {
    /// Sum of e^2 / X^2 (White 1980).
    Hc0,
    /// HC0 times n/(n-1): the delta method, equal to the survey linearisation (Woodruff 1971).
    Hc1,
    /// Sum of e^2/(1-h) / X^2 (MacKinnon and White 1985).
    Hc2,
    /// Sum of e^2/(1-h)^2 / X^2 (MacKinnon and White 1985); exactly the uncentred sum of
    /// squared leave-one-out changes of E.
    Hc3,
}

/// Returns the standard error of E, in features per unit of capacity.
///
/// # Errors
/// [`StatsError::TooFewUnits`] below 2 units; [`StatsError::OneUnitCarriesAll`] for HC2 and HC3
/// where one unit has leverage 1.
///
/// ```
/// use tracker_stats::{Hc, Ratio, Sample, standard_error};
/// let ratio = Ratio::of(&Sample::new(&[10.0, 30.0], &[2.0, 10.0])?);
/// // residuals -1 and 1, X = 40
/// assert!((standard_error(&ratio, Hc::Hc0)? - 2.0_f64.sqrt() / 40.0).abs() < 1e-15);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn standard_error(ratio: &Ratio, kind: Hc) -> Result<f64, StatsError> {
    let n = ratio.len();
    if n < 2 {
        return Err(StatsError::TooFewUnits { needed: 2, got: n });
    }
    let mut sum = 0.0;
    for (index, (e, rest)) in ratio.residuals().iter().zip(ratio.other_shares()).enumerate() {
        let scaled = match kind {
            Hc::Hc0 | Hc::Hc1 => e * e,
            Hc::Hc2 | Hc::Hc3 if *rest <= 0.0 => return Err(StatsError::OneUnitCarriesAll { index }),
            Hc::Hc2 => e * e / rest,
            Hc::Hc3 => (e / rest) * (e / rest),
        };
        sum += scaled;
    }
    if kind == Hc::Hc1 {
        sum *= n as f64 / (n as f64 - 1.0);
    }
    finite(sum.sqrt() / ratio.total_capacity(), "the standard error exceeds every number")
}

/// Returns by how much E changes, up to sign, when each unit is left out: e / (X (1 - h)).
pub(crate) fn leave_one_out_shifts(ratio: &Ratio) -> Result<Vec<f64>, StatsError> {
    let units = ratio.residuals().iter().zip(ratio.other_shares()).enumerate();
    units
        .map(|(index, (e, rest))| match *rest {
            rest if rest <= 0.0 => Err(StatsError::OneUnitCarriesAll { index }),
            rest => finite(e / rest / ratio.total_capacity(), "the standard error exceeds every number"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn hc3_is_the_sum_of_squared_leave_one_out_changes() {
        let (x, y) = ([18.0, 7.0, 21.0, 13.0], [3.0, 3.0, 6.0, 0.0]);
        let ratio = Ratio::of(&Sample::new(&x, &y).expect("valid"));
        let mut sum = 0.0;
        for skip in 0..4 {
            let rest = |v: &[f64]| v.iter().sum::<f64>() - v[skip];
            sum += (rest(&y) / rest(&x) - ratio.estimate()).powi(2);
        }
        let se = standard_error(&ratio, Hc::Hc3).expect("defined");
        assert!((se - sum.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_single_unit_and_a_unit_that_carries_all_are_refused() {
        let one = Ratio::of(&Sample::new(&[3.0], &[1.0]).expect("valid"));
        assert_eq!(standard_error(&one, Hc::Hc0), Err(StatsError::TooFewUnits { needed: 2, got: 1 }));
        let lone = Ratio::of(&Sample::new(&[0.0, 3.0], &[1.0, 1.0]).expect("valid"));
        assert_eq!(standard_error(&lone, Hc::Hc3), Err(StatsError::OneUnitCarriesAll { index: 1 }));
    }

    #[test]
    fn the_family_is_ordered() {
        let ratio = Ratio::of(&Sample::new(&[5.0, 5.0, 9.0], &[1.0, 4.0, 2.0]).expect("valid"));
        let [a, b, c] = [Hc::Hc0, Hc::Hc2, Hc::Hc3].map(|k| standard_error(&ratio, k).expect("defined"));
        assert!(a < b && b < c);
    }
}
