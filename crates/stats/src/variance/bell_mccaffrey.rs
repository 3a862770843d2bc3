//! Statistics room: Satterthwaite degrees of freedom of the HC2 variance.

use crate::error::{StatsError, finite};
use crate::ratio::Ratio;

/// Returns the Bell-McCaffrey degrees of freedom of HC2 for the working model with error
/// variance proportional to capacity: tr(Omega)^2 / tr(Omega^2) in closed form
/// (Bell and McCaffrey 2002; Imbens and Kolesar 2016).
///
/// With u = h^2/(1-h): df = 1 / (sum h^2 + (sum u)^2 - sum u^2); n - 1 when all h are equal.
///
/// # Errors
/// [`StatsError::TooFewUnits`] below 2 units, [`StatsError::OneUnitCarriesAll`].
///
/// ```
/// use tracker_stats::{Ratio, Sample, bell_mccaffrey_df};
/// let even = Ratio::of(&Sample::new(&[10.0; 6], &[2.0, 0.0, 3.0, 1.0, 4.0, 2.0])?);
/// assert!((bell_mccaffrey_df(&even)? - 5.0).abs() < 1e-12);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn bell_mccaffrey_df(ratio: &Ratio) -> Result<f64, StatsError> {
    let n = ratio.len();
    if n < 2 {
        return Err(StatsError::TooFewUnits { needed: 2, got: n });
    }
    let (mut h_squares, mut u_before, mut cross) = (0.0, 0.0, 0.0);
    for (index, (h, rest)) in ratio.leverages().iter().zip(ratio.other_shares()).enumerate() {
        if *rest <= 0.0 {
            return Err(StatsError::OneUnitCarriesAll { index });
        }
        let u = h * h / rest;
        // (sum u)^2 - sum u^2 = 2 sum over pairs, which cannot cancel.
        cross += 2.0 * u * u_before;
        u_before += u;
        h_squares += h * h;
    }
    finite(1.0 / (h_squares + cross), "the degrees of freedom are undefined")
}
