//! Rows of `meters.jsonl`: the history of the meters, back-filled from logs.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Account, MeterRecord, RowRef};

use super::reading::read_meter;
use super::reading_json::MeterJson;
use crate::wire::object::{Fields, decode_row};
use crate::wire::value::{Instant, line};
use crate::wire::{SCHEMA_VERSION, Stamp, WireError};

/// Writes one reading of one meter as one line.
///
/// ```
/// use tracker_domain::{Level, Meter, MeterId, MeterRecord, ProviderId, RowRef, UsedPct};
/// use tracker_ledger::wire::{Stamp, meter_reading};
/// let meter = Meter::new(MeterId::WEEKLY, "codex 10080 minutes")
///     .with_window_minutes(10_080)
///     .with_level(Level::Used(UsedPct::new(14.0)?))
///     .with_resets_at("2026-11-27T10:00:00Z".parse()?);
/// let record = MeterRecord {
///     provider: ProviderId::new("codex")?,
///     account: None,
///     limit_id: Some("codex".into()),
///     meter,
///     observed_at: "2026-11-20T10:00:00Z".parse()?,
///     plan: Some("pro".into()),
///     kind: "rollout".into(),
///     row: RowRef::default(),
/// };
/// let line = meter_reading::write(&record, &Stamp::new("0.1.0", "scan"))?;
/// assert!(line.contains(r#""observed_at":"2026-11-20T10:00:00Z","kind":"rollout""#));
/// assert_eq!(meter_reading::read(line.as_bytes(), RowRef::default())?, Some(record));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(record: &MeterRecord, stamp: &Stamp<'_>) -> Result<String, WireError> {
    line(&MeterReadingJson {
        schema_version: SCHEMA_VERSION,
        tool_version: stamp.tool_version,
        source: stamp.source,
        provider: record.provider.as_str(),
        account: record.account.as_ref().map(Account::as_str),
        limit_id: record.limit_id.as_deref(),
        observed_at: Instant(record.observed_at),
        kind: &record.kind,
        plan: record.plan.as_deref(),
        meter: MeterJson::of(&record.meter),
    })
}

/// Reads one line; `None` for a row of the ledger itself.
///
/// # Errors
/// [`WireError`] naming the field: the provider, the instant and the meter must be there.
pub fn read(bytes: &[u8], row: RowRef) -> Result<Option<MeterRecord>, WireError> {
    let Some(object) = decode_row(bytes)? else { return Ok(None) };
    let meter = object.object("meter").ok_or(WireError::Missing { field: "meter" })?;
    Ok(Some(MeterRecord {
        provider: object.required_word("provider")?,
        account: object.word("account")?,
        limit_id: object.filled("limit_id"),
        meter: read_meter(meter)?,
        observed_at: object.required_instant("observed_at")?,
        plan: object.filled("plan"),
        kind: object.text("kind").unwrap_or_default(),
        row,
    }))
}

/// One reading of one meter on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MeterReading")]
pub(super) struct MeterReadingJson<'a> {
    /// Version of this format.
    schema_version: u32,
    /// Version of the writing tool.
    tool_version: &'a str,
    /// The command that wrote it.
    source: &'a str,
    /// Whose meter.
    provider: &'a str,
    /// Pseudonym of the account; null where the source tells none.
    account: Option<&'a str>,
    /// The limit's own id; null where the client names none.
    limit_id: Option<&'a str>,
    /// When the client was told.
    observed_at: Instant,
    /// What kind of source: `rollout`, ...
    kind: &'a str,
    /// Subscription plan as the source names it.
    plan: Option<&'a str>,
    /// The meter: its duration, its level and its reset, rounded to the minute.
    meter: MeterJson<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_meter_is_refused_and_names_the_field() {
        let row = br#"{"provider":"codex","observed_at":"2026-11-20T10:00:00Z"}"#;
        assert_eq!(read(row, RowRef::default()), Err(WireError::Missing { field: "meter" }));
        assert_eq!(read(br#"{"adopt":{"bytes":0}}"#, RowRef::default()), Ok(None));
    }
}
