//! Statistics room: the crate's own deterministic generator, so that a seed means the same
//! numbers on every machine and in every version.

/// A seeded SplitMix64 generator (Steele, Lea and Flood 2014).
///
/// Good enough for resampling and simulation; not for secrets.
///
/// ```
/// use tracker_stats::Random;
/// let (mut a, mut b) = (Random::new(7), Random::new(7));
/// assert_eq!(a.uniform(), b.uniform());
/// assert!((0..100).all(|_| a.below(6) < 6));
/// ```
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Starts the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number strictly between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A whole number below `bound`, 0 for a bound of 0 (Lemire 2019; the bias below 2^-32 for
    /// the small bounds used here is not removed).
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u32
    }

    /// A standard normal number (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// A gamma number with this shape and rate 1 (Marsaglia and Tsang 2000); 0 for a shape
    /// that is not positive.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape.is_nan() || shape <= 0.0 {
            return 0.0;
        }
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.uniform().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return d * v;
            }
        }
    }

    /// A Student t number with `df` degrees of freedom.
    pub fn student_t(&mut self, df: f64) -> f64 {
        let chi_square = 2.0 * self.gamma(0.5 * df);
        self.normal() * (df / chi_square.max(f64::MIN_POSITIVE)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First outputs of the reference implementation for seed 1234567.
    #[test]
    fn the_sequence_is_the_published_one() {
        let mut random = Random::new(1_234_567);
        let first = [random.bits(), random.bits(), random.bits()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn moments_are_those_of_the_laws() {
        let mut random = Random::new(1);
        let mut mean = |draw: &mut dyn FnMut(&mut Random) -> f64| {
            (0..20_000).map(|_| draw(&mut random)).sum::<f64>() / 20_000.0
        };
        assert!((mean(&mut Random::uniform) - 0.5).abs() < 0.01);
        assert!(mean(&mut Random::normal).abs() < 0.03);
        assert!((mean(&mut |r| r.normal().powi(2)) - 1.0).abs() < 0.05);
        assert!((mean(&mut |r| r.gamma(2.5)) - 2.5).abs() < 0.05);
        assert!((mean(&mut |r| r.gamma(0.4)) - 0.4).abs() < 0.02);
        assert!((mean(&mut |r| r.student_t(10.0).powi(2)) - 1.25).abs() < 0.08);
        assert!((mean(&mut |r| f64::from(r.below(6))) - 2.5).abs() < 0.05);
        assert!(mean(&mut |r| r.gamma(-1.0)).abs() < f64::EPSILON);
    }
}
