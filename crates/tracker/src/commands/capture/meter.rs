//! A meter: the before, the after or the cross of a window.

use chrono::TimeDelta;
use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{Phase, WindowId};
use tracker_windows::canonical::{CanonicalSnapshots, PhaseKey};
use tracker_windows::capture::check_after;

use super::failure::{self, Failure};
use super::take::{self, Manner, Taken};
use super::{AskArgs, AskPhase, Target};
use crate::commands::alias::{self, Action, AliasArgs};
use crate::rows::Rows;
use crate::{Surroundings, Workspace, alias_state, errors, waiting};

impl AskPhase {
    fn action(self) -> Action {
        match self {
            Self::Before => Action::Start,
            Self::After => Action::End,
            Self::Cross => Action::Cross,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Cross => "cross",
        }
    }
}

pub(super) fn run(
    args: &AskArgs,
    phase: AskPhase,
    target: &Target,
    workspace: &mut Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let window = window(args, target, workspace)?;
    if phase != AskPhase::Before && !args.late {
        keep_buffer(args, target, &window, workspace, ui)?;
    }
    match store(args, phase, target, &window, workspace, around, ui) {
        Err(error) if args.wait => match error.retry_at() {
            // The after itself told of a reset that nothing announced: a later one is asked for.
            Some(valid_at) => {
                waiting::wait_until(valid_at, workspace, ui);
                store(args, phase, target, &window, workspace, around, ui)
            }
            None => Err(error),
        },
        result => result,
    }
}

/// Returns the window that the capture belongs to, as far as it can be told before it is stored.
fn window(args: &AskArgs, target: &Target, workspace: &Workspace) -> Result<Option<WindowId>, CliError> {
    match &args.window {
        Some(window) => Ok(Some(window.clone())),
        None => Ok(alias_state::load(&target.owner, workspace)?.current_window),
    }
}

/// Refuses, or waits out, the minutes after a reset that the before announced; nobody is asked in vain.
fn keep_buffer(
    args: &AskArgs,
    target: &Target,
    window: &Option<WindowId>,
    workspace: &mut Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let Some(window) = window else { return Ok(()) };
    let (snapshots, retractions) = Rows::new(workspace.ledger()).snapshots(Some(window))?;
    let key = PhaseKey {
        window: window.clone(),
        provider: target.owner.clone(),
        lane: workspace.lane.clone(),
        phase: Phase::Before,
    };
    let canonical = CanonicalSnapshots::new(&snapshots, &retractions);
    let Some(before) = canonical.get(&key) else { return Ok(()) };
    let buffer = TimeDelta::minutes(i64::from(workspace.config.after_reset_buffer_minutes.value));
    let Err(refusal) = check_after(before, workspace.now(), buffer) else { return Ok(()) };
    match refusal.valid_at.filter(|_| args.wait) {
        Some(valid_at) => {
            waiting::wait_until(valid_at, workspace, ui);
            Ok(())
        }
        None => Err(errors::refusal(&refusal)),
    }
}

fn store(
    args: &AskArgs,
    phase: AskPhase,
    target: &Target,
    window: &Option<WindowId>,
    workspace: &mut Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let place = failure::Place { window: window.as_ref(), phase: phase.as_str() };
    let manner = Manner {
        newer_than: newest_capture(target, workspace)?,
        wants_session: phase != AskPhase::After,
        scope: None,
    };
    let taken = match take::take(args, target, &manner, workspace, around, ui) {
        Ok(taken) => taken,
        Err(failed) => return Err(failure::record(&failed, args, target, &place, workspace, ui)),
    };
    if !take::has_meter(&taken.bytes, target, workspace) {
        let failed = Failure::new("capture-failed", "what it printed holds no meter").showing(taken.bytes);
        return Err(failure::record(&failed, args, target, &place, workspace, ui));
    }
    super::archive::keep(args, &place, target, &taken.bytes, workspace)?;
    let notes = notes(args, &taken);
    let capture = args.capture(taken.bytes, taken.observed_at, notes);
    let alias = AliasArgs::of_capture(phase.action(), target.owner.clone(), capture)
        .for_window(args.window.clone(), args.force);
    alias::run(&alias, workspace, ui)
}

/// Returns when this provider was captured last, in any lane: older figures on disk are no news.
fn newest_capture(
    target: &Target,
    workspace: &Workspace,
) -> Result<Option<chrono::DateTime<chrono::Utc>>, CliError> {
    let (snapshots, _) = Rows::new(workspace.ledger()).snapshots(None)?;
    let own = snapshots.iter().filter(|row| row.provider == target.owner);
    Ok(own.map(|row| row.captured_at).max())
}

/// Returns the notes of the row: as given, and which file told it when no client was asked.
fn notes(args: &AskArgs, taken: &Taken) -> String {
    match (&taken.source, args.notes.is_empty()) {
        (None, _) => args.notes.clone(),
        (Some(source), true) => format!("machine:{source}"),
        (Some(source), false) => format!("{}; machine:{source}", args.notes),
    }
}
