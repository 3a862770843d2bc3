//! Storing an after that the buffer after a reset holds back: it waits when it is asked to.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_cli_support::{CliError, Ui};

use crate::Workspace;
use crate::store::{self, Draft, Manner, Unstored};

/// Stores drafts; with `wait` it waits out the buffer after a reset and records the later instant.
pub(crate) fn snapshots<'a>(
    wait: bool,
    manner: Manner<'_>,
    workspace: &mut Workspace,
    ui: &mut Ui,
    drafts: impl Fn(&Workspace) -> Vec<Draft<'a>>,
) -> Result<(), CliError> {
    let first = store::snapshots(&drafts(workspace), manner, workspace, ui);
    let valid_at = match &first {
        Err(Unstored::Refused(refusal)) if wait => refusal.valid_at,
        _ => None,
    };
    let Some(valid_at) = valid_at else { return first.map_err(CliError::from) };
    wait_until(valid_at, workspace, ui);
    let mut later = drafts(workspace);
    let waited = format!("waited until {}", valid_at.format("%Y-%m-%dT%H:%M:%SZ"));
    for draft in &mut later {
        draft.captured_at = draft.captured_at.max(valid_at);
        draft.notes = match draft.notes.is_empty() {
            true => waited.clone(),
            false => format!("{}; {waited}", draft.notes),
        };
    }
    store::snapshots(&later, manner, workspace, ui).map_err(CliError::from)
}

/// Waits until `until`, with a countdown on stderr.
pub(crate) fn wait_until(until: DateTime<Utc>, workspace: &mut Workspace, ui: &mut Ui) {
    ui.note(format_args!("waiting until {} for a valid after", until.format("%Y-%m-%dT%H:%M:%SZ")));
    let mut progress = ui.progress();
    while workspace.now() < until {
        let left = until - workspace.now();
        progress.tick(|| format!("{}:{:02} left", left.num_minutes(), left.num_seconds() % 60));
        let step = left.clamp(TimeDelta::milliseconds(1), TimeDelta::seconds(1));
        workspace.clock.sleep(step.to_std().unwrap_or_default());
    }
}
