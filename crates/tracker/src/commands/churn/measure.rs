//! One window measured: its bounds, its range churn, the survival of its lines.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use tracker_churn::{ChurnError, CommitId, FeatureCommit, History, Repo, WindowRange, range_churn, survival};
use tracker_cli_support::{CliError, Ui};
use tracker_domain::{CountKind, FinalizedWindow, Phase, PromptCount, ProviderId, Snapshot, WindowId};
use tracker_ledger::wire::churn::{
    ChurnCounts, ChurnRow, FeatureRow, MEASURED, RepairRow, RevertRow, SurvivalRow,
};
use tracker_windows::canonical::finalized;
use tracker_windows::counts::in_force;

use super::ChurnArgs;
use crate::render::churn as render;
use crate::rows::Rows;
use crate::{Workspace, repository};

/// The days within which churn is told.
pub(super) const DAYS: [u32; 3] = [7, 14, 28];
/// Within how many days a changed line is a repair.
const REPAIR_DAYS: u32 = 14;
/// What is recorded when nothing says where the work began.
const NO_START: &str = "missing-commit-range";

/// The commits of a window's first before and last after, as far as they were recorded.
pub(super) type Marks = (Option<String>, Option<String>);

/// Measures a window. What cannot be measured is a decision in the row; what was asked for by name and is not there is
/// an error.
pub(super) fn measure(
    args: &ChurnArgs,
    window: &WindowId,
    windows: &[FinalizedWindow],
    (before, after): Marks,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<ChurnRow, CliError> {
    let done = finalized(windows).remove(window).map(|rows| rows.canonical);
    let start = args.commit_start.clone().or_else(|| done?.commit_start.clone()).or(before);
    let end = args.commit_end.clone().or_else(|| done?.commit_end.clone()).or(after);
    let mut row = ChurnRow::skipped(window.clone(), workspace.now(), NO_START);
    row.provider = args.provider.clone().or_else(|| only_provider(done?));
    row.methodology = args.methodology.clone().or_else(|| done?.methodology.clone());
    row.lane.clone_from(&workspace.lane);
    row.paths.clone_from(&args.paths);
    row.notes.clone_from(&args.notes);
    row.features = args.features.or_else(|| features_of(done?, row.provider.as_ref()));
    if start.is_none() {
        ui.warn("missing commit_start \u{2014} skipping git diff");
    }
    let repo = match repository::open(args.repo.as_deref(), workspace) {
        Ok(repo) => repo,
        // A skip that is recorded needs no repository.
        Err(_) if start.is_none() => return Ok(row),
        Err(error) => return Err(repository::told(&error)),
    };
    let bounds = match start {
        Some(start) => Some(bounds(&repo, &start, end.as_deref()).map_err(|error| repository::told(&error))?),
        None => None,
    };
    if let Some((start, end)) = &bounds {
        (row.commit_start, row.commit_end) = (Some(start.to_string()), Some(end.to_string()));
        match range(&repo, start, end, args, workspace) {
            Ok(counts) => (row.counts, row.decision) = (Some(counts), MEASURED.to_owned()),
            Err(error @ ChurnError::EmptyRange { .. }) => {
                ui.warn(&error);
                row.decision = error.decision().to_owned();
            }
            Err(error) => return Err(repository::told(&error)),
        }
    }
    if args.range_only {
        return Ok(row);
    }
    match history(&repo, bounds, args, windows, workspace, ui) {
        Ok(history) => add_survival(&mut row, &history, workspace),
        Err(error) => ui.warn(format_args!("survival is not told: {error} ({})", error.hint())),
    }
    Ok(row)
}

fn bounds(repo: &Repo, start: &str, end: Option<&str>) -> Result<(CommitId, CommitId), ChurnError> {
    Ok((repo.resolve(start)?, repo.resolve(end.unwrap_or("HEAD"))?))
}

fn range(
    repo: &Repo,
    start: &CommitId,
    end: &CommitId,
    args: &ChurnArgs,
    workspace: &Workspace,
) -> Result<ChurnCounts, ChurnError> {
    let churn = range_churn(repo, start, end, &repository::filter(repo, &args.paths, workspace)?)?;
    Ok(ChurnCounts {
        commits: churn.commits,
        files: churn.files,
        binary: churn.binary,
        left_out: churn.left_out,
        insertions: churn.insertions,
        deletions: churn.deletions,
    })
}

fn history(
    repo: &Repo,
    bounds: Option<(CommitId, CommitId)>,
    args: &ChurnArgs,
    windows: &[FinalizedWindow],
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<History, ChurnError> {
    let window = args.window.as_ref().map(ToString::to_string).unwrap_or_default();
    let own = bounds.map(|(start, end)| WindowRange { window, start, end });
    repository::history(repo, repository::filter(repo, &args.paths, workspace)?, windows, own, workspace, ui)
}

/// Returns the commits that the window's snapshots were taken at: of the first before, of the last after.
///
/// # Errors
/// Failed: a ledger cannot be read.
pub(super) fn marks(window: &WindowId, workspace: &Workspace) -> Result<Marks, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let (snapshots, retractions) = rows.snapshots(Some(window))?;
    Ok(commits_of(&snapshots, &retractions, &rows.prompt_counts(Some(window))?))
}

/// Returns the commit of the first before and of the last after among the captures of a window.
pub(crate) fn commits_of(
    snapshots: &[Snapshot],
    retractions: &[tracker_domain::Retraction],
    counts: &[PromptCount],
) -> (Option<String>, Option<String>) {
    let is_in_force = |row: &&Snapshot| !retractions.iter().any(|retraction| retraction.retracts == row.id);
    let panes = snapshots.iter().filter(is_in_force).map(|row| (row.phase, row.captured_at, &row.commit));
    let counted = in_force(counts).into_iter().map(|row| {
        let phase = if row.kind == CountKind::Delta { Phase::After } else { Phase::Before };
        (phase, row.captured_at, &row.commit)
    });
    let (mut before, mut after): (Vec<_>, Vec<_>) = panes
        .chain(counted)
        .filter_map(|(phase, at, mark)| Some((phase, at, mark.as_ref()?.commit.clone())))
        .partition(|(phase, ..)| *phase == Phase::Before);
    // A stable order: of two captures in one instant the earlier row counts.
    before.sort_by_key(|(_, at, _)| *at);
    after.sort_by_key(|(_, at, _)| *at);
    let commit = |(_, _, commit): (Phase, DateTime<Utc>, String)| commit;
    (before.into_iter().next().map(commit), after.pop().map(commit))
}

/// Returns the provider of a window that only one has worked in.
pub(super) fn only_provider(done: &FinalizedWindow) -> Option<ProviderId> {
    let with_features: Vec<_> = done.features.iter().filter(|(_, n)| **n > 0.0).map(|(id, _)| id).collect();
    let measured: Vec<_> = done.providers.keys().collect();
    match (with_features.as_slice(), measured.as_slice()) {
        ([one], _) | ([], [one]) => Some((*one).clone()),
        _ => None,
    }
}

fn features_of(done: &FinalizedWindow, provider: Option<&ProviderId>) -> Option<f64> {
    match provider {
        Some(provider) => done.features.get(provider).copied(),
        None if done.features.is_empty() => None,
        None => Some(done.features.values().sum()),
    }
}

/// Puts into the row what became of the window's lines.
fn add_survival(row: &mut ChurnRow, history: &History, workspace: &Workspace) {
    let window = row.window.to_string();
    let commits: Vec<&FeatureCommit> = history.of_window(&window).collect();
    let now = workspace.now().timestamp();
    let named: BTreeSet<&str> = commits.iter().filter_map(|commit| commit.label.feature.as_deref()).collect();
    if row.features.is_none() && !named.is_empty() {
        #[expect(clippy::cast_precision_loss, reason = "a number of features")]
        let features = named.len() as f64;
        row.features = Some(features);
    }
    let repairs: Vec<RepairRow> = history
        .repairs(REPAIR_DAYS, now)
        .filter(|repair| repair.label.window == window || repair.caused_by.window == window)
        .map(|repair| RepairRow {
            commit: repair.by.to_string(),
            window: repair.label.window.clone(),
            feature: repair.label.feature.clone(),
            caused_by_window: repair.caused_by.window.clone(),
            caused_by_feature: repair.caused_by.feature.clone(),
            lines: u64::from(repair.lines),
        })
        .collect();
    if commits.is_empty() && repairs.is_empty() {
        return;
    }
    let whole = survival(&commits, now, &DAYS);
    let reverts = history.reverts.iter().filter(|revert| revert.label.window == window && revert.time <= now);
    row.survival = Some(SurvivalRow {
        as_of: workspace.now(),
        commits: whole.commits as u64,
        lines_added: whole.lines_added,
        horizons: whole.horizons.iter().map(render::horizon_row).collect(),
        features: features(&commits, now),
        reverts: reverts
            .map(|revert| RevertRow {
                commit: revert.by.to_string(),
                of: revert.of.to_string(),
                feature: revert.label.feature.clone(),
                is_said: revert.is_said,
                is_exact: revert.is_exact,
            })
            .collect(),
        repairs,
    });
}

fn features(commits: &[&FeatureCommit], now: i64) -> Vec<FeatureRow> {
    let mut by_feature: BTreeMap<Option<&str>, Vec<&FeatureCommit>> = BTreeMap::new();
    for commit in commits {
        by_feature.entry(commit.label.feature.as_deref()).or_default().push(commit);
    }
    let row = |(feature, commits): (Option<&str>, Vec<&FeatureCommit>)| {
        let found = survival(&commits, now, &DAYS);
        FeatureRow {
            feature: feature.map(str::to_owned),
            lines_added: found.lines_added,
            churned: found.horizons.iter().map(|horizon| (horizon.days, horizon.churned)).collect(),
        }
    };
    by_feature.into_iter().map(row).collect()
}
