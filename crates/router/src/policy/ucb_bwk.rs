//! Router room: an optimistic linear program that is solved again each round on what is left (Agrawal and Devanur,
//! arXiv 1402.5758; the radius 0.1 is measured, that of theory loses to greedy in small worlds).

use tracker_stats::Random;

use super::{Play, Policy, Round};
use crate::simplex::Simplex;
use crate::tally::{Fading, Tally};

const RADIUS: f64 = 0.1;

#[derive(Debug)]
pub(super) struct UcbBwk {
    tally: Tally,
    program: Program,
}

impl UcbBwk {
    pub(super) fn new(arms: usize, bars: usize) -> Self {
        Self { tally: Tally::new(arms, bars, Fading::Never), program: Program::default() }
    }
}

impl Policy for UcbBwk {
    fn select(&mut self, round: &Round<'_>, random: &mut Random) -> Option<usize> {
        if let Some(arm) = self.tally.untried(round.available) {
            return Some(arm);
        }
        let tally = &self.tally;
        let reward = |arm| tally.optimistic_reward(arm, RADIUS);
        self.program.draw(round, reward, |arm, bar| tally.optimistic_cost(arm, bar, RADIUS), random)
    }

    fn update(&mut self, play: &Play<'_>) {
        self.tally.add(play.arm, play.reward, play.costs);
    }

    fn credit(&mut self, arm: usize, reward: f64) {
        self.tally.debit(arm, -reward);
    }
}

/// The linear program of one round; its memory is used again in the next.
#[derive(Debug, Default)]
pub(super) struct Program {
    simplex: Simplex,
    rewards: Vec<f64>,
    costs: Vec<f64>,
    rates: Vec<f64>,
    shares: Vec<f64>,
}

impl Program {
    /// Solves for the best mix of the available arms on what is left, and draws from it; none is a saved round.
    pub(super) fn draw(
        &mut self,
        round: &Round<'_>,
        reward: impl Fn(usize) -> f64,
        cost: impl Fn(usize, usize) -> f64,
        random: &mut Random,
    ) -> Option<usize> {
        let (arms, bars) = (round.available.len(), round.remaining.len());
        self.rewards.clear();
        self.rewards.extend((0..arms).map(|arm| if round.available[arm] { reward(arm) } else { 0.0 }));
        self.costs.clear();
        self.costs
            .extend((0..arms).flat_map(|arm| (0..bars).map(move |bar| (arm, bar))).map(|(a, b)| cost(a, b)));
        self.rates.clear();
        self.rates.extend(round.remaining.iter().zip(round.rounds_left).map(|(left, rounds)| left / rounds));
        self.simplex.solve(&self.rewards, &self.costs, &self.rates);
        self.shares.clear();
        self.shares.resize(arms, 0.0);
        let shares = &mut self.shares;
        self.simplex.for_shares(|arm, share| shares[arm] = share);
        let place = random.uniform();
        let mut sum = 0.0;
        let arm = self.shares.iter().position(|share| {
            sum += share;
            place < sum
        })?;
        round.available[arm].then_some(arm)
    }
}
