//! Statistics room: the checked input of every statistic, one arm's units in time order.

use crate::error::StatsError;

/// Smallest and largest magnitude of a nonzero value; keeps every square and quotient finite.
const MAGNITUDES: std::ops::RangeInclusive<f64> = 1e-9..=1e12;

/// The units of one arm in time order: capacity used, weighted features, sum of squared weights.
///
/// A unit is a work window (or several merged ones). `capacity` is in one unit of measure
/// throughout (points of one bar, or prompts); `weight` is the number of features, each
/// multiplied by its quality; `weight_sq` is the sum of the squared qualities.
/// A unit with capacity 0 and features is legal; at least one capacity must be positive.
///
/// ```
/// use tracker_stats::Sample;
/// let sample = Sample::new(&[18.0, 7.0, 21.0], &[3.0, 3.0, 6.0])?;
/// assert_eq!(sample.len(), 3);
/// assert_eq!(sample.total_capacity(), 46.0);
/// assert!(Sample::new(&[18.0], &[f64::NAN]).is_err());
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    capacity: Vec<f64>,
    weight: Vec<f64>,
    weight_sq: Vec<f64>,
}

impl Sample {
    /// Builds a sample whose features weigh at most 1 each.
    ///
    /// The sum of squared weights is taken to be the sum of weights: exact for unweighted
    /// counts and the largest possible (so conservative) for qualities in 0..=1.
    ///
    /// # Errors
    /// Empty or unequal columns, a value out of range, or no capacity at all.
    pub fn new(capacity: &[f64], weight: &[f64]) -> Result<Self, StatsError> {
        Self::checked(capacity, weight, weight)
    }

    /// Builds a sample with the sum of squared weights of every unit.
    ///
    /// # Errors
    /// As [`Sample::new`], and [`StatsError::WeightSquares`] where a sum of squares is larger
    /// than the square of the sum, or only one of the two is zero.
    ///
    /// ```
    /// use tracker_stats::Sample;
    /// // two features of quality 0.5 and 1, then none
    /// let sample = Sample::with_weight_squares(&[9.0, 4.0], &[1.5, 0.0], &[1.25, 0.0])?;
    /// assert_eq!(sample.effective_features(), 1.8);
    /// assert!(Sample::with_weight_squares(&[9.0], &[1.5], &[9.0]).is_err());
    /// # Ok::<(), tracker_stats::StatsError>(())
    /// ```
    pub fn with_weight_squares(
        capacity: &[f64],
        weight: &[f64],
        weight_sq: &[f64],
    ) -> Result<Self, StatsError> {
        let sample = Self::checked(capacity, weight, weight_sq)?;
        for (index, (&w, &v)) in weight.iter().zip(weight_sq).enumerate() {
            if v > w * w * (1.0 + 1e-9) || (v == 0.0) != (w == 0.0) {
                return Err(StatsError::WeightSquares { index, weight: w, weight_sq: v });
            }
        }
        Ok(sample)
    }

    /// Builds a sample from sums over units of another one.
    pub(crate) fn from_sums(capacity: &[f64], weight: &[f64], weight_sq: &[f64]) -> Result<Self, StatsError> {
        Self::checked(capacity, weight, weight_sq)
    }

    fn checked(capacity: &[f64], weight: &[f64], weight_sq: &[f64]) -> Result<Self, StatsError> {
        if capacity.len() != weight.len() || weight.len() != weight_sq.len() {
            return Err(StatsError::LengthsDiffer {
                capacity: capacity.len(),
                weight: weight.len(),
                weight_sq: weight_sq.len(),
            });
        }
        if capacity.is_empty() {
            return Err(StatsError::Empty);
        }
        for (column, values) in [("capacity", capacity), ("weight", weight), ("weight_sq", weight_sq)] {
            for (index, &value) in values.iter().enumerate() {
                if value != 0.0 && !MAGNITUDES.contains(&value) {
                    return Err(StatsError::OutOfRange { column, index, value });
                }
            }
        }
        if capacity.iter().all(|&x| x == 0.0) {
            return Err(StatsError::NoCapacity);
        }
        // A negative zero would print as -0.
        let column = |values: &[f64]| values.iter().map(|v| v.abs()).collect();
        Ok(Self { capacity: column(capacity), weight: column(weight), weight_sq: column(weight_sq) })
    }

    /// Number of units n, at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a sample is never empty")]
    pub fn len(&self) -> usize {
        self.capacity.len()
    }

    /// Capacity x used by each unit.
    pub fn capacity(&self) -> &[f64] {
        &self.capacity
    }

    /// Weighted features y of each unit.
    pub fn weight(&self) -> &[f64] {
        &self.weight
    }

    /// Sum of squared feature weights of each unit.
    pub fn weight_sq(&self) -> &[f64] {
        &self.weight_sq
    }

    /// X, the capacity used in all; positive.
    pub fn total_capacity(&self) -> f64 {
        self.capacity.iter().sum()
    }

    /// Y, the weighted features in all.
    pub fn total_weight(&self) -> f64 {
        self.weight.iter().sum()
    }

    /// Sum of all squared feature weights.
    pub fn total_weight_sq(&self) -> f64 {
        self.weight_sq.iter().sum()
    }

    /// Effective number of features N = Y^2 / sum of squared weights: the count when every
    /// weight is 1 (Kish 1965), 0 when there is none.
    pub fn effective_features(&self) -> f64 {
        let (y, v) = (self.total_weight(), self.total_weight_sq());
        if v > 0.0 { y * y / v } else { 0.0 }
    }

    /// Units as (capacity, weight) pairs.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
        self.capacity.iter().copied().zip(self.weight.iter().copied())
    }

    /// Refuses a sample of fewer than `needed` units.
    pub(crate) fn at_least(&self, needed: usize) -> Result<(), StatsError> {
        let got = self.len();
        if got < needed { Err(StatsError::TooFewUnits { needed, got }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invalid_input_is_a_typed_error() {
        assert_eq!(Sample::new(&[], &[]), Err(StatsError::Empty));
        assert!(matches!(Sample::new(&[1.0], &[]), Err(StatsError::LengthsDiffer { .. })));
        assert_eq!(Sample::new(&[0.0, 0.0], &[1.0, 2.0]), Err(StatsError::NoCapacity));
        for bad in [f64::NAN, f64::INFINITY, -1.0, 1e-12, 1e13] {
            assert!(matches!(
                Sample::new(&[1.0, bad], &[1.0, 1.0]),
                Err(StatsError::OutOfRange { column: "capacity", index: 1, .. })
            ));
            assert!(matches!(
                Sample::new(&[1.0, 1.0], &[bad, 1.0]),
                Err(StatsError::OutOfRange { column: "weight", index: 0, .. })
            ));
        }
    }

    #[test]
    fn squared_weights_must_fit_the_weights() {
        for (w, v) in [(1.0, 2.0), (0.0, 1.0), (1.0, 0.0)] {
            assert!(matches!(
                Sample::with_weight_squares(&[1.0], &[w], &[v]),
                Err(StatsError::WeightSquares { index: 0, .. })
            ));
        }
    }

    #[test]
    fn negative_zero_is_zero() {
        let sample = Sample::new(&[1.0], &[-0.0]).expect("zero is legal");
        assert!(sample.total_weight().is_sign_positive());
    }
}
