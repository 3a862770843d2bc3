//! Router room: how many points a window uses in the worlds: lognormal, read from a whole-percent bar, at most 40.

use tracker_stats::Random;

/// Spread of the logarithm.
const SIGMA: f64 = 0.6;
/// No window uses more points.
const MOST: f64 = 40.0;

/// Draws the points of a window whose mean before rounding is `mean`.
pub(super) fn points(mean: f64, random: &mut Random) -> f64 {
    (mean.ln() - SIGMA * SIGMA / 2.0 + SIGMA * random.normal()).exp().round_ties_even().min(MOST)
}

/// Returns the mean of [`points`]: the sum over k of P(X >= k - 1/2), k = 1 to 40.
pub(super) fn mean_points(mean: f64) -> f64 {
    let place = |k: u32| ((f64::from(k) - 0.5).ln() - mean.ln() + SIGMA * SIGMA / 2.0) / SIGMA;
    (1..=40).map(|k| upper_tail(place(k))).sum()
}

/// Returns the upper tail of the standard normal law by Simpson's rule, to about ten digits.
pub(crate) fn upper_tail(z: f64) -> f64 {
    let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    let (from, panels) = (z.clamp(-9.0, 9.0), 240_u32);
    let width = (9.0 - from) / f64::from(panels);
    let inner = |at: u32| density(from + width * f64::from(at)) * if at % 2 == 1 { 4.0 } else { 2.0 };
    (density(from) + density(9.0) + (1..panels).map(inner).sum::<f64>()) * width / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tail_and_mean_are_right() {
        assert!((upper_tail(0.0) - 0.5).abs() < 1e-9);
        assert!((upper_tail(1.959_963_984_540_054) - 0.025).abs() < 1e-9);
        let mut random = Random::new(5);
        for mean in [4.0, 24.0] {
            let drawn = (0..40_000).map(|_| points(mean, &mut random)).sum::<f64>() / 40_000.0;
            assert!((drawn - mean_points(mean)).abs() < 0.15, "{drawn} {}", mean_points(mean));
        }
    }
}
