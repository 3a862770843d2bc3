//! Statistics room: whether arms were allotted to weekdays and blocks as if by lot.

use crate::error::{StatsError, require};
use crate::random::Random;

/// Below this p-value the allocation is called unbalanced.
const ALARM: f64 = 0.001;

/// Answer of the balance check.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Balance {
    /// Pearson's chi-square of the table arms x strata.
    pub chi_square: f64,
    /// Its degrees of freedom.
    pub df: usize,
    /// Share of random allocations of the same sizes that are at least as uneven; never 0.
    pub p_value: f64,
    /// Whether the p-value is below 0.001: the arms did not work under the same conditions, and a
    /// difference between them may be one between the strata.
    pub alarm: bool,
}

/// Tests whether the arm of a unit depends on its stratum (weekday, reset block).
///
/// `units` holds the (arm, stratum) of each unit, as places from 0. The alarm is that of a
/// sample-ratio-mismatch test (Fabijan and others 2019, KDD); since strata hold few windows, the
/// chi-square is judged by `draws` random permutations instead of its limit law (Agresti 2002,
/// Categorical Data Analysis, 3.5), from a seed.
///
/// # Errors
/// [`StatsError::Empty`] without units; [`StatsError::TooFewUnits`] for a single arm or a single
/// stratum, where there is nothing to test; [`StatsError::Parameter`] for fewer than 1000 draws,
/// which could not reach the alarm, or a place beyond 10 000.
///
/// ```
/// use tracker_stats::balance;
/// // codex only worked on Mondays, claude only on Tuesdays
/// let apart: Vec<(usize, usize)> = (0..24).map(|i| (i % 2, i % 2)).collect();
/// assert!(balance(&apart, 9_999, 1)?.alarm);
/// let even: Vec<(usize, usize)> = (0..24).map(|i| (i % 2, i / 2 % 2)).collect();
/// assert!(!balance(&even, 9_999, 1)?.alarm);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn balance(units: &[(usize, usize)], draws: u32, seed: u64) -> Result<Balance, StatsError> {
    require(draws >= 1000, "draws", f64::from(draws), "at least 1000")?;
    let largest = units.iter().map(|(arm, stratum)| *arm.max(stratum)).max().ok_or(StatsError::Empty)?;
    require(largest <= 10_000, "place", largest as f64, "0..=10000")?;
    let (arms, mut strata): (Vec<usize>, Vec<usize>) = units.iter().copied().unzip();
    let (of_arms, of_strata) = (sizes(&arms), sizes(&strata));
    let (rows, columns) = (occupied(&of_arms), occupied(&of_strata));
    if rows < 2 || columns < 2 {
        return Err(StatsError::TooFewUnits { needed: 2, got: rows.min(columns) });
    }
    let table = Table { of_arms, of_strata };
    let chi_square = table.chi_square(&arms, &strata);
    let mut random = Random::new(seed);
    let mut as_uneven = 1_u32;
    for _ in 0..draws {
        shuffle(&mut strata, &mut random);
        as_uneven += u32::from(table.chi_square(&arms, &strata) >= chi_square * (1.0 - 1e-12));
    }
    let p_value = f64::from(as_uneven) / (f64::from(draws) + 1.0);
    Ok(Balance { chi_square, df: (rows - 1) * (columns - 1), p_value, alarm: p_value < ALARM })
}

fn sizes(places: &[usize]) -> Vec<f64> {
    let mut sizes = vec![0.0; places.iter().max().map_or(0, |most| most + 1)];
    for place in places {
        if let Some(size) = sizes.get_mut(*place) {
            *size += 1.0;
        }
    }
    sizes
}

fn occupied(sizes: &[f64]) -> usize {
    sizes.iter().filter(|size| **size > 0.0).count()
}

/// The margins of the table, which no permutation changes.
struct Table {
    of_arms: Vec<f64>,
    of_strata: Vec<f64>,
}

impl Table {
    /// n (sum of cell^2 / (row x column) - 1): Pearson's statistic without a pass over empty cells.
    fn chi_square(&self, arms: &[usize], strata: &[usize]) -> f64 {
        let columns = self.of_strata.len();
        let mut cells = vec![0.0; self.of_arms.len() * columns];
        for (arm, stratum) in arms.iter().zip(strata) {
            if let Some(cell) = cells.get_mut(arm * columns + stratum) {
                *cell += 1.0;
            }
        }
        let rows = cells.chunks(columns).zip(&self.of_arms);
        let sum: f64 = rows
            .flat_map(|(row, size)| row.iter().zip(&self.of_strata).map(move |(cell, of)| (cell, size * of)))
            .filter(|(_, product)| *product > 0.0)
            .map(|(cell, product)| cell * cell / product)
            .sum();
        arms.len() as f64 * (sum - 1.0).max(0.0)
    }
}

/// Brings the values into a random order (Fisher and Yates 1938; Knuth's form).
fn shuffle(values: &mut [usize], random: &mut Random) {
    for last in (1..values.len()).rev() {
        let bound = u32::try_from(last + 1).unwrap_or(u32::MAX);
        values.swap(last, random.below(bound) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statistic_is_pearsons() {
        // Table 3 1 / 1 3: n (ad - bc)^2 / (row and column sums) = 8 x 64 / 256.
        let units = [(0, 0), (0, 0), (0, 0), (0, 1), (1, 0), (1, 1), (1, 1), (1, 1)];
        let result = balance(&units, 9_999, 3).expect("defined");
        assert!((result.chi_square - 2.0).abs() < 1e-12);
        assert_eq!((result.df, result.alarm), (1, false));
        // Fisher's exact two-sided p of this table is 0.486.
        assert!((result.p_value - 0.486).abs() < 0.02, "{}", result.p_value);
    }

    #[test]
    fn a_permutation_is_the_same_for_the_same_seed_and_the_level_holds() {
        let units: Vec<(usize, usize)> = (0..30).map(|i| (i % 3, i % 7)).collect();
        assert_eq!(balance(&units, 1000, 5), balance(&units, 1000, 5));
        assert!(balance(&units, 1000, 5).expect("defined").p_value > 0.5);
    }

    #[test]
    fn what_cannot_be_uneven_is_not_tested() {
        assert_eq!(balance(&[], 1000, 1), Err(StatsError::Empty));
        for units in [[(0, 0), (0, 1)], [(0, 2), (1, 2)]] {
            assert!(matches!(balance(&units, 1000, 1), Err(StatsError::TooFewUnits { .. })));
        }
        assert!(balance(&[(0, 0), (1, 1)], 10, 1).is_err());
        assert!(balance(&[(0, usize::MAX), (1, 1)], 1000, 1).is_err());
    }
}
