//! Statistics room: the noncentral t law by integration.

use crate::quantile::{gamma_ln_density, normal_cdf};

/// Number of Simpson panels; the integrand is smooth and panels are narrow against its width.
const PANELS: u32 = 2_000;

/// Distribution function P(T <= t) of the noncentral t law with `df` >= 1 degrees of freedom and
/// noncentrality `delta`: the mean of Phi(t w - delta) over w = sqrt(chi-square / df)
/// (Johnson, Kotz and Balakrishnan 1995, 31.5).
pub(super) fn noncentral_t_cdf(t: f64, df: f64, delta: f64) -> f64 {
    // w has mean near 1 and standard deviation near 1/sqrt(2 df): twelve of them on each side.
    let reach = 12.0 / (2.0 * df).sqrt();
    let (from, to) = ((1.0 - reach).max(0.0), 1.0 + reach);
    let width = (to - from) / f64::from(PANELS);
    let mut sum = 0.0;
    let mut mass = 0.0;
    for i in 0..=PANELS {
        let simpson = match i {
            0 | PANELS => 1.0,
            _ if i % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let w = from + width * f64::from(i);
        let density = simpson * density_of_w(w, df);
        mass += density;
        sum += density * normal_cdf(t * w - delta);
    }
    // Dividing by the mass removes what the ends and the rule leave out.
    (sum / mass).clamp(0.0, 1.0)
}

/// Density of sqrt(chi-square(df) / df).
fn density_of_w(w: f64, df: f64) -> f64 {
    // At 0 the density is finite only for df = 1, where it is sqrt(2/pi).
    let w = w.max(1e-12);
    (gamma_ln_density(0.5 * df * w * w, 0.5 * df) + (df * w).ln()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantile::t_cdf;

    #[test]
    fn without_shift_it_is_the_central_law() {
        for (t, df) in [(0.3, 1.0), (-2.0, 2.0), (2.5, 5.0), (1.7, 60.0), (1.9, 9_000.0)] {
            let (got, want) = (noncentral_t_cdf(t, df, 0.0), t_cdf(t, df));
            assert!((got - want).abs() < 1e-7, "{t} {df}: {got} for {want}");
        }
    }

    /// R 4.2: `power.t.test(n = 20, delta = 1, sd = 1)` gives 0.8689528, the upper tail of the
    /// noncentral law with 38 degrees of freedom at the two-sided 5 % point.
    #[test]
    fn power_of_the_two_sample_t_test_is_that_of_r() {
        let upper = 1.0 - noncentral_t_cdf(2.024_394_163_911_97, 38.0, 10.0_f64.sqrt());
        assert!((upper - 0.868_952_8).abs() < 1e-7, "{upper}");
    }
}
