//! `tracker cls`: the complexity load score of a window against the project's own history.

use std::path::{Path, PathBuf};

use tracker_churn::load::{LEAST_HISTORY, Load, LoadScore, PARTS, score};
use tracker_churn::{CommitId, PathFilter, Repo, range_load};
use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{FinalizedWindow, WindowId};
use tracker_windows::canonical::finalized;

use super::churn::commits_of;
use crate::render::cls as render;
use crate::rows::Rows;
use crate::{Workspace, repository, wire};

/// Arguments of `tracker cls`.
#[derive(Debug, clap::Args)]
pub struct ClsArgs {
    /// The window
    #[arg(long, value_name = "ID")]
    window: WindowId,
    /// The last commit before the work (default: as recorded)
    #[arg(long, value_name = "COMMIT")]
    commit_start: Option<String>,
    /// The last commit of the work (default: as recorded, else HEAD)
    #[arg(long, value_name = "COMMIT")]
    commit_end: Option<String>,
    /// The repository (default: that of the root)
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
}

/// A scored window.
#[derive(Debug)]
pub(crate) struct Scored {
    /// The window.
    pub(crate) window: WindowId,
    /// What it weighs in.
    pub(crate) load: Load,
    /// Its score.
    pub(crate) score: LoadScore,
    /// Earlier windows that it is held against.
    pub(crate) history: usize,
}

/// Computes the parts of the score from git and the plans, and holds them against the other windows. Read-only.
///
/// # Errors
/// Failed: no repository, no recorded start commit, a git command that fails.
pub fn run(args: &ClsArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let mut rows = Rows::new(workspace.ledger());
    let windows = rows.finalized(None)?;
    let (snapshots, retractions) = rows.snapshots(Some(&args.window))?;
    let counts = rows.prompt_counts(Some(&args.window))?;
    rows.report(ui);
    let told = |error| repository::told(&error);
    let repo = repository::open(args.repo.as_deref(), workspace).map_err(told)?;
    let filter = repository::filter(&repo, &[], workspace).map_err(told)?;
    let newest = finalized(&windows);
    let done = newest.get(&args.window).map(|rows| rows.canonical);
    let (before, after) = commits_of(&snapshots, &retractions, &counts);
    let start = args.commit_start.clone().or_else(|| done?.commit_start.clone()).or(before);
    let end = args.commit_end.clone().or_else(|| done?.commit_end.clone()).or(after);
    let Some(start) = start else {
        return Err(CliError::failed(format!("no start commit is recorded for {}", args.window))
            .hint("give --commit-start and --commit-end"));
    };
    let start = repo.resolve(&start).map_err(told)?;
    let end = repo.resolve(end.as_deref().unwrap_or("HEAD")).map_err(told)?;
    let load = load(&args.window, (&start, &end), &repo, &filter, workspace).map_err(told)?;
    let mut history = Vec::new();
    let mut progress = ui.progress();
    for rows in newest.into_values() {
        progress.tick(|| format!("weighing {}", rows.canonical.window));
        history.extend(earlier(rows.canonical, done, &args.window, &repo, &filter, workspace));
    }
    drop(progress);
    let scored =
        Scored { window: args.window.clone(), load, score: score(&load, &history), history: history.len() };
    match format {
        Format::Json => ui.json(&wire::text(&wire::cls::output(&scored))?)?,
        _ => ui.text(&render::text(&scored))?,
    }
    let parts = scored.score.z.iter().zip(PARTS);
    let left_out: Vec<&str> = parts.filter(|(z, _)| z.is_none()).map(|(_, (name, _))| name).collect();
    if !left_out.is_empty() {
        ui.note(format_args!("left out: {}; the other weights grow in proportion", left_out.join(", ")));
    }
    if history.len() < LEAST_HISTORY {
        ui.note(format_args!(
            "{LEAST_HISTORY} earlier windows with commits are needed, {} are there",
            history.len()
        ));
    }
    Ok(Exit::Ok)
}

/// Returns the load of another window that was finalized before, when its commits are known.
fn earlier(
    row: &FinalizedWindow,
    done: Option<&FinalizedWindow>,
    window: &WindowId,
    repo: &Repo,
    filter: &PathFilter,
    workspace: &Workspace,
) -> Option<Load> {
    let is_earlier = done.is_none_or(|done| row.finalized_at <= done.finalized_at);
    if row.window == *window || !is_earlier {
        return None;
    }
    let start = repo.resolve(row.commit_start.as_deref()?).ok()?;
    let end = repo.resolve(row.commit_end.as_deref()?).ok()?;
    load(&row.window, (&start, &end), repo, filter, workspace).ok()
}

fn load(
    window: &WindowId,
    (start, end): (&CommitId, &CommitId),
    repo: &Repo,
    filter: &PathFilter,
    workspace: &Workspace,
) -> Result<Load, tracker_churn::ChurnError> {
    let mut load = range_load(repo, start, end, filter)?;
    load.plan_size_kb = plan_size_kb(&workspace.config.plans.value, window);
    Ok(load)
}

/// Returns the size of the plans that name a window, or `None` when none does.
fn plan_size_kb(plans: &Path, window: &WindowId) -> Option<f64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(plans).ok()?.filter_map(Result::ok) {
        let path = entry.path();
        if path.to_string_lossy().ends_with(".plan.md")
            && let Ok(text) = std::fs::read_to_string(&path)
            && text
                .split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)))
                .any(|word| is_name(word, window))
        {
            bytes += text.len();
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a plan is far smaller than 2^53 bytes")]
    let size = bytes as f64 / 1000.0;
    (bytes > 0).then_some(size)
}

/// Returns true for a word that is the window's name, also at the end of a sentence.
fn is_name(word: &str, window: &WindowId) -> bool {
    word.trim_end_matches('.') == window.as_str()
}
