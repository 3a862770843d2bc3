//! `tracker jobs render`: what a system's scheduler needs.

use std::path::Path;

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_ledger::atomic;
use tracker_workflow::jobs::{Entry, Job, Scene, Timing, UnitFile, Unquotable, agents, crontab, units};
use tracker_workflow::schedule::KnownReset;

use super::Target;
use crate::{Surroundings, Workspace, errors, resets, standing_jobs};

/// Minutes between two looks for jobs whose reset moves with every use.
const OFTEN: u32 = 5;
/// Minutes between two looks for what was missed, and for resets that moved.
const SELDOM: u32 = 60;

pub(super) fn run(
    target: Target,
    out: Option<&Path>,
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    ui.format_among(&[Format::Text])?;
    let jobs = standing_jobs::all(workspace)?;
    let known = resets::known(workspace, ui)?;
    let entries = entries(&jobs, &known, workspace, around, ui)?;
    let scene = scene(workspace, around)?;
    let files = match target {
        Target::Cron => crontab(&entries, &scene).map(|file| vec![file]),
        Target::Systemd => units(&entries, &scene),
        Target::Launchd => agents(&entries, &scene),
    };
    let files = files.map_err(|cause| unquotable(&cause))?;
    match out {
        Some(dir) => write(&around.current_dir.join(dir), &files, ui)?,
        None => print(&files, ui)?,
    }
    Ok(Exit::Ok)
}

fn unquotable(cause: &Unquotable) -> CliError {
    CliError::usage(cause.to_string()).hint("give the folder or the command another name")
}

fn write(dir: &Path, files: &[UnitFile], ui: &mut Ui) -> Result<(), CliError> {
    for file in files {
        let path = dir.join(&file.name);
        atomic::write(&path, file.text.as_bytes()).map_err(errors::ledger)?;
        ui.line(format_args!("wrote {}", path.display()))?;
    }
    Ok(())
}

fn print(files: &[UnitFile], ui: &mut Ui) -> Result<(), CliError> {
    for file in files {
        if files.len() > 1 {
            ui.line(format_args!("# ==> {} <==", file.name))?;
        }
        ui.text(&file.text)?;
    }
    Ok(())
}

/// Returns an entry for every job whose reset is known, and one that catches up what was missed.
fn entries(
    jobs: &[Job],
    known: &[KnownReset],
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Vec<Entry>, CliError> {
    let mut entries = Vec::new();
    for job in jobs {
        let Some((rhythm, reset)) = job.when.rhythm(known, &job.owner) else {
            ui.warn(format_args!("{} is left out: no reading tells when {} is reset", job.name, job.owner));
            continue;
        };
        let from =
            format!("{} {} resets {}", reset.provider, reset.meter, reset.at.format("%Y-%m-%dT%H:%MZ"));
        let Some(next) = rhythm.next(workspace.now()) else { continue };
        let is_daily = rhythm.step.num_days() < 7;
        let (timing, about) = match job.when.is_of_period() {
            true => (Timing::Every(OFTEN), format!("{}; looks whether it is due ({from})", job.about)),
            false if is_daily => (Timing::Daily(next), format!("{} ({from})", job.about)),
            false => (Timing::Weekly(next), format!("{} ({from})", job.about)),
        };
        let command = command(Some(&job.name), workspace, around)?;
        entries.push(Entry { name: job.name.clone(), about, timing, command });
    }
    entries.push(Entry {
        name: "catch-up".to_owned(),
        about: "runs what was missed, and what a moved reset made due".to_owned(),
        timing: Timing::Every(SELDOM),
        command: command(None, workspace, around)?,
    });
    Ok(entries)
}

fn command(
    name: Option<&str>,
    workspace: &Workspace,
    around: &Surroundings,
) -> Result<Vec<String>, CliError> {
    let tool = around.tool.as_deref().ok_or_else(|| {
        CliError::failed("the path of this program is not known")
            .hint("run it by its absolute path, so that the scheduler can be given the same")
    })?;
    let data_dir = utf8(&workspace.config.data_dir.value)?;
    let mut words = vec![utf8(tool)?, "--data-dir".to_owned(), data_dir, "jobs".to_owned(), "run".to_owned()];
    words.extend(name.map(str::to_owned));
    words.push("--due".to_owned());
    Ok(words)
}

fn scene(workspace: &Workspace, around: &Surroundings) -> Result<Scene, CliError> {
    let name = workspace.config.timezone.value.to_string();
    let zone = name.parse().map_err(|_| CliError::usage(format!("{name:?} is not a time zone")))?;
    // A scheduler knows neither where clients lie nor which lane this is.
    let lane = workspace.lane.as_ref().map(|lane| ("AGENT_ID".to_owned(), lane.to_string()));
    let path = around.path.clone().map(|path| ("PATH".to_owned(), path));
    Ok(Scene { dir: utf8(&workspace.root)?, variables: path.into_iter().chain(lane).collect(), zone })
}

fn utf8(path: &Path) -> Result<String, CliError> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        CliError::usage(format!("`{}` is no text", path.display()))
            .hint("no scheduler can be given such a path")
    })
}
