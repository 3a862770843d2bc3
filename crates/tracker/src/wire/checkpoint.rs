//! The output of `checkpoint --format json`.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{ProviderId, WindowId};

use super::value::{Instant, Plain};
use crate::Workspace;
use crate::commands::checkpoint::Recorded;

/// What a checkpoint recorded.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CheckpointOutput")]
pub(crate) struct CheckpointJson<'a> {
    /// Whether nothing was written.
    dry_run: bool,
    /// Names the operation.
    operation: Option<&'a str>,
    /// Whether an earlier run had recorded the token row.
    already_recorded: bool,
    /// The window.
    window: Option<&'a str>,
    /// Whose session.
    provider: Option<&'a str>,
    /// The task.
    task: &'a str,
    /// When it was recorded.
    captured_at: Instant,
    /// Tokens planned.
    tokens_planned: Option<u64>,
    /// Tokens used.
    tokens_actual: Option<u64>,
    /// Tokens used minus tokens planned.
    delta: Option<i64>,
    /// Features that became green.
    features_added: Option<Plain>,
    /// `measured`, or why churn was not.
    churn_decision: &'a str,
    /// Lines added.
    lines_added: Option<u64>,
    /// Lines deleted.
    lines_deleted: Option<u64>,
    /// What the decision card says, when it was asked for.
    decision: Option<String>,
    /// The hand-off.
    handoff: String,
    /// The progress log.
    progress: String,
    /// The board, when one was named.
    board: Option<String>,
}

/// Returns the output.
pub(crate) fn output<'a>(of: &'a Recorded, dry_run: bool, workspace: &Workspace) -> CheckpointJson<'a> {
    let row = &of.row;
    CheckpointJson {
        dry_run,
        operation: row.operation.as_deref(),
        already_recorded: of.was_there,
        window: row.window.as_ref().map(WindowId::as_str),
        provider: row.provider.as_ref().map(ProviderId::as_str),
        task: &row.task,
        captured_at: Instant(row.captured_at),
        tokens_planned: row.planned,
        tokens_actual: row.actual,
        delta: row.delta(),
        features_added: row.features_added.map(Plain),
        churn_decision: &of.churn.decision,
        lines_added: row.lines_added,
        lines_deleted: row.lines_deleted,
        decision: of.card.as_ref().map(|card| card.status().to_string()),
        handoff: workspace.config.handoff.value.display().to_string(),
        progress: workspace.config.progress.value.display().to_string(),
        board: of.board.as_ref().map(|path| path.display().to_string()),
    }
}
