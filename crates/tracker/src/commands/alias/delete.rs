//! `tracker alias delete`: a new row withdraws a snapshot; nothing is removed.

use tracker_cli_support::{CliError, Ui};
use tracker_domain::{PromptCount, Retraction, RowRef, Snapshot, Tag};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::{self, Stamp};
use tracker_windows::counts::{WITHDRAWN, in_force};

use super::{AliasArgs, source};
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, alias_state, errors, intake};

pub(super) fn run(args: &AliasArgs, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    if args.index == 0 {
        return Err(CliError::usage("--index counts from 1").hint("the newest matching row is --index 1"));
    }
    let mut rows = Rows::new(workspace.ledger());
    let (snapshots, retractions) = rows.snapshots(args.window.as_ref())?;
    rows.report(ui);
    let mut matching: Vec<&Snapshot> = snapshots
        .iter()
        .filter(|row| row.provider == args.provider && args.phase.is_none_or(|phase| phase == row.phase))
        .filter(|row| workspace.lane.is_none() || row.lane.is_none() || row.lane == workspace.lane)
        .filter(|row| !retractions.iter().any(|retraction| retraction.retracts == row.id))
        .collect();
    matching.sort_by_key(|row| (row.row.line, row.row.seq));
    if matching.is_empty() && !rows.prompt_counts(args.window.as_ref())?.is_empty() {
        return count(args, rows, workspace, ui);
    }
    let found = matching.len();
    let Some(target) = found.checked_sub(args.index).and_then(|place| matching.get(place)) else {
        return Err(missing(args, found));
    };
    let retraction = Retraction {
        retracts: target.id.clone(),
        reason: if args.capture.notes.is_empty() {
            "alias:delete".to_owned()
        } else {
            intake::notes(&args.capture.notes, &workspace.ledger())?
        },
        captured_at: workspace.now(),
        row: RowRef::default(),
    };
    if args.capture.dry_run {
        ui.note("dry run: nothing was written");
    } else {
        let stamp = Stamp::new(TOOL_VERSION, source(args)).with_agent(workspace.lane.as_ref());
        let row = wire::snapshot::write_retraction(&retraction, &stamp).map_err(errors::wire)?;
        append(&LedgerFile::SNAPSHOTS, &row, workspace, ui)?;
        alias_state::save(&args.provider, &alias_state::rebuild(&args.provider, workspace)?, workspace)?;
    }
    ui.line(format_args!(
        "removed {} {} snapshot for {} (captured_at={})",
        target.provider,
        target.phase,
        target.window,
        target.captured_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    ))
}

/// Withdraws a prompt count by a newer row of the same kind that holds no figure.
fn count(args: &AliasArgs, mut rows: Rows, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let kind = args.phase.map(|phase| match phase {
        tracker_domain::Phase::Before => tracker_domain::CountKind::Absolute,
        tracker_domain::Phase::After => tracker_domain::CountKind::Delta,
    });
    let counts = rows.prompt_counts(args.window.as_ref())?;
    let newest = in_force(&counts)
        .into_iter()
        .rev()
        .filter(|row| row.provider == args.provider && row.lane == workspace.lane)
        .find(|row| kind.is_none_or(|kind| kind == row.kind));
    let Some(target) = newest else { return Err(missing(args, 0)) };
    if args.index > 1 {
        return Err(CliError::usage(
            "--index names one pane; the prompt counts of a phase are withdrawn together",
        )
        .hint("leave --index out, and give the right count again"));
    }
    let withdrawn = PromptCount {
        captured_at: workspace.now(),
        prompts_used: None,
        baseline: None,
        commit: None,
        notes: format!("withdraws {}", target.row),
        errors: vec![Tag::Other(WITHDRAWN.to_owned())],
        row: RowRef::default(),
        ..target.clone()
    };
    if args.capture.dry_run {
        ui.note("dry run: nothing was written");
    } else {
        let mut transaction = workspace.ledger().begin(&[LedgerFile::GLM_COUNTS]).map_err(errors::ledger)?;
        crate::prompts::append(&mut transaction, &withdrawn, None, source(args), workspace)?;
        for notice in transaction.commit().map_err(errors::ledger)? {
            ui.note(notice);
        }
        // A state with the withdrawn baseline would let the next end count from it.
        alias_state::save(&args.provider, &alias_state::rebuild(&args.provider, workspace)?, workspace)?;
    }
    let phase = if target.kind == tracker_domain::CountKind::Delta { "after" } else { "before" };
    let at = target.captured_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    ui.line(format_args!(
        "removed {} {phase} snapshot for {} (captured_at={at})",
        target.provider, target.window
    ))
}

fn missing(args: &AliasArgs, found: usize) -> CliError {
    let place = args.window.as_ref().map(|window| format!(" in {window}")).unwrap_or_default();
    let phase = args.phase.map(|phase| format!(" {phase}")).unwrap_or_default();
    CliError::failed(format!(
        "{found} matching{phase} snapshots of {}{place}: none to delete at --index {}",
        args.provider, args.index
    ))
    .hint("`tracker window-audit --window ID` lists the rows of a window")
}

fn append(file: &LedgerFile, row: &str, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let mut transaction = workspace.ledger().begin(std::slice::from_ref(file)).map_err(errors::ledger)?;
    transaction.append(file, row).map_err(errors::ledger)?;
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}
