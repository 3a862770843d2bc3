//! Statistics room: the mixture for sums of bounded deviations.

use statrs::function::beta::ln_beta;

use super::e_process::{NormalMixture, Sides};
use crate::error::{StatsError, finite, require};
use crate::quantile::beta_cdf;

/// The beta-binomial mixture supermartingale of Howard, Ramdas, McAuliffe and Sekhon (2021), Annals
/// of Statistics 49(2), section 3: for a sum whose steps never fall by more than `fall` nor rise by
/// more than `rise`, it needs no large-sample argument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaBinomialMixture {
    fall: f64,
    rise: f64,
    r: f64,
    sides: Sides,
}

impl BetaBinomialMixture {
    /// The mixture for steps in -`fall`..=`rise` whose boundary at `alpha` is tightest near the
    /// variance `v_opt`.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a bound of a step outside 1e-3..=1e3, and as
    /// [`NormalMixture::tightest_at`].
    pub fn tightest_at(
        v_opt: f64,
        alpha: f64,
        fall: f64,
        rise: f64,
        sides: Sides,
    ) -> Result<Self, StatsError> {
        for (name, bound) in [("fall", fall), ("rise", rise)] {
            require((1e-3..=1e3).contains(&bound), name, bound, "1e-3..=1e3")?;
        }
        let rho = NormalMixture::tightest_at(v_opt, alpha, sides)?.rho();
        let r = (rho - fall * rise).max(1e-3 * fall * rise);
        Ok(Self { fall, rise, r, sides })
    }

    /// Natural logarithm of the supermartingale at sum `s` and variance `v`.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a variance outside 0..=1e3 or a sum that such steps cannot
    /// reach; [`StatsError::Undefined`] beyond the incomplete beta function.
    pub fn log_value(&self, s: f64, v: f64) -> Result<f64, StatsError> {
        require((0.0..=1e3).contains(&v), "variance", v, "0..=1000")?;
        let within = self.r + v - self.fall * s > 0.0 && self.r + v + self.rise * s > 0.0;
        require(within, "sum", s, "what steps between the bounds can reach")?;
        finite(self.log_unchecked(s, v), "e-process: beyond the incomplete beta function")
    }

    fn log_unchecked(&self, s: f64, v: f64) -> f64 {
        let (g, h, r) = (self.fall, self.rise, self.r);
        let (of_g, of_h) = (g * (g + h), h * (g + h));
        let upper = match self.sides {
            Sides::One => h / (g + h),
            Sides::Two => 1.0,
        };
        let ln_incomplete = |a: f64, b: f64| beta_cdf(a, b, upper).ln() + ln_beta(a, b);
        v / (g * h) * (g + h).ln() - (v + h * s) / of_h * g.ln() - (v - g * s) / of_g * h.ln()
            + ln_incomplete((r + v - g * s) / of_g, (r + v + h * s) / of_h)
            - ln_incomplete(r / of_g, r / of_h)
    }

    /// The sum at which the supermartingale reaches 1/alpha at variance `v`; at most v / fall,
    /// which no sum of that variance exceeds.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] for a variance outside 0..=1e3 or an alpha outside 1e-9..1;
    /// [`StatsError::Undefined`] beyond the incomplete beta function.
    ///
    /// ```
    /// use tracker_stats::{BetaBinomialMixture, Sides};
    /// let mixture = BetaBinomialMixture::tightest_at(5.0, 0.05, 0.5, 0.5, Sides::Two)?;
    /// assert!((mixture.bound(5.0, 0.05)? - 6.513_411_340).abs() < 1e-8);
    /// # Ok::<(), tracker_stats::StatsError>(())
    /// ```
    pub fn bound(&self, v: f64, alpha: f64) -> Result<f64, StatsError> {
        require((0.0..=1e3).contains(&v), "variance", v, "0..=1000")?;
        require((1e-9..1.0).contains(&alpha), "alpha", alpha, "1e-9..1")?;
        let target = -alpha.ln();
        let (mut low, mut high) = (0.0, v / self.fall);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            let value =
                finite(self.log_unchecked(middle, v), "e-process: beyond the incomplete beta function")?;
            if value < target { low = middle } else { high = middle }
        }
        Ok(high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_at_the_bound_is_the_reciprocal_of_alpha() {
        for sides in [Sides::One, Sides::Two] {
            let mixture = BetaBinomialMixture::tightest_at(20.0, 0.05, 0.3, 0.7, sides).expect("valid");
            let bound = mixture.bound(25.0, 0.05).expect("defined");
            let value = mixture.log_value(bound, 25.0).expect("defined");
            assert!((value - 20.0_f64.ln()).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn what_bounded_steps_cannot_reach_is_refused() {
        let mixture = BetaBinomialMixture::tightest_at(5.0, 0.05, 0.5, 0.5, Sides::Two).expect("valid");
        for (s, v) in [(1e3, 1.0), (-1e3, 1.0), (f64::NAN, 1.0), (1.0, -1.0), (1.0, f64::NAN)] {
            assert!(mixture.log_value(s, v).is_err(), "{s} {v}");
        }
        assert!(BetaBinomialMixture::tightest_at(5.0, 0.05, 0.0, 0.5, Sides::Two).is_err());
        assert!(mixture.bound(5.0, 0.0).is_err());
    }
}
