//! A capture of a meter: a snapshot before or after the work.

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::Reading;
use tracker_panes::PaneParser;

use super::{IngestArgs, read, source, window};
use crate::store::{Draft, Manner};
use crate::{Workspace, waiting};

/// Stores the newest reading of a pane as a snapshot.
pub(super) fn run(
    args: &IngestArgs,
    parser: &dyn PaneParser,
    workspace: &mut Workspace,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let provider = parser.provider();
    let window = window(args, &provider, workspace)?;
    let Some(phase) = args.phase else {
        return Err(CliError::usage(format!("ingest {} needs a phase", args.kind))
            .hint("give --phase before or --phase after"));
    };
    let (bytes, capture) = read(args, parser, &window, workspace)?;
    let keep_raw = args.capture.keep_raw || workspace.config.keep_raw.value;
    let manner = Manner {
        late: args.capture.late,
        dry_run: args.capture.dry_run,
        keep_raw: keep_raw.then_some(&*bytes),
        typed: false,
    };
    waiting::snapshots(args.capture.wait, manner, workspace, ui, |workspace| {
        vec![Draft {
            window: window.clone(),
            provider: provider.clone(),
            phase,
            captured_at: args.capture.captured_at(workspace),
            notes: args.capture.notes_or(workspace, ""),
            source: source(args).to_owned(),
            capture: &capture,
        }]
    })
    .map_err(|error| capture.kept_if_refused(&workspace.ledger(), args.capture.dry_run, error))?;
    ui.line(format_args!(
        "stored {provider} {phase} snapshot for {window} (errors={})",
        tag_list(&capture.reading)
    ))?;
    Ok(Exit::Ok)
}

/// Tags as the earlier tool's users read them: a list in brackets, words in single quotes.
fn tag_list(reading: &Reading) -> String {
    let tags: Vec<String> = reading.errors.iter().map(|tag| format!("'{tag}'")).collect();
    format!("[{}]", tags.join(", "))
}
