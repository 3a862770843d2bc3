//! The text of every row: the only place where domain types become JSON and JSON becomes domain types.
//!
//! ```
//! use tracker_domain::{ProviderId, Reading, RowRef};
//! use tracker_ledger::wire::{reading, snapshot};
//!
//! // A row of the earlier tool: flat fields, no id, no schema version.
//! let old = br#"{"window":"W0-19","provider":"codex","phase":"before","notes":"AGENT_ID=sub1",
//!     "captured_at":"2025-10-19T05:59:12.123456+00:00","source":"alias","raw_text":"",
//!     "parsed":{"fiveh_pct":3,"fiveh_resets":"14:01","weekly_pct":null,"errors":[]}}"#;
//! let snapshot::SnapshotLine::Snapshot(stored) = snapshot::read(old, RowRef::default())? else {
//!     return Err("a snapshot".into());
//! };
//! assert_eq!(stored.lane.as_ref().map(|lane| lane.as_str()), Some("sub1"));
//! assert_eq!(stored.reading.meters[0].used_amount(), Some(3.0));
//!
//! let empty = Reading::new(ProviderId::new("codex")?, "status-pane");
//! assert!(reading::write(&empty)?.contains(r#""weekly_pct":null"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//! - One module a row kind, each with `write` (domain to one line, without the line end) and `read` (one line
//!   to domain). What derives `Serialize` here is promised; nothing else in the workspace does.
//! - Every new row is stamped: `schema_version`, `tool_version`, `source`, and `agent_id` where known.
//! - A row of the earlier tool is read by its flat fields. Unknown keys are passed over, so that fields may
//!   be added; a row whose integer `schema_version` is newer than [`SCHEMA_VERSION`] is refused
//!   ([`WireError::NewerSchema`]).
//! - The ledger's own rows (`adopt`) are no data: readers return `None` for them.
//!
//! # Limits
//! Knows no files: `seq` and `h` are added and checked by the ledger. Text that identifies a person must be
//! replaced before it comes here. A line that repeats a key, holds a number out of range or a lone surrogate
//! is refused as a whole.

mod error;
mod object;
mod v1;
mod value;

pub use error::WireError;
pub use schema::schemas;
pub use v1::{
    anomaly, churn, evidence, feature, glm_count, job_run, meter_reading, panel, reading, replay, schema,
    snapshot, state, telemetry, token_plan, usage_report, window,
};

use tracker_domain::Lane;

/// Version of the rows that this release writes, and the newest that it reads.
pub const SCHEMA_VERSION: u32 = 1;

/// Who writes a row.
///
/// ```
/// use tracker_ledger::wire::Stamp;
/// let stamp = Stamp::new("0.1.0", "alias");
/// assert_eq!((stamp.tool_version, stamp.source, stamp.agent_id), ("0.1.0", "alias", None));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// Version of the writing tool.
    pub tool_version: &'a str,
    /// The command that writes: `alias`, `ingest`, `complete`, `finalize`, ...
    pub source: &'a str,
    /// The agent at work, for rows that have no lane of their own.
    pub agent_id: Option<&'a Lane>,
}

impl<'a> Stamp<'a> {
    /// Returns a stamp without an agent.
    #[must_use]
    pub fn new(tool_version: &'a str, source: &'a str) -> Self {
        Self { tool_version, source, agent_id: None }
    }

    /// Returns the stamp with the agent at work.
    #[must_use]
    pub fn with_agent(mut self, lane: Option<&'a Lane>) -> Self {
        self.agent_id = lane;
        self
    }
}

/// Returns a row of any kind as its text, for kinds that are shown as they are: `None` for a row of the
/// ledger itself.
///
/// ```
/// use tracker_ledger::wire;
/// assert_eq!(wire::row_text(br#"{"window":"W0-19","files_changed":3}"#)?, Some(r#"{"window":"W0-19","files_changed":3}"#));
/// assert_eq!(wire::row_text(br#"{"adopt":{"bytes":0}}"#)?, None);
/// assert!(wire::row_text(br#"{"window":"W0-19","window":"W0-20"}"#).is_err());
/// # Ok::<(), wire::WireError>(())
/// ```
///
/// # Errors
/// [`WireError::NotJson`] or [`WireError::NewerSchema`].
pub fn row_text(line: &[u8]) -> Result<Option<&str>, WireError> {
    let is_data = object::decode_row(line)?.is_some();
    let text = std::str::from_utf8(line).map_err(|error| WireError::NotJson { reason: error.to_string() })?;
    Ok(is_data.then_some(text))
}
