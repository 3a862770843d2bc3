//! Finalized windows as arms under nested bars.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use tracker_domain::{FinalizedWindow, MeterId, PromptCount, ProviderId, QualitySource, WindowId};
use tracker_ledger::wire::churn::ChurnRow;
use tracker_router::replay::{LoggedArm, LoggedWindow, ReplayLog, Rework};
use tracker_router::{Bar, RouterError};
use tracker_windows::canonical::finalized;
use tracker_windows::capacity::capacity_of;
use tracker_windows::units::{ProviderUnits, Unit, units};

use super::Material;
use super::choice::propensity_in;
use super::request::{By, Request, WINDOWS_A_WEEK};

/// The most that rework may take back: quality is bounded to 0.5 and above.
const MOST_REWORK: f64 = 0.5;
/// Minutes between the starts of two of a week's windows.
const MINUTES_A_ROUND: i64 = 7 * 24 * 60 / WINDOWS_A_WEEK as i64;

/// What a data dir offers to a replay.
#[derive(Debug, Clone, Default)]
pub struct Arms {
    /// The log; `None` when there is no bar to route under.
    pub log: Option<ReplayLog>,
    /// Arms that are known and have no usable window.
    pub unplayed: Vec<String>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// Builds arms and bars from the canonical rows: one weekly bar a provider, and its five-hour bar where every window
/// has a reading of it.
///
/// # Errors
/// [`RouterError`] when the settings leave a bar without a budget.
pub fn arms(material: &Material, request: &Request) -> Result<Arms, RouterError> {
    let range = |what, range| Err(RouterError::Range { what, range });
    if !(0.0..100.0).contains(&request.buffer_pp) || !(0.0..100.0).contains(&request.prompts_left_pct) {
        return range("a buffer", "from 0 to below 100");
    }
    if request.weeks == 0 {
        return range("the number of weeks", "at least 1");
    }
    let found = units(&material.windows, &material.counts, None);
    let windows = finalized(&material.windows);
    let rows: BTreeMap<&WindowId, &FinalizedWindow> =
        windows.into_iter().map(|(id, rows)| (id, rows.canonical)).collect();
    let view = View { rows, counts: &material.counts, churn: newest_churn(&material.churn) };
    let mut arms = Arms::default();
    let mut bars = Vec::new();
    let mut drawn: Vec<(ProviderId, Source)> = Vec::new();
    for provider in &found {
        for out in &provider.excluded {
            arms.left_out.push(format!("{} {}: {}", out.window, provider.provider, out.reason));
        }
        match view.source(provider, request, bars.len()) {
            Ok((source, own)) => {
                arms.left_out.extend(source.notes.iter().cloned());
                bars.extend(own);
                drawn.push((provider.provider.clone(), source));
            }
            Err(why) => arms.left_out.push(why),
        }
    }
    let begin = found.iter().flat_map(|of| &of.units).filter_map(|unit| view.begun(unit)).min();
    let mut logged: BTreeMap<String, Vec<LoggedWindow>> = BTreeMap::new();
    for provider in &found {
        let excluded = provider.excluded.iter().map(|out| out.methodology.as_deref());
        for methodology in excluded {
            logged.entry(name(&provider.provider, methodology, request.by)).or_default();
        }
        let Some((_, source)) = drawn.iter().find(|(id, _)| *id == provider.provider) else { continue };
        for (at, unit) in provider.units.iter().enumerate() {
            let arm =
                logged.entry(name(&provider.provider, unit.methodology.as_deref(), request.by)).or_default();
            match view.window(unit, at, source, bars.len(), begin) {
                Ok(window) => arm.push(window),
                Err(why) => arms.left_out.push(why),
            }
        }
    }
    arms.unplayed =
        logged.iter().filter(|(_, windows)| windows.is_empty()).map(|(name, _)| name.clone()).collect();
    if !bars.is_empty() {
        let logged = logged.into_iter().map(|(name, windows)| LoggedArm::new(name, windows));
        arms.log = Some(ReplayLog::new(logged.collect(), bars)?);
    }
    Ok(arms)
}

fn name(provider: &ProviderId, methodology: Option<&str>, by: By) -> String {
    match methodology.filter(|_| by == By::Arm) {
        Some(methodology) => format!("{provider}/{methodology}"),
        None => provider.to_string(),
    }
}

/// The newest measured churn of each window.
fn newest_churn(rows: &[ChurnRow]) -> BTreeMap<&WindowId, &ChurnRow> {
    rows.iter().filter(|row| row.survival.is_some()).map(|row| (&row.window, row)).collect()
}

/// How a provider's capacity becomes points of its bars.
struct Source {
    weekly: usize,
    /// The five-hour bar, with the points of each unit.
    five_hours: Option<(usize, Vec<f64>)>,
    /// Points of the weekly bar for a unit of the capacity.
    factor: f64,
    notes: Vec<String>,
}

struct View<'a> {
    rows: BTreeMap<&'a WindowId, &'a FinalizedWindow>,
    counts: &'a [PromptCount],
    churn: BTreeMap<&'a WindowId, &'a ChurnRow>,
}

impl View<'_> {
    /// Returns the bars of a provider, the first of which gets the index `first`, or why it cannot take part.
    fn source(
        &self,
        of: &ProviderUnits,
        request: &Request,
        first: usize,
    ) -> Result<(Source, Vec<Bar>), String> {
        let provider = &of.provider;
        if of.units.is_empty() {
            return Err(format!("{provider}: no window of it counts"));
        }
        if of.capacity.is_prompts() {
            let cap =
                request.prompts_a_week.get(provider).copied().filter(|cap| cap.is_finite() && *cap > 0.0);
            let Some(cap) = cap else {
                return Err(format!(
                    "{provider}: no reading tells how many prompts a week has; give --prompts-a-week {provider}=N"
                ));
            };
            let bar =
                Bar::new(format!("{provider} prompts"), 100.0 - request.prompts_left_pct, WINDOWS_A_WEEK);
            let source = Source { weekly: first, five_hours: None, factor: 100.0 / cap, notes: Vec::new() };
            return Ok((source, vec![bar]));
        }
        let mut bars =
            vec![Bar::new(format!("{provider} weekly"), 100.0 - request.buffer_pp, WINDOWS_A_WEEK)];
        let mut source = Source { weekly: first, five_hours: None, factor: 1.0, notes: Vec::new() };
        let read: Option<Vec<f64>> = of.units.iter().map(|unit| self.five_hours(unit)).collect();
        match read {
            Some(points) => {
                bars.push(Bar::new(format!("{provider} 5h"), 100.0, 1));
                source.five_hours = Some((first + 1, points));
            }
            None => source
                .notes
                .push(format!("{provider}: its 5h bar was not read in every window, so it caps nothing")),
        }
        Ok((source, bars))
    }

    /// Returns the most points of the five-hour bar that a window of the unit used; each window has a bar of its own.
    fn five_hours(&self, unit: &Unit) -> Option<f64> {
        let used = |window: &WindowId| {
            capacity_of(self.rows.get(window)?, &unit.provider, &MeterId::FIVE_HOURS, self.counts).ok()
        };
        unit.windows.iter().map(used).try_fold(0.0_f64, |most, used| Some(most.max(used?)))
    }

    /// Returns a unit as a window of the log.
    fn window(
        &self,
        unit: &Unit,
        at: usize,
        source: &Source,
        bars: usize,
        begin: Option<DateTime<Utc>>,
    ) -> Result<LoggedWindow, String> {
        let id = || unit.windows.first().map_or_else(String::new, ToString::to_string);
        if unit.quality_weighted.is_none() {
            return Err(format!("{} {}: its quality is not known", id(), unit.provider));
        }
        let mut points = vec![0.0; bars];
        if let Some(weekly) = points.get_mut(source.weekly) {
            *weekly = unit.capacity * source.factor;
        }
        if let Some((bar, used)) = &source.five_hours
            && let (Some(cell), Some(used)) = (points.get_mut(*bar), used.get(at))
        {
            *cell = *used;
        }
        let week = self.begun(unit).zip(begin).map_or(0, |(at, begin)| (at - begin).num_weeks().max(0));
        let (gross, rework) = self.rework(unit);
        let week = u32::try_from(week).unwrap_or(u32::MAX);
        let window =
            LoggedWindow::new(week, unit.features, gross, points).with_propensity(self.propensity(unit));
        Ok(match rework {
            Some(rework) => window.with_rework(rework),
            None => window,
        })
    }

    /// Returns the unit's features x quality before rework that was charged to it, and that rework. A measured quality
    /// is the rework itself: only its time is new. Beside a quality given by hand the repaired share of the lines counts.
    fn rework(&self, unit: &Unit) -> (f64, Option<Rework>) {
        let (mut gross, mut debit, mut delay) = (0.0, 0.0, 0_i64);
        for window in &unit.windows {
            let Some(row) = self.rows.get(window) else { continue };
            let features = row.features.get(&unit.provider).copied().unwrap_or(0.0);
            let quality = row.quality.map_or(0.0, tracker_domain::Quality::weight);
            let measured =
                matches!(row.quality_source, Some(QualitySource::Measured | QualitySource::Provisional));
            match self.repairs(window, &unit.provider) {
                Some((_, rounds)) if measured => {
                    gross += features;
                    debit += features * (1.0 - quality);
                    delay = delay.max(rounds);
                }
                Some((share, rounds)) => {
                    gross += features * quality;
                    debit += features * quality * share;
                    delay = delay.max(rounds);
                }
                None => gross += features * quality,
            }
        }
        let rounds = u32::try_from(delay.max(1)).unwrap_or(u32::MAX);
        let rework =
            (debit > 0.0 && gross > 0.0).then(|| Rework::new(rounds, (debit / gross).clamp(0.0, 1.0)));
        (gross, rework)
    }

    /// Returns the share of a window's lines that later windows repaired, and rounds until the first of them.
    fn repairs(&self, window: &WindowId, provider: &ProviderId) -> Option<(f64, i64)> {
        let survival = self.churn.get(window)?.survival.as_ref()?;
        let own = survival
            .repairs
            .iter()
            .filter(|repair| repair.caused_by_window == window.as_str() && repair.window != window.as_str());
        let (mut lines, mut first) = (0_u64, None);
        for repair in own {
            lines += repair.lines;
            let at =
                repair.window.parse().ok().and_then(|id: WindowId| begun_at(self.rows.get(&id)?, provider));
            first = [first, at].into_iter().flatten().min();
        }
        let caused = begun_at(self.rows.get(window)?, provider)?;
        let minutes = first.map_or(TimeDelta::zero(), |first| first - caused).num_minutes();
        let share = (lines as f64 / survival.lines_added.max(1) as f64).min(MOST_REWORK);
        (lines > 0).then(|| (share, (minutes / MINUTES_A_ROUND).max(1)))
    }

    fn begun(&self, unit: &Unit) -> Option<DateTime<Utc>> {
        begun_at(self.rows.get(unit.windows.first()?)?, &unit.provider)
    }

    fn propensity(&self, unit: &Unit) -> Option<f64> {
        let of = self.rows.get(unit.windows.first()?)?.providers.get(&unit.provider)?;
        of.notes.iter().find_map(|notes| propensity_in(notes))
    }
}

fn begun_at(row: &FinalizedWindow, provider: &ProviderId) -> Option<DateTime<Utc>> {
    let of = row.providers.get(provider);
    of.and_then(|of| of.before_at.or(of.after_at)).or(Some(row.finalized_at))
}
