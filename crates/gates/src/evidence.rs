//! Which evidence rows stand: a repeated run corrects an earlier one.

use std::collections::BTreeMap;

use tracker_domain::{Evidence, EvidenceResult};

use crate::card::{Reason, Source, counted};

/// The evidence rows that count, by what they say.
///
/// ```
/// let none = tracker_gates::standing(&[]);
/// assert!(none.passing.is_empty() && none.failing.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing<'a> {
    /// Rows that say pass.
    pub passing: Vec<&'a Evidence>,
    /// Rows that say fail.
    pub failing: Vec<&'a Evidence>,
    /// Rows that say skip: no evidence either way.
    pub skipped: Vec<&'a Evidence>,
}

impl Standing<'_> {
    /// Returns the three counts in words.
    pub(crate) fn counts(&self) -> String {
        format!("{} pass, {} fail, {} skip", self.passing.len(), self.failing.len(), self.skipped.len())
    }

    /// Returns the rows that stand, failing ones first.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source> {
        let rows = self.failing.iter().chain(&self.passing).chain(&self.skipped);
        rows.map(|row| {
            Source::new(format!("{} by {}: {}", row.capability, row.runner, row.result), row.row.clone())
        })
    }

    /// Returns why failing rows forbid a GO; `None` when there are none.
    pub(crate) fn failing_reason(&self) -> Option<Reason> {
        let first = self.failing.first()?;
        let count = counted(self.failing.len(), "evidence row fails", "evidence rows fail");
        let text = format!("{count} (first: {} by {})", first.capability, first.runner);
        let rows = self.failing.iter().map(|row| row.row.clone()).collect();
        Some(Reason::new(format!("failing-evidence={}", self.failing.len()), text, rows))
    }
}

/// Returns the newest row of each capability and runner, in order of place.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_domain::{Evidence, EvidenceResult, RowRef};
/// let run = |line, result| Evidence {
///     window: "W0-19".parse().expect("valid"), capability: "CAP-1".into(), test_run_id: None,
///     runner: "cargo".into(), result, artifacts: Vec::new(), captured_at: DateTime::<Utc>::UNIX_EPOCH,
///     lane: None, notes: String::new(), row: RowRef { line, ..RowRef::default() },
/// };
/// let rows = [run(1, EvidenceResult::Pass), run(2, EvidenceResult::Fail)];
/// let stands = tracker_gates::standing(&rows);
/// assert_eq!((stands.passing.len(), stands.failing.len()), (0, 1));
/// ```
#[must_use]
pub fn standing(rows: &[Evidence]) -> Standing<'_> {
    let mut newest: BTreeMap<(&str, &str), &Evidence> = BTreeMap::new();
    for row in rows {
        newest
            .entry((&row.capability, &row.runner))
            .and_modify(|known| {
                if (row.row.line, row.row.seq) >= (known.row.line, known.row.seq) {
                    *known = row;
                }
            })
            .or_insert(row);
    }
    let mut standing = Standing::default();
    for row in newest.into_values() {
        match row.result {
            EvidenceResult::Pass => standing.passing.push(row),
            EvidenceResult::Fail => standing.failing.push(row),
            EvidenceResult::Skip => standing.skipped.push(row),
        }
    }
    standing
}
