//! `tracker churn`: what a window's commits changed, and how much of it survived.

mod arms;
mod measure;
mod record;

use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{ProviderId, WindowId};
use tracker_ledger::wire::churn::{ChurnRow, MEASURED};

use crate::render::churn as render;
use crate::rows::Rows;
use crate::{Workspace, wire};

pub(crate) use arms::Arm;
pub(crate) use measure::commits_of;
pub(crate) use record::measured_quality_of;

/// Arguments of `tracker churn`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ChurnArgs {
    /// The window
    #[arg(long, value_name = "ID", required_unless_present_any = ["refresh", "arms"])]
    window: Option<WindowId>,
    /// Whose work it was (default: the only provider of the finalized window)
    #[arg(long, value_name = "PROVIDER")]
    provider: Option<ProviderId>,
    /// The way of working (default: that of the finalized window)
    #[arg(long, value_name = "NAME")]
    methodology: Option<String>,
    /// The last commit before the work (default: as recorded by alias start or complete)
    #[arg(long, value_name = "COMMIT")]
    commit_start: Option<String>,
    /// The last commit of the work (default: as recorded, else HEAD)
    #[arg(long, value_name = "COMMIT")]
    commit_end: Option<String>,
    /// The repository (default: that of the root)
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Count only these files and folders
    #[arg(long, value_name = "PATH", num_args = 1..)]
    paths: Vec<String>,
    /// Features to divide by (default: those of the finalized window, else those that the commits name)
    #[arg(long, value_name = "N", value_parser = super::complete::count, allow_negative_numbers = true)]
    features: Option<f64>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
    /// Append a row although the same one is recorded
    #[arg(long)]
    again: bool,
    /// Count the range only: nothing is kept, also not the history.
    #[arg(skip)]
    range_only: bool,
    /// Measure again the windows whose days had not passed, and append what is new
    #[arg(long, conflicts_with_all = ["window", "commit_start", "commit_end", "paths", "again"])]
    refresh: bool,
    /// Show survival by provider and methodology, and record nothing
    #[arg(long, conflicts_with_all = ["window", "refresh", "again"])]
    arms: bool,
}

/// What another verb measures by the way.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) window: WindowId,
    pub(crate) provider: Option<ProviderId>,
    pub(crate) methodology: Option<String>,
    pub(crate) commit_start: Option<String>,
    pub(crate) commit_end: Option<String>,
    pub(crate) repo: Option<PathBuf>,
    pub(crate) paths: Vec<String>,
    pub(crate) features: Option<f64>,
    /// Leave no trace on disk.
    pub(crate) dry_run: bool,
}

impl From<&Asked> for ChurnArgs {
    fn from(asked: &Asked) -> Self {
        Self {
            window: Some(asked.window.clone()),
            provider: asked.provider.clone(),
            methodology: asked.methodology.clone(),
            commit_start: asked.commit_start.clone(),
            commit_end: asked.commit_end.clone(),
            repo: asked.repo.clone(),
            paths: asked.paths.clone(),
            features: asked.features,
            range_only: asked.dry_run,
            ..Self::default()
        }
    }
}

/// Measures a window for another verb. Where no commit was named and git cannot tell, the row says so.
///
/// # Errors
/// Failed: a commit that was named is none, or git fails on it; a ledger cannot be read.
pub(crate) fn measure_for(asked: &Asked, workspace: &Workspace, ui: &mut Ui) -> Result<ChurnRow, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let finalized = rows.finalized(None)?;
    rows.report(ui);
    // A ledger that cannot be read is no decision about the code: nothing is recorded.
    let marks = measure::marks(&asked.window, workspace)?;
    match measure::measure(&asked.into(), &asked.window, &finalized, marks, workspace, ui) {
        Err(error) if asked.commit_start.is_none() && asked.commit_end.is_none() && asked.repo.is_none() => {
            ui.warn(format_args!("churn is not measured: {error}"));
            let mut row = ChurnRow::skipped(asked.window.clone(), workspace.now(), "not-measured");
            (row.provider, row.methodology) = (asked.provider.clone(), asked.methodology.clone());
            (row.features, row.lane) = (asked.features, workspace.lane.clone());
            Ok(row)
        }
        measured => measured,
    }
}

/// Records what was measured, once: also what an interrupted command has left out.
///
/// # Errors
/// A ledger cannot be read or written.
pub(crate) fn record_for(
    asked: &Asked,
    row: &ChurnRow,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    record::append(row, &asked.into(), workspace, ui)
}

impl ChurnArgs {
    /// Returns the arguments of a window as it was completed.
    pub(crate) fn of_window(window: WindowId) -> Self {
        Self { window: Some(window), ..Self::default() }
    }
}

/// Measures, records what is new, and says it.
///
/// # Errors
/// Failed: no repository, an unknown commit, a git command that fails; a ledger that cannot be read or written.
pub fn run(args: &ChurnArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let mut rows = Rows::new(workspace.ledger());
    let finalized = rows.finalized(None)?;
    let recorded = rows.churn(None)?;
    rows.report(ui);
    if args.arms {
        let arms = arms::survival_of_arms(args, &finalized, workspace, ui)?;
        return match format {
            Format::Json => ui.json(&wire::text(&wire::churn::output(&[], &arms))?),
            _ => ui.text(&render::arms(&arms)),
        }
        .map(|()| Exit::Ok);
    }
    let asked: Vec<ChurnArgs> =
        if args.refresh { record::provisional(&recorded, args) } else { vec![args.clone()] };
    let mut shown = Vec::new();
    for args in &asked {
        let Some(window) = &args.window else { continue };
        let marks = measure::marks(window, workspace)?;
        let row = measure::measure(args, window, &finalized, marks, workspace, ui)?;
        let before = record::same(&recorded, &row).cloned();
        let is_new = args.again || before.as_ref().is_none_or(|before| args.refresh && differs(before, &row));
        match before.filter(|_| !is_new) {
            Some(before) => {
                let at = before.captured_at.format("%Y-%m-%dT%H:%M:%SZ");
                ui.note(format_args!("{window}: already recorded at {at}; --again appends it once more"));
            }
            None => record::append(&row, args, workspace, ui)?,
        }
        if format == Format::Text {
            ui.text(&render::text(&row))?;
        }
        shown.push(row);
    }
    if format == Format::Json {
        ui.json(&wire::text(&wire::churn::output(&shown, &[]))?)?;
    } else if asked.is_empty() {
        ui.note("nothing to refresh: every recorded survival is final");
    }
    Ok(Exit::Ok)
}

/// Returns true when a later measurement says something else.
fn differs(before: &ChurnRow, now: &ChurnRow) -> bool {
    let known =
        |row: &ChurnRow| row.survival.clone().map(|s| (s.lines_added, s.horizons, s.reverts, s.repairs));
    known(before) != known(now)
}

/// Returns true for a row with numbers.
pub(crate) fn is_measured(row: &ChurnRow) -> bool {
    row.decision == MEASURED
}
