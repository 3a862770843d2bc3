//! Statistics room: the bootstrap distribution of E, exact for few units, else resampled.

use crate::random::Random;
use crate::sample::Sample;

/// Most units for which every resample is enumerated: C(23, 12) = 1 352 078 multisets.
const EXACT_UNITS: usize = 12;
/// Most units whose threes are tabulated: 32^3 sums of 16 bytes are 512 KiB.
const MOST_TABLED: usize = 32;
/// The lower half of a number.
const LOW: u64 = u32::MAX as u64;

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

    /// The smallest values whose cumulative probability reaches each of `ps` (type 1 of Hyndman and Fan 1996).
    pub(super) fn quantiles(&self, ps: [f64; 2]) -> [Option<f64>; 2] {
        match self {
            Self::Exact(atoms) => ps.map(|p| {
                let mut sum = 0.0;
                let reached = atoms.iter().find(|atom| {
                    sum += atom.1;
                    sum >= p - 1e-12
                });
                reached.or(atoms.last()).map(|atom| atom.0)
            }),
            Self::Drawn(values) => {
                let Some(last) = values.len().checked_sub(1) else { return [None; 2] };
                // The cast saturates at 0; a place beyond the last is the last.
                let place =
                    |p: f64| (((p - 1e-12) * values.len() as f64).ceil().max(1.0) as usize - 1).min(last);
                let mut keys: Vec<u64> = values.iter().copied().map(key).collect();
                ps.map(|p| Some(value(*keys.select_nth_unstable(place(p)).1)))
            }
        }
    }
}

/// A whole number that orders as the value does (the total order of IEEE 754): such numbers are compared in one step.
fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The value of a key.
fn value(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
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

/// Draws units in threes: the sums of every three units are in a table, so that a third of the numbers do.
///
/// Two threes come from one number of 64 bits, each from 32 of them (Lemire 2019): one of 27,000 is off its probability
/// by at most 1 part in 150,000.
fn resample(sample: &Sample, resampling: Resampling) -> Vec<f64> {
    let units: Vec<[f64; 2]> = sample.pairs().map(|(x, y)| [x, y]).collect();
    let mut random = Random::new(resampling.seed);
    // Larger tables leave the cache.
    if units.len() > MOST_TABLED {
        return singly(&units, resampling, &mut random);
    }
    let table = Threes::of(&units);
    let (threes, rest) = (units.len() / 3, units.len() % 3);
    let mut sums = vec![[0.0; 2]; resampling.draws.max(100) as usize];
    for sum in &mut sums {
        // Two sums that do not wait for each other.
        let (mut low, mut high) = ([0.0; 2], [0.0; 2]);
        for _ in 0..threes / 2 {
            let bits = random.bits();
            low = add(low, table.pick(bits & LOW));
            high = add(high, table.pick(bits >> 32));
        }
        if threes % 2 == 1 {
            low = add(low, table.pick(random.bits() >> 32));
        }
        for _ in 0..rest {
            low = add(low, one(&units, &mut random));
        }
        *sum = add(low, high);
    }
    sums.into_iter().filter(|[x, _]| *x > 0.0).map(|[x, y]| y / x).collect()
}

fn add(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

/// The sums of every three units.
struct Threes(Vec<[f64; 2]>);

impl Threes {
    fn of(units: &[[f64; 2]]) -> Self {
        let mut sums = Vec::with_capacity(units.len().pow(3));
        for a in units {
            for b in units {
                let two = add(*a, *b);
                sums.extend(units.iter().map(|c| add(two, *c)));
            }
        }
        Self(sums)
    }

    /// Returns the sum that 32 random bits choose.
    fn pick(&self, bits: u64) -> [f64; 2] {
        let place = (bits * self.0.len() as u64) >> 32;
        self.0.get(place as usize).copied().unwrap_or_default()
    }
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
        assert_eq!((law.mid_rank(0.5), law.quantiles([0.25, 0.26])), (0.5, [Some(0.0), Some(0.5)]));
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
        assert_eq!(law.quantiles([0.0, 0.25]), [Some(1.0), Some(1.0)]);
        assert_eq!(law.quantiles([0.26, 1.0]), [Some(2.0), Some(4.0)]);
        assert_eq!(law.quantiles([1.0, 0.0]), [Some(4.0), Some(1.0)]);
        assert_eq!((law.mid_rank(2.0), Distribution::Drawn(vec![]).quantiles([0.5; 2])), (0.375, [None; 2]));
    }

    #[test]
    fn keys_order_as_values_do_and_lead_back() {
        let values = [f64::NEG_INFINITY, -2.5, -0.0, 0.0, 1e-300, 0.5, 2.5, f64::INFINITY];
        assert!(values.windows(2).all(|two| key(two[0]) < key(two[1])));
        assert!(values.iter().all(|held| value(key(*held)).total_cmp(held).is_eq()));
    }
}
