//! The output of `jobs list --format json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Instant;

/// The standing jobs.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Jobs")]
pub(crate) struct JobsJson<'a> {
    /// Every job that is not turned off.
    pub(crate) jobs: Vec<JobJson<'a>>,
}

/// One job.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Job")]
pub(crate) struct JobJson<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// What it does.
    pub(crate) about: &'a str,
    /// When it is due next; null while no reading tells its reset.
    pub(crate) next: Option<Instant>,
    /// The reset that says so.
    pub(crate) because: Option<String>,
    /// When it ran last.
    pub(crate) last_started: Option<Instant>,
    /// How that went: `ok`, `failed`, `refused` or `skipped`.
    pub(crate) last_outcome: Option<&'a str>,
    /// Whether that run made up for a missed one.
    pub(crate) last_backfill: Option<bool>,
    /// Its command line; words in braces are filled in when it runs.
    pub(crate) command: &'a [String],
}
