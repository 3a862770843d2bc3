//! Rows of `features.jsonl`: scenarios that went green, and capabilities that were reserved.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{FeatureKind, FeatureRecord, Lane, ProviderId, RowRef, WindowId};

use crate::wire::object::{Fields, decode_row};
use crate::wire::value::{Instant, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// The header of `Feature_Log.csv`, which repeats the rows of scenarios that went green.
pub const HEADER: &str = "date,window_id,provider,feature_file,scenario,commit_id,notes,baseline_commit,implementation_commit,docs_commit,lines_added,lines_removed";

/// Writes a feature row as one line.
///
/// ```
/// use tracker_domain::{FeatureKind, FeatureRecord, RowRef};
/// use tracker_ledger::wire::{Stamp, feature};
/// let mut row = FeatureRecord::new(FeatureKind::Reserved, "W0-19".parse()?, chrono::DateTime::UNIX_EPOCH);
/// row.capability = Some("CAP-01".into());
/// let line = feature::write(&row, &Stamp::new("0.1.0", "feature"))?;
/// assert_eq!(feature::read(line.as_bytes(), RowRef::default())?, Some(row));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(row: &FeatureRecord, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&FeatureJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        kind: row.kind.as_str(),
        window: row.window.as_str(),
        window_id: row.window.as_str(),
        provider: row.provider.as_ref().map(ProviderId::as_str),
        capability_id: row.capability.as_deref(),
        new_capability: row.is_new,
        feature_file: row.feature_file.as_deref(),
        scenario: row.scenario.as_deref(),
        description: row.description.as_deref(),
        commit_id: row.commit.as_deref(),
        baseline_commit: row.baseline_commit.as_deref(),
        implementation_commit: row.implementation_commit.as_deref(),
        docs_commit: row.docs_commit.as_deref(),
        lines_added: row.lines_added,
        lines_removed: row.lines_removed,
        captured_at: Instant(row.captured_at),
        agent_id: row.lane.as_ref().map(Lane::as_str),
        notes: &row.notes,
    })
}

/// Reads one line; `None` for a row of the ledger itself. A row that names no kind was logged.
///
/// # Errors
/// [`WireError`] naming the field: window and instant must be there.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<FeatureRecord>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let window: WindowId =
        object.required_word(if object.contains_key("window") { "window" } else { "window_id" })?;
    let kind = object.word("kind")?.unwrap_or(FeatureKind::Logged);
    let mut record = FeatureRecord::new(kind, window, object.required_instant("captured_at")?);
    record.provider = object.word("provider")?;
    record.capability = object.filled("capability_id");
    record.is_new = object.get("new_capability").and_then(serde_json::Value::as_bool).unwrap_or(false);
    record.feature_file = object.filled("feature_file");
    record.scenario = object.filled("scenario");
    record.description = object.filled("description");
    record.commit = object.filled("commit_id");
    record.baseline_commit = object.filled("baseline_commit");
    record.implementation_commit = object.filled("implementation_commit");
    record.docs_commit = object.filled("docs_commit");
    record.lines_added = object.count("lines_added");
    record.lines_removed = object.count("lines_removed");
    record.lane = object.word("agent_id")?;
    record.notes = object.notes();
    record.row = row;
    Ok(Some(record))
}

/// Returns the cells of `Feature_Log.csv` ([`HEADER`]) for one line of the ledger; `None` for a reservation, which is
/// no feature yet, and for a row of the ledger itself. What was not measured is empty.
#[must_use]
pub fn cells(line: &[u8]) -> Option<Vec<String>> {
    let row = read(line, RowRef::default()).ok().flatten()?;
    if row.kind != FeatureKind::Logged {
        return None;
    }
    let count = |lines: Option<u64>| lines.map(|lines| lines.to_string()).unwrap_or_default();
    Some(vec![
        row.captured_at.format("%Y-%m-%d").to_string(),
        row.window.to_string(),
        row.provider.as_ref().map(ProviderId::to_string).unwrap_or_default(),
        row.feature_file.unwrap_or_default(),
        row.scenario.unwrap_or_default(),
        row.commit.unwrap_or_default(),
        row.notes,
        row.baseline_commit.unwrap_or_default(),
        row.implementation_commit.unwrap_or_default(),
        row.docs_commit.unwrap_or_default(),
        count(row.lines_added),
        count(row.lines_removed),
    ])
}

/// A feature row on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Feature")]
pub(super) struct FeatureJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// `logged` (a scenario went green) or `reserved` (a capability was set aside).
    kind: &'a str,
    /// The window it belongs to.
    window: &'a str,
    /// The same, under the name of the CSV column.
    window_id: &'a str,
    /// Whose work it is.
    provider: Option<&'a str>,
    /// The capability of the map.
    capability_id: Option<&'a str>,
    /// Whether it was reserved although the map did not hold it.
    new_capability: bool,
    /// The `.feature` file.
    feature_file: Option<&'a str>,
    /// The scenario that went green.
    scenario: Option<&'a str>,
    /// What is to be done, of a reservation.
    description: Option<&'a str>,
    /// The commit at which the scenario was green.
    commit_id: Option<&'a str>,
    /// The last commit before the work.
    baseline_commit: Option<&'a str>,
    /// The commit that made the scenario green.
    implementation_commit: Option<&'a str>,
    /// The commit that documented it.
    docs_commit: Option<&'a str>,
    /// Lines added from the baseline to the implementation.
    lines_added: Option<u64>,
    /// Lines removed there.
    lines_removed: Option<u64>,
    /// When it was recorded.
    captured_at: Instant,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The operator's notes.
    notes: &'a str,
}
