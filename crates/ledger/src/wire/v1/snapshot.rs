//! Rows of `snapshots.jsonl`: snapshots and retractions.

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tracker_domain::{
    Account, CommitMark, Lane, ProviderId, Retraction, RowRef, Snapshot, SnapshotId, Tag, WindowId,
};

use super::reading;
use super::reading_json::ReadingJson;
pub use super::snapshot_head::SnapshotHead;
use crate::wire::object::{Fields, Object, decode_row};
use crate::wire::value::{Instant, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// What one line of `snapshots.jsonl` is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SnapshotLine {
    /// A stored reading.
    Snapshot(Box<Snapshot>),
    /// The withdrawal of one.
    Retraction(Retraction),
    /// A row of the ledger itself: no data.
    Ledger,
}

/// Writes a snapshot as one line; `raw_text` is the pane after pseudonyms, empty for typed values.
///
/// The source stamped is the snapshot's own. The long text stands last, so that a person sees the fields
/// first.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{Phase, ProviderId, Reading, RowRef, Snapshot, SnapshotId, WindowId};
/// use tracker_ledger::wire::snapshot::{self, SnapshotLine};
/// let codex = ProviderId::new("codex")?;
/// let taken = Snapshot {
///     id: SnapshotId::new("s-1")?,
///     window: WindowId::new("W0-19")?,
///     provider: codex.clone(),
///     lane: None,
///     phase: Phase::Before,
///     captured_at: Utc.with_ymd_and_hms(2025, 10, 19, 5, 59, 12).single().ok_or("an instant")?,
///     notes: String::new(),
///     source: "alias".into(),
///     account: None,
///     reading: Reading::new(codex, "status-pane"),
///     pane_hash: None,
///     cross_id: None,
///     commit: None,
///     row: RowRef::default(),
/// };
/// let line = snapshot::write(&taken, "the pane", "0.1.0")?;
/// assert_eq!(snapshot::read(line.as_bytes(), RowRef::default())?, SnapshotLine::Snapshot(Box::new(taken)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(snapshot: &Snapshot, raw_text: &str, tool_version: &str) -> Result<String, WireError> {
    line(&SnapshotJson {
        schema_version: SCHEMA_VERSION,
        tool_version,
        source: &snapshot.source,
        snapshot_id: snapshot.id.as_str(),
        window: snapshot.window.as_str(),
        provider: snapshot.provider.as_str(),
        phase: snapshot.phase.as_str(),
        captured_at: Instant(snapshot.captured_at),
        agent_id: snapshot.lane.as_ref().map(Lane::as_str),
        account: snapshot.account.as_ref().map(Account::as_str),
        cross_id: snapshot.cross_id.as_ref().map(SnapshotId::as_str),
        pane_sha256: snapshot.pane_hash.as_deref(),
        commit: snapshot.commit.as_ref().map(|mark| mark.commit.as_str()),
        commit_dirty: snapshot.commit.as_ref().map(|mark| mark.is_dirty),
        notes: &snapshot.notes,
        parsed: ReadingJson::of(&snapshot.reading),
        raw_text,
    })
}

/// Writes a retraction as one line.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{Retraction, RowRef, SnapshotId};
/// use tracker_ledger::wire::{Stamp, snapshot};
/// let wrong = Retraction {
///     retracts: SnapshotId::new("s-1")?,
///     reason: "wrong pane".into(),
///     captured_at: Utc.with_ymd_and_hms(2025, 10, 19, 6, 0, 0).single().ok_or("an instant")?,
///     row: RowRef::default(),
/// };
/// let line = snapshot::write_retraction(&wrong, &Stamp::new("0.1.0", "alias"))?;
/// assert!(line.ends_with(r#""retracts":"s-1","reason":"wrong pane","captured_at":"2025-10-19T06:00:00Z"}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write_retraction(retraction: &Retraction, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&RetractionJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        agent_id: stamp.agent_id.map(Lane::as_str),
        retracts: retraction.retracts.as_str(),
        reason: &retraction.reason,
        captured_at: Instant(retraction.captured_at),
    })
}

/// Reads one line of ours or of the earlier tool, with its keys in any order.
///
/// A row without `snapshot_id` gets `s-` and the first 16 hex digits of the SHA-256 of its bytes (without the
/// line end), so that it can be retracted; two equal lines share it. A row without `agent_id` takes its lane
/// from `AGENT_ID=<id>` or `agent:<id>` in its notes.
///
/// # Errors
/// [`WireError`] naming the field: the window, provider, phase and instant must be there and valid, the rest
/// is read as far as it goes and tagged `invalid:<field>` where it is unreadable.
pub fn read(bytes: &[u8], row: RowRef) -> Result<SnapshotLine, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(SnapshotLine::Ledger) };
    if object.contains_key("retracts") {
        return Ok(SnapshotLine::Retraction(Retraction {
            retracts: object.required_word("retracts")?,
            reason: object.text("reason").unwrap_or_default(),
            captured_at: object.required_instant("captured_at")?,
            row,
        }));
    }
    let window: WindowId = object.required_word("window")?;
    let provider: ProviderId = object.required_word("provider")?;
    let mut reading = match object.object("parsed") {
        Some(parsed) => reading::from_object(&provider, parsed)?,
        None => reading::from_object(&provider, &Object::new())?,
    };
    for tag in object.tags("errors") {
        reading.tag(tag);
    }
    let notes = object.notes();
    Ok(SnapshotLine::Snapshot(Box::new(Snapshot {
        id: object.word("snapshot_id")?.map_or_else(|| derived_id(bytes), Ok)?,
        window,
        provider,
        lane: lane_of(&object, &notes, &mut reading.errors),
        phase: object.required_word("phase")?,
        captured_at: object.required_instant("captured_at")?,
        source: object.text("source").unwrap_or_default(),
        account: optional_id(&object, "account", &mut reading.errors),
        reading,
        pane_hash: object.filled("pane_sha256"),
        cross_id: object.word("cross_id")?,
        commit: commit_of(&object),
        notes,
        row,
    })))
}

/// Returns the stored pane of a line; `None` for rows without one.
///
/// ```
/// let line = br#"{"window":"W0-19","raw_text":"5h limit: 3% used"}"#;
/// let pane = tracker_ledger::wire::snapshot::raw_text(line)?;
/// assert_eq!(pane.as_deref(), Some("5h limit: 3% used"));
/// # Ok::<(), tracker_ledger::wire::WireError>(())
/// ```
///
/// # Errors
/// [`WireError::NotJson`] or [`WireError::NewerSchema`].
pub fn raw_text(bytes: &[u8]) -> Result<Option<String>, WireError> {
    Ok(decode_row(bytes)?.and_then(|object| object.filled("raw_text")))
}

/// Returns the id of a row that has none on disk.
pub(super) fn derived_id(bytes: &[u8]) -> Result<SnapshotId, WireError> {
    let digest = Sha256::digest(bytes.trim_ascii_end());
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    SnapshotId::new(format!("s-{hex}")).map_err(|error| WireError::Unwritable { reason: error.to_string() })
}

/// Returns the lane that notes name (`AGENT_ID=<id>`, `agent:<id>`).
pub(super) fn lane_in_notes(notes: &str) -> Option<&str> {
    let mut words = notes.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
    words
        .find_map(|word| word.strip_prefix("AGENT_ID=").or_else(|| word.strip_prefix("agent:")))
        .filter(|name| !name.is_empty())
}

/// Reads the lane of a row: its `agent_id`, else what its notes name.
pub(super) fn lane_of(object: &Object, notes: &str, errors: &mut Vec<Tag>) -> Option<Lane> {
    match object.filled("agent_id") {
        Some(_) => optional_id(object, "agent_id", errors),
        None => lane_in_notes(notes).and_then(|name| name.parse().ok()),
    }
}

/// Reads the commit that a row was captured at.
pub(super) fn commit_of(object: &Object) -> Option<CommitMark> {
    let is_dirty = object.get("commit_dirty").and_then(serde_json::Value::as_bool).unwrap_or(false);
    Some(CommitMark { commit: object.filled("commit")?, is_dirty })
}

/// Reads an identifier that a row can do without: an invalid one is unknown and tagged.
fn optional_id<T: std::str::FromStr>(object: &Object, key: &'static str, errors: &mut Vec<Tag>) -> Option<T> {
    let text = object.filled(key)?;
    let id = text.parse().ok();
    let tag = Tag::Other(format!("invalid:{key}"));
    if id.is_none() && !errors.contains(&tag) {
        errors.push(tag);
    }
    id
}

/// A snapshot row on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Snapshot")]
pub(super) struct SnapshotJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// What stored it: `alias`, `ingest`, `override`, `automation`, ...
    source: &'a str,
    /// Unique name of the row; retractions point to it.
    snapshot_id: &'a str,
    /// The window it belongs to.
    window: &'a str,
    /// Whose meters.
    provider: &'a str,
    /// `before` or `after`.
    phase: &'a str,
    /// When it was captured.
    captured_at: Instant,
    /// The agent that took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// Pseudonym of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    /// The `cross` that stored this pane twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_id: Option<&'a str>,
    /// SHA-256 (hex) of the pane as received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pane_sha256: Option<&'a str>,
    /// The commit that was checked out in the repository of the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    /// Whether tracked files differed from that commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit_dirty: Option<bool>,
    /// The operator's notes.
    notes: &'a str,
    /// What the pane says.
    parsed: ReadingJson<'a>,
    /// The pane after pseudonyms.
    raw_text: &'a str,
}

/// A retraction row on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Retraction")]
pub(super) struct RetractionJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The agent at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// Name of the snapshot withdrawn.
    retracts: &'a str,
    /// Why.
    reason: &'a str,
    /// When.
    captured_at: Instant,
}
