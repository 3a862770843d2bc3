//! `tracker demo`: a whole Week-0 on bundled captures, through the same code paths as the real commands.

mod history;
mod week0;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Parser;
use tracker_cli_support::{CliError, Clock, Exit, Ui, rfc3339};
use tracker_ledger::atomic;

use crate::cli::Cli;
use crate::cost::{self, CostArgs};
use crate::{Surroundings, VerbFlags, Workspace, errors, run_in};
use history::History;
use week0::{BY_HAND, CAPTURES, STEPS, Step};

/// Arguments of `tracker demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Folder to play in; it must be empty or missing (default: a new one in the temporary folder)
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Plays the week, then shows the preview. Needs no account and no network.
///
/// # Errors
/// Usage: the folder is not empty. Failed: something cannot be written.
pub fn run(args: &DemoArgs, around: &Surroundings, ui: &mut Ui) -> Result<Exit, CliError> {
    let dir = match &args.dir {
        Some(dir) => around.current_dir.join(dir),
        None => fresh_dir()?,
    };
    let occupied = std::fs::read_dir(&dir).is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        return Err(CliError::usage(format!("{} is not empty", dir.display()))
            .hint("give an empty or new folder by --dir, or leave it out"));
    }
    for (name, text) in BY_HAND {
        atomic::write(dir.join(name), text.as_bytes()).map_err(errors::ledger)?;
    }
    for (name, text) in CAPTURES {
        atomic::write(dir.join("captures").join(name), text.as_bytes()).map_err(errors::ledger)?;
    }
    let steps: Vec<Step<'_>> = STEPS.lines().filter_map(Step::of_line).collect();
    ui.line(format_args!("Playing a Week-0 of {} commands with 3 providers and 2 lanes.", steps.len()))?;
    let mut progress = ui.progress();
    let mut history = History::begin(&dir, ui);
    for (done, step) in steps.iter().enumerate() {
        progress.tick(|| format!("{done} of {} commands", steps.len()));
        history.play_until(instant(step.time)?, ui)?;
        if history.is_there() || !step.needs_git() {
            play(step, &dir, ui)?;
        }
    }
    drop(progress);
    ui.line(format_args!("Data: {}", dir.join("data/week0/live").display()))?;
    ui.line("")?;
    ui.line("$ tracker preview")?;
    let last = steps.last().map_or("2026-11-12T18:00:00Z", |step| step.time);
    let world = world(last, None, &dir)?;
    run_in(&command(&["preview"], &dir)?, &world, ui)?;
    ui.line("")?;
    ui.line("$ proxy-cost-compare --top 3")?;
    let compare = CostArgs { top: Some(3), ..CostArgs::default() };
    let words = command(&["preview"], &dir)?;
    cost::run(&compare, &Workspace::find(&words.global, VerbFlags::default(), &world)?, ui)?;
    for window in ["W0-08", "WEEK0"] {
        ui.line("")?;
        ui.line(format_args!("$ decision-card --window {window}"))?;
        run_in(&command(&["decision-card", "--window", window], &dir)?, &world, ui)?;
    }
    ui.line("")?;
    ui.line("$ tracker verify")?;
    run_in(&command(&["verify"], &dir)?, &world, ui)?;
    ui.line("")?;
    ui.line("$ tracker handoff --write")?;
    run_in(&command(&["handoff", "--write"], &dir)?, &world, ui)?;
    ui.line("")?;
    ui.line(format_args!("Look around: cd {} && tracker window-audit --window W0-06", dir.display()))?;
    Ok(Exit::Ok)
}

/// Runs one step as if it had been typed, at its time and in its lane.
fn play(step: &Step<'_>, dir: &Path, ui: &mut Ui) -> Result<(), CliError> {
    let mut words = step.words();
    let file = step.file().map(|name| dir.join("captures").join(name).display().to_string());
    if let Some(file) = &file {
        words.extend(["--file", file]);
    }
    ui.line(format_args!("{} {}$ tracker {}", &step.time[..16].replace('T', " "), step.lane, step.command))?;
    run_in(&command(&words, dir)?, &world(step.time, Some(step.lane), dir)?, ui)?;
    Ok(())
}

/// Returns the command line with its folders named, so that no variable of the user points elsewhere.
fn command(words: &[&str], dir: &Path) -> Result<Cli, CliError> {
    let data = dir.join("data/week0/live").into_os_string();
    let ledgers = dir.join("docs/Ledgers").into_os_string();
    let folders = ["tracker".into(), "--data-dir".into(), data, "--ledger-dir".into(), ledgers];
    Cli::try_parse_from(folders.into_iter().chain(words.iter().map(Into::into)))
        .map_err(|cause| CliError::failed(format!("the demo's script: {cause}")))
}

/// The surroundings of a step: the user's own settings, lane and zone stay out.
fn world(time: &str, lane: Option<&str>, dir: &Path) -> Result<Surroundings, CliError> {
    Ok(Surroundings {
        tool: None,
        path: None,
        clock: Clock::frozen(instant(time)?),
        agent_id: lane.map(str::to_owned),
        machine_zone: None,
        home: None,
        config_home: None,
        current_dir: dir.to_path_buf(),
        state_dir: None,
        client_homes: std::collections::BTreeMap::new(),
    })
}

fn instant(time: &str) -> Result<DateTime<Utc>, CliError> {
    rfc3339(time).map_err(|cause| CliError::failed(format!("the demo's script: {cause}")))
}

/// Returns a name in the temporary folder that nobody else has.
fn fresh_dir() -> Result<PathBuf, CliError> {
    let mut bytes = [0u8; 6];
    getrandom::fill(&mut bytes)
        .map_err(|cause| CliError::failed(format!("the machine gives no random bytes: {cause}")))?;
    let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(std::env::temp_dir().join(format!("tracker-demo-{name}")))
}
