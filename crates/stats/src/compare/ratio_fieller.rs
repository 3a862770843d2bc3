//! Statistics room: Fieller's set for the ratio of the E of two independent arms.

use crate::error::{StatsError, finite};
use crate::interval::Fieller;
use crate::level::Level;
use crate::quantile::t_quantile;
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::{Hc, standard_error};

/// Returns Fieller's set for E_a / E_b of independent arms, with HC1 standard errors and
/// n_a + n_b - 2 degrees of freedom (Fieller 1954; the R package mratios, `gsci.ratio`).
///
/// It is the set of r for which a t test does not reject E_a - r E_b = 0: a cross-check of the
/// log interval, never used by a gate. Where E_b is not told apart from 0 it is not bounded.
///
/// # Errors
/// [`StatsError::TooFewUnits`] below 2 units in an arm; [`StatsError::Undefined`] beyond every number.
///
/// ```
/// use tracker_stats::{Fieller, Level, Sample, ratio_fieller};
/// let a = Sample::new(&[10.0; 4], &[6.0, 5.0, 7.0, 6.0])?;
/// let b = Sample::new(&[10.0; 4], &[3.0, 2.0, 4.0, 3.0])?;
/// assert!(matches!(ratio_fieller(&a, &b, Level::P95)?, Fieller::Bounded { lo, .. } if lo > 1.0));
/// let none = Sample::new(&[10.0; 4], &[0.0; 4])?;
/// assert_eq!(ratio_fieller(&a, &none, Level::P95)?, Fieller::WholeLine);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn ratio_fieller(a: &Sample, b: &Sample, level: Level) -> Result<Fieller, StatsError> {
    let df = (a.len() + b.len()) as f64 - 2.0;
    let (a, b) = (Ratio::of(a), Ratio::of(b));
    let (se_a, se_b) = (standard_error(&a, Hc::Hc1)?, standard_error(&b, Hc::Hc1)?);
    let t = t_quantile(level.upper_tail_point(), df);
    let (half_a, half_b) = (t * se_a, t * se_b);
    let (e_a, e_b) = (a.estimate(), b.estimate());
    // (E_a - r E_b)^2 <= half_a^2 + r^2 half_b^2, as A r^2 - 2 B r + C <= 0.
    let (square, cross) = (e_b * e_b - half_b * half_b, e_a * e_b);
    // The discriminant without its cancelling terms.
    let discriminant = half_a * half_a * e_b * e_b + half_b * half_b * (e_a * e_a - half_a * half_a);
    let root = finite(discriminant, "ratio: beyond every number")?.max(0.0).sqrt();
    let (one, other) = ((cross - root) / square, (cross + root) / square);
    Ok(if !(one.is_finite() && other.is_finite()) || (square < 0.0 && discriminant <= 0.0) {
        Fieller::WholeLine
    } else if square > 0.0 {
        Fieller::Bounded { lo: one, hi: other }
    } else {
        Fieller::Exclusive { up_to: one.min(other), from: one.max(other) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wild_denominator_leaves_two_half_lines() {
        let steady = Sample::new(&[10.0; 3], &[6.0, 5.9, 6.1]).expect("valid");
        let wild = Sample::new(&[10.0; 3], &[0.0, 0.0, 9.0]).expect("valid");
        let set = ratio_fieller(&steady, &wild, Level::P95).expect("defined");
        assert!(matches!(set, Fieller::Exclusive { up_to, from } if up_to < 0.0 && from > 0.0), "{set:?}");
        assert!(ratio_fieller(&steady, &Sample::new(&[1.0], &[1.0]).expect("valid"), Level::P95).is_err());
    }
}
