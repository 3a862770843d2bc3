//! `tracker jobs run`: one run of a job, under its lock, recorded.

use clap::Parser as _;
use tracker_capture::{End, MeterCommand, Patience, printed};
use tracker_cli_support::{CliError, Exit, Ui};
use tracker_domain::RowRef;
use tracker_ledger::wire::Stamp;
use tracker_ledger::wire::job_run::{self, JobRun};
use tracker_ledger::{LedgerFile, try_hold};
use tracker_workflow::jobs::{Due, Job, due};

use super::{Scene, last_runs, named};
use crate::cli::Cli;
use crate::intake::Intake;
use crate::standing_jobs::{self, Fill, GRACE};
use crate::store::TOOL_VERSION;
use crate::telemetry::interrupted;
use crate::{Workspace, errors, resets};

/// A command of somebody else may take an hour.
const PATIENCE: Patience = Patience::of(std::time::Duration::from_secs(3600));

pub(super) fn run(
    name: Option<&str>,
    only_due: bool,
    scene: &Scene<'_>,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let jobs = standing_jobs::all(scene.workspace)?;
    let asked: Vec<&Job> = match name {
        Some(name) => vec![named(&jobs, name)?],
        None => jobs.iter().collect(),
    };
    if !only_due {
        return asked.into_iter().try_fold(Exit::Ok, |_, job| now(job, None, scene, ui));
    }
    let mut worst = Ok(Exit::Ok);
    for job in asked {
        // One job that fails keeps no other from running; the first failure is what is told at the end.
        match when_due(job, scene, ui) {
            Err(error) if worst.is_ok() => worst = Err(error),
            Err(error) => ui.warn(format_args!("{}: {error}", job.name)),
            Ok(_) => {}
        }
    }
    worst
}

/// Runs a job when its time has come and nobody else is running it.
fn when_due(job: &Job, scene: &Scene<'_>, ui: &mut Ui) -> Result<Exit, CliError> {
    if planned(job, scene, ui)?.is_none() {
        ui.detail(format_args!("{} is not due", job.name));
        return Ok(Exit::Ok);
    }
    let Some(_held) = hold(job, scene.workspace)? else {
        ui.detail(format_args!("{} is running", job.name));
        return Ok(Exit::Ok);
    };
    // Whoever held the lock a moment ago may have done the work.
    match planned(job, scene, ui)? {
        Some(due) => work(job, Some(due), scene, ui),
        None => Ok(Exit::Ok),
    }
}

fn planned(job: &Job, scene: &Scene<'_>, ui: &mut Ui) -> Result<Option<Due>, CliError> {
    let known = resets::known(scene.workspace, ui)?;
    let Some((rhythm, _)) = job.when.rhythm(&known, &job.owner) else { return Ok(None) };
    let last = last_runs(scene.workspace, ui)?.get(&job.name).map(|run| run.started_at);
    Ok(due(rhythm, last, scene.workspace.now(), GRACE))
}

/// Runs a job because somebody asked for it.
fn now(job: &Job, due: Option<Due>, scene: &Scene<'_>, ui: &mut Ui) -> Result<Exit, CliError> {
    let Some(_held) = hold(job, scene.workspace)? else {
        return Err(CliError::refused(format!("{} is running already", job.name))
            .hint("wait until it is done: tracker jobs list shows its last run"));
    };
    work(job, due, scene, ui)
}

fn hold(job: &Job, workspace: &Workspace) -> Result<Option<Box<dyn tracker_ledger::StorageLock>>, CliError> {
    let path = workspace.ledger().dir().path().join("jobs").join(format!("{}.lock", job.name));
    try_hold(&path).map_err(errors::ledger)
}

/// Does the work and records it; the caller holds the job's lock.
fn work(job: &Job, due: Option<Due>, scene: &Scene<'_>, ui: &mut Ui) -> Result<Exit, CliError> {
    let started_at = scene.workspace.now();
    let backfill = due.is_some_and(|due| due.is_missed);
    if backfill {
        ui.note(format_args!("{}: a missed run is caught up (backfill)", job.name));
    }
    let tag = if backfill { "; backfill" } else { "" };
    let notes = format!("automation:{}{tag}", job.name);
    let filled = Fill { job, notes, workspace: scene.workspace }.words()?;
    let (result, outcome, reason) = match filled {
        Err(nothing) => {
            ui.note(format_args!("{}: skipped, {}", job.name, nothing.0));
            (Ok(Exit::Ok), "skipped", nothing.0)
        }
        Ok(words) => {
            let result = command(&words, scene, ui);
            match &result {
                Ok(Exit::Ok) => (result, "ok", String::new()),
                Ok(exit) => {
                    let reason = format!("exit code {}", exit.code());
                    (result, "failed", reason)
                }
                Err(error) => {
                    let outcome = if error.exit() == Exit::Refused { "refused" } else { "failed" };
                    let reason = error.to_string();
                    (result, outcome, reason)
                }
            }
        }
    };
    let exit = match &result {
        _ if outcome == "skipped" => None,
        Ok(exit) => Some(u64::from(exit.code())),
        Err(error) => Some(u64::from(error.exit().code())),
    };
    let run = JobRun {
        job: job.name.clone(),
        planned_at: due.map(|due| due.planned_at),
        started_at,
        ended_at: scene.workspace.now(),
        outcome: outcome.to_owned(),
        exit,
        backfill,
        reason: Intake::open(&scene.workspace.ledger(), true)?.text(reason.as_bytes()),
        row: RowRef::default(),
    };
    record(&run, scene.workspace, ui)?;
    result
}

fn record(run: &JobRun, workspace: &Workspace, ui: &mut Ui) -> Result<(), CliError> {
    let stamp = Stamp::new(TOOL_VERSION, "jobs").with_agent(workspace.lane.as_ref());
    let line = job_run::write(run, &stamp).map_err(errors::wire)?;
    let mut transaction = workspace.ledger().begin(&[LedgerFile::JOB_RUNS]).map_err(errors::ledger)?;
    transaction.append(&LedgerFile::JOB_RUNS, &line).map_err(errors::ledger)?;
    for notice in transaction.commit().map_err(errors::ledger)? {
        ui.note(notice);
    }
    Ok(())
}

/// Runs a command line: our own in this process, any other as a program.
fn command(words: &[String], scene: &Scene<'_>, ui: &mut Ui) -> Result<Exit, CliError> {
    match words.split_first() {
        Some((tool, _)) if tool == "tracker" => {
            let parsed = Cli::try_parse_from(words).map_err(|cause| {
                let line = cause.to_string();
                CliError::usage(line.lines().next().unwrap_or_default().trim_start_matches("error: "))
                    .hint("look at the command in [jobs] of tracker.toml, or at tracker jobs list --json")
            })?;
            // The folders are those of this command, whatever the job's own line says.
            crate::run_in(&Cli { global: scene.global.clone(), verb: parsed.verb }, scene.around, ui)
        }
        Some((program, args)) => {
            let command = MeterCommand::new(program, &scene.workspace.root).with_args(args);
            let said = printed(&command, &PATIENCE, &interrupted)
                .map_err(|cause| CliError::failed(cause.to_string()).hint("give a program that is there"))?;
            ui.text(&String::from_utf8_lossy(&said.stdout))?;
            for line in String::from_utf8_lossy(&said.stderr).lines() {
                ui.note(line);
            }
            match said.end {
                End::Exited(Some(0)) => Ok(Exit::Ok),
                end => Err(CliError::failed(format!("`{}` ended badly: {end:?}", command.shown()))
                    .hint("run it by hand and look")),
            }
        }
        None => Err(CliError::usage("a job without a command").hint("give its words in [jobs]")),
    }
}
