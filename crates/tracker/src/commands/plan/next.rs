//! `tracker plan next`: tasks that fit, a page, a row, and pointers to it.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_ledger::wire::Stamp;
use tracker_ledger::wire::token_plan::{self, TokenPlanKind, TokenPlanRow};
use tracker_ledger::{LedgerFile, Transaction, atomic};
use tracker_workflow::document::{self, Mark};
use tracker_workflow::plan::{
    Budget, Factor, Fit, Plan, PlanError, Reference, Task, TaskTable, WindowSource, page, sessions,
};

use super::seed::{self, Seed};
use super::{NextArgs, count, session_name};
use crate::intake::Intake;
use crate::render::plan as render;
use crate::rows::Rows;
use crate::store::TOOL_VERSION;
use crate::wire::plan::{BudgetJson, PlanNextJson, PlannedTaskJson};
use crate::{Workspace, context, errors, mirrors, session, wire};

/// What stands in the column `task` of the planning row.
const TASK: &str = "next_session";

/// A table of tasks, with the rows that are planned.
#[derive(Debug)]
struct Table {
    path: PathBuf,
    table: TaskTable,
    places: Vec<usize>,
}

/// A plan with all that is written for it.
#[derive(Debug)]
struct Ready {
    plan: Plan,
    path: PathBuf,
    seeds: Vec<Seed>,
    table: Option<Table>,
    left_out: Vec<Task>,
}

/// Plans and writes: plan file, feature files, pointers, status cells; the row comes last, so that a run which was cut
/// off is completed by the next one.
pub(super) fn run(args: &NextArgs, workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let mut rows = Rows::new(workspace.ledger());
    let ready = prepare(args, &mut rows, workspace)?;
    rows.report(ui);
    let (mut written, mut row_stored) = (planned_files(&ready, workspace), false);
    if !args.dry_run {
        (written, row_stored) = write(&ready, workspace, ui)?;
    }
    match format {
        Format::Json => ui.json(&json(&ready, &written, row_stored, args.dry_run)?)?,
        _ => text(&ready, &written, row_stored, args.dry_run, ui)?,
    }
    for task in &ready.left_out {
        ui.note(format_args!("left out: {} ({})", task.name, task.tokens));
    }
    if ready.plan.fit.is_low {
        ui.note(format_args!(
            "less than 70 % of the context window is planned: {} tokens are free",
            ready.plan.fit.free
        ));
    }
    if let Some(table) = ready.table.as_ref().filter(|table| !table.table.has_status) {
        ui.warn(format_args!("{}: the table has no column `Status` to keep", table.path.display()));
    }
    Ok(Exit::Ok)
}

/// Gathers tasks and budget and refuses what does not fit. Writes nothing.
fn prepare(args: &NextArgs, rows: &mut Rows, workspace: &Workspace) -> Result<Ready, CliError> {
    let date = workspace.now().date_naive();
    let session = match &args.session {
        Some(name) => session_name(name)?.to_owned(),
        None => format!("{date}_next_session"),
    };
    let (mut tasks, mut table) = tasks(args, workspace)?;
    let (budget, source) = budget(args, rows)?;
    let past = sessions(&rows.token_plans()?);
    let factor = if args.no_history { None } else { Factor::of_sessions(&past) };
    let left_out =
        if args.fill { leave_out(&mut tasks, table.as_mut(), budget, factor.as_ref()) } else { Vec::new() };
    let fit = budget.fit(&tasks, factor.as_ref());
    refuse(&tasks, &fit, budget, factor.as_ref())?;
    let seeds = seed::lay_out(&mut tasks, seed::base(workspace), &date.to_string())?;
    let mut reading = session::reading(workspace, &args.reading);
    if let Some(table) = &table {
        let of: Vec<_> = table.places.iter().filter_map(|place| table.table.tasks.get(*place)).collect();
        let path = table.path.display().to_string();
        reading.push(Reference { path, why: "the table that the tasks come from".to_owned() });
        let documents = seed::documents(&of, &table.path, &workspace.root);
        reading.extend(
            documents.into_iter().map(|(path, why)| Reference { path: path.display().to_string(), why }),
        );
    }
    let path = workspace.config.plans.value.join(format!("{date}_next_session.plan.md"));
    let plan = Plan {
        date,
        session,
        budget,
        source,
        fit,
        factor,
        reading,
        matrix: session::matrix(workspace, &args.checks, None),
        handoff: session::to_update(workspace),
        tasks,
    };
    Ok(Ready { plan, path, seeds, table, left_out })
}

/// Returns the tasks of the command line, then the open ones of the table.
fn tasks(args: &NextArgs, workspace: &Workspace) -> Result<(Vec<Task>, Option<Table>), CliError> {
    let task = |text: &String| {
        text.parse::<Task>().map_err(|cause| {
            CliError::usage(format!("--task: {cause}"))
                .hint("give name:tokens or name:tokens:feature-file, for example \"Capture script:45K\"")
        })
    };
    let mut tasks: Vec<Task> = args.tasks.iter().map(task).collect::<Result<_, _>>()?;
    let default = args.tokens.as_deref().map(|text| count("--tokens", text)).transpose()?;
    let table = match &args.spec {
        Some(path) => Some(open_table(&workspace.absolute(path))?),
        None => None,
    };
    for place in table.iter().flat_map(|table| &table.places) {
        let Some((table, row)) =
            table.as_ref().and_then(|table| Some((table, table.table.tasks.get(*place)?)))
        else {
            continue;
        };
        tasks.push(row.task(default).ok_or_else(|| {
            CliError::usage(format!("{}:{}: {:?} has no budget", table.path.display(), row.line, row.name))
                .hint("add a column `Tokens`, or give --tokens 40K for those without one")
        })?);
    }
    if tasks.is_empty() {
        return Err(CliError::usage("no task is given, or all are done")
            .hint("give --task \"name:tokens\", or --spec FILE with a table of open tasks"));
    }
    Ok((tasks, table))
}

fn open_table(path: &Path) -> Result<Table, CliError> {
    let text = std::fs::read_to_string(path).map_err(|cause| {
        CliError::caused(Exit::Failed, format_args!("cannot read `{}`", path.display()), &cause)
            .hint("give a Markdown file with a table of the columns Task and Spec")
    })?;
    let table = TaskTable::read(&text).map_err(|cause| {
        let told = match &cause {
            PlanError::Budget { line, text } => {
                format!("{}:{line}: {text:?} is no number of tokens", path.display())
            }
            _ => format!("{}: {cause}", path.display()),
        };
        CliError::usage(told).hint("write one: | Task | Spec | Tokens | Status |, a rule below, a row a task")
    })?;
    let places = table.open();
    Ok(Table { path: path.to_path_buf(), table, places })
}

/// Returns the budget and where the size of the context window is known from.
fn budget(args: &NextArgs, rows: &mut Rows) -> Result<(Budget, WindowSource), CliError> {
    let buffer = match &args.buffer {
        Some(text) => count("--buffer", text)?,
        None => Budget::default_buffer(),
    };
    let (window, source) = match &args.context_window {
        Some(text) => (count("--context-window", text)?, WindowSource::Given),
        None => match context::newest(rows, |_, of| of.window_tokens.is_some())? {
            Some(pane) => {
                let tokens = pane.reading.context.and_then(|of| of.window_tokens);
                (tokens.unwrap_or(Budget::default_window()), WindowSource::Pane(pane.row.to_string()))
            }
            None => (Budget::default_window(), WindowSource::Default),
        },
    };
    let budget = Budget::new(window, buffer).map_err(|cause| {
        CliError::usage(cause.to_string()).hint(match cause {
            PlanError::Range { what: "a buffer", .. } => "give --buffer 10K to 20K",
            _ => "give --context-window 32K or more",
        })
    })?;
    Ok((budget, source))
}

/// Takes out what does not fit, from the first task on, and returns it.
fn leave_out(
    tasks: &mut Vec<Task>,
    table: Option<&mut Table>,
    budget: Budget,
    factor: Option<&Factor>,
) -> Vec<Task> {
    let (mut kept, mut out): (Vec<Task>, Vec<Task>) = (Vec::new(), Vec::new());
    for task in tasks.drain(..) {
        kept.push(task);
        if budget.fit(&kept, factor).over > 0 {
            out.extend(kept.pop());
        }
    }
    *tasks = kept;
    if let Some(table) = table {
        let rows = &table.table.tasks;
        table.places.retain(|place| {
            rows.get(*place).is_some_and(|row| tasks.iter().any(|task| task.name == row.name))
        });
    }
    out
}

fn refuse(tasks: &[Task], fit: &Fit, budget: Budget, factor: Option<&Factor>) -> Result<(), CliError> {
    if fit.over == 0 && !tasks.is_empty() {
        return Ok(());
    }
    let mut limit = format!("80 % of {} less a buffer of {}", budget.window(), budget.buffer());
    if let Some(factor) = factor.filter(|_| fit.room < budget.for_tasks()) {
        limit.push_str(&format!(
            "; past sessions used {} times what they planned (n={})",
            render::factor_text(factor),
            factor.sessions
        ));
    }
    if tasks.is_empty() {
        return Err(CliError::refused(format!("plan: no task fits the {} tokens ({limit})", fit.room))
            .hint("cut a task into smaller ones"));
    }
    let names: Vec<String> = fit
        .drop
        .iter()
        .filter_map(|place| tasks.get(*place))
        .map(|task| format!("{:?} ({})", task.name, task.tokens))
        .collect();
    Err(CliError::refused(format!(
        "plan: {} tokens are planned, {} more than the {} that fit ({limit})",
        fit.planned, fit.over, fit.room
    ))
    .hint(format!("drop {}", names.join(" and ")))
    .hint("or give --fill to plan what fits and leave out the rest"))
}

/// Returns what a run would write.
fn planned_files(ready: &Ready, workspace: &Workspace) -> Vec<PathBuf> {
    let seeds = ready.seeds.iter().map(|seed| seed.path.clone());
    let table = ready.table.as_ref().filter(|table| table.table.has_status).map(|table| table.path.clone());
    let config = &workspace.config;
    let documents = [ready.path.clone(), config.progress.value.clone(), config.handoff.value.clone()];
    seeds.chain(documents).chain(table).collect()
}

/// Writes everything under the lock of the token rows and returns what was changed, and whether a row was appended.
fn write(ready: &Ready, workspace: &Workspace, ui: &mut Ui) -> Result<(Vec<PathBuf>, bool), CliError> {
    let ledger = workspace.ledger();
    let intake = Intake::open(&ledger, true)?;
    let file = LedgerFile::TOKEN_PLAN;
    let mut transaction = ledger.begin(std::slice::from_ref(&file)).map_err(errors::ledger)?;
    let mut written = Vec::new();
    for seed in ready.seeds.iter().filter(|seed| !seed.path.exists()) {
        atomic::write(&seed.path, seed.text.as_bytes()).map_err(errors::ledger)?;
        written.push(seed.path.clone());
    }
    documents(ready, workspace, &transaction, &mut written)?;
    let operation = operation(&ready.plan);
    let known = Rows::new(ledger).token_plans()?;
    let newest = known.iter().rev().find(|row| {
        row.kind == TokenPlanKind::Plan && row.session.as_deref() == Some(ready.plan.session.as_str())
    });
    let is_new = newest.is_none_or(|row| row.operation.as_deref() != Some(operation.as_str()));
    if is_new {
        let names: Vec<String> =
            ready.plan.tasks.iter().map(|task| format!("{}={}", task.name, task.tokens)).collect();
        let mut row = TokenPlanRow::new(TokenPlanKind::Plan, TASK, workspace.now());
        row.operation = Some(operation);
        row.session = Some(ready.plan.session.clone());
        row.planned = Some(ready.plan.fit.planned);
        row.lane = workspace.lane.clone();
        row.notes = intake.text(names.join("; ").as_bytes());
        let stamp = Stamp::new(TOOL_VERSION, "plan").with_agent(workspace.lane.as_ref());
        let line = token_plan::write(&row, &stamp).map_err(errors::wire)?;
        transaction.append(&file, &line).map_err(errors::ledger)?;
    }
    mirrors::keep_up(&mut transaction, &mirrors::TOKEN_PLAN, workspace, ui);
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok((written, is_new))
}

/// Writes the plan, the pointers to it and the status cells; what a person wrote stays.
fn documents(
    ready: &Ready,
    workspace: &Workspace,
    held: &Transaction,
    written: &mut Vec<PathBuf>,
) -> Result<(), CliError> {
    let (plan, config) = (&ready.plan, &workspace.config);
    let mark = Mark { kind: "plan", id: &plan.session };
    let what = format!("{} tasks, {} tokens", plan.tasks.len(), plan.fit.planned);
    let shown = ready.path.display();
    let mut update = |path: &Path, change: &dyn Fn(&str) -> Result<String, document::DocumentError>| {
        let changed = document::update(held, path, change).map_err(|cause| session::told(&cause))?;
        if changed {
            written.push(path.to_path_buf());
        }
        Ok::<(), CliError>(())
    };
    update(&ready.path, &|text| mark.put_block(text, &page(plan)))?;
    let line = format!("- {}: next session planned: `{shown}` ({what})", plan.date);
    update(&config.progress.value, &|text| Ok(mark.put_line(text, &line)))?;
    let pointer = format!("## Next session\n\nPlan of {}: `{shown}` ({what}). Start there.\n", plan.date);
    update(&config.handoff.value, &|text| mark.put_block(text, &pointer))?;
    if let Some(table) = ready.table.as_ref().filter(|table| table.table.has_status) {
        let status = format!("planned {}", plan.date);
        // Read again under the lock: the places of cells are those of the text that is written.
        update(&table.path, &|text| {
            Ok(TaskTable::read(text).map_or_else(
                |_| text.to_owned(),
                |fresh| fresh.with_status(text, &fresh.places_of(&table.table, &table.places), &status),
            ))
        })?;
    }
    Ok(())
}

/// Names the plan by all that its row and page say.
fn operation(plan: &Plan) -> String {
    let mut hasher = Sha256::new();
    hasher.update(&plan.session);
    for task in &plan.tasks {
        for text in [&task.name, &task.tokens.to_string(), task.feature.as_ref().unwrap_or(&task.name)] {
            hasher.update([0]);
            hasher.update(text);
        }
    }
    let name: String = hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("pl-{name}")
}

fn text(
    ready: &Ready,
    written: &[PathBuf],
    row_stored: bool,
    dry_run: bool,
    ui: &mut Ui,
) -> Result<(), CliError> {
    let plan = &ready.plan;
    let plural = if plan.tasks.len() == 1 { "" } else { "s" };
    ui.line(format_args!(
        "planned {} task{plural}, {} tokens, for {}",
        plan.tasks.len(),
        plan.fit.planned,
        plan.session
    ))?;
    ui.line(format_args!(
        "  context window {} ({}), room for tasks {}, {} free",
        plan.budget.window(),
        plan.source,
        plan.fit.room,
        plan.fit.free
    ))?;
    if let Some(factor) = &plan.factor {
        ui.line(format_args!(
            "  past sessions: actual/planned={}, n={}",
            render::factor_text(factor),
            factor.sessions
        ))?;
    }
    let verb = if dry_run { "would write" } else { "wrote" };
    for path in written {
        ui.line(format_args!("{verb} {}", path.display()))?;
    }
    match (dry_run, row_stored) {
        (true, _) => ui.line("would append a row to token_plan.jsonl"),
        (false, true) => {
            ui.line(format_args!("stored token plan for {} (planned={})", plan.session, plan.fit.planned))
        }
        (false, false) => ui.line("the row of this plan is there already"),
    }
}

fn json(ready: &Ready, written: &[PathBuf], row_stored: bool, dry_run: bool) -> Result<String, CliError> {
    let (plan, fit) = (&ready.plan, &ready.plan.fit);
    wire::text(&PlanNextJson {
        date: plan.date.to_string(),
        session: &plan.session,
        plan: ready.path.display().to_string(),
        budget: BudgetJson {
            context_window: plan.budget.window(),
            source: plan.source.to_string(),
            low: plan.budget.low(),
            high: plan.budget.high(),
            buffer: plan.budget.buffer(),
            room: fit.room,
            planned: fit.planned,
            expected: fit.expected,
            free: fit.free,
        },
        history: plan.factor.as_ref().map(render::factor_json),
        tasks: plan
            .tasks
            .iter()
            .map(|of| PlannedTaskJson { name: &of.name, tokens: of.tokens, feature: of.feature.as_deref() })
            .collect(),
        left_out: ready.left_out.iter().map(|task| task.name.as_str()).collect(),
        dry_run,
        written: written.iter().map(|path| path.display().to_string()).collect(),
        row_stored,
    })
}
