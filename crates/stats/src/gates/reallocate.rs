//! Statistics room: the reversible gate that moves work to the better arm.

use super::verdict::{Verdict, shortage};
use crate::compare::log_ratio;
use crate::error::StatsError;
use crate::level::Level;
use crate::sample::Sample;

/// Certainty at which work may move.
const CERTAINTY: f64 = 0.75;
/// Units each arm needs.
const UNITS: usize = 5;

/// Answer of the reallocation gate.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Reallocation {
    /// Whether to move work.
    pub verdict: Verdict,
    /// Certainty that the target is better; `None` where there are too few data to ask.
    pub certainty: Option<f64>,
}

/// Asks whether work may move from one arm to another: certainty of at least 75 % with at least
/// 5 units and 6 effective features in each arm.
///
/// The move must be cheap to undo and is not evidence: asked after every window, this gate fires
/// on equal arms almost always in the end.
///
/// # Errors
/// Those of [`log_ratio`], where there are enough data but no spread.
///
/// ```
/// use tracker_stats::{Sample, Verdict, reallocate};
/// let from = Sample::new(&[10.0; 5], &[2.0, 1.0, 2.0, 1.0, 2.0])?;
/// let to = Sample::new(&[10.0; 5], &[4.0, 3.0, 5.0, 3.0, 4.0])?;
/// assert_eq!(reallocate(&from, &to)?.verdict, Verdict::Fires);
/// assert_eq!(reallocate(&to, &from)?.verdict, Verdict::Holds);
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
pub fn reallocate(from: &Sample, to: &Sample) -> Result<Reallocation, StatsError> {
    if let Some(missing) = shortage(from, to, UNITS) {
        return Ok(Reallocation { verdict: Verdict::NotEnough(missing), certainty: None });
    }
    let certainty = log_ratio(to, from, Level::P75)?.certainty;
    let verdict = if certainty >= CERTAINTY { Verdict::Fires } else { Verdict::Holds };
    Ok(Reallocation { verdict, certainty: Some(certainty) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gates::Shortage;

    #[test]
    fn a_certainty_of_seventy_percent_does_not_move_work() {
        let from = Sample::new(&[10.0; 5], &[3.0, 4.0, 2.0, 5.0, 3.0]).expect("valid");
        let to = Sample::new(&[10.0; 5], &[4.0, 3.0, 4.0, 5.0, 3.0]).expect("valid");
        let answer = reallocate(&from, &to).expect("asked");
        assert_eq!(answer.verdict, Verdict::Holds);
        assert!((answer.certainty.expect("asked") - 0.70).abs() < 0.02, "{answer:?}");
    }

    #[test]
    fn few_units_or_features_are_not_enough() {
        let few = Sample::new(&[10.0; 4], &[4.0; 4]).expect("valid");
        let poor = Sample::new(&[10.0; 5], &[1.0; 5]).expect("valid");
        let rich = Sample::new(&[10.0; 5], &[9.0, 4.0, 5.0, 6.0, 7.0]).expect("valid");
        let units = Verdict::NotEnough(Shortage::Units { needed: 5, got: 4 });
        let features = Verdict::NotEnough(Shortage::Features { needed: 6.0, got: 5.0 });
        assert_eq!(reallocate(&few, &rich).expect("asked").verdict, units);
        assert_eq!(reallocate(&rich, &poor).expect("asked").verdict, features);
    }
}
