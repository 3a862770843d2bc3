//! The compiled card of a whole run.

use std::collections::BTreeMap;
use std::path::PathBuf;

use tracker_cli_support::{CliError, number};
use tracker_domain::{FinalizedWindow, MeterId, ProviderId, RowRef, WindowId};
use tracker_gates::{
    Expansion, ProviderFacts, Source, Status, Week0Facts, WindowFacts, week0_card, window_card,
};
use tracker_ledger::LedgerFile;
use tracker_windows::canonical::{CanonicalSnapshots, finalized};
use tracker_windows::units::{ProviderUnits, units};

use super::expansion::expansions;
use super::{DecisionCard, Material, Tally, undecoded};
use crate::Workspace;
use crate::arms::{By, arms};
use crate::comparison::{Comparison, Versus, compare};
use crate::estimate::{Estimate, estimate};
use crate::rows::Rows;
use crate::settings::Settings;
use crate::verdicts::Gate;

/// What only the compiled card has.
#[derive(Debug)]
pub(crate) struct Week0 {
    /// The providers.
    pub(crate) providers: Vec<ProviderLine>,
    /// The card of every finalized window.
    pub(crate) windows: Vec<(String, Status)>,
    /// Windows that have rows and are not finalized.
    pub(crate) open: usize,
    /// Providers compared on one meter.
    pub(crate) comparison: Vec<Certainty>,
    /// Whether one more subscription is worth its price.
    pub(crate) expansion: Vec<Expansion>,
    /// The newest stored replay in one line.
    pub(crate) replay: Option<(String, RowRef)>,
}

/// One provider: its estimate and what the gate was asked with.
#[derive(Debug)]
pub(crate) struct ProviderLine {
    pub(crate) estimate: Estimate,
    pub(crate) facts: ProviderFacts,
}

/// One provider against the best one of its meter.
#[derive(Debug)]
pub(crate) struct Certainty {
    pub(crate) meter: String,
    pub(crate) better: String,
    pub(crate) worse: String,
    /// E of the worse over E of the better, minus 1.
    pub(crate) delta: f64,
    /// Certainty that the better one is better; `None` on the linear scale.
    pub(crate) certainty: Option<f64>,
    /// Work may move at 75 %: reversible, no evidence.
    pub(crate) reallocate: Option<Gate>,
    /// The worse one may be retired at 95 %, valid at every look.
    pub(crate) retire: Option<Gate>,
}

/// Decides the compiled card.
///
/// # Errors
/// Failed: a ledger cannot be read. Usage: settings out of range.
pub(super) fn decide(
    blocked: &[String],
    rows: &mut Rows,
    damage: Vec<Source>,
    workspace: &Workspace,
) -> Result<DecisionCard, CliError> {
    let settings = Settings::of(None, None, None, workspace)?;
    let material = Material::read(rows, None)?;
    let replay = newest_replay(rows)?;
    let by_window = of_windows(&material);
    let all = units(&material.finalized, &material.counts, settings.capacity.as_ref());
    let highest = highest_weekly(&material);
    let places: BTreeMap<WindowId, RowRef> = finalized(&material.finalized)
        .into_iter()
        .map(|(window, rows)| (window.clone(), rows.canonical.row.clone()))
        .collect();
    let providers = all.iter().map(|of| provider_line(of, &highest, &places, &settings));
    let providers: Vec<ProviderLine> = providers.collect();
    let mut facts = Week0Facts {
        providers: providers.iter().map(|line| line.facts.clone()).collect(),
        buffer_pp: workspace.config.weekly_buffer_pp.value,
        evidence: material.evidence.clone(),
        replay: replay.as_ref().map(|(verdict, _, row)| (verdict.clone(), row.clone())),
        votes: material.panel_sources(),
        damage,
        ..Week0Facts::default()
    };
    facts.damage.extend(undecoded(rows));
    add_windows(&mut facts, &by_window);
    let meters = arms(&all, By::Provider);
    let compared = meters.iter().map(|meter| compare(meter, settings.interval, false));
    let week0 = Week0 {
        providers,
        windows: by_window
            .values()
            .filter(|of| of.finalized.is_some())
            .map(|of| (of.window.to_string(), window_card(of).status))
            .collect(),
        open: by_window.values().filter(|of| of.finalized.is_none()).count(),
        comparison: compared.flat_map(|of| certainties(&of)).collect(),
        expansion: expansions(&all, &material, blocked, 100.0 - facts.buffer_pp, &settings),
        replay: replay.map(|(_, summary, row)| (summary, row)),
    };
    Ok(DecisionCard {
        card: week0_card(&facts),
        data_dir: PathBuf::new(),
        tally: tally(&facts, &by_window, &material),
        notes: Vec::new(),
        votes: facts.votes,
        week0: Some(week0),
        heads: Vec::new(),
    })
}

fn of_windows(material: &Material) -> BTreeMap<WindowId, WindowFacts> {
    let parts = material.by_window();
    let facts = |(window, part): (WindowId, Material)| {
        let facts = part.facts(&part.audit(&window, 0));
        (window, facts)
    };
    parts.into_iter().map(facts).collect()
}

fn add_windows(facts: &mut Week0Facts, by_window: &BTreeMap<WindowId, WindowFacts>) {
    let source = |of: &tracker_domain::Anomaly| {
        Source::new(format!("{} {}: {}", of.window, of.name(), of.detail), of.row.clone())
    };
    for of in by_window.values() {
        facts.anomalies.extend(of.anomalies.iter().map(source));
        facts.blocking.extend(of.blocking().map(source));
        if let Some(row) = &of.finalized {
            facts.windows.push((lacks(row), Source::new(row.window.as_str(), row.row.clone())));
        }
    }
}

/// Returns which of the three quality figures a window has not.
fn lacks(row: &FinalizedWindow) -> Vec<&'static str> {
    let figures = [("churn_14d", row.churn_14d), ("CLS", row.cls), ("IMPF", row.impf)];
    figures.into_iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect()
}

fn tally(facts: &Week0Facts, by_window: &BTreeMap<WindowId, WindowFacts>, material: &Material) -> Tally {
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for row in by_window.values().filter_map(|of| of.finalized.as_ref()) {
        let outcome = row.outcome.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        *outcomes.entry(outcome).or_default() += 1;
    }
    let outcomes: Vec<String> = outcomes.iter().map(|(name, count)| format!("{name}={count}")).collect();
    Tally {
        anomalies: facts.anomalies.len(),
        blocking: facts.blocking.len(),
        finalized: facts.windows.len(),
        outcome: (!outcomes.is_empty()).then(|| outcomes.join(", ")),
        evidence: material.evidence.len(),
        churn: material.churn.len(),
    }
}

/// Returns the highest used percent of each provider's weekly bars that a canonical snapshot shows.
fn highest_weekly(material: &Material) -> BTreeMap<ProviderId, (f64, RowRef)> {
    let canonical = CanonicalSnapshots::new(&material.snapshots, &material.retractions);
    let mut highest: BTreeMap<ProviderId, (f64, RowRef)> = BTreeMap::new();
    for snapshot in canonical.entries().filter_map(|(_, entry)| entry.canonical) {
        let is_bar = |id: &MeterId| id.is_weekly() || id.as_str().starts_with("weekly:");
        let bars = snapshot.reading.meters.iter().filter(|meter| is_bar(&meter.id));
        for used in bars.filter_map(|meter| Some(meter.used_pct()?.get())) {
            let known = highest.get(&snapshot.provider).is_some_and(|(most, _)| *most >= used);
            if !known {
                highest.insert(snapshot.provider.clone(), (used, snapshot.row.clone()));
            }
        }
    }
    highest
}

fn provider_line(
    of: &ProviderUnits,
    highest: &BTreeMap<ProviderId, (f64, RowRef)>,
    places: &BTreeMap<WindowId, RowRef>,
    settings: &Settings,
) -> ProviderLine {
    let estimate = estimate(of, settings.interval, settings.effect);
    let place = |window: &WindowId| places.get(window).cloned().unwrap_or_default();
    let windows = of.units.iter().flat_map(|unit| {
        let names: Vec<&str> = unit.windows.iter().map(WindowId::as_str).collect();
        let text = format!(
            "{} {}: features={}, capacity={} {}",
            of.provider,
            names.join("+"),
            number(unit.features),
            number(unit.capacity),
            estimate.unit
        );
        unit.windows.iter().map(move |window| Source::new(text.clone(), place(window)))
    });
    let left_out = of.excluded.iter().map(|out| {
        Source::new(format!("{} {}: left out: {}", of.provider, out.window, out.reason), place(&out.window))
    });
    let ends = estimate.interval.as_ref().and_then(|interval| interval.lo.zip(interval.hi));
    let facts = ProviderFacts {
        provider: of.provider.to_string(),
        windows: windows.collect(),
        left_out: left_out.collect(),
        interval: ends,
        power: estimate.power,
        highest_weekly: highest.get(&of.provider).cloned(),
    };
    ProviderLine { estimate, facts }
}

fn certainties(of: &Comparison) -> Vec<Certainty> {
    let certainty = |worse: &str, versus: &Versus| Certainty {
        meter: of.meter.clone(),
        better: versus.base.clone(),
        worse: worse.to_owned(),
        delta: versus.delta,
        certainty: versus.certainty,
        reallocate: versus.verdicts.as_ref().map(|all| all.reallocate.clone()),
        retire: versus.verdicts.as_ref().map(|all| all.retire.clone()),
    };
    of.arms.iter().filter_map(|arm| Some(certainty(&arm.name, arm.versus.as_ref()?))).collect()
}

/// Returns verdict, summary and place of the newest stored replay.
fn newest_replay(rows: &mut Rows) -> Result<Option<(String, String, RowRef)>, CliError> {
    let found = rows.placed_objects(&LedgerFile::REPLAY, None)?;
    let text = |row: &crate::rows::Object, key: &str| {
        row.get(key).and_then(serde_json::Value::as_str).map(str::to_owned)
    };
    Ok(found
        .into_iter()
        .rev()
        .find_map(|(at, row)| Some((text(&row, "verdict")?, text(&row, "summary").unwrap_or_default(), at))))
}
