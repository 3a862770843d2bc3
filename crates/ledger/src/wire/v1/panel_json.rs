//! The shapes of a vote and of a decision of the panel on disk.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Lane, PanelDecision, PanelVote, Vote, WindowId};

use crate::wire::value::Instant;
use crate::wire::{SCHEMA_VERSION, Stamp};

/// The kind of a decision row.
pub(super) const DECISION: &str = "decision";

/// A vote on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PanelVote")]
pub(super) struct VoteJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// `vote`.
    kind: &'a str,
    /// The feature as its commits name it: `xfeat::` and its name.
    feature_id: &'a str,
    /// The window in which it was made.
    window: Option<&'a str>,
    /// The model that votes.
    model: &'a str,
    /// `approve`, `reject` or `abstain`.
    vote: &'a str,
    /// Why.
    rationale: &'a str,
    /// Whether the model flags a blocking risk.
    blocking: bool,
    /// When it was recorded.
    captured_at: Instant,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
}

impl<'a> VoteJson<'a> {
    pub(super) fn of(row: &'a PanelVote, feature_id: &'a str, stamp: &Stamp<'a>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool_version: stamp.tool_version,
            source: stamp.source,
            kind: "vote",
            feature_id,
            window: row.window.as_ref().map(WindowId::as_str),
            model: &row.model,
            vote: row.vote.as_str(),
            rationale: &row.rationale,
            blocking: row.is_blocking,
            captured_at: Instant(row.captured_at),
            agent_id: row.lane.as_ref().map(Lane::as_str),
        }
    }
}

/// A decision on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PanelDecision")]
pub(super) struct DecisionJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// `decision`.
    kind: &'a str,
    /// The feature as its commits name it: `xfeat::` and its name.
    feature_id: &'a str,
    /// The window in which it was made.
    window: Option<&'a str>,
    /// `approved`, `rejected`, `tied` or `pending`.
    verdict: &'a str,
    /// `2-of-3` or `1-of-2`.
    rule: &'a str,
    /// The models that the rule asks, in their order.
    votes: Vec<ModelJson<'a>>,
    /// The tie-breaker, when it was asked.
    tie_breaker: Option<ModelJson<'a>>,
    /// Why a Tier-2 review is needed; empty when it is not.
    tier2: &'a [String],
    /// Why the rule is 1-of-2; empty when it is not.
    guardrail: &'a [String],
    /// When it was decided.
    captured_at: Instant,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
}

impl<'a> DecisionJson<'a> {
    pub(super) fn of(row: &'a PanelDecision, feature_id: &'a str, stamp: &Stamp<'a>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool_version: stamp.tool_version,
            source: stamp.source,
            kind: DECISION,
            feature_id,
            window: row.window.as_ref().map(WindowId::as_str),
            verdict: row.verdict.as_str(),
            rule: row.rule.as_str(),
            votes: row.votes.iter().map(ModelJson::of).collect(),
            tie_breaker: row.tie_breaker.as_ref().map(ModelJson::of),
            tier2: &row.tier2,
            guardrail: &row.guardrail,
            captured_at: Instant(row.captured_at),
            agent_id: row.lane.as_ref().map(Lane::as_str),
        }
    }
}

/// A model and its newest vote.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PanelModel")]
struct ModelJson<'a> {
    /// The model.
    model: &'a str,
    /// Its vote; null when it has not voted.
    vote: Option<&'a str>,
}

impl<'a> ModelJson<'a> {
    fn of((model, vote): &'a (String, Option<Vote>)) -> Self {
        Self { model, vote: vote.map(Vote::as_str) }
    }
}
