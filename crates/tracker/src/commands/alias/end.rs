//! `tracker alias end`: the after of a window.

use tracker_cli_support::{CliError, Ui};
use tracker_domain::Phase;

use super::{AliasArgs, Taken, prompts, take};
use crate::capture_args::wait_until;
use crate::store::{self, Draft, Unstored};
use crate::{Workspace, alias_state, errors};

pub(super) fn run(args: &AliasArgs, workspace: &mut Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let state = alias_state::load(&args.provider, workspace)?;
    let window = state.window_for_end(args.window.as_ref()).map_err(|refusal| errors::refusal(&refusal))?;
    let taken = take(args, &window, workspace)?;
    if crate::prompts::counts_prompts(&taken.capture.reading) {
        return prompts::end(args, &window, &state, &taken, workspace, ui);
    }
    let window_of = window.clone();
    store_waiting(args, taken, workspace, ui, move |taken, workspace| {
        vec![taken.draft(args, &window_of, Phase::After, workspace)]
    })?;
    if !args.capture.dry_run {
        alias_state::save(&args.provider, &state.ended(window.clone()), workspace)?;
    }
    ui.line(format_args!("stored {} after snapshot for {window} (ready to finalize)", args.provider))
}

/// Stores an after; with `--wait` it waits out the buffer after a reset and records the later instant.
pub(super) fn store_waiting(
    args: &AliasArgs,
    taken: Taken,
    workspace: &mut Workspace,
    ui: &mut Ui,
    drafts: impl for<'a> Fn(&'a Taken, &Workspace) -> Vec<Draft<'a>>,
) -> Result<(), CliError> {
    let first = store::snapshots(&drafts(&taken, workspace), taken.manner(args, workspace), workspace, ui);
    let valid_at = match &first {
        Err(Unstored::Refused(refusal)) if args.capture.wait => refusal.valid_at,
        _ => None,
    };
    let Some(valid_at) = valid_at else { return first.map_err(CliError::from) };
    wait_until(valid_at, workspace, ui);
    let mut later = drafts(&taken, workspace);
    for draft in &mut later {
        draft.captured_at = draft.captured_at.max(valid_at);
        draft.notes = format!("{}; waited until {}", draft.notes, valid_at.format("%Y-%m-%dT%H:%M:%SZ"));
    }
    store::snapshots(&later, taken.manner(args, workspace), workspace, ui).map_err(CliError::from)
}
