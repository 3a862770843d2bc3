//! Statistics room: how often an interval holds the true E.

use super::design::Design;
use crate::error::StatsError;
use crate::interval::{Interval, IntervalName, interval};
use crate::level::Level;
use crate::random::Random;
use crate::sample::Sample;

/// Result of many simulated arms.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// Number of arms.
    pub replicates: u32,
    /// How many intervals held the true E.
    pub covered: u32,
    /// How many intervals could not be computed; they count as misses.
    pub undefined: u32,
    /// Width over E of every computed interval, infinite where it is open.
    widths: Vec<f64>,
}

impl Coverage {
    /// Before the first arm.
    pub(super) fn none() -> Self {
        Self { replicates: 0, covered: 0, undefined: 0, widths: Vec::new() }
    }

    /// Counts one arm's interval, `None` where it could not be computed.
    pub(super) fn take(&mut self, ci: Option<Interval>, truth: f64) {
        self.replicates += 1;
        match ci {
            Some(ci) => {
                self.covered += u32::from(ci.contains(truth));
                self.widths.push(ci.width().unwrap_or(f64::INFINITY) / truth);
            }
            None => self.undefined += 1,
        }
    }

    /// Median width over E of the computed intervals, `None` where that one is open.
    pub fn median_relative_width(&self) -> Option<f64> {
        let mut widths = self.widths.clone();
        widths.sort_unstable_by(f64::total_cmp);
        widths.get(widths.len() / 2).copied().filter(|width| width.is_finite())
    }

    /// Share of intervals that held the true E.
    pub fn share(&self) -> f64 {
        f64::from(self.covered) / f64::from(self.replicates.max(1))
    }

    /// Monte-Carlo standard error of the share.
    pub fn standard_error(&self) -> f64 {
        let p = self.share();
        (p * (1.0 - p) / f64::from(self.replicates.max(1))).sqrt()
    }
}

/// Simulates arms of a design and counts how often the named interval holds the true E.
pub fn coverage(name: IntervalName, design: &Design, level: Level, replicates: u32, seed: u64) -> Coverage {
    coverage_of(|sample| interval(name, sample, level), design, replicates, seed)
}

/// The same for any method that makes an interval.
pub fn coverage_of(
    method: impl Fn(&Sample) -> Result<Interval, StatsError>,
    design: &Design,
    replicates: u32,
    seed: u64,
) -> Coverage {
    let mut random = Random::new(seed);
    let mut coverage = Coverage::none();
    for _ in 0..replicates {
        let ci = design.draw(&mut random).and_then(|sample| method(&sample));
        coverage.take(ci.ok(), design.efficiency());
    }
    coverage
}
