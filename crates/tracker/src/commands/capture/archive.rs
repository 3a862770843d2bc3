//! The archive of captured panes, with pseudonyms: `<data-dir>/automation/`.

use std::path::PathBuf;

use tracker_cli_support::CliError;
use tracker_ledger::atomic;

use super::failure::Place;
use super::{AskArgs, Target};
use crate::intake::{Intake, sha256_hex};
use crate::{Workspace, errors};

/// Keeps a pane; returns its path, or `None` for an empty one and for a dry run.
pub(super) fn keep(
    args: &AskArgs,
    place: &Place<'_>,
    target: &Target,
    bytes: &[u8],
    workspace: &Workspace,
) -> Result<Option<PathBuf>, CliError> {
    let ledger = workspace.ledger();
    if args.dry_run || bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let text = Intake::open(&ledger, true)?.text(bytes);
    let hash = sha256_hex(&text);
    let name = format!(
        "{}_{}_{}_{}_{}.txt",
        workspace.now().format("%Y%m%dT%H%M%SZ"),
        target.parser.kind(),
        place.window.map_or("none", |window| window.as_str()),
        place.phase,
        hash.get(..8).unwrap_or(&hash)
    );
    let path = ledger.dir().path().join("automation").join(name);
    atomic::write(&path, text.as_bytes()).map_err(errors::ledger)?;
    Ok(Some(path))
}

/// Returns a message with pseudonyms in it.
pub(super) fn safe(message: &str, workspace: &Workspace) -> Result<String, CliError> {
    Ok(Intake::open(&workspace.ledger(), true)?.text(message.as_bytes()))
}
