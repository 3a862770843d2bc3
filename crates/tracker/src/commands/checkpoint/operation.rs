//! Which checkpoint this is: the same words name the same operation, so that an interrupted one is found again.

use tracker_cli_support::CliError;
use tracker_domain::Lane;
use tracker_ledger::wire::token_plan::TokenPlanRow;
use tracker_workflow::document::{self, Mark};

use super::CheckpointArgs;
use crate::intake::sha256_hex;
use crate::{Workspace, errors};

/// The kind of the marks in documents.
pub(super) const KIND: &str = "checkpoint";

/// One checkpoint.
#[derive(Debug)]
pub(super) struct Operation {
    /// Its name.
    pub(super) id: String,
    /// The row that an earlier run has appended.
    pub(super) recorded: Option<TokenPlanRow>,
}

/// Finds the operation: the newest one of these words, or with `--again` a further one, once the newest is complete.
pub(super) fn find(
    args: &CheckpointArgs,
    recorded: &[TokenPlanRow],
    workspace: &Workspace,
) -> Result<Operation, CliError> {
    let base = name(args, workspace.lane.as_ref());
    let is_of = |row: &&TokenPlanRow| {
        let id = row.operation.as_deref().unwrap_or_default();
        id == base || id.strip_prefix(&base).is_some_and(|rest| rest.starts_with('-'))
    };
    let runs: Vec<&TokenPlanRow> = recorded.iter().filter(is_of).collect();
    let Some(newest) = runs.last() else { return Ok(Operation { id: base, recorded: None }) };
    let id = newest.operation.clone().unwrap_or_default();
    if args.again && is_complete(&id, workspace)? {
        return Ok(Operation { id: format!("{base}-{}", runs.len() + 1), recorded: None });
    }
    Ok(Operation { id, recorded: Some((*newest).clone()) })
}

/// The words that make two checkpoints one: notes and documents may differ.
fn name(args: &CheckpointArgs, lane: Option<&Lane>) -> String {
    let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let words = [
        args.window.to_string(),
        args.provider.as_ref().map(ToString::to_string).unwrap_or_default(),
        args.task.clone(),
        args.session.clone().unwrap_or_default(),
        lane.map(ToString::to_string).unwrap_or_default(),
        number(args.plan),
        number(args.actual),
        args.features.map(|features| features.to_string()).unwrap_or_default(),
        number(args.tests),
    ];
    let hash = sha256_hex(&words.join("\0"));
    format!("ck-{}", hash.get(..12).unwrap_or(&hash))
}

/// Tells whether an operation came to its end: the progress line is its last step.
fn is_complete(id: &str, workspace: &Workspace) -> Result<bool, CliError> {
    let text = document::read(&workspace.config.progress.value).map_err(errors::document)?;
    Ok(text.is_some_and(|text| Mark { kind: KIND, id }.is_in(&text)))
}
