//! Rows of `evidence.jsonl`: what shows that a capability works.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Artifact, Evidence, Lane, RowRef};

use crate::wire::object::{Fields, decode_row};
use crate::wire::value::{Instant, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// Writes an evidence row as one line.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{Artifact, Evidence, EvidenceResult, RowRef, WindowId};
/// use tracker_ledger::wire::{Stamp, evidence};
/// let row = Evidence {
///     window: WindowId::new("W0-19")?,
///     capability: "CAP-01".into(),
///     test_run_id: None,
///     runner: "cargo".into(),
///     result: EvidenceResult::Pass,
///     artifacts: vec![Artifact { path: "/tmp/report.txt".into(), sha256: "0".repeat(64) }],
///     captured_at: Utc.with_ymd_and_hms(2025, 10, 19, 8, 0, 0).single().ok_or("an instant")?,
///     lane: None,
///     notes: String::new(),
///     row: RowRef::default(),
/// };
/// let line = evidence::write(&row, &Stamp::new("0.1.0", "evidence"))?;
/// assert_eq!(evidence::read(line.as_bytes(), RowRef::default())?, Some(row));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(row: &Evidence, stamp: &Stamp<'_>) -> Result<String, WireError> {
    let first = row.artifacts.first();
    line(&EvidenceJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        window: row.window.as_str(),
        window_id: row.window.as_str(),
        capability_id: &row.capability,
        test_run_id: row.test_run_id.as_deref(),
        runner: &row.runner,
        result: row.result.as_str(),
        artifacts_path: first.map(|artifact| artifact.path.as_str()),
        artifact_hash: first.map(|artifact| artifact.sha256.as_str()),
        artifacts: row.artifacts.iter().map(|a| ArtifactJson { path: &a.path, sha256: &a.sha256 }).collect(),
        captured_at: Instant(row.captured_at),
        agent_id: row.lane.as_ref().map(Lane::as_str),
        notes: &row.notes,
    })
}

/// Reads one line; `None` for a row of the ledger itself.
///
/// # Errors
/// [`WireError`] naming the field: window, capability, runner, result and instant must be there.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<Evidence>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let window = if object.contains_key("window") { "window" } else { "window_id" };
    let listed = object.objects("artifacts").into_iter().filter_map(|artifact| {
        Some(Artifact { path: artifact.filled("path")?, sha256: artifact.filled("sha256")? })
    });
    let mut artifacts: Vec<Artifact> = listed.collect();
    if let (true, Some(path), Some(sha256)) =
        (artifacts.is_empty(), object.filled("artifacts_path"), object.filled("artifact_hash"))
    {
        artifacts.push(Artifact { path, sha256 });
    }
    Ok(Some(Evidence {
        window: object.required_word(window)?,
        capability: object.filled("capability_id").ok_or(WireError::Missing { field: "capability_id" })?,
        test_run_id: object.filled("test_run_id"),
        runner: object.filled("runner").ok_or(WireError::Missing { field: "runner" })?,
        result: object.required_word("result")?,
        artifacts,
        captured_at: object.required_instant("captured_at")?,
        lane: object.word("agent_id")?,
        notes: object.notes(),
        row,
    }))
}

/// An evidence row on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Evidence")]
pub(super) struct EvidenceJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The window it belongs to.
    window: &'a str,
    /// The same, under the name of the CSV column.
    window_id: &'a str,
    /// The capability that was tested.
    capability_id: &'a str,
    /// Names the run.
    test_run_id: Option<&'a str>,
    /// What ran it.
    runner: &'a str,
    /// `pass`, `fail` or `skip`.
    result: &'a str,
    /// Absolute path of the first artifact.
    artifacts_path: Option<&'a str>,
    /// SHA-256 of the first artifact.
    artifact_hash: Option<&'a str>,
    /// All artifacts.
    artifacts: Vec<ArtifactJson<'a>>,
    /// When it was recorded.
    captured_at: Instant,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The operator's notes.
    notes: &'a str,
}

/// One artifact.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Artifact")]
struct ArtifactJson<'a> {
    /// Absolute path.
    path: &'a str,
    /// SHA-256 of its bytes.
    sha256: &'a str,
}
