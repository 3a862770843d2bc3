//! Rows of `glm_counts.jsonl`: prompt counts.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{CountKind, Lane, PromptCount, Reading, RowRef, Tag};

use super::reading_json::ReadingJson;
use super::snapshot::{commit_of, lane_of};
use crate::wire::object::{Fields, Figure, Object, decode_row};
use crate::wire::value::{Instant, Plain, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// The source of a count whose row names none.
const UNKNOWN_SOURCE: &str = "unknown";

/// Writes a prompt count as one line, with what was parsed and the text it came from (empty when typed).
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{CountKind, PromptCount, ProviderId, RowRef, WindowId};
/// use tracker_ledger::wire::{Stamp, glm_count};
/// let count = PromptCount {
///     window: WindowId::new("W0-02")?,
///     provider: ProviderId::new("glm")?,
///     lane: None,
///     captured_at: Utc.with_ymd_and_hms(2025, 11, 5, 10, 2, 17).single().ok_or("an instant")?,
///     prompts_used: Some(6.0),
///     kind: CountKind::Delta,
///     baseline: Some(12.0),
///     commit: None,
///     count_source: "ccusage".into(),
///     notes: String::new(),
///     errors: Vec::new(),
///     row: RowRef::default(),
/// };
/// let line = glm_count::write(&count, None, "", &Stamp::new("0.1.0", "alias"))?;
/// assert!(line.contains(r#""prompts_used":6,"kind":"delta","baseline":12,"count_source":"ccusage""#));
/// assert_eq!(glm_count::read(line.as_bytes(), RowRef::default())?, Some(count));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(
    count: &PromptCount,
    parsed: Option<&Reading>,
    raw_text: &str,
    stamp: &Stamp<'_>,
) -> Result<String, WireError> {
    line(&GlmCountJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        window: count.window.as_str(),
        provider: count.provider.as_str(),
        captured_at: Instant(count.captured_at),
        agent_id: count.lane.as_ref().map(Lane::as_str),
        commit: count.commit.as_ref().map(|mark| mark.commit.as_str()),
        commit_dirty: count.commit.as_ref().map(|mark| mark.is_dirty),
        prompts_used: Plain(count.prompts_used),
        kind: count.kind.as_str(),
        baseline: Plain(count.baseline),
        count_source: &count.count_source,
        errors: count.errors.iter().map(ToString::to_string).collect(),
        notes: &count.notes,
        parsed: parsed.map(ReadingJson::of),
        raw_text,
    })
}

/// Reads one line of ours or of the earlier tool; `None` for a row of the ledger itself.
///
/// A row without `kind` is a delta when an alias stored it or it holds a baseline, else the running figure of
/// an ingest. The earlier tool wrote 0 where it found no count: a 0 that its own `parsed` does not bear out
/// is unknown, with `insufficient-data`.
///
/// # Errors
/// [`WireError`] naming the field: the window, provider and instant must be there, `kind` must be a known
/// word.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<PromptCount>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let nothing = Object::new();
    let parsed = object.object("parsed").unwrap_or(&nothing);
    let mut errors = object.tags("errors");
    if !object.contains_key("errors") {
        errors = parsed.tags("errors");
    }
    let baseline = [object.figure("baseline"), parsed.figure("baseline"), parsed.figure("baseline_prompts")];
    let baseline = baseline.into_iter().find_map(|figure| figure.at_least_zero().known());
    let kind = match object.word("kind")? {
        Some(kind) => kind,
        None if baseline.is_some() || object.text("source").as_deref() == Some("alias") => CountKind::Delta,
        None => CountKind::Absolute,
    };
    let prompts_used = prompts(&object, parsed, &mut errors);
    let notes = object.notes();
    Ok(Some(PromptCount {
        window: object.required_word("window")?,
        provider: object.required_word("provider")?,
        lane: lane_of(&object, &notes, &mut errors),
        captured_at: object.required_instant("captured_at")?,
        prompts_used,
        kind,
        baseline,
        commit: commit_of(&object),
        count_source: object.filled("count_source").unwrap_or_else(|| UNKNOWN_SOURCE.to_owned()),
        notes,
        errors,
        row,
    }))
}

fn prompts(object: &Object, parsed: &Object, errors: &mut Vec<Tag>) -> Option<f64> {
    let figure = object.figure("prompts_used").at_least_zero();
    let is_ours = object.contains_key("count_source");
    let is_borne_out = object.object("parsed").is_none()
        || parsed.figure("prompts_used").known().is_some() && !errors.contains(&Tag::InsufficientData);
    let tag = match figure {
        Figure::Known(x) if x > 0.0 || is_ours || is_borne_out => return Some(x),
        Figure::Unknown => return None,
        Figure::Known(_) => Tag::InsufficientData,
        Figure::Unreadable => Tag::Other("invalid:prompts_used".to_owned()),
    };
    if !errors.contains(&tag) {
        errors.push(tag);
    }
    None
}

/// A prompt count on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "GlmCount")]
pub(super) struct GlmCountJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The window it belongs to.
    window: &'a str,
    /// Whose prompts.
    provider: &'a str,
    /// When it was captured.
    captured_at: Instant,
    /// The agent that took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The commit that was checked out in the repository of the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    /// Whether tracked files differed from that commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit_dirty: Option<bool>,
    /// Prompts; null when the input held no count.
    prompts_used: Plain,
    /// `delta` (use of the window) or `absolute` (the meter's running figure).
    kind: &'a str,
    /// The running figure at the start, for a delta that has one.
    baseline: Plain,
    /// Who counted: `ccusage`, `monitor`, `trace` or `manual`.
    count_source: &'a str,
    /// Tags: what is missing, doubtful or special.
    errors: Vec<String>,
    /// The operator's notes.
    notes: &'a str,
    /// What the input says.
    parsed: Option<ReadingJson<'a>>,
    /// The input after pseudonyms.
    raw_text: &'a str,
}
