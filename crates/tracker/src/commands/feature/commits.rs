//! The commits of a feature, and the lines between them.

use std::path::Path;

use tracker_churn::{ChurnError, CommitId, Repo, range_churn};
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{FeatureRecord, WindowId};
use tracker_windows::canonical::finalized;

use super::log::LogArgs;
use crate::commands::churn::commits_of;
use crate::rows::Rows;
use crate::{Workspace, repository};

/// Puts into the row what git knows: full names of the commits, and lines from the baseline to the implementation.
///
/// # Errors
/// Failed: a commit that was named is none, or git fails.
pub(super) fn add(
    row: &mut FeatureRecord,
    args: &LogArgs,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let Some(repo) = repo(args.repo.as_deref(), args.names_a_commit(), workspace)? else { return Ok(()) };
    let named = |rev: &Option<String>| -> Result<Option<CommitId>, CliError> {
        rev.as_deref().map(|rev| repo.resolve(rev).map_err(|error| repository::told(&error))).transpose()
    };
    let mut commit = named(&args.commit)?;
    if commit.is_none() && workspace.config.record_head.value {
        commit = repo.resolve("HEAD").ok();
    }
    let mut baseline = named(&args.baseline_commit)?;
    if baseline.is_none() {
        baseline = recorded_start(&args.window, workspace)?.and_then(|rev| repo.resolve(&rev).ok());
    }
    let implementation = named(&args.implementation_commit)?.or_else(|| commit.clone());
    if let (Some(start), Some(end)) = (&baseline, &implementation) {
        let filter = repository::filter(&repo, &[], workspace).map_err(|error| repository::told(&error))?;
        match range_churn(&repo, start, end, &filter) {
            Ok(churn) => {
                (row.lines_added, row.lines_removed) = (Some(churn.insertions), Some(churn.deletions));
            }
            Err(error @ ChurnError::EmptyRange { .. }) => {
                ui.note(format_args!("lines are not counted: {error}"));
            }
            Err(error) => return Err(repository::told(&error)),
        }
    }
    let text = |id: Option<CommitId>| id.map(|id| id.to_string());
    row.docs_commit = text(named(&args.docs_commit)?);
    (row.commit, row.baseline_commit) = (text(commit), text(baseline));
    row.implementation_commit = text(implementation);
    Ok(())
}

/// Returns the repository; none is an error only when something was asked of it.
fn repo(named: Option<&Path>, is_needed: bool, workspace: &Workspace) -> Result<Option<Repo>, CliError> {
    match repository::open(named, workspace) {
        Ok(repo) => Ok(Some(repo)),
        Err(_) if !is_needed => Ok(None),
        Err(error) => Err(repository::told(&error)),
    }
}

/// Returns the commit at which the window's work began, as it was recorded.
fn recorded_start(window: &WindowId, workspace: &Workspace) -> Result<Option<String>, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let windows = rows.finalized(Some(window))?;
    let done = finalized(&windows).remove(window).and_then(|rows| rows.canonical.commit_start.clone());
    let (snapshots, retractions) = rows.snapshots(Some(window))?;
    let counts = rows.prompt_counts(Some(window))?;
    Ok(done.or(commits_of(&snapshots, &retractions, &counts).0))
}
