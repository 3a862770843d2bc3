//! The lines of a session board: every window that has a checkpoint, with what a window needs to count as done.

use std::collections::BTreeMap;

use tracker_cli_support::CliError;
use tracker_domain::{Evidence, WindowId};
use tracker_gates::standing;
use tracker_ledger::wire::token_plan::{TokenPlanKind, TokenPlanRow};
use tracker_windows::canonical::finalized;
use tracker_workflow::checkpoint::BoardLine;

use super::Recorded;
use crate::Workspace;
use crate::rows::Rows;

/// How many windows are shown, the newest.
const SHOWN: usize = 30;

/// Returns one line for each window, provider and task, by its newest checkpoint.
pub(super) fn lines(done: &Recorded, workspace: &Workspace) -> Result<Vec<BoardLine>, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let mut checkpoints = rows.token_plans()?;
    if !checkpoints.iter().any(|row| row.operation == done.row.operation) {
        checkpoints.push(done.row.clone());
    }
    let (windows, evidence, churn) = (rows.finalized(None)?, rows.evidence(None)?, rows.churn(None)?);
    let done = finalized(&windows);
    let mut newest: BTreeMap<_, (usize, &TokenPlanRow)> = BTreeMap::new();
    for (at, row) in checkpoints.iter().enumerate().filter(|(_, row)| row.kind == TokenPlanKind::Checkpoint) {
        newest.insert((row.window.clone(), row.provider.clone(), row.task.clone()), (at, row));
    }
    let mut newest: Vec<(usize, &TokenPlanRow)> = newest.into_values().collect();
    newest.sort_by_key(|(at, _)| *at);
    let skipped = newest.len().saturating_sub(SHOWN);
    let line = |(_, row): &(usize, &TokenPlanRow)| {
        let window = row.window.as_ref();
        let finalize = window.and_then(|window| done.get(window)).map(|rows| rows.canonical);
        let outcome = match finalize {
            Some(row) => row.outcome.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string),
            None => "not finalized".to_owned(),
        };
        let measured = churn.iter().rev().find(|row| Some(&row.window) == window);
        let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
        BoardLine {
            cells: [
                window.map(ToString::to_string).unwrap_or_default(),
                row.provider.as_ref().map(ToString::to_string).unwrap_or_default(),
                row.task.clone(),
                number(row.planned),
                number(row.actual),
                row.delta().map(|delta| delta.to_string()).unwrap_or_default(),
                outcome,
                window.map(|window| shown(window, &evidence)).unwrap_or_default(),
                measured.map_or_else(|| "none".to_owned(), |row| row.decision.clone()),
            ],
        }
    };
    Ok(newest.iter().skip(skipped).map(line).collect())
}

fn shown(window: &WindowId, evidence: &[Evidence]) -> String {
    let own: Vec<Evidence> = evidence.iter().filter(|row| row.window == *window).cloned().collect();
    let stands = standing(&own);
    format!("{} pass, {} fail", stands.passing.len(), stands.failing.len())
}
