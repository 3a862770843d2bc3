//! The output of `scan --format json`.

use schemars::JsonSchema;
use serde::Serialize;

/// What `scan` found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Scan")]
pub(crate) struct ScanJson<'a> {
    /// Log files.
    pub(crate) logs: usize,
    /// Their length in bytes.
    pub(crate) bytes: u64,
    /// How many were read anew.
    pub(crate) read: usize,
    /// Rows that repeat another.
    pub(crate) left_out: u64,
    /// Rows that should tell tokens or meters and could not be read.
    pub(crate) unreadable: u64,
    /// Readings that were appended to `meters.jsonl`.
    pub(crate) meters_stored: usize,
    /// Readings that the logs hold.
    pub(crate) meters_known: usize,
    /// The window whose before and after were stored.
    pub(crate) window: Option<&'a str>,
    /// Sums of tokens.
    pub(crate) tokens: Vec<TokensJson<'a>>,
    /// What is odd about the meters.
    pub(crate) anomalies: Vec<FindingJson<'a>>,
    /// Windows that could be derived (`--auto`).
    pub(crate) proposals: Vec<ProposalJson<'a>>,
}

/// Tokens of one day or window, provider, model and lane.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ScanTokens")]
pub(crate) struct TokensJson<'a> {
    /// The day, or the window (`-`: none).
    pub(crate) of: &'a str,
    /// Whose client.
    pub(crate) provider: &'a str,
    /// The model as logged.
    pub(crate) model: &'a str,
    /// `main`, or `side` for agents under it.
    pub(crate) lane: &'a str,
    /// Answers.
    pub(crate) answers: u64,
    /// Input that no cache held.
    pub(crate) input_tokens: u64,
    /// Input that a cache held.
    pub(crate) cache_read_tokens: u64,
    /// Input that was written to a cache.
    pub(crate) cache_write_tokens: u64,
    /// Output, reasoning included.
    pub(crate) output_tokens: u64,
    /// The part of the output that was reasoning.
    pub(crate) reasoning_tokens: u64,
    /// All of them; reasoning is counted once.
    pub(crate) total_tokens: u64,
}

/// Something odd about a meter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ScanAnomaly")]
pub(crate) struct FindingJson<'a> {
    /// `jump`, `reset-early`, `reset-late`, `fell-without-reset`, `over-100`, `window-vanished`, `two-accounts`.
    pub(crate) kind: String,
    /// Whose meter.
    pub(crate) provider: &'a str,
    /// Which meter.
    pub(crate) meter: &'a str,
    /// When.
    pub(crate) at: String,
    /// Percent used before.
    pub(crate) before: Option<f64>,
    /// Percent used then.
    pub(crate) after: Option<f64>,
    /// Whether a window that it lies in cannot be finalized.
    pub(crate) blocking: bool,
    /// One line for people.
    pub(crate) detail: &'a str,
}

/// A window that could be derived.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ScanProposal")]
pub(crate) struct ProposalJson<'a> {
    /// The next free name.
    pub(crate) window: &'a str,
    /// Whose work.
    pub(crate) provider: &'a str,
    /// The first answer.
    pub(crate) since: String,
    /// The last answer.
    pub(crate) until: String,
    /// Answers in it.
    pub(crate) answers: usize,
}
