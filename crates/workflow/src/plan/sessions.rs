//! Token rows to sessions: what was planned and used in each.

use std::collections::HashMap;

use tracker_ledger::wire::token_plan::{TokenPlanKind, TokenPlanRow};

use super::SessionTokens;

/// Returns the sessions in the order of their first rows.
///
/// The newest plan row of a session says what was planned; without one it is the sum of its checkpoints. What was used
/// is the sum of its checkpoints; a snapshot in the middle says nothing final. A row that names no session stands for
/// itself, by its task and day.
///
/// ```
/// use tracker_ledger::wire::token_plan::{TokenPlanKind, TokenPlanRow};
/// use tracker_workflow::plan::sessions;
/// let mut plan = TokenPlanRow::new(TokenPlanKind::Plan, "next_session", chrono::DateTime::UNIX_EPOCH);
/// (plan.session, plan.planned) = (Some("s1".into()), Some(200_000));
/// let mut end = TokenPlanRow::new(TokenPlanKind::Checkpoint, "end_of_session", chrono::DateTime::UNIX_EPOCH);
/// (end.session, end.actual) = (Some("s1".into()), Some(168_000));
/// let of = sessions(&[plan, end]);
/// assert_eq!((of[0].planned, of[0].actual), (Some(200_000), Some(168_000)));
/// ```
#[must_use]
pub fn sessions(rows: &[TokenPlanRow]) -> Vec<SessionTokens> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut gathered: Vec<Gathered> = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let date = row.captured_at.format("%Y-%m-%d").to_string();
        let (key, name) = match &row.session {
            Some(session) => (session.clone(), session.clone()),
            // No session has a line end in its name.
            None => (format!("\n{number}"), format!("{} {date}", row.task)),
        };
        let place = *places.entry(key).or_insert_with(|| {
            gathered.push(Gathered { name, ..Gathered::default() });
            gathered.len() - 1
        });
        if let Some(of) = gathered.get_mut(place) {
            of.take(row, date);
        }
    }
    gathered.into_iter().map(Gathered::session).collect()
}

/// What was gathered of one session.
#[derive(Debug, Default)]
struct Gathered {
    name: String,
    date: String,
    plan: Option<u64>,
    planned: Option<u64>,
    actual: Option<u64>,
}

impl Gathered {
    fn take(&mut self, row: &TokenPlanRow, date: String) {
        let add = |sum: Option<u64>, more: Option<u64>| match (sum, more) {
            (Some(sum), Some(more)) => Some(sum.saturating_add(more)),
            (sum, more) => sum.or(more),
        };
        match row.kind {
            TokenPlanKind::Plan => self.plan = row.planned.or(self.plan),
            TokenPlanKind::Checkpoint => {
                self.planned = add(self.planned, row.planned);
                self.actual = add(self.actual, row.actual);
            }
            // A snapshot, or a kind of a later version: nothing final.
            _ => {}
        }
        self.date = date;
    }

    fn session(self) -> SessionTokens {
        SessionTokens {
            session: self.name,
            date: self.date,
            planned: self.plan.or(self.planned),
            actual: self.actual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(
        kind: TokenPlanKind,
        session: Option<&str>,
        planned: Option<u64>,
        actual: Option<u64>,
    ) -> TokenPlanRow {
        let mut row = TokenPlanRow::new(kind, "task", chrono::DateTime::UNIX_EPOCH);
        (row.session, row.planned, row.actual) = (session.map(str::to_owned), planned, actual);
        row
    }

    #[test]
    fn a_plan_goes_before_what_checkpoints_say_and_its_newest_row_counts() {
        use TokenPlanKind::{Checkpoint, Plan, Snapshot};
        let of = sessions(&[
            row(Plan, Some("a"), Some(100), None),
            row(Plan, Some("b"), Some(7), None),
            row(Plan, Some("a"), Some(120), None),
            row(Snapshot, Some("a"), Some(120), Some(60)),
            row(Checkpoint, Some("a"), Some(50), Some(70)),
            row(Checkpoint, Some("a"), Some(50), Some(30)),
            row(Snapshot, Some("b"), None, Some(5)),
        ]);
        let pairs: Vec<_> = of.iter().map(|s| (s.session.as_str(), s.planned, s.actual)).collect();
        assert_eq!(pairs, [("a", Some(120), Some(100)), ("b", Some(7), None)]);
    }

    #[test]
    fn rows_without_a_session_stand_alone() {
        let checkpoint = || row(TokenPlanKind::Checkpoint, None, Some(50), Some(70));
        let of = sessions(&[checkpoint(), checkpoint()]);
        assert_eq!(of.len(), 2);
        assert_eq!((of[0].session.as_str(), of[0].planned), ("task 1970-01-01", Some(50)));
    }
}
