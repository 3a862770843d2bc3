//! The alias commands of providers that are counted in prompts: a baseline, then a difference.

use tracker_cli_support::{CliError, Exit, Ui, number};
use tracker_domain::{Anomaly, CountKind, Phase, PromptCount, RowRef, WindowId};
use tracker_ledger::{LedgerFile, Transaction};
use tracker_windows::alias_state::{Cross, State};
use tracker_windows::counts;
use tracker_windows::prompts::PromptUse;
use tracker_windows::{Refusal, Rule};

use super::{AliasArgs, Taken, source};
use crate::rows::Rows;
use crate::{Workspace, alias_state, errors, prompts};

/// Stores the running figure at the start.
pub(super) fn start(
    args: &AliasArgs,
    window: &WindowId,
    state: &State,
    taken: &Taken,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let baseline = figure(args, taken)?;
    let held = lock(args, workspace)?;
    let known = Rows::new(workspace.ledger()).prompt_counts(Some(window))?;
    counts::admit_start(&known, window, &args.provider, workspace.lane.as_ref())
        .map_err(|refusal| errors::refusal(&refusal))?;
    let row = row(args, window, CountKind::Absolute, Some(baseline), None, taken, workspace);
    store(args, held, &[row], taken, None, workspace, ui)?;
    save(args, &state.started(window.clone(), Some(baseline)), workspace)?;
    ui.line(format_args!("stored {} baseline for {window} (prompts={})", args.provider, number(baseline)))
}

/// Stores the use of the window.
pub(super) fn end(
    args: &AliasArgs,
    window: &WindowId,
    state: &State,
    taken: &Taken,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let held = lock(args, workspace)?;
    let (baseline, used) = difference(args, window, state, taken, workspace)?;
    let row = ended(args, window, baseline, used, taken, workspace)?;
    store(args, held, &[row], taken, fall(args, window, baseline, used, taken, workspace)?, workspace, ui)?;
    save(args, &state.ended(window.clone()), workspace)?;
    let (baseline, used) = (number(baseline), shown(used));
    ui.line(format_args!("stored {} delta for {window} (baseline={baseline}, prompts={used})", args.provider))
}

/// Stores the use of the window and the baseline of the next, together.
pub(super) fn cross(
    args: &AliasArgs,
    cross: &Cross,
    state: &State,
    taken: &Taken,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let total = figure(args, taken)?;
    let held = lock(args, workspace)?;
    let (baseline, used) = difference(args, &cross.ended, state, taken, workspace)?;
    let ended = ended(args, &cross.ended, baseline, used, taken, workspace)?;
    let begun = row(args, &cross.begun, CountKind::Absolute, Some(total), None, taken, workspace);
    let fall = fall(args, &cross.ended, baseline, used, taken, workspace)?;
    store(args, held, &[ended, begun], taken, fall, workspace, ui)?;
    save(args, &state.started(cross.begun.clone(), Some(total)), workspace)?;
    ui.line(format_args!(
        "stored {} delta for {} and seeded baseline for {} (delta={})",
        args.provider,
        cross.ended,
        cross.begun,
        shown(used)
    ))
}

/// Returns the row of an end: the use, or where the count fell the running figure, from which nobody can tell a use.
fn ended(
    args: &AliasArgs,
    window: &WindowId,
    baseline: f64,
    used: Option<f64>,
    taken: &Taken,
    workspace: &Workspace,
) -> Result<PromptCount, CliError> {
    let (kind, figure, baseline) = match used {
        Some(_) => (CountKind::Delta, used, Some(baseline)),
        None => (CountKind::Absolute, Some(figure(args, taken)?), None),
    };
    Ok(PromptCount {
        notes: args.choice.noted(args.capture.notes_or(workspace, "alias:end"), Phase::After),
        ..row(args, window, kind, figure, baseline, taken, workspace)
    })
}

/// Returns the anomaly of a count that fell; it blocks the window until a later row corrects it.
fn fall(
    args: &AliasArgs,
    window: &WindowId,
    baseline: f64,
    used: Option<f64>,
    taken: &Taken,
    workspace: &Workspace,
) -> Result<Option<Anomaly>, CliError> {
    if used.is_some() {
        return Ok(None);
    }
    let fall = PromptUse { fall: Some((baseline, figure(args, taken)?)), ..PromptUse::default() };
    let found = fall.anomaly(window, &args.provider, args.capture.captured_at(workspace));
    Ok(found.map(|anomaly| Anomaly { lane: workspace.lane.clone(), ..anomaly }))
}

/// Locks the counts before they are read, so that two commands never decide on the same old rows; a dry run needs
/// no lock.
fn lock(args: &AliasArgs, workspace: &Workspace) -> Result<Option<Transaction>, CliError> {
    if args.capture.dry_run {
        return Ok(None);
    }
    let held = [LedgerFile::GLM_COUNTS, LedgerFile::ANOMALIES];
    workspace.ledger().begin(&held).map(Some).map_err(errors::ledger)
}

/// Stores the rows of one command together, with the anomaly that they show.
fn store(
    args: &AliasArgs,
    held: Option<Transaction>,
    rows: &[PromptCount],
    taken: &Taken,
    fall: Option<Anomaly>,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    if let Some(anomaly) = &fall {
        ui.warn(format_args!("{} (blocking): {}", anomaly.kind, anomaly.detail));
    }
    let Some(mut transaction) = held else {
        ui.note("dry run: nothing was written");
        return Ok(());
    };
    for count in rows {
        prompts::append(&mut transaction, count, Some(&taken.capture), source(args), workspace)?;
    }
    if let Some(anomaly) = &fall {
        crate::store::anomaly(&mut transaction, anomaly, source(args), workspace)?;
    }
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

fn shown(used: Option<f64>) -> String {
    used.map_or_else(|| "n/a".to_owned(), number)
}

/// Returns the running figure; without one there is nothing to count.
fn figure(args: &AliasArgs, taken: &Taken) -> Result<f64, CliError> {
    prompts::used(&taken.capture.reading).ok_or_else(|| {
        CliError::new(Exit::Failed, format!("the capture of {} holds no prompt count", args.provider))
            .hint("give the blocks with a prompts_used field, or type it: tracker override PROVIDER --set prompts=N")
    })
}

/// Returns the baseline and the use since; a count that fell gives no use, never a negative one.
fn difference(
    args: &AliasArgs,
    window: &WindowId,
    state: &State,
    taken: &Taken,
    workspace: &Workspace,
) -> Result<(f64, Option<f64>), CliError> {
    let total = figure(args, taken)?;
    let known = Rows::new(workspace.ledger()).prompt_counts(Some(window))?;
    let own = known.iter().filter(|row| row.provider == args.provider && row.lane == workspace.lane);
    let begun = own.filter(|row| row.kind == CountKind::Absolute).map(|row| row.captured_at).min();
    if begun.is_some_and(|begun| args.capture.captured_at(workspace) < begun) {
        return Err(errors::refusal(&Refusal::new(
            Rule::Order,
            format!("this count is older than the baseline that {} has for {window}", args.provider),
            "count again now; if the baseline is the wrong one, withdraw it by `tracker alias delete`",
        )));
    }
    let stored = counts::admit_end(&known, window, &args.provider, workspace.lane.as_ref());
    // A state of the earlier tool holds a baseline that no row tells.
    let cached = state.baseline_prompts.filter(|_| state.current_window.as_ref() == Some(window));
    let baseline = match (stored, cached) {
        (Ok(baseline), _) | (Err(_), Some(baseline)) => baseline,
        (Err(refusal), None) => return Err(errors::refusal(&refusal)),
    };
    Ok((baseline, (total >= baseline).then_some(total - baseline)))
}

fn row(
    args: &AliasArgs,
    window: &WindowId,
    kind: CountKind,
    prompts_used: Option<f64>,
    baseline: Option<f64>,
    taken: &Taken,
    workspace: &Workspace,
) -> PromptCount {
    let (phase, default) = match kind {
        CountKind::Delta => (Phase::After, "alias:end"),
        CountKind::Absolute => (Phase::Before, "alias:start"),
    };
    PromptCount {
        window: window.clone(),
        provider: args.provider.clone(),
        lane: workspace.lane.clone(),
        captured_at: args.capture.captured_at(workspace),
        prompts_used,
        kind,
        baseline,
        commit: workspace.commit_mark.clone(),
        count_source: "ccusage".to_owned(),
        notes: args.choice.noted(args.capture.notes_or(workspace, default), phase),
        errors: taken.capture.reading.errors.clone(),
        row: RowRef::default(),
    }
}

fn save(args: &AliasArgs, state: &State, workspace: &Workspace) -> Result<(), CliError> {
    if args.capture.dry_run {
        return Ok(());
    }
    alias_state::save(&args.provider, state, workspace)
}
