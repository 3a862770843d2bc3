//! Rows of `anomalies.jsonl`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Anomaly, AnomalyKind, Cause, Lane, MeterId, ProviderId, RowRef, SnapshotId, Tag};

use super::amounts::{self, Amounts, Origin};
use super::snapshot::lane_of;
use crate::wire::error::quote;
use crate::wire::object::{Fields, Object, decode_row};
use crate::wire::value::{Instant, Plain, key_of, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// Key of a value that belongs to no meter.
const NO_METER: &str = "value";

/// What the earlier tool appended to a kind in its notes.
const DETECTED: &str = "-detected";

/// Writes an anomaly as one line. `before`, `after` and `delta` are tables by meter, as the earlier tool's
/// were.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use tracker_domain::{Anomaly, AnomalyKind, Cause, MeterId, ProviderId, RowRef, WindowId};
/// use tracker_ledger::wire::{Stamp, anomaly};
/// let fell = Anomaly {
///     window: WindowId::new("W0-19")?,
///     provider: ProviderId::new("codex")?,
///     lane: None,
///     kind: AnomalyKind::NegativeDelta,
///     meter: Some(MeterId::WEEKLY),
///     cause: Some(Cause::Unexplained),
///     blocking: true,
///     before: Some(96.0),
///     after: Some(5.0),
///     snapshots: Vec::new(),
///     captured_at: Utc.with_ymd_and_hms(2025, 10, 19, 8, 0, 0).single().ok_or("an instant")?,
///     detail: "weekly fell from 96 to 5".into(),
///     row: RowRef::default(),
/// };
/// let line = anomaly::write(&fell, &Stamp::new("0.1.0", "alias"))?;
/// assert!(line.contains(r#""before":{"weekly":96},"after":{"weekly":5},"delta":{"weekly":-91}"#));
/// assert_eq!(anomaly::read(line.as_bytes(), RowRef::default())?, Some(fell));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(anomaly: &Anomaly, stamp: &Stamp<'_>) -> Result<String, WireError> {
    let kind = anomaly.kind.to_string();
    let by_meter = |value: Option<f64>| -> BTreeMap<String, Plain> {
        value.map(|x| (key(anomaly.meter.as_ref()), Plain(Some(x)))).into_iter().collect()
    };
    let delta = anomaly.after.zip(anomaly.before).map(|(after, before)| after - before);
    line(&AnomalyJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        window: anomaly.window.as_str(),
        provider: anomaly.provider.as_str(),
        captured_at: Instant(anomaly.captured_at),
        agent_id: anomaly.lane.as_ref().map(Lane::as_str),
        notes: format!("{kind}{DETECTED}"),
        kind,
        meter: anomaly.meter.as_ref().map(MeterId::as_str),
        cause: anomaly.cause.map(Cause::as_str),
        blocking: anomaly.blocking,
        before: by_meter(anomaly.before),
        after: by_meter(anomaly.after),
        delta: by_meter(delta),
        snapshots: anomaly.snapshots.iter().map(SnapshotId::as_str).collect(),
        detail: &anomaly.detail,
    })
}

fn key(meter: Option<&MeterId>) -> String {
    meter.map_or(NO_METER.to_owned(), |id| key_of(id.as_str(), |_| false).into_owned())
}

/// Reads one line of ours or of the earlier tool; `None` for a row of the ledger itself.
///
/// The earlier tool's rows name a kind in their notes only, no snapshots and no cause: a fallen meter is
/// blocking there, and it is named when exactly one fell.
///
/// # Errors
/// [`WireError`] naming the field: the window, provider and instant must be there, identifiers and the cause
/// must be known ones.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<Anomaly>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let provider: ProviderId = object.required_word("provider")?;
    let notes = object.notes();
    let mut anomaly = Anomaly {
        window: object.required_word("window")?,
        lane: lane_of(&object, &notes, &mut Vec::new()),
        kind: object.text("kind").map_or_else(|| kind_in_notes(&notes), |word| kind(&word)),
        meter: object.word("meter")?,
        cause: cause(&object)?,
        blocking: object.get("blocking").and_then(serde_json::Value::as_bool).unwrap_or(false),
        before: None,
        after: None,
        snapshots: Vec::new(),
        captured_at: object.required_instant("captured_at")?,
        detail: object.text("detail").unwrap_or_default(),
        row,
        provider,
    };
    if object.contains_key("kind") {
        let key = key(anomaly.meter.as_ref());
        let value = |table| object.object(table).and_then(|table| table.figure(&key).known());
        anomaly.before = value("before");
        anomaly.after = value("after");
        anomaly.snapshots = snapshots(&object)?;
    } else {
        read_earlier(&mut anomaly, &object, &notes)?;
    }
    Ok(Some(anomaly))
}

fn read_earlier(anomaly: &mut Anomaly, object: &Object, notes: &str) -> Result<(), WireError> {
    anomaly.detail = notes.to_owned();
    if anomaly.kind != AnomalyKind::NegativeDelta {
        return Ok(());
    }
    anomaly.blocking = true;
    let table = |name: &str| -> Result<Amounts, WireError> {
        let nothing = Object::new();
        let table = object.object(name).unwrap_or(&nothing);
        amounts::read(&anomaly.provider, table, Origin::Earlier, &mut Vec::<Tag>::new())
    };
    let (before, after) = (table("before")?, table("after")?);
    let fell: Vec<_> = before
        .iter()
        .filter_map(|(id, before)| Some((id, (*before)?, (*after.get(id)?)?)))
        .filter(|(_, before, after)| after < before)
        .collect();
    if let [(id, from, to)] = fell.as_slice() {
        anomaly.meter = Some((*id).clone());
        anomaly.before = Some(*from);
        anomaly.after = Some(*to);
    }
    Ok(())
}

fn kind_in_notes(notes: &str) -> AnomalyKind {
    kind(notes.strip_suffix(DETECTED).unwrap_or(notes))
}

fn kind(word: &str) -> AnomalyKind {
    word.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})
}

fn cause(object: &Object) -> Result<Option<Cause>, WireError> {
    match object.filled("cause").as_deref() {
        None => Ok(None),
        Some("reset-crossed") => Ok(Some(Cause::ResetCrossed)),
        Some("unexplained") => Ok(Some(Cause::Unexplained)),
        Some(word) => Err(WireError::Invalid {
            field: "cause",
            expected: "reset-crossed or unexplained",
            value: quote(word),
        }),
    }
}

fn snapshots(object: &Object) -> Result<Vec<SnapshotId>, WireError> {
    let id = |text: &String| {
        SnapshotId::new(text.as_str()).map_err(|_| WireError::Invalid {
            field: "snapshots",
            expected: "a list of snapshot ids",
            value: quote(text),
        })
    };
    object.texts("snapshots").iter().map(id).collect()
}

/// An anomaly on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Anomaly")]
pub(super) struct AnomalyJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// The window.
    window: &'a str,
    /// The provider.
    provider: &'a str,
    /// When it was found.
    captured_at: Instant,
    /// The lane.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<&'a str>,
    /// The kind followed by `-detected`.
    notes: String,
    /// `negative-delta`, `reset-crossed`, `late-after`, `replayed-pane`, `divergent`, ...
    kind: String,
    /// The meter, for kinds that concern one.
    meter: Option<&'a str>,
    /// Why a meter fell: `reset-crossed` or `unexplained`.
    cause: Option<&'a str>,
    /// Whether the window may not be finalized until the capture is corrected.
    blocking: bool,
    /// The before value by meter.
    before: BTreeMap<String, Plain>,
    /// The after value by meter.
    after: BTreeMap<String, Plain>,
    /// After minus before by meter, as it was seen.
    delta: BTreeMap<String, Plain>,
    /// The snapshots it rests on.
    snapshots: Vec<&'a str>,
    /// One line for people.
    detail: &'a str,
}
