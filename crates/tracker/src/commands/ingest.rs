//! `tracker ingest KIND`: one capture of a meter or a report.

use tracker_cli_support::{CliError, Exit, Ui, number, percent};
use tracker_domain::{CountKind, Phase, PromptCount, ProviderId, Reading, RowRef, Tag, WindowId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::usage_report::UsageReport;
use tracker_ledger::wire::{self, Stamp};
use tracker_panes::PaneParser;

use crate::capture_args::CaptureArgs;
use crate::intake::{Capture, Circumstances, Intake, parser_of};
use crate::store::{self, Draft, Manner, TOOL_VERSION};
use crate::{Workspace, alias_state, errors};

/// Arguments of `tracker ingest`.
#[derive(Debug, clap::Args)]
pub struct IngestArgs {
    /// codex, claude, glm, claude-monitor, codex-ccusage or another provider
    #[arg(value_name = "KIND")]
    kind: String,
    /// The window (default: the one that is open in this lane)
    #[arg(long, value_name = "ID")]
    window: Option<WindowId>,
    /// before or after the work; needed for meters
    #[arg(long, value_name = "PHASE")]
    phase: Option<Phase>,
    /// What a ccusage report covers
    #[arg(long, value_enum, value_name = "SCOPE")]
    scope: Option<Scope>,
    /// Make a weekly summary from daily rows
    #[arg(long, requires = "scope")]
    derive: bool,
    #[command(flatten)]
    pub(crate) capture: CaptureArgs,
}

/// What a ccusage report covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scope {
    /// One session
    Session,
    /// Days
    Daily,
    /// A week
    Weekly,
}

impl Scope {
    fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }
}

/// Stores one capture and says what it held.
///
/// # Errors
/// Failed: unreadable input. Usage: missing window, phase or an unknown kind. Refused: a rule of the ledger.
pub fn run(args: &IngestArgs, workspace: &mut Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    match args.kind.as_str() {
        "codex-ccusage" => report(args, "ccusage", &LedgerFile::CODEX_CCUSAGE, workspace, ui),
        "claude-monitor" => report(args, "claude-monitor", &LedgerFile::CLAUDE_MONITOR, workspace, ui),
        "glm" if args.phase.is_none() => prompts(args, workspace, ui),
        kind => meter(args, parser_of(kind)?, workspace, ui),
    }
}

fn window(args: &IngestArgs, provider: &ProviderId, workspace: &Workspace) -> Result<WindowId, CliError> {
    match &args.window {
        Some(window) => Ok(window.clone()),
        None => alias_state::open_window(provider, workspace)?.ok_or_else(|| {
            CliError::usage(format!("no window is given, and none is open for {provider} in this lane"))
                .hint("give it by --window, for example --window W0-20")
        }),
    }
}

/// Reads the capture; what is refused is kept.
fn read(
    args: &IngestArgs,
    parser: &dyn PaneParser,
    window: &WindowId,
    workspace: &Workspace,
) -> Result<(Vec<u8>, Capture), CliError> {
    let bytes = args.capture.bytes()?;
    let intake = Intake::open(&workspace.ledger(), !args.capture.dry_run)?;
    let about = Circumstances { window: Some(window), ..args.capture.circumstances(workspace) };
    match intake.read(&bytes, Some(parser), &about) {
        Ok(capture) => Ok((bytes, capture)),
        Err(error) if args.capture.dry_run => Err(error),
        Err(error) => Err(intake.quarantine(&workspace.ledger(), &bytes, error)),
    }
}

fn source(args: &IngestArgs) -> &str {
    args.capture.source.as_deref().unwrap_or("ingest")
}

fn meter(
    args: &IngestArgs,
    parser: &dyn PaneParser,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let provider = parser.provider();
    let window = window(args, &provider, workspace)?;
    let Some(phase) = args.phase else {
        return Err(CliError::usage(format!("ingest {} needs a phase", args.kind))
            .hint("give --phase before or --phase after"));
    };
    let (bytes, capture) = read(args, parser, &window, workspace)?;
    let draft = Draft {
        window: window.clone(),
        provider: provider.clone(),
        phase,
        captured_at: args.capture.captured_at(workspace),
        notes: args.capture.notes_or(workspace, ""),
        source: source(args).to_owned(),
        capture: &capture,
    };
    let keep_raw = args.capture.keep_raw || workspace.config.keep_raw.value;
    let manner = Manner {
        late: args.capture.late,
        dry_run: args.capture.dry_run,
        keep_raw: keep_raw.then_some(&*bytes),
        typed: false,
    };
    store::snapshots(&[draft], manner, workspace, ui)?;
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

fn prompts(args: &IngestArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
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

/// Stores a usage report beside the bars.
fn report(
    args: &IngestArgs,
    kind: &str,
    file: &LedgerFile,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let parser = parser_of(kind)?;
    let provider = if kind == "ccusage" { "codex-ccusage" } else { "claude-monitor" };
    let provider = ProviderId::new(provider).map_err(|cause| errors::value(&cause))?;
    let owner = if kind == "ccusage" { "codex" } else { "claude" };
    let owner = ProviderId::new(owner).map_err(|cause| errors::value(&cause))?;
    let window = window(args, &owner, workspace)?;
    let (_, capture) = read(args, parser, &window, workspace)?;
    let mut reading = capture.reading.clone();
    let scope = (kind == "ccusage").then(|| args.scope.unwrap_or(Scope::Session));
    let mut notes = args.capture.notes_or(workspace, "");
    if args.derive {
        crate::weekly::derive(&mut reading, args.capture.captured_at(workspace))?;
        notes = if args.capture.notes.is_empty() {
            "derived:weekly".to_owned()
        } else {
            format!("{notes}; derived:weekly")
        };
    }
    if let Some(scope) = scope {
        reading.facts.insert("scope".to_owned(), tracker_domain::Fact::Text(scope.as_str().to_owned()));
    }
    let row = UsageReport {
        window: window.clone(),
        provider,
        scope: scope.map(|scope| scope.as_str().to_owned()),
        captured_at: args.capture.captured_at(workspace),
        lane: workspace.lane.clone(),
        notes,
        reading,
        row: RowRef::default(),
    };
    if !args.capture.dry_run {
        let stamp = Stamp::new(TOOL_VERSION, source(args)).with_agent(workspace.lane.as_ref());
        let line = wire::usage_report::write(&row, &capture.text, &stamp).map_err(errors::wire)?;
        let mut transaction = workspace.ledger().begin(std::slice::from_ref(file)).map_err(errors::ledger)?;
        transaction.append(file, &line).map_err(errors::ledger)?;
        for notice in transaction.commit().map_err(errors::ledger)? {
            ui.note(notice);
        }
    } else {
        ui.note("dry run: nothing was written");
    }
    let fact = |name: &str| row.reading.facts.get(name).and_then(tracker_domain::Fact::as_number);
    match scope {
        Some(scope) => {
            let tokens = fact("total_tokens").map_or_else(|| "n/a".to_owned(), number);
            ui.line(format_args!(
                "stored codex ccusage {} summary for {window} (tokens={tokens})",
                scope.as_str()
            ))?;
        }
        None => {
            let usage = fact("token_used_pct").map_or_else(|| "n/a".to_owned(), percent);
            ui.line(format_args!("stored claude monitor summary for {window} (usage={usage})"))?;
        }
    }
    if row.reading.has(&Tag::InsufficientData) {
        ui.warn("the report holds no figures (insufficient-data)");
    }
    Ok(Exit::Ok)
}
