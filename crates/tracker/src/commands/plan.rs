//! `tracker plan next|snapshot|score`: what the next session will do, and whether plans hold.

mod next;
mod seed;
mod snapshot;

use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, Format, InputArgs, Ui};
use tracker_workflow::plan::{self, Factor, sessions};

use crate::render::plan as render;
use crate::rows::Rows;
use crate::{Workspace, wire};

/// Arguments of `tracker plan`.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// What to do
    #[command(subcommand)]
    action: PlanAction,
}

/// What to do with plans.
#[derive(Debug, clap::Subcommand)]
pub enum PlanAction {
    /// Write the plan of the next session: tasks that fit the context window
    Next(NextArgs),
    /// Append what the newest pane says about the tokens used so far
    Snapshot(SnapshotArgs),
    /// Show plan against actual, session by session
    Score,
}

/// Arguments of `tracker plan next`.
#[derive(Debug, clap::Args)]
pub struct NextArgs {
    /// A task, in the order of weight: name:tokens or name:tokens:feature-file
    #[arg(long = "task", value_name = "TASK")]
    tasks: Vec<String>,
    /// A Markdown file whose table of tasks and specs gives the open ones; their status is kept there
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Budget of a task of --spec that has none of its own, such as 40K
    #[arg(long, value_name = "N")]
    tokens: Option<String>,
    /// Leave out what does not fit instead of refusing
    #[arg(long)]
    fill: bool,
    /// Tokens that no task may use, 10K to 20K [default: 15K]
    #[arg(long, value_name = "N")]
    buffer: Option<String>,
    /// Size of the context window [default: as the newest status pane says, else 272K]
    #[arg(long, value_name = "N")]
    context_window: Option<String>,
    /// Do not let past sessions shrink what may be planned
    #[arg(long)]
    no_history: bool,
    /// Name of the session (default: DATE_next_session)
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// More to read first: a path, or path:why
    #[arg(long = "read", value_name = "PATH")]
    reading: Vec<String>,
    /// More to run at the end of the session
    #[arg(long = "check", value_name = "COMMAND")]
    checks: Vec<String>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Arguments of `tracker plan snapshot`.
#[derive(Debug, clap::Args)]
pub struct SnapshotArgs {
    /// A pane to read instead of the newest stored one
    #[command(flatten)]
    input: InputArgs,
    /// The session [default: the newest that is planned and not closed]
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
    /// Show what would be stored, and store nothing
    #[arg(long)]
    dry_run: bool,
}

/// Plans, takes note of where a session stands, or scores past ones.
///
/// # Errors
/// Usage: no task, or one that cannot be understood. Refused: more than fits. Failed: a file cannot be read or written.
pub fn run(args: &PlanArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    match &args.action {
        PlanAction::Next(args) => next::run(args, workspace, ui),
        PlanAction::Snapshot(args) => snapshot::run(args, workspace, ui),
        PlanAction::Score => score(workspace, ui),
    }
}

/// Shows every session with its plan. Read-only.
fn score(workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let mut rows = Rows::new(workspace.ledger());
    let sessions = sessions(&rows.token_plans()?);
    rows.report(ui);
    let (score, factor) = (plan::score(&sessions), Factor::of_sessions(&sessions));
    match format {
        Format::Json => ui.json(&wire::text(&render::score_json(&score, factor.as_ref()))?)?,
        _ => ui.text(&render::score_text(&score, factor.as_ref()))?,
    }
    Ok(Exit::Ok)
}

/// Reads a number of tokens of an option.
fn count(option: &str, text: &str) -> Result<u64, CliError> {
    plan::tokens(text)
        .map_err(|cause| CliError::usage(format!("{option}: {cause}")).hint("for example 45K, 45000 or 1.5M"))
}

/// Checks the name of a session, which stands in file names and marks.
fn session_name(text: &str) -> Result<&str, CliError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_name = (1..=80).contains(&text.len()) && text.chars().all(plain) && !text.starts_with(['.', '-']);
    is_name.then_some(text).ok_or_else(|| {
        CliError::usage(format!("--session: {text:?} is no name"))
            .hint("use up to 80 letters, digits, dots, underscores and hyphens, for example session-008")
    })
}
