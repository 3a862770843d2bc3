//! `tracker checkpoint`: the end of a session in one step, which may be interrupted anywhere and run again.

mod board;
mod documents;
mod operation;
mod trail;

use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{ProviderId, WindowId};
use tracker_ledger::LedgerFile;
use tracker_ledger::wire::churn::ChurnRow;
use tracker_ledger::wire::token_plan::{TokenPlanKind, TokenPlanRow};
use tracker_ledger::wire::{self as rows_wire, Stamp};

use crate::card::{self, DecisionCard, Subject};
use crate::commands::churn::{Asked, measure_for, record_for};
use crate::intake::Intake;
use crate::render::churn as churn_text;
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::{Workspace, append, errors, mirrors, wire};

/// Arguments of `tracker checkpoint`.
#[derive(Debug, clap::Args)]
pub struct CheckpointArgs {
    /// The window
    #[arg(long, value_name = "ID")]
    window: WindowId,
    /// Whose session it was (default: the only provider of the finalized window)
    #[arg(long, value_name = "PROVIDER")]
    provider: Option<ProviderId>,
    /// What was done
    #[arg(long, value_name = "TEXT", default_value = "session_checkpoint")]
    task: String,
    /// Tokens planned
    #[arg(long, value_name = "N")]
    plan: Option<u64>,
    /// Tokens used
    #[arg(long, value_name = "N")]
    actual: Option<u64>,
    /// Features that became green (default: those of the finalized window)
    #[arg(long, value_name = "N", value_parser = super::complete::count, allow_negative_numbers = true)]
    features: Option<f64>,
    /// Tests that were added
    #[arg(long, value_name = "N")]
    tests: Option<u64>,
    /// The session
    #[arg(long, value_name = "ID", env = "SESSION_ID", hide_env_values = true)]
    session: Option<String>,
    /// The way of working (default: that of the finalized window)
    #[arg(long, value_name = "NAME")]
    methodology: Option<String>,
    /// The last commit before the work (default: as recorded)
    #[arg(long, value_name = "COMMIT")]
    commit_start: Option<String>,
    /// The last commit of the work (default: as recorded, else HEAD)
    #[arg(long, value_name = "COMMIT")]
    commit_end: Option<String>,
    /// The repository (default: that of the root)
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Count only these files and folders
    #[arg(long, value_name = "PATH", num_args = 1..)]
    paths: Vec<String>,
    /// Notes kept with the row
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    notes: String,
    /// Decide the window's card and put what it says into the hand-off
    #[arg(long)]
    decision_card: bool,
    /// Keep the Must-Ship block of this session board
    #[arg(long, value_name = "FILE")]
    board: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Record a second checkpoint that says the same
    #[arg(long)]
    again: bool,
}

/// A checkpoint that was recorded, or would be.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// Its token row.
    pub(crate) row: TokenPlanRow,
    /// Whether an earlier run had recorded the token row.
    pub(crate) was_there: bool,
    /// What became of the code.
    pub(crate) churn: ChurnRow,
    /// The decision card, when it was asked for.
    pub(crate) card: Option<DecisionCard>,
    /// The board, when there is one.
    pub(crate) board: Option<PathBuf>,
}

/// Records tokens and churn, each once, and keeps the documents. An interrupted run is completed by the next one that
/// says the same.
///
/// # Errors
/// Failed: an unknown commit, a document or ledger that cannot be read or written. Usage: an empty task.
pub fn run(args: &CheckpointArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    append::filled("--task", &args.task, "end_of_session")?;
    let board = args.board.as_deref().map(|path| documents::board(path, workspace)).transpose()?;
    let recorded = Rows::new(workspace.ledger()).token_plans()?;
    let operation = operation::find(args, &recorded, workspace)?;
    // Everything that can be refused is refused before the first row.
    documents::check(&operation, board.as_deref(), workspace)?;
    let asked = asked(args, operation.recorded.as_ref());
    let churn = measure_for(&asked, workspace, ui)?;
    let mut row = token_row(args, &operation, &churn, workspace)?;
    if args.dry_run {
        // The card of rows that are not there yet would be another one.
        let was_there = operation.recorded.is_some();
        let plan = Recorded { row, was_there, churn, card: None, board };
        return show_plan(&plan, args, format, workspace, ui);
    }
    let was_there = store(&mut row, workspace, ui)?;
    record_for(&asked, &churn, workspace, ui)?;
    let subject = Subject::Window(args.window.clone());
    let card = args.decision_card.then(|| card::decide(&subject, &[], workspace)).transpose()?;
    let done = Recorded { row, was_there, churn, card, board };
    documents::write(&done, args, workspace, ui)?;
    if was_there {
        ui.note(format_args!(
            "the row was recorded at {} already; --again appends it once more",
            done.row.captured_at.format("%Y-%m-%dT%H:%M:%SZ")
        ));
    }
    match format {
        Format::Json => ui.json(&wire::text(&wire::checkpoint::output(&done, false, workspace))?)?,
        _ => say(&done, workspace, ui)?,
    }
    Ok(Exit::Ok)
}

/// Returns what is measured; an operation that was begun measures the range that it began with.
fn asked(args: &CheckpointArgs, begun: Option<&TokenPlanRow>) -> Asked {
    let kept = |of: fn(&TokenPlanRow) -> Option<String>| begun.and_then(of);
    Asked {
        window: args.window.clone(),
        provider: args.provider.clone().or_else(|| begun?.provider.clone()),
        methodology: args.methodology.clone(),
        commit_start: kept(|row| row.commit_start.clone()).or_else(|| args.commit_start.clone()),
        commit_end: kept(|row| row.commit_end.clone()).or_else(|| args.commit_end.clone()),
        repo: args.repo.clone(),
        paths: args.paths.clone(),
        features: args.features.or_else(|| begun?.features_added),
        dry_run: args.dry_run,
    }
}

/// Returns the token row: the one that was recorded, or a new one.
fn token_row(
    args: &CheckpointArgs,
    operation: &operation::Operation,
    churn: &ChurnRow,
    workspace: &Workspace,
) -> Result<TokenPlanRow, CliError> {
    if let Some(recorded) = &operation.recorded {
        return Ok(recorded.clone());
    }
    let intake = Intake::open(&workspace.ledger(), !args.dry_run)?;
    let clean = |text: &str| intake.text(text.as_bytes());
    let mut row = TokenPlanRow::new(TokenPlanKind::Checkpoint, clean(&args.task), workspace.now());
    row.operation = Some(operation.id.clone());
    row.window = Some(args.window.clone());
    row.provider.clone_from(&churn.provider);
    row.session = args.session.as_deref().map(clean).filter(|session| !session.is_empty());
    (row.planned, row.actual, row.tests_added) = (args.plan, args.actual, args.tests);
    (row.commit_start, row.commit_end) = (churn.commit_start.clone(), churn.commit_end.clone());
    row.commits = churn.counts.map(|counts| counts.commits);
    row.lines_added = churn.counts.map(|counts| counts.insertions);
    row.lines_deleted = churn.counts.map(|counts| counts.deletions);
    row.features_added = churn.features;
    row.lane.clone_from(&workspace.lane);
    row.notes = clean(&args.notes);
    Ok(row)
}

/// Appends the token row unless its operation is there, and returns whether it was.
fn store(row: &mut TokenPlanRow, workspace: &Workspace, ui: &mut Ui) -> Result<bool, CliError> {
    let ledger = workspace.ledger();
    let mut transaction = ledger.begin(&[LedgerFile::TOKEN_PLAN]).map_err(errors::ledger)?;
    let mut rows = Rows::new(ledger);
    let recorded = rows.token_plans()?;
    rows.report(ui);
    // Under the lock: two runs of one operation may have found it missing.
    let known = recorded.into_iter().find(|known| known.operation == row.operation);
    let was_there = known.is_some();
    if let Some(known) = known {
        *row = known;
    } else {
        let stamp = Stamp::new(TOOL_VERSION, "checkpoint").with_agent(workspace.lane.as_ref());
        let line = rows_wire::token_plan::write(row, &stamp).map_err(errors::wire)?;
        let ack = transaction.append(&LedgerFile::TOKEN_PLAN, &line).map_err(errors::ledger)?;
        row.row.seq = Some(ack.seq);
    }
    mirrors::keep_up(&mut transaction, &mirrors::TOKEN_PLAN, workspace, ui);
    append::commit(transaction, ui)?;
    Ok(was_there)
}

/// Returns the first line of what churn says.
pub(crate) fn churn_line(churn: &ChurnRow) -> String {
    churn_text::text(churn).lines().next().unwrap_or_default().to_owned()
}

fn say(done: &Recorded, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    if let Some(card) = &done.card {
        ui.text(&card.text(false))?;
    }
    let row = &done.row;
    let provider = row.provider.as_ref().map_or("n/a", ProviderId::as_str);
    let window = row.window.as_ref().map(ToString::to_string).unwrap_or_default();
    ui.line(format_args!("ledger checkpoint recorded for {window} (provider={provider})"))?;
    let number = |value: Option<u64>| value.map_or_else(|| "n/a".to_owned(), |value| value.to_string());
    ui.line(format_args!(
        "  tokens: planned={}, actual={}, delta={}",
        number(row.planned),
        number(row.actual),
        row.delta().map_or_else(|| "n/a".to_owned(), |delta| delta.to_string())
    ))?;
    ui.line(format_args!("  {}", churn_line(&done.churn)))?;
    for path in documents::paths(done, workspace) {
        ui.line(format_args!("  kept {}", path.display()))?;
    }
    Ok(())
}

/// Shows what would be written.
fn show_plan(
    plan: &Recorded,
    args: &CheckpointArgs,
    format: Format,
    workspace: &Workspace,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    if format == Format::Json {
        ui.json(&wire::text(&wire::checkpoint::output(plan, true, workspace))?)?;
    } else {
        let stamp = Stamp::new(TOOL_VERSION, "checkpoint").with_agent(workspace.lane.as_ref());
        let line = rows_wire::token_plan::write(&plan.row, &stamp).map_err(errors::wire)?;
        let path = workspace.ledger().dir().ledger(&LedgerFile::TOKEN_PLAN);
        let verb = if plan.was_there { "holds already" } else { "would be appended to" };
        ui.line(format_args!("{} {verb}:", path.display()))?;
        ui.line(format_args!("  {line}"))?;
        ui.line(churn_line(&plan.churn))?;
        for (path, text) in documents::planned(plan, args, workspace, ui)? {
            ui.line(format_args!("would be in {}:", path.display()))?;
            for line in text.lines() {
                ui.line(format_args!("  {line}"))?;
            }
        }
    }
    ui.note("dry run: nothing was written");
    Ok(Exit::Ok)
}
