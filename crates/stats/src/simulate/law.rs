//! Statistics room: laws by which features fall into a window.

use crate::random::Random;

/// How many features a window with an expected number of them yields.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Law {
    /// Independent features: variance = mean.
    Poisson,
    /// Windows of different luck: variance = mean + mean^2/k.
    NegativeBinomial2 {
        /// Size k; smaller is clumpier.
        k: f64,
    },
    /// Features in clumps: variance = factor times mean, factor above 1.
    NegativeBinomial1 {
        /// Variance over mean.
        factor: f64,
    },
    /// Poisson features, each with a quality uniform in `lowest`..1; the expected sum of
    /// qualities is the mean.
    QualityWeighted {
        /// Lowest quality.
        lowest: f64,
    },
}

/// Features of one window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    /// Sum of weights.
    pub weight: f64,
    /// Sum of squared weights.
    pub weight_sq: f64,
}

impl Law {
    /// Draws the features of a window whose expected sum of weights is `mean`.
    ///
    /// ```
    /// use tracker_stats::{Random, simulate::Law};
    /// let features = Law::Poisson.draw(2.4, &mut Random::new(1));
    /// assert_eq!(features.weight, features.weight_sq);
    /// ```
    pub fn draw(self, mean: f64, random: &mut Random) -> Features {
        let counts = |count: f64| Features { weight: count, weight_sq: count };
        match self {
            Self::Poisson => counts(poisson(mean, random)),
            Self::NegativeBinomial2 { k } => {
                let luck = random.gamma(k) / k;
                counts(poisson(mean * luck, random))
            }
            Self::NegativeBinomial1 { factor } => {
                let scale = factor - 1.0;
                let luck = random.gamma(mean / scale) * scale;
                counts(poisson(luck, random))
            }
            Self::QualityWeighted { lowest } => {
                let count = poisson(2.0 * mean / (1.0 + lowest), random);
                let mut sum = Features { weight: 0.0, weight_sq: 0.0 };
                let mut drawn = 0.0;
                while drawn < count {
                    let quality = lowest + (1.0 - lowest) * random.uniform();
                    sum.weight += quality;
                    sum.weight_sq += quality * quality;
                    drawn += 1.0;
                }
                sum
            }
        }
    }

    /// Whether the parameters of the law are in their domain.
    pub(super) fn is_valid(self) -> bool {
        match self {
            Self::Poisson => true,
            Self::NegativeBinomial2 { k } => (0.01..=1e6).contains(&k),
            Self::NegativeBinomial1 { factor } => (1.001..=1e3).contains(&factor),
            Self::QualityWeighted { lowest } => (0.01..=1.0).contains(&lowest),
        }
    }
}

/// A Poisson count by products of uniforms (Knuth 1969, 3.4.1), in steps that cannot underflow.
fn poisson(mean: f64, random: &mut Random) -> f64 {
    const STEP: f64 = 16.0;
    let mut left = mean.min(1e5);
    let mut count = 0.0;
    while left > 0.0 {
        let limit = (-left.min(STEP)).exp();
        let mut product = random.uniform();
        while product > limit {
            count += 1.0;
            product *= random.uniform();
        }
        left -= STEP;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of many draws at mean 3.
    fn moments(law: Law) -> (f64, f64) {
        let mut random = Random::new(11);
        let draws: Vec<f64> = (0..20_000).map(|_| law.draw(3.0, &mut random).weight).collect();
        let mean = draws.iter().sum::<f64>() / 2e4;
        (mean, draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / 2e4)
    }

    #[test]
    fn laws_have_the_variance_they_name() {
        for (law, variance) in [
            (Law::Poisson, 3.0),
            (Law::NegativeBinomial2 { k: 2.0 }, 7.5),
            (Law::NegativeBinomial1 { factor: 3.0 }, 9.0),
            // 4 features of mean square 7/12
            (Law::QualityWeighted { lowest: 0.5 }, 4.0 * 7.0 / 12.0),
        ] {
            let (mean, spread) = moments(law);
            assert!((mean - 3.0).abs() < 0.08, "{law:?}: mean {mean}");
            assert!((spread / variance - 1.0).abs() < 0.06, "{law:?}: variance {spread}");
        }
    }

    #[test]
    fn large_means_are_drawn_in_steps() {
        let mut random = Random::new(3);
        let mean = (0..200).map(|_| poisson(1000.0, &mut random)).sum::<f64>() / 200.0;
        assert!((mean - 1000.0).abs() < 10.0, "{mean}");
        assert!(poisson(0.0, &mut random) == 0.0);
    }
}
