//! Whether replays say no more than they know: logs are drawn from worlds whose truth is known, and verdicts counted.
//!
//! In W1 no policy is ahead by much, so a verdict is a false alarm; in W3 the default policy is far ahead of greedy, so
//! the absence of one is a missed chance.

use std::fmt;

use crate::replay::{LoggedArm, LoggedWindow, Outcome, ReplayLog, Settings, Verdict, replay};
use crate::worlds::{Definition, mix};
use crate::{Bar, POINTS_PER_UNIT, RouterError, WorldName, parallel};

/// Most logs of W1 that may get a verdict.
pub const MOST_FALSE: f64 = 0.05;
/// Least logs of W3 with 40 windows an arm that must get `better`.
pub const LEAST_FOUND: f64 = 0.90;

/// What the replays of one world and size of log said.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HonestyRow {
    /// The world from which the logs were drawn.
    pub world: WorldName,
    /// Windows of each arm in a log.
    pub windows: usize,
    /// Logs.
    pub logs: usize,
    /// Logs with the verdict `better`.
    pub better: usize,
    /// Logs with the verdict `worse`.
    pub worse: usize,
    /// Logs that were refused.
    pub refused: usize,
}

impl HonestyRow {
    /// Returns whether the row is as honest and as able as it must be.
    #[must_use]
    pub fn holds(&self) -> bool {
        let share = |count: usize| count as f64 / self.logs.max(1) as f64;
        match self.world {
            WorldName::W3 => self.worse == 0 && (self.windows < 40 || share(self.better) >= LEAST_FOUND),
            _ => share(self.better + self.worse) <= MOST_FALSE,
        }
    }
}

impl fmt::Display for HonestyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { world, windows, logs, better, worse, refused } = self;
        let verdict = if self.holds() { "holds" } else { "FAILS" };
        write!(
            f,
            "{world}, {windows:2} windows an arm: {logs} logs, better {better}, worse {worse}, refused {refused}: {verdict}"
        )
    }
}

/// How the study is done.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Study {
    /// Logs of each row.
    pub logs: usize,
    /// Windows of each arm in the logs of W1; those of W3 have 40.
    pub windows: Vec<usize>,
    /// The seed of the first log.
    pub seed: u64,
    /// Threads.
    pub threads: usize,
    /// True plants the fault that the study exists for: intervals over seeds only.
    pub seeds_only: bool,
}

impl Study {
    /// Returns the whole study: 200 logs of 5, 10, 20 and 40 windows an arm.
    #[must_use]
    pub fn full(threads: usize) -> Self {
        Self { logs: 200, windows: vec![5, 10, 20, 40], seed: 1, threads, seeds_only: false }
    }

    /// Returns a short form of a second or two.
    #[must_use]
    pub fn short(threads: usize) -> Self {
        Self { logs: 24, windows: vec![20, 40], ..Self::full(threads) }
    }

    /// Returns the study with the fault that must make it fail.
    #[must_use]
    pub fn with_seeds_only(mut self) -> Self {
        self.seeds_only = true;
        self
    }

    /// Draws the logs, replays them and counts the verdicts: one row for each size of W1, one for W3.
    ///
    /// ```
    /// use tracker_router::honesty::Study;
    /// let mut study = Study::short(2);
    /// study.logs = 2;
    /// let rows = study.run()?;
    /// assert_eq!((rows.len(), rows[2].logs), (3, 2));
    /// # Ok::<(), tracker_router::RouterError>(())
    /// ```
    ///
    /// # Errors
    /// [`RouterError`] never for the worlds that are built in.
    pub fn run(&self) -> Result<Vec<HonestyRow>, RouterError> {
        let none = self.windows.iter().map(|windows| (WorldName::W1, *windows));
        none.chain([(WorldName::W3, 40)]).map(|(world, windows)| self.row(world, windows)).collect()
    }

    fn row(&self, world: WorldName, windows: usize) -> Result<HonestyRow, RouterError> {
        let definition = Definition::of(world)?;
        let verdicts = parallel::map(
            self.logs,
            self.threads,
            || (),
            |(), at| self.verdict(&definition, windows, mix(self.seed, at as u64)),
        );
        let verdicts: Vec<Option<Verdict>> = verdicts.into_iter().collect::<Result<_, _>>()?;
        let count = |wanted: Option<Verdict>| verdicts.iter().filter(|verdict| **verdict == wanted).count();
        Ok(HonestyRow {
            world,
            windows,
            logs: self.logs,
            better: count(Some(Verdict::Better)),
            worse: count(Some(Verdict::Worse)),
            refused: count(None),
        })
    }

    fn verdict(&self, world: &Definition, windows: usize, seed: u64) -> Result<Option<Verdict>, RouterError> {
        let log = log(world, windows, seed)?;
        let mut settings =
            Settings::default().with_replicates(200).with_seeds(5).with_seed(seed).with_rounds(200);
        settings.resample_log = !self.seeds_only;
        Ok(match replay(&log, &settings, |_, _| {})? {
            Outcome::Replayed(report) => Some(report.verdict),
            Outcome::Refused(_) => None,
        })
    }
}

/// Draws a log of a world: every arm was worked in equally many windows.
fn log(world: &Definition, windows: usize, seed: u64) -> Result<ReplayLog, RouterError> {
    let window = |at: usize, (reward, cost): &(f64, f64)| {
        let week = u32::try_from(at / 7).unwrap_or(u32::MAX);
        LoggedWindow::new(week, if *reward > 0.0 { 1.0 } else { 0.0 }, *reward, vec![cost * POINTS_PER_UNIT])
    };
    let drawn = world.draw_log(windows, seed);
    let arms = drawn.iter().enumerate().map(|(arm, windows)| {
        let windows = windows.iter().enumerate().map(|(at, drawn)| window(at, drawn)).collect();
        LoggedArm::new(format!("arm {arm}"), windows)
    });
    let bars = world.caps.bars().iter();
    let bars = bars.map(|bar| Bar::new(bar.name.clone(), bar.budget * POINTS_PER_UNIT, bar.period)).collect();
    ReplayLog::new(arms.collect(), bars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_study_holds_and_an_interval_over_seeds_only_fails_it() {
        let mut study = Study::short(2);
        study.logs = 10;
        let rows = study.run().unwrap();
        assert!(rows.iter().all(HonestyRow::holds), "{rows:#?}");
        let planted = study.with_seeds_only().run().unwrap();
        assert!(!planted.iter().all(HonestyRow::holds), "{planted:#?}");
    }
}
