//! The shape of a reading on disk.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Fact, LeftPct, Level, Meter, Reading, Resolution, UnknownField, UsageEntry, UsedPct};

use super::flat;
use super::reading::{FIELDS, Found};
use crate::wire::value::{Instant, Plain, key_of};

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
    /// How the kind of the input was found out; only what `tracker parse auto` prints has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_as: Option<ReadAsJson<'a>>,
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
pub(super) struct MeterJson<'a> {
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
    /// Where the number comes from, as `kind` of the reading; only what `tracker parse` prints has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    /// Seconds between the observation and the capture, where the input says when it was observed; only what
    /// `tracker parse` prints has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_seconds: Option<i64>,
}

/// How the kind of an input was found out.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReadAs")]
struct ReadAsJson<'a> {
    /// The word of `tracker parse KIND` that reads it.
    kind: &'a str,
    /// How sure its parser is, 1 to 100.
    confidence: u8,
    /// What it was recognized by.
    reason: &'a str,
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
            read_as: None,
            errors: reading.errors.iter().map(ToString::to_string).collect(),
            unknown: reading.unknown.iter().map(UnknownJson::of).collect(),
            entries: reading.entries.iter().map(EntryJson::of).collect(),
            flat: flat_values(reading),
        }
    }

    /// Returns the reading with the origin of each number.
    pub(crate) fn found(reading: &'a Reading, found: &Found<'a>) -> Self {
        let mut json = Self::of(reading);
        let age = reading.observed_at.map(|observed_at| (found.captured_at - observed_at).num_seconds());
        for meter in &mut json.meters {
            meter.source = Some(&reading.kind);
            meter.age_seconds = age.filter(|age| *age >= 0);
        }
        json.read_as =
            found.read_as.map(|(kind, confidence, reason)| ReadAsJson { kind, confidence, reason });
        json
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
    pub(super) fn of(meter: &'a Meter) -> Self {
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
            used_pct: meter.used_pct().map(UsedPct::get),
            left_pct: meter.left_pct().map(LeftPct::get),
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
            source: None,
            age_seconds: None,
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
