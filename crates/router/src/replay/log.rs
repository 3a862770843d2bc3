//! Router room: what a log says of each arm, and the bars that capped it.

use crate::{Bar, Caps, RouterError};

/// The largest number of a window: sums of squares of larger ones would not be finite.
const MOST: f64 = 1e12;

/// Work of a window that was done again later.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rework {
    /// Rounds until it landed, at least 1.
    pub delay_rounds: u32,
    /// The share of the window's reward that it took back, 0 to 1.
    pub share: f64,
}

impl Rework {
    /// Returns rework of `share` of a window's reward, `delay_rounds` later.
    #[must_use]
    pub fn new(delay_rounds: u32, share: f64) -> Self {
        Self { delay_rounds, share }
    }
}

/// One window as it was worked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoggedWindow {
    /// The week of the log, from 0.
    pub week: u32,
    /// Features that became green, 0 to 1e12.
    pub features: f64,
    /// Features x quality before rework, 0 to 1e12.
    pub reward: f64,
    /// Points of each bar that it used, 0 to 1e12; 0 for bars of other providers.
    pub points: Vec<f64>,
    /// What was done again later.
    pub rework: Option<Rework>,
    /// The chance with which its arm was chosen, when it was recorded.
    pub propensity: Option<f64>,
}

impl LoggedWindow {
    /// Returns a window without rework and without a recorded chance.
    #[must_use]
    pub fn new(week: u32, features: f64, reward: f64, points: Vec<f64>) -> Self {
        Self { week, features, reward, points, rework: None, propensity: None }
    }

    /// Returns the window with rework.
    #[must_use]
    pub fn with_rework(mut self, rework: Rework) -> Self {
        self.rework = Some(rework);
        self
    }

    /// Returns the window with the chance of its choice.
    #[must_use]
    pub fn with_propensity(mut self, propensity: Option<f64>) -> Self {
        self.propensity = propensity;
        self
    }

    /// Returns the reward after rework.
    pub(super) fn net_reward(&self) -> f64 {
        self.reward * (1.0 - self.rework.map_or(0.0, |rework| rework.share))
    }
}

/// The windows of an arm in order of time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoggedArm {
    /// Its name: provider, or provider and methodology.
    pub name: String,
    /// Its windows.
    pub windows: Vec<LoggedWindow>,
}

impl LoggedArm {
    /// Returns an arm; one without windows was known and never played.
    #[must_use]
    pub fn new(name: impl Into<String>, windows: Vec<LoggedWindow>) -> Self {
        Self { name: name.into(), windows }
    }
}

/// A log that can be replayed: checked arms and bars.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayLog {
    pub(super) arms: Vec<LoggedArm>,
    pub(super) unplayed: Vec<String>,
    pub(super) bars: Vec<Bar>,
    pub(super) caps: Caps,
}

impl ReplayLog {
    /// Returns a log; the budgets of the bars are points, buffer taken off, their periods rounds.
    ///
    /// # Errors
    /// [`RouterError`] for bars that are none, windows with another number of bars, or numbers out of range.
    pub fn new(arms: Vec<LoggedArm>, bars: Vec<Bar>) -> Result<Self, RouterError> {
        let scaled = |bar: &Bar| Bar::new(bar.name.clone(), bar.budget / crate::POINTS_PER_UNIT, bar.period);
        let caps = Caps::new(bars.iter().map(scaled).collect())?;
        for window in arms.iter().flat_map(|arm| &arm.windows) {
            if window.points.len() != bars.len() {
                let found = window.points.len();
                return Err(RouterError::Size {
                    what: "the points of a window",
                    found,
                    expected: bars.len(),
                });
            }
            let numbers = window.points.iter().chain([&window.features, &window.reward]);
            if numbers.into_iter().any(|x| !(0.0..=MOST).contains(x)) {
                return Err(RouterError::Range { what: "a number of a window", range: "0 to 1e12" });
            }
            if window
                .rework
                .is_some_and(|rework| rework.delay_rounds == 0 || !(0.0..=1.0).contains(&rework.share))
            {
                return Err(RouterError::Range { what: "rework", range: "0 to 1, at least one round later" });
            }
            if window.propensity.is_some_and(|chance| !(chance > 0.0 && chance <= 1.0)) {
                return Err(RouterError::Range { what: "a propensity", range: "above 0 and at most 1" });
            }
        }
        let (arms, unplayed): (Vec<_>, Vec<_>) = arms.into_iter().partition(|arm| !arm.windows.is_empty());
        Ok(Self { arms, unplayed: unplayed.into_iter().map(|arm| arm.name).collect(), bars, caps })
    }

    /// Returns the arms that were played.
    #[must_use]
    pub fn arms(&self) -> &[LoggedArm] {
        &self.arms
    }

    /// Returns the bars, in points.
    #[must_use]
    pub fn bars(&self) -> &[Bar] {
        &self.bars
    }

    /// Returns the largest reward of a window: rewards are divided by it.
    pub(super) fn scale(&self) -> f64 {
        let rewards = self.arms.iter().flat_map(|arm| &arm.windows).map(|window| window.reward);
        rewards.fold(0.0, f64::max).max(f64::MIN_POSITIVE)
    }
}
