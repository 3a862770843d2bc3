//! `tracker jobs`: what recurs around the resets of the meters.

mod list;
mod render;
mod run;

use std::collections::BTreeMap;
use std::path::PathBuf;

use tracker_cli_support::{CliError, Exit, GlobalArgs, Ui};
use tracker_ledger::wire::job_run::JobRun;
use tracker_workflow::jobs::Job;

use crate::rows::Rows;
use crate::{Surroundings, Workspace};

/// Arguments of `tracker jobs`.
#[derive(Debug, clap::Args)]
pub struct JobsArgs {
    /// What to do with the jobs
    #[command(subcommand)]
    action: JobsAction,
}

/// What to do with the jobs.
#[derive(Debug, clap::Subcommand)]
pub enum JobsAction {
    /// List the jobs: when each is due, why then, and how it went last
    List,
    /// Print or write what a system's scheduler needs to run them
    Render {
        /// The scheduler
        #[arg(long, value_enum, value_name = "TARGET")]
        target: Target,
        /// Write the files into this folder
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Run a job now, or with --due those whose time has come
    Run {
        /// The job
        #[arg(value_name = "NAME", required_unless_present = "due")]
        name: Option<String>,
        /// Only what is due by the newest meters; a missed run is caught up, tagged backfill
        #[arg(long)]
        due: bool,
    },
}

/// Schedulers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// A crontab
    Cron,
    /// Units and timers of systemd
    Systemd,
    /// Agents of launchd
    Launchd,
}

/// Where a job runs.
struct Scene<'a> {
    global: &'a GlobalArgs,
    workspace: &'a Workspace,
    around: &'a Surroundings,
}

/// Lists, renders or runs.
///
/// # Errors
/// Usage: an unknown job. Refused: the job is running. Failed: a ledger or file; and whatever a job fails with.
pub fn run(
    args: &JobsArgs,
    global: &GlobalArgs,
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    let scene = Scene { global, workspace, around };
    match &args.action {
        JobsAction::List => list::run(workspace, ui),
        JobsAction::Render { target, out } => render::run(*target, out.as_deref(), &scene, ui),
        JobsAction::Run { name, due } => run::run(name.as_deref(), *due, &scene, ui),
    }
}

/// Returns the last run of every job.
fn last_runs(workspace: &Workspace, ui: &mut Ui) -> Result<BTreeMap<String, JobRun>, CliError> {
    let mut rows = Rows::new(workspace.ledger());
    let runs = rows.job_runs()?;
    rows.report(ui);
    Ok(runs.into_iter().map(|run| (run.job.clone(), run)).collect())
}

/// Returns the job of that name.
fn named<'a>(jobs: &'a [Job], name: &str) -> Result<&'a Job, CliError> {
    jobs.iter().find(|job| job.name == name).ok_or_else(|| {
        let known: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
        CliError::usage(format!("{name:?} is no job, or it is turned off"))
            .hint(format!("jobs: {}", known.join(", ")))
    })
}
