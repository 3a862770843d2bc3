//! A reading as one JSON object: the output of `tracker parse --format json`, and `parsed` inside rows.
//!
//! Field order: provider, kind, meters, what stood beside them, errors, then the facts and the earlier tool's flat
//! keys at top level. Unknown numbers are null, never 0.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{
    ContextUse, Fact, Level, Meter, MeterId, ProviderId, Reading, Resolution, UnknownField, UsageEntry,
};

use super::flat;
use super::reading_earlier;
use crate::wire::WireError;
use crate::wire::error::quote;
use crate::wire::object::{Fields, Figure, Object, check_schema, decode};
use crate::wire::value::{Instant, Plain, key_of, line, name_of};

/// Top-level keys that are fields; a fact of such a name is written under `own:<name>`.
const FIELDS: [&str; 18] = [
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

/// Reads what [`write`] wrote, or the earlier tool's flat fields when a `provider` is named in them.
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

fn read_meter(object: &Object) -> Result<Meter, WireError> {
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

/// A reading on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Reading")]
pub(crate) struct ReadingJson<'a> {
    /// Whose meters.
    provider: &'a str,
    /// What kind of input: `status-pane`, `usage-pane`, `rollout`, ...
    kind: &'a str,
    /// The meters in the order in which they were printed.
    meters: Vec<MeterJson<'a>>,
    /// The instant that the input itself states.
    observed_at: Option<Instant>,
    /// Model name as printed.
    model: Option<&'a str>,
    /// Reasoning effort as printed.
    effort: Option<&'a str>,
    /// Percent of the context window left.
    context_left_pct: Option<f64>,
    /// Tokens in the context.
    context_used_tokens: Option<u64>,
    /// Size of the context window in tokens.
    context_window_tokens: Option<u64>,
    /// Subscription plan as printed.
    plan: Option<&'a str>,
    /// Pseudonym of the account.
    account: Option<&'a str>,
    /// Pseudonym of the session.
    session: Option<&'a str>,
    /// Version of the client that printed it.
    tool_version: Option<&'a str>,
    /// Tags: what is missing, doubtful or special.
    errors: Vec<String>,
    /// What was seen and not understood.
    unknown: Vec<UnknownJson<'a>>,
    /// Rows of a usage report.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entries: Vec<EntryJson<'a>>,
    /// Facts, and the earlier tool's flat keys, which repeat what the meters say.
    #[serde(flatten)]
    flat: BTreeMap<String, FlatJson<'a>>,
}

/// One meter on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Meter")]
struct MeterJson<'a> {
    /// Which limit: `5h`, `weekly`, `weekly:opus`, `prompts`, ...
    id: &'a str,
    /// The label as printed.
    label: &'a str,
    /// Length of the limit's window in minutes.
    window_minutes: Option<u32>,
    /// Percent used, printed or computed.
    used_pct: Option<f64>,
    /// Percent left, printed or computed.
    left_pct: Option<f64>,
    /// Units used, for counts.
    used: Plain,
    /// Units allowed, for counts that have a cap.
    cap: Plain,
    /// The smallest step: `whole-percent` or `fine`.
    resolution: &'static str,
    /// What the client printed: `used`, `left` or `count`; null when the number is not there.
    direction: Option<&'static str>,
    /// The reset as printed.
    resets_raw: Option<&'a str>,
    /// The reset as an instant, where it could be resolved without guessing.
    resets_at: Option<Instant>,
    /// Further text that belongs to the meter.
    detail: Option<&'a str>,
}

/// Something seen and not understood.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UnknownField")]
struct UnknownJson<'a> {
    /// The label or key as printed.
    name: &'a str,
    /// The value as printed.
    raw: &'a str,
    /// Why it is unknown.
    why: &'a str,
}

/// One row of a usage report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UsageEntry")]
struct EntryJson<'a> {
    /// A date, a month or a session id.
    key: &'a str,
    /// All tokens of the row.
    total_tokens: Option<u64>,
    /// Cost in US dollars.
    cost_usd: Option<f64>,
    /// Percent of a quota.
    percent_used: Option<f64>,
    /// Last activity as printed.
    last_activity: Option<&'a str>,
}

/// A value at top level.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "FlatValue")]
pub(super) enum FlatJson<'a> {
    /// A whole number.
    Count(u64),
    /// Any other number.
    Number(f64),
    /// A used amount; null where unknown.
    Amount(Plain),
    /// Text.
    Text(&'a str),
    /// Text that is not known.
    Nothing(()),
}

impl<'a> ReadingJson<'a> {
    pub(crate) fn of(reading: &'a Reading) -> Self {
        let context = reading.context.unwrap_or_default();
        Self {
            provider: reading.provider.as_str(),
            kind: &reading.kind,
            meters: reading.meters.iter().map(MeterJson::of).collect(),
            observed_at: reading.observed_at.map(Instant),
            model: reading.model.as_deref(),
            effort: reading.effort.as_deref(),
            context_left_pct: context.left_pct,
            context_used_tokens: context.used_tokens,
            context_window_tokens: context.window_tokens,
            plan: reading.plan.as_deref(),
            account: reading.account.as_deref(),
            session: reading.session.as_deref(),
            tool_version: reading.tool_version.as_deref(),
            errors: reading.errors.iter().map(ToString::to_string).collect(),
            unknown: reading.unknown.iter().map(UnknownJson::of).collect(),
            entries: reading.entries.iter().map(EntryJson::of).collect(),
            flat: flat_values(reading),
        }
    }
}

fn flat_values(reading: &Reading) -> BTreeMap<String, FlatJson<'_>> {
    let is_taken = |key: &str| FIELDS.contains(&key) || flat::owns(&reading.provider, key);
    let mut values = BTreeMap::new();
    for (name, fact) in &reading.facts {
        let value = match fact {
            Fact::Count(count) => FlatJson::Count(*count),
            Fact::Text(text) => FlatJson::Text(text),
            other => other.as_number().map_or(FlatJson::Nothing(()), FlatJson::Number),
        };
        values.insert(key_of(name, is_taken).into_owned(), value);
    }
    let known = flat::meters(&reading.provider);
    let is_report = !(reading.entries.is_empty() && reading.facts.is_empty())
        && known.iter().all(|flat| reading.meter(&flat.id()).is_none());
    for flat in known {
        let meter = reading.meter(&flat.id());
        if meter.is_none() && (is_report || !flat.always) {
            continue;
        }
        let amount = meter.and_then(Meter::used_amount);
        values.insert(flat.amount.to_owned(), FlatJson::Amount(Plain(amount)));
        if let Some(resets) = flat.resets {
            let raw = meter.and_then(|meter| meter.resets_raw.as_deref());
            values.insert(resets.to_owned(), raw.map_or(FlatJson::Nothing(()), FlatJson::Text));
        }
    }
    values
}

impl<'a> MeterJson<'a> {
    fn of(meter: &'a Meter) -> Self {
        let (direction, used, cap) = match meter.level {
            Some(Level::Used(_)) => (Some("used"), None, None),
            Some(Level::Left(_)) => (Some("left"), None, None),
            Some(Level::Count { used, cap }) => (Some("count"), Some(used), cap),
            _ => (None, None, None),
        };
        Self {
            id: meter.id.as_str(),
            label: &meter.label,
            window_minutes: meter.window_minutes,
            used_pct: meter.used_pct().map(tracker_domain::UsedPct::get),
            left_pct: meter.left_pct().map(tracker_domain::LeftPct::get),
            used: Plain(used),
            cap: Plain(cap),
            resolution: match meter.resolution {
                Resolution::Fine => "fine",
                _ => "whole-percent",
            },
            direction,
            resets_raw: meter.resets_raw.as_deref(),
            resets_at: meter.resets_at.map(Instant),
            detail: meter.detail.as_deref(),
        }
    }
}

impl<'a> UnknownJson<'a> {
    fn of(field: &'a UnknownField) -> Self {
        Self { name: &field.name, raw: &field.raw, why: &field.why }
    }
}

impl<'a> EntryJson<'a> {
    fn of(entry: &'a UsageEntry) -> Self {
        Self {
            key: &entry.key,
            total_tokens: entry.total_tokens,
            cost_usd: entry.cost_usd,
            percent_used: entry.percent_used,
            last_activity: entry.last_activity.as_deref(),
        }
    }
}
