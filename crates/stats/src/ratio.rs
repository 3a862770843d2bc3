//! Statistics room: the ratio of sums with its residuals and leverages.

use crate::sample::Sample;

/// The ratio estimate E = Y / X with what every variance needs.
///
/// It is weighted least squares of y = E x + error with error variance proportional to x
/// (weights 1/x); the leverage of a unit is then its share of the capacity, h = x / X
/// (Cochran 1977, Sampling Techniques, 6.2).
///
/// ```
/// use tracker_stats::{Ratio, Sample};
/// let ratio = Ratio::of(&Sample::new(&[10.0, 30.0], &[2.0, 10.0])?);
/// assert_eq!(ratio.estimate(), 0.3);
/// assert_eq!(ratio.leverages(), [0.25, 0.75]);
/// assert_eq!(ratio.residuals(), [-1.0, 1.0]);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    estimate: f64,
    capacity: f64,
    residuals: Vec<f64>,
    leverages: Vec<f64>,
    others: Vec<f64>,
}

impl Ratio {
    /// Computes the ratio of sums of a sample.
    pub fn of(sample: &Sample) -> Self {
        let capacity = sample.total_capacity();
        let estimate = sample.total_weight() / capacity;
        Self {
            estimate,
            capacity,
            residuals: sample.pairs().map(|(x, y)| y - estimate * x).collect(),
            leverages: sample.capacity().iter().map(|x| x / capacity).collect(),
            others: sums_without_each(sample.capacity()).iter().map(|x| x / capacity).collect(),
        }
    }

    /// E, weighted features per unit of capacity.
    pub fn estimate(&self) -> f64 {
        self.estimate
    }

    /// Number of units.
    #[expect(clippy::len_without_is_empty, reason = "a sample is never empty")]
    pub fn len(&self) -> usize {
        self.residuals.len()
    }

    /// X, the capacity in all.
    pub fn total_capacity(&self) -> f64 {
        self.capacity
    }

    /// Residuals y - E x, in features.
    pub fn residuals(&self) -> &[f64] {
        &self.residuals
    }

    /// Leverages x / X, shares of 1.
    pub fn leverages(&self) -> &[f64] {
        &self.leverages
    }

    /// 1 - leverage of each unit, summed from the other units so that a leverage near 1 loses
    /// no digits.
    pub fn other_shares(&self) -> &[f64] {
        &self.others
    }

    /// The largest leverage; above 0.5 one unit decides the estimate.
    pub fn max_leverage(&self) -> f64 {
        self.leverages.iter().copied().fold(0.0, f64::max)
    }
}

/// For each place the sum of all other values, without subtraction.
fn sums_without_each(values: &[f64]) -> Vec<f64> {
    let mut after: Vec<f64> = values
        .iter()
        .rev()
        .scan(0.0, |sum, v| {
            let before = *sum;
            *sum += v;
            Some(before)
        })
        .collect();
    after.reverse();
    let mut before = 0.0;
    for (slot, v) in after.iter_mut().zip(values) {
        *slot += before;
        before += v;
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residuals_sum_to_zero_and_leverages_to_one() {
        let sample = Sample::new(&[18.0, 7.0, 21.0], &[3.0, 0.0, 6.0]).expect("valid");
        let ratio = Ratio::of(&sample);
        assert!(ratio.residuals().iter().sum::<f64>().abs() < 1e-12);
        assert!((ratio.leverages().iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!((ratio.max_leverage() - 21.0 / 46.0).abs() < 1e-15);
    }

    #[test]
    fn the_share_of_the_others_keeps_its_digits() {
        let ratio = Ratio::of(&Sample::new(&[1e12, 1e-6], &[1.0, 1.0]).expect("valid"));
        let share = ratio.other_shares()[0];
        assert!((share / 1e-18 - 1.0).abs() < 1e-12, "{share}");
    }
}
