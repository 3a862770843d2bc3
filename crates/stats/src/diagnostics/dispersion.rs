//! Statistics room: the dispersion of features around a constant ratio.

use crate::error::{StatsError, finite};
use crate::ratio::Ratio;
use crate::sample::Sample;

/// Returns the Pearson dispersion phi = sum of e^2/(E x) / (n-1), 1 for Poisson features
/// (McCullagh and Nelder 1989, 4.5). Above 1.5 methods that assume Poisson are too narrow.
///
/// Units without capacity have no expected count and are left out, also of n.
///
/// # Errors
/// [`StatsError::NoFeatures`]; [`StatsError::TooFewUnits`] below 2 units with capacity.
///
/// ```
/// use tracker_stats::{Sample, dispersion};
/// let phi = dispersion(&Sample::new(&[10.0; 6], &[2.0, 0.0, 3.0, 1.0, 4.0, 2.0])?)?;
/// assert!((phi - 1.0).abs() < 1e-12);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn dispersion(sample: &Sample) -> Result<f64, StatsError> {
    let e = Ratio::of(sample).estimate();
    if e == 0.0 {
        return Err(StatsError::NoFeatures);
    }
    let (mut sum, mut units) = (0.0, 0_usize);
    for (x, y) in sample.pairs().filter(|(x, _)| *x > 0.0) {
        sum += (y - e * x).powi(2) / (e * x);
        units += 1;
    }
    if units < 2 {
        return Err(StatsError::TooFewUnits { needed: 2, got: units });
    }
    finite(sum / (units as f64 - 1.0), "the dispersion exceeds every number")
}
