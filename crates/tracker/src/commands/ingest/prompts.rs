//! A running prompt count, outside of the alias commands.

use tracker_cli_support::{CliError, Exit, Ui, number};
use tracker_domain::{CountKind, PromptCount, RowRef};

use super::{IngestArgs, read, source, window};
use crate::Workspace;
use crate::intake::parser_of;

/// Stores the figure as it stands: an absolute count, which no efficiency sums.
pub(super) fn run(args: &IngestArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let parser = parser_of("glm")?;
    let provider = parser.provider();
    let window = window(args, &provider, workspace)?;
    let (_, capture) = read(args, parser, &window, workspace)?;
    let used = crate::prompts::used(&capture.reading);
    let count = PromptCount {
        window: window.clone(),
        provider,
        lane: workspace.lane.clone(),
        captured_at: args.capture.captured_at(workspace),
        prompts_used: used,
        kind: CountKind::Absolute,
        baseline: None,
        commit: None,
        count_source: "ccusage".to_owned(),
        notes: args.capture.notes_or(workspace, ""),
        errors: capture.reading.errors.clone(),
        row: RowRef::default(),
    };
    crate::prompts::store(&count, Some(&capture), source(args), args.capture.dry_run, workspace, ui)?;
    let shown = used.map_or_else(|| "n/a".to_owned(), number);
    ui.line(format_args!("stored glm prompts for {window} (prompts={shown})"))?;
    Ok(Exit::Ok)
}
