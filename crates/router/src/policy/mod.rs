//! Router room: policies, what each of them sees of a round, and their names.

mod oracle;
mod pacing;
mod primal_dual;
mod ratio;
mod ucb_bwk;

use std::fmt;
use std::str::FromStr;

use tracker_stats::Random;

use crate::{Caps, RouterError, Truth};

/// What a policy sees before it chooses.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Round<'a> {
    /// The round, from 0.
    pub index: usize,
    /// The arms whose bars have something left.
    pub available: &'a [bool],
    /// What is left of each bar.
    pub remaining: &'a [f64],
    /// Rounds until each bar starts again, at least 1.
    pub rounds_left: &'a [f64],
    /// True in the first round of the longest period.
    pub starts_period: bool,
}

impl<'a> Round<'a> {
    /// Returns the view of round `index` within a period that goes on.
    #[must_use]
    pub fn new(index: usize, available: &'a [bool], remaining: &'a [f64], rounds_left: &'a [f64]) -> Self {
        Self { index, available, remaining, rounds_left, starts_period: false }
    }
}

/// What came of a choice.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Play<'a> {
    /// The arm.
    pub arm: usize,
    /// Its reward; 0 when a bar filled up before the work was done.
    pub reward: f64,
    /// Its cost on each bar.
    pub costs: &'a [f64],
    /// What was left of each bar before.
    pub remaining: &'a [f64],
    /// Rounds until each bar starts again, this one included.
    pub rounds_left: &'a [f64],
}

impl<'a> Play<'a> {
    /// Returns what came of playing `arm`, with what was left before.
    #[must_use]
    pub fn new(arm: usize, reward: f64, costs: &'a [f64], before: &Round<'a>) -> Self {
        Self { arm, reward, costs, remaining: before.remaining, rounds_left: before.rounds_left }
    }
}

/// A way of choosing arms under caps. Rewards and costs reach it apart from each other.
///
/// ```
/// use tracker_router::{Bar, Caps, Play, PolicyName, Random, Round};
/// let caps = Caps::new(vec![Bar::new("weekly", 2.25, 34)])?;
/// let mut policy = PolicyName::Bwk.build(2, &caps, None)?;
/// let round = Round::new(0, &[true, true], &[2.25], &[34.0]);
/// let arm = policy.select(&round, &mut Random::new(1)).expect("an untried arm");
/// policy.update(&Play::new(arm, 0.9, &[0.2], &round));
/// // Five rounds later 0.4 of it had to be done again.
/// policy.credit(arm, -0.4);
/// assert_eq!(policy.prices().len(), 1);
/// # Ok::<(), tracker_router::RouterError>(())
/// ```
pub trait Policy: fmt::Debug {
    /// Chooses an available arm, or none: the round is saved.
    fn select(&mut self, round: &Round<'_>, random: &mut Random) -> Option<usize>;

    /// Learns what a play gave at once and cost.
    fn update(&mut self, play: &Play<'_>);

    /// Learns what an earlier play of `arm` gives later; rework is negative.
    fn credit(&mut self, arm: usize, reward: f64);

    /// Returns the shadow price of each bar, in reward per unit; empty for a policy without prices.
    fn prices(&self) -> &[f64] {
        &[]
    }
}

/// The policies that are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PolicyName {
    /// Linear program on the true means, solved again each round: what only somebody who knows the world can play.
    Oracle,
    /// The greatest mean reward per mean cost.
    Greedy,
    /// The greatest mean of q / (0.5 + cost in points), the seeds' reward; it prices capacity twice.
    GreedyPrd,
    /// Greedy, and one in ten rounds any arm.
    EpsilonGreedy,
    /// The greatest optimistic ratio.
    UcbRatio,
    /// The greatest ratio of draws from what is believed of each arm.
    ThompsonRatio,
    /// Primal-dual bandits with knapsacks, multiplicative prices.
    PrimalDual,
    /// Optimistic linear program, solved again each round.
    UcbBwk,
    /// Dual pacing on optimistic rewards: the default.
    Bwk,
}

impl PolicyName {
    /// All policies, in the order of the tables.
    pub const ALL: [Self; 9] = [
        Self::Oracle,
        Self::Greedy,
        Self::GreedyPrd,
        Self::EpsilonGreedy,
        Self::UcbRatio,
        Self::ThompsonRatio,
        Self::PrimalDual,
        Self::UcbBwk,
        Self::Bwk,
    ];

    /// Returns the name as it is typed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oracle => "oracle",
            Self::Greedy => "greedy",
            Self::GreedyPrd => "greedy-prd",
            Self::EpsilonGreedy => "epsilon-greedy",
            Self::UcbRatio => "ucb-ratio",
            Self::ThompsonRatio => "thompson-ratio",
            Self::PrimalDual => "primal-dual",
            Self::UcbBwk => "ucb-bwk",
            Self::Bwk => "bwk",
        }
    }

    /// Returns a policy that has seen nothing yet.
    ///
    /// # Errors
    /// [`RouterError::Range`] for no arms, or for the oracle without the truth.
    pub fn build(
        self,
        arms: usize,
        caps: &Caps,
        truth: Option<&Truth>,
    ) -> Result<Box<dyn Policy>, RouterError> {
        if arms == 0 {
            return Err(RouterError::Range { what: "the number of arms", range: "at least 1" });
        }
        Ok(match self {
            Self::Oracle => {
                let truth = truth.filter(|truth| truth.fits(arms, caps.len()));
                let known = truth.ok_or(RouterError::Range {
                    what: "what the oracle knows",
                    range: "given for each arm",
                })?;
                Box::new(oracle::Oracle::new(known.clone()))
            }
            Self::Greedy => Box::new(ratio::Greedy::new(arms, caps, 0.0)),
            Self::GreedyPrd => Box::new(ratio::GreedyPrd::new(arms, caps)),
            Self::EpsilonGreedy => Box::new(ratio::Greedy::new(arms, caps, 0.1)),
            Self::UcbRatio => Box::new(ratio::UcbRatio::new(arms, caps)),
            Self::ThompsonRatio => Box::new(ratio::ThompsonRatio::new(arms, caps)),
            Self::PrimalDual => Box::new(primal_dual::PrimalDual::new(arms, caps)),
            Self::UcbBwk => Box::new(ucb_bwk::UcbBwk::new(arms, caps.len())),
            Self::Bwk => Box::new(pacing::Pacing::new(arms, caps.len())),
        })
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for PolicyName {
    type Err = RouterError;

    fn from_str(text: &str) -> Result<Self, RouterError> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or_else(|| RouterError::Unknown {
            what: "policy",
            name: text.to_owned(),
            known: Self::ALL.map(Self::as_str).join(", "),
        })
    }
}
