//! Estimates features per unit of capacity with honest intervals, power, comparisons and gates.
//!
//! ```
//! use tracker_stats::{IntervalName, Level, Sample, achieved_power, interval};
//!
//! // points of the weekly bar and features of six windows, in time order
//! let capacity = [18.0, 7.0, 21.0, 19.0, 7.0, 13.0];
//! let features = [3.0, 3.0, 6.0, 8.0, 3.0, 4.0];
//! let sample = Sample::new(&capacity, &features)?;
//!
//! let ci = interval(IntervalName::Policy, &sample, Level::P95)?;
//! let power = achieved_power(&sample, 0.10)?;
//! println!("efficiency={:.2}, ci={:.2?}..{:.2?}, power={power:.2}", ci.estimate, ci.lo, ci.hi);
//! assert!(ci.contains(ci.estimate) && ci.flags.is_empty());
//! # Ok::<(), tracker_stats::StatsError>(())
//! ```
//!
//! # Concepts
//! - [`Sample`]: the units of one arm in time order, each with the capacity x it used and its
//!   features y, weighted by quality. E = sum of y / sum of x ([`Ratio`]).
//! - [`standard_error`], [`jackknife`], [`bell_mccaffrey_df`]: how far E may be off.
//! - [`interval()`]: eleven intervals by [`IntervalName`]. [`IntervalName::Policy`] is the default
//!   and says in its [`Flags`] what a reader must know.
//! - [`dispersion`], [`lag1_autocorrelation`], [`block`], [`meter_band`], [`balance`]: what
//!   speaks against it.
//! - [`achieved_power`], [`Power`], [`required_units`]: what the present data can show, and how
//!   many units would.
//! - [`log_ratio`], [`blocked_log_ratio`], [`difference`], [`compare_with_leader`],
//!   [`probability_best`]: arms compared; [`ratio_fieller`], [`poisson_ratio`] and [`quasi_poisson`]
//!   are cross-checks.
//! - [`reallocate`] (reversible), [`retire`] and [`EProcess`] (valid at every look): gates.
//!
//! Every function is pure: no clock, no file, no environment; a seed is an argument. What is
//! undefined is a [`StatsError`]; no function returns a NaN, and an open end is `None`.
//!
//! # Limits
//! - Units are taken to be independent; where [`block_size`] says otherwise, [`block`] them first.
//! - One unit of measure per sample: the crate cannot know that points and prompts were mixed.
//! - Values must be 0 or in 1e-9..=1e12, so that no intermediate result overflows.
//! - With fewer than 3 units the intervals are formally right and of no use.
//! - The retirement gate is asymptotic; [`EProcess`] is the conservative alternative.
//!
//! # Features
//! `simulate` (off by default) adds the laws and the coverage loop of the self-test.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod compare;
mod diagnostics;
mod error;
mod gates;
mod interval;
mod level;
mod power;
mod quantile;
mod random;
mod ratio;
mod sample;
#[cfg(feature = "simulate")]
pub mod simulate;
mod variance;

pub use compare::{
    ArmsComparison, Difference, LogRatio, PoissonRatio, QuasiPoisson, VersusLeader, blocked_log_ratio,
    compare_with_leader, difference, holm, log_ratio, poisson_ratio, probability_best, quasi_poisson,
    ratio_fieller,
};
pub use diagnostics::{
    Balance, MeterBand, balance, block, block_size, dispersion, lag1_autocorrelation, meter_band,
};
pub use error::StatsError;
pub use gates::{
    BetaBinomialMixture, EProcess, NormalMixture, Reallocation, Retirement, Shortage, Sides, Verdict,
    reallocate, retire, retirement_bound,
};
pub use interval::{
    Bca, Fieller, Flag, Flags, GammaPosterior, Interval, IntervalName, Resampling, bca, fieller, interval,
    probability_greater,
};
pub use level::Level;
pub use power::{ArmPlan, Power, achieved_power, required_units};
pub use random::Random;
pub use ratio::Ratio;
pub use sample::Sample;
pub use variance::{Hc, Jackknife, bell_mccaffrey_df, jackknife, standard_error};
