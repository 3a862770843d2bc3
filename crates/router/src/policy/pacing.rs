//! Router room: dual pacing with optimistic rewards, the default policy.
//!
//! Dual mirror descent (Balseiro, Lu and Mirrokni, arXiv 2011.10124) with the upper confidence end of the reward. No
//! linear program and no randomness, so a run can be replayed bit for bit, and its multiplier is the shadow price of
//! a bar.

use tracker_stats::Random;

use super::{Play, Policy, Round};
use crate::tally::{Fading, Tally, best};

/// Width of the confidence radius.
const RADIUS: f64 = 0.5;
/// Step of the prices.
const STEP: f64 = 0.5;
/// What a play weighs after the next play of its arm. Per pull and not per round: an arm that rests is not forgotten.
const FADING: f64 = 0.95;

#[derive(Debug)]
pub(super) struct Pacing {
    tally: Tally,
    prices: Vec<f64>,
}

impl Pacing {
    pub(super) fn new(arms: usize, bars: usize) -> Self {
        Self { tally: Tally::new(arms, bars, Fading::PerPull(FADING)), prices: vec![0.0; bars] }
    }
}

impl Policy for Pacing {
    fn select(&mut self, round: &Round<'_>, _: &mut Random) -> Option<usize> {
        if let Some(arm) = self.tally.untried(round.available) {
            return Some(arm);
        }
        let (tally, prices) = (&self.tally, &self.prices);
        let (arm, surplus) = best(round.available, |arm| {
            let priced =
                |surplus, (bar, price): (usize, &f64)| surplus - price * tally.cost(arm, bar).max(0.0);
            prices.iter().enumerate().fold(tally.optimistic_reward(arm, RADIUS), priced)
        })?;
        if surplus < 0.0 {
            // All arms are priced out: the round is saved, and what is left each round grows.
            for (bar, price) in self.prices.iter_mut().enumerate() {
                *price = (*price - STEP * round.remaining[bar] / round.rounds_left[bar]).max(0.0);
            }
            return None;
        }
        Some(arm)
    }

    fn update(&mut self, play: &Play<'_>) {
        for (bar, price) in self.prices.iter_mut().enumerate() {
            let pace = play.remaining[bar] / play.rounds_left[bar];
            *price = (*price + STEP * (play.costs[bar] - pace)).max(0.0);
        }
        self.tally.add(play.arm, play.reward, play.costs);
    }

    fn credit(&mut self, arm: usize, reward: f64) {
        self.tally.debit(arm, -reward);
    }

    fn prices(&self) -> &[f64] {
        &self.prices
    }
}
