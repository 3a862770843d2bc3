//! Statistics room: intervals for E by name, and what every interval tells about itself.

mod bca;
mod bootstrap;
mod fay_feuer;
mod fieller;
mod flag;
mod gamma;
mod linear;
mod log_hc3;
mod name;
mod poisson;
mod policy;

use crate::error::StatsError;
use crate::level::Level;
use crate::sample::Sample;

pub use bca::{Bca, bca};
pub use bootstrap::Resampling;
pub use fieller::{Fieller, fieller};
pub use flag::{Flag, Flags};
pub use gamma::{GammaPosterior, probability_greater};
pub use name::IntervalName;

/// An interval for E = weighted features / capacity.
///
/// An end that the method leaves open is `None`; a finite end is always a finite number.
/// Linear methods may give a negative lower end: it is the formula's, not clipped.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Interval {
    /// Point estimate E.
    pub estimate: f64,
    /// Lower end, `None` when unbounded below.
    pub lo: Option<f64>,
    /// Upper end, `None` when unbounded above.
    pub hi: Option<f64>,
    /// Confidence level.
    pub level: Level,
    /// The method that made the ends; the policy names the method it chose.
    pub method: IntervalName,
    /// Degrees of freedom of the t factor, where one was used.
    pub df: Option<f64>,
    /// Standard error of E on the linear scale, where the method has one.
    pub standard_error: Option<f64>,
    /// What a reader must know before using the interval.
    pub flags: Flags,
}

impl Interval {
    /// Distance between the ends, `None` when one is open.
    pub fn width(&self) -> Option<f64> {
        Some(self.hi? - self.lo?)
    }

    /// Whether the interval holds a value of E.
    pub fn contains(&self, value: f64) -> bool {
        self.lo.is_none_or(|lo| lo <= value) && self.hi.is_none_or(|hi| value <= hi)
    }

    pub(crate) fn new(
        method: IntervalName,
        level: Level,
        estimate: f64,
        lo: Option<f64>,
        hi: Option<f64>,
    ) -> Self {
        // A computed end beyond every double is an open end.
        let named = |end: Option<f64>| end.filter(|v| v.is_finite());
        let flags = Flags::empty();
        Self { estimate, lo: named(lo), hi: named(hi), level, method, df: None, standard_error: None, flags }
    }
}

/// Returns the interval of this name for a sample.
///
/// BCa enumerates the bootstrap exactly up to 12 units and resamples with
/// [`Resampling::default`] beyond; use [`bca()`] for another seed.
///
/// # Errors
/// Whatever the method cannot answer for this sample, as a [`StatsError`].
///
/// ```
/// use tracker_stats::{IntervalName, Level, Sample, interval};
/// let sample = Sample::new(
///     &[18.0, 7.0, 21.0, 19.0, 7.0, 13.0, 6.0, 7.0],
///     &[3.0, 3.0, 6.0, 8.0, 3.0, 4.0, 3.0, 0.0],
/// )?;
/// let ci = interval("log-hc3".parse()?, &sample, Level::P95)?;
/// assert_eq!(ci.method, IntervalName::LogHc3);
/// assert!((ci.lo.unwrap() - 0.205355).abs() < 1e-6 && (ci.hi.unwrap() - 0.456337).abs() < 1e-6);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn interval(name: IntervalName, sample: &Sample, level: Level) -> Result<Interval, StatsError> {
    match name {
        IntervalName::Policy => policy::interval(sample, level),
        IntervalName::LogHc3 => log_hc3::interval(sample, level),
        IntervalName::Hc3 => linear::hc3(sample, level),
        IntervalName::Hc2Bm => linear::hc2_bm(sample, level),
        IntervalName::Delta => linear::delta(sample, level),
        IntervalName::Jackknife => linear::jackknife(sample, level),
        IntervalName::Fieller => fieller::interval(sample, level),
        IntervalName::Bca => Ok(bca(sample, level, Resampling::default())?.interval),
        IntervalName::PoissonExact => poisson::interval(sample, level),
        IntervalName::FayFeuer => fay_feuer::interval(sample, level),
        IntervalName::Gamma => GammaPosterior::of(sample).interval(level),
    }
}
