//! `tracker alias cross`: one pane ends a window and begins the next.

use tracker_cli_support::{CliError, Ui};
use tracker_domain::Phase;
use tracker_windows::alias_state::{Cross, State};

use super::{AliasArgs, Taken, prompts, take, taken_after};
use crate::{Workspace, alias_state, errors, waiting};

pub(super) fn run(args: &AliasArgs, workspace: &mut Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let state = alias_state::load(&args.provider, workspace)?;
    let ended = args.window.as_ref().or(state.current_window.as_ref());
    let in_use = taken_after(ended, workspace)?;
    let cross = state
        .windows_for_cross(args.window.as_ref(), &in_use)
        .map_err(|refusal| errors::refusal(&refusal))?;
    let taken = take(args, &cross.ended, workspace)?;
    store_both(args, &cross, &state, &taken, workspace, ui)
        .map_err(|error| taken.kept_if_refused(args, workspace, error))
}

fn store_both(
    args: &AliasArgs,
    cross: &Cross,
    state: &State,
    taken: &Taken,
    workspace: &mut Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    if crate::prompts::counts_prompts(&taken.capture.reading) {
        return prompts::cross(args, cross, state, taken, workspace, ui);
    }
    waiting::snapshots(args.capture.wait, taken.manner(args, workspace), workspace, ui, |workspace| {
        vec![
            taken.draft(args, &cross.ended, Phase::After, workspace),
            taken.draft(args, &cross.begun, Phase::Before, workspace),
        ]
    })?;
    if !args.capture.dry_run {
        alias_state::save(&args.provider, &state.started(cross.begun.clone(), None), workspace)?;
    }
    let (provider, ended, begun) = (&args.provider, &cross.ended, &cross.begun);
    ui.line(format_args!(
        "stored {provider} after snapshot for {ended} and seeded before snapshot for {begun}"
    ))
}
