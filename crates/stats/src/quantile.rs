//! Statistics room: distribution functions and quantiles on their whole domain, without panics.
//!
//! `statrs` gives the incomplete gamma and beta functions; its quantiles are starting points
//! that Newton steps take to full precision. Outside of where those routines converge the limit
//! laws are used (normal limit of t, Wilson-Hilferty for gamma).

use statrs::distribution::{ContinuousCDF, Gamma, StudentsT};
use statrs::function::beta::checked_beta_reg;
use statrs::function::erf::erfc_inv;
use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur, ln_gamma};

/// Smallest probability that is told apart from 0.
const TINY: f64 = 1e-300;
/// Degrees of freedom above which the normal limit with its first correction is used.
const LARGE_DF: f64 = 1e6;
/// Gamma shape above which the Wilson-Hilferty cube is used.
const LARGE_SHAPE: f64 = 1e7;

/// Lower incomplete gamma function; NaN outside of its domain, where the library would panic.
fn gamma_lr(shape: f64, x: f64) -> f64 {
    checked_gamma_lr(shape, x).unwrap_or(f64::NAN)
}

/// Upper incomplete gamma function; NaN outside of its domain.
fn gamma_ur(shape: f64, x: f64) -> f64 {
    checked_gamma_ur(shape, x).unwrap_or(f64::NAN)
}

/// Standard normal distribution function, by the incomplete gamma function (the library's error
/// function carries only eleven digits).
pub(crate) fn normal_cdf(x: f64) -> f64 {
    let half_square = 0.5 * x * x;
    if half_square == 0.0 {
        return 0.5;
    }
    if half_square < 0.5 {
        return 0.5 + 0.5 * gamma_lr(0.5, half_square).copysign(x);
    }
    let tail = if half_square < 700.0 { 0.5 * gamma_ur(0.5, half_square) } else { 0.0 };
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// Natural logarithm of the standard normal distribution function, finite for every finite
/// argument by the asymptotic series (Abramowitz and Stegun 26.2.12).
pub(crate) fn ln_normal_cdf(x: f64) -> f64 {
    if x > -15.0 {
        return normal_cdf(x).ln();
    }
    let r = 1.0 / (x * x);
    let series = 1.0 - r * (1.0 - 3.0 * r * (1.0 - 5.0 * r * (1.0 - 7.0 * r)));
    -0.5 * x * x - (-x).ln() - 0.5 * std::f64::consts::TAU.ln() + series.ln()
}

/// Standard normal density.
pub(crate) fn normal_density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// Standard normal quantile; a probability at or beyond 0 or 1 is moved to the nearest
/// representable one.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let p = p.clamp(TINY, 1.0 - f64::EPSILON);
    let start = -std::f64::consts::SQRT_2 * erfc_inv(2.0 * p);
    newton(start, |z| {
        let miss = if p > 0.5 { (1.0 - p) - normal_cdf(-z) } else { normal_cdf(z) - p };
        miss / normal_density(z)
    })
}

/// Student t distribution function with `df` > 0.
pub(crate) fn t_cdf(x: f64, df: f64) -> f64 {
    if df > LARGE_DF {
        // Abramowitz and Stegun 26.7.8.
        return normal_cdf(x * (1.0 - 0.25 / df) / (1.0 + 0.5 * x * x / df).sqrt());
    }
    let tail = 0.5 * beta_cdf(0.5 * df, 0.5, df / (df + x * x));
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// Student t quantile at `p` in 0.5..1 with `df` > 0; 0 below 0.5.
pub(crate) fn t_quantile(p: f64, df: f64) -> f64 {
    if p <= 0.5 {
        return 0.0;
    }
    if df > LARGE_DF {
        // Abramowitz and Stegun 26.7.5, first term.
        let z = normal_quantile(p);
        return z + (z * z * z + z) / (4.0 * df);
    }
    let Ok(law) = StudentsT::new(0.0, 1.0, df) else { return normal_quantile(p) };
    let tail = 1.0 - p;
    let ln_beta = ln_gamma(0.5 * df) + ln_gamma(0.5) - ln_gamma(0.5 * df + 0.5);
    let ln_scale = -0.5 * df.ln() - ln_beta;
    newton(law.inverse_cdf(p), |t| {
        let ln_density = ln_scale - 0.5 * (df + 1.0) * (t * t / df).ln_1p();
        (tail - t_cdf(-t, df)) / ln_density.exp()
    })
}

/// Quantile of the gamma law with this shape (> 0) and rate 1.
pub(crate) fn gamma_quantile(p: f64, shape: f64) -> f64 {
    let p = p.clamp(TINY, 1.0 - f64::EPSILON);
    if shape < 1.0 && p < 0.9 {
        return small_shape_quantile(p, shape);
    }
    if shape > LARGE_SHAPE {
        // Wilson and Hilferty 1931; relative error below 1e-9 from here on.
        let ninth = 1.0 / (9.0 * shape);
        return shape * (1.0 - ninth + normal_quantile(p) * ninth.sqrt()).powi(3);
    }
    let Ok(law) = Gamma::new(shape, 1.0) else { return 0.0 };
    newton(law.inverse_cdf(p), |x| {
        let miss = if p > 0.5 { (1.0 - p) - gamma_ur(shape, x) } else { gamma_lr(shape, x) - p };
        miss / gamma_ln_density(x, shape).exp()
    })
}

/// Gamma quantile for a shape below 1, whose digits lie far below 1: Newton steps for ln P as a
/// function of ln x. That function is concave and its leading term x^shape / Gamma(shape + 1)
/// lies above it, so the steps rise to the root from the leading term's.
fn small_shape_quantile(p: f64, shape: f64) -> f64 {
    let mut ln_x = (p.ln() + ln_gamma(shape + 1.0)) / shape;
    for _ in 0..60 {
        let x = ln_x.exp();
        if x < 1e-16 {
            // The leading term has a relative error below x: nothing to gain.
            break;
        }
        let below = gamma_lr(shape, x);
        let slope = (gamma_ln_density(x, shape) + ln_x).exp() / below;
        let by = (p / below).ln() / slope;
        if !by.is_finite() || by.abs() <= 4.0 * f64::EPSILON {
            break;
        }
        ln_x += by;
    }
    ln_x.exp()
}

/// Natural logarithm of the gamma density with this shape and rate 1 at `x` > 0.
pub(crate) fn gamma_ln_density(x: f64, shape: f64) -> f64 {
    (shape - 1.0) * x.ln() - x - ln_gamma(shape)
}

/// Regularised incomplete beta function I_x(a, b) for a, b > 0; NaN outside of its domain.
///
/// The library's continued fraction has 140 terms, enough for a and b up to some thousands, or
/// for b = 1/2 with any a up to a million.
pub(crate) fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    checked_beta_reg(a, b, x.clamp(0.0, 1.0)).unwrap_or(f64::NAN)
}

/// Beta quantile at `p` for a, b > 0, by halving; a probability at or beyond 0 or 1 gives that end.
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    // A quantile near 0 gains a binary digit each time, also below the spacing near 1.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if beta_cdf(a, b, middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Probability that an F ratio with 1 and `df` degrees of freedom is at least `f`.
pub(crate) fn f_upper_tail(f: f64, df: f64) -> f64 {
    (2.0 * t_cdf(-f.max(0.0).sqrt(), df)).min(1.0)
}

/// Newton's method from a good start; a step that is wild or gains nothing ends it.
fn newton(start: f64, step: impl Fn(f64) -> f64) -> f64 {
    let mut x = start;
    for _ in 0..20 {
        let by = step(x);
        if !by.is_finite() || by.abs() > 0.5 * x.abs() + 1e-6 {
            break;
        }
        x -= by;
        if by.abs() <= 4.0 * f64::EPSILON * x.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64, relative: f64) {
        assert!((got / want - 1.0).abs() < relative, "{got} for {want}");
    }

    /// Values of R 4.2 `qt(.975, df)`.
    #[test]
    fn t_quantiles_match_r() {
        for (df, want) in [
            (1.0, 12.706204736174694),
            (2.0, 4.302652729749462),
            (3.0, 3.1824463052837078),
            (7.0, 2.364624251592784),
            (29.0, 2.045229642132703),
            (1.3313313260269206, 7.209282796454566),
            (21.768637442977344, 2.0751517721959525),
        ] {
            close(t_quantile(0.975, df), want, 1e-12);
        }
        close(t_quantile(0.975, 1e12), 1.959963984540054, 1e-11);
        close(t_quantile(0.975, 0.999e6), t_quantile(0.975, 1.001e6), 1e-8);
    }

    #[test]
    fn quantiles_invert_their_distribution() {
        for shape in [0.3, 1.0, 4.5, 60.0, 5000.0] {
            for p in [0.005, 0.025, 0.3, 0.6, 0.975, 0.995] {
                close(gamma_lr(shape, gamma_quantile(p, shape)), p, 1e-10);
            }
        }
        for p in [1e-12, 0.02, 0.49999, 0.8, 1.0 - 1e-9] {
            close(normal_cdf(normal_quantile(p)), p, 1e-12);
        }
        for (p, df) in [(0.6, 3.0), (0.875, 1.0), (0.9999, 50.0)] {
            close(t_cdf(t_quantile(p, df), df), p, 1e-12);
        }
    }

    /// Values of R 4.2 `qgamma`, `pnorm`.
    #[test]
    fn reference_values() {
        close(gamma_quantile(0.975, 1.0), 3.688879454113936, 1e-13);
        assert!(gamma_quantile(0.025, 1e-8) < 1e-300);
        close(normal_cdf(-1.959963984540054), 0.025, 1e-13);
        assert!((normal_cdf(0.0) - 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn tiny_shapes_do_not_leave_the_domain() {
        for shape in [1e-9, 0.01, 0.042294336073706515, 0.06, 0.3] {
            for p in [5e-7, 0.025, 0.495] {
                let x = gamma_quantile(p, shape);
                assert!((0.0..1.0).contains(&x), "{x} at {p} of {shape}");
                assert!(x <= gamma_quantile(1.8 * p, shape), "{p} of {shape}");
            }
        }
    }

    #[test]
    fn the_limit_laws_join_smoothly() {
        let step = gamma_quantile(0.975, 1.0001e7) - gamma_quantile(0.975, 0.9999e7);
        close(step, 2000.0, 1e-3);
        close(ln_normal_cdf(-15.0 - 1e-9), ln_normal_cdf(-15.0 + 1e-9), 1e-9);
        assert!(ln_normal_cdf(-1e6).is_finite());
    }
}
