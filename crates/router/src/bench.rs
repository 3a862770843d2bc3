//! Router room: every policy in every world on the same draws.

use std::ops::Range;

use crate::parallel;
use crate::worlds::{Definition, mix};
use crate::{PolicyName, Random, RouterError, Simulator, WorldName};

/// What one policy came to in one world.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BenchRow {
    /// The world.
    pub world: WorldName,
    /// The policy.
    pub policy: PolicyName,
    /// Mean reward as a share of the bound.
    pub share: f64,
    /// Half of the 95 % interval of the mean, over seeds.
    pub share_half_width: f64,
    /// Mean difference to greedy on the same tapes, as a share of the bound.
    pub difference: f64,
    /// Half of its 95 % interval.
    pub difference_half_width: f64,
    /// Share of seeds that beat greedy.
    pub better: f64,
    /// Periods of a bar in which more was used than its budget, over all seeds: must be 0.
    pub violations: usize,
}

/// Plays `policies` in `worlds` over `seeds`, one row each, in this order.
///
/// ```
/// use tracker_router::{PolicyName, WorldName, bench};
/// let rows = bench(&[WorldName::W3], &[PolicyName::Bwk], 0..4, 2)?;
/// assert!(rows[0].difference > 0.0 && rows[0].violations == 0);
/// # Ok::<(), tracker_router::RouterError>(())
/// ```
///
/// # Errors
/// [`RouterError::Range`] below two seeds: a mean without a spread says nothing.
pub fn bench(
    worlds: &[WorldName],
    policies: &[PolicyName],
    seeds: Range<u64>,
    threads: usize,
) -> Result<Vec<BenchRow>, RouterError> {
    let count = usize::try_from(seeds.end.saturating_sub(seeds.start)).unwrap_or(usize::MAX);
    if !(2..=MOST_SEEDS).contains(&count) {
        return Err(RouterError::Range { what: "the number of seeds", range: "2 to 1,000,000" });
    }
    let mut rows = Vec::new();
    for world in worlds {
        let definition = Definition::of(*world)?;
        let played = parallel::map(
            count,
            threads,
            || Simulator::new(definition.caps.clone()),
            |simulator, at| play(&definition, policies, seeds.start + at as u64, simulator),
        );
        let played: Vec<Vec<(f64, usize)>> = played.into_iter().collect::<Result<_, _>>()?;
        for (at, policy) in policies.iter().enumerate() {
            rows.push(row(*world, *policy, &played, at));
        }
    }
    Ok(rows)
}

/// More seeds than these take memory for no further digit.
const MOST_SEEDS: usize = 1_000_000;

/// Plays one seed: the share of the bound and the violations of each policy, greedy's share last.
fn play(
    definition: &Definition,
    policies: &[PolicyName],
    seed: u64,
    simulator: &mut Simulator,
) -> Result<Vec<(f64, usize)>, RouterError> {
    let world = definition.draw(seed);
    let mut one = |name: PolicyName| {
        let mut policy = name.build(world.tape.arms(), &world.caps, Some(&world.truth))?;
        let episode = simulator.run(&mut *policy, &world.tape, &mut Random::new(mix(seed, 99)), |_| {})?;
        Ok((episode.total / world.bound, episode.violations))
    };
    policies.iter().copied().chain([PolicyName::Greedy]).map(&mut one).collect()
}

fn row(world: WorldName, policy: PolicyName, played: &[Vec<(f64, usize)>], at: usize) -> BenchRow {
    let shares: Vec<f64> = played.iter().map(|seed| seed[at].0).collect();
    let differences: Vec<f64> = played.iter().map(|seed| seed[at].0 - seed[seed.len() - 1].0).collect();
    let (share, share_half_width) = mean_and_half_width(&shares);
    let (difference, difference_half_width) = mean_and_half_width(&differences);
    let better =
        differences.iter().filter(|difference| **difference > 0.0).count() as f64 / shares.len() as f64;
    let violations = played.iter().map(|seed| seed[at].1).sum();
    BenchRow { world, policy, share, share_half_width, difference, difference_half_width, better, violations }
}

fn mean_and_half_width(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, 1.96 * (variance / n).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_change_nothing_and_one_seed_is_refused() {
        let rows = |threads| bench(&[WorldName::W4], &PolicyName::ALL, 3..7, threads).unwrap();
        assert_eq!(rows(1), rows(3));
        assert!(bench(&[WorldName::W1], &[PolicyName::Bwk], 0..1, 1).is_err());
        assert!(bench(&[WorldName::W1], &[PolicyName::Bwk], 0..u64::MAX, 1).is_err());
    }
}
