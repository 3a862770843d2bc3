//! A card: the answer, what was checked, and why.

use tracker_domain::RowRef;

use crate::Status;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What: `anomalies`, `finalized`, `outcome`, `evidence`, `churn`.
    pub name: &'static str,
    /// Whether it is as a GO needs it.
    pub met: bool,
    /// What was found, for people.
    pub found: String,
}

/// Why the answer is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// One line for people.
    pub text: String,
    /// The rows that caused it; empty when rows are missing.
    pub rows: Vec<RowRef>,
}

/// A decision card.
///
/// ```
/// use tracker_gates::{WindowFacts, window_card};
/// let card = window_card(&WindowFacts::new("W0-19".parse()?));
/// assert_eq!(card.completeness(), (1, 5)); // only "no anomalies" holds
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What the card is about: a window, or the whole run.
    pub subject: String,
    /// The answer.
    pub status: Status,
    /// What was checked, in a fixed order.
    pub checks: Vec<Check>,
    /// Why it is not a GO; empty for a GO.
    pub reasons: Vec<Reason>,
}

impl Card {
    /// Returns how many checks are met, and of how many.
    #[must_use]
    pub fn completeness(&self) -> (usize, usize) {
        (self.checks.iter().filter(|check| check.met).count(), self.checks.len())
    }
}
