//! Router room: how a replay is done.

use crate::PolicyName;

/// What is replayed, how long, and how often.
///
/// ```
/// use tracker_router::{PolicyName, replay::Settings};
/// let settings = Settings::default().with_baseline(PolicyName::UcbBwk).with_seed(7);
/// assert_eq!((settings.strategy, settings.rounds, settings.replicates), (PolicyName::Bwk, 204, 400));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The policy in question.
    pub strategy: PolicyName,
    /// The policy that it is compared to.
    pub baseline: PolicyName,
    /// Rounds of the replayed time; 34 make a week.
    pub rounds: usize,
    /// Resamples of the log, at least 20.
    pub replicates: usize,
    /// Seeds for each resample, at least 2.
    pub seeds: usize,
    /// The seed of everything.
    pub seed: u64,
    /// Threads; they change nothing but the time.
    pub threads: usize,
    /// False counts only the spread over seeds and takes the log for the truth. It declares winners where there are
    /// none; only the study that shows this switches it off.
    pub resample_log: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            strategy: PolicyName::Bwk,
            baseline: PolicyName::Greedy,
            rounds: 204,
            replicates: 400,
            seeds: 10,
            seed: 1,
            threads: 1,
            resample_log: true,
        }
    }
}

impl Settings {
    /// Returns the settings with another strategy.
    #[must_use]
    pub fn with_strategy(mut self, strategy: PolicyName) -> Self {
        self.strategy = strategy;
        self
    }

    /// Returns the settings with another baseline.
    #[must_use]
    pub fn with_baseline(mut self, baseline: PolicyName) -> Self {
        self.baseline = baseline;
        self
    }

    /// Returns the settings with another length.
    #[must_use]
    pub fn with_rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// Returns the settings with another number of resamples.
    #[must_use]
    pub fn with_replicates(mut self, replicates: usize) -> Self {
        self.replicates = replicates;
        self
    }

    /// Returns the settings with another number of seeds for each resample.
    #[must_use]
    pub fn with_seeds(mut self, seeds: usize) -> Self {
        self.seeds = seeds;
        self
    }

    /// Returns the settings with another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Returns the settings with more threads.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }
}
