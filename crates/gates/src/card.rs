//! A card: the answer, what was checked, and why.

use std::fmt;

use tracker_domain::RowRef;

use crate::Status;

/// A row behind a number, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What the row says, for people.
    pub text: String,
    /// Where it stands.
    pub row: RowRef,
}

impl Source {
    /// Returns a row with what it says.
    ///
    /// ```
    /// use tracker_domain::RowRef;
    /// use tracker_gates::Source;
    /// let row = RowRef { file: "churn.jsonl".into(), line: 2, seq: Some(2) };
    /// assert_eq!(Source::new("40 lines added", row).to_string(), "40 lines added [churn.jsonl:2 (seq 2)]");
    /// ```
    pub fn new(text: impl Into<String>, row: RowRef) -> Self {
        Self { text: text.into(), row }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.text, self.row)
    }
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What: `anomalies`, `finalized`, `outcome`, `evidence`, `churn`.
    pub name: &'static str,
    /// Whether it is as a GO needs it.
    pub met: bool,
    /// What was found, for people.
    pub found: String,
    /// The rows from which it was found.
    pub sources: Vec<Source>,
}

/// Why the answer is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A short word for scripts, such as `no-churn-row` or `anomalies=1`.
    pub code: String,
    /// One line for people.
    pub text: String,
    /// The rows that caused it; empty when rows are missing.
    pub rows: Vec<RowRef>,
}

impl Reason {
    /// Returns a reason that rows caused; none when rows are missing.
    pub fn new(code: impl Into<String>, text: impl Into<String>, rows: Vec<RowRef>) -> Self {
        Self { code: code.into(), text: text.into(), rows }
    }

    /// Returns the reason that a damaged ledger is: its source is the place of the damage.
    pub(crate) fn damage(damage: &Source) -> Self {
        let text = format!("damaged ledger: {}", damage.text);
        Self::new(format!("damaged={}", damage.row.file), text, vec![damage.row.clone()])
    }
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

/// One check, why it is not met, and the best answer that it then allows.
pub(crate) struct Finding {
    check: Check,
    reasons: Vec<Reason>,
    unmet: Status,
}

impl Finding {
    pub(crate) fn new(name: &'static str, found: String, unmet: Status) -> Self {
        let check = Check { name, met: true, found, sources: Vec::new() };
        Self { check, reasons: Vec::new(), unmet }
    }

    /// Adds the rows that the check rests on.
    pub(crate) fn with_sources(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.check.sources.extend(sources);
        self
    }

    /// Tells why the check is not met; without a reason it is.
    pub(crate) fn unless(mut self, reasons: impl IntoIterator<Item = Reason>) -> Self {
        self.reasons.extend(reasons);
        self.check.met = self.reasons.is_empty();
        self
    }

    /// Marks a check as not met whose reason another check tells.
    pub(crate) fn unmet_if(&mut self, unmet: bool) {
        self.check.met &= !unmet;
    }
}

/// Joins what was found to a card: damage forbids a GO of any kind, and an unmet check lowers it to what it allows.
pub(crate) fn compile(
    subject: String,
    damage: &[Source],
    findings: impl IntoIterator<Item = Finding>,
) -> Card {
    let mut reasons: Vec<Reason> = damage.iter().map(Reason::damage).collect();
    let mut status = if reasons.is_empty() { Status::Go } else { Status::NoGo };
    let mut checks = Vec::new();
    for finding in findings {
        if !finding.check.met {
            status = status.min(finding.unmet);
        }
        reasons.extend(finding.reasons);
        checks.push(finding.check);
    }
    Card { subject, status, checks, reasons }
}

/// Returns a count with its noun.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
