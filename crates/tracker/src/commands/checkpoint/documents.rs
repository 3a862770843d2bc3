//! The documents that a checkpoint keeps: hand-off, board, progress log.

use std::path::{Path, PathBuf};

use tracker_cli_support::{CliError, Ui};
use tracker_ledger::LedgerFile;
use tracker_workflow::checkpoint::{Checkpoint, board as board_table};
use tracker_workflow::document::{self, Mark};

use super::operation::{KIND, Operation};
use super::{CheckpointArgs, Recorded, board as board_lines, churn_line, trail};
use crate::config::without_dots;
use crate::{Workspace, append, cost, errors, mirrors};

/// The section of a board, and the mark of what stands in it.
const SECTION: &str = "Must-Ship";
const BOARD: Mark<'static> = Mark { kind: "must-ship", id: "checkpoints" };

/// How many cost rows the hand-off shows.
const COST_ROWS: usize = 3;

/// Returns the absolute path of a board that is there: a name with a slip of the pen makes no new file.
pub(super) fn board(path: &Path, workspace: &Workspace) -> Result<PathBuf, CliError> {
    let here = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let found = [here, workspace.root.join(path)]
        .map(|path| without_dots(&path))
        .into_iter()
        .find(|path| path.is_file());
    found.ok_or_else(|| {
        CliError::failed(format!("there is no board at `{}`", path.display()))
            .hint("write the board first; a line `## Must-Ship` says where the block goes")
    })
}

/// Refuses documents that could not be kept, before anything is recorded.
pub(super) fn check(
    operation: &Operation,
    board: Option<&Path>,
    workspace: &Workspace,
) -> Result<(), CliError> {
    let mark = Mark { kind: KIND, id: &operation.id };
    let config = &workspace.config;
    for (path, mark) in [(Some(config.handoff.value.as_path()), mark), (board, BOARD)] {
        let Some(path) = path else { continue };
        let text = document::read(path).map_err(errors::document)?;
        mark.put_block(text.as_deref().unwrap_or_default(), "").map_err(|cause| {
            errors::document(document::DocumentError::At { path: path.to_owned(), cause: Box::new(cause) })
        })?;
    }
    document::read(&config.progress.value).map(|_| ()).map_err(errors::document)
}

/// Puts the block into the hand-off and onto the board, and the line into the progress log, which comes last: it says
/// that the checkpoint is complete.
pub(super) fn write(
    done: &Recorded,
    args: &CheckpointArgs,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let ledger = workspace.ledger();
    let held = [LedgerFile::TOKEN_PLAN, LedgerFile::CHURN];
    let mut transaction = ledger.begin(&held).map_err(errors::ledger)?;
    mirrors::keep_up(&mut transaction, &mirrors::CHURN, workspace, ui);
    for (path, text) in texts(done, args, workspace, ui)? {
        let mark = Mark { kind: KIND, id: done.row.operation.as_deref().unwrap_or_default() };
        let kept = document::update(&transaction, &path, |old| match text {
            Text::Block(body) => mark.put_block(old, &body),
            Text::Board(body) => BOARD.put_under(old, SECTION, &body),
            Text::Line(line) => Ok(mark.put_line(old, &line)),
        });
        kept.map_err(errors::document)?;
    }
    append::commit(transaction, ui)
}

/// What goes into a document.
enum Text {
    Block(String),
    Board(String),
    Line(String),
}

/// Returns what would be put where.
pub(super) fn planned(
    plan: &Recorded,
    args: &CheckpointArgs,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Vec<(PathBuf, String)>, CliError> {
    let texts = texts(plan, args, workspace, ui)?.into_iter();
    Ok(texts
        .map(|(path, text)| match text {
            Text::Block(text) | Text::Board(text) | Text::Line(text) => (path, text),
        })
        .collect())
}

/// Returns the documents that are kept, the last one last.
pub(super) fn paths(done: &Recorded, workspace: &Workspace) -> Vec<PathBuf> {
    let config = &workspace.config;
    let board = done.board.iter().cloned();
    [config.handoff.value.clone()].into_iter().chain(board).chain([config.progress.value.clone()]).collect()
}

fn texts(
    done: &Recorded,
    args: &CheckpointArgs,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Vec<(PathBuf, Text)>, CliError> {
    let costs = cost::largest(COST_ROWS, workspace, ui)?;
    let trail = trail::of(done, args, workspace)?;
    let churn = churn_line(&done.churn);
    let card = done.card.as_ref().map(|card| card.status().to_string());
    let checkpoint = Checkpoint {
        row: &done.row,
        churn: &churn,
        card: card.as_deref(),
        commands: &trail.commands,
        artifacts: &trail.artifacts,
        costs: &costs,
        heads: &trail.heads,
    };
    let config = &workspace.config;
    let mut texts = vec![(config.handoff.value.clone(), Text::Block(checkpoint.handoff()))];
    if let Some(path) = &done.board {
        texts.push((path.clone(), Text::Board(board_table(&board_lines::lines(done, workspace)?))));
    }
    texts.push((config.progress.value.clone(), Text::Line(checkpoint.progress())));
    Ok(texts)
}
