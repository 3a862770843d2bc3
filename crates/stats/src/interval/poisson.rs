//! Statistics room: the exact Poisson interval.

use super::{Interval, IntervalName, fay_feuer};
use crate::error::StatsError;
use crate::level::Level;
use crate::sample::Sample;

/// Garwood's exact interval for a Poisson rate (Garwood 1936), for whole counts only.
///
/// It is the Fay-Feuer interval with every weight 1.
pub(super) fn interval(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    if let Some(&part) = sample.weight().iter().find(|y| y.fract() != 0.0) {
        return Err(StatsError::NotACount(part));
    }
    let counts = Sample::new(sample.capacity(), sample.weight())?;
    Ok(Interval { method: IntervalName::PoissonExact, ..fay_feuer::interval(&counts, level)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_features_are_no_counts() {
        let parts = Sample::new(&[5.0, 9.0], &[1.0, 0.8]).expect("valid");
        assert_eq!(interval(&parts, Level::P95), Err(StatsError::NotACount(0.8)));
    }
}
