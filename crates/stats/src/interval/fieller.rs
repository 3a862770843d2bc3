//! Statistics room: Fieller's interval with its three cases.

use super::{Flag, Flags, Interval, IntervalName};
use crate::error::StatsError;
use crate::level::Level;
use crate::quantile::t_quantile;
use crate::ratio::Ratio;
use crate::sample::Sample;

/// The set of ratios that a one-sample t test of y - E x does not reject (Fieller 1954).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Fieller {
    /// An interval.
    Bounded {
        /// Lower end.
        lo: f64,
        /// Upper end.
        hi: f64,
    },
    /// Everything outside of two roots: the mean capacity is not told apart from 0.
    Exclusive {
        /// The set holds what is at most this,
        up_to: f64,
        /// and what is at least this.
        from: f64,
    },
    /// Every number.
    WholeLine,
}

/// Returns Fieller's set for E, with n - 1 degrees of freedom.
///
/// Roots of A E^2 - 2 B E + C = 0 with A = mean(x)^2 - q s_xx, B = mean(x) mean(y) - q s_xy,
/// C = mean(y)^2 - q s_yy and q = t^2/n. The discriminant is formed from the residuals,
/// D = q (A s_ee + q s_xe^2), so that it does not cancel. Where A is exactly 0 the set is a
/// half-line and its superset, the whole line, is given.
///
/// # Errors
/// [`StatsError::TooFewUnits`] below 2 units.
///
/// ```
/// use tracker_stats::{Fieller, Level, Sample, fieller};
/// let wild = Sample::new(&[1.0, 2.0, 60.0], &[3.0, 1.0, 2.0])?;
/// assert_eq!(fieller(&wild, Level::P95)?, Fieller::WholeLine);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn fieller(sample: &Sample, level: Level) -> Result<Fieller, StatsError> {
    sample.at_least(2)?;
    let ratio = Ratio::of(sample);
    let n = sample.len() as f64;
    let (mean_x, mean_y) = (sample.total_capacity() / n, sample.total_weight() / n);
    let (mut s_xx, mut s_xy, mut s_xe, mut s_ee) = (0.0, 0.0, 0.0, 0.0);
    for ((x, y), e) in sample.pairs().zip(ratio.residuals()) {
        s_xx += (x - mean_x) * (x - mean_x);
        s_xy += (x - mean_x) * (y - mean_y);
        s_xe += (x - mean_x) * e;
        s_ee += e * e;
    }
    let t = t_quantile(level.upper_tail_point(), n - 1.0);
    // q with the n - 1 of the variances folded in.
    let q = t * t / n / (n - 1.0);
    let a = mean_x * mean_x - q * s_xx;
    let b = mean_x * mean_y - q * s_xy;
    let d = q * (a * s_ee + q * s_xe * s_xe);
    if a > 0.0 {
        let root = d.max(0.0).sqrt();
        return Ok(bounded((b - root) / a, (b + root) / a));
    }
    if d <= 0.0 || a == 0.0 {
        return Ok(Fieller::WholeLine);
    }
    let (one, other) = ((b - d.sqrt()) / a, (b + d.sqrt()) / a);
    Ok(if one.is_finite() && other.is_finite() {
        Fieller::Exclusive { up_to: one.min(other), from: one.max(other) }
    } else {
        Fieller::WholeLine
    })
}

/// Roots so far apart that one overflows are no bound.
fn bounded(lo: f64, hi: f64) -> Fieller {
    if lo.is_finite() && hi.is_finite() { Fieller::Bounded { lo, hi } } else { Fieller::WholeLine }
}

/// Fieller's set as an interval: unbounded cases are open at both ends and flagged.
pub(super) fn interval(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let (lo, hi) = match fieller(sample, level)? {
        Fieller::Bounded { lo, hi } => (Some(lo), Some(hi)),
        Fieller::Exclusive { .. } | Fieller::WholeLine => (None, None),
    };
    let flags = Flags::empty()
        .with_if(lo.is_none(), Flag::FiellerUnbounded)
        .with_if(sample.len() == 2, Flag::TwoUnits)
        .with_if(ratio.max_leverage() > 0.5, Flag::OneUnitDecides)
        .with_if(lo.is_some() && lo == hi, Flag::ZeroSpread);
    Ok(Interval {
        df: Some(sample.len() as f64 - 1.0),
        flags,
        ..Interval::new(IntervalName::Fieller, level, ratio.estimate(), lo, hi)
    })
}
