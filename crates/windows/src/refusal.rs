//! Refusals: what a rule of the contract says no to, and what to do instead.

use std::fmt;

use chrono::{DateTime, Utc};
use tracker_domain::Anomaly;

/// The rule that refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// A second before for one window, provider and lane.
    BeforeOnce,
    /// An after without a before in its lane.
    NoBefore,
    /// An after that is older than its before.
    Order,
    /// An after captured too soon after a reset.
    AfterResetBuffer,
    /// A start that would cut into what must stay unused of a cap.
    WeeklyBuffer,
    /// A window whose provider lacks a before or an after.
    MissingSnapshot,
    /// A blocking anomaly that is still active.
    BlockingAnomaly,
    /// A provider none of whose readings holds a number.
    Unreadable,
    /// No window is open in this lane.
    NoOpenWindow,
    /// A window of which nothing is known: not a broken rule but a wrong name.
    UnknownWindow,
}

impl Rule {
    /// Returns the word that stands in messages and in `accepted_anomalies`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeOnce => "before-once",
            Self::NoBefore => "no-before",
            Self::Order => "order",
            Self::AfterResetBuffer => "after-reset-buffer",
            Self::WeeklyBuffer => "weekly-buffer",
            Self::MissingSnapshot => "missing-snapshot",
            Self::BlockingAnomaly => "blocking-anomaly",
            Self::Unreadable => "unreadable",
            Self::NoOpenWindow => "no-open-window",
            Self::UnknownWindow => "unknown-window",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why something was not done. Printed, it is one line; the hint is another.
///
/// ```
/// use tracker_windows::{Refusal, Rule};
/// let refusal = Refusal::new(Rule::NoBefore, "codex has no before in W0-20", "run `tracker alias start codex`");
/// assert_eq!(refusal.to_string(), "codex has no before in W0-20");
/// assert!(!refusal.is_unknown_window());
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct Refusal {
    /// The rule.
    pub rule: Rule,
    /// What is refused and why, in one line.
    pub message: String,
    /// What to do instead, in one line.
    pub hint: String,
    /// When the same capture becomes valid, for [`Rule::AfterResetBuffer`].
    pub valid_at: Option<DateTime<Utc>>,
    /// Anomalies found on the way. They are to be recorded although the command is refused.
    pub anomalies: Vec<Anomaly>,
}

impl Refusal {
    /// Returns a refusal that found no anomaly.
    #[must_use]
    pub fn new(rule: Rule, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { rule, message: message.into(), hint: hint.into(), valid_at: None, anomalies: Vec::new() }
    }

    /// Tells whether the window is not known at all, which is a failure and not a broken rule.
    #[must_use]
    pub fn is_unknown_window(&self) -> bool {
        self.rule == Rule::UnknownWindow
    }

    pub(crate) fn valid_at(mut self, instant: DateTime<Utc>) -> Self {
        self.valid_at = Some(instant);
        self
    }

    pub(crate) fn with_anomalies(mut self, anomalies: Vec<Anomaly>) -> Self {
        self.anomalies = anomalies;
        self
    }
}
