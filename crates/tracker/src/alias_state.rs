//! The alias state of a lane: a cache on disk, rebuilt from the rows when it is lost or unreadable.

use tracker_cli_support::CliError;
use tracker_domain::{ProviderId, WindowId};
use tracker_ledger::{atomic, wire};
use tracker_windows::alias_state::State;

use crate::rows::Rows;
use crate::{Workspace, errors};

/// Returns the state of this lane for a provider.
///
/// # Errors
/// The ledgers cannot be read.
pub(crate) fn load(provider: &ProviderId, workspace: &Workspace) -> Result<State, CliError> {
    let path = workspace.lane_state_dir().join(format!("{provider}.json"));
    let stored = std::fs::read(&path).ok().and_then(|bytes| wire::state::read(&bytes).ok());
    if let Some(stored) = stored {
        return Ok(State {
            current_window: stored.current_window,
            last_phase: stored.last_phase,
            baseline_prompts: stored.baseline_prompts,
        });
    }
    rebuild(provider, workspace)
}

/// Returns the state that the rows imply.
///
/// # Errors
/// As [`load`].
pub(crate) fn rebuild(provider: &ProviderId, workspace: &Workspace) -> Result<State, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let (snapshots, retractions) = rows.snapshots(None)?;
    let counts = rows.prompt_counts(None)?;
    Ok(State::rebuild(provider, workspace.lane.as_ref(), &snapshots, &retractions, &counts))
}

/// Replaces the state file.
///
/// # Errors
/// It cannot be written.
pub(crate) fn save(provider: &ProviderId, state: &State, workspace: &Workspace) -> Result<(), CliError> {
    let stored = wire::state::AliasState {
        provider: Some(provider.clone()),
        current_window: state.current_window.clone(),
        last_phase: state.last_phase,
        baseline_prompts: state.baseline_prompts,
        updated_at: Some(workspace.now()),
    };
    let text = wire::state::write(&stored).map_err(errors::wire)?;
    let path = workspace.lane_state_dir().join(format!("{provider}.json"));
    atomic::write(&path, text.as_bytes()).map_err(errors::ledger)
}

/// Returns the window that is open in this lane.
///
/// # Errors
/// As [`load`].
pub(crate) fn open_window(
    provider: &ProviderId,
    workspace: &Workspace,
) -> Result<Option<WindowId>, CliError> {
    Ok(load(provider, workspace)?.open_window().cloned())
}
