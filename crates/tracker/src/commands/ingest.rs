//! `tracker ingest KIND`: one capture of a meter or a report.

mod meter;
mod prompts;
mod report;

use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{Phase, ProviderId, WindowId};
use tracker_panes::PaneParser;

use crate::capture_args::CaptureArgs;
use crate::intake::{Capture, Circumstances, Intake, parser_of};
use crate::{Workspace, alias_state};

/// Arguments of `tracker ingest`.
#[derive(Debug, clap::Args)]
pub struct IngestArgs {
    /// codex, claude, glm, claude-monitor, codex-ccusage, proxy-telemetry or another provider
    #[arg(value_name = "KIND")]
    kind: String,
    /// The window (default: the one that is open in this lane)
    #[arg(long, value_name = "ID")]
    pub(super) window: Option<WindowId>,
    /// before or after the work; needed for meters
    #[arg(long, value_name = "PHASE")]
    phase: Option<Phase>,
    /// What a ccusage report covers
    #[arg(long, value_enum, value_name = "SCOPE")]
    scope: Option<Scope>,
    /// Make a weekly summary from daily rows
    #[arg(long, requires = "scope")]
    derive: bool,
    /// Keep reading a log as it grows, also across rotation (proxy-telemetry)
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub(super) follow: Option<Option<PathBuf>>,
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

impl IngestArgs {
    /// Returns the arguments of a report that this process took.
    pub(super) fn of_capture(
        kind: &str,
        window: Option<WindowId>,
        scope: Option<Scope>,
        derive: bool,
        capture: CaptureArgs,
    ) -> Self {
        Self { kind: kind.to_owned(), window, phase: None, scope, derive, follow: None, capture }
    }
}

/// Returns who reads a kind of capture, and the provider whose open window it belongs to.
pub(super) fn reader_of(kind: &str) -> Result<(&'static dyn PaneParser, ProviderId), CliError> {
    let report = [&report::CCUSAGE, &report::CLAUDE_MONITOR].into_iter().find(|known| known.is_called(kind));
    match report {
        Some(report) => Ok((parser_of(report.parser())?, report.owner()?)),
        None => parser_of(kind).map(|parser| (parser, parser.provider())),
    }
}

impl Scope {
    pub(super) fn as_str(self) -> &'static str {
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
        "codex-ccusage" => report::run(args, &report::CCUSAGE, workspace, ui),
        "proxy-telemetry" => super::proxy_telemetry::run(args, workspace, ui),
        "claude-monitor" => report::run(args, &report::CLAUDE_MONITOR, workspace, ui),
        "glm" if args.phase.is_none() => prompts::run(args, workspace, ui),
        kind => meter::run(args, parser_of(kind)?, workspace, ui),
    }
}

fn window(args: &IngestArgs, provider: &ProviderId, workspace: &Workspace) -> Result<WindowId, CliError> {
    window_or_open(args.window.as_ref(), provider, workspace)
}

/// Returns the window that is given, else the one that is open in this lane.
pub(super) fn window_or_open(
    given: Option<&WindowId>,
    provider: &ProviderId,
    workspace: &Workspace,
) -> Result<WindowId, CliError> {
    match given {
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
