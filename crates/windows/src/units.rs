//! Estimation units: the rows of an efficiency estimate, one meter throughout, nothing counted twice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use tracker_domain::{FinalizedWindow, MeterId, PromptCount, ProviderId, ProviderWindow, WindowId};

use crate::canonical::finalized;
use crate::capacity::{Reason, capacity_of, has_number, shows_reading};
use crate::counts::{ByWindow, by_window, counts_of};

/// One unit: a window, or several that were merged because the meter did not move in all but one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The provider.
    pub provider: ProviderId,
    /// The way of working; with the provider it makes the arm.
    pub methodology: Option<String>,
    /// The windows, in order of time.
    pub windows: Vec<WindowId>,
    /// When the first of them began.
    pub begun_at: DateTime<Utc>,
    /// The reset that ends the meter's period in which the first of them began; `None` where no pane printed it.
    pub period_ends_at: Option<DateTime<Utc>>,
    /// Capacity used in the unit of the meter, at least 0.
    pub capacity: f64,
    /// Features.
    pub features: f64,
    /// Sum of the features' qualities; `None` when a window with features has no quality.
    pub quality_weighted: Option<f64>,
    /// Sum of the squares of the features' qualities; `None` as above.
    pub quality_weight_sq: Option<f64>,
    /// Runs of readings that begin in this unit: 0 when it goes on from the last reading of the unit before it in
    /// its arm. The rounding of a whole-percent meter telescopes within a run, so over an arm it is c of c/6 pp^2.
    pub runs: usize,
}

/// A window that is left out of the estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Excluded {
    /// The window.
    pub window: WindowId,
    /// The way of working.
    pub methodology: Option<String>,
    /// Its features, which do not count either.
    pub features: f64,
    /// Why.
    pub reason: Reason,
}

/// The units of one provider.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderUnits {
    /// The provider.
    pub provider: ProviderId,
    /// The meter whose use is the capacity.
    pub capacity: MeterId,
    /// The units of all arms, in order of time.
    pub units: Vec<Unit>,
    /// The windows left out, in order of time.
    pub excluded: Vec<Excluded>,
}

impl ProviderUnits {
    /// Returns the units of each arm of the provider, in order of time.
    #[must_use]
    pub fn arms(&self) -> BTreeMap<Option<&str>, Vec<&Unit>> {
        let mut out: BTreeMap<Option<&str>, Vec<&Unit>> = BTreeMap::new();
        for unit in &self.units {
            out.entry(unit.methodology.as_deref()).or_default().push(unit);
        }
        out
    }

    /// Returns the sum of the capacity.
    #[must_use]
    pub fn total_capacity(&self) -> f64 {
        self.units.iter().map(|unit| unit.capacity).sum()
    }

    /// Returns the sum of the features that count.
    #[must_use]
    pub fn total_features(&self) -> f64 {
        self.units.iter().map(|unit| unit.features).sum()
    }
}

/// Returns the units of every provider, by provider.
///
/// `rows` are all finalize rows, also the history: only the newest of a window counts. Without a `choice` the
/// capacity of a provider is its weekly bar, or its prompts when it never shows one.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_domain::{FinalizedWindow, MeterId, ProviderWindow};
/// use tracker_windows::units::units;
/// let mut row = FinalizedWindow::new("W0-19".parse()?, DateTime::<Utc>::UNIX_EPOCH);
/// row.features.insert("codex".parse()?, 3.0);
/// let mut codex = ProviderWindow::default();
/// codex.delta.insert(MeterId::WEEKLY, Some(4.0));
/// row.providers.insert("codex".parse()?, codex);
/// // Completed three times, the window is still one unit.
/// let estimate = units(&[row.clone(), row.clone(), row], &[], None);
/// assert_eq!((estimate[0].units.len(), estimate[0].total_capacity()), (1, 4.0));
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn units(
    rows: &[FinalizedWindow],
    counts: &[PromptCount],
    choice: Option<&MeterId>,
) -> Vec<ProviderUnits> {
    let windows: Vec<&FinalizedWindow> = finalized(rows).into_values().map(|rows| rows.canonical).collect();
    let providers: BTreeSet<&ProviderId> =
        windows.iter().flat_map(|row| row.providers.keys().chain(row.features.keys())).collect();
    let by_window = by_window(counts);
    let of_provider = providers.into_iter().map(|provider| {
        let capacity = choice.cloned().unwrap_or_else(|| default_capacity(&windows, counts, provider));
        provider_units(&windows, &by_window, provider, capacity)
    });
    of_provider.filter(|provider| !(provider.units.is_empty() && provider.excluded.is_empty())).collect()
}

/// Returns the meter that a provider's capacity is counted in when nobody chooses one: one for all of its windows.
fn default_capacity(windows: &[&FinalizedWindow], counts: &[PromptCount], provider: &ProviderId) -> MeterId {
    let shows_week = |row: &&FinalizedWindow| {
        row.providers.get(provider).is_some_and(|of| has_number(of, MeterId::is_weekly))
    };
    let counts_prompts = |row: &&FinalizedWindow| {
        row.providers.get(provider).is_some_and(|of| of.delta.contains_key(&MeterId::PROMPTS))
    };
    let counted = counts.iter().any(|row| row.provider == *provider);
    if !windows.iter().any(shows_week) && (counted || windows.iter().any(counts_prompts)) {
        MeterId::PROMPTS
    } else {
        MeterId::WEEKLY
    }
}

/// A window that counts, with what places it in time.
struct Measured<'a> {
    row: &'a FinalizedWindow,
    features: f64,
    capacity: f64,
}

fn provider_units(
    windows: &[&FinalizedWindow],
    counts: &ByWindow<'_>,
    provider: &ProviderId,
    capacity: MeterId,
) -> ProviderUnits {
    let mut own: Vec<&FinalizedWindow> = windows
        .iter()
        .copied()
        .filter(|row| takes_part(row, counts_of(counts, &row.window), provider))
        .collect();
    own.sort_by_key(|row| (begun_at(row, provider), &row.window));
    let mut arms: BTreeMap<Option<&str>, Vec<Measured<'_>>> = BTreeMap::new();
    let mut excluded = Vec::new();
    for row in own {
        let (window, methodology) = (row.window.clone(), row.methodology.clone());
        let features = row.features.get(provider).copied().unwrap_or(0.0);
        let used = match capacity_of(row, provider, &capacity, counts_of(counts, &row.window)) {
            // Rows of any origin are read: a count that is no count must not reach a sum.
            Ok(_) if !(features.is_finite() && features >= 0.0) => Err(Reason::Inconsistent),
            used => used,
        };
        match used {
            Ok(capacity) => {
                arms.entry(row.methodology.as_deref()).or_default().push(Measured {
                    row,
                    features,
                    capacity,
                });
            }
            Err(reason) => excluded.push(Excluded { window, methodology, features, reason }),
        }
    }
    let mut units: Vec<Unit> = Vec::new();
    for measured in arms.into_values() {
        for group in merge_unmoved(measured) {
            units.extend(unit(&group, provider, &capacity));
        }
    }
    units.sort_by(|a, b| (a.begun_at, &a.windows).cmp(&(b.begun_at, &b.windows)));
    let mut out = ProviderUnits { provider: provider.clone(), capacity, units, excluded };
    count_runs(&mut out, windows);
    out
}

/// Tells whether a window is the provider's: it shows a reading or a count of it, or claims features for it.
fn takes_part(row: &FinalizedWindow, counts: &[PromptCount], provider: &ProviderId) -> bool {
    let of = row.providers.get(provider);
    let read = of.is_some_and(shows_reading);
    let counted = || counts.iter().any(|count| count.provider == *provider);
    read || row.features.get(provider).is_some_and(|n| *n > 0.0) || counted()
}

fn begun_at(row: &FinalizedWindow, provider: &ProviderId) -> DateTime<Utc> {
    let of = row.providers.get(provider);
    of.and_then(|of| of.before_at.or(of.after_at)).unwrap_or(row.finalized_at)
}

/// Groups the windows of an arm so that every group used some capacity: a window whose whole-percent meter did not
/// move belongs to the one before it, or to the one after it when it comes first.
fn merge_unmoved(measured: Vec<Measured<'_>>) -> Vec<Vec<Measured<'_>>> {
    let mut groups: Vec<Vec<Measured<'_>>> = Vec::new();
    for window in measured {
        let begun = groups.last().is_some_and(|group| group.iter().any(|member| member.capacity > 0.0));
        match groups.last_mut() {
            Some(group) if window.capacity == 0.0 || !begun => group.push(window),
            _ => groups.push(vec![window]),
        }
    }
    groups
}

fn unit(group: &[Measured<'_>], provider: &ProviderId, meter: &MeterId) -> Option<Unit> {
    let first = group.first()?.row;
    let before = first.providers.get(provider).map(|of| &of.before);
    let weights: Option<Vec<(f64, f64)>> = group.iter().map(weight).collect();
    Some(Unit {
        provider: provider.clone(),
        methodology: first.methodology.clone(),
        begun_at: begun_at(first, provider),
        period_ends_at: before.and_then(|before| before.resets_at.get(meter)).copied(),
        windows: group.iter().map(|member| member.row.window.clone()).collect(),
        capacity: group.iter().map(|member| member.capacity).sum(),
        features: group.iter().map(|member| member.features).sum(),
        quality_weighted: weights.as_ref().map(|pairs| pairs.iter().map(|pair| pair.0).sum()),
        quality_weight_sq: weights.as_ref().map(|pairs| pairs.iter().map(|pair| pair.1).sum()),
        runs: 0,
    })
}

/// Returns the sum of a window's feature qualities and of their squares; a part of a feature weighs its part.
fn weight(member: &Measured<'_>) -> Option<(f64, f64)> {
    if member.features == 0.0 {
        return Some((0.0, 0.0));
    }
    let quality = member.row.quality?.weight();
    let part = member.features.fract();
    Some((member.features * quality, (member.features.trunc() + part * part) * quality * quality))
}

/// Counts where the readings of an arm do not go on from the window before.
fn count_runs(out: &mut ProviderUnits, windows: &[&FinalizedWindow]) {
    let rows: BTreeMap<&WindowId, &FinalizedWindow> = windows.iter().map(|row| (&row.window, *row)).collect();
    let mut last: BTreeMap<Option<String>, &ProviderWindow> = BTreeMap::new();
    for unit in &mut out.units {
        for window in &unit.windows {
            let of = rows.get(window).and_then(|row| row.providers.get(&out.provider));
            let before = last.remove(&unit.methodology);
            let goes_on = before.zip(of).is_some_and(|(before, of)| continues(before, of, &out.capacity));
            unit.runs += usize::from(!goes_on);
            if let Some(of) = of {
                last.insert(unit.methodology.clone(), of);
            }
        }
    }
}

fn continues(earlier: &ProviderWindow, later: &ProviderWindow, meter: &MeterId) -> bool {
    let end = earlier.after.used.get(meter).copied().flatten();
    let start = later.before.used.get(meter).copied().flatten();
    let in_order = earlier.after_at.zip(later.before_at).is_some_and(|(end, start)| end <= start);
    in_order && end.is_some() && end == start && earlier.lanes.len() <= 1 && later.lanes.len() <= 1
}
