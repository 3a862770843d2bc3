//! `tracker calendar`: planned windows, resets and captures as iCalendar.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_cli_support::{CliError, Exit, Format, Ui};
use tracker_domain::{MeterId, Phase, ProviderId, WindowId};
use tracker_ledger::atomic;
use tracker_windows::next_free;
use tracker_workflow::calendar::{Event, write};
use tracker_workflow::jobs::{Job, When};
use tracker_workflow::schedule::KnownReset;

use crate::rows::Rows;
use crate::{Surroundings, Workspace, alias_state, errors, resets, standing_jobs};

/// Arguments of `tracker calendar`.
#[derive(Debug, clap::Args)]
pub struct CalendarArgs {
    /// Write the calendar into this file instead of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How many days ahead
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=90))]
    days: u16,
}

/// What the days ahead are made of.
struct Plan<'a> {
    known: &'a [KnownReset],
    jobs: &'a [Job],
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    buffer: TimeDelta,
}

/// Prints or writes the calendar.
///
/// # Errors
/// Failed: no reading tells a reset yet, or the file cannot be written.
pub fn run(
    args: &CalendarArgs,
    workspace: &Workspace,
    around: &Surroundings,
    ui: &mut Ui,
) -> Result<Exit, CliError> {
    ui.format_among(&[Format::Text])?;
    let known = resets::known(workspace, ui)?;
    let Some(as_of) = known.iter().map(|reset| reset.observed_at).max() else {
        return Err(CliError::failed("no reading tells a reset yet, so nothing can be planned")
            .hint("capture a pane first: tracker capture PROVIDER --phase before, or tracker scan"));
    };
    let jobs = standing_jobs::all(workspace)?;
    let from = workspace.now();
    let plan = Plan {
        known: &known,
        jobs: &jobs,
        from,
        until: from + TimeDelta::days(i64::from(args.days)),
        buffer: TimeDelta::minutes(i64::from(workspace.config.after_reset_buffer_minutes.value)),
    };
    let mut events: Vec<Event> = plan.resets();
    for owner in plan.owners() {
        events.extend(plan.windows(&owner, workspace)?);
    }
    events.extend(plan.days());
    events.sort_by(|a, b| (a.begins, &a.key).cmp(&(b.begins, &b.key)));
    let text = write(&events, as_of);
    match &args.out {
        Some(path) => {
            let path = around.current_dir.join(path);
            atomic::write(&path, text.as_bytes()).map_err(errors::ledger)?;
            ui.line(format_args!("wrote {} ({} events)", path.display(), events.len()))?;
        }
        None => ui.verbatim(text.as_bytes())?,
    }
    Ok(Exit::Ok)
}

impl Plan<'_> {
    /// Returns the resets, each with the minutes in which no after is taken.
    fn resets(&self) -> Vec<Event> {
        let of = |reset: &KnownReset| {
            let (provider, meter) = (&reset.provider, &reset.meter);
            let at = reset.rhythm().between(self.from, self.until);
            at.into_iter()
                .map(|begins| Event {
                    key: format!("reset/{provider}/{meter}/{}", begins.format("%Y%m%dT%H%M")),
                    begins,
                    ends: begins + self.buffer,
                    summary: format!("{provider}: {meter} resets"),
                    description: format!(
                        "No after before {}.\nKnown since {}; later resets suppose that the meter is used on.",
                        (begins + self.buffer).format("%Y-%m-%dT%H:%MZ"),
                        reset.observed_at.format("%Y-%m-%dT%H:%MZ")
                    ),
                    is_busy: false,
                })
                .collect::<Vec<_>>()
        };
        self.known.iter().flat_map(of).collect()
    }

    /// Returns the providers with a five-hour meter.
    fn owners(&self) -> Vec<ProviderId> {
        let of_period = self.known.iter().filter(|reset| reset.meter == MeterId::FIVE_HOURS);
        of_period.map(|reset| reset.provider.clone()).collect()
    }

    fn job(&self, owner: &ProviderId, is_wanted: impl Fn(When) -> bool) -> Option<&Job> {
        self.jobs.iter().find(|job| {
            job.owner == *owner && is_wanted(job.when) && job.command.iter().any(|word| word == "--phase")
        })
    }

    /// Returns the windows of a provider: one a period, from its before to its after, and both captures.
    fn windows(&self, owner: &ProviderId, workspace: &Workspace) -> Result<Vec<Event>, CliError> {
        let starts = self.job(owner, |when| matches!(when, When::PeriodStart(_)));
        let ends = self.job(owner, |when| matches!(when, When::PeriodEnd(_)));
        let (Some(starts), Some(ends)) = (starts, ends) else { return Ok(Vec::new()) };
        let times = |job: &Job| {
            let rhythm = job.when.rhythm(self.known, owner).map(|(rhythm, _)| rhythm);
            rhythm.map(|rhythm| rhythm.between(self.from, self.until)).unwrap_or_default()
        };
        let mut names = Names::of(owner, workspace)?;
        let mut events = Vec::new();
        let begins = times(starts);
        let ended = times(ends);
        // The window that is open now has its before behind it.
        if let (Some((open, since)), Some(end)) = (names.open.take(), ended.first()) {
            events.extend(window(&open, owner, since, *end));
            events.push(capture(&open, owner, ends, *end, "after"));
        }
        for begin in begins {
            let Some(end) = ended.iter().find(|end| **end > begin) else { break };
            let id = names.next()?;
            events.extend(window(&id, owner, begin, *end));
            events.push(capture(&id, owner, starts, begin, "before"));
            events.push(capture(&id, owner, ends, *end, "after"));
        }
        Ok(events)
    }

    /// Returns the runs of the jobs that follow days and weeks.
    fn days(&self) -> Vec<Event> {
        let jobs = self.jobs.iter().filter(|job| !job.when.is_of_period());
        let runs = jobs.filter_map(|job| Some((job, job.when.rhythm(self.known, &job.owner)?.0)));
        runs.flat_map(|(job, rhythm)| {
            rhythm.between(self.from, self.until).into_iter().map(move |begins| Event {
                key: format!("job/{}/{}", job.name, begins.format("%Y%m%d")),
                begins,
                ends: begins + TimeDelta::minutes(5),
                summary: format!("tracker: {}", job.name),
                description: format!("{}\ntracker jobs run {}", job.about, job.name),
                is_busy: false,
            })
        })
        .collect()
    }
}

fn window(id: &WindowId, owner: &ProviderId, begins: DateTime<Utc>, ends: DateTime<Utc>) -> Option<Event> {
    (begins < ends).then(|| Event {
        key: format!("window/{owner}/{id}"),
        begins,
        ends,
        summary: format!("{owner}: window {id}"),
        description: "Planned from the newest meters; it moves with the first use after a reset.".to_owned(),
        is_busy: true,
    })
}

fn capture(id: &WindowId, owner: &ProviderId, job: &Job, at: DateTime<Utc>, phase: &str) -> Event {
    Event {
        key: format!("capture/{owner}/{id}/{phase}"),
        begins: at,
        ends: at + TimeDelta::minutes(5),
        summary: format!("{owner}: {phase} of {id}"),
        description: format!(
            "tracker capture {owner} --phase {phase} --window {id}\nor: tracker jobs run {}",
            job.name
        ),
        is_busy: false,
    }
}

/// The names of the windows to come.
struct Names {
    /// The window that is open, and since when.
    open: Option<(WindowId, DateTime<Utc>)>,
    newest: Option<WindowId>,
    taken: std::collections::BTreeSet<WindowId>,
}

impl Names {
    fn of(owner: &ProviderId, workspace: &Workspace) -> Result<Self, CliError> {
        let state = alias_state::load(owner, workspace)?;
        let mut rows = Rows::new(workspace.ledger());
        let open = match state.open_window() {
            Some(window) => {
                let (snapshots, _) = rows.snapshots(Some(window))?;
                let own = snapshots.iter().filter(|row| row.provider == *owner && row.phase == Phase::Before);
                own.map(|row| row.captured_at).max().map(|since| (window.clone(), since))
            }
            None => None,
        };
        Ok(Self { open, newest: state.current_window, taken: rows.windows_in_use()? })
    }

    fn next(&mut self) -> Result<WindowId, CliError> {
        let id = next_free(self.newest.as_ref(), &self.taken).map_err(|cause| errors::value(&cause))?;
        self.newest = Some(id.clone());
        Ok(id)
    }
}
