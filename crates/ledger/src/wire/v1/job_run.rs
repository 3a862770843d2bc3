//! Rows of `job_runs.jsonl`: what standing jobs did, and which of their runs were caught up.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Lane, RowRef};

use crate::wire::object::{Fields, decode_row};
use crate::wire::value::{Instant, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// One run of a standing job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRun {
    /// The job.
    pub job: String,
    /// When it should have begun; `None` for a run that somebody asked for.
    pub planned_at: Option<DateTime<Utc>>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// `ok`, `failed`, `refused` or `skipped`; a reader takes any word.
    pub outcome: String,
    /// Exit code of its command; `None` for a run that was skipped.
    pub exit: Option<u64>,
    /// Whether it makes up for a run that was missed.
    pub backfill: bool,
    /// Why, for all that is not `ok`; one line.
    pub reason: String,
    /// Where it stands.
    pub row: RowRef,
}

/// Writes one run as one line.
///
/// ```
/// use tracker_domain::RowRef;
/// use tracker_ledger::wire::{Stamp, job_run};
/// let run = job_run::JobRun {
///     job: "ccusage-daily".into(),
///     planned_at: Some("2026-11-20T22:11:00Z".parse()?),
///     started_at: "2026-11-21T07:00:00Z".parse()?,
///     ended_at: "2026-11-21T07:00:02Z".parse()?,
///     outcome: "ok".into(),
///     exit: Some(0),
///     backfill: true,
///     reason: String::new(),
///     row: RowRef::default(),
/// };
/// let line = job_run::write(&run, &Stamp::new("0.1.0", "jobs"))?;
/// assert!(line.contains(r#""job":"ccusage-daily","planned_at":"2026-11-20T22:11:00Z""#));
/// assert_eq!(job_run::read(line.as_bytes(), RowRef::default())?, Some(run));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(run: &JobRun, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&JobRunJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        agent_id: stamp.agent_id.map(Lane::as_str),
        job: &run.job,
        planned_at: run.planned_at.map(Instant),
        started_at: Instant(run.started_at),
        ended_at: Instant(run.ended_at),
        outcome: &run.outcome,
        exit: run.exit,
        backfill: run.backfill,
        reason: &run.reason,
    })
}

/// Reads one line; `None` for a row of the ledger itself.
///
/// # Errors
/// [`WireError`] naming the field: the job and when it began must be there.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<JobRun>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let started_at = object.required_instant("started_at")?;
    Ok(Some(JobRun {
        job: object.filled("job").ok_or(WireError::Missing { field: "job" })?,
        planned_at: object.instant("planned_at")?,
        started_at,
        ended_at: object.instant("ended_at")?.unwrap_or(started_at),
        outcome: object.text("outcome").unwrap_or_default(),
        exit: object.count("exit"),
        backfill: object.get("backfill").and_then(serde_json::Value::as_bool).unwrap_or(false),
        reason: object.text("reason").unwrap_or_default(),
        row,
    }))
}

/// One run on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "JobRun")]
pub(super) struct JobRunJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The agent at work; null where none is named.
    agent_id: Option<&'a str>,
    /// The job.
    job: &'a str,
    /// When it should have begun; null for a run that somebody asked for.
    planned_at: Option<Instant>,
    /// When it began.
    started_at: Instant,
    /// When it ended.
    ended_at: Instant,
    /// `ok`, `failed`, `refused` or `skipped`.
    outcome: &'a str,
    /// Exit code of its command; null for a run that was skipped.
    exit: Option<u64>,
    /// Whether it makes up for a run that was missed.
    backfill: bool,
    /// Why, for all that is not `ok`.
    reason: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_a_job_is_refused_and_names_the_field() {
        let row = br#"{"started_at":"2026-11-20T10:00:00Z"}"#;
        assert_eq!(read(row, RowRef::default()), Err(WireError::Missing { field: "job" }));
        assert_eq!(read(br#"{"adopt":{"bytes":0}}"#, RowRef::default()), Ok(None));
    }
}
