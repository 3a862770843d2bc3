//! The output of `handoff --format json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Instant;

/// The brief for the next agent.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Handoff")]
pub(crate) struct HandoffJson<'a> {
    /// When it was made.
    pub(crate) at: Instant,
    /// The folder in which the commands are to be run.
    pub(crate) root: &'a str,
    /// What to read first.
    pub(crate) reading: Vec<ReadingJson<'a>>,
    /// What to run first.
    pub(crate) opener: Vec<CheckJson<'a>>,
    /// The lanes.
    pub(crate) lanes: Vec<LaneJson<'a>>,
    /// Windows that are not finalized, from the one that was begun first.
    pub(crate) open: Vec<WindowBriefJson<'a>>,
    /// Further open windows.
    pub(crate) more_open: usize,
    /// Finalized windows that lack churn or evidence, newest first.
    pub(crate) unfinished: Vec<WindowBriefJson<'a>>,
    /// Further such windows.
    pub(crate) more_unfinished: usize,
    /// What to run in every session.
    pub(crate) always: Vec<CheckJson<'a>>,
    /// What to run at the end.
    pub(crate) matrix: Vec<CheckJson<'a>>,
    /// Where the ledgers stand.
    pub(crate) heads: Vec<LedgerHeadJson<'a>>,
    /// The document that the brief was written to; null without `--write`.
    pub(crate) written: Option<String>,
}

/// A document to read.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HandoffReading")]
pub(crate) struct ReadingJson<'a> {
    /// Its absolute path, or an address.
    pub(crate) path: &'a str,
    /// What it is read for.
    pub(crate) why: &'a str,
}

/// A command and what it shows when all is well.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HandoffCheck")]
pub(crate) struct CheckJson<'a> {
    /// The command line.
    pub(crate) command: &'a str,
    /// When it passes.
    pub(crate) passes: &'a str,
}

/// A lane.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HandoffLane")]
pub(crate) struct LaneJson<'a> {
    /// Its `AGENT_ID`.
    pub(crate) lane: &'a str,
    /// The windows that it holds open.
    pub(crate) windows: &'a [String],
}

/// A window and what it still needs.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HandoffWindow")]
pub(crate) struct WindowBriefJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// What it still needs; empty when it only has to be finalized.
    pub(crate) needs: &'a [String],
    /// The command lines that give it, in their order.
    pub(crate) commands: &'a [String],
}

/// The last row of a ledger.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HandoffHead")]
pub(crate) struct LedgerHeadJson<'a> {
    /// The ledger's file name.
    pub(crate) file: &'a str,
    /// Its number.
    pub(crate) seq: u64,
    /// Its hash in hex.
    pub(crate) h: &'a str,
}
