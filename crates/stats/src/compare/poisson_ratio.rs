//! Statistics room: the conditional exact comparison of two Poisson rates.

use statrs::function::gamma::ln_gamma;

use crate::error::{StatsError, finite};
use crate::level::Level;
use crate::quantile::{beta_cdf, beta_quantile};
use crate::sample::Sample;

/// Largest number of features in both arms for which the incomplete beta function converges.
const MOST: f64 = 5e3;
/// Counts whose probabilities differ by less than this share are equally likely (R's `binom.test`).
const TIE: f64 = 1.0 + 1e-7;

/// Two Poisson rates, given the features of both in all.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PoissonRatio {
    /// E_a / E_b, `None` where b has no feature.
    pub ratio: Option<f64>,
    /// Lower end of E_a / E_b.
    pub lo: f64,
    /// Upper end, `None` where b has no feature.
    pub hi: Option<f64>,
    /// Two-sided p-value of equal rates: all splits at most as likely as the one seen.
    pub p_value: f64,
    /// One-sided p-value against E_a > E_b.
    pub p_greater: f64,
}

/// Compares two arms whose features are Poisson counts: given Y_a + Y_b in all, Y_a is binomial
/// with share X_a / (X_a + X_b) when the rates are equal (Przyborowski and Wilenski 1940; R's
/// `poisson.test`). The interval is that of Clopper and Pearson (1934) for the share.
///
/// Features of real windows are over-dispersed, for which it is far too sure of itself: a
/// cross-check, never used by a gate.
///
/// # Errors
/// [`StatsError::NotACount`] for weighted features; [`StatsError::NoFeatures`] where neither arm has
/// any; [`StatsError::Undefined`] beyond
/// 5000 features.
///
/// ```
/// use tracker_stats::{Level, Sample, poisson_ratio};
/// let a = Sample::new(&[50.0, 48.0], &[18.0, 12.0])?;
/// let b = Sample::new(&[50.0, 34.0], &[9.0, 11.0])?;
/// let result = poisson_ratio(&a, &b, Level::P95)?;
/// assert!((result.p_value - 0.398_821_760_8).abs() < 1e-9);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn poisson_ratio(a: &Sample, b: &Sample, level: Level) -> Result<PoissonRatio, StatsError> {
    let (y_a, y_b) = (count(a)?, count(b)?);
    let total = y_a + y_b;
    if total == 0.0 {
        return Err(StatsError::NoFeatures);
    }
    if total > MOST {
        return Err(StatsError::Undefined("exact comparison: more than 5000 features"));
    }
    let odds = b.total_capacity() / a.total_capacity();
    let share = 1.0 / (1.0 + odds);
    let of_share = |share: f64| share / (1.0 - share) * odds;
    let (tail, upper) = (level.alpha() / 2.0, level.upper_tail_point());
    let lo = if y_a > 0.0 { beta_quantile(tail, y_a, y_b + 1.0) } else { 0.0 };
    let hi = (y_b > 0.0).then(|| of_share(beta_quantile(upper, y_a + 1.0, y_b)));
    let binomial = Binomial { total, share };
    let why_not = "exact comparison: beyond the incomplete beta function";
    Ok(PoissonRatio {
        ratio: (y_b > 0.0).then(|| y_a / y_b * odds).filter(|ratio| ratio.is_finite()),
        lo: finite(of_share(lo), why_not)?,
        hi: hi.filter(|hi| hi.is_finite()),
        p_value: finite(binomial.two_sided(y_a), why_not)?,
        p_greater: finite(binomial.at_least(y_a), why_not)?,
    })
}

fn count(arm: &Sample) -> Result<f64, StatsError> {
    let weighted = arm.weight().iter().find(|y| y.fract() != 0.0);
    weighted.map_or_else(|| Ok(arm.total_weight()), |y| Err(StatsError::NotACount(*y)))
}

struct Binomial {
    total: f64,
    share: f64,
}

impl Binomial {
    /// P(count >= k) for a whole k.
    fn at_least(&self, k: f64) -> f64 {
        if k <= 0.0 { 1.0 } else { beta_cdf(k, self.total - k + 1.0, self.share) }
    }

    /// P(count <= k) for a whole k.
    fn at_most(&self, k: f64) -> f64 {
        if k >= self.total { 1.0 } else { beta_cdf(self.total - k, k + 1.0, 1.0 - self.share) }
    }

    fn ln_probability(&self, k: f64) -> f64 {
        let n = self.total;
        let ways = ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
        ways + k * self.share.ln() + (n - k) * (-self.share).ln_1p()
    }

    /// Sum of the probabilities of all counts that are at most as likely as `k`. The law rises to
    /// its mode and falls after it, so those on the other side begin at one count.
    fn two_sided(&self, k: f64) -> f64 {
        let mean = self.total * self.share;
        let seen = self.ln_probability(k) + TIE.ln();
        let is_as_rare = |other: f64| self.ln_probability(other) <= seen;
        let both = if k < mean {
            let (mut common, mut rare) = (mean.ceil() - 1.0, self.total + 1.0);
            while rare - common > 1.0 {
                let middle = ((common + rare) / 2.0).floor();
                if is_as_rare(middle) { rare = middle } else { common = middle }
            }
            self.at_most(k) + if rare > self.total { 0.0 } else { self.at_least(rare) }
        } else {
            let (mut rare, mut common) = (-1.0, mean.floor() + 1.0);
            while common - rare > 1.0 {
                let middle = ((common + rare) / 2.0).floor();
                if is_as_rare(middle) { rare = middle } else { common = middle }
            }
            self.at_least(k) + if rare < 0.0 { 0.0 } else { self.at_most(rare) }
        };
        both.min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sided_probability_is_the_sum_over_rarer_counts() {
        for (total, share) in [(1.0, 0.5), (7.0, 0.3), (12.0, 0.5), (30.0, 0.05), (9.0, 0.9)] {
            let law = Binomial { total, share };
            for k in 0..=(total as u32) {
                let k = f64::from(k);
                let sum: f64 = (0..=(total as u32))
                    .map(|other| law.ln_probability(f64::from(other)))
                    .filter(|p| *p <= law.ln_probability(k) + TIE.ln())
                    .map(f64::exp)
                    .sum();
                assert!((law.two_sided(k) - sum).abs() < 1e-12, "{total} {share} {k}");
            }
        }
    }

    #[test]
    fn arms_without_features_or_with_weights_are_told_apart() {
        let arm = |y: f64| Sample::new(&[10.0], &[y]).expect("valid");
        assert_eq!(poisson_ratio(&arm(0.0), &arm(0.0), Level::P95), Err(StatsError::NoFeatures));
        assert_eq!(poisson_ratio(&arm(0.5), &arm(1.0), Level::P95), Err(StatsError::NotACount(0.5)));
        assert!(matches!(poisson_ratio(&arm(9e3), &arm(1.0), Level::P95), Err(StatsError::Undefined(_))));
        let open = poisson_ratio(&arm(3.0), &arm(0.0), Level::P95).expect("defined");
        assert_eq!((open.ratio, open.hi), (None, None));
    }
}
