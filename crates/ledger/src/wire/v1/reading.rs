//! A reading as one JSON object: the output of `tracker parse --format json`, and `parsed` inside rows.
//!
//! Field order: provider, kind, meters, what stood beside them, errors, then the facts and the earlier tool's
//! flat keys at top level. Unknown numbers are null, never 0.

use tracker_domain::{
    ContextUse, Fact, Level, Meter, MeterId, ProviderId, Reading, Resolution, UnknownField, UsageEntry,
};

use super::flat;
use super::reading_earlier;
use super::reading_json::ReadingJson;
use crate::wire::WireError;
use crate::wire::error::quote;
use crate::wire::object::{Fields, Figure, Object, check_schema, decode};
use crate::wire::value::{line, name_of};

/// Top-level keys that are fields; a fact of such a name is written under `own:<name>`.
pub(super) const FIELDS: [&str; 19] = [
    "provider",
    "kind",
    "meters",
    "observed_at",
    "model",
    "effort",
    "context_left_pct",
    "context_used_tokens",
    "context_window_tokens",
    "plan",
    "account",
    "session",
    "tool_version",
    "errors",
    "unknown",
    "entries",
    "schema_version",
    "read_as",
    "adopt",
];

/// Writes a reading as one line of JSON.
///
/// Percentages print with a point (`3.0`), counts without; `direction` says what the client printed, so that
/// reading it back gives the same level and not a computed one.
///
/// ```
/// use tracker_domain::{Level, Meter, MeterId, ProviderId, Reading, UsedPct};
/// use tracker_ledger::wire::reading;
/// let mut codex = Reading::new(ProviderId::new("codex")?, "status-pane");
/// codex.meters.push(Meter::new(MeterId::FIVE_HOURS, "5h limit").with_level(Level::Used(UsedPct::new(3.0)?)));
/// let line = reading::write(&codex)?;
/// assert!(line.contains(r#""used_pct":3.0,"left_pct":97.0"#));
/// assert!(line.contains(r#""fiveh_pct":3,"fiveh_resets":null,"weekly_pct":null"#));
/// assert_eq!(reading::read(&line)?, codex);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`WireError::Unwritable`] for an instant outside the years 0-9999.
pub fn write(reading: &Reading) -> Result<String, WireError> {
    line(&ReadingJson::of(reading))
}

/// How a reading was come by.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// When the input was captured.
    pub captured_at: chrono::DateTime<chrono::Utc>,
    /// The kind as which the input was recognized, how sure its parser is (1 to 100), and by what; `None` when the
    /// kind was given.
    pub read_as: Option<(&'a str, u8, &'a str)>,
}

/// Writes a reading with the origin of its numbers: each meter has its `source` and, where the input says when it was
/// observed, its `age_seconds`.
///
/// ```
/// use tracker_domain::{Meter, MeterId, ProviderId, Reading};
/// use tracker_ledger::wire::reading::{Found, write_found};
/// let mut log = Reading::new(ProviderId::new("codex")?, "rollout");
/// log.observed_at = Some("2026-01-01T00:00:00Z".parse()?);
/// log.meters.push(Meter::new(MeterId::WEEKLY, "weekly"));
/// let found = Found { captured_at: "2026-01-01T00:01:30Z".parse()?, read_as: Some(("codex", 95, "its lines")) };
/// let line = write_found(&log, &found)?;
/// assert!(line.contains(r#""source":"rollout","age_seconds":90"#));
/// assert!(line.contains(r#""read_as":{"kind":"codex","confidence":95,"reason":"its lines"}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`write()`].
pub fn write_found(reading: &Reading, found: &Found<'_>) -> Result<String, WireError> {
    line(&ReadingJson::found(reading, found))
}

/// Reads what [`write()`] wrote, or the earlier tool's flat fields when a `provider` is named in them.
///
/// Facts that are not finite and a context without any figure do not come back: they say nothing.
///
/// # Errors
/// [`WireError::NotJson`] or a field that cannot be what it should be.
pub fn read(text: &str) -> Result<Reading, WireError> {
    let object = decode(text.as_bytes())?;
    check_schema(object.get("schema_version"))?;
    let provider = object.required_word("provider")?;
    from_object(&provider, &object)
}

/// Reads the object under `parsed` in a row of `provider`.
pub(crate) fn from_object(provider: &ProviderId, object: &Object) -> Result<Reading, WireError> {
    if !object.contains_key("meters") {
        return Ok(reading_earlier::from_object(provider, object));
    }
    let provider = object.word("provider")?.unwrap_or_else(|| provider.clone());
    let mut reading = Reading::new(provider, object.text("kind").unwrap_or_default());
    for meter in object.objects("meters") {
        reading.meters.push(read_meter(meter)?);
    }
    reading.observed_at = object.instant("observed_at")?;
    reading.model = object.text("model");
    reading.effort = object.text("effort");
    reading.plan = object.text("plan");
    reading.account = object.text("account");
    reading.session = object.text("session");
    reading.tool_version = object.text("tool_version");
    reading.context = read_context(object);
    reading.errors = object.tags("errors");
    reading.unknown = object.objects("unknown").into_iter().map(read_unknown).collect();
    reading.entries = object.objects("entries").into_iter().map(read_entry).collect();
    for (key, value) in object {
        let is_taken = |key: &str| FIELDS.contains(&key) || flat::owns(&reading.provider, key);
        if let (Some(name), Some(fact)) = (name_of(key, is_taken), read_fact(value)) {
            reading.facts.insert(name.to_owned(), fact);
        }
    }
    Ok(reading)
}

pub(super) fn read_fact(value: &serde_json::Value) -> Option<Fact> {
    match value {
        serde_json::Value::Number(number) => match number.as_u64() {
            Some(count) => Some(Fact::Count(count)),
            None => number.as_f64().map(Fact::Number),
        },
        serde_json::Value::String(text) => Some(Fact::Text(text.clone())),
        serde_json::Value::Bool(truth) => Some(Fact::Text(truth.to_string())),
        _ => None,
    }
}

fn read_context(object: &Object) -> Option<ContextUse> {
    let context = ContextUse {
        left_pct: object.figure("context_left_pct").known(),
        used_tokens: object.count("context_used_tokens"),
        window_tokens: object.count("context_window_tokens"),
    };
    (context != ContextUse::default()).then_some(context)
}

fn read_unknown(object: &Object) -> UnknownField {
    UnknownField {
        name: object.text("name").unwrap_or_default(),
        raw: object.text("raw").unwrap_or_default(),
        why: object.text("why").unwrap_or_default(),
    }
}

fn read_entry(object: &Object) -> UsageEntry {
    UsageEntry {
        key: object.text("key").unwrap_or_default(),
        total_tokens: object.count("total_tokens"),
        cost_usd: object.figure("cost_usd").known(),
        percent_used: object.figure("percent_used").known(),
        last_activity: object.text("last_activity"),
    }
}

pub(super) fn read_meter(object: &Object) -> Result<Meter, WireError> {
    let id: MeterId = object.required_word("id")?;
    let mut meter = Meter::new(id, object.text("label").unwrap_or_default());
    meter.window_minutes = object.count("window_minutes").and_then(|minutes| minutes.try_into().ok());
    meter.level = read_level(object)?;
    meter.resolution = match object.text("resolution").as_deref() {
        Some("fine") => Resolution::Fine,
        _ => Resolution::WholePercent,
    };
    meter.resets_raw = object.text("resets_raw");
    meter.resets_at = object.instant("resets_at")?;
    meter.detail = object.text("detail");
    Ok(meter)
}

fn read_level(object: &Object) -> Result<Option<Level>, WireError> {
    let direction = object.text("direction");
    let level = match direction.as_deref() {
        None => None,
        Some("used") => number(object, "used_pct")?.map(|x| tracker_domain::UsedPct::new(x).map(Level::Used)),
        Some("left") => number(object, "left_pct")?.map(|x| tracker_domain::LeftPct::new(x).map(Level::Left)),
        Some("count") => {
            let cap = number(object, "cap")?;
            number(object, "used")?.map(|used| Ok(Level::Count { used, cap }))
        }
        Some(word) => {
            let expected = "used, left or count";
            return Err(WireError::Invalid { field: "direction", expected, value: quote(word) });
        }
    };
    level.transpose().map_err(|error| WireError::Invalid {
        field: "meters",
        expected: "a list of meters with percentages in range",
        value: quote(&error.to_string()),
    })
}

fn number(object: &Object, key: &'static str) -> Result<Option<f64>, WireError> {
    match object.figure(key) {
        Figure::Unknown => Ok(None),
        Figure::Known(x) => Ok(Some(x)),
        Figure::Unreadable => Err(WireError::Invalid {
            field: key,
            expected: "a number",
            value: quote(&object.text(key).unwrap_or_default()),
        }),
    }
}
