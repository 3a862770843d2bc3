//! The review panel: what models say of a feature, and what follows from it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::error::{DomainError, cut};
use crate::{Lane, RowRef, WindowId};

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $field:literal, $known:literal, $($(#[$of:meta])* $variant:ident = $text:literal),*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$of])* $variant),* }

        impl $name {
            /// Returns the word that stands in rows.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = DomainError;
            fn from_str(value: &str) -> Result<Self, DomainError> {
                match value {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(DomainError::Word { field: $field, value: cut(value), known: $known }),
                }
            }
        }
    };
}

word! {
    /// What a model says of a feature.
    ///
    /// ```
    /// use tracker_domain::Vote;
    /// assert_eq!("abstain".parse::<Vote>()?, Vote::Abstain);
    /// assert!("yes".parse::<Vote>().is_err());
    /// # Ok::<(), tracker_domain::DomainError>(())
    /// ```
    Vote, "vote", "approve, reject or abstain",
    /// It is good.
    Approve = "approve",
    /// It is not.
    Reject = "reject",
    /// It cannot say.
    Abstain = "abstain"
}

word! {
    /// How many of how many models must approve.
    PanelRule, "rule", "2-of-3 or 1-of-2",
    /// Two of the three models.
    TwoOfThree = "2-of-3",
    /// One of the first two models, while capacity is short.
    OneOfTwo = "1-of-2"
}

word! {
    /// What the panel says together.
    PanelVerdict, "verdict", "approved, rejected, tied or pending",
    /// Enough models approve.
    Approved = "approved",
    /// Not enough models can approve any more.
    Rejected = "rejected",
    /// One approves, one rejects, one abstains, and the tie-breaker has not decided.
    Tied = "tied",
    /// Votes that would decide are missing.
    Pending = "pending"
}

/// One vote row. Of several votes of one model for one feature the newest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelVote {
    /// The feature, without `xfeat::`.
    pub feature: String,
    /// The window in which it was made, where one is named.
    pub window: Option<WindowId>,
    /// The model that votes.
    pub model: String,
    /// What it says.
    pub vote: Vote,
    /// Why.
    pub rationale: String,
    /// Whether the model flags a risk that must be looked at before the feature counts.
    pub is_blocking: bool,
    /// When it was recorded.
    pub captured_at: DateTime<Utc>,
    /// The agent that recorded it; `None` when none was named.
    pub lane: Option<Lane>,
    /// Where the row stands.
    pub row: RowRef,
}

/// One decision row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelDecision {
    /// The feature, without `xfeat::`.
    pub feature: String,
    /// The window in which it was made, where one is known.
    pub window: Option<WindowId>,
    /// What the panel says.
    pub verdict: PanelVerdict,
    /// The rule that was in force.
    pub rule: PanelRule,
    /// The models of the panel that the rule asks, in their order, each with its newest vote.
    pub votes: Vec<(String, Option<Vote>)>,
    /// The tie-breaker and its vote, when it was asked.
    pub tie_breaker: Option<(String, Option<Vote>)>,
    /// Why a second, deeper review is needed; empty when it is not.
    pub tier2: Vec<String>,
    /// Why the rule is 1-of-2; empty when it is not.
    pub guardrail: Vec<String>,
    /// When it was decided.
    pub captured_at: DateTime<Utc>,
    /// The agent that asked; `None` when none was named.
    pub lane: Option<Lane>,
    /// Where the row stands.
    pub row: RowRef,
}

impl PanelDecision {
    /// Tells whether two decisions say the same, whenever and by whomever they were taken.
    ///
    /// ```
    /// use tracker_domain::{PanelDecision, PanelRule, PanelVerdict, RowRef};
    /// let decision = |second: i64| PanelDecision {
    ///     feature: "Login".into(),
    ///     window: None,
    ///     verdict: PanelVerdict::Pending,
    ///     rule: PanelRule::TwoOfThree,
    ///     votes: Vec::new(),
    ///     tie_breaker: None,
    ///     tier2: Vec::new(),
    ///     guardrail: Vec::new(),
    ///     captured_at: chrono::DateTime::from_timestamp(second, 0).unwrap_or_default(),
    ///     lane: None,
    ///     row: RowRef::default(),
    /// };
    /// assert!(decision(1).says_as(&decision(2)));
    /// ```
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        let said = |of: &Self| {
            let what = (of.feature.clone(), of.window.clone(), of.verdict, of.rule, of.votes.clone());
            (what, of.tie_breaker.clone(), of.tier2.clone(), of.guardrail.clone())
        };
        said(self) == said(other)
    }
}
