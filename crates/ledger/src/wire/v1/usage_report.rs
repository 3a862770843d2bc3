//! Rows of `codex_ccusage.jsonl` and `claude_monitor.jsonl`: what a usage report said.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Lane, ProviderId, Reading, RowRef, WindowId};

use super::reading;
use super::reading_json::ReadingJson;
use super::snapshot::lane_of;
use crate::wire::object::{Fields, Object, decode_row};
use crate::wire::value::{Instant, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// A stored usage report: tokens, costs and local estimates, which are no meter of the provider.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageReport {
    /// The window it belongs to.
    pub window: WindowId,
    /// The source as a provider name: `codex-ccusage`, `claude-monitor`, ...
    pub provider: ProviderId,
    /// What it covers: `session`, `daily` or `weekly`.
    pub scope: Option<String>,
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The agent that took it.
    pub lane: Option<Lane>,
    /// The operator's notes.
    pub notes: String,
    /// What the report says.
    pub reading: Reading,
    /// Where the row stands.
    pub row: RowRef,
}

/// Writes a usage report as one line, with the text it came from.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{Fact, ProviderId, Reading, RowRef, WindowId};
/// use tracker_ledger::wire::Stamp;
/// use tracker_ledger::wire::usage_report::{self, UsageReport};
/// let ccusage = ProviderId::new("codex-ccusage")?;
/// let mut reading = Reading::new(ccusage.clone(), "ccusage");
/// reading.facts.insert("total_tokens".into(), Fact::Count(120_000));
/// let report = UsageReport {
///     window: WindowId::new("W0-19")?,
///     provider: ccusage,
///     scope: Some("weekly".into()),
///     captured_at: Utc.with_ymd_and_hms(2025, 10, 19, 8, 0, 0).single().ok_or("an instant")?,
///     lane: None,
///     notes: "derived:weekly".into(),
///     reading,
///     row: RowRef::default(),
/// };
/// let line = usage_report::write(&report, "{}", &Stamp::new("0.1.0", "ingest"))?;
/// assert_eq!(usage_report::read(line.as_bytes(), RowRef::default())?, Some(report));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(report: &UsageReport, raw_text: &str, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&UsageReportJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        window: report.window.as_str(),
        provider: report.provider.as_str(),
        scope: report.scope.as_deref(),
        captured_at: Instant(report.captured_at),
        agent_id: report.lane.as_ref().map(Lane::as_str),
        notes: &report.notes,
        parsed: ReadingJson::of(&report.reading),
        raw_text,
    })
}

/// Reads one line of ours or of the earlier tool; `None` for a row of the ledger itself.
///
/// # Errors
/// [`WireError`] naming the field: the window, provider and instant must be there.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<UsageReport>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let provider: ProviderId = object.required_word("provider")?;
    let nothing = Object::new();
    let mut reading = reading::from_object(&provider, object.object("parsed").unwrap_or(&nothing))?;
    let notes = object.notes();
    Ok(Some(UsageReport {
        window: object.required_word("window")?,
        scope: object.filled("scope"),
        captured_at: object.required_instant("captured_at")?,
        lane: lane_of(&object, &notes, &mut reading.errors),
        provider,
        notes,
        reading,
        row,
    }))
}

/// A usage report on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UsageReport")]
pub(super) struct UsageReportJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The window it belongs to.
    window: &'a str,
    /// The source as a provider name.
    provider: &'a str,
    /// What it covers: `session`, `daily` or `weekly`.
    scope: Option<&'a str>,
    /// When it was captured.
    captured_at: Instant,
    /// The agent that took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The operator's notes.
    notes: &'a str,
    /// What the report says.
    parsed: ReadingJson<'a>,
    /// The report after pseudonyms.
    raw_text: &'a str,
}
