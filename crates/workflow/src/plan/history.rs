//! What past sessions used of what they planned.

use tracker_stats::{IntervalName, Level, Sample, interval};

/// Sessions below which no factor is told.
const LEAST_SESSIONS: usize = 3;

/// The tokens of one session, in the order in which sessions were begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTokens {
    /// The session.
    pub session: String,
    /// The day of its newest row, `2026-11-20`.
    pub date: String,
    /// What was planned, in tokens; `None` when no row says it.
    pub planned: Option<u64>,
    /// What was used, in tokens; `None` while the session is not closed.
    pub actual: Option<u64>,
}

/// Actual over planned tokens of past sessions, with its 95 % interval.
///
/// The ratio of sums; the interval is the log interval with the HC3 variance, which does not take tokens for counts.
///
/// ```
/// use tracker_workflow::plan::Factor;
/// let factor = Factor::of_pairs(&[(100_000, 110_000), (200_000, 230_000), (150_000, 160_000)]).unwrap();
/// assert_eq!(factor.sessions, 3);
/// assert!((factor.estimate - 500.0 / 450.0).abs() < 1e-12);
/// assert!(Factor::of_pairs(&[(100_000, 110_000), (200_000, 230_000)]).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor {
    /// Sessions that it rests on, at least 3.
    pub sessions: usize,
    /// Sum of actual over sum of planned tokens.
    pub estimate: f64,
    /// Lower end; `None` when unbounded.
    pub lo: Option<f64>,
    /// Upper end; `None` when unbounded.
    pub hi: Option<f64>,
}

impl Factor {
    /// Returns the factor of closed sessions; `None` below three that have both figures.
    #[must_use]
    pub fn of_sessions(sessions: &[SessionTokens]) -> Option<Self> {
        let pairs: Vec<(u64, u64)> =
            sessions.iter().filter_map(|session| Some((session.planned?, session.actual?))).collect();
        Self::of_pairs(&pairs)
    }

    /// Returns the factor of (planned, actual) pairs; a session that planned nothing says nothing about plans.
    #[must_use]
    pub fn of_pairs(pairs: &[(u64, u64)]) -> Option<Self> {
        // Thousands: the statistics hold values up to 1e12.
        let thousands = |tokens: u64| {
            #[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^53")]
            let tokens = tokens as f64;
            tokens / 1000.0
        };
        let (planned, actual): (Vec<f64>, Vec<f64>) = pairs
            .iter()
            .filter(|(planned, _)| *planned > 0)
            .map(|(planned, actual)| (thousands(*planned), thousands(*actual)))
            .unzip();
        if planned.len() < LEAST_SESSIONS {
            return None;
        }
        let sample = Sample::new(&planned, &actual).ok()?;
        let ci = interval(IntervalName::LogHc3, &sample, Level::P95).ok()?;
        Some(Self { sessions: planned.len(), estimate: ci.estimate, lo: ci.lo, hi: ci.hi })
    }

    /// Tells whether the interval leaves 1 out: whether plans are known to be off.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.lo.is_some_and(|lo| lo > 1.0) || self.hi.is_some_and(|hi| hi < 1.0)
    }

    /// Returns what a plan of so many tokens will use.
    #[must_use]
    pub fn of(&self, planned: u64) -> u64 {
        scaled(planned, self.estimate)
    }

    /// Returns how much may be planned so that at most `most` tokens are used.
    #[must_use]
    pub fn room(&self, most: u64) -> u64 {
        // Rounded down, so that what is planned in it does stay below.
        scaled(most, 1.0 / self.estimate).saturating_sub(1)
    }
}

/// Returns tokens times a factor, rounded; beyond every number of tokens the largest.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and neither factor is negative"
)]
fn scaled(tokens: u64, factor: f64) -> u64 {
    (tokens as f64 * factor).round() as u64
}
