//! The repository of the root: where it is, what in it counts, and its history, found out once a commit.

use std::path::Path;

use tracker_churn::{
    ChurnError, CommitId, History, PathFilter, Repo, SurveyOptions, WindowRange, cache, survey,
};
use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{CommitMark, FinalizedWindow};
use tracker_ledger::atomic;
use tracker_windows::canonical::finalized;

use crate::{Workspace, errors};

/// How many histories are kept: lanes and path filters have their own.
const HISTORIES: usize = 8;

/// Opens the repository that is named, else the root's; never one that the shell happens to stand in.
///
/// # Errors
/// [`ChurnError::NoRepo`] also when the data dir belongs to no project: then nothing says whose repository is meant.
pub(crate) fn open(named: Option<&Path>, workspace: &Workspace) -> Result<Repo, ChurnError> {
    if let Some(dir) = named {
        return Repo::open(dir);
    }
    let root = &workspace.root;
    let is_project = root.join("tracker.toml").is_file() || workspace.config.data_dir.value.starts_with(root);
    if is_project {
        return Repo::open(root);
    }
    let reason = "the data dir belongs to no folder with a tracker.toml".to_owned();
    Err(ChurnError::NoRepo { dir: workspace.config.data_dir.value.clone(), reason })
}

/// Returns the error of a library as the command line tells it.
pub(crate) fn told(error: &ChurnError) -> CliError {
    CliError::caused(Exit::Failed, error.to_string(), error).hint(error.hint())
}

/// Notes where the root's repository stands, for the rows of this command. No repository is no reason to complain.
pub(crate) fn mark_commit(workspace: &mut Workspace, ui: &mut Ui) {
    workspace.commit_mark = commit_mark(workspace, ui);
}

/// Returns where the root's repository stands, unless the settings say not to ask.
pub(crate) fn commit_mark(workspace: &Workspace, ui: &mut Ui) -> Option<CommitMark> {
    if !workspace.config.record_head.value {
        return None;
    }
    let head = open(None, workspace).and_then(|repo| repo.head()).ok()?;
    if head.is_dirty {
        ui.note(format_args!(
            "the working tree differs from {}: what is not committed is not counted",
            head.commit.short()
        ));
    }
    Some(CommitMark { commit: head.commit.to_string(), is_dirty: head.is_dirty })
}

/// Returns the filter of files: generated and vendored ones are left out, and the ledgers of this workspace.
pub(crate) fn filter(repo: &Repo, only: &[String], workspace: &Workspace) -> Result<PathFilter, ChurnError> {
    let top = repo.top()?;
    let top = top.canonicalize().unwrap_or(top);
    let own = [&workspace.config.data_dir.value, &workspace.config.ledger_dir.value];
    let inside = own.into_iter().filter_map(|dir| {
        let dir = dir.canonicalize().unwrap_or_else(|_| dir.clone());
        let path = dir.strip_prefix(&top).ok()?.to_str()?.replace('\\', "/");
        (!path.is_empty()).then(|| format!("/{path}"))
    });
    Ok(PathFilter::default().with_only(only.iter().cloned()).with_excludes(inside))
}

/// Returns the history of the commit that is checked out. It is kept in the cache by commit, so that it is found out
/// once.
///
/// # Errors
/// Those of [`survey`].
pub(crate) fn history(
    repo: &Repo,
    filter: PathFilter,
    windows: &[FinalizedWindow],
    extra: Option<WindowRange>,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<History, ChurnError> {
    let end = repo.resolve("HEAD")?;
    let mut options = SurveyOptions::default();
    options.filter = filter;
    options.ranges.extend(extra);
    for rows in finalized(windows).into_values() {
        let row = rows.canonical;
        let id = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<CommitId>().ok());
        let is_named = options.ranges.iter().any(|range| range.window == row.window.as_str());
        if let (Some(start), Some(end), false) = (id(&row.commit_start), id(&row.commit_end), is_named) {
            options.ranges.push(WindowRange { window: row.window.to_string(), start, end });
        }
    }
    let key = cache::key(&end, &options);
    let name = format!(
        "churn-{}-{}.txt",
        end.short(),
        crate::intake::sha256_hex(&key).get(..12).unwrap_or_default()
    );
    let path = workspace.ledger().dir().cache().join(name);
    if let Some(known) = std::fs::read_to_string(&path).ok().and_then(|text| cache::read(&text, &key)) {
        return Ok(known);
    }
    let mut progress = ui.progress();
    let history = survey(repo, &end, &options, |done, all| {
        progress.tick(|| format!("following lines: patch {done} of {all}"));
    })?;
    drop(progress);
    match atomic::write(&path, cache::write(&history, &key).as_bytes()) {
        Ok(()) => forget_old(&workspace.ledger().dir().cache()),
        Err(cause) => ui.warn(format_args!("the history is not kept: {}", errors::ledger(cause))),
    }
    Ok(history)
}

/// Removes all but the newest kept histories: every commit makes new ones.
fn forget_old(cache: &Path) {
    let entries = std::fs::read_dir(cache).into_iter().flatten().flatten();
    let histories = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("churn-") && name.ends_with(".txt")
    });
    let written = |entry: &std::fs::DirEntry| entry.metadata().and_then(|of| of.modified()).ok();
    let mut by_age: Vec<_> = histories.map(|entry| (written(&entry), entry.path())).collect();
    by_age.sort_by(|a, b| b.cmp(a));
    for (_, path) in by_age.into_iter().skip(HISTORIES) {
        // What cannot be removed is looked at again with the next history.
        let _ = atomic::remove(&path);
    }
}
