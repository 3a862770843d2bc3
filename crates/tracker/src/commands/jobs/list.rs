//! `tracker jobs list`.

use tracker_cli_support::{CliError, Exit, Format, Ui};

use super::last_runs;
use crate::wire::jobs::{JobJson, JobsJson};
use crate::wire::value::Instant;
use crate::{Workspace, resets, standing_jobs, wire};

pub(super) fn run(workspace: &Workspace, ui: &mut Ui) -> Result<Exit, CliError> {
    let format = ui.format_among(&[Format::Text, Format::Json])?;
    let jobs = standing_jobs::all(workspace)?;
    let known = resets::known(workspace, ui)?;
    let last = last_runs(workspace, ui)?;
    let now = workspace.now();
    let listed: Vec<JobJson<'_>> = jobs
        .iter()
        .map(|job| {
            let plan = job.when.rhythm(&known, &job.owner);
            let run = last.get(&job.name);
            JobJson {
                name: &job.name,
                about: &job.about,
                next: plan.and_then(|(rhythm, _)| rhythm.next(now)).map(Instant),
                because: plan.map(|(_, reset)| {
                    format!("{} {} resets {}", reset.provider, reset.meter, Instant(reset.at))
                }),
                last_started: run.map(|run| Instant(run.started_at)),
                last_outcome: run.map(|run| run.outcome.as_str()),
                last_backfill: run.map(|run| run.backfill),
                command: &job.command,
            }
        })
        .collect();
    if format == Format::Json {
        ui.json(&wire::text(&JobsJson { jobs: listed })?)?;
        return Ok(Exit::Ok);
    }
    let wide = listed.iter().map(|job| job.name.len()).max().unwrap_or(0);
    for job in &listed {
        let next = match (&job.next, &job.because) {
            (Some(next), Some(because)) => format!("next {next} ({because})"),
            _ => "next unknown: no reading tells its reset yet".to_owned(),
        };
        let last = match (&job.last_started, job.last_outcome) {
            (Some(at), Some(outcome)) => {
                let backfill = if job.last_backfill == Some(true) { ", backfill" } else { "" };
                format!("last {at} {outcome}{backfill}")
            }
            _ => "never ran".to_owned(),
        };
        ui.line(format_args!("{:wide$}  {next}; {last}", job.name))?;
    }
    Ok(Exit::Ok)
}
