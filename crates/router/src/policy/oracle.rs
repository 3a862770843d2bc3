//! Router room: the linear program on the true means, solved again each round on what is left: the reference that
//! nobody can play who does not know the world.

use tracker_stats::Random;

use super::ucb_bwk::Program;
use super::{Play, Policy, Round};
use crate::Truth;

#[derive(Debug)]
pub(super) struct Oracle {
    truth: Truth,
    program: Program,
}

impl Oracle {
    pub(super) fn new(truth: Truth) -> Self {
        Self { truth, program: Program::default() }
    }
}

impl Policy for Oracle {
    fn select(&mut self, round: &Round<'_>, random: &mut Random) -> Option<usize> {
        let rewards = self.truth.rewards(round.index);
        self.program.draw(round, |arm| rewards[arm], |arm, bar| self.truth.cost(arm, bar), random)
    }

    fn update(&mut self, _: &Play<'_>) {}

    fn credit(&mut self, _: usize, _: f64) {}
}
