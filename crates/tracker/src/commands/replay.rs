//! `tracker replay`: what routing under the caps would have given on the recorded windows, as a row that is kept.

use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::ProviderId;
use tracker_ledger::wire::{self, Stamp};
use tracker_ledger::{LedgerFile, atomic};
use tracker_router::{PolicyName, plot};
use tracker_workflow::replay::{By, Done, Material, Request, prompts_a_week, replay, text};

use crate::rows::Object;
use crate::store::TOOL_VERSION;
use crate::{Workspace, errors};

/// Arguments of `tracker replay`.
#[derive(Debug, clap::Args)]
pub struct ReplayArgs {
    /// The policy in question: bwk, ucb-bwk, primal-dual, thompson-ratio, ucb-ratio, epsilon-greedy, greedy, greedy-prd, oracle
    #[arg(long, value_name = "POLICY", default_value_t = PolicyName::Bwk)]
    strategy: PolicyName,
    /// The policy that it is compared to
    #[arg(long, value_name = "POLICY", default_value_t = PolicyName::Greedy)]
    baseline: PolicyName,
    /// What makes an arm: arm (provider and methodology) or provider
    #[arg(long, value_name = "WHAT", default_value = "arm")]
    by: By,
    /// Resamples of the log, at least 20
    #[arg(long, value_name = "N", default_value_t = 400)]
    replicates: usize,
    /// The seed: the same seed gives the same numbers
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Weeks of 34 windows to replay
    #[arg(long, value_name = "K", default_value_t = 6)]
    weeks: usize,
    /// Prompts a week of a provider that counts prompts, for example glm=2000
    #[arg(long, value_name = "PROVIDER=N", value_parser = prompts_a_week)]
    prompts_a_week: Vec<(ProviderId, f64)>,
    /// Write a drawing of the replay
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Exit 3 when refused and 6 when worse
    #[arg(long)]
    exit_code: bool,
    /// Say what comes out and store nothing
    #[arg(long)]
    dry_run: bool,
}

/// Replays under the configured buffer, stores the answer and prints it; the preview shows the newest one.
///
/// # Errors
/// Usage: settings out of range. Failed: a ledger cannot be read or written.
pub fn run(args: &ReplayArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let material = Material::read(&workspace.ledger()).map_err(errors::ledger)?;
    for fault in material.faults.iter().take(10) {
        ui.warn(fault);
    }
    let mut progress = ui.progress();
    let done = replay(&material, &request(args, workspace), workspace.now(), |done, all| {
        progress.tick(|| format!("{done} of {all} resampled logs"));
    });
    drop(progress);
    let done = done.map_err(|cause| CliError::usage(cause.to_string()).hint("see tracker replay --help"))?;
    let stamp = Stamp::new(TOOL_VERSION, "replay");
    let line = wire::replay::write(&done.row, workspace.lane.as_ref(), &stamp).map_err(errors::wire)?;
    if args.dry_run {
        ui.note("dry run: nothing was written");
    } else {
        store(&line, workspace, ui)?;
        draw(args, &done, workspace, ui)?;
    }
    match format {
        Format::Json => ui.json(&line)?,
        _ => ui.text(&text(&done.row))?,
    }
    Ok(match done.row.verdict.as_str() {
        "refused" if args.exit_code => Exit::Refused,
        "worse" if args.exit_code => Exit::NoGo,
        _ => Exit::Ok,
    })
}

fn request(args: &ReplayArgs, workspace: &Workspace) -> Request {
    let mut request = configured(workspace);
    (request.strategy, request.baseline, request.by) = (args.strategy, args.baseline, args.by);
    (request.replicates, request.seed, request.weeks) = (args.replicates, args.seed, args.weeks);
    request.prompts_a_week = args.prompts_a_week.iter().cloned().collect();
    request
}

/// Returns what the settings and the machine say of every replay.
fn configured(workspace: &Workspace) -> Request {
    let mut request = Request::default();
    request.buffer_pp = workspace.config.weekly_buffer_pp.value;
    request.prompts_left_pct = workspace.config.prompts_min_left_pct.value;
    request.threads = std::thread::available_parallelism().map_or(1, |count| count.get().min(8));
    request
}

/// What can be drawn of a stored replay.
#[derive(Debug)]
pub(crate) enum Drawing {
    /// The drawing.
    Svg(String),
    /// It was refused.
    Nothing,
    /// The same replay gives something else by now: a drawing would not be the one of the row.
    Moved,
}

/// Draws a stored replay: it is played again by its own settings, and drawn when the same comes out.
///
/// # Errors
/// Failed: a ledger cannot be read.
pub(crate) fn drawing(stored: &Object, workspace: &Workspace) -> Result<Drawing, CliError> {
    let Some(request) = request_of(stored, workspace) else { return Ok(Drawing::Moved) };
    let material = Material::read(&workspace.ledger()).map_err(errors::ledger)?;
    let Ok(done) = replay(&material, &request, workspace.now(), |_, _| {}) else { return Ok(Drawing::Moved) };
    let stamp = Stamp::new(TOOL_VERSION, "replay");
    let line = wire::replay::write(&done.row, None, &stamp).map_err(errors::wire)?;
    let again: Object = serde_json::from_str(&line).unwrap_or_default();
    let is_same = SAID.iter().all(|key| again.get(*key) == stored.get(*key));
    Ok(match done.report {
        _ if !is_same => Drawing::Moved,
        Some(report) => Drawing::Svg(plot::svg(&report)),
        None => Drawing::Nothing,
    })
}

/// The fields of a row that hold what came out.
const SAID: [&str; 7] = ["arms", "bars", "bound", "policies", "difference_pct", "verdict", "left_out"];

/// Returns what was asked of a stored replay; `None` when the row does not tell it.
fn request_of(stored: &Object, workspace: &Workspace) -> Option<Request> {
    let text = |key: &str| stored.get(key)?.as_str();
    let count = |key: &str| usize::try_from(stored.get(key)?.as_u64()?).ok();
    let mut request = configured(workspace);
    request.strategy = text("strategy")?.parse().ok()?;
    request.baseline = text("baseline")?.parse().ok()?;
    request.by = text("by")?.parse().ok()?;
    request.seed = stored.get("seed")?.as_u64()?;
    (request.replicates, request.weeks) = (count("replicates")?, count("weeks")?);
    let prompts = stored.get("prompts_a_week").and_then(serde_json::Value::as_object);
    for (provider, prompts) in prompts.into_iter().flatten() {
        request.prompts_a_week.insert(ProviderId::new(provider).ok()?, prompts.as_f64()?);
    }
    Some(request)
}

fn store(line: &str, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let mut transaction = workspace.ledger().begin(&[LedgerFile::REPLAY]).map_err(errors::ledger)?;
    transaction.append(&LedgerFile::REPLAY, line).map_err(errors::ledger)?;
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

fn draw(args: &ReplayArgs, done: &Done, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    match (&args.plot, &done.report) {
        (Some(path), Some(report)) => {
            atomic::write(workspace.absolute(path), plot::svg(report).as_bytes()).map_err(errors::ledger)
        }
        (Some(path), None) => {
            ui.warn(format_args!("`{}` is not written: there is nothing to draw", path.display()));
            Ok(())
        }
        (None, _) => Ok(()),
    }
}
