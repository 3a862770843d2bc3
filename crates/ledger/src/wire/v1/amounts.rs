//! Amounts by meter: `{"weekly": 4, "weekly_pct": 4}`, meter ids with the earlier tool's flat keys beside
//! them.

use std::collections::BTreeMap;

use tracker_domain::{MeterId, ProviderId, Tag};

use super::flat;
use crate::wire::WireError;
use crate::wire::error::quote;
use crate::wire::object::{Fields, Figure, Object};
use crate::wire::value::{Plain, key_of, name_of};

/// Keys that stand beside amounts; a meter of such a name is written under `own:<name>`.
const BESIDE: [&str; 3] = ["resets_at", "resets_raw", "errors"];

/// An amount of each meter in its own unit, `None` where it is unknown.
pub(super) type Amounts = BTreeMap<MeterId, Option<f64>>;

/// Which amounts a row may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// Ours: every key that is not a field is a meter.
    Ours,
    /// The earlier tool's: only its flat names and the well-known ids are meters.
    Earlier,
}

/// Returns the members of an object of amounts.
pub(super) fn members(provider: &ProviderId, amounts: &Amounts) -> BTreeMap<String, Plain> {
    let is_taken = |key: &str| BESIDE.contains(&key) || flat::owns(provider, key);
    let mut members: BTreeMap<_, _> = amounts
        .iter()
        .map(|(id, amount)| (key_of(id.as_str(), is_taken).into_owned(), Plain(usable(*amount))))
        .collect();
    for flat in flat::meters(provider) {
        if let Some(amount) = amounts.get(&flat.id()) {
            members.insert(flat.amount.to_owned(), Plain(usable(*amount)));
        }
    }
    members
}

/// What is written of an amount: below 0 it is no amount.
fn usable(amount: Option<f64>) -> Option<f64> {
    amount.filter(|x| *x >= 0.0)
}

/// Reads an object of amounts. An amount that is no number is `None` and tagged `invalid:<key>`; one below 0
/// is `None` and tagged `negative-delta`, whatever it stands for: a later reader must not add it up.
pub(super) fn read(
    provider: &ProviderId,
    object: &Object,
    origin: Origin,
    errors: &mut Vec<Tag>,
) -> Result<Amounts, WireError> {
    let is_taken = |key: &str| BESIDE.contains(&key) || flat::owns(provider, key);
    let mut amounts = Amounts::new();
    for key in object.keys() {
        let Some(name) = name_of(key, is_taken) else { continue };
        if origin == Origin::Earlier && !is_well_known(name) {
            continue;
        }
        let id = meter_id(name)?;
        amounts.insert(id, amount(object, key, errors));
    }
    for flat in flat::meters(provider) {
        let id = flat.id();
        // A scoped bar that is null was not on the pane; a main bar that is null was not readable.
        let is_shown = object.get(flat.amount).is_some_and(|value| !(value.is_null() && flat.is_scoped()));
        if is_shown && !amounts.contains_key(&id) {
            amounts.insert(id, amount(object, flat.amount, errors));
        }
    }
    Ok(amounts)
}

/// Reads a meter id that stands as a key.
pub(super) fn meter_id(name: &str) -> Result<MeterId, WireError> {
    MeterId::new(name).map_err(|_| WireError::Invalid {
        field: "providers",
        expected: "a table by meter id",
        value: quote(name),
    })
}

fn is_well_known(name: &str) -> bool {
    matches!(name, "5h" | "weekly" | "monthly" | "prompts") || name.starts_with("weekly:")
}

fn amount(object: &Object, key: &str, errors: &mut Vec<Tag>) -> Option<f64> {
    let figure = object.figure(key);
    let tag = match figure {
        Figure::Known(x) if x < 0.0 => Tag::NegativeDelta,
        Figure::Unreadable => Tag::Other(format!("invalid:{key}")),
        Figure::Known(_) | Figure::Unknown => return figure.known(),
    };
    if !errors.contains(&tag) {
        errors.push(tag);
    }
    None
}
