//! Router room: policies that rank arms by one ratio and know no prices.

use tracker_stats::Random;

use super::{Play, Policy, Round};
use crate::tally::{Fading, LEAST_MEAN, Tally, best};
use crate::{Caps, POINTS_PER_UNIT};

/// Costs below this count as this.
const LEAST_COST: f64 = 1e-9;

/// Mean reward per mean cost, with a share of rounds for any arm.
#[derive(Debug)]
pub(super) struct Greedy {
    tally: Tally,
    outer: Vec<usize>,
    exploration: f64,
}

impl Greedy {
    pub(super) fn new(arms: usize, caps: &Caps, exploration: f64) -> Self {
        Self { tally: Tally::new(arms, caps.len(), Fading::Never), outer: caps.outer(), exploration }
    }
}

impl Policy for Greedy {
    fn select(&mut self, round: &Round<'_>, random: &mut Random) -> Option<usize> {
        if let Some(arm) = self.tally.untried(round.available) {
            return Some(arm);
        }
        if self.exploration > 0.0 && random.uniform() < self.exploration {
            let open = round.available.iter().filter(|available| **available).count();
            let pick = random.below(u32::try_from(open).unwrap_or(u32::MAX)) as usize;
            return (0..round.available.len()).filter(|arm| round.available[*arm]).nth(pick);
        }
        let (tally, outer) = (&self.tally, &self.outer);
        let ratio = |arm| tally.reward(arm) / tally.total_cost(arm, outer).max(LEAST_COST);
        best(round.available, ratio).map(|(arm, _)| arm)
    }

    fn update(&mut self, play: &Play<'_>) {
        self.tally.add(play.arm, play.reward, play.costs);
    }

    fn credit(&mut self, arm: usize, reward: f64) {
        self.tally.debit(arm, -reward);
    }
}

/// Mean of q / (0.5 + points): the reward of the seeds, which divides each window by its own cost. What lands later
/// has no window any more, so it cannot be debited.
#[derive(Debug)]
pub(super) struct GreedyPrd {
    tally: Tally,
    outer: Vec<usize>,
}

impl GreedyPrd {
    pub(super) fn new(arms: usize, caps: &Caps) -> Self {
        Self { tally: Tally::new(arms, 0, Fading::Never), outer: caps.outer() }
    }
}

impl Policy for GreedyPrd {
    fn select(&mut self, round: &Round<'_>, _: &mut Random) -> Option<usize> {
        let tally = &self.tally;
        let untried = tally.untried(round.available);
        untried.or_else(|| best(round.available, |arm| tally.reward(arm)).map(|(arm, _)| arm))
    }

    fn update(&mut self, play: &Play<'_>) {
        let points = POINTS_PER_UNIT * self.outer.iter().map(|bar| play.costs[*bar]).sum::<f64>();
        self.tally.add(play.arm, play.reward / (0.5 + points), &[]);
    }

    fn credit(&mut self, _: usize, _: f64) {}
}

/// The upper end of the reward over the lower end of the cost.
#[derive(Debug)]
pub(super) struct UcbRatio {
    tally: Tally,
    outer: Vec<usize>,
}

impl UcbRatio {
    const RADIUS: f64 = 0.5;

    pub(super) fn new(arms: usize, caps: &Caps) -> Self {
        Self { tally: Tally::new(arms, caps.len(), Fading::Never), outer: caps.outer() }
    }
}

impl Policy for UcbRatio {
    fn select(&mut self, round: &Round<'_>, _: &mut Random) -> Option<usize> {
        let (tally, outer) = (&self.tally, &self.outer);
        let optimistic = |arm| {
            let (reward, cost) = (tally.reward(arm), tally.total_cost(arm, outer));
            let high = reward + tally.radius(arm, reward.max(LEAST_MEAN), Self::RADIUS);
            let low = cost - 0.5 * tally.radius(arm, cost, Self::RADIUS);
            high / low.max(0.25 * cost + 1e-6)
        };
        let untried = tally.untried(round.available);
        untried.or_else(|| best(round.available, optimistic).map(|(arm, _)| arm))
    }

    fn update(&mut self, play: &Play<'_>) {
        self.tally.add(play.arm, play.reward, play.costs);
    }

    fn credit(&mut self, arm: usize, reward: f64) {
        self.tally.debit(arm, -reward);
    }
}

/// A draw of the reward (beta) over a draw of the cost (normal).
#[derive(Debug)]
pub(super) struct ThompsonRatio {
    tally: Tally,
    outer: Vec<usize>,
}

impl ThompsonRatio {
    pub(super) fn new(arms: usize, caps: &Caps) -> Self {
        Self { tally: Tally::new(arms, caps.len(), Fading::Never), outer: caps.outer() }
    }
}

impl Policy for ThompsonRatio {
    fn select(&mut self, round: &Round<'_>, random: &mut Random) -> Option<usize> {
        let (tally, outer) = (&self.tally, &self.outer);
        if let Some(arm) = tally.untried(round.available) {
            return Some(arm);
        }
        let draw = |arm| {
            let (sum, weight, cost) =
                (tally.reward_sum(arm), tally.weight(arm), tally.total_cost(arm, outer));
            let good = random.gamma(1.0 + sum.max(0.0));
            let bad = random.gamma(1.0 + (weight - sum).max(0.0));
            let reward = good / (good + bad).max(f64::MIN_POSITIVE);
            let spread = 0.6 * cost / (weight + 1.0).sqrt();
            reward / (cost + spread * random.normal()).max(0.2 * cost + 1e-6)
        };
        best(round.available, draw).map(|(arm, _)| arm)
    }

    fn update(&mut self, play: &Play<'_>) {
        self.tally.add(play.arm, play.reward, play.costs);
    }

    fn credit(&mut self, arm: usize, reward: f64) {
        self.tally.debit(arm, -reward);
    }
}
