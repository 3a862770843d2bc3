//! Router room: the windows from which a replay draws, as one pool an arm or one a week and arm.

use tracker_stats::Random;

use super::log::ReplayLog;
use crate::{POINTS_PER_UNIT, RouterError, Tape, Truth, optimal_mix};

/// A window in the router's units.
#[derive(Debug, Clone)]
struct Drawn {
    reward: f64,
    costs: Vec<f64>,
    rework: (u32, f64),
}

/// The windows of a log in the router's units.
#[derive(Debug)]
pub(super) struct Source<'a> {
    log: &'a ReplayLog,
    windows: Vec<Vec<Drawn>>,
    reworked: bool,
    /// Features x quality of a reward of 1.
    pub(super) scale: f64,
}

/// Indices of the windows of each arm, by block; the n-th period of the replayed time draws from block n, and from
/// the first again after the last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pools {
    blocks: Vec<Vec<Vec<usize>>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(log: &'a ReplayLog) -> Self {
        let scale = log.scale();
        let drawn = |window: &super::LoggedWindow| Drawn {
            reward: window.reward / scale,
            costs: window.points.iter().map(|points| points / POINTS_PER_UNIT).collect(),
            rework: window.rework.map_or((0, 0.0), |rework| (rework.delay_rounds, rework.share)),
        };
        let windows: Vec<Vec<Drawn>> =
            log.arms.iter().map(|arm| arm.windows.iter().map(drawn).collect()).collect();
        let reworked = windows.iter().flatten().any(|window| window.rework.1 > 0.0);
        Self { log, windows, reworked, scale }
    }

    /// Returns one pool an arm.
    pub(super) fn pools(&self) -> Pools {
        Pools { blocks: vec![self.windows.iter().map(|windows| (0..windows.len()).collect()).collect()] }
    }

    /// Returns one pool a week and arm, when every pool has at least `least` windows and there are two weeks or more.
    pub(super) fn weekly_pools(&self, least: usize) -> Option<Pools> {
        let arms = &self.log.arms;
        let weeks: std::collections::BTreeSet<u32> =
            arms.iter().flat_map(|arm| &arm.windows).map(|window| window.week).collect();
        let of_week = |week: &u32| -> Vec<Vec<usize>> {
            let of_arm = |arm: &super::LoggedArm| {
                (0..arm.windows.len()).filter(|at| arm.windows[*at].week == *week).collect()
            };
            arms.iter().map(of_arm).collect()
        };
        let blocks: Vec<Vec<Vec<usize>>> = weeks.iter().map(of_week).collect();
        let enough = blocks.len() >= 2 && blocks.iter().flatten().all(|pool| pool.len() >= least);
        enough.then_some(Pools { blocks })
    }

    /// Fills a tape with draws from the pools.
    pub(super) fn fill(&self, tape: &mut Tape, pools: &Pools, random: &mut Random) {
        let period = self.log.caps.longest_period();
        for round in 0..tape.rounds() {
            let block = &pools.blocks[(round / period) % pools.blocks.len()];
            for (arm, pool) in block.iter().enumerate() {
                let window = &self.windows[arm][pool[random.below(pool.len() as u32) as usize]];
                tape.set(round, arm, window.reward, &window.costs);
                if self.reworked {
                    tape.set_debit(round, arm, window.rework.0, window.rework.1);
                }
            }
        }
    }

    /// Returns the bound on the means of the pools.
    pub(super) fn bound(&self, pools: &Pools, rounds: usize) -> Result<f64, RouterError> {
        let (period, rates) = (self.log.caps.longest_period(), self.log.caps.rates());
        let mut by_block = Vec::new();
        for block in &pools.blocks {
            let (rewards, costs) = self.means(block);
            by_block.push(optimal_mix(&rewards, &costs, &rates)?.value);
        }
        let blocks = (0..rounds).step_by(period).enumerate();
        Ok(blocks
            .map(|(week, from)| by_block[week % by_block.len()] * period.min(rounds - from) as f64)
            .sum())
    }

    /// Returns what an oracle would know: mean rewards by round, mean costs over all blocks.
    pub(super) fn truth(&self, pools: &Pools, rounds: usize) -> Result<Truth, RouterError> {
        let arms = self.windows.len();
        let together =
            |arm: usize| pools.blocks.iter().flat_map(|block| block[arm].iter().copied()).collect();
        let (rewards, costs) = self.means(&(0..arms).map(together).collect::<Vec<Vec<usize>>>());
        if let [_] = pools.blocks.as_slice() {
            return Truth::stationary(rewards, costs);
        }
        let by_block: Vec<Vec<f64>> = pools.blocks.iter().map(|block| self.means(block).0).collect();
        let period = self.log.caps.longest_period();
        let of_round = |round: usize| by_block[(round / period) % by_block.len()].clone();
        Truth::drifting((0..rounds).map(of_round).collect(), costs)
    }

    /// Returns mean rewards after rework and mean costs of one pool an arm.
    fn means(&self, block: &[Vec<usize>]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let (mut rewards, mut costs) = (Vec::new(), Vec::new());
        for (arm, pool) in block.iter().enumerate() {
            let mean = |of: &dyn Fn(&Drawn) -> f64| {
                pool.iter().map(|at| of(&self.windows[arm][*at])).sum::<f64>() / pool.len() as f64
            };
            rewards.push(mean(&|window| window.reward * (1.0 - window.rework.1)));
            costs.push((0..self.log.caps.len()).map(|bar| mean(&|window| window.costs[bar])).collect());
        }
        (rewards, costs)
    }
}

impl Pools {
    /// Draws pools of the same sizes from these, with replacement.
    pub(super) fn resampled(&self, random: &mut Random) -> Self {
        let mut again = |pool: &Vec<usize>| -> Vec<usize> {
            pool.iter().map(|_| pool[random.below(pool.len() as u32) as usize]).collect()
        };
        let blocks = self.blocks.iter().map(|block| block.iter().map(&mut again).collect()).collect();
        Self { blocks }
    }
}
