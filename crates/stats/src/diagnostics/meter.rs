//! Statistics room: what a meter that shows whole points can hide.

use crate::error::{StatsError, require};
use crate::sample::Sample;

/// E with the rounding of a whole-point meter taken to its extremes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct MeterBand {
    /// Y / (X + c).
    pub lo: f64,
    /// Y / (X - c), `None` when the rounding could hide all capacity.
    pub hi: Option<f64>,
    /// Standard error of X from rounding, relative to X: sqrt(c/6) / X.
    pub relative_error: f64,
    /// Whether the band is worth printing: X below 20 sqrt(c).
    pub matters: bool,
}

/// Returns the rounding band for capacity read from a meter in whole points over `runs`
/// contiguous runs.
///
/// A run is end minus start of one meter: two roundings, each uniform over one point, so the
/// variance of each run is 2/12 (Sheppard 1898) and the error stays below one point.
///
/// # Errors
/// [`StatsError::Parameter`] for no run at all.
///
/// ```
/// use tracker_stats::{Sample, meter_band};
/// let sample = Sample::new(&[8.0; 8], &[2.0; 8])?;
/// let band = meter_band(&sample, 8)?;
/// assert!((band.relative_error - 0.018).abs() < 0.001 && !band.matters);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn meter_band(sample: &Sample, runs: u32) -> Result<MeterBand, StatsError> {
    let c = f64::from(runs);
    require(runs > 0, "runs", c, "at least 1")?;
    let (x, y) = (sample.total_capacity(), sample.total_weight());
    Ok(MeterBand {
        lo: y / (x + c),
        hi: (x > c).then(|| y / (x - c)).filter(|hi| hi.is_finite()),
        relative_error: (c / 6.0).sqrt() / x,
        matters: x < 20.0 * c.sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_that_could_hide_everything_is_open() {
        let sample = Sample::new(&[1.0, 1.0], &[1.0, 2.0]).expect("valid");
        let band = meter_band(&sample, 2).expect("runs");
        assert_eq!((band.hi, band.matters), (None, true));
        assert!((band.lo - 0.75).abs() < 1e-15);
        assert!(meter_band(&sample, 0).is_err());
    }
}
