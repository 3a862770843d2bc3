//! Statistics room: the gamma interval for weighted Poisson features.

use super::{Flag, Flags, Interval, IntervalName};
use crate::error::StatsError;
use crate::level::Level;
use crate::quantile::gamma_quantile;
use crate::sample::Sample;

/// Exact-type interval for a weighted sum of Poisson counts (Fay and Feuer 1997), with largest
/// weight 1: it equals Garwood's interval when all weights are 1.
///
/// With v = sum of squared weights, the lower end is (v/Y) times the alpha/2 quantile of the
/// gamma law with shape Y^2/v, the upper end the same with Y+1 and v+1, both over X.
pub(super) fn interval(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let capacity = sample.total_capacity();
    let (y, v) = (sample.total_weight(), sample.total_weight_sq());
    let scaled = |p: f64, y: f64, v: f64| v / y * gamma_quantile(p, y * y / v) / capacity;
    let lo = if y > 0.0 { scaled(level.alpha() / 2.0, y, v) } else { 0.0 };
    let hi = scaled(level.upper_tail_point(), y + 1.0, v + 1.0);
    let flags = Flags::empty().with(Flag::PoissonAssumed).with_if(y == 0.0, Flag::UpperBoundOnly);
    Ok(Interval { flags, ..Interval::new(IntervalName::FayFeuer, level, y / capacity, Some(lo), Some(hi)) })
}
