//! `tracker capture KIND`: asks a client for its meter, waits until it is there, and stores it as `alias` would.

mod archive;
mod failure;
mod meter;
mod report;
mod take;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{ProviderId, WindowId};
use tracker_panes::PaneParser;
use tracker_panes::live::LiveMeter;

use super::ingest::{self, Scope};
use crate::capture_args::CaptureArgs;
use crate::{Surroundings, Workspace};

/// What stored rows name as their source.
const SOURCE: &str = "automation";

/// Arguments of `tracker capture`.
#[derive(Debug, clap::Args)]
pub struct AskArgs {
    /// codex, claude, glm, claude-monitor or codex-ccusage
    #[arg(value_name = "KIND")]
    kind: String,
    /// before, after, or cross: the end of one window and the start of the next
    #[arg(long, value_enum, value_name = "PHASE")]
    phase: Option<AskPhase>,
    /// The window (default: the one that is open in this lane, else the next free one)
    #[arg(long, value_name = "ID")]
    window: Option<WindowId>,
    /// What a ccusage report covers
    #[arg(long, value_enum, value_name = "SCOPE")]
    scope: Option<Scope>,
    /// Folder of the alias state
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
    /// Zone of times that name none, for example Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    tz: Option<String>,
    /// End the client when its meter is not there by then (default: capture.timeout_seconds, 60)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Take figures on disk up to this old instead of asking; 0 always asks (default: capture.max_age_minutes, 5)
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(0..=1440))]
    max_age: Option<u32>,
    /// Never spend a message on a client that has no session yet
    #[arg(long)]
    no_greeting: bool,
    /// Within the buffer after a reset, wait until an after is valid
    #[arg(long, conflicts_with = "late")]
    wait: bool,
    /// Record an after that is captured within the buffer after a reset, tagged late-after
    #[arg(long)]
    late: bool,
    /// before: go on although the weekly buffer would be used; recorded
    #[arg(long)]
    force: bool,
    /// Keep the untouched screen, with what identifies you, in the folder raw of the data dir
    #[arg(long)]
    keep_raw: bool,
    /// Ask, say what would be stored, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The command that shows the meter, instead of the client's own; {scope} stands for --scope
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// Where in a window a capture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum AskPhase {
    /// The start of a window
    Before,
    /// The end of a window
    After,
    /// The end of one window and the start of the next
    Cross,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.1..=3600.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("{text:?} is no time of 0.1 to 3600 seconds"))
}

impl AskArgs {
    /// Returns `--state-dir`.
    #[must_use]
    pub fn state_dir(&self) -> Option<&Path> {
        self.state_dir.as_deref()
    }

    /// Returns `--tz`.
    #[must_use]
    pub fn timezone(&self) -> Option<&str> {
        self.tz.as_deref()
    }

    /// Returns what the storing command is given: bytes instead of an input.
    fn capture(&self, bytes: Vec<u8>, captured_at: Option<DateTime<Utc>>, notes: String) -> CaptureArgs {
        CaptureArgs {
            taken: Some(bytes),
            notes,
            source: Some(SOURCE.to_owned()),
            captured_at,
            tz: self.tz.clone(),
            late: self.late,
            keep_raw: self.keep_raw,
            dry_run: self.dry_run,
            ..CaptureArgs::default()
        }
    }
}

/// What is asked, and whom.
struct Target {
    parser: &'static dyn PaneParser,
    live: &'static LiveMeter,
    /// The provider whose open window it belongs to.
    owner: ProviderId,
}

impl Target {
    fn of(kind: &str) -> Result<Self, CliError> {
        let (parser, owner) = ingest::reader_of(kind)?;
        let live = parser.live().ok_or_else(|| {
            CliError::usage(format!("{kind} has no client that can be asked"))
                .hint(format!("pipe its capture in: COMMAND | tracker ingest {kind} --stdin"))
        })?;
        Ok(Self { parser, live, owner })
    }
}

/// Asks, stores and says what was stored.
///
/// # Errors
/// Usage: an unknown kind, or no phase for a meter. Failed: the client could not be started or did not show its meter
/// in time; then an anomaly row says why. Refused: a rule of the ledger.
pub fn run(
    args: &AskArgs,
    workspace: &mut Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let target = Target::of(&args.kind)?;
    let is_meter = target.parser.provider() == target.owner;
    match (is_meter, args.phase) {
        (true, Some(phase)) => meter::run(args, phase, &target, workspace, around, ui),
        (true, None) => Err(CliError::usage(format!("capture {} needs a phase", args.kind))
            .hint("give --phase before, --phase after or --phase cross")),
        (false, Some(_)) => Err(CliError::usage(format!("capture {} has no phase", args.kind))
            .hint("leave --phase out: a report belongs to a window as a whole")),
        (false, None) => report::run(args, &target, workspace, around, ui),
    }
}
