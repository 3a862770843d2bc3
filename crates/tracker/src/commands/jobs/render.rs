//! `tracker jobs render`: what a system's scheduler needs.

use std::path::Path;

use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_ledger::atomic;
use tracker_workflow::jobs::{
    Entry, Job, Scene as Shared, Timing, UnitFile, Unquotable, agents, crontab, units,
};
use tracker_workflow::schedule::KnownReset;

use super::{Scene, Target};
use crate::{errors, resets, session, standing_jobs};

/// Minutes between two looks for jobs whose reset moves with every use.
const OFTEN: u32 = 5;
/// Minutes between two looks for what was missed, and for resets that moved.
const SELDOM: u32 = 60;

pub(super) fn run(
    target: Target,
    out: Option<&Path>,
    scene: &Scene<'_>,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    ui.format_among(&[Format::Text])?;
    let jobs = standing_jobs::all(scene.workspace)?;
    let known = resets::known(scene.workspace, ui)?;
    let entries = entries(&jobs, &known, scene, ui)?;
    let shared = shared(scene)?;
    let files = match target {
        Target::Cron => crontab(&entries, &shared).map(|file| vec![file]),
        Target::Systemd => units(&entries, &shared),
        Target::Launchd => agents(&entries, &shared),
    };
    let files = files.map_err(|cause| unquotable(&cause))?;
    match out {
        Some(dir) => write(&scene.around.current_dir.join(dir), &files, ui)?,
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
    scene: &Scene<'_>,
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
        let Some(next) = rhythm.next(scene.workspace.now()) else { continue };
        let is_daily = rhythm.step.num_days() < 7;
        let (timing, about) = match job.when.is_of_period() {
            true => (Timing::Every(OFTEN), format!("{}; looks whether it is due ({from})", job.about)),
            false if is_daily => (Timing::Daily(next), format!("{} ({from})", job.about)),
            false => (Timing::Weekly(next), format!("{} ({from})", job.about)),
        };
        let command = command(Some(&job.name), scene)?;
        entries.push(Entry { name: job.name.clone(), about, timing, command });
    }
    entries.push(Entry {
        name: "catch-up".to_owned(),
        about: "runs what was missed, and what a moved reset made due".to_owned(),
        timing: Timing::Every(SELDOM),
        command: command(None, scene)?,
    });
    Ok(entries)
}

fn command(name: Option<&str>, scene: &Scene<'_>) -> Result<Vec<String>, CliError> {
    let tool = scene.around.tool.as_deref().ok_or_else(|| {
        CliError::failed("the path of this program is not known")
            .hint("run it by its absolute path, so that the scheduler can be given the same")
    })?;
    utf8(&scene.workspace.config.data_dir.value)?;
    utf8(&scene.workspace.config.ledger_dir.value)?;
    let mut words = vec![utf8(tool)?];
    words.extend(session::command(scene.workspace).folders);
    if let Some(config) = scene.global.config() {
        words.extend(["--config".to_owned(), utf8(&scene.around.current_dir.join(config))?]);
    }
    words.extend(["jobs", "run"].map(str::to_owned));
    words.extend(name.map(str::to_owned));
    words.push("--due".to_owned());
    Ok(words)
}

/// Returns what a scheduler does not know: where clients lie, which lane this is, and the folders that variables name.
fn shared(scene: &Scene<'_>) -> Result<Shared, CliError> {
    let (workspace, around) = (scene.workspace, scene.around);
    let name = workspace.config.timezone.value.to_string();
    let zone = name.parse().map_err(|_| CliError::usage(format!("{name:?} is not a time zone")))?;
    let variable = |name: &str, value: String| (name.to_owned(), value);
    let mut variables: Vec<(String, String)> = Vec::new();
    variables.extend(around.path.clone().map(|path| variable("PATH", path)));
    variables.extend(workspace.lane.as_ref().map(|lane| variable("AGENT_ID", lane.to_string())));
    if let Some(dir) = &around.state_dir {
        variables.push(variable("TRACKER_ALIAS_STATE_DIR", utf8(&around.current_dir.join(dir))?));
    }
    for (name, homes) in &around.client_homes {
        let homes: Vec<String> =
            homes.iter().map(|home| utf8(&around.current_dir.join(home))).collect::<Result<_, _>>()?;
        variables.push(variable(name, homes.join(",")));
    }
    Ok(Shared { dir: utf8(&workspace.root)?, variables, zone })
}

fn utf8(path: &Path) -> Result<String, CliError> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        CliError::usage(format!("`{}` is no text", path.display()))
            .hint("no scheduler can be given such a path")
    })
}
