//! Router room: PrimalDualBwK with multiplicative prices (Badanidiyuru, Kleinberg and Slivkins, arXiv 1305.2545).
//!
//! Time is one more bar. The radius of theory, ln(KT), loses to greedy in small worlds; 0.1 is what was measured.

use tracker_stats::Random;

use super::{Play, Policy, Round};
use crate::Caps;
use crate::tally::{Fading, Tally, best};

const RADIUS: f64 = 0.1;

#[derive(Debug)]
pub(super) struct PrimalDual {
    tally: Tally,
    /// Weights of the bars, then of time.
    weights: Vec<f64>,
    /// The smallest budget over that of each bar.
    scales: Vec<f64>,
    time_cost: f64,
    step: f64,
    prices: Vec<f64>,
}

impl PrimalDual {
    pub(super) fn new(arms: usize, caps: &Caps) -> Self {
        let budgets = caps.budgets_over_longest();
        let least = budgets.iter().copied().fold(f64::INFINITY, f64::min);
        Self {
            tally: Tally::new(arms, caps.len(), Fading::Never),
            weights: vec![1.0; caps.len() + 1],
            scales: budgets.iter().map(|budget| least / budget).collect(),
            time_cost: least / caps.longest_period() as f64,
            step: ((caps.len() as f64 + 1.0).ln() / least.max(1.0)).sqrt(),
            prices: vec![0.0; caps.len()],
        }
    }

    fn bars(&self) -> usize {
        self.scales.len()
    }
}

impl Policy for PrimalDual {
    fn select(&mut self, round: &Round<'_>, _: &mut Random) -> Option<usize> {
        if round.starts_period {
            self.weights.fill(1.0);
        }
        if let Some(arm) = self.tally.untried(round.available) {
            return Some(arm);
        }
        // Only the ratios of the weights matter; without this they overflow on a very long period.
        let most = self.weights.iter().copied().fold(0.0, f64::max);
        if most > 1e100 {
            self.weights.iter_mut().for_each(|weight| *weight /= most);
        }
        let all: f64 = self.weights.iter().sum();
        let (tally, weights, scales) = (&self.tally, &self.weights, &self.scales);
        let bars = self.bars();
        let time = weights[bars] / all * self.time_cost;
        let (arm, _) = best(round.available, |arm| {
            let cost =
                |bar: usize| weights[bar] / all * tally.optimistic_cost(arm, bar, RADIUS) * scales[bar];
            let expected = (0..bars).fold(time, |sum, bar| sum + cost(bar));
            tally.optimistic_reward(arm, RADIUS) / expected.max(1e-9)
        })?;
        for bar in 0..bars {
            let cost = self.tally.optimistic_cost(arm, bar, RADIUS) * self.scales[bar];
            self.weights[bar] *= (1.0 + self.step).powf(cost);
        }
        self.weights[bars] *= (1.0 + self.step).powf(self.time_cost);
        let all: f64 = self.weights.iter().sum();
        for (price, weight) in self.prices.iter_mut().zip(&self.weights) {
            *price = weight / all;
        }
        Some(arm)
    }

    fn update(&mut self, play: &Play<'_>) {
        self.tally.add(play.arm, play.reward, play.costs);
    }

    fn credit(&mut self, arm: usize, reward: f64) {
        self.tally.debit(arm, -reward);
    }

    fn prices(&self) -> &[f64] {
        &self.prices
    }
}
