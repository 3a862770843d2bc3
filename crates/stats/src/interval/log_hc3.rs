//! Statistics room: the default interval, on the log scale with HC3.

use super::linear::spread_flags;
use super::{Interval, IntervalName};
use crate::error::StatsError;
use crate::level::Level;
use crate::quantile::t_quantile;
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::{Hc, standard_error};

/// E exp(+- t(n-1) s) with s = HC3 standard error / E.
///
/// The same as a quasi-Poisson regression with a log link and offset log(capacity) and the
/// HC3 sandwich (McCullagh and Nelder 1989; Zeileis 2004), in closed form.
pub(super) fn interval(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let e = ratio.estimate();
    if e == 0.0 {
        return Err(StatsError::NoFeatures);
    }
    let se = standard_error(&ratio, Hc::Hc3)?;
    let df = ratio.len() as f64 - 1.0;
    let log_half = t_quantile(level.upper_tail_point(), df) * se / e;
    let ends = (Some(e * (-log_half).exp()), Some(e * log_half.exp()));
    Ok(Interval {
        df: Some(df),
        standard_error: Some(se),
        flags: spread_flags(&ratio, se),
        ..Interval::new(IntervalName::LogHc3, level, e, ends.0, ends.1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_feature_has_no_logarithm() {
        let none = Sample::new(&[5.0, 9.0], &[0.0, 0.0]).expect("valid");
        assert_eq!(interval(&none, Level::P95), Err(StatsError::NoFeatures));
    }

    #[test]
    fn an_end_beyond_every_double_is_open() {
        let wild = Sample::new(&[1.0, 1e12], &[1e9, 1.0]).expect("valid");
        let ci = interval(&wild, Level::P95).expect("defined");
        assert_eq!((ci.lo, ci.hi), (Some(0.0), None));
    }
}
