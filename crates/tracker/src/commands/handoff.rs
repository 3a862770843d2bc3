//! `tracker handoff`: one brief that the next agent starts from.

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_ledger::LedgerFile;
use tracker_workflow::document::{self, Mark};
use tracker_workflow::handoff;

use crate::render::handoff as render;
use crate::rows::Rows;
use crate::{Workspace, brief, errors, session, wire};

/// Arguments of `tracker handoff`.
#[derive(Debug, clap::Args)]
pub struct HandoffArgs {
    /// Put the brief into the hand-off document as well, in the place of the last one
    #[arg(long)]
    write: bool,
    /// More to read first: a path, or path:why
    #[arg(long = "read", value_name = "PATH")]
    reading: Vec<String>,
    /// More to run at the end of the session
    #[arg(long = "check", value_name = "COMMAND")]
    checks: Vec<String>,
    /// With --write: show where it would be written, and write nothing
    #[arg(long, requires = "write")]
    dry_run: bool,
}

/// The one brief of a hand-off document.
const MARK: Mark<'static> = Mark { kind: "handoff", id: "next-agent" };

/// Prints the brief: what to read, lanes, open windows and what each needs, commands with real names, checks, heads.
/// Read-only without `--write`.
///
/// # Errors
/// Failed: a ledger or the document cannot be read or written.
pub fn run(args: &HandoffArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let mut rows = Rows::new(workspace.ledger());
    let brief = brief::gather(&mut rows, workspace, &args.reading, &args.checks)?;
    rows.report(ui);
    let text = handoff::text(&brief);
    let path = &workspace.config.handoff.value;
    if args.write && !args.dry_run {
        let held = workspace.ledger().begin(&[LedgerFile::TOKEN_PLAN]).map_err(errors::ledger)?;
        document::update(&held, path, |old| MARK.put_block(old, &render::block(&text)))
            .map_err(|cause| session::told(&cause))?;
        held.commit().map_err(errors::ledger)?;
    }
    let written = (args.write && !args.dry_run).then(|| path.display().to_string());
    match format {
        Format::Json => ui.json(&wire::text(&render::json(&brief, written))?)?,
        _ => ui.text(&text)?,
    }
    if args.write {
        let verb = if args.dry_run { "would write" } else { "wrote" };
        ui.note(format_args!("{verb} the brief to {}", path.display()));
    }
    Ok(Exit::Ok)
}
