//! Statistics room: the bootstrap distribution of E, exact for few units, else resampled.

use crate::random::Random;
use crate::sample::Sample;

/// Most units for which every resample is enumerated: C(23, 12) = 1 352 078 multisets.
const EXACT_UNITS: usize = 12;
/// Most units whose pairs are tabulated: 48^2 sums of 16 bytes are 36 kB.
const MOST_PAIRED: usize = 48;
/// 21 bits.
const FIELD: u64 = (1 << 21) - 1;

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

/// The distribution of the resampled E.
#[derive(Debug)]
pub(super) enum Distribution {
    /// Every value in rising order with its probability.
    Exact(Vec<(f64, f64)>),
    /// Equally probable values in no order: sorting them would cost more than drawing them.
    Drawn(Vec<f64>),
}

impl Distribution {
    /// Enumerates up to 12 units (Fisher and Hall 1991), resamples beyond. Resamples without
    /// capacity have no E and are left out.
    pub(super) fn of(sample: &Sample, resampling: Resampling) -> Self {
        if sample.len() > EXACT_UNITS {
            return Self::Drawn(resample(sample, resampling));
        }
        let mut atoms = enumerate(sample);
        atoms.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = atoms.iter().map(|a| a.1).sum();
        for atom in &mut atoms {
            atom.1 /= total;
        }
        Self::Exact(atoms)
    }

    /// Whether every resample was enumerated.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }

    /// P(E* < e) + P(E* = e)/2, with ties up to rounding.
    pub(super) fn mid_rank(&self, e: f64) -> f64 {
        let tie = 1e-11 * e.abs();
        match self {
            Self::Exact(atoms) => atoms
                .iter()
                .map(|&(value, p)| match value - e {
                    gap if gap.abs() <= tie => 0.5 * p,
                    gap if gap < 0.0 => p,
                    _ => 0.0,
                })
                .sum(),
            Self::Drawn(values) => {
                let halves =
                    values.iter().map(|v| u32::from(*v < e - tie) + u32::from(*v <= e + tie)).sum::<u32>();
                0.5 * f64::from(halves) / values.len().max(1) as f64
            }
        }
    }

    /// The smallest value whose cumulative probability reaches `p` (type 1 of Hyndman and Fan 1996).
    pub(super) fn quantile(&self, p: f64) -> Option<f64> {
        match self {
            Self::Exact(atoms) => {
                let mut sum = 0.0;
                let reached = atoms.iter().find(|atom| {
                    sum += atom.1;
                    sum >= p - 1e-12
                });
                reached.or(atoms.last()).map(|atom| atom.0)
            }
            Self::Drawn(values) => {
                let count = values.len();
                // The cast saturates at 0; a place beyond the last is the last.
                let place = ((p - 1e-12) * count as f64).ceil().max(1.0) as usize - 1;
                let mut values = values.clone();
                let place = place.min(count.checked_sub(1)?);
                Some(*values.select_nth_unstable_by(place, f64::total_cmp).1)
            }
        }
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

/// Draws units in pairs: the sums of every two units are in a table, so that half the numbers do.
///
/// Three pairs come from one number of 64 bits, each from 21 of them: a pair of 900 is off its
/// probability by at most 1 part in 2000.
fn resample(sample: &Sample, resampling: Resampling) -> Vec<f64> {
    let units: Vec<[f64; 2]> = sample.pairs().map(|(x, y)| [x, y]).collect();
    let add = |a: [f64; 2], b: [f64; 2]| [a[0] + b[0], a[1] + b[1]];
    let pairs: Vec<[f64; 2]> = units.iter().flat_map(|a| units.iter().map(move |b| add(*a, *b))).collect();
    let mut random = Random::new(resampling.seed);
    // Larger tables leave the cache and would need more bits.
    if units.len() > MOST_PAIRED {
        return singly(&units, resampling, &mut random);
    }
    let (sets_of_three, rest) = (units.len() / 6, units.len() % 6);
    let of_pairs = pairs.len() as u64;
    let pick =
        |bits: u64| pairs.get((((bits & FIELD) * of_pairs) >> 21) as usize).copied().unwrap_or_default();
    let mut values = Vec::new();
    for _ in 0..resampling.draws.max(100) {
        let mut sum = [0.0; 2];
        for _ in 0..sets_of_three {
            let bits = random.bits();
            sum = add(sum, add(add(pick(bits), pick(bits >> 21)), pick(bits >> 42)));
        }
        if rest > 0 {
            let bits = random.bits();
            for pair in 0..rest / 2 {
                sum = add(sum, pick(bits >> (21 * pair)));
            }
        }
        if rest % 2 == 1 {
            sum = add(sum, one(&units, &mut random));
        }
        if sum[0] > 0.0 {
            values.push(sum[1] / sum[0]);
        }
    }
    values
}

/// Draws units one by one.
fn singly(units: &[[f64; 2]], resampling: Resampling, random: &mut Random) -> Vec<f64> {
    let draw = |_| {
        let sums = units.iter().fold([0.0; 2], |sum, _| {
            let unit = one(units, random);
            [sum[0] + unit[0], sum[1] + unit[1]]
        });
        (sums[0] > 0.0).then(|| sums[1] / sums[0])
    };
    (0..resampling.draws.max(100)).filter_map(draw).collect()
}

fn one(units: &[[f64; 2]], random: &mut Random) -> [f64; 2] {
    let place = random.below(u32::try_from(units.len()).unwrap_or(u32::MAX));
    units.get(place as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enumeration_gives_the_multinomial_law() {
        let sample = Sample::new(&[1.0, 1.0], &[0.0, 1.0]).expect("valid");
        let law = Distribution::of(&sample, Resampling::default());
        assert!(matches!(&law, Distribution::Exact(a) if *a == [(0.0, 0.25), (0.5, 0.5), (1.0, 0.25)]));
        assert_eq!((law.mid_rank(0.5), law.quantile(0.25), law.quantile(0.26)), (0.5, Some(0.0), Some(0.5)));
    }

    #[test]
    fn the_number_of_multisets_is_the_binomial_coefficient() {
        let sample = Sample::new(&[1.0; 8], &[1.0; 8]).expect("valid");
        assert_eq!(enumerate(&sample).len(), 6435);
    }

    fn drawn(units: usize, seed: u64) -> Vec<f64> {
        let x: Vec<f64> = (0..units).map(|i| 4.0 + (i % 7) as f64).collect();
        let y: Vec<f64> = (0..units).map(|i| (i % 4) as f64).collect();
        let sample = Sample::new(&x, &y).expect("valid");
        match Distribution::of(&sample, Resampling { draws: 20_000, seed }) {
            Distribution::Drawn(values) => values,
            Distribution::Exact(_) => Vec::new(),
        }
    }

    #[test]
    fn a_seed_repeats_itself() {
        assert_eq!(drawn(20, 3), drawn(20, 3));
        assert_ne!(drawn(20, 3), drawn(20, 4));
    }

    /// However the units are drawn, by pairs with any remainder or singly, E* has the spread of the
    /// delta method (HC0) around E.
    #[test]
    fn drawn_values_have_the_spread_of_the_delta_method() {
        for units in [13, 14, 15, 16, 17, 18, 30, 60] {
            let x: Vec<f64> = (0..units).map(|i| 4.0 + (i % 7) as f64).collect();
            let y: Vec<f64> = (0..units).map(|i| (i % 4) as f64).collect();
            let ratio = crate::Ratio::of(&Sample::new(&x, &y).expect("valid"));
            let se = crate::standard_error(&ratio, crate::Hc::Hc0).expect("defined");
            let values = drawn(units, 5);
            let mean = values.iter().sum::<f64>() / 2e4;
            let spread = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 2e4).sqrt();
            assert!((mean - ratio.estimate()).abs() < 0.15 * se, "{units}: mean {mean}");
            assert!((spread / se - 1.0).abs() < 0.05, "{units}: spread {spread} for {se}");
        }
    }

    #[test]
    fn quantiles_of_drawn_values_are_order_statistics() {
        let law = Distribution::Drawn(vec![4.0, 1.0, 3.0, 2.0]);
        let at = |p| law.quantile(p);
        assert_eq!([at(0.0), at(0.25), at(0.26), at(1.0)], [Some(1.0), Some(1.0), Some(2.0), Some(4.0)]);
        assert_eq!((law.mid_rank(2.0), Distribution::Drawn(vec![]).quantile(0.5)), (0.375, None));
    }
}
