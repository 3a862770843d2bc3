//! Router room: what a replay says.

use std::fmt;

use super::Refusal;
use crate::off_policy::OffPolicy;
use crate::{Bar, PolicyName};

/// What came of asking for a replay.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The log could tell something.
    Replayed(Box<Report>),
    /// The log cannot.
    Refused(Refusal),
}

/// What the interval of the paired difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its lower end is above 0.
    Better,
    /// Its upper end is below 0.
    Worse,
    /// It holds 0.
    NotEnoughEvidence,
}

impl Verdict {
    /// Returns the verdict as it is printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NotEnoughEvidence => "not enough evidence",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A value with the ends of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Estimate {
    /// The value on the log itself.
    pub mean: f64,
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Estimate {
    /// Returns the value with the 2.5 % and 97.5 % points of its replicates.
    pub(super) fn of(mean: f64, replicates: &mut [f64]) -> Self {
        replicates.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * (replicates.len().saturating_sub(1)) as f64;
            let low = replicates.get(place.floor() as usize).copied().unwrap_or(mean);
            let high = replicates.get(place.ceil() as usize).copied().unwrap_or(mean);
            low + (high - low) * place.fract()
        };
        Self { mean, lo: at(0.025).min(mean), hi: at(0.975).max(mean) }
    }

    pub(super) fn scaled(self, factor: f64) -> Self {
        Self { mean: self.mean * factor, lo: self.lo * factor, hi: self.hi * factor }
    }
}

/// What one policy came to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PolicyReport {
    /// The policy.
    pub name: PolicyName,
    /// Features x quality over the replayed time.
    pub features: Estimate,
    /// The same as a share of the bound.
    pub share: Estimate,
    /// Windows played, on average.
    pub windows_played: f64,
    /// Share of the played windows by arm.
    pub arm_shares: Vec<f64>,
    /// Periods of a bar in which more was used than its budget, over all runs: must be 0.
    pub violations: usize,
    /// Points of each bar left at the end of a period, on average.
    pub unused: Vec<f64>,
    /// Features so far at each checkpoint.
    pub curve: Vec<Estimate>,
    /// Shadow price of each bar at each checkpoint, in features per point; empty for a policy without prices.
    pub prices: Vec<Vec<f64>>,
}

/// What the log held of one arm.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ArmReport {
    /// The arm.
    pub name: String,
    /// Its windows.
    pub windows: usize,
    /// Its features.
    pub features: f64,
    /// Its features x quality after rework.
    pub reward: f64,
    /// Points it used of each bar.
    pub points: Vec<f64>,
}

/// A replay.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The arms.
    pub arms: Vec<ArmReport>,
    /// Arms that are known and were never played: nothing is said of them.
    pub unplayed: Vec<String>,
    /// The bars, in points.
    pub bars: Vec<Bar>,
    /// Rounds of the replayed time.
    pub rounds: usize,
    /// Rounds after which curves and prices are told.
    pub checkpoints: Vec<usize>,
    /// Features x quality that no policy can expect to beat on the log's means.
    pub bound: f64,
    /// The policy in question.
    pub strategy: PolicyReport,
    /// The policy that it is compared to.
    pub baseline: PolicyReport,
    /// Strategy minus baseline on the same draws, as a share of the bound.
    pub difference: Estimate,
    /// Share of resampled logs on which the strategy was ahead.
    pub win_share: f64,
    /// What follows.
    pub verdict: Verdict,
    /// About how many more windows of each arm would decide a difference of this size, when there is no verdict;
    /// `None` when no reasonable number would.
    pub more_windows: Option<usize>,
    /// True when the log drifted and was drawn week by week.
    pub by_weeks: bool,
    /// Estimates from recorded chances, when every window has one: the strategy's mix of arms, reward a window in
    /// features x quality.
    pub off_policy: Option<OffPolicy>,
}

impl Report {
    /// Returns the line that the preview shows: `+12.3% [+2.1, +20.5] (better)`, in percent of the bound.
    #[must_use]
    pub fn summary(&self) -> String {
        let Estimate { mean, lo, hi } = self.difference.scaled(100.0);
        format!("{:+.1}% [{:+.1}, {:+.1}] ({})", tidy(mean), tidy(lo), tidy(hi), self.verdict)
    }
}

/// A rounded minus zero would read as a sign of something.
fn tidy(value: f64) -> f64 {
    if value.abs() < 0.05 { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_interpolates_and_holds_its_mean() {
        let mut replicates: Vec<f64> = (0..=40).rev().map(f64::from).collect();
        assert_eq!(Estimate::of(20.0, &mut replicates), Estimate { mean: 20.0, lo: 1.0, hi: 39.0 });
        assert_eq!(Estimate::of(-3.0, &mut [1.0, 2.0]).lo, -3.0);
        assert_eq!(Estimate::of(1.0, &mut []), Estimate { mean: 1.0, lo: 1.0, hi: 1.0 });
    }
}
