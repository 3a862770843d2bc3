//! Alias state: which window a lane of a provider works in, so that a person need not type it.
//!
//! State files are caches. The rows are the truth, and [`State::rebuild`] gives the state that they imply.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tracker_domain::{
    CountKind, DomainError, Lane, Phase, PromptCount, ProviderId, Retraction, Snapshot, WindowId,
};

use crate::canonical::CanonicalSnapshots;
use crate::counts::{in_force, in_force_of};
use crate::increment::next_free;
use crate::order::sort_by_place;
use crate::refusal::{Refusal, Rule};

/// The state of one lane of one provider.
///
/// ```
/// use std::collections::BTreeSet;
/// use tracker_windows::alias_state::State;
/// let window: tracker_domain::WindowId = "W0-20".parse()?;
/// let working = State::default().started(window.clone(), None);
/// assert_eq!(working.open_window(), Some(&window));
/// let done = working.ended(window.clone());
/// assert_eq!(done.open_window(), None);
/// assert_eq!(done.window_for_start(None, &BTreeSet::from([window]))?.as_str(), "W0-21");
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The window last begun or ended; `None` before the first one.
    pub current_window: Option<WindowId>,
    /// The last phase recorded in it.
    pub last_phase: Option<Phase>,
    /// The running prompt count at its start, for providers that are capped by prompts.
    pub baseline_prompts: Option<f64>,
}

/// The two windows of a `cross`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cross {
    /// The window that ends.
    pub ended: WindowId,
    /// The window that begins.
    pub begun: WindowId,
}

impl State {
    /// Returns the window that is begun and not ended, the one `ingest` means without `--window`.
    #[must_use]
    pub fn open_window(&self) -> Option<&WindowId> {
        self.current_window.as_ref().filter(|_| self.last_phase == Some(Phase::Before))
    }

    /// Returns the window of a `start`: the one given, else the open one, else the next that is not in use.
    ///
    /// # Errors
    /// [`DomainError::Identifier`] when the next name would be too long.
    pub fn window_for_start(
        &self,
        given: Option<&WindowId>,
        in_use: &BTreeSet<WindowId>,
    ) -> Result<WindowId, DomainError> {
        match given.or(self.open_window()) {
            Some(window) => Ok(window.clone()),
            None => next_free(self.current_window.as_ref(), in_use),
        }
    }

    /// Returns the window of an `end`: the one given, else the current one, because a second end is allowed.
    ///
    /// # Errors
    /// [`Rule::NoOpenWindow`] when the lane has no window yet.
    pub fn window_for_end(&self, given: Option<&WindowId>) -> Result<WindowId, Refusal> {
        given.or(self.current_window.as_ref()).cloned().ok_or_else(|| {
            Refusal::new(
                Rule::NoOpenWindow,
                "this lane has no open window",
                "name it by `--window`, or check AGENT_ID: every lane has its own state",
            )
        })
    }

    /// Returns the windows of a `cross`: the one that `end` means, and the next that is not in use.
    ///
    /// # Errors
    /// [`Rule::NoOpenWindow`] when the lane has no window yet or no further name can be made.
    pub fn windows_for_cross(
        &self,
        given: Option<&WindowId>,
        in_use: &BTreeSet<WindowId>,
    ) -> Result<Cross, Refusal> {
        let ended = self.window_for_end(given)?;
        let begun = next_free(Some(&ended), in_use).map_err(|error| {
            Refusal::new(
                Rule::NoOpenWindow,
                error.to_string(),
                "end the window, and name the next one by `--window`",
            )
        })?;
        Ok(Cross { ended, begun })
    }

    /// Returns the state after a start.
    #[must_use]
    pub fn started(&self, window: WindowId, baseline_prompts: Option<f64>) -> Self {
        Self { current_window: Some(window), last_phase: Some(Phase::Before), baseline_prompts }
    }

    /// Returns the state after an end.
    #[must_use]
    pub fn ended(&self, window: WindowId) -> Self {
        Self { current_window: Some(window), last_phase: Some(Phase::After), baseline_prompts: None }
    }

    /// Returns the state that the rows of a ledger imply for a lane: its last row that is not withdrawn.
    ///
    /// Of the prompt counts of a window the first running figure is a start, a later one or a delta is an end.
    #[must_use]
    pub fn rebuild(
        provider: &ProviderId,
        lane: Option<&Lane>,
        snapshots: &[Snapshot],
        retractions: &[Retraction],
        counts: &[PromptCount],
    ) -> Self {
        let canonical = CanonicalSnapshots::new(snapshots, retractions);
        let mut own: Vec<&Snapshot> = canonical
            .unretracted()
            .filter(|row| row.provider == *provider && row.lane.as_ref() == lane)
            .collect();
        sort_by_place(&mut own, |row| &row.row);
        let of_panes = own.last().map(|row| {
            let prompts = row.reading.meter(&tracker_domain::MeterId::PROMPTS);
            (row.captured_at, &row.window, row.phase, prompts.and_then(tracker_domain::Meter::used_amount))
        });
        let of_counts = last_count(provider, lane, counts);
        // Two files have no common place, so here the later instant decides.
        let newest = match (of_panes, of_counts) {
            (Some(pane), Some(count)) => Some(if count.0 >= pane.0 { count } else { pane }),
            (pane, count) => pane.or(count),
        };
        match newest {
            None => Self::default(),
            Some((_, window, Phase::Before, baseline)) => Self::default().started(window.clone(), baseline),
            Some((_, window, Phase::After, _)) => Self::default().ended(window.clone()),
        }
    }
}

type Last<'a> = (DateTime<Utc>, &'a WindowId, Phase, Option<f64>);

fn last_count<'a>(provider: &ProviderId, lane: Option<&Lane>, counts: &'a [PromptCount]) -> Option<Last<'a>> {
    let own = in_force_of(counts.iter().filter(|row| row.provider == *provider && row.lane.as_ref() == lane));
    let last = own.last()?;
    let begun = own.iter().filter(|row| row.window == last.window).count() > 1;
    let phase = if last.kind == CountKind::Absolute && !begun { Phase::Before } else { Phase::After };
    Some((last.captured_at, &last.window, phase, last.prompts_used))
}

/// Returns the windows that have a row which is not withdrawn: their names are taken.
#[must_use]
pub fn windows_in_use(
    snapshots: &[Snapshot],
    retractions: &[Retraction],
    counts: &[PromptCount],
) -> BTreeSet<WindowId> {
    let canonical = CanonicalSnapshots::new(snapshots, retractions);
    let of_panes: BTreeSet<WindowId> = canonical.unretracted().map(|row| row.window.clone()).collect();
    of_panes.into_iter().chain(in_force(counts).into_iter().map(|row| row.window.clone())).collect()
}
