//! The standing jobs of this project: those that are built in, as the settings change them.

use chrono::{DateTime, TimeDelta, Utc};
use tracker_cli_support::CliError;
use tracker_domain::{ProviderId, WindowId};
use tracker_ledger::wire::token_plan::{TokenPlanKind, TokenPlanRow};
use tracker_panes::providers;
use tracker_workflow::jobs::{Job, When};

use crate::config::JobSetting;
use crate::rows::Rows;
use crate::{Workspace, alias_state, context, errors};

/// Whose reports ccusage makes, and whose window they belong to.
const REPORTS: &str = "codex";
/// Whose window the monitor watches.
const WATCHED: &str = "claude";

/// After a planned instant a run is on time for so long; later it was missed and is caught up.
pub(crate) const GRACE: TimeDelta = TimeDelta::minutes(15);
/// So long before the end of a period its after is taken: the bars still show the period.
const BEFORE_END: TimeDelta = TimeDelta::minutes(10);

/// Returns the jobs, with the settings applied.
///
/// # Errors
/// Usage: the settings name a job that there is not.
pub(crate) fn all(workspace: &Workspace) -> Result<Vec<Job>, CliError> {
    let buffer = TimeDelta::minutes(i64::from(workspace.config.after_reset_buffer_minutes.value));
    let mut jobs = built_in(buffer).map_err(|cause| errors::value(&cause))?;
    for (name, setting) in &workspace.config.jobs {
        let Some(job) = jobs.iter_mut().find(|job| job.name == *name) else {
            let known: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
            return Err(CliError::usage(format!("{}: jobs.{name} is no job", setting.origin))
                .hint(format!("known jobs: {}", known.join(", "))));
        };
        if let JobSetting::Command(words) = &setting.value {
            job.command.clone_from(words);
        }
    }
    let is_off = |job: &Job| {
        workspace.config.jobs.get(&job.name).is_some_and(|setting| setting.value == JobSetting::Off)
    };
    jobs.retain(|job| !is_off(job));
    Ok(jobs)
}

fn built_in(buffer: TimeDelta) -> Result<Vec<Job>, tracker_domain::DomainError> {
    let (reports, watched) = (ProviderId::new(REPORTS)?, ProviderId::new(WATCHED)?);
    Ok([of_reports(&reports), wrappers(buffer), at_the_end(&reports, &watched)].concat())
}

fn job(name: &str, about: &str, owner: &ProviderId, when: When, command: &str) -> Job {
    Job {
        name: name.to_owned(),
        about: about.to_owned(),
        owner: owner.clone(),
        when,
        command: command.split(' ').map(str::to_owned).collect(),
    }
}

fn of_reports(owner: &ProviderId) -> Vec<Job> {
    vec![
        job(
            "ccusage-daily",
            "store the tokens of the day, an hour after the reset",
            owner,
            When::Daily(TimeDelta::minutes(60)),
            "tracker capture codex-ccusage --scope daily --window {window} --notes {notes}",
        ),
        job(
            "ccusage-weekly",
            "store the tokens of the week, made of its days where there is no weekly report",
            owner,
            When::Weekly(TimeDelta::minutes(75)),
            "tracker capture codex-ccusage --scope weekly --window {window} --notes {notes}",
        ),
    ]
}

/// Whoever can be asked on a terminal gets a wrapper at both ends of its periods.
fn wrappers(buffer: TimeDelta) -> Vec<Job> {
    let asked = providers::REGISTRY
        .iter()
        .filter(|parser| parser.live().is_some_and(|live| live.on_terminal && live.question.is_some()));
    let both = asked.flat_map(|parser| {
        let (kind, owner) = (parser.kind(), parser.provider());
        [
            job(
                &format!("{kind}-before"),
                "open a window when a period begins, after the buffer",
                &owner,
                When::PeriodStart(buffer),
                &format!("tracker capture {kind} --phase before --window {{next}} --notes {{notes}}"),
            ),
            job(
                &format!("{kind}-after"),
                "close the open window before its period ends",
                &owner,
                When::PeriodEnd(BEFORE_END),
                &format!("tracker capture {kind} --phase after --window {{open}} --wait --notes {{notes}}"),
            ),
        ]
    });
    both.collect()
}

fn at_the_end(owner: &ProviderId, watched: &ProviderId) -> Vec<Job> {
    vec![
        job(
            "claude-monitor",
            "store what the monitor estimates before a period ends",
            watched,
            When::PeriodEnd(BEFORE_END + TimeDelta::minutes(5)),
            "tracker capture claude-monitor --window {window} --timeout 60 --notes {notes}",
        ),
        job(
            "checkpoint",
            "close the day's token plan: planned and used tokens, churn, hand-off",
            owner,
            When::Daily(TimeDelta::minutes(90)),
            "tracker checkpoint --window {window} --provider {provider} --task {task} --session {session} --plan {plan} --actual {actual} --notes {notes}",
        ),
        job(
            "window-audit",
            "show what the newest window still lacks",
            owner,
            When::Daily(TimeDelta::minutes(105)),
            "tracker window-audit --window {window}",
        ),
    ]
}

/// What stands in the place of words in braces.
pub(crate) struct Fill<'a> {
    pub(crate) job: &'a Job,
    /// What is noted with the rows.
    pub(crate) notes: String,
    pub(crate) workspace: &'a Workspace,
}

/// A word that cannot be filled in now, and why: the job has nothing to do.
#[derive(Debug)]
pub(crate) struct Nothing(pub(crate) String);

impl Fill<'_> {
    /// Returns the command line of a run, or why there is nothing to do.
    ///
    /// # Errors
    /// Failed: a ledger cannot be read.
    pub(crate) fn words(&self) -> Result<Result<Vec<String>, Nothing>, CliError> {
        let mut words = Vec::new();
        for word in &self.job.command {
            let filled = match word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
                Some(name) => match self.value(name)? {
                    Ok(value) => value,
                    Err(nothing) => return Ok(Err(nothing)),
                },
                None => word.clone(),
            };
            words.push(filled);
        }
        Ok(Ok(words))
    }

    fn value(&self, name: &str) -> Result<Result<String, Nothing>, CliError> {
        let owner = &self.job.owner;
        let open = || alias_state::open_window(owner, self.workspace);
        let or = |value: Option<String>, why: String| value.ok_or(Nothing(why));
        Ok(match name {
            "notes" => Ok(self.notes.clone()),
            "provider" => Ok(owner.to_string()),
            "open" => or(open()?.map(|id| id.to_string()), format!("no window of {owner} is open")),
            "next" => match open()? {
                Some(window) => Err(Nothing(format!("{window} of {owner} is open already"))),
                None => Ok(self.next()?.to_string()),
            },
            "window" => match open()? {
                Some(window) => Ok(window.to_string()),
                None => or(self.newest()?.map(|id| id.to_string()), "no window is known yet".to_owned()),
            },
            "task" | "session" | "plan" | "actual" => match self.plan()? {
                Some(plan) => self.of_plan(name, &plan)?,
                None => Err(Nothing("no plan of tokens is open".to_owned())),
            },
            // A word in braces that is none of ours is the command's own.
            other => Ok(format!("{{{other}}}")),
        })
    }

    fn next(&self) -> Result<WindowId, CliError> {
        let in_use = Rows::new(self.workspace.ledger()).windows_in_use()?;
        let state = alias_state::load(&self.job.owner, self.workspace)?;
        tracker_windows::next_free(state.current_window.as_ref(), &in_use)
            .map_err(|cause| errors::value(&cause))
    }

    /// Returns the window of the newest capture.
    fn newest(&self) -> Result<Option<WindowId>, CliError> {
        let (snapshots, _) = Rows::new(self.workspace.ledger()).snapshots(None)?;
        let key = |at: &DateTime<Utc>| *at;
        Ok(snapshots.into_iter().max_by_key(|row| key(&row.captured_at)).map(|row| row.window))
    }

    /// Returns the newest plan, when no checkpoint closed it: one of its session, or one that names none.
    fn plan(&self) -> Result<Option<TokenPlanRow>, CliError> {
        let rows = Rows::new(self.workspace.ledger()).token_plans()?;
        let Some(place) = rows.iter().rposition(|row| row.kind == TokenPlanKind::Plan) else {
            return Ok(None);
        };
        let (plan, later) = (rows.get(place), rows.get(place + 1..).unwrap_or_default());
        let closes = |row: &TokenPlanRow| {
            let is_its = plan.is_some_and(|plan| row.session.is_none() || row.session == plan.session);
            row.kind == TokenPlanKind::Checkpoint && is_its
        };
        Ok(plan.filter(|plan| plan.planned.is_some() && !later.iter().any(closes)).cloned())
    }

    fn of_plan(&self, name: &str, plan: &TokenPlanRow) -> Result<Result<String, Nothing>, CliError> {
        let value = match name {
            "task" => Some(plan.task.clone()),
            "session" => plan.session.clone().or_else(|| Some(plan.task.clone())),
            "plan" => plan.planned.map(|planned| planned.to_string()),
            _ => self.used_since(plan)?.map(|used| used.to_string()),
        };
        let owner = &self.job.owner;
        Ok(value.ok_or_else(|| {
            Nothing(format!("no pane of {owner} since the plan tells how many tokens its context holds"))
        }))
    }

    /// Returns the tokens that the newest pane tells, or a snapshot of the plan's session when that is newer. What was
    /// there before the plan says nothing of its session.
    fn used_since(&self, plan: &TokenPlanRow) -> Result<Option<u64>, CliError> {
        let mut rows = Rows::new(self.workspace.ledger());
        let of_session = rows.token_plans()?.into_iter().filter(|row| {
            row.kind == TokenPlanKind::Snapshot && row.session == plan.session && row.session.is_some()
        });
        let noted = of_session.filter_map(|row| Some((row.captured_at, row.actual?)));
        let pane = context::newest(&mut rows, |snapshot, of| {
            snapshot.provider == self.job.owner && of.used_tokens.is_some()
        })?;
        let read = pane.and_then(|pane| Some((pane.captured_at, pane.reading.context?.used_tokens?)));
        let newest = noted.chain(read).filter(|(at, _)| *at >= plan.captured_at).max_by_key(|(at, _)| *at);
        Ok(newest.map(|(_, used)| used))
    }
}
