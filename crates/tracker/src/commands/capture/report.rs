//! A report beside the bars: the monitor's screen, or what ccusage printed.

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{Reading, Tag};

use super::failure::{self, Failure, Place};
use super::take::{self, Manner};
use super::{AskArgs, Target, archive};
use crate::commands::ingest::{self, IngestArgs, Scope};
use crate::{Surroundings, Workspace};

pub(super) fn run(
    args: &AskArgs,
    target: &Target,
    workspace: &mut Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let window = ingest::window_or_open(args.window.as_ref(), &target.owner, workspace)?;
    let scope = if target.live.on_terminal { None } else { Some(args.scope.unwrap_or(Scope::Session)) };
    let place = Place { window: Some(&window), phase: scope.map_or("snapshot", Scope::as_str) };
    let first = figures(args, target, scope, workspace, around, ui);
    let (bytes, derive) = match (first, scope) {
        (Ok(bytes), _) => (bytes, false),
        // An older counter has no weeks: they are made of its days.
        (Err(failed), Some(Scope::Weekly)) => {
            ui.note(format_args!("no weekly report ({}): one is made of the daily one", failed.error()));
            match figures(args, target, Some(Scope::Daily), workspace, around, ui) {
                Ok(bytes) => (bytes, true),
                Err(failed) => return Err(failure::record(&failed, args, target, &place, workspace, ui)),
            }
        }
        (Err(failed), _) => return Err(failure::record(&failed, args, target, &place, workspace, ui)),
    };
    archive::keep(args, &place, target, &bytes, workspace)?;
    let capture = args.capture(bytes, None, args.notes.clone());
    let ingest = IngestArgs::of_capture(&args.kind, Some(window), scope, derive, capture);
    ingest::run(&ingest, workspace, ui)
}

/// Takes a report that holds figures.
fn figures(
    args: &AskArgs,
    target: &Target,
    scope: Option<Scope>,
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Vec<u8>, Failure> {
    let manner = Manner { newer_than: None, wants_session: false, scope: scope.map(Scope::as_str) };
    let taken = take::take(args, target, &manner, workspace, around, ui)?;
    let text = String::from_utf8_lossy(&taken.bytes);
    let has_figures = |reading: &Reading| !reading.has(&Tag::InsufficientData);
    if take::reading(&text, target.parser, workspace).is_some_and(|reading| has_figures(&reading)) {
        return Ok(taken.bytes);
    }
    Err(Failure::new("capture-failed", "what it printed holds no figures").showing(taken.bytes))
}
