//! What is asked of a replay.

use std::collections::BTreeMap;
use std::str::FromStr;

use tracker_domain::ProviderId;
use tracker_router::PolicyName;
use tracker_router::replay::Settings;

/// Five-hour windows that are worked in a week.
pub(super) const WINDOWS_A_WEEK: usize = 34;

/// What makes an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// Provider and methodology.
    #[default]
    Arm,
    /// The provider alone.
    Provider,
}

impl By {
    /// Returns the word: `arm` or `provider`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Provider => "provider",
        }
    }
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Arm, Self::Provider];
        all.into_iter()
            .find(|by| by.as_str() == text)
            .ok_or_else(|| format!("{text:?} is neither arm nor provider"))
    }
}

/// What is replayed, and under which caps.
///
/// ```
/// use tracker_workflow::replay::{By, Request};
/// let mut request = Request::default();
/// request.by = By::Provider;
/// assert_eq!((request.weeks, request.buffer_pp, request.strategy.as_str()), (6, 10.0, "bwk"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// The policy in question.
    pub strategy: PolicyName,
    /// The policy that it is compared to.
    pub baseline: PolicyName,
    /// What makes an arm.
    pub by: By,
    /// Resamples of the log.
    pub replicates: usize,
    /// The seed of everything.
    pub seed: u64,
    /// Weeks of 34 windows.
    pub weeks: usize,
    /// Points of each weekly bar that stay unused.
    pub buffer_pp: f64,
    /// Percent of the prompts that stay unused.
    pub prompts_left_pct: f64,
    /// Prompts a week of providers that count prompts: no reading tells it.
    pub prompts_a_week: BTreeMap<ProviderId, f64>,
    /// Threads; they change nothing but the time.
    pub threads: usize,
}

impl Default for Request {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            strategy: settings.strategy,
            baseline: settings.baseline,
            by: By::Arm,
            replicates: settings.replicates,
            seed: settings.seed,
            weeks: 6,
            buffer_pp: 10.0,
            prompts_left_pct: 15.0,
            prompts_a_week: BTreeMap::new(),
            threads: 1,
        }
    }
}

impl Request {
    pub(super) fn settings(&self) -> Settings {
        Settings::default()
            .with_strategy(self.strategy)
            .with_baseline(self.baseline)
            .with_replicates(self.replicates)
            .with_seed(self.seed)
            .with_rounds(self.weeks.saturating_mul(WINDOWS_A_WEEK))
            .with_threads(self.threads)
    }
}
