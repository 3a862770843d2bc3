//! Router room: the replay itself, a nested bootstrap: outside the log is resampled, inside seeds are drawn.
//!
//! Bootstrapped replay of an arm's own outcomes (Nicol, Mary and Preux, JMLR W&CP 32, 2014), with rewards and costs drawn
//! together. The outer level carries what the log does not know; without it an interval covers the truth in 20-93 % of
//! logs and declares winners where there are none.

use tracker_stats::Random;

use super::drift;
use super::log::ReplayLog;
use super::pools::{Pools, Source};
use super::report::{ArmReport, Estimate, Outcome, PolicyReport, Report, Verdict};
use super::{Refusal, Settings};
use crate::off_policy::{self, Choices, OffPolicy};
use crate::worlds::mix;
use crate::{POINTS_PER_UNIT, PolicyName, RouterError, Simulator, Tape, parallel};

/// Steps beyond which nothing is begun: about ten minutes of one thread.
const MOST_STEPS: f64 = 3e11;
/// Rounds x arms x bars of a tape, which must fit into memory.
const MOST_CELLS: f64 = 2e7;
/// Points at which curves are told.
const CHECKPOINTS: usize = 102;
/// Resamples between two reports of progress.
const BATCH: usize = 32;
/// Replayed runs on the log itself, in units of the seeds of a resample: its means must not shake.
const OWN_RUNS: usize = 8;
/// Windows of an arm in a week that allow to draw by weeks.
const LEAST_A_WEEK: usize = 5;
/// More windows than these are no plan.
const MOST_MORE_WINDOWS: f64 = 2000.0;

/// Replays a log, or refuses. `progress` hears how many of how many resamples are done.
///
/// The same log, settings and seed give the same report on any number of threads.
///
/// # Errors
/// [`RouterError::Range`] for settings out of range: no rounds, fewer than 20 resamples or 2 seeds, or a strategy that
/// is its own baseline.
pub fn replay(
    log: &ReplayLog,
    settings: &Settings,
    mut progress: impl FnMut(usize, usize),
) -> Result<Outcome, RouterError> {
    check(settings)?;
    if let Some(refusal) = refuse(log, settings) {
        return Ok(Outcome::Refused(refusal));
    }
    let source = Source::new(log);
    let drift = drift::visible(&log.arms);
    let pools = match drift {
        None => source.pools(),
        Some(drift) => match source.weekly_pools(LEAST_A_WEEK) {
            Some(pools) => pools,
            None => {
                let arm = log.arms[drift.arm].name.clone();
                let (series, correlation) = (drift.series, drift.correlation);
                return Ok(Outcome::Refused(Refusal::Drift { arm, series, correlation }));
            }
        },
    };
    let run = Run { log, source: &source, settings, checkpoints: checkpoints(settings.rounds) };
    let own = run.sample(&mut run.scratch(), &pools, mix(settings.seed, 0), settings.seeds * OWN_RUNS)?;
    let chances = recorded_chances(log, &own, &source);
    if let Some(found) = chances.as_ref().filter(|found| found.ess < off_policy::LEAST_ESS) {
        return Ok(Outcome::Refused(Refusal::FewEffective { ess: found.ess }));
    }
    let mut samples = Vec::new();
    while samples.len() < settings.replicates {
        progress(samples.len(), settings.replicates);
        let (done, count) =
            (samples.len(), BATCH.max(settings.threads).min(settings.replicates - samples.len()));
        let batch = parallel::map(
            count,
            settings.threads,
            || run.scratch(),
            |scratch, at| run.replicate(scratch, &pools, done + at),
        );
        samples.extend(batch.into_iter().collect::<Result<Vec<_>, _>>()?);
    }
    Ok(Outcome::Replayed(Box::new(run.report(own, samples, drift.is_some(), chances))))
}

fn check(settings: &Settings) -> Result<(), RouterError> {
    let range = |what, range| Err(RouterError::Range { what, range });
    match settings {
        Settings { rounds: 0, .. } => range("the number of rounds", "at least 1"),
        Settings { replicates: ..20, .. } => range("the number of replicates", "at least 20"),
        Settings { seeds: ..2, .. } => range("the number of seeds", "at least 2"),
        Settings { strategy, baseline, .. } if strategy == baseline => {
            range("the baseline", "another policy than the strategy")
        }
        _ => Ok(()),
    }
}

fn refuse(log: &ReplayLog, settings: &Settings) -> Option<Refusal> {
    if log.arms.len() < 2 {
        let played = log.arms.iter().map(|arm| arm.name.clone()).collect();
        return Some(Refusal::UnplayedOnly { played, unplayed: log.unplayed.clone() });
    }
    for arm in &log.arms {
        let (name, windows) = (|| arm.name.clone(), arm.windows.len());
        if windows < Refusal::LEAST_WINDOWS {
            return Some(Refusal::FewWindows { arm: name(), windows });
        }
        let features: f64 = arm.windows.iter().map(|window| window.features).sum();
        if features < Refusal::LEAST_FEATURES {
            return Some(Refusal::FewFeatures { arm: name(), features });
        }
    }
    let cells = settings.rounds as f64 * log.arms.len() as f64 * log.bars.len() as f64;
    let steps = 2.0 * cells * settings.replicates as f64 * settings.seeds as f64;
    if cells > MOST_CELLS {
        return Some(Refusal::TooLarge { steps: cells, most: MOST_CELLS });
    }
    (steps > MOST_STEPS).then_some(Refusal::TooLarge { steps, most: MOST_STEPS })
}

/// Returns the rounds after which curves are told, the last one included.
fn checkpoints(rounds: usize) -> Vec<usize> {
    let step = rounds.div_ceil(CHECKPOINTS).max(1);
    let mut marks: Vec<usize> = (step..=rounds).step_by(step).collect();
    if marks.last() != Some(&rounds) {
        marks.push(rounds);
    }
    marks
}

/// Averages of one policy over the seeds of one resample, in the router's units.
#[derive(Debug, Clone, Default)]
struct Averages {
    total: f64,
    played: f64,
    by_arm: Vec<f64>,
    violations: usize,
    unused: Vec<f64>,
    curve: Vec<f64>,
    prices: Vec<f64>,
    has_prices: bool,
}

/// One resample: strategy, baseline, bound.
#[derive(Debug, Clone)]
struct Sample {
    policies: [Averages; 2],
    bound: f64,
    /// Paired differences of the seeds, as shares of the bound.
    differences: Vec<f64>,
}

impl Sample {
    fn share(&self, policy: usize) -> f64 {
        if self.bound > 0.0 { self.policies[policy].total / self.bound } else { 0.0 }
    }
}

struct Run<'a> {
    log: &'a ReplayLog,
    source: &'a Source<'a>,
    settings: &'a Settings,
    checkpoints: Vec<usize>,
}

/// Memory of one thread.
struct Scratch {
    tape: Tape,
    simulator: Simulator,
}

impl Run<'_> {
    fn scratch(&self) -> Scratch {
        let (arms, bars) = (self.log.arms.len(), self.log.bars.len());
        Scratch {
            tape: Tape::new(self.settings.rounds, arms, bars),
            simulator: Simulator::new(self.log.caps.clone()),
        }
    }

    fn replicate(&self, scratch: &mut Scratch, pools: &Pools, at: usize) -> Result<Sample, RouterError> {
        let seed = mix(self.settings.seed, 1 + at as u64);
        if self.settings.resample_log {
            self.sample(scratch, &pools.resampled(&mut Random::new(seed)), mix(seed, 1), self.settings.seeds)
        } else {
            self.sample(scratch, pools, mix(seed, 1), self.settings.seeds)
        }
    }

    fn sample(
        &self,
        scratch: &mut Scratch,
        pools: &Pools,
        seed: u64,
        seeds: usize,
    ) -> Result<Sample, RouterError> {
        let bound = self.source.bound(pools, self.settings.rounds)?;
        let mut policies = [self.zeros(), self.zeros()];
        let mut differences = Vec::with_capacity(seeds);
        for at in 0..seeds {
            let seed = mix(seed, at as u64);
            self.source.fill(&mut scratch.tape, pools, &mut Random::new(seed));
            let names = [self.settings.strategy, self.settings.baseline];
            let mut totals = [0.0; 2];
            for (policy, name) in names.into_iter().enumerate() {
                totals[policy] = self.play(scratch, name, pools, mix(seed, 2), &mut policies[policy])?;
            }
            differences.push(if bound > 0.0 { (totals[0] - totals[1]) / bound } else { 0.0 });
        }
        for averages in &mut policies {
            averages.divide(seeds as f64);
        }
        Ok(Sample { policies, bound, differences })
    }

    fn zeros(&self) -> Averages {
        let bars = self.log.bars.len();
        Averages {
            by_arm: vec![0.0; self.log.arms.len()],
            unused: vec![0.0; bars],
            curve: vec![0.0; self.checkpoints.len()],
            prices: vec![0.0; self.checkpoints.len() * bars],
            ..Averages::default()
        }
    }

    /// Plays one policy over the tape in the scratch memory, adds it to `sums` and returns its total.
    fn play(
        &self,
        scratch: &mut Scratch,
        name: PolicyName,
        pools: &Pools,
        seed: u64,
        sums: &mut Averages,
    ) -> Result<f64, RouterError> {
        let truth = match name {
            PolicyName::Oracle => Some(self.source.truth(pools, self.settings.rounds)?),
            _ => None,
        };
        let mut policy = name.build(self.log.arms.len(), &self.log.caps, truth.as_ref())?;
        let (bars, last, mut next) = (self.log.bars.len(), self.checkpoints.len() - 1, 0);
        let episode = scratch.simulator.run(&mut *policy, &scratch.tape, &mut Random::new(seed), |step| {
            if let crate::Action::Played(arm) = step.action {
                sums.by_arm[arm] += 1.0;
            }
            if self.checkpoints[next] == step.index + 1 {
                if next < last {
                    sums.curve[next] += step.total;
                }
                for (sum, price) in sums.prices[next * bars..].iter_mut().zip(step.prices) {
                    *sum += price;
                }
                next = (next + 1).min(last);
            }
        })?;
        // The end of the curve holds the rework that lands after it.
        sums.curve[last] += episode.total;
        sums.has_prices = !episode.prices.is_empty();
        sums.total += episode.total;
        sums.played += episode.played as f64;
        sums.violations += episode.violations;
        for (sum, unused) in sums.unused.iter_mut().zip(&episode.unused) {
            *sum += unused;
        }
        Ok(episode.total)
    }

    fn report(
        &self,
        own: Sample,
        samples: Vec<Sample>,
        by_weeks: bool,
        chances: Option<OffPolicy>,
    ) -> Report {
        let differences =
            |sample: &Sample| sample.differences.iter().sum::<f64>() / sample.differences.len() as f64;
        let mut spread: Vec<f64> = samples.iter().map(differences).collect();
        let ahead = spread.iter().filter(|difference| **difference > 0.0).count();
        let win_share = ahead as f64 / spread.len().max(1) as f64;
        let difference = if self.settings.resample_log {
            Estimate::of(differences(&own), &mut spread)
        } else {
            over_seeds(&samples)
        };
        let verdict = match difference {
            Estimate { lo, .. } if lo > 0.0 => Verdict::Better,
            Estimate { hi, .. } if hi < 0.0 => Verdict::Worse,
            _ => Verdict::NotEnoughEvidence,
        };
        let more_windows =
            (verdict == Verdict::NotEnoughEvidence).then(|| self.more_windows(difference)).flatten();
        Report {
            arms: self.arms(),
            unplayed: self.log.unplayed.clone(),
            bars: self.log.bars.clone(),
            rounds: self.settings.rounds,
            checkpoints: self.checkpoints.clone(),
            bound: own.bound * self.source.scale,
            strategy: self.policy(0, &own, &samples),
            baseline: self.policy(1, &own, &samples),
            difference,
            win_share,
            verdict,
            more_windows,
            by_weeks,
            off_policy: chances,
        }
    }

    /// The width of the interval shrinks with the root of the windows; the arm with the fewest decides.
    fn more_windows(&self, difference: Estimate) -> Option<usize> {
        let fewest = self.log.arms.iter().map(|arm| arm.windows.len()).min()? as f64;
        let half = if difference.mean > 0.0 {
            difference.mean - difference.lo
        } else {
            difference.hi - difference.mean
        };
        let more = fewest * ((half / difference.mean).powi(2) - 1.0);
        (more.is_finite() && more <= MOST_MORE_WINDOWS).then(|| (more.ceil() as usize).max(1))
    }

    fn arms(&self) -> Vec<ArmReport> {
        let report = |arm: &super::LoggedArm| ArmReport {
            name: arm.name.clone(),
            windows: arm.windows.len(),
            features: arm.windows.iter().map(|window| window.features).sum(),
            reward: arm.windows.iter().map(super::LoggedWindow::net_reward).sum(),
            points: (0..self.log.bars.len())
                .map(|bar| arm.windows.iter().map(|window| window.points[bar]).sum())
                .collect(),
        };
        self.log.arms.iter().map(report).collect()
    }

    fn policy(&self, at: usize, own: &Sample, samples: &[Sample]) -> PolicyReport {
        let (averages, scale) = (&own.policies[at], self.source.scale);
        let over = |value: &dyn Fn(&Sample) -> f64| {
            Estimate::of(value(own), &mut samples.iter().map(value).collect::<Vec<f64>>())
        };
        let bars = self.log.bars.len();
        let periods = |bar: usize| self.settings.rounds.div_ceil(self.log.bars[bar].period) as f64;
        let priced = |mark: usize| -> Vec<f64> {
            let prices = &averages.prices[mark * bars..(mark + 1) * bars];
            prices.iter().map(|price| price * scale / POINTS_PER_UNIT).collect()
        };
        let marks = if averages.has_prices { self.checkpoints.len() } else { 0 };
        PolicyReport {
            name: [self.settings.strategy, self.settings.baseline][at],
            features: over(&|sample| sample.policies[at].total).scaled(scale),
            share: over(&|sample| sample.share(at)),
            windows_played: averages.played,
            arm_shares: averages
                .by_arm
                .iter()
                .map(|plays| plays / averages.played.max(f64::MIN_POSITIVE))
                .collect(),
            violations: samples.iter().chain([own]).map(|sample| sample.policies[at].violations).sum(),
            unused: (0..bars).map(|bar| averages.unused[bar] * POINTS_PER_UNIT / periods(bar)).collect(),
            curve: (0..self.checkpoints.len())
                .map(|mark| over(&|sample| sample.policies[at].curve[mark]).scaled(scale))
                .collect(),
            prices: (0..marks).map(priced).collect(),
        }
    }
}

impl Averages {
    fn divide(&mut self, by: f64) {
        let lists = [&mut self.by_arm, &mut self.unused, &mut self.curve, &mut self.prices];
        let numbers = lists.into_iter().flatten().chain([&mut self.total, &mut self.played]);
        numbers.for_each(|number| *number /= by);
    }
}

/// The interval that takes the log for the truth: the mean over all seeds and its standard error.
fn over_seeds(samples: &[Sample]) -> Estimate {
    let all: Vec<f64> = samples.iter().flat_map(|sample| sample.differences.iter().copied()).collect();
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    let half = 1.96 * (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
    Estimate { mean, lo: mean - half, hi: mean + half }
}

/// What the strategy's mix of arms would have given by the recorded chances, when every window has one.
fn recorded_chances(log: &ReplayLog, own: &Sample, source: &Source<'_>) -> Option<OffPolicy> {
    let mix = &own.policies[0].by_arm;
    let played: f64 = mix.iter().sum();
    let choice = |(arm, window): (usize, &super::LoggedWindow)| {
        Choices::one(0, arm, window.net_reward() / source.scale, window.propensity?).ok()
    };
    let windows =
        log.arms.iter().enumerate().flat_map(|(arm, of)| of.windows.iter().map(move |window| (arm, window)));
    let choices: Option<Vec<Choices>> = windows.map(choice).collect();
    let target = vec![mix.iter().map(|plays| plays / played.max(f64::MIN_POSITIVE)).collect()];
    let found = off_policy::estimate(&choices?, &target).ok()?;
    Some(found.scaled(source.scale))
}
