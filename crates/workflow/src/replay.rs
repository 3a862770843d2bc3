//! The router replay of a data dir: from finalized windows to a row and its text.

mod arms;
mod choice;
mod material;
mod prompts;
mod request;
mod row;
mod text;

use chrono::{DateTime, Utc};
use tracker_ledger::wire::replay::ReplayRow;
use tracker_router::RouterError;
use tracker_router::replay::{Outcome, Report};

pub use arms::{Arms, arms};
pub use choice::{choice_note, propensity_in};
pub use material::Material;
pub use prompts::prompts_a_week;
pub use request::{By, Request};
pub use text::text;

/// Why a replay could not even be asked for.
pub type ReplayError = RouterError;

/// A replay that was done or refused.
#[derive(Debug, Clone)]
pub struct Done {
    /// The row to store and to show.
    pub row: ReplayRow,
    /// The whole report, for a plot; `None` when refused.
    pub report: Option<Box<Report>>,
}

/// Replays the finalized windows of a data dir. `progress` hears how many of how many resamples are done.
///
/// # Errors
/// [`ReplayError`] for settings out of range, for example a strategy that is its own baseline.
pub fn replay(
    material: &Material,
    request: &Request,
    now: DateTime<Utc>,
    progress: impl FnMut(usize, usize),
) -> Result<Done, ReplayError> {
    let arms = arms(material, request)?;
    let outcome = match &arms.log {
        Some(log) => tracker_router::replay::replay(log, &request.settings(), progress)?,
        None => Outcome::Refused(tracker_router::replay::Refusal::UnplayedOnly {
            played: Vec::new(),
            unplayed: arms.unplayed.clone(),
        }),
    };
    let row = row::row(&arms, request, &outcome, now);
    let report = match outcome {
        Outcome::Replayed(report) => Some(report),
        Outcome::Refused(_) => None,
    };
    Ok(Done { row, report })
}
