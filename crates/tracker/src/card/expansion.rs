//! What the last two previews say of a provider: those of the run up to each of its last two finalized windows.

use std::collections::BTreeSet;

use tracker_domain::{FeatureKind, FinalizedWindow, PromptCount, ProviderId, WindowId};
use tracker_gates::{Expansion, ExpansionFacts, PREVIEWS, PreviewFacts, expansion};
use tracker_windows::canonical::{CanonicalSnapshots, finalized};
use tracker_windows::order::sort_by_place;
use tracker_windows::units::{ProviderUnits, units};

use super::Material;
use crate::estimate::estimate;
use crate::settings::Settings;

/// Returns the answer of the gate for every provider.
pub(super) fn expansions(
    providers: &[ProviderUnits],
    material: &Material,
    blocked: &[String],
    limit: f64,
    settings: &Settings,
) -> Vec<Expansion> {
    let windows = in_order(&material.finalized);
    let facts = |of: &ProviderUnits| {
        let previews = last_windows(&windows, &of.provider)
            .into_iter()
            .filter_map(|at| preview(&of.provider, windows.get(..=at)?, &material.counts, settings));
        let named = blocked.iter().cloned().chain(waiting(material, &of.provider, limit));
        ExpansionFacts {
            provider: of.provider.to_string(),
            previews: previews.collect(),
            blocked: named.collect::<BTreeSet<String>>().into_iter().collect(),
        }
    };
    providers.iter().map(|of| expansion(&facts(of))).collect()
}

/// Returns the capabilities that are reserved in a window that nobody began, while the provider's newest weekly bar
/// stands at the limit: they wait for capacity and for nothing else that the ledgers tell.
fn waiting(material: &Material, provider: &ProviderId, limit: f64) -> Vec<String> {
    let canonical = CanonicalSnapshots::new(&material.snapshots, &material.retractions);
    let of_provider = canonical.entries().filter_map(|(_, entry)| entry.canonical);
    let newest = of_provider
        .filter(|snapshot| snapshot.provider == *provider)
        .max_by_key(|snapshot| snapshot.captured_at);
    let weekly = newest.and_then(|snapshot| {
        let bar = snapshot.reading.meters.iter().find(|meter| meter.id.is_weekly())?;
        Some(bar.used_pct()?.get())
    });
    if weekly.is_none_or(|used| used < limit) {
        return Vec::new();
    }
    let is_begun = |window: &WindowId| {
        material.snapshots.iter().any(|row| row.window == *window)
            || material.finalized.iter().any(|row| row.window == *window)
    };
    let reserved = material.features.iter().filter(|row| {
        row.kind == FeatureKind::Reserved
            && row.provider.as_ref().is_none_or(|own| own == provider)
            && !is_begun(&row.window)
    });
    reserved.filter_map(|row| row.capability.clone()).collect()
}

/// Returns the newest row of every window, in the order in which the windows were first finalized: a correction or a
/// later measurement of an old window is no new preview.
fn in_order(rows: &[FinalizedWindow]) -> Vec<FinalizedWindow> {
    let mut newest = finalized(rows);
    let mut placed: Vec<&FinalizedWindow> = rows.iter().collect();
    sort_by_place(&mut placed, |row| &row.row);
    placed.into_iter().filter_map(|row| Some(newest.remove(&row.window)?.canonical.clone())).collect()
}

/// Returns the places of the provider's last windows, the oldest first.
fn last_windows(windows: &[FinalizedWindow], provider: &ProviderId) -> Vec<usize> {
    let takes_part = |row: &FinalizedWindow| {
        row.providers.contains_key(provider) || row.features.get(provider).is_some_and(|n| *n > 0.0)
    };
    let places = windows.iter().enumerate().rev().filter(|(_, row)| takes_part(row)).map(|(at, _)| at);
    let mut last: Vec<usize> = places.take(PREVIEWS).collect();
    last.reverse();
    last
}

/// Returns what a preview of these windows says of the provider.
fn preview(
    provider: &ProviderId,
    windows: &[FinalizedWindow],
    counts: &[PromptCount],
    settings: &Settings,
) -> Option<PreviewFacts> {
    let all = units(windows, counts, settings.capacity.as_ref());
    let as_of = windows.last()?.row.clone();
    let mut facts = PreviewFacts { as_of, baseline: quality(&all), ..PreviewFacts::default() };
    if let Some(of) = all.iter().find(|of| of.provider == *provider) {
        let estimate = estimate(of, settings.interval, settings.effect);
        facts.n = estimate.n;
        facts.width = estimate.interval.and_then(|interval| interval.width());
        facts.power = estimate.power;
        facts.quality = quality(std::slice::from_ref(of));
    }
    Some(facts)
}

/// Returns the mean quality of the features; `None` without features, or where a quality is missing.
fn quality(providers: &[ProviderUnits]) -> Option<f64> {
    let units = || providers.iter().flat_map(|of| &of.units);
    let features: f64 = units().map(|unit| unit.features).sum();
    let weighted: Option<f64> = units().map(|unit| unit.quality_weighted).sum();
    weighted.filter(|_| features > 0.0).map(|weighted| weighted / features)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, window: &str, provider: &str) -> FinalizedWindow {
        let mut row = FinalizedWindow::new(window.parse().unwrap(), chrono::DateTime::UNIX_EPOCH);
        row.features.insert(provider.parse().unwrap(), 1.0);
        row.row.line = line;
        row
    }

    #[test]
    fn a_later_row_of_an_old_window_is_no_new_preview() {
        let rows = [row(1, "W-1", "one"), row(2, "W-2", "one"), row(3, "W-3", "two"), row(4, "W-1", "one")];
        let windows = in_order(&rows);
        let lines: Vec<u64> = windows.iter().map(|row| row.row.line).collect();
        assert_eq!(lines, [4, 2, 3], "in the order of their first rows, by their newest");
        let one: ProviderId = "one".parse().unwrap();
        assert_eq!(last_windows(&windows, &one), [0, 1]);
    }

    #[test]
    fn a_reservation_waits_for_capacity_when_its_provider_stands_at_the_limit() {
        use tracker_domain::{
            FeatureRecord, Level, Meter, MeterId, Phase, Reading, RowRef, Snapshot, UsedPct,
        };
        let one: ProviderId = "one".parse().unwrap();
        let at = |used: f64| {
            let mut reading = Reading::new(one.clone(), "pane");
            let level = Level::Used(UsedPct::new(used).unwrap());
            reading.meters.push(Meter::new(MeterId::WEEKLY, "week").with_level(level));
            Snapshot {
                id: "s-1".parse().unwrap(),
                window: "W-1".parse().unwrap(),
                provider: one.clone(),
                lane: None,
                phase: Phase::Before,
                captured_at: chrono::DateTime::UNIX_EPOCH,
                notes: String::new(),
                source: "alias".to_owned(),
                account: None,
                reading,
                pane_hash: None,
                cross_id: None,
                commit: None,
                row: RowRef::default(),
            }
        };
        let reserved = |window: &str, capability: &str| {
            let window = window.parse().unwrap();
            let mut row = FeatureRecord::new(FeatureKind::Reserved, window, chrono::DateTime::UNIX_EPOCH);
            row.capability = Some(capability.to_owned());
            row
        };
        let features = vec![reserved("W-1", "CAP-1"), reserved("W-2", "CAP-2")];
        let mut material = Material { snapshots: vec![at(90.0)], features, ..Material::default() };
        assert_eq!(waiting(&material, &one, 90.0), ["CAP-2"], "W-1 was begun");
        material.snapshots = vec![at(89.0)];
        assert!(waiting(&material, &one, 90.0).is_empty());
    }
}
