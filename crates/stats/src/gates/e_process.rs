//! Statistics room: the normal-mixture e-process, the conservative gate.

use crate::error::{StatsError, finite, require};
use crate::quantile::ln_normal_cdf;

/// Whether a mixture watches for deviations in one direction or in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Only positive sums count.
    One,
    /// Sums of either sign count.
    Two,
}

/// The normal-mixture supermartingale of Howard, Ramdas, McAuliffe and Sekhon (2021), "Time-uniform,
/// nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49(2), section 3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormalMixture {
    rho: f64,
    sides: Sides,
}

impl NormalMixture {
    /// The mixture whose boundary at `alpha` is tightest near the variance `v_opt`.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a variance outside 1e-6..=1e12 or an alpha outside 1e-9..0.5.
    pub fn tightest_at(v_opt: f64, alpha: f64, sides: Sides) -> Result<Self, StatsError> {
        require((1e-6..=1e12).contains(&v_opt), "v_opt", v_opt, "1e-6..=1e12")?;
        require((1e-9..0.5).contains(&alpha), "alpha", alpha, "1e-9..0.5")?;
        let two_sided = match sides {
            Sides::One => 2.0 * alpha,
            Sides::Two => alpha,
        };
        let log = -2.0 * two_sided.ln();
        Ok(Self { rho: v_opt / (log + (1.0 + log).ln()), sides })
    }

    /// The prior precision that makes the boundary tight where it was asked to be.
    pub(super) fn rho(&self) -> f64 {
        self.rho
    }

    /// Natural logarithm of the supermartingale at sum `s` and variance `v`.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a sum that is not finite or a variance that is negative or
    /// not finite; [`StatsError::Undefined`] beyond every number.
    pub fn log_value(&self, s: f64, v: f64) -> Result<f64, StatsError> {
        require(s.is_finite(), "sum", s, "a finite number")?;
        require(v.is_finite() && v >= 0.0, "variance", v, "a finite number from 0")?;
        finite(self.log_unchecked(s, v), "e-process: beyond every number")
    }

    fn log_unchecked(&self, s: f64, v: f64) -> f64 {
        let total = v + self.rho;
        let quadratic = 0.5 * s * s / total;
        match self.sides {
            Sides::One => 0.5 * (4.0 * self.rho / total).ln() + quadratic + ln_normal_cdf(s / total.sqrt()),
            Sides::Two => 0.5 * (self.rho / total).ln() + quadratic,
        }
    }

    /// The sum at which the supermartingale reaches 1/alpha at variance `v`: crossed with
    /// probability at most alpha at any time.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a variance outside 0..=1e12 or an alpha outside 1e-9..1.
    ///
    /// ```
    /// use tracker_stats::{NormalMixture, Sides};
    /// let mixture = NormalMixture::tightest_at(5.0, 0.05, Sides::Two)?;
    /// assert!((mixture.bound(5.0, 0.05)? - 6.786_933_628).abs() < 1e-8);
    /// # Ok::<(), tracker_stats::StatsError>(())
    /// ```
    pub fn bound(&self, v: f64, alpha: f64) -> Result<f64, StatsError> {
        require((0.0..=1e12).contains(&v), "variance", v, "0..=1e12")?;
        require((1e-9..1.0).contains(&alpha), "alpha", alpha, "1e-9..1")?;
        let target = -alpha.ln();
        let (mut low, mut high) = (0.0, (v + self.rho).sqrt());
        if self.log_unchecked(low, v) >= target {
            // One side at s = 0 is ln of at most 1, so only an alpha near 1 comes here.
            return Ok(0.0);
        }
        while self.log_unchecked(high, v) < target {
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if self.log_unchecked(middle, v) < target { low = middle } else { high = middle }
        }
        Ok(high)
    }
}

/// The running comparison of a challenger b with an arm a, both observed pair by pair.
///
/// Under equal E and given the pair's features in all, b's part is expected to be
/// p0 = x_b/(x_a+x_b) of them; the sum of the deviations over the pairs is self-normalised by
/// its own squares (de la Pena 1999). The gate fires when the e-value reaches 1/alpha.
///
/// ```
/// use tracker_stats::{EProcess, NormalMixture, Sides};
/// let mut process = EProcess::new(NormalMixture::tightest_at(20.0, 0.05, Sides::One)?);
/// for _ in 0..40 {
///     process.push((10.0, 1.0), (10.0, 4.0))?;
/// }
/// assert!(process.fires(0.05)?);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EProcess {
    mixture: NormalMixture,
    sum: f64,
    variance: f64,
}

impl EProcess {
    /// Starts without any pair.
    pub fn new(mixture: NormalMixture) -> Self {
        Self { mixture, sum: 0.0, variance: 0.0 }
    }

    /// Adds one pair of (capacity, features), of arm a and of challenger b.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] for a value outside 0..=1e12; [`StatsError::NoCapacity`] where
    /// neither used any.
    pub fn push(&mut self, a: (f64, f64), b: (f64, f64)) -> Result<(), StatsError> {
        for (column, index, value) in
            [("capacity", 0, a.0), ("weight", 0, a.1), ("capacity", 1, b.0), ("weight", 1, b.1)]
        {
            if !(0.0..=1e12).contains(&value) {
                return Err(StatsError::OutOfRange { column, index, value });
            }
        }
        if a.0 + b.0 == 0.0 {
            return Err(StatsError::NoCapacity);
        }
        let expected = b.0 / (a.0 + b.0);
        let deviation = b.1 - expected * (a.1 + b.1);
        self.sum += deviation;
        self.variance += deviation * deviation;
        Ok(())
    }

    /// Natural logarithm of the e-value.
    ///
    /// # Errors
    /// As [`NormalMixture::log_value`].
    pub fn log_value(&self) -> Result<f64, StatsError> {
        self.mixture.log_value(self.sum, self.variance)
    }

    /// Whether the e-value has reached 1/alpha.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for an alpha outside 1e-9..1.
    pub fn fires(&self, alpha: f64) -> Result<bool, StatsError> {
        require((1e-9..1.0).contains(&alpha), "alpha", alpha, "1e-9..1")?;
        Ok(self.log_value()? >= -alpha.ln())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_arms_do_not_fire_and_a_worse_challenger_never_does() {
        let mixture = NormalMixture::tightest_at(20.0, 0.05, Sides::One).expect("valid");
        let (mut equal, mut worse) = (EProcess::new(mixture), EProcess::new(mixture));
        for i in 0..100 {
            let high = if i % 2 == 0 { 3.0 } else { 1.0 };
            equal.push((10.0, 4.0 - high), (10.0, high)).expect("valid");
            worse.push((10.0, 4.0), (10.0, 1.0)).expect("valid");
        }
        assert_eq!((equal.fires(0.05), worse.fires(0.05)), (Ok(false), Ok(false)));
    }

    #[test]
    fn more_capacity_is_expected_to_give_more_features() {
        let mixture = NormalMixture::tightest_at(20.0, 0.05, Sides::One).expect("valid");
        let mut same_ratio = EProcess::new(mixture);
        same_ratio.push((10.0, 1.0), (30.0, 3.0)).expect("valid");
        assert_eq!(same_ratio, EProcess::new(mixture));
    }

    #[test]
    fn far_negative_sums_keep_a_finite_logarithm() {
        let mixture = NormalMixture::tightest_at(5.0, 0.05, Sides::One).expect("valid");
        let value = mixture.log_value(-1e4, 5.0).expect("finite");
        assert!(value < -5.0, "{value}");
        assert!(mixture.log_value(f64::NAN, 1.0).is_err() && mixture.log_value(1.0, -1.0).is_err());
    }

    #[test]
    fn impossible_pairs_are_refused() {
        let mixture = NormalMixture::tightest_at(5.0, 0.05, Sides::Two).expect("valid");
        let mut process = EProcess::new(mixture);
        assert_eq!(process.push((0.0, 1.0), (0.0, 1.0)), Err(StatsError::NoCapacity));
        assert!(process.push((-1.0, 1.0), (1.0, 1.0)).is_err());
        assert_eq!(process, EProcess::new(mixture));
        assert!(NormalMixture::tightest_at(0.0, 0.05, Sides::One).is_err());
    }
}
