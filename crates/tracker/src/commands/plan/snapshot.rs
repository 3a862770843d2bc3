//! `tracker plan snapshot`: a row in the middle of a session, from the newest pane.

use chrono::{DateTime, Utc};
use tracker_cli_support::{CliError, Exit, Format, Ui, percent};
use tracker_domain::{ContextUse, ProviderId, WindowId};
use tracker_ledger::wire::Stamp;
use tracker_ledger::wire::token_plan::{self, TokenPlanKind, TokenPlanRow};
use tracker_ledger::{Ledger, LedgerFile};
use tracker_workflow::plan::{SessionTokens, sessions};

use super::{SnapshotArgs, session_name};
use crate::intake::{CAPTURE_CAP, Circumstances, Intake};
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::wire::plan::PlanSnapshotJson;
use crate::wire::value::Instant;
use crate::{Workspace, context, errors, mirrors, wire};

/// What stands in the column `task` of the row.
const TASK: &str = "mid_session";

/// What a pane says, and where it stands.
#[derive(Debug)]
struct Pane {
    context: ContextUse,
    captured_at: DateTime<Utc>,
    provider: ProviderId,
    window: Option<WindowId>,
    place: String,
    /// Names the pane, so that it is not recorded twice.
    name: String,
}

/// Appends the tokens that the pane says are used.
pub(super) fn run(args: &SnapshotArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let ledger = workspace.ledger();
    let mut rows = Rows::new(ledger.clone());
    let pane = if args.input.is_given() { piped(args, workspace)? } else { stored(&mut rows)? };
    let used =
        pane.context.used_tokens.ok_or_else(|| none("the pane does not say how many tokens are used"))?;
    let past = rows.token_plans()?;
    rows.report(ui);
    let session = session(args, &sessions(&past))?;
    let operation = format!("sn-{}", pane.name);
    let same = |row: &TokenPlanRow| {
        row.operation.as_deref() == Some(operation.as_str())
            && row.session.as_deref() == Some(&session.session)
    };
    let is_new = !past.iter().any(same);
    let mut row = TokenPlanRow::new(TokenPlanKind::Snapshot, TASK, workspace.now());
    row.operation = Some(operation);
    row.session = Some(session.session.clone());
    (row.planned, row.actual) = (session.planned, Some(used));
    (row.provider, row.window, row.lane) =
        (Some(pane.provider.clone()), pane.window.clone(), workspace.lane.clone());
    let row_stored = is_new && !args.dry_run;
    if row_stored {
        row.notes = Intake::open(&ledger, true)?.text(args.notes.as_bytes());
        append(&row, &ledger, workspace, ui)?;
    }
    if format == Format::Json {
        ui.json(&wire::text(&PlanSnapshotJson {
            session: &session.session,
            used,
            planned: session.planned,
            context_window: pane.context.window_tokens,
            captured_at: Instant(pane.captured_at),
            pane: &pane.place,
            dry_run: args.dry_run,
            row_stored,
        })?)?;
        return Ok(Exit::Ok);
    }
    let planned = match session.planned {
        #[expect(clippy::cast_precision_loss, reason = "token counts stay far below 2^53")]
        Some(planned) if planned > 0 => {
            let share = 100.0 * used as f64 / planned as f64;
            format!("planned={planned}, {}", percent((share * 10.0).round() / 10.0))
        }
        Some(planned) => format!("planned={planned}"),
        None => "planned=n/a".to_owned(),
    };
    let what = if args.dry_run { "would store" } else { "stored" };
    if is_new {
        ui.line(format_args!("{what} token snapshot for {} (used={used}, {planned})", session.session))?;
    } else {
        ui.line(format_args!(
            "the row of this pane is there already ({}, used={used}, {planned})",
            session.session
        ))?;
    }
    Ok(Exit::Ok)
}

fn append(row: &TokenPlanRow, ledger: &Ledger, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let stamp = Stamp::new(TOOL_VERSION, "plan").with_agent(workspace.lane.as_ref());
    let line = token_plan::write(row, &stamp).map_err(errors::wire)?;
    let file = LedgerFile::TOKEN_PLAN;
    let mut transaction = ledger.begin(std::slice::from_ref(&file)).map_err(errors::ledger)?;
    transaction.append(&file, &line).map_err(errors::ledger)?;
    mirrors::keep_up(&mut transaction, &mirrors::TOKEN_PLAN, workspace, ui);
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

/// Returns the session asked for, else the newest that is planned and not closed.
fn session(args: &SnapshotArgs, known: &[SessionTokens]) -> Result<SessionTokens, CliError> {
    if let Some(name) = &args.session {
        let name = session_name(name)?;
        let found = known.iter().find(|of| of.session == name).cloned();
        let unplanned =
            SessionTokens { session: name.to_owned(), date: String::new(), planned: None, actual: None };
        return Ok(found.unwrap_or(unplanned));
    }
    let open = known.iter().rev().find(|of| of.planned.is_some() && of.actual.is_none());
    open.cloned().ok_or_else(|| {
        CliError::usage("no session is planned and open")
            .hint("give --session NAME, or plan one: tracker plan next --task \"name:tokens\"")
    })
}

fn none(what: &str) -> CliError {
    CliError::failed(what)
        .hint("store one: tracker alias start PROVIDER --file PANE, or give one with --stdin")
}

fn stored(rows: &mut Rows) -> Result<Pane, CliError> {
    let snapshot = context::newest(rows, |_, of| of.used_tokens.is_some())?
        .ok_or_else(|| none("no stored pane says how many tokens are used"))?;
    Ok(Pane {
        context: snapshot.reading.context.unwrap_or_default(),
        captured_at: snapshot.captured_at,
        provider: snapshot.provider.clone(),
        window: Some(snapshot.window.clone()),
        place: snapshot.row.to_string(),
        name: snapshot.id.to_string(),
    })
}

fn piped(args: &SnapshotArgs, workspace: &Workspace) -> Result<Pane, CliError> {
    let bytes = args.input.read(CAPTURE_CAP)?;
    // The salt is kept, so that the same pane has the same name the next time.
    let intake = Intake::open(&workspace.ledger(), !args.dry_run)?;
    let name = args.input.file_name();
    let about = Circumstances {
        captured_at: workspace.now(),
        zone: workspace.config.timezone.value,
        window: None,
        name: name.as_deref(),
    };
    let capture = intake.read(&bytes, None, &about)?;
    Ok(Pane {
        context: capture.reading.context.unwrap_or_default(),
        captured_at: workspace.now(),
        provider: capture.reading.provider.clone(),
        window: None,
        place: "input".to_owned(),
        name: capture.hash.get(..12).unwrap_or_default().to_owned(),
    })
}
