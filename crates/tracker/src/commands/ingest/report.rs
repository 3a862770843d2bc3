//! A usage report: tokens, costs and local estimates beside the bars.

use tracker_cli_support::{CliError, Exit, Ui, number, percent};
use tracker_domain::{Fact, ProviderId, RowRef, Tag};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::usage_report::UsageReport;
use tracker_ledger::wire::{self, Stamp};

use super::{IngestArgs, Scope, read, source, window};
use crate::intake::{self, Capture, parser_of};
use crate::store::TOOL_VERSION;
use crate::{Workspace, errors};

/// What sets one kind of report apart from another.
#[derive(Debug)]
pub(super) struct Kind {
    /// The parser's word.
    parser: &'static str,
    /// The name under which the rows are kept.
    kept_as: &'static str,
    /// Whose open window it belongs to when none is named.
    owner: &'static str,
    /// The ledger.
    file: LedgerFile,
    /// Whether a report covers a session, days or a week.
    has_scope: bool,
}

impl Kind {
    /// Tells whether the word names this kind.
    pub(super) fn is_called(&self, word: &str) -> bool {
        self.kept_as == word
    }

    /// Returns the parser's word.
    pub(super) fn parser(&self) -> &'static str {
        self.parser
    }

    /// Returns whose open window it belongs to.
    pub(super) fn owner(&self) -> Result<ProviderId, CliError> {
        ProviderId::new(self.owner).map_err(|cause| errors::value(&cause))
    }
}

/// The reports of ccusage.
pub(super) const CCUSAGE: Kind = Kind {
    parser: "ccusage",
    kept_as: "codex-ccusage",
    owner: "codex",
    file: LedgerFile::CODEX_CCUSAGE,
    has_scope: true,
};

/// The reports of the Claude monitor.
pub(super) const CLAUDE_MONITOR: Kind = Kind {
    parser: "claude-monitor",
    kept_as: "claude-monitor",
    owner: "claude",
    file: LedgerFile::CLAUDE_MONITOR,
    has_scope: false,
};

/// Stores one report and says its main figure.
pub(super) fn run(
    args: &IngestArgs,
    kind: &Kind,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let parser = parser_of(kind.parser)?;
    let window = window(args, &kind.owner()?, workspace)?;
    let (_, capture) = read(args, parser, &window, workspace)?;
    let mut reading = capture.reading.clone();
    let scope = kind.has_scope.then(|| args.scope.unwrap_or(Scope::Session).as_str());
    let mut notes = args.capture.notes_or(workspace, "");
    if args.derive {
        crate::weekly::derive(&mut reading, args.capture.captured_at(workspace))?;
        let given = !args.capture.notes.is_empty();
        notes = if given { format!("{notes}; derived:weekly") } else { "derived:weekly".to_owned() };
    }
    if let Some(scope) = scope {
        reading.facts.insert("scope".to_owned(), Fact::Text(scope.to_owned()));
    }
    let row = UsageReport {
        window,
        provider: ProviderId::new(kind.kept_as).map_err(|cause| errors::value(&cause))?,
        scope: scope.map(str::to_owned),
        captured_at: args.capture.captured_at(workspace),
        lane: workspace.lane.clone(),
        notes,
        reading,
        row: RowRef::default(),
    };
    store(args, &row, &capture, &kind.file, workspace, ui)?;
    say(&row, ui)?;
    Ok(Exit::Ok)
}

fn store(
    args: &IngestArgs,
    row: &UsageReport,
    capture: &Capture,
    file: &LedgerFile,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<(), CliError> {
    if args.capture.dry_run {
        ui.note("dry run: nothing was written");
        return Ok(());
    }
    let stamp = Stamp::new(TOOL_VERSION, source(args)).with_agent(workspace.lane.as_ref());
    let notes = intake::notes(&row.notes, &workspace.ledger())?;
    let row = UsageReport { notes, ..row.clone() };
    let line = wire::usage_report::write(&row, &capture.text, &stamp).map_err(errors::wire)?;
    let mut transaction = workspace.ledger().begin(std::slice::from_ref(file)).map_err(errors::ledger)?;
    transaction.append(file, &line).map_err(errors::ledger)?;
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

fn say(row: &UsageReport, ui: &mut Ui) -> Result<(), CliError> {
    let fact = |name: &str| row.reading.facts.get(name).and_then(Fact::as_number);
    let window = &row.window;
    match &row.scope {
        Some(scope) => {
            let tokens = fact("total_tokens").map_or_else(|| "n/a".to_owned(), number);
            ui.line(format_args!("stored codex ccusage {scope} summary for {window} (tokens={tokens})"))?;
        }
        None => {
            let usage = fact("token_used_pct").map_or_else(|| "n/a".to_owned(), percent);
            ui.line(format_args!("stored claude monitor summary for {window} (usage={usage})"))?;
        }
    }
    if row.reading.has(&Tag::InsufficientData) {
        ui.warn("the report holds no figures (insufficient-data)");
    }
    Ok(())
}
