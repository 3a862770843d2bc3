//! `tracker alias start`: the before of a window.

use tracker_cli_support::{CliError, Ui};
use tracker_domain::{Phase, WindowId};
use tracker_windows::alias_state::State;
use tracker_windows::weekly_buffer::{Buffer, check_start};

use super::{AliasArgs, Taken, prompts, take, taken_after};
use crate::rows::Rows;
use crate::{Workspace, alias_state, errors, store};

pub(super) fn run(args: &AliasArgs, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let state = alias_state::load(&args.provider, workspace)?;
    let in_use = match (&args.window, state.open_window()) {
        (None, None) => taken_after(state.current_window.as_ref(), workspace)?,
        _ => Default::default(),
    };
    let window =
        state.window_for_start(args.window.as_ref(), &in_use).map_err(|cause| errors::value(&cause))?;
    let mut taken = take(args, &window, workspace)?;
    store_before(args, &window, &state, &mut taken, workspace, ui)
        .map_err(|error| taken.kept_if_refused(args, workspace, error))
}

fn store_before(
    args: &AliasArgs,
    window: &WindowId,
    state: &State,
    taken: &mut Taken,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let buffer = Buffer::default()
        .with_points(workspace.config.weekly_buffer_pp.value)
        .with_prompts_left_pct(workspace.config.prompts_min_left_pct.value);
    let reading = &taken.capture.reading;
    // Past windows are read only when the bar is so full that their use decides.
    let past = match check_start(window, reading, &[], buffer, false) {
        Ok(_) => Vec::new(),
        Err(_) => Rows::new(workspace.ledger()).finalized(None)?,
    };
    let tags = check_start(window, reading, &past, buffer, args.force)
        .map_err(|refusal| errors::refusal(&refusal))?;
    for tag in tags {
        taken.capture.reading.tag(tag);
    }
    if crate::prompts::counts_prompts(&taken.capture.reading) {
        return prompts::start(args, window, state, taken, workspace, ui);
    }
    let draft = taken.draft(args, window, Phase::Before, workspace);
    store::snapshots(&[draft], taken.manner(args, workspace), workspace, ui)?;
    if !args.capture.dry_run {
        alias_state::save(&args.provider, &state.started(window.clone(), None), workspace)?;
    }
    ui.line(format_args!("stored {} before snapshot for {window} (awaiting end)", args.provider))
}
