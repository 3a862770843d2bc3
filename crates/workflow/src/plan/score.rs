//! Plan against actual, session by session, and when to plan smaller.

use super::SessionTokens;

/// A session further off than this share of its plan is marked.
const MARK: f64 = 0.10;
/// A session further over than this share counts towards a new scope.
const FAR_OVER: f64 = 0.30;
/// So many sessions in a row that are far over ask for a new scope.
const IN_A_ROW: usize = 3;

/// One closed session.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredSession {
    /// The session.
    pub session: String,
    /// The day of its newest row, `2026-11-20`.
    pub date: String,
    /// What was planned, in tokens.
    pub planned: u64,
    /// What was used, in tokens.
    pub actual: u64,
    /// Used minus planned, in tokens.
    pub delta: i128,
    /// The difference as a share of the plan; `None` when nothing was planned.
    pub share: Option<f64>,
    /// Whether it is off by more than 10 %.
    pub is_off: bool,
    /// Whether it is over by more than 30 %.
    pub is_far_over: bool,
}

/// The sessions and what they ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Closed sessions, oldest first.
    pub sessions: Vec<ScoredSession>,
    /// Sessions that are planned and not closed.
    pub open: Vec<SessionTokens>,
    /// Whether the newest three closed sessions are all over by more than 30 %: plan less, or cut tasks smaller.
    pub rescope: bool,
}

/// Scores sessions given oldest first.
///
/// ```
/// use tracker_workflow::plan::{SessionTokens, score};
/// let session = |actual| SessionTokens {
///     session: "s".into(), date: "2026-11-20".into(), planned: Some(100_000), actual: Some(actual),
/// };
/// let of = score(&[session(105_000), session(140_000), session(131_000), session(150_000)]);
/// assert_eq!(of.sessions.iter().filter(|session| session.is_off).count(), 3);
/// assert!(of.rescope);
/// ```
#[must_use]
pub fn score(sessions: &[SessionTokens]) -> Score {
    let closed: Vec<ScoredSession> = sessions.iter().filter_map(scored).collect();
    let open = sessions.iter().filter(|session| scored(session).is_none()).cloned().collect();
    let mut newest = closed.iter().rev().take(IN_A_ROW);
    let rescope = closed.len() >= IN_A_ROW && newest.all(|session| session.is_far_over);
    Score { sessions: closed, open, rescope }
}

fn scored(of: &SessionTokens) -> Option<ScoredSession> {
    let (planned, actual) = (of.planned?, of.actual?);
    #[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^53")]
    let share = (planned > 0).then(|| (actual as f64 - planned as f64) / planned as f64);
    Some(ScoredSession {
        session: of.session.clone(),
        date: of.date.clone(),
        planned,
        actual,
        delta: i128::from(actual) - i128::from(planned),
        share,
        is_off: share.map_or(actual > 0, |share| share.abs() > MARK),
        is_far_over: share.map_or(actual > 0, |share| share > FAR_OVER),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(pairs: &[(u64, Option<u64>)]) -> Vec<SessionTokens> {
        let session = |(place, (planned, actual)): (usize, &(u64, Option<u64>))| SessionTokens {
            session: format!("s{place}"),
            date: "2026-11-20".into(),
            planned: Some(*planned),
            actual: *actual,
        };
        pairs.iter().enumerate().map(session).collect()
    }

    #[test]
    fn ten_percent_is_not_off_and_a_little_more_is() {
        let of = score(&sessions(&[(1000, Some(1100)), (1000, Some(1101)), (1000, Some(899))]));
        assert_eq!(of.sessions.iter().map(|s| s.is_off).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(of.sessions[2].delta, -101);
    }

    #[test]
    fn three_in_a_row_ask_for_a_new_scope_and_one_good_session_ends_it() {
        let far = (1000, Some(1301));
        assert!(score(&sessions(&[far, far, far])).rescope);
        assert!(!score(&sessions(&[far, far, (1000, Some(1300)), far])).rescope);
        assert!(!score(&sessions(&[far, far])).rescope);
        // A session that is not closed says nothing yet.
        let of = score(&sessions(&[far, far, far, (1000, None)]));
        assert!(of.rescope && of.open.len() == 1);
    }

    #[test]
    fn nothing_planned_has_no_share_and_is_off_when_something_was_used() {
        let of = score(&sessions(&[(0, Some(0)), (0, Some(5))]));
        assert_eq!(
            of.sessions.iter().map(|s| (s.share, s.is_off)).collect::<Vec<_>>(),
            [(None, false), (None, true)]
        );
    }
}
