//! Router room: the means of a world, and what they allow at most.

use crate::{Caps, RouterError, optimal_mix};

/// The true means of a world: rewards by arm, for all rounds or round by round, and costs by arm and bar.
///
/// ```
/// use tracker_router::{Bar, Caps, Truth};
/// let truth = Truth::stationary(vec![0.40, 0.75], vec![vec![0.1], vec![0.6]])?;
/// let caps = Caps::new(vec![Bar::new("weekly", 60.0, 200)])?;
/// assert!((truth.bound(&caps, 200)? - 200.0 * 0.54).abs() < 1e-9);
/// # Ok::<(), tracker_router::RouterError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// One row for all rounds, or one a round.
    rewards: Vec<Vec<f64>>,
    costs: Vec<Vec<f64>>,
}

impl Truth {
    /// Returns means that never change.
    ///
    /// # Errors
    /// As [`Truth::drifting`].
    pub fn stationary(rewards: Vec<f64>, costs: Vec<Vec<f64>>) -> Result<Self, RouterError> {
        Self::drifting(vec![rewards], costs)
    }

    /// Returns means whose rewards are given round by round; the last row holds for all later rounds.
    ///
    /// # Errors
    /// [`RouterError`] when the tables differ in size, are empty, or hold a number that is negative or not finite.
    pub fn drifting(rewards: Vec<Vec<f64>>, costs: Vec<Vec<f64>>) -> Result<Self, RouterError> {
        let arms = costs.len();
        if arms == 0 || rewards.is_empty() {
            return Err(RouterError::Range { what: "the number of arms and rows", range: "at least 1" });
        }
        if let Some(row) = rewards.iter().find(|row| row.len() != arms) {
            return Err(RouterError::Size { what: "the mean rewards", found: row.len(), expected: arms });
        }
        let bars = costs.first().map_or(0, Vec::len);
        if let Some(row) = costs.iter().find(|row| row.len() != bars) {
            return Err(RouterError::Size { what: "the mean costs", found: row.len(), expected: bars });
        }
        if rewards.iter().chain(&costs).flatten().any(|x| !(x.is_finite() && *x >= 0.0)) {
            return Err(RouterError::Range { what: "a mean", range: "finite and at least 0" });
        }
        Ok(Self { rewards, costs })
    }

    /// Returns the same world with its arms in another order.
    pub(crate) fn reordered(&self, order: &[usize]) -> Self {
        let row = |row: &Vec<f64>| order.iter().map(|arm| row[*arm]).collect();
        Self {
            rewards: self.rewards.iter().map(row).collect(),
            costs: order.iter().map(|arm| self.costs[*arm].clone()).collect(),
        }
    }

    pub(crate) fn fits(&self, arms: usize, bars: usize) -> bool {
        self.costs.len() == arms && self.costs.first().is_some_and(|costs| costs.len() == bars)
    }

    pub(crate) fn rewards(&self, round: usize) -> &[f64] {
        &self.rewards[round.min(self.rewards.len() - 1)]
    }

    pub(crate) fn cost(&self, arm: usize, bar: usize) -> f64 {
        self.costs[arm][bar]
    }

    /// Returns the most that any policy without knowledge of the future can expect over `rounds`: OPT_LP.
    ///
    /// Means that change within a period of a single bar are solved as one program over all rounds, exactly; with
    /// several bars each longest period must have one mean, that of its first round.
    ///
    /// # Errors
    /// [`RouterError::Size`] when the caps have another number of bars.
    pub fn bound(&self, caps: &Caps, rounds: usize) -> Result<f64, RouterError> {
        let bars = self.costs.first().map_or(0, Vec::len);
        if bars != caps.len() {
            return Err(RouterError::Size { what: "the caps", found: caps.len(), expected: bars });
        }
        let rates = caps.rates();
        if self.rewards.len() == 1 {
            return Ok(optimal_mix(self.rewards(0), &self.costs, &rates)?.value * rounds as f64);
        }
        let period = caps.longest_period();
        if let [bar] = caps.bars() {
            let blocks = (0..rounds).step_by(period).map(|from| (from, (from + period).min(rounds)));
            return Ok(blocks.map(|(from, to)| self.fluid(from, to, bar.budget)).sum());
        }
        let mut sum = 0.0;
        for from in (0..rounds).step_by(period) {
            let length = period.min(rounds - from) as f64;
            sum += length * optimal_mix(self.rewards(from), &self.costs, &rates)?.value;
        }
        Ok(sum)
    }

    /// The bound over rounds `from..to` of one bar: the least of the dual function, whose corners are the prices at
    /// which two arms are equal or an arm is worth nothing. It is convex: its least corner is the first after which
    /// no more is bought than the budget.
    fn fluid(&self, from: usize, to: usize, budget: f64) -> f64 {
        let corners = self.corners(from, to);
        let fits_after = |at: usize| {
            let next = corners.get(at + 1).copied().unwrap_or(f64::MAX);
            // Between two corners every choice is clear; at one, rounding would decide.
            let price = if next < f64::MAX { f64::midpoint(corners[at], next) } else { f64::MAX };
            (from..to).map(|round| self.choice(round, price).1).sum::<f64>() <= budget
        };
        let (mut low, mut high) = (0, corners.len() - 1);
        while low < high {
            let middle = usize::midpoint(low, high);
            if fits_after(middle) { high = middle } else { low = middle + 1 }
        }
        let price = corners[low];
        (from..to).map(|round| self.choice(round, price).0).sum::<f64>() + price * budget
    }

    /// Returns the greatest surplus at a price, at least that of doing nothing, and what it costs.
    fn choice(&self, round: usize, price: f64) -> (f64, f64) {
        self.rewards(round).iter().enumerate().fold((0.0, 0.0), |best, (arm, reward)| {
            let surplus = reward - price * self.cost(arm, 0);
            if surplus > best.0 { (surplus, self.cost(arm, 0)) } else { best }
        })
    }

    fn corners(&self, from: usize, to: usize) -> Vec<f64> {
        let mut corners = vec![0.0];
        for round in from..to {
            let rewards = self.rewards(round);
            for (arm, reward) in rewards.iter().enumerate() {
                corners.push(reward / self.cost(arm, 0));
                let others = rewards.iter().enumerate().skip(arm + 1);
                corners.extend(
                    others.map(|(other, r)| (r - reward) / (self.cost(other, 0) - self.cost(arm, 0))),
                );
            }
        }
        corners.retain(|price| price.is_finite() && *price >= 0.0);
        corners.sort_by(f64::total_cmp);
        corners.dedup_by(|later, earlier| *later - *earlier < 1e-9 * (1.0 + *earlier));
        corners
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bar;

    #[test]
    fn drifting_bound_of_equal_rows_is_the_stationary_one() {
        let caps = Caps::new(vec![Bar::new("weekly", 24.0, 200)]).unwrap();
        let costs = vec![vec![0.1], vec![0.6]];
        let rows = vec![vec![0.4, 0.75]; 200];
        let drifting = Truth::drifting(rows.clone(), costs.clone()).unwrap().bound(&caps, 200).unwrap();
        let stationary = Truth::stationary(rows[0].clone(), costs).unwrap().bound(&caps, 200).unwrap();
        assert!((drifting - stationary).abs() < 1e-9, "{drifting} {stationary}");
        assert!((stationary - 200.0 * (0.96 * 0.4 + 0.04 * 0.75)).abs() < 1e-9);
        // A budget that does not bind: in every round the best arm.
        let rows = (0..200).map(|t| vec![0.9 - 0.6 * f64::from(t) / 199.0, 0.3 + 0.6 * f64::from(t) / 199.0]);
        let crossing = Truth::drifting(rows.clone().collect(), vec![vec![0.2], vec![0.2]]).unwrap();
        let wide = Caps::new(vec![Bar::new("weekly", 42.5, 200)]).unwrap();
        let best: f64 = rows.map(|row| row[0].max(row[1])).sum();
        assert!((crossing.bound(&wide, 200).unwrap() - best).abs() < 1e-9);
        // Half of that budget: the rounds that give most.
        let tight = Caps::new(vec![Bar::new("weekly", 20.0, 200)]).unwrap();
        let mut each: Vec<f64> = (0..200).map(|t| 0.9 - 0.6 * f64::from(t.min(199 - t)) / 199.0).collect();
        each.sort_by(f64::total_cmp);
        let most: f64 = each[100..].iter().sum();
        assert!((crossing.bound(&tight, 200).unwrap() - most).abs() < 1e-9);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert!(Truth::stationary(vec![], vec![]).is_err());
        assert!(Truth::stationary(vec![0.5], vec![vec![f64::INFINITY]]).is_err());
        let truth = Truth::stationary(vec![0.5], vec![vec![0.5, 0.5]]).unwrap();
        assert!(truth.bound(&Caps::new(vec![Bar::new("one", 1.0, 1)]).unwrap(), 10).is_err());
    }
}
