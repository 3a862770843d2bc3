//! Statistics room: two arms on the log scale (default) and on the linear scale.

use crate::error::{StatsError, finite};
use crate::level::Level;
use crate::quantile::{t_cdf, t_quantile};
use crate::ratio::Ratio;
use crate::sample::Sample;
use crate::variance::{Hc, bell_mccaffrey_df, standard_error};

/// Arm a against arm b as a ratio E_a / E_b.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LogRatio {
    /// ln E_a - ln E_b.
    pub log_ratio: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Welch-Satterthwaite degrees of freedom.
    pub df: f64,
    /// log ratio / standard error.
    pub t: f64,
    /// Certainty that E_a > E_b: the t distribution function at `t`, 0.5 for equal arms.
    pub certainty: f64,
    /// Two-sided p-value of equal arms.
    pub p_value: f64,
    /// Lower end of E_a / E_b; 0 where it underflows.
    pub ratio_lo: f64,
    /// Upper end of E_a / E_b, `None` beyond every number.
    pub ratio_hi: Option<f64>,
}

/// Compares two arms on the log scale with HC3 standard errors (Welch 1947; Satterthwaite 1946):
/// the contrast of a two-group quasi-Poisson regression with the HC3 sandwich.
///
/// # Errors
/// [`StatsError::NoFeatures`] where an arm has none; those of HC3; [`StatsError::Undefined`]
/// where neither arm has any spread.
///
/// ```
/// use tracker_stats::{Level, Sample, log_ratio};
/// let a = Sample::new(&[9.0, 11.0, 10.0, 10.0], &[6.0, 6.0, 7.0, 6.0])?;
/// let b = Sample::new(&[10.0, 8.0, 12.0, 10.0], &[2.0, 2.0, 2.0, 3.0])?;
/// let result = log_ratio(&a, &b, Level::P95)?;
/// assert!(result.certainty > 0.95 && result.ratio_lo > 1.0);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn log_ratio(a: &Sample, b: &Sample, level: Level) -> Result<LogRatio, StatsError> {
    let (a, b) = (LogArm::of(a)?, LogArm::of(b)?);
    let (_, df) = welch(a.variance, a.df, b.variance, b.df)?;
    LogRatio::from_moments(a.log_estimate - b.log_estimate, a.variance + b.variance, df, level)
}

impl LogRatio {
    /// The comparison that follows from the difference of the logarithms and its variance.
    pub(super) fn from_moments(
        log_ratio: f64,
        variance: f64,
        df: f64,
        level: Level,
    ) -> Result<Self, StatsError> {
        let se = finite(variance.sqrt(), "the standard error exceeds every number")?;
        if se <= 1e-9 {
            return Err(StatsError::Undefined("comparison: neither arm has any spread"));
        }
        let t = log_ratio / se;
        let half = t_quantile(level.upper_tail_point(), df) * se;
        Ok(Self {
            log_ratio,
            standard_error: se,
            df,
            t,
            certainty: t_cdf(t, df),
            p_value: (2.0 * t_cdf(-t.abs(), df)).min(1.0),
            ratio_lo: (log_ratio - half).exp(),
            ratio_hi: Some((log_ratio + half).exp()).filter(|hi| hi.is_finite()),
        })
    }
}

/// One arm on the log scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogArm {
    pub(super) log_estimate: f64,
    pub(super) variance: f64,
    pub(super) df: f64,
}

impl LogArm {
    /// ln E with the variance HC3 / E^2 and n - 1 degrees of freedom.
    pub(super) fn of(sample: &Sample) -> Result<Self, StatsError> {
        let ratio = Ratio::of(sample);
        let e = ratio.estimate();
        if e == 0.0 {
            return Err(StatsError::NoFeatures);
        }
        let relative = standard_error(&ratio, Hc::Hc3)? / e;
        Ok(Self { log_estimate: e.ln(), variance: relative * relative, df: ratio.len() as f64 - 1.0 })
    }
}

/// Standard error of a sum of two and its Welch-Satterthwaite degrees of freedom.
fn welch(v_a: f64, df_a: f64, v_b: f64, df_b: f64) -> Result<(f64, f64), StatsError> {
    let sum = v_a + v_b;
    // Shares instead of squares of variances: they neither overflow nor underflow.
    let (share_a, share_b) = (v_a / sum, v_b / sum);
    let df = 1.0 / (share_a * share_a / df_a + share_b * share_b / df_b);
    Ok((sum.sqrt(), finite(df, "comparison: neither arm has any spread")?))
}

/// Arm a against arm b as a difference E_a - E_b.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// E_a - E_b.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Degrees of freedom, combined from the Bell-McCaffrey ones of the arms.
    pub df: f64,
    /// difference / standard error.
    pub t: f64,
    /// Two-sided p-value of equal arms.
    pub p_value: f64,
    /// Lower end of the interval for the difference.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// Compares two arms on the linear scale with HC2 standard errors and Bell-McCaffrey degrees of
/// freedom (Imbens and Kolesar 2016). Works with an arm without features.
///
/// # Errors
/// Those of HC2; [`StatsError::Undefined`] where neither arm has any spread.
///
/// ```
/// use tracker_stats::{Level, Sample, difference};
/// let a = Sample::new(&[9.0, 11.0, 10.0], &[6.0, 5.0, 7.0])?;
/// let b = Sample::new(&[10.0, 8.0, 12.0], &[0.0, 0.0, 0.0])?;
/// let result = difference(&a, &b, Level::P95)?;
/// assert_eq!(result.difference, 0.6);
/// assert!(result.lo > 0.0);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn difference(a: &Sample, b: &Sample, level: Level) -> Result<Difference, StatsError> {
    let (a, b) = (Ratio::of(a), Ratio::of(b));
    let (se_a, se_b) = (standard_error(&a, Hc::Hc2)?, standard_error(&b, Hc::Hc2)?);
    let (se, df) = welch(se_a * se_a, bell_mccaffrey_df(&a)?, se_b * se_b, bell_mccaffrey_df(&b)?)?;
    if se <= 1e-9 * a.estimate().max(b.estimate()) {
        return Err(StatsError::Undefined("comparison: neither arm has any spread"));
    }
    let difference = a.estimate() - b.estimate();
    let t = difference / se;
    let half = t_quantile(level.upper_tail_point(), df) * se;
    Ok(Difference {
        difference,
        standard_error: se,
        df,
        t,
        p_value: (2.0 * t_cdf(-t.abs(), df)).min(1.0),
        lo: difference - half,
        hi: difference + half,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(y: &[f64]) -> Sample {
        Sample::new(&vec![10.0; y.len()], y).expect("valid")
    }

    #[test]
    fn an_arm_against_itself_is_undecided() {
        let a = arm(&[3.0, 4.0, 2.0]);
        let same = log_ratio(&a, &a, Level::P95).expect("defined");
        assert_eq!((same.certainty, same.p_value, same.df), (0.5, 1.0, 4.0));
        assert_eq!(difference(&a, &a, Level::P95).expect("defined").p_value, 1.0);
    }

    #[test]
    fn arms_without_spread_or_features_are_refused() {
        let (flat, none) = (arm(&[2.0, 2.0, 2.0]), arm(&[0.0, 0.0]));
        assert!(matches!(log_ratio(&flat, &flat, Level::P95), Err(StatsError::Undefined(_))));
        assert!(matches!(difference(&flat, &none, Level::P95), Err(StatsError::Undefined(_))));
        assert_eq!(log_ratio(&none, &flat, Level::P95), Err(StatsError::NoFeatures));
    }

    #[test]
    fn swapping_the_arms_mirrors_the_result() {
        let (a, b) = (arm(&[3.0, 4.0, 2.0, 7.0]), arm(&[1.0, 2.0, 2.0]));
        let ab = log_ratio(&a, &b, Level::P90).expect("defined");
        let ba = log_ratio(&b, &a, Level::P90).expect("defined");
        assert!((ab.certainty + ba.certainty - 1.0).abs() < 1e-12);
        assert!((ab.ratio_lo * ba.ratio_hi.expect("bounded") - 1.0).abs() < 1e-12);
    }
}
