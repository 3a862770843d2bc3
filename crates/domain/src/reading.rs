//! One parsed observation of a provider's meters.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{Meter, MeterId, ProviderId, Tag};

/// Use of the model's context window, which looks like a limit and is none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ContextUse {
    /// Percent of the context window left.
    pub left_pct: Option<f64>,
    /// Tokens in the context.
    pub used_tokens: Option<u64>,
    /// Size of the context window in tokens.
    pub window_tokens: Option<u64>,
}

/// A figure or text that only some kinds of input have (`total_tokens`, `cost_used`, …).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fact {
    /// A whole number, e.g. tokens or rows.
    Count(u64),
    /// Any other finite number, e.g. a cost in US dollars.
    Number(f64),
    /// Text as printed.
    Text(String),
}

impl Fact {
    /// Returns the fact as a number.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^53")]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Count(n) => Some(*n as f64),
            Self::Number(x) => Some(*x),
            Self::Text(_) => None,
        }
    }
}

/// Something in the input that the parser saw and could not bind to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownField {
    /// The label or key as printed.
    pub name: String,
    /// The value as printed, possibly cut.
    pub raw: String,
    /// Why it is unknown.
    pub why: String,
}

/// One row of a usage report: a day, a week, a month, a block or a session.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UsageEntry {
    /// The row's key as printed: a date, a month or a session id.
    pub key: String,
    /// All tokens of the row.
    pub total_tokens: Option<u64>,
    /// Cost in US dollars.
    pub cost_usd: Option<f64>,
    /// Percent of a quota, where the report has one.
    pub percent_used: Option<f64>,
    /// Last activity as printed.
    pub last_activity: Option<String>,
}

/// One observation: the meters of a provider, and what stood beside them.
///
/// ```
/// use tracker_domain::{Meter, MeterId, ProviderId, Reading, Tag};
/// let mut reading = Reading::new(ProviderId::new("codex")?, "status-pane");
/// reading.meters.push(Meter::new(MeterId::WEEKLY, "Weekly limit"));
/// reading.tag(Tag::Truncated("weekly".into()));
/// assert!(reading.meter(&MeterId::WEEKLY).is_some());
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Whose meters.
    pub provider: ProviderId,
    /// What kind of input: `status-pane`, `usage-pane`, `rollout`, …
    pub kind: String,
    /// The meters in the order in which they were printed.
    pub meters: Vec<Meter>,
    /// The instant that the input itself states, for logs and API replies.
    pub observed_at: Option<DateTime<Utc>>,
    /// Model name as printed.
    pub model: Option<String>,
    /// Reasoning effort as printed.
    pub effort: Option<String>,
    /// Subscription plan as printed.
    pub plan: Option<String>,
    /// Account; a pseudonym once the text has passed the pseudonymizer.
    pub account: Option<String>,
    /// Session; a pseudonym once the text has passed the pseudonymizer.
    pub session: Option<String>,
    /// Version of the client that printed it.
    pub tool_version: Option<String>,
    /// Use of the context window.
    pub context: Option<ContextUse>,
    /// Figures that only some kinds have, by their flat name.
    pub facts: BTreeMap<String, Fact>,
    /// Rows of a usage report.
    pub entries: Vec<UsageEntry>,
    /// What is missing, doubtful or special.
    pub errors: Vec<Tag>,
    /// What was seen and not understood.
    pub unknown: Vec<UnknownField>,
}

impl Reading {
    /// Returns an empty reading.
    #[must_use]
    pub fn new(provider: ProviderId, kind: impl Into<String>) -> Self {
        Self {
            provider,
            kind: kind.into(),
            meters: Vec::new(),
            observed_at: None,
            model: None,
            effort: None,
            plan: None,
            account: None,
            session: None,
            tool_version: None,
            context: None,
            facts: BTreeMap::new(),
            entries: Vec::new(),
            errors: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// Returns the first meter with this id.
    #[must_use]
    pub fn meter(&self, id: &MeterId) -> Option<&Meter> {
        self.meters.iter().find(|m| m.id == *id)
    }

    /// Adds a tag once.
    pub fn tag(&mut self, tag: Tag) {
        if !self.errors.contains(&tag) {
            self.errors.push(tag);
        }
    }

    /// Tells whether a tag is set.
    #[must_use]
    pub fn has(&self, tag: &Tag) -> bool {
        self.errors.contains(tag)
    }

    /// Tells whether any meter has a number.
    #[must_use]
    pub fn has_numbers(&self) -> bool {
        self.meters.iter().any(|m| m.level.is_some())
    }
}
