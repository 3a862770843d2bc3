//! Rows of `proxy_telemetry.jsonl`: batches of proxy events, in columns.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Lane, ProxyEvent, RowRef, WindowId};

use super::LEDGER_KEYS;
use super::telemetry_columns::{EventColumns, EventColumnsJson, WrittenColumns};
use crate::wire::object::check_schema;
use crate::wire::value::{Instant, Plain, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// What a batch adds up to, under the earlier tool's names.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TelemetryTotals {
    /// Events.
    pub total: u64,
    /// Routed to GLM, 0 to 100.
    pub routed_to_glm_pct: Option<f64>,
    /// Median latency in milliseconds.
    pub latency_p50_ms: Option<f64>,
    /// 95th percentile of the latency in milliseconds.
    pub latency_p95_ms: Option<f64>,
    /// Failed, 0 to 100.
    pub error_rate_pct: Option<f64>,
}

/// How far an input had been read when a batch was stored, so that reading can go on there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputPosition {
    /// Whole lines read.
    pub lines: u64,
    /// Bytes of these lines.
    pub bytes: u64,
    /// Bytes at the start of a file that `head_sha256` is of; 0 for a stream.
    pub head_bytes: u64,
    /// SHA-256 (hex) of these bytes: tells whether a file is still the same one.
    pub head_sha256: String,
}

/// One batch of events of a window.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{ProxyEvent, RowRef, WindowId};
/// use tracker_ledger::wire::Stamp;
/// use tracker_ledger::wire::telemetry::{self, EventBatch, InputPosition, TelemetryTotals};
/// let mut batch = EventBatch::default();
/// let event = ProxyEvent { rid: "R1".into(), lane: "glm".into(), ..ProxyEvent::default() };
/// batch.push(&event, 7);
/// let at = Utc.with_ymd_and_hms(2025, 10, 19, 8, 0, 0).single().ok_or("an instant")?;
/// let (window, totals, input) = (WindowId::new("W0-CHN")?, TelemetryTotals::default(), InputPosition::default());
/// let line = telemetry::write(&window, at, "", &totals, &input, &batch, &Stamp::new("0.1.0", "ingest"))?;
/// let row = telemetry::read(line.as_bytes(), RowRef::default())?.ok_or("a row")?;
/// let events: Vec<_> = row.events().collect();
/// assert_eq!(events, [(7, event)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct EventBatch(WrittenColumns);

impl EventBatch {
    /// Adds an event under its name: the first 8 bytes of its hash.
    pub fn push(&mut self, event: &ProxyEvent<'_>, name: u64) {
        self.0.push(event, name);
    }

    /// Returns how many events it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether it holds no event.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many bytes the events will take in a row, at least (escapes count at their longest), without the
    /// names of the columns.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.bytes()
    }

    /// Takes all events out; their memory is kept for the next ones.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// A stored batch; its texts are borrowed from the line where they can be.
#[derive(Debug, Clone, PartialEq)]
pub struct TelemetryRow<'a> {
    /// The window it belongs to.
    pub window: WindowId,
    /// When it was stored.
    pub captured_at: Option<DateTime<Utc>>,
    /// What the batch adds up to, as stored: all that the earlier tool's rows tell.
    pub totals: TelemetryTotals,
    /// How far the input had been read.
    pub input: InputPosition,
    /// The lines that an earlier tool's row kept; empty in rows of this format.
    pub raw_text: String,
    /// Where the row stands.
    pub row: RowRef,
    columns: EventColumns<'a>,
}

impl TelemetryRow<'_> {
    /// Returns the names of the events.
    pub fn names(&self) -> impl Iterator<Item = u64> {
        self.columns.names()
    }

    /// Returns the events with their names, in the order in which they arrived.
    pub fn events(&self) -> impl Iterator<Item = (u64, ProxyEvent<'_>)> {
        self.columns.events()
    }
}

/// Writes a batch as one line. A row holds at most 1 MiB: see [`EventBatch::bytes`].
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(
    window: &WindowId,
    captured_at: DateTime<Utc>,
    notes: &str,
    totals: &TelemetryTotals,
    input: &InputPosition,
    batch: &EventBatch,
    stamp: &Stamp<'_>,
) -> Result<String, WireError> {
    line(&TelemetryJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        window: window.as_str(),
        captured_at: Instant(captured_at),
        agent_id: stamp.agent_id.map(Lane::as_str),
        notes,
        parsed: TotalsJson {
            total: totals.total,
            routed_to_glm_pct: Plain(totals.routed_to_glm_pct),
            latency_p50_ms: Plain(totals.latency_p50_ms),
            latency_p95_ms: Plain(totals.latency_p95_ms),
            error_rate_pct: Plain(totals.error_rate_pct),
        },
        input: InputJson {
            lines: input.lines,
            bytes: input.bytes,
            head_bytes: input.head_bytes,
            head_sha256: &input.head_sha256,
        },
        events: batch.0.json(),
        raw_text: "",
    })
}

/// Reads one line of ours or of the earlier tool (whose rows hold totals and perhaps the lines they are of); `None`
/// for a row of the ledger itself.
///
/// # Errors
/// [`WireError`] naming what is wrong: not JSON, no window, columns of unequal length.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<TelemetryRow<'_>>, WireError> {
    let not_json = |error: serde_json::Error| WireError::NotJson { reason: error.to_string() };
    let stored: StoredRow<'_> = serde_json::from_slice(bytes).map_err(not_json)?;
    check_schema(stored.schema_version.as_ref())?;
    if LEDGER_KEYS.contains(&"adopt") && stored.adopt.is_some() {
        return Ok(None);
    }
    let window = stored.window.ok_or(WireError::Missing { field: "window" })?;
    let window = WindowId::new(&*window).map_err(|_| WireError::Invalid {
        field: "window",
        expected: "an identifier (1-64 of A-Z a-z 0-9 . _ -)",
        value: crate::wire::error::quote(&window),
    })?;
    let captured_at =
        stored.captured_at.and_then(|text| crate::wire::object::instant("captured_at", &text).ok());
    let columns = match stored.events {
        Some(columns) => columns.checked()?,
        None => EventColumns::default(),
    };
    Ok(Some(TelemetryRow {
        window,
        captured_at,
        totals: stored.parsed.map(StoredTotals::totals).unwrap_or_default(),
        input: stored.input.unwrap_or_default().into(),
        raw_text: stored.raw_text.unwrap_or_default(),
        row,
        columns,
    }))
}

/// What is read of a line; everything else is passed over.
#[derive(serde::Deserialize)]
struct StoredRow<'a> {
    #[serde(default)]
    schema_version: Option<serde_json::Value>,
    #[serde(default)]
    adopt: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    window: Option<String>,
    #[serde(default)]
    captured_at: Option<String>,
    #[serde(default)]
    parsed: Option<StoredTotals>,
    #[serde(default)]
    input: Option<StoredInput>,
    #[serde(borrow, default)]
    events: Option<EventColumns<'a>>,
    #[serde(default)]
    raw_text: Option<String>,
}

#[derive(serde::Deserialize)]
struct StoredTotals {
    #[serde(default)]
    total: Option<f64>,
    #[serde(default)]
    routed_to_glm_pct: Option<f64>,
    #[serde(default)]
    latency_p50_ms: Option<f64>,
    #[serde(default)]
    latency_p95_ms: Option<f64>,
    #[serde(default)]
    error_rate_pct: Option<f64>,
}

impl StoredTotals {
    fn totals(self) -> TelemetryTotals {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 2^53, whole")]
        let total = self.total.filter(|n| (0.0..9e15).contains(n)).unwrap_or(0.0) as u64;
        TelemetryTotals {
            total,
            routed_to_glm_pct: self.routed_to_glm_pct,
            latency_p50_ms: self.latency_p50_ms,
            latency_p95_ms: self.latency_p95_ms,
            error_rate_pct: self.error_rate_pct,
        }
    }
}

#[derive(Default, serde::Deserialize)]
struct StoredInput {
    #[serde(default)]
    lines: u64,
    #[serde(default)]
    bytes: u64,
    #[serde(default)]
    head_bytes: u64,
    #[serde(default)]
    head_sha256: String,
}

impl From<StoredInput> for InputPosition {
    fn from(of: StoredInput) -> Self {
        Self { lines: of.lines, bytes: of.bytes, head_bytes: of.head_bytes, head_sha256: of.head_sha256 }
    }
}

/// A batch of proxy events on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Telemetry")]
pub(super) struct TelemetryJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The window it belongs to.
    window: &'a str,
    /// When it was stored.
    captured_at: Instant,
    /// The agent that stored it.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The operator's notes.
    notes: &'a str,
    /// What the batch adds up to.
    parsed: TotalsJson,
    /// How far the input had been read.
    input: InputJson<'a>,
    /// The events, in columns of equal length.
    events: EventColumnsJson<'a>,
    /// Empty; the earlier tool kept its input here.
    raw_text: &'a str,
}

/// What a batch adds up to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TelemetryTotals")]
struct TotalsJson {
    /// Events.
    total: u64,
    /// Routed to GLM, 0 to 100.
    routed_to_glm_pct: Plain,
    /// Median latency in milliseconds.
    latency_p50_ms: Plain,
    /// 95th percentile of the latency in milliseconds.
    latency_p95_ms: Plain,
    /// Failed, 0 to 100.
    error_rate_pct: Plain,
}

/// How far an input had been read.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "InputPosition")]
struct InputJson<'a> {
    /// Whole lines read.
    lines: u64,
    /// Bytes of these lines.
    bytes: u64,
    /// Bytes at the start of the file that the hash is of; 0 for a stream.
    head_bytes: u64,
    /// SHA-256 (hex) of these bytes.
    head_sha256: &'a str,
}
