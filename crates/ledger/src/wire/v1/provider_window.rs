//! One provider within a window row: before, after, delta, capture instants, lanes, notes, errors.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use tracker_domain::{Account, Lane, LaneDelta, MeterId, ProviderId, ProviderWindow, Readout, Tag};

use super::amounts::{self, Amounts, Origin};
use super::flat;
use super::reading_json::FlatJson;
use crate::wire::WireError;
use crate::wire::object::{Fields, Object, instant};
use crate::wire::value::{Instant, Plain};

/// Reads one member of `providers`.
pub(super) fn read(provider: &ProviderId, object: &Object) -> Result<ProviderWindow, WireError> {
    // The earlier tool wrote no lanes, and whole readings (model, context, ...) under before and after.
    let origin = if object.contains_key("lanes") { Origin::Ours } else { Origin::Earlier };
    let before = read_readout(provider, object.object("before"), origin)?;
    let after = read_readout(provider, object.object("after"), origin)?;
    let mut errors = object.tags("errors");
    let mut delta = match object.object("delta") {
        Some(delta) => amounts::read(provider, delta, origin, &mut errors)?,
        None => BTreeMap::new(),
    };
    if origin == Origin::Earlier {
        drop_wrapped(&mut delta, &before, &after, &mut errors);
    }
    let mut lanes = Vec::new();
    for (key, lane) in object.object("lanes").into_iter().flatten() {
        if let Some(lane) = lane.as_object() {
            lanes.push(read_lane(provider, key, lane, &mut errors)?);
        }
    }
    let nothing = Object::new();
    let captured_at = object.object("captured_at").unwrap_or(&nothing);
    Ok(ProviderWindow {
        before,
        after,
        delta,
        before_at: captured_at.instant("before")?,
        after_at: captured_at.instant("after")?,
        lanes,
        notes: object.texts("notes"),
        errors,
    })
}

/// Drops deltas of meters that fell: the earlier tool booked a fall as a rise through 100.
fn drop_wrapped(delta: &mut Amounts, before: &Readout, after: &Readout, errors: &mut Vec<Tag>) {
    for (id, amount) in delta {
        let shown = |readout: &Readout| readout.used.get(id).copied().flatten();
        let fell = shown(before).zip(shown(after)).is_some_and(|(before, after)| after < before);
        if fell && amount.take().is_some() && !errors.contains(&Tag::NegativeDelta) {
            errors.push(Tag::NegativeDelta);
        }
    }
}

fn read_readout(
    provider: &ProviderId,
    object: Option<&Object>,
    origin: Origin,
) -> Result<Readout, WireError> {
    let Some(object) = object else { return Ok(Readout::default()) };
    let mut errors = object.tags("errors");
    let mut readout =
        Readout { used: amounts::read(provider, object, origin, &mut errors)?, ..Readout::default() };
    for (name, raw) in object.object("resets_raw").into_iter().flatten() {
        if let Some(raw) = raw.as_str() {
            readout.resets_raw.insert(amounts::meter_id(name)?, raw.to_owned());
        }
    }
    for (name, at) in object.object("resets_at").into_iter().flatten() {
        if let Some(at) = at.as_str() {
            readout.resets_at.insert(amounts::meter_id(name)?, instant("resets_at", at)?);
        }
    }
    for flat in flat::meters(provider) {
        if let Some(raw) = flat.resets.and_then(|key| object.filled(key)) {
            readout.resets_raw.entry(flat.id()).or_insert(raw);
        }
        if let Some(at) = flat.resets_at.and_then(|key| instant(key, &object.text(key)?).ok()) {
            readout.resets_at.entry(flat.id()).or_insert(at);
        }
    }
    readout.errors = errors;
    Ok(readout)
}

fn read_lane(
    provider: &ProviderId,
    key: &str,
    object: &Object,
    errors: &mut Vec<Tag>,
) -> Result<LaneDelta, WireError> {
    let name = key.split('#').next().unwrap_or_default();
    let delta = match object.object("delta") {
        Some(delta) => amounts::read(provider, delta, Origin::Ours, errors)?,
        None => BTreeMap::new(),
    };
    Ok(LaneDelta {
        lane: name.parse().ok(),
        account: object.filled("account").and_then(|account| account.parse().ok()),
        before_at: object.required_instant("before_at")?,
        after_at: object.required_instant("after_at")?,
        delta,
    })
}

/// A provider's part of a window row on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProviderWindow")]
pub(super) struct ProviderWindowJson<'a> {
    /// What the before snapshot showed.
    before: ReadoutJson<'a>,
    /// What the after snapshot showed.
    after: ReadoutJson<'a>,
    /// Capacity used by meter, null where it cannot be told.
    delta: BTreeMap<String, Plain>,
    /// Capture instants.
    captured_at: CapturedAtJson,
    /// The pairs of the lanes, by lane name; `#2` and so on follows a name that comes again.
    lanes: BTreeMap<String, LaneJson<'a>>,
    /// Notes of the snapshots.
    notes: &'a [String],
    /// Tags of the snapshots and of the deltas.
    errors: Vec<String>,
}

/// Capture instants of a pair.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CapturedAt")]
struct CapturedAtJson {
    /// Of the before snapshot.
    before: Option<Instant>,
    /// Of the after snapshot.
    after: Option<Instant>,
}

/// What one phase showed: used amounts by meter, with the earlier tool's flat keys beside them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Readout")]
struct ReadoutJson<'a> {
    /// Amounts.
    #[serde(flatten)]
    amounts: BTreeMap<String, FlatJson<'a>>,
    /// Resets as instants by meter.
    resets_at: BTreeMap<&'a str, Instant>,
    /// Resets as printed by meter.
    resets_raw: BTreeMap<&'a str, &'a str>,
    /// Tags of the reading.
    errors: Vec<String>,
}

/// The pair of one lane.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LaneDelta")]
struct LaneJson<'a> {
    /// Pseudonym of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    /// Capture instant of the before snapshot.
    before_at: Instant,
    /// Capture instant of the after snapshot.
    after_at: Instant,
    /// Use of this lane's interval by meter.
    delta: BTreeMap<String, Plain>,
}

impl<'a> ProviderWindowJson<'a> {
    pub(super) fn of(provider: &ProviderId, window: &'a ProviderWindow) -> Self {
        Self {
            before: ReadoutJson::of(provider, &window.before),
            after: ReadoutJson::of(provider, &window.after),
            delta: amounts::members(provider, &window.delta),
            captured_at: CapturedAtJson {
                before: window.before_at.map(Instant),
                after: window.after_at.map(Instant),
            },
            lanes: lanes(provider, &window.lanes),
            notes: &window.notes,
            errors: window.errors.iter().map(ToString::to_string).collect(),
        }
    }
}

fn lanes<'a>(provider: &ProviderId, deltas: &'a [LaneDelta]) -> BTreeMap<String, LaneJson<'a>> {
    let mut lanes = BTreeMap::new();
    for delta in deltas {
        let name = delta.lane.as_ref().map_or("", Lane::as_str);
        let mut key = name.to_owned();
        let mut times: u32 = 1;
        while lanes.contains_key(&key) {
            times += 1;
            key = format!("{name}#{times}");
        }
        let lane = LaneJson {
            account: delta.account.as_ref().map(Account::as_str),
            before_at: Instant(delta.before_at),
            after_at: Instant(delta.after_at),
            delta: amounts::members(provider, &delta.delta),
        };
        lanes.insert(key, lane);
    }
    lanes
}

impl<'a> ReadoutJson<'a> {
    fn of(provider: &ProviderId, readout: &'a Readout) -> Self {
        let mut amounts: BTreeMap<_, _> = amounts::members(provider, &readout.used)
            .into_iter()
            .map(|(key, amount)| (key, FlatJson::Amount(amount)))
            .collect();
        for flat in flat::meters(provider) {
            let Some(key) = flat.resets else { continue };
            if let Some(raw) = readout.resets_raw.get(&flat.id()) {
                amounts.insert(key.to_owned(), FlatJson::Text(raw));
            } else if amounts.contains_key(flat.amount) {
                amounts.insert(key.to_owned(), FlatJson::Nothing(()));
            }
        }
        Self {
            amounts,
            resets_at: readout.resets_at.iter().map(|(id, at)| (MeterId::as_str(id), Instant(*at))).collect(),
            resets_raw: readout.resets_raw.iter().map(|(id, raw)| (id.as_str(), raw.as_str())).collect(),
            errors: readout.errors.iter().map(ToString::to_string).collect(),
        }
    }
}
