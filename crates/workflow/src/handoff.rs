//! The hand-off: one brief that the next agent starts from without reading anything twice.

mod commands;
mod text;

use chrono::{DateTime, Utc};

pub use commands::{Command, MeterSource, OpenWork, UnfinishedWork, close_open, close_unfinished, quoted};
pub use text::text;

use crate::plan::{Check, Reference};

/// A lane and what it holds open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneBrief {
    /// Its `AGENT_ID`.
    pub lane: String,
    /// The windows that it holds open.
    pub windows: Vec<String>,
}

/// A window, what it still needs, and the commands that give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowBrief {
    /// The window.
    pub window: String,
    /// Whether it is finalized.
    pub is_finalized: bool,
    /// What it still needs, in words; empty when it only has to be finalized.
    pub needs: Vec<String>,
    /// The command lines, in the order in which they are to be run.
    pub commands: Vec<String>,
}

/// The last row of a ledger, to be compared with what the next agent finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadBrief {
    /// The ledger's file name.
    pub file: String,
    /// The number of its last row.
    pub seq: u64,
    /// That row's hash in hex.
    pub hash: String,
}

/// The whole brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The folder in which the commands are to be run, absolute.
    pub root: String,
    /// What to read first.
    pub reading: Vec<Reference>,
    /// What to run first.
    pub opener: Vec<Check>,
    /// The lanes.
    pub lanes: Vec<LaneBrief>,
    /// Windows that are not finalized, from the one that was begun first.
    pub open: Vec<WindowBrief>,
    /// Further open windows, which are only counted.
    pub more_open: usize,
    /// Finalized windows that lack churn or evidence, newest first.
    pub unfinished: Vec<WindowBrief>,
    /// Further such windows, which are only counted.
    pub more_unfinished: usize,
    /// What to run whatever is open: live telemetry, cost comparison, checkpoint.
    pub always: Vec<Check>,
    /// What to run at the end.
    pub matrix: Vec<Check>,
    /// Where the ledgers stand.
    pub heads: Vec<HeadBrief>,
}
