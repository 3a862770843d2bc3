//! Router room: a tape of potential outcomes, so that every policy meets the same draws.

use crate::{Caps, RouterError};

/// What each arm would give and cost in each round, whether or not it is played.
///
/// ```
/// use tracker_router::Tape;
/// let mut tape = Tape::new(2, 1, 1);
/// tape.set(0, 0, 0.8, &[0.2]);
/// tape.set_debit(0, 0, 1, 0.5);
/// assert_eq!((tape.reward(0, 0), tape.costs(0, 0), tape.rounds()), (0.8, &[0.2][..], 2));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tape {
    rounds: usize,
    arms: usize,
    bars: usize,
    rewards: Vec<f64>,
    costs: Vec<f64>,
    /// Delay in rounds and share of the reward; empty when nothing is ever debited.
    debits: Vec<(u32, f64)>,
}

impl Tape {
    /// Returns a tape on which nothing gives or costs anything.
    #[must_use]
    pub fn new(rounds: usize, arms: usize, bars: usize) -> Self {
        let cells = rounds * arms;
        Self {
            rounds,
            arms,
            bars,
            rewards: vec![0.0; cells],
            costs: vec![0.0; cells * bars],
            debits: Vec::new(),
        }
    }

    /// Sets what an arm gives (in [0, 1]) and costs of every bar in a round. Outside of the tape nothing happens.
    pub fn set(&mut self, round: usize, arm: usize, reward: f64, costs: &[f64]) {
        if round < self.rounds && arm < self.arms && costs.len() == self.bars {
            let cell = round * self.arms + arm;
            self.rewards[cell] = reward;
            self.costs[cell * self.bars..(cell + 1) * self.bars].copy_from_slice(costs);
        }
    }

    /// Sets the share of the reward that rework takes back `delay` rounds later. Outside of the tape nothing happens.
    pub fn set_debit(&mut self, round: usize, arm: usize, delay: u32, share: f64) {
        if round < self.rounds && arm < self.arms {
            self.debits.resize(self.rounds * self.arms, (0, 0.0));
            self.debits[round * self.arms + arm] = (delay, share);
        }
    }

    /// Returns the number of rounds.
    #[must_use]
    pub fn rounds(&self) -> usize {
        self.rounds
    }

    /// Returns the number of arms.
    #[must_use]
    pub fn arms(&self) -> usize {
        self.arms
    }

    /// Returns the number of bars.
    #[must_use]
    pub fn bars(&self) -> usize {
        self.bars
    }

    /// Returns what an arm gives at once; 0 outside of the tape.
    #[must_use]
    pub fn reward(&self, round: usize, arm: usize) -> f64 {
        self.rewards.get(round * self.arms + arm).copied().unwrap_or(0.0)
    }

    /// Returns what an arm costs of every bar; empty outside of the tape.
    #[must_use]
    pub fn costs(&self, round: usize, arm: usize) -> &[f64] {
        let cell = round * self.arms + arm;
        self.costs.get(cell * self.bars..(cell + 1) * self.bars).unwrap_or(&[])
    }

    /// Returns the delay in rounds and the share of the reward that rework takes back; (0, 0) for none.
    #[must_use]
    pub fn debit(&self, round: usize, arm: usize) -> (u32, f64) {
        self.debits.get(round * self.arms + arm).copied().unwrap_or((0, 0.0))
    }

    /// Checks that the tape fits the caps and holds only finite numbers of at least 0.
    ///
    /// # Errors
    /// [`RouterError`] naming what does not fit.
    pub fn check(&self, caps: &Caps) -> Result<(), RouterError> {
        if self.bars != caps.len() {
            return Err(RouterError::Size {
                what: "the tape's bars",
                found: self.bars,
                expected: caps.len(),
            });
        }
        if self.arms == 0 {
            return Err(RouterError::Range { what: "the number of arms", range: "at least 1" });
        }
        let numbers =
            self.rewards.iter().chain(&self.costs).chain(self.debits.iter().map(|(_, share)| share));
        if numbers.into_iter().any(|x| !(x.is_finite() && *x >= 0.0)) {
            return Err(RouterError::Range { what: "a number of the tape", range: "finite and at least 0" });
        }
        Ok(())
    }
}
