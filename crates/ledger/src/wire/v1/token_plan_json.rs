//! The shape of a token row on disk.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Lane, ProviderId, WindowId};

use super::token_plan::TokenPlanRow;
use crate::wire::value::{Instant, Plain};
use crate::wire::{SCHEMA_VERSION, Stamp};

/// A token row on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TokenPlan")]
pub(super) struct TokenPlanJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// `plan`, `snapshot` or `checkpoint`.
    kind: &'a str,
    /// Names the operation that wrote it.
    operation: Option<&'a str>,
    /// The window.
    window: Option<&'a str>,
    /// Whose tokens.
    provider: Option<&'a str>,
    /// The session.
    session_id: Option<&'a str>,
    /// The task.
    task: &'a str,
    /// Tokens planned.
    tokens_planned: Option<u64>,
    /// Tokens used; null until the session ends.
    tokens_actual: Option<u64>,
    /// Tokens used minus tokens planned.
    delta: Option<i64>,
    /// The last commit before the work.
    commit_start: Option<&'a str>,
    /// The last commit of the work.
    commit_end: Option<&'a str>,
    /// Commits between them.
    commits: Option<u64>,
    /// Lines added between them.
    lines_added: Option<u64>,
    /// Lines deleted between them.
    lines_deleted: Option<u64>,
    /// Features that became green.
    features_added: Plain,
    /// Tests that were added.
    tests_added: Option<u64>,
    /// What the decision card of the window said.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'a str>,
    /// When it was recorded.
    captured_at: Instant,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// Notes.
    notes: &'a str,
}

impl<'a> TokenPlanJson<'a> {
    pub(super) fn of(row: &'a TokenPlanRow, stamp: &Stamp<'a>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool_version: stamp.tool_version,
            source: stamp.source,
            kind: row.kind.as_str(),
            operation: row.operation.as_deref(),
            window: row.window.as_ref().map(WindowId::as_str),
            provider: row.provider.as_ref().map(ProviderId::as_str),
            session_id: row.session.as_deref(),
            task: &row.task,
            tokens_planned: row.planned,
            tokens_actual: row.actual,
            delta: row.delta(),
            commit_start: row.commit_start.as_deref(),
            commit_end: row.commit_end.as_deref(),
            commits: row.commits,
            lines_added: row.lines_added,
            lines_deleted: row.lines_deleted,
            features_added: Plain(row.features_added),
            tests_added: row.tests_added,
            decision: row.decision.as_deref(),
            captured_at: Instant(row.captured_at),
            agent_id: row.lane.as_ref().map(Lane::as_str),
            notes: &row.notes,
        }
    }
}
