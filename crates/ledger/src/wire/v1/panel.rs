//! Rows of `panel_votes.jsonl`: what the models of the review panel say, and what follows from it.

use tracker_domain::{PanelDecision, PanelVote, RowRef, Vote};

use super::panel_json::{DECISION, DecisionJson, VoteJson};
use crate::wire::object::{Fields, Object, decode_row};
use crate::wire::value::line;
use crate::wire::{Stamp, WireError};

/// What stands before a feature in the subject of its commits.
const TAG: &str = "xfeat::";

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PanelLine {
    /// A vote.
    Vote(PanelVote),
    /// A decision.
    Decision(PanelDecision),
}

/// Writes a vote as one line.
///
/// ```
/// use tracker_domain::{PanelVote, RowRef, Vote};
/// use tracker_ledger::wire::{Stamp, panel, panel::PanelLine};
/// let vote = PanelVote {
///     feature: "Login".into(),
///     window: Some("W0-19".parse()?),
///     model: "reviewer-a".into(),
///     vote: Vote::Approve,
///     rationale: "covered by tests".into(),
///     is_blocking: false,
///     captured_at: chrono::DateTime::UNIX_EPOCH,
///     lane: None,
///     row: RowRef::default(),
/// };
/// let line = panel::write_vote(&vote, &Stamp::new("0.1.0", "panel"))?;
/// assert!(line.contains(r#""feature_id":"xfeat::Login""#));
/// assert_eq!(panel::read(line.as_bytes(), RowRef::default())?, Some(PanelLine::Vote(vote)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write_vote(row: &PanelVote, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&VoteJson::of(row, &format!("{TAG}{}", row.feature), stamp))
}

/// Writes a decision as one line.
///
/// # Errors
/// As [`write_vote`].
pub fn write_decision(row: &PanelDecision, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&DecisionJson::of(row, &format!("{TAG}{}", row.feature), stamp))
}

/// Reads one line; `None` for a row of the ledger itself.
///
/// # Errors
/// [`WireError`] naming the field: feature, instant, and what makes a vote or a decision must be there.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<PanelLine>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let named = object.filled("feature_id").ok_or(WireError::Missing { field: "feature_id" })?;
    let feature = named.strip_prefix(TAG).unwrap_or(&named).to_owned();
    let captured_at = object.required_instant("captured_at")?;
    let (window, lane) = (object.word("window")?, object.word("agent_id")?);
    if object.text("kind").as_deref() != Some(DECISION) {
        return Ok(Some(PanelLine::Vote(PanelVote {
            feature,
            window,
            model: object.filled("model").ok_or(WireError::Missing { field: "model" })?,
            vote: object.required_word("vote")?,
            rationale: object.text("rationale").unwrap_or_default(),
            is_blocking: object.get("blocking").and_then(serde_json::Value::as_bool).unwrap_or(false),
            captured_at,
            lane,
            row,
        })));
    }
    Ok(Some(PanelLine::Decision(PanelDecision {
        feature,
        window,
        verdict: object.required_word("verdict")?,
        rule: object.required_word("rule")?,
        votes: object.objects("votes").into_iter().map(vote_of).collect::<Result<_, _>>()?,
        tie_breaker: object.object("tie_breaker").map(vote_of).transpose()?,
        tier2: object.texts("tier2"),
        guardrail: object.texts("guardrail"),
        captured_at,
        lane,
        row,
    })))
}

fn vote_of(object: &Object) -> Result<(String, Option<Vote>), WireError> {
    Ok((object.text("model").ok_or(WireError::Missing { field: "model" })?, object.word("vote")?))
}
