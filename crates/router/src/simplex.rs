//! Router room: an exact solver for the small linear programs of budgeted routing, with duals.
//!
//! A dense tableau with Bland's rule: tens of columns and a handful of rows, where a general solver would bring more
//! code than it saves. The duals are the reduced costs of the slacks, so they are exact, too.

use crate::RouterError;

/// Below this a reduced cost counts as 0.
const OPTIMAL: f64 = 1e-12;
/// Below this a pivot counts as 0.
const PIVOT: f64 = 1e-12;

/// An optimal mix of arms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mix {
    /// The reward of a round.
    pub value: f64,
    /// The share of rounds that each arm gets; they add up to at most 1, the rest are skipped rounds.
    pub shares: Vec<f64>,
    /// The reward that one more round would give, at least 0.
    pub time_price: f64,
    /// The reward that one more unit of each bar would give, at least 0: its shadow price.
    pub bar_prices: Vec<f64>,
}

/// A linear program whose memory is used again: policies solve one a round.
#[derive(Debug, Clone, Default)]
pub(crate) struct Simplex {
    /// Rows of the tableau: constraints, each with its right side in the last column.
    table: Vec<f64>,
    /// Reduced costs.
    gains: Vec<f64>,
    basis: Vec<usize>,
    columns: usize,
    arms: usize,
}

impl Simplex {
    /// Solves max `rewards . x` subject to sum x <= 1, sum `costs[a * bars + j]` x_a <= `rates[j]`, x >= 0.
    ///
    /// All numbers are finite, rates and costs at least 0: then x = 0 is feasible, the sum bounds it, and Bland's rule
    /// ends.
    pub(crate) fn solve(&mut self, rewards: &[f64], costs: &[f64], rates: &[f64]) {
        let (arms, bars) = (rewards.len(), rates.len());
        let rows = bars + 1;
        (self.arms, self.columns) = (arms, arms + rows + 1);
        self.table.clear();
        self.table.resize(rows * self.columns, 0.0);
        for row in 0..rows {
            let start = row * self.columns;
            for arm in 0..arms {
                self.table[start + arm] = if row == bars { 1.0 } else { costs[arm * bars + row].max(0.0) };
            }
            self.table[start + arms + row] = 1.0;
            self.table[start + self.columns - 1] = if row == bars { 1.0 } else { rates[row].max(0.0) };
        }
        self.gains.clear();
        self.gains.extend_from_slice(rewards);
        self.gains.resize(self.columns, 0.0);
        self.basis.clear();
        self.basis.extend(arms..arms + rows);
        while let Some((row, column)) = self.pivot() {
            self.exchange(row, column);
        }
    }

    /// Finds the entering column and the leaving row by the least index (Bland 1977).
    fn pivot(&self) -> Option<(usize, usize)> {
        let column = self.gains[..self.columns - 1].iter().position(|gain| *gain > OPTIMAL)?;
        let mut best: Option<(f64, usize)> = None;
        for (row, basic) in self.basis.iter().enumerate() {
            let line = &self.table[row * self.columns..(row + 1) * self.columns];
            if line[column] > PIVOT {
                let ratio = line[self.columns - 1] / line[column];
                let earlier = best
                    .is_none_or(|(least, at)| ratio < least || (ratio == least && *basic < self.basis[at]));
                if earlier {
                    best = Some((ratio, row));
                }
            }
        }
        best.map(|(_, row)| (row, column))
    }

    fn exchange(&mut self, row: usize, column: usize) {
        let width = self.columns;
        let scale = self.table[row * width + column];
        for at in row * width..(row + 1) * width {
            self.table[at] /= scale;
        }
        for other in (0..self.basis.len()).filter(|other| *other != row) {
            let factor = self.table[other * width + column];
            if factor != 0.0 {
                for at in 0..width {
                    self.table[other * width + at] -= factor * self.table[row * width + at];
                }
                // Rounding must not make a right side negative: the point would no longer be feasible.
                let right = &mut self.table[other * width + width - 1];
                *right = right.max(0.0);
            }
        }
        let factor = self.gains[column];
        for at in 0..width {
            self.gains[at] -= factor * self.table[row * width + at];
        }
        self.basis[row] = column;
    }

    /// Calls `share` for every arm of the mix that was solved for last, in the order of the rows.
    pub(crate) fn for_shares(&self, mut share: impl FnMut(usize, f64)) {
        for (row, column) in self.basis.iter().enumerate().filter(|(_, column)| **column < self.arms) {
            share(*column, self.table[row * self.columns + self.columns - 1]);
        }
    }
}

/// Solves max `rewards . x` subject to sum x <= 1 and, for every bar j, sum `costs[a][j]` x_a <= `rates[j]`, x >= 0.
///
/// Times the number of rounds, the value bounds the expected reward of every policy that does not know the future
/// (Badanidiyuru, Kleinberg and Slivkins, arXiv 1305.2545).
///
/// ```
/// // A cheap and a dear arm; the bar allows 12 points a round.
/// let mix = tracker_router::optimal_mix(&[0.40, 0.75], &[vec![4.0], vec![24.0]], &[12.0])?;
/// assert!((mix.shares[0] - 0.6).abs() < 1e-12 && (mix.value - 0.54).abs() < 1e-12);
/// assert!((mix.bar_prices[0] - 0.35 / 20.0).abs() < 1e-12);
/// # Ok::<(), tracker_router::RouterError>(())
/// ```
///
/// # Errors
/// [`RouterError`] when the tables differ in size or a number is negative or not finite.
pub fn optimal_mix(rewards: &[f64], costs: &[Vec<f64>], rates: &[f64]) -> Result<Mix, RouterError> {
    if costs.len() != rewards.len() {
        return Err(RouterError::Size { what: "costs", found: costs.len(), expected: rewards.len() });
    }
    if let Some(wrong) = costs.iter().find(|of| of.len() != rates.len()) {
        return Err(RouterError::Size { what: "costs of an arm", found: wrong.len(), expected: rates.len() });
    }
    let numbers = || rewards.iter().chain(costs.iter().flatten()).chain(rates);
    if numbers().any(|x| !(x.is_finite() && *x >= 0.0)) {
        return Err(RouterError::Range {
            what: "a number of the linear program",
            range: "finite and at least 0",
        });
    }
    let flat: Vec<f64> = costs.iter().flatten().copied().collect();
    let mut simplex = Simplex::default();
    simplex.solve(rewards, &flat, rates);
    let mut mix = Mix { shares: vec![0.0; rewards.len()], ..Mix::default() };
    simplex.for_shares(|arm, share| mix.shares[arm] = share);
    mix.value = rewards.iter().zip(&mix.shares).map(|(reward, share)| reward * share).sum();
    let slack = |row: usize| (-simplex.gains[rewards.len() + row]).max(0.0);
    mix.bar_prices = (0..rates.len()).map(slack).collect();
    mix.time_price = slack(rates.len());
    Ok(mix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn zero_costs_zero_rates_and_no_arms_have_an_answer() {
        assert_eq!(optimal_mix(&[0.4], &[vec![0.0]], &[0.0]).unwrap().value, 0.4);
        assert_eq!(optimal_mix(&[0.4], &[vec![1.0]], &[0.0]).unwrap().value, 0.0);
        assert_eq!(optimal_mix(&[], &[], &[1.0]).unwrap().value, 0.0);
        assert!(optimal_mix(&[f64::NAN], &[vec![1.0]], &[1.0]).is_err());
        assert!(optimal_mix(&[1.0], &[vec![1.0]], &[1.0, 2.0]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Weak duality turned round: a feasible point and feasible prices of one value prove each other optimal.
        #[test]
        fn mix_and_prices_prove_each_other(
            arms in prop::collection::vec((0.0..1.0, prop::collection::vec(0.0..1.0, 3)), 1..12),
            rates in prop::collection::vec(0.0..0.5, 3),
        ) {
            let (rewards, costs): (Vec<f64>, Vec<Vec<f64>>) = arms.into_iter().unzip();
            let mix = optimal_mix(&rewards, &costs, &rates).unwrap();
            prop_assert!(mix.shares.iter().all(|share| *share >= 0.0));
            prop_assert!(mix.shares.iter().sum::<f64>() <= 1.0 + 1e-9);
            for (j, rate) in rates.iter().enumerate() {
                let used: f64 = mix.shares.iter().zip(&costs).map(|(share, cost)| share * cost[j]).sum();
                prop_assert!(used <= rate + 1e-9);
            }
            for (reward, cost) in rewards.iter().zip(&costs) {
                let price: f64 = mix.bar_prices.iter().zip(cost).map(|(price, cost)| price * cost).sum();
                prop_assert!(mix.time_price + price >= reward - 1e-9);
            }
            let dual: f64 = mix.bar_prices.iter().zip(&rates).map(|(price, rate)| price * rate).sum();
            prop_assert!((dual + mix.time_price - mix.value).abs() < 1e-9);
        }
    }
}
