//! Router room: the eight worlds in which policies are compared, with known means.

mod law;

use std::fmt;
use std::str::FromStr;

use tracker_stats::Random;

use crate::{Bar, Caps, POINTS_PER_UNIT, RouterError, Tape, Truth};
pub(crate) use law::upper_tail;
use law::{mean_points, points};

/// Rounds of the single-period worlds.
const ROUNDS: usize = 200;
/// Windows of a week.
const WEEK: usize = 34;
/// Mean of the quality of a feature, uniform in [0.5, 1].
const MEAN_QUALITY: f64 = 0.75;

/// The worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WorldName {
    /// One arm dominates: greedy is right.
    W0,
    /// One bar, time to spare: the best ratio decides, so there is next to no difference.
    W1,
    /// As W1, three times as long.
    W1b,
    /// The best arm changes abruptly half-way.
    W2,
    /// The best arm changes slowly.
    W2s,
    /// A cheap good and a dear better arm under a tight bar.
    W3,
    /// Rework lands 5 to 15 windows later, most of it on the arm that looks best.
    W4,
    /// Three providers with two methods each, weekly bars, six weeks, drift in the fourth.
    W5,
}

impl WorldName {
    /// All worlds, in the order of the tables.
    pub const ALL: [Self; 8] =
        [Self::W0, Self::W1, Self::W1b, Self::W2, Self::W2s, Self::W3, Self::W4, Self::W5];

    /// Returns the name as it is typed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::W0 => "W0",
            Self::W1 => "W1",
            Self::W1b => "W1b",
            Self::W2 => "W2",
            Self::W2s => "W2s",
            Self::W3 => "W3",
            Self::W4 => "W4",
            Self::W5 => "W5",
        }
    }
}

impl fmt::Display for WorldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for WorldName {
    type Err = RouterError;

    fn from_str(text: &str) -> Result<Self, RouterError> {
        Self::ALL.into_iter().find(|name| name.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
            RouterError::Unknown {
                what: "world",
                name: text.to_owned(),
                known: Self::ALL.map(Self::as_str).join(", "),
            }
        })
    }
}

/// One draw of a world.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct World {
    /// What every arm gives and costs in every round.
    pub tape: Tape,
    /// The bars, in units of [`POINTS_PER_UNIT`].
    pub caps: Caps,
    /// The means behind the tape.
    pub truth: Truth,
    /// The most that can be expected ([`Truth::bound`]).
    pub bound: f64,
}

impl World {
    /// Draws a world; the order of its arms is drawn, too.
    ///
    /// # Errors
    /// [`RouterError`] never for the worlds that are built in.
    pub fn draw(name: WorldName, seed: u64) -> Result<Self, RouterError> {
        Ok(Definition::of(name)?.draw(seed))
    }
}

/// What a world is before anything is drawn, with its bound: made once, drawn from often.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    name: WorldName,
    rounds: usize,
    /// Chance of a feature by round and arm; one row when it never changes.
    chances: Vec<Vec<f64>>,
    /// Mean points before rounding and the cap at 40.
    points: Vec<f64>,
    /// Which bar an arm uses.
    bar_of: Vec<usize>,
    /// Share of work that is done again later.
    rework: Vec<f64>,
    pub(crate) caps: Caps,
    pub(crate) truth: Truth,
    pub(crate) bound: f64,
}

/// The numbers of a world as they stand in its table.
struct Table {
    rounds: usize,
    chances: Vec<Vec<f64>>,
    points: Vec<f64>,
    rework: Vec<f64>,
    /// Points of each bar in a period.
    budgets: Vec<f64>,
    period: usize,
}

impl Table {
    fn of(name: WorldName) -> Self {
        let one_bar = |chances: Vec<Vec<f64>>, points: &[f64], budget: f64| Self {
            rounds: ROUNDS,
            chances,
            points: points.to_vec(),
            rework: vec![0.0; points.len()],
            budgets: vec![budget],
            period: ROUNDS,
        };
        match name {
            WorldName::W0 => {
                let chances = vec![vec![0.95, 0.45, 0.40, 0.35, 0.30, 0.30]];
                one_bar(chances, &[6.0, 9.0, 9.0, 10.0, 10.0, 12.0], 600.0)
            }
            WorldName::W1 => one_bar(vec![vec![0.80, 0.65, 0.55, 0.50]], &[8.0, 8.0, 9.0, 7.0], 600.0),
            WorldName::W1b => {
                Self { rounds: 600, period: 600, budgets: vec![1800.0], ..Self::of(WorldName::W1) }
            }
            WorldName::W2 => {
                let row =
                    |round| if round < 100 { vec![0.9, 0.55, 0.3, 0.4] } else { vec![0.25, 0.55, 0.9, 0.4] };
                one_bar((0..ROUNDS).map(row).collect(), &[8.0; 4], 1700.0)
            }
            WorldName::W2s => {
                let part = |round| round as f64 / (ROUNDS - 1) as f64;
                let row = |round| vec![0.9 - 0.6 * part(round), 0.55, 0.3 + 0.6 * part(round), 0.4];
                one_bar((0..ROUNDS).map(row).collect(), &[8.0; 4], 1700.0)
            }
            WorldName::W3 => one_bar(vec![vec![0.53, 1.0, 0.45, 0.30]], &[4.0, 24.0, 12.0, 6.0], 2400.0),
            WorldName::W4 => Self {
                rework: vec![0.65, 0.10, 0.05, 0.05],
                ..one_bar(vec![vec![0.95, 0.75, 0.60, 0.50]], &[8.0; 4], 1200.0)
            },
            WorldName::W5 => {
                let early = vec![0.50, 0.65, 0.80, 0.97, 0.55, 0.60];
                let late = vec![0.50, 0.65, 0.35, 0.97, 0.90, 0.60];
                let row = |round| if round < 3 * WEEK { early.clone() } else { late.clone() };
                Self {
                    rounds: 6 * WEEK,
                    chances: (0..6 * WEEK).map(row).collect(),
                    points: vec![4.0, 6.0, 10.0, 16.0, 7.0, 11.0],
                    rework: vec![0.0; 6],
                    budgets: vec![90.0; 3],
                    period: WEEK,
                }
            }
        }
    }
}

impl Definition {
    pub(crate) fn of(name: WorldName) -> Result<Self, RouterError> {
        let table = Table::of(name);
        let (bars, arms) = (table.budgets.len(), table.points.len());
        let bar_of: Vec<usize> = (0..arms).map(|arm| if bars == 1 { 0 } else { arm / 2 }).collect();
        let cost = |arm: usize| {
            let mut costs = vec![0.0; bars];
            costs[bar_of[arm]] = mean_points(table.points[arm]) / POINTS_PER_UNIT;
            costs
        };
        let kept = |(arm, chance): (usize, &f64)| MEAN_QUALITY * chance * (1.0 - table.rework[arm]);
        let rewards = table.chances.iter().map(|row| row.iter().enumerate().map(kept).collect()).collect();
        let truth = Truth::drifting(rewards, (0..arms).map(cost).collect())?;
        let bar = |(at, budget): (usize, &f64)| {
            Bar::new(format!("bar {at}"), budget / POINTS_PER_UNIT, table.period)
        };
        let caps = Caps::new(table.budgets.iter().enumerate().map(bar).collect())?;
        let bound = truth.bound(&caps, table.rounds)?;
        Ok(Self {
            name,
            rounds: table.rounds,
            chances: table.chances,
            points: table.points,
            bar_of,
            rework: table.rework,
            caps,
            truth,
            bound,
        })
    }

    pub(crate) fn draw(&self, seed: u64) -> World {
        let order = self.order(seed);
        let mut random = Random::new(mix(seed, self.name as u64));
        let mut tape = Tape::new(self.rounds, order.len(), self.caps.len());
        let mut costs = vec![0.0; self.caps.len()];
        for round in 0..self.rounds {
            for (place, arm) in order.iter().copied().enumerate() {
                let (reward, cost) = self.outcome(round, arm, &mut random);
                costs.fill(0.0);
                costs[self.bar_of[arm]] = cost;
                tape.set(round, place, reward, &costs);
                if self.rework[arm] > 0.0 {
                    let delay = 5 + random.below(11);
                    let share = if random.uniform() < self.rework[arm] { 1.0 } else { 0.0 };
                    tape.set_debit(round, place, delay, share);
                }
            }
        }
        World { tape, caps: self.caps.clone(), truth: self.truth.reordered(&order), bound: self.bound }
    }

    /// Draws `windows` windows of every arm, as a log would hold them: reward and cost.
    pub(crate) fn draw_log(&self, windows: usize, seed: u64) -> Vec<Vec<(f64, f64)>> {
        let mut random = Random::new(mix(seed, 0x10_6000 + self.name as u64));
        let order = self.order(seed);
        let mut of_arm = |arm: usize| (0..windows).map(|_| self.outcome(0, arm, &mut random)).collect();
        order.iter().map(|arm| of_arm(*arm)).collect()
    }

    fn outcome(&self, round: usize, arm: usize, random: &mut Random) -> (f64, f64) {
        let chances = &self.chances[round.min(self.chances.len() - 1)];
        let green = random.uniform() < chances[arm];
        let quality = 0.5 + 0.5 * random.uniform();
        (if green { quality } else { 0.0 }, points(self.points[arm], random) / POINTS_PER_UNIT)
    }

    fn order(&self, seed: u64) -> Vec<usize> {
        let mut random = Random::new(mix(seed, 777));
        let mut order: Vec<usize> = (0..self.points.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, random.below(at as u32 + 1) as usize);
        }
        order
    }
}

/// Returns a seed of its own for each use of a seed.
pub(crate) fn mix(seed: u64, r#use: u64) -> u64 {
    let mut random = Random::new(seed ^ r#use.wrapping_mul(0xd134_2543_de82_ef95));
    random.bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bounds of the published bench, whose mean costs come from one simulation of 400,000 draws (error 0.1 %).
    #[test]
    fn bounds_are_those_of_the_published_bench() {
        let published = [
            (WorldName::W0, 71.447_67),
            (WorldName::W1, 45.179_05),
            (WorldName::W2, 135.0),
            (WorldName::W3, 110.882_28),
            (WorldName::W4, 76.239_65),
            (WorldName::W5, 112.018_94),
        ];
        for (name, bound) in published {
            let ours = Definition::of(name).unwrap().bound;
            assert!((ours / bound - 1.0).abs() < 4e-3, "{name}: {ours} {bound}");
        }
    }

    #[test]
    fn tapes_follow_the_truth() {
        for name in WorldName::ALL {
            let definition = Definition::of(name).unwrap();
            let (mut reward, mut cost, mut n) = (0.0, 0.0, 0.0);
            let (mut true_reward, mut true_cost) = (0.0, 0.0);
            for seed in 0..20 {
                let world = definition.draw(seed);
                world.tape.check(&world.caps).unwrap();
                for (round, arm) in
                    (0..world.tape.rounds()).flat_map(|t| (0..world.tape.arms()).map(move |a| (t, a)))
                {
                    reward += world.tape.reward(round, arm) * (1.0 - world.tape.debit(round, arm).1);
                    cost += world.tape.costs(round, arm).iter().sum::<f64>();
                    true_reward += world.truth.rewards(round)[arm];
                    true_cost += (0..world.caps.len()).map(|bar| world.truth.cost(arm, bar)).sum::<f64>();
                    n += 1.0;
                }
            }
            assert!(((reward - true_reward) / n).abs() < 0.01, "{name}: {reward} {true_reward} of {n}");
            assert!(((cost - true_cost) / n).abs() < 0.005, "{name}: {cost} {true_cost} of {n}");
        }
    }

    #[test]
    fn a_seed_is_a_world_and_names_parse() {
        let draw = |seed| World::draw(WorldName::W5, seed).unwrap();
        assert_eq!(draw(9), draw(9));
        assert_ne!(draw(9), draw(10));
        assert_eq!("w2S".parse(), Ok(WorldName::W2s));
        assert!("W9".parse::<WorldName>().is_err());
    }
}
