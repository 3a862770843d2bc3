//! `tracker alias end`: the after of a window.

use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Phase, WindowId};
use tracker_windows::alias_state::State;

use super::{AliasArgs, Taken, prompts, take};
use crate::{Workspace, alias_state, errors, waiting};

pub(super) fn run(args: &AliasArgs, workspace: &mut Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let state = alias_state::load(&args.provider, workspace)?;
    let window = state.window_for_end(args.window.as_ref()).map_err(|refusal| errors::refusal(&refusal))?;
    let taken = take(args, &window, workspace)?;
    store_after(args, &window, &state, &taken, workspace, ui)
        .map_err(|error| taken.kept_if_refused(args, workspace, error))
}

fn store_after(
    args: &AliasArgs,
    window: &WindowId,
    state: &State,
    taken: &Taken,
    workspace: &mut Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    if crate::prompts::counts_prompts(&taken.capture.reading) {
        return prompts::end(args, window, state, taken, workspace, ui);
    }
    waiting::snapshots(args.capture.wait, taken.manner(args, workspace), workspace, ui, |workspace| {
        vec![taken.draft(args, window, Phase::After, workspace)]
    })?;
    if !args.capture.dry_run {
        alias_state::save(&args.provider, &state.ended(window.clone()), workspace)?;
    }
    ui.line(format_args!("stored {} after snapshot for {window} (ready to finalize)", args.provider))
}
