//! Router room: one run of a policy over a tape, with the caps as hard limits.

use tracker_stats::Random;

use crate::{Caps, Play, Policy, Round, RouterError, Tape};

/// What is left of a bar below this is nothing.
const EMPTY: f64 = 1e-9;
/// A cost beyond what is left by less than this still fits.
const FITS: f64 = 1e-12;

/// What happened in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// An arm was played.
    Played(usize),
    /// The policy saved the round although it could have played.
    Saved,
    /// No arm had capacity left.
    NoCapacity,
}

/// One round as an observer sees it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Step<'a> {
    /// The round, from 0.
    pub index: usize,
    /// What happened.
    pub action: Action,
    /// What was used of each bar in this round.
    pub used: &'a [f64],
    /// The policy's shadow prices after the round; empty for a policy without.
    pub prices: &'a [f64],
    /// Reward so far, with what landed of rework.
    pub total: f64,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Episode {
    /// Reward after all debits, also those that land after the last round.
    pub total: f64,
    /// Rounds in which an arm was played.
    pub played: usize,
    /// Periods of a bar in which more was used than its budget; 0 unless the run itself is wrong.
    pub violations: usize,
    /// What was left of each bar, summed over its periods.
    pub unused: Vec<f64>,
    /// The last shadow prices; empty for a policy without.
    pub prices: Vec<f64>,
}

/// Rework that lands later.
#[derive(Debug, Clone, Copy)]
struct Debit {
    due: usize,
    arm: usize,
    reward: f64,
}

/// Runs policies under one set of caps; its memory is used again from run to run.
///
/// The rules are those of the published bench: a bar with nothing left closes the arms that need it; work that a bar
/// cuts off uses what was left and is not credited; rework is debited to the arm that caused it when it lands.
///
/// ```
/// use tracker_router::{Action, Bar, Caps, PolicyName, Random, Simulator, Tape};
/// let caps = Caps::new(vec![Bar::new("weekly", 0.5, 4)])?;
/// let mut tape = Tape::new(4, 1, 1);
/// (0..4).for_each(|round| tape.set(round, 0, 1.0, &[0.2]));
/// let mut policy = PolicyName::Greedy.build(1, &caps, None)?;
/// let mut actions = Vec::new();
/// let episode = Simulator::new(caps).run(&mut *policy, &tape, &mut Random::new(1), |step| actions.push(step.action))?;
/// // The third window is cut off by the bar, the fourth finds nothing left.
/// assert_eq!((episode.total, episode.played, episode.violations), (2.0, 3, 0));
/// assert_eq!(actions[3], Action::NoCapacity);
/// # Ok::<(), tracker_router::RouterError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Simulator {
    caps: Caps,
    remaining: Vec<f64>,
    rounds_left: Vec<f64>,
    available: Vec<bool>,
    used: Vec<f64>,
    spent: Vec<f64>,
    debits: Vec<Debit>,
}

impl Simulator {
    /// Returns a simulator of these caps.
    #[must_use]
    pub fn new(caps: Caps) -> Self {
        let zeros = vec![0.0; caps.len()];
        Self {
            remaining: zeros.clone(),
            rounds_left: zeros.clone(),
            used: zeros.clone(),
            spent: zeros,
            available: Vec::new(),
            debits: Vec::new(),
            caps,
        }
    }

    /// Runs a policy over a tape and shows every round to `observe`.
    ///
    /// # Errors
    /// [`RouterError`] when the tape does not fit the caps. Only the caps and sizes are looked at here;
    /// [`Tape::check`] looks at every number.
    pub fn run(
        &mut self,
        policy: &mut dyn Policy,
        tape: &Tape,
        random: &mut Random,
        mut observe: impl FnMut(&Step<'_>),
    ) -> Result<Episode, RouterError> {
        let bars = self.caps.len();
        if tape.bars() != bars {
            return Err(RouterError::Size { what: "the tape's bars", found: tape.bars(), expected: bars });
        }
        self.debits.clear();
        let mut episode = Episode { unused: vec![0.0; bars], ..Episode::default() };
        for index in 0..tape.rounds() {
            self.open(index, tape, &mut episode);
            self.land(index, policy, &mut episode.total);
            let action = self.choose(index, policy, tape, random);
            self.used.fill(0.0);
            if let Action::Played(arm) = action {
                episode.total += self.play(index, arm, policy, tape);
                episode.played += 1;
            }
            observe(&Step { index, action, used: &self.used, prices: policy.prices(), total: episode.total });
        }
        self.close(tape.rounds(), &mut episode);
        episode.total -= self.debits.iter().map(|debit| debit.reward).sum::<f64>();
        episode.prices = policy.prices().to_vec();
        Ok(episode)
    }

    /// Starts bars whose period begins, and finds the arms that can be played.
    fn open(&mut self, index: usize, tape: &Tape, episode: &mut Episode) {
        for (at, bar) in self.caps.bars().iter().enumerate() {
            let into = index % bar.period;
            if into == 0 {
                if index > 0 {
                    settle(
                        self.remaining[at],
                        self.spent[at],
                        bar.budget,
                        &mut episode.unused[at],
                        &mut episode.violations,
                    );
                }
                self.remaining[at] = bar.budget;
                self.spent[at] = 0.0;
            }
            self.rounds_left[at] = (bar.period - into) as f64;
        }
        self.available.clear();
        let remaining = &self.remaining;
        self.available.extend((0..tape.arms()).map(|arm| {
            !tape.costs(index, arm).iter().zip(remaining).any(|(cost, left)| *cost > 0.0 && *left <= EMPTY)
        }));
    }

    /// Debits the rework that lands now.
    fn land(&mut self, index: usize, policy: &mut dyn Policy, total: &mut f64) {
        self.debits.retain(|debit| {
            if debit.due == index {
                *total -= debit.reward;
                policy.credit(debit.arm, -debit.reward);
            }
            debit.due != index
        });
    }

    fn choose(&self, index: usize, policy: &mut dyn Policy, tape: &Tape, random: &mut Random) -> Action {
        if !self.available.contains(&true) {
            return Action::NoCapacity;
        }
        let round = Round {
            index,
            available: &self.available,
            remaining: &self.remaining,
            rounds_left: &self.rounds_left,
            starts_period: index.is_multiple_of(self.caps.longest_period()),
        };
        match policy.select(&round, random) {
            Some(arm) if arm < tape.arms() && self.available[arm] => Action::Played(arm),
            _ => Action::Saved,
        }
    }

    /// Plays an arm and returns what it gives at once.
    fn play(&mut self, index: usize, arm: usize, policy: &mut dyn Policy, tape: &Tape) -> f64 {
        let costs = tape.costs(index, arm);
        let cut_off =
            costs.iter().zip(&self.remaining).any(|(cost, left)| *cost > left + FITS && *cost > 0.0);
        let reward = if cut_off { 0.0 } else { tape.reward(index, arm) };
        policy.update(&Play {
            arm,
            reward,
            costs,
            remaining: &self.remaining,
            rounds_left: &self.rounds_left,
        });
        for (bar, cost) in costs.iter().enumerate() {
            self.used[bar] = cost.min(self.remaining[bar]);
            self.spent[bar] += self.used[bar];
            self.remaining[bar] = (self.remaining[bar] - cost).max(0.0);
        }
        let (delay, share) = tape.debit(index, arm);
        if delay > 0 && reward > 0.0 && share > 0.0 {
            self.debits.push(Debit { due: index + delay as usize, arm, reward: share * reward });
        }
        reward
    }

    /// Settles the periods that the end of the run cuts.
    fn close(&self, rounds: usize, episode: &mut Episode) {
        if rounds == 0 {
            return;
        }
        for (at, bar) in self.caps.bars().iter().enumerate() {
            settle(
                self.remaining[at],
                self.spent[at],
                bar.budget,
                &mut episode.unused[at],
                &mut episode.violations,
            );
        }
    }
}

/// Books a period that ended. What was spent is added up apart from what remains, so that one checks the other.
fn settle(remaining: f64, spent: f64, budget: f64, unused: &mut f64, violations: &mut usize) {
    *unused += remaining;
    *violations += usize::from(spent > budget * (1.0 + 1e-9));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bar, PolicyName};
    use proptest::prelude::*;

    fn run(name: PolicyName, caps: Caps, tape: &Tape) -> (Episode, Vec<Action>) {
        let mut policy = name.build(tape.arms(), &caps, None).unwrap();
        let mut actions = Vec::new();
        let mut simulator = Simulator::new(caps);
        let episode =
            simulator.run(&mut *policy, tape, &mut Random::new(3), |step| actions.push(step.action)).unwrap();
        (episode, actions)
    }

    #[test]
    fn inner_bar_closes_a_round_and_outer_bar_a_week() {
        let caps = Caps::new(vec![Bar::new("5h", 0.3, 1), Bar::new("weekly", 0.5, 3)]).unwrap();
        let mut tape = Tape::new(6, 1, 2);
        (0..6).for_each(|round| tape.set(round, 0, 1.0, &[0.25, 0.25]));
        tape.set(3, 0, 1.0, &[0.4, 0.1]);
        let (episode, actions) = run(PolicyName::Greedy, caps, &tape);
        // Two windows fill the week. The next week begins with a window that the five-hour bar cuts off.
        assert_eq!(actions[2], Action::NoCapacity);
        assert_eq!((episode.total, episode.played, episode.violations), (3.0, 5, 0));
        assert!((episode.unused[1] - 0.0).abs() < 1e-12, "{episode:?}");
    }

    #[test]
    fn rework_is_debited_to_its_arm_when_it_lands_and_after_the_end() {
        let caps = Caps::new(vec![Bar::new("weekly", 100.0, 10)]).unwrap();
        let mut tape = Tape::new(10, 2, 1);
        for round in 0..10 {
            tape.set(round, 0, 1.0, &[1.0]);
            tape.set(round, 1, 0.6, &[1.0]);
            tape.set_debit(round, 0, 3, 1.0);
        }
        let (episode, actions) = run(PolicyName::Greedy, caps, &tape);
        let switched = actions.iter().rposition(|action| *action == Action::Played(0)).unwrap();
        assert!(switched < 6, "the arm that reworks everything is left once its debits land: {actions:?}");
        let kept = actions.iter().filter(|action| **action == Action::Played(1)).count();
        assert!((episode.total - 0.6 * kept as f64).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn no_policy_breaks_a_cap_or_plays_a_closed_arm(
            cells in prop::collection::vec((0.0..1.0, 0.0..1.5, 0.0..1.0), 120),
            budgets in prop::collection::vec(0.1..4.0, 2),
            period in 1_usize..30,
            seed in 0_u64..1000,
        ) {
            let caps = Caps::new(vec![Bar::new("a", budgets[0], period), Bar::new("b", budgets[1], 7)]).unwrap();
            let mut tape = Tape::new(40, 3, 2);
            for (at, (reward, a, b)) in cells.iter().enumerate() {
                tape.set(at / 3, at % 3, *reward, &[*a, if at % 3 == 0 { 0.0 } else { *b }]);
            }
            for name in PolicyName::ALL.into_iter().skip(1) {
                let mut policy = name.build(3, &caps, None).unwrap();
                let mut used = vec![[0.0; 2]; 41];
                let mut simulator = Simulator::new(caps.clone());
                let episode = simulator
                    .run(&mut *policy, &tape, &mut Random::new(seed), |step| {
                        used[step.index] = [step.used[0], step.used[1]];
                    })
                    .unwrap();
                prop_assert_eq!(episode.violations, 0, "{}", name);
                for (bar, (budget, period)) in [(budgets[0], period), (budgets[1], 7)].into_iter().enumerate() {
                    for week in used.chunks(period) {
                        let sum: f64 = week.iter().map(|used| used[bar]).sum();
                        prop_assert!(sum <= budget + 1e-9, "{} {}", name, sum);
                    }
                }
            }
        }
    }
}
