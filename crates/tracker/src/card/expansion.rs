//! What the last two previews said of a provider: the ledger as it stood after its last two finalized windows.

use tracker_domain::{FinalizedWindow, PromptCount, ProviderId};
use tracker_gates::{Expansion, ExpansionFacts, PREVIEWS, PreviewFacts, expansion};
use tracker_windows::order::sort_by_place;
use tracker_windows::units::{ProviderUnits, units};

use crate::estimate::estimate;
use crate::settings::Settings;

/// Returns the answer of the gate for every provider.
pub(super) fn expansions(
    providers: &[ProviderUnits],
    rows: &[FinalizedWindow],
    counts: &[PromptCount],
    blocked: &[String],
    settings: &Settings,
) -> Vec<Expansion> {
    let mut placed: Vec<&FinalizedWindow> = rows.iter().collect();
    sort_by_place(&mut placed, |row| &row.row);
    let facts = |of: &ProviderUnits| {
        let previews = last_rows(&placed, &of.provider)
            .into_iter()
            .map(|at| preview(&of.provider, &placed, at, counts, settings));
        ExpansionFacts {
            provider: of.provider.to_string(),
            previews: previews.collect(),
            blocked: blocked.to_vec(),
        }
    };
    providers.iter().map(|of| expansion(&facts(of))).collect()
}

/// Returns the places of the finalize rows that end the provider's last previews: of each window the newest row.
fn last_rows(placed: &[&FinalizedWindow], provider: &ProviderId) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (at, row) in placed.iter().enumerate().rev() {
        let is_known =
            found.iter().any(|known| placed.get(*known).is_some_and(|one| one.window == row.window));
        let takes_part =
            row.providers.contains_key(provider) || row.features.get(provider).is_some_and(|n| *n > 0.0);
        if takes_part && !is_known {
            found.push(at);
        }
        if found.len() == PREVIEWS {
            break;
        }
    }
    found.reverse();
    found
}

fn preview(
    provider: &ProviderId,
    placed: &[&FinalizedWindow],
    at: usize,
    counts: &[PromptCount],
    settings: &Settings,
) -> PreviewFacts {
    let known: Vec<FinalizedWindow> = placed.iter().take(at + 1).map(|row| (*row).clone()).collect();
    let all = units(&known, counts, settings.capacity.as_ref());
    let mut facts = PreviewFacts {
        as_of: placed.get(at).map(|row| row.row.clone()).unwrap_or_default(),
        baseline: quality(&all),
        ..PreviewFacts::default()
    };
    if let Some(of) = all.iter().find(|of| of.provider == *provider) {
        let estimate = estimate(of, settings.interval, settings.effect);
        facts.n = estimate.n;
        facts.width = estimate.interval.and_then(|interval| interval.width());
        facts.power = estimate.power;
        facts.quality = quality(std::slice::from_ref(of));
    }
    facts
}

/// Returns the mean quality of the features; `None` without features, or where a quality is missing.
fn quality(providers: &[ProviderUnits]) -> Option<f64> {
    let units = || providers.iter().flat_map(|of| &of.units);
    let features: f64 = units().map(|unit| unit.features).sum();
    let weighted: Option<f64> = units().map(|unit| unit.quality_weighted).sum();
    weighted.filter(|_| features > 0.0).map(|weighted| weighted / features)
}
