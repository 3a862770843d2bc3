//! `tracker alias ACTION PROVIDER`: the short commands at the start and end of work.

mod choice;
mod cross;
mod delete;
mod end;
mod prompts;
mod start;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::{Phase, ProviderId, WindowId};

use crate::capture_args::CaptureArgs;
use crate::intake::{Capture, Circumstances, Intake, parser_of_provider};
use crate::store::{Draft, Manner};
use crate::{Workspace, history, repository};

/// Arguments of `tracker alias`.
#[derive(Debug, clap::Args)]
pub struct AliasArgs {
    /// What to do
    #[arg(value_enum)]
    action: Action,
    /// codex, claude, glm or another provider
    #[arg(value_name = "PROVIDER")]
    provider: ProviderId,
    /// The window (default: the one that is open in this lane, else the next free one)
    #[arg(long, value_name = "ID")]
    window: Option<WindowId>,
    /// Folder of the alias state
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// delete: only this phase
    #[arg(long, value_name = "PHASE")]
    phase: Option<Phase>,
    /// delete: the N-th matching row from the end
    #[arg(long, value_name = "N", default_value_t = 1)]
    index: usize,
    /// start: go on although the weekly buffer would be used; recorded
    #[arg(long)]
    force: bool,
    /// Do not keep the commit that is checked out
    #[arg(long)]
    no_commit: bool,
    #[command(flatten)]
    choice: choice::ChoiceArgs,
    #[command(flatten)]
    capture: CaptureArgs,
}

/// What `tracker alias` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Action {
    /// Store the before of a window
    Start,
    /// Store the after of a window
    End,
    /// Store one pane as the after of a window and the before of the next
    Cross,
    /// Withdraw a snapshot by a new row
    Delete,
}

impl AliasArgs {
    /// Returns the arguments of a capture that this process took.
    pub(super) fn of_capture(action: Action, provider: ProviderId, capture: CaptureArgs) -> Self {
        Self {
            action,
            provider,
            window: None,
            state_dir: None,
            phase: None,
            index: 1,
            force: false,
            no_commit: false,
            choice: choice::ChoiceArgs::default(),
            capture,
        }
    }

    /// Returns the arguments with a window, and with a start that may use the weekly buffer.
    pub(super) fn for_window(mut self, window: Option<WindowId>, force: bool) -> Self {
        (self.window, self.force) = (window, force);
        self
    }

    /// Returns `--state-dir`.
    #[must_use]
    pub fn state_dir(&self) -> Option<&Path> {
        self.state_dir.as_deref()
    }

    /// Returns `--tz`.
    #[must_use]
    pub fn timezone(&self) -> Option<&str> {
        self.capture.tz.as_deref()
    }
}

/// Does what the action says and acknowledges it once it is durable.
///
/// # Errors
/// Failed: unreadable input. Usage: an unknown provider. Refused: a rule of the ledger.
pub fn run(args: &AliasArgs, workspace: &mut Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    if args.action != Action::Delete && !args.no_commit {
        repository::mark_commit(workspace, ui);
    }
    args.choice.check(args.action)?;
    match args.action {
        Action::Start => start::run(args, workspace, ui),
        Action::End => end::run(args, workspace, ui),
        Action::Cross => cross::run(args, workspace, ui),
        Action::Delete => delete::run(args, workspace, ui),
    }?;
    Ok(Exit::Ok)
}

/// The capture of one alias command, with the bytes that it came from.
struct Taken {
    bytes: Vec<u8>,
    capture: Capture,
}

/// Reads the pane; what is refused is kept in quarantine.
fn take(args: &AliasArgs, window: &WindowId, workspace: &Workspace) -> Result<Taken, CliError> {
    let parser = parser_of_provider(&args.provider)?;
    let bytes = args.capture.bytes()?;
    let ledger = workspace.ledger();
    let intake = Intake::open(&ledger, !args.capture.dry_run)?;
    let about = Circumstances { window: Some(window), ..args.capture.circumstances(workspace) };
    match intake.read(&bytes, Some(parser), &about) {
        Ok(capture) => Ok(Taken { bytes, capture }),
        Err(error) if args.capture.dry_run => Err(error),
        Err(error) => Err(intake.quarantine(&ledger, &bytes, error)),
    }
}

/// Returns the names after `newest` that are taken.
fn taken_after(newest: Option<&WindowId>, workspace: &Workspace) -> Result<BTreeSet<WindowId>, CliError> {
    let ledger = workspace.ledger();
    history::taken_after(newest, &ledger, &Intake::open(&ledger, false)?)
}

impl Taken {
    /// Keeps the capture when a rule refused it.
    fn kept_if_refused(&self, args: &AliasArgs, workspace: &Workspace, error: CliError) -> CliError {
        self.capture.kept_if_refused(&workspace.ledger(), args.capture.dry_run, error)
    }

    fn draft<'a>(
        &'a self,
        args: &AliasArgs,
        window: &WindowId,
        phase: Phase,
        workspace: &Workspace,
    ) -> Draft<'a> {
        let default = if phase == Phase::Before { "alias:start" } else { "alias:end" };
        Draft {
            window: window.clone(),
            provider: args.provider.clone(),
            phase,
            captured_at: args.capture.captured_at(workspace),
            notes: args.choice.noted(args.capture.notes_or(workspace, default), phase),
            source: source(args).to_owned(),
            capture: &self.capture,
        }
    }

    fn manner<'a>(&'a self, args: &AliasArgs, workspace: &Workspace) -> Manner<'a> {
        let keep_raw = args.capture.keep_raw || workspace.config.keep_raw.value;
        Manner {
            late: args.capture.late,
            dry_run: args.capture.dry_run,
            typed: false,
            keep_raw: keep_raw.then_some(&*self.bytes),
        }
    }
}

fn source(args: &AliasArgs) -> &str {
    args.capture.source.as_deref().unwrap_or("alias")
}
