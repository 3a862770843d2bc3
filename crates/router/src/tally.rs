//! Router room: what a policy has seen of each arm, with old plays fading.

/// How old plays fade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fading {
    /// All plays weigh the same.
    Never,
    /// The plays of an arm fade by this factor each time that it is played: an arm that rests keeps what is known.
    PerPull(f64),
}

/// Sums by arm.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    bars: usize,
    fading: Fading,
    weight: Vec<f64>,
    reward: Vec<f64>,
    cost: Vec<f64>,
    played: Vec<bool>,
}

impl Tally {
    pub(crate) fn new(arms: usize, bars: usize, fading: Fading) -> Self {
        let zeros = vec![0.0; arms];
        Self {
            bars,
            fading,
            weight: zeros.clone(),
            reward: zeros,
            cost: vec![0.0; arms * bars],
            played: vec![false; arms],
        }
    }

    /// Returns the first arm that can be played and never was.
    pub(crate) fn untried(&self, available: &[bool]) -> Option<usize> {
        self.played.iter().zip(available).position(|(played, available)| *available && !played)
    }

    /// Adds a play.
    pub(crate) fn add(&mut self, arm: usize, reward: f64, costs: &[f64]) {
        let of_arm = &mut self.cost[arm * self.bars..(arm + 1) * self.bars];
        if let Fading::PerPull(factor) = self.fading {
            self.weight[arm] *= factor;
            self.reward[arm] *= factor;
            of_arm.iter_mut().for_each(|sum| *sum *= factor);
        }
        self.weight[arm] += 1.0;
        self.reward[arm] += reward;
        of_arm.iter_mut().zip(costs).for_each(|(sum, cost)| *sum += cost);
        self.played[arm] = true;
    }

    /// Takes reward of an earlier play back.
    pub(crate) fn debit(&mut self, arm: usize, reward: f64) {
        self.reward[arm] -= reward;
    }

    /// Returns the weight of an arm's plays.
    pub(crate) fn weight(&self, arm: usize) -> f64 {
        self.weight[arm]
    }

    /// Returns the reward sum of an arm.
    pub(crate) fn reward_sum(&self, arm: usize) -> f64 {
        self.reward[arm]
    }

    /// Returns the mean reward of an arm.
    pub(crate) fn reward(&self, arm: usize) -> f64 {
        self.reward[arm] / self.weight[arm].max(1e-6)
    }

    /// Returns the mean cost of an arm on one bar.
    pub(crate) fn cost(&self, arm: usize, bar: usize) -> f64 {
        self.cost[arm * self.bars + bar] / self.weight[arm].max(1e-6)
    }

    /// Returns the mean cost of an arm, summed over some of the bars.
    pub(crate) fn total_cost(&self, arm: usize, bars: &[usize]) -> f64 {
        bars.iter().map(|bar| self.cost(arm, *bar)).sum()
    }

    /// Returns the confidence radius of a mean `value` of an arm: sqrt(C v / N) + C / N.
    pub(crate) fn radius(&self, arm: usize, value: f64, scale: f64) -> f64 {
        let weight = self.weight[arm].max(1e-9);
        (scale * value.max(0.0) / weight).sqrt() + scale / weight
    }

    /// Returns the upper end of an arm's mean reward, at most 1.
    pub(crate) fn optimistic_reward(&self, arm: usize, scale: f64) -> f64 {
        let mean = self.reward(arm);
        (mean + self.radius(arm, mean.max(LEAST_MEAN), scale)).min(1.0)
    }

    /// Returns the lower end of an arm's mean cost on one bar, at least 0.
    pub(crate) fn optimistic_cost(&self, arm: usize, bar: usize, scale: f64) -> f64 {
        let mean = self.cost(arm, bar);
        (mean - self.radius(arm, mean, scale)).max(0.0)
    }
}

/// An arm that gave nothing yet is not thereby certain.
pub(crate) const LEAST_MEAN: f64 = 0.02;

/// Returns the first available arm with the greatest score.
pub(crate) fn best(available: &[bool], mut score: impl FnMut(usize) -> f64) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for arm in (0..available.len()).filter(|arm| available[*arm]) {
        let value = score(arm);
        if best.is_none_or(|(_, most)| value > most) {
            best = Some((arm, value));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plays_fade_only_for_the_arm_that_is_played() {
        let mut tally = Tally::new(2, 1, Fading::PerPull(0.5));
        assert_eq!(tally.untried(&[false, true]), Some(1));
        tally.add(0, 1.0, &[4.0]);
        tally.add(1, 1.0, &[2.0]);
        tally.add(0, 0.0, &[8.0]);
        assert_eq!((tally.weight(0), tally.reward_sum(0), tally.cost(0, 0)), (1.5, 0.5, 10.0 / 1.5));
        assert_eq!((tally.weight(1), tally.reward(1)), (1.0, 1.0));
        tally.debit(1, 0.6);
        assert_eq!(tally.reward(1), 0.4);
        assert_eq!(tally.untried(&[true, true]), None);
        assert_eq!(best(&[false, true], |_| 1.0), Some((1, 1.0)));
    }
}
