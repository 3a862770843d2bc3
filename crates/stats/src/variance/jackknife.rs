//! Statistics room: the delete-one jackknife with its bias and acceleration.

use crate::error::StatsError;
use crate::ratio::Ratio;

/// Delete-one jackknife of the ratio of sums (Quenouille 1956, Tukey 1958).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Jackknife {
    /// Centred standard error of E: sqrt((n-1)/n * sum of (E_(i) - mean)^2).
    pub standard_error: f64,
    /// Estimated bias of E, (n-1)(mean of E_(i) - E).
    pub bias: f64,
    /// Acceleration of the BCa interval (Efron 1987, 6.6); none where every E_(i) is equal.
    pub acceleration: Option<f64>,
}

/// Returns the jackknife of E.
///
/// # Errors
/// [`StatsError::TooFewUnits`] below 2 units, [`StatsError::OneUnitCarriesAll`] where the
/// estimate without a unit does not exist.
///
/// ```
/// use tracker_stats::{Ratio, Sample, jackknife};
/// let same_ratio = Ratio::of(&Sample::new(&[4.0, 8.0], &[1.0, 2.0])?);
/// let result = jackknife(&same_ratio)?;
/// assert_eq!((result.standard_error, result.bias, result.acceleration), (0.0, 0.0, None));
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn jackknife(ratio: &Ratio) -> Result<Jackknife, StatsError> {
    let n = ratio.len();
    if n < 2 {
        return Err(StatsError::TooFewUnits { needed: 2, got: n });
    }
    // E_(i) - E = -e_i / (X (1 - h_i)), without forming the sums anew.
    let mut changes = Vec::with_capacity(n);
    for (index, (e, rest)) in ratio.residuals().iter().zip(ratio.other_shares()).enumerate() {
        if *rest <= 0.0 {
            return Err(StatsError::OneUnitCarriesAll { index });
        }
        changes.push(-e / rest / ratio.total_capacity());
    }
    let count = n as f64;
    let mean = changes.iter().sum::<f64>() / count;
    let moment = |power: i32| changes.iter().map(|c| (mean - c).powi(power)).sum::<f64>();
    let (squares, cubes) = (moment(2), moment(3));
    let negligible = squares.sqrt() <= 1e-12 * ratio.estimate();
    Ok(Jackknife {
        standard_error: ((count - 1.0) / count * squares).sqrt(),
        bias: (count - 1.0) * mean,
        acceleration: (!negligible).then(|| cubes / (6.0 * squares.powf(1.5))).filter(|a| a.is_finite()),
    })
}
