//! Statistics room: the bootstrap distribution of E, exact for few units, else resampled.

use crate::random::Random;
use crate::sample::Sample;

/// Most units for which every resample is enumerated: C(23, 12) = 1 352 078 multisets.
const EXACT_UNITS: usize = 12;

/// How to resample where enumeration is too large.
///
/// ```
/// use tracker_stats::Resampling;
/// assert_eq!(Resampling::default(), Resampling::new(10_000, 1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resampling {
    /// Number of resamples, at least 100 are used.
    pub draws: u32,
    /// Seed of the generator.
    pub seed: u64,
}

impl Resampling {
    /// This many resamples from this seed.
    pub fn new(draws: u32, seed: u64) -> Self {
        Self { draws, seed }
    }
}

impl Default for Resampling {
    /// 10 000 resamples with seed 1.
    fn default() -> Self {
        Self::new(10_000, 1)
    }
}

/// The distribution of the resampled E: values in rising order with their probabilities.
#[derive(Debug)]
pub(super) struct Distribution {
    atoms: Vec<(f64, f64)>,
    pub(super) exact: bool,
}

impl Distribution {
    /// Enumerates up to 12 units (Fisher and Hall 1991), resamples beyond. Resamples without
    /// capacity have no E and are left out.
    pub(super) fn of(sample: &Sample, resampling: Resampling) -> Self {
        let exact = sample.len() <= EXACT_UNITS;
        let mut atoms = if exact { enumerate(sample) } else { resample(sample, resampling) };
        atoms.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = atoms.iter().map(|a| a.1).sum();
        for atom in &mut atoms {
            atom.1 /= total;
        }
        Self { atoms, exact }
    }

    /// P(E* < e) + P(E* = e)/2, with ties up to rounding.
    pub(super) fn mid_rank(&self, e: f64) -> f64 {
        let tie = 1e-11 * e.abs();
        self.atoms
            .iter()
            .map(|&(value, p)| match value - e {
                gap if gap.abs() <= tie => 0.5 * p,
                gap if gap < 0.0 => p,
                _ => 0.0,
            })
            .sum()
    }

    /// The smallest value whose cumulative probability reaches `p` (type 1 of Hyndman and Fan 1996).
    pub(super) fn quantile(&self, p: f64) -> Option<f64> {
        let mut sum = 0.0;
        self.atoms
            .iter()
            .find(|atom| {
                sum += atom.1;
                sum >= p - 1e-12
            })
            .or(self.atoms.last())
            .map(|atom| atom.0)
    }
}

/// Every multiset of units with its multinomial probability (up to a common factor).
fn enumerate(sample: &Sample) -> Vec<(f64, f64)> {
    let units: Vec<(f64, f64)> = sample.pairs().collect();
    let mut atoms = Vec::new();
    visit(&units, units.len(), (0.0, 0.0, 1.0), &mut atoms);
    atoms
}

/// Shares the `left` draws among the units that remain.
fn visit(units: &[(f64, f64)], left: usize, sums: (f64, f64, f64), atoms: &mut Vec<(f64, f64)>) {
    let (x, y, weight) = sums;
    let Some((&(unit_x, unit_y), rest)) = units.split_first() else { return };
    let mut share = weight;
    for k in 0..=left {
        if k > 0 {
            share /= k as f64;
        }
        if rest.is_empty() && k < left {
            continue;
        }
        let times = k as f64;
        let taken = (x + times * unit_x, y + times * unit_y, share);
        if !rest.is_empty() && k < left {
            visit(rest, left - k, taken, atoms);
        } else if taken.0 > 0.0 {
            atoms.push((taken.1 / taken.0, share));
        }
    }
}

fn resample(sample: &Sample, resampling: Resampling) -> Vec<(f64, f64)> {
    let units: Vec<(f64, f64)> = sample.pairs().collect();
    let count = u32::try_from(units.len()).unwrap_or(u32::MAX);
    let mut random = Random::new(resampling.seed);
    (0..resampling.draws.max(100))
        .filter_map(|_| {
            let (mut x, mut y) = (0.0, 0.0);
            for _ in 0..count {
                let drawn = units.get(random.below(count) as usize)?;
                x += drawn.0;
                y += drawn.1;
            }
            (x > 0.0).then_some((y / x, 1.0))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enumeration_gives_the_multinomial_law() {
        let sample = Sample::new(&[1.0, 1.0], &[0.0, 1.0]).expect("valid");
        let law = Distribution::of(&sample, Resampling::default());
        assert_eq!(law.atoms, [(0.0, 0.25), (0.5, 0.5), (1.0, 0.25)]);
        assert_eq!((law.mid_rank(0.5), law.quantile(0.25), law.quantile(0.26)), (0.5, Some(0.0), Some(0.5)));
    }

    #[test]
    fn the_number_of_multisets_is_the_binomial_coefficient() {
        let sample = Sample::new(&[1.0; 8], &[1.0; 8]).expect("valid");
        assert_eq!(enumerate(&sample).len(), 6435);
    }

    #[test]
    fn a_seed_repeats_itself() {
        let sample = Sample::new(&[2.0; 20], &[1.0; 20]).expect("valid");
        let draw = |seed| Distribution::of(&sample, Resampling { draws: 200, seed }).atoms;
        assert_eq!(draw(3), draw(3));
    }
}
