//! Statistics room: symmetric t intervals on the linear scale.

use super::{Flag, Flags, Interval, IntervalName};
use crate::error::StatsError;
use crate::level::Level;
use crate::quantile::t_quantile;
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::{self, Hc, bell_mccaffrey_df, standard_error};

/// E +- t(n-1) times the HC3 standard error (MacKinnon and White 1985; Long and Ervin 2000).
pub(super) fn hc3(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let se = standard_error(&ratio, Hc::Hc3)?;
    Ok(symmetric(IntervalName::Hc3, level, &ratio, se, plain_df(&ratio)))
}

/// E +- t times the HC2 standard error with Bell-McCaffrey degrees of freedom.
pub(super) fn hc2_bm(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let (se, df) = (standard_error(&ratio, Hc::Hc2)?, bell_mccaffrey_df(&ratio)?);
    Ok(symmetric(IntervalName::Hc2Bm, level, &ratio, se, df))
}

/// E +- t(n-1) times the delta-method standard error (Woodruff 1971; survey::svyratio).
pub(super) fn delta(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let se = standard_error(&ratio, Hc::Hc1)?;
    Ok(symmetric(IntervalName::Delta, level, &ratio, se, plain_df(&ratio)))
}

/// E +- t(n-1) times the centred jackknife standard error (Tukey 1958).
pub(super) fn jackknife(sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    let ratio = Ratio::of(sample);
    let se = variance::jackknife(&ratio)?.standard_error;
    Ok(symmetric(IntervalName::Jackknife, level, &ratio, se, plain_df(&ratio)))
}

fn plain_df(ratio: &Ratio) -> f64 {
    ratio.len() as f64 - 1.0
}

fn symmetric(method: IntervalName, level: Level, ratio: &Ratio, se: f64, df: f64) -> Interval {
    let half = t_quantile(level.upper_tail_point(), df) * se;
    let e = ratio.estimate();
    Interval {
        df: Some(df),
        standard_error: Some(se),
        flags: spread_flags(ratio, se),
        ..Interval::new(method, level, e, Some(e - half), Some(e + half))
    }
}

/// Whether a standard error is zero but for rounding.
pub(super) fn is_negligible(se: f64, estimate: f64) -> bool {
    se <= 1e-9 * estimate
}

/// Flags that follow from the units alone.
pub(super) fn spread_flags(ratio: &Ratio, se: f64) -> Flags {
    Flags::empty()
        .with_if(ratio.len() == 2, Flag::TwoUnits)
        .with_if(ratio.max_leverage() > 0.5, Flag::OneUnitDecides)
        .with_if(is_negligible(se, ratio.estimate()), Flag::ZeroSpread)
}
