//! Summary of a window: what each provider's readings and counts say that it used.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use tracker_domain::{
    Anomaly, LaneDelta, MeterId, PromptCount, ProviderId, ProviderWindow, Readout, Snapshot, Tag, WindowId,
};

use crate::canonical::CanonicalSnapshots;
use crate::counts::in_force_of;
use crate::lanes::union_delta;
use crate::pairing::{Pair, Pairs, pairs};
use crate::prompts::prompt_use;

/// What the rows of a window say, before anyone types features or quality.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// The providers that have at least one complete lane or a prompt count.
    pub providers: BTreeMap<ProviderId, ProviderWindow>,
    /// Anomalies that follow from the readings, whether or not they are recorded already.
    pub anomalies: Vec<Anomaly>,
}

/// Returns the summary of a window. `now` is the instant that new anomalies are given.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use tracker_windows::canonical::CanonicalSnapshots;
/// use tracker_windows::summary::summarize;
/// let now = DateTime::<Utc>::UNIX_EPOCH;
/// let summary = summarize(&"W0-20".parse()?, &CanonicalSnapshots::default(), &[], now);
/// assert!(summary.providers.is_empty());
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn summarize(
    window: &WindowId,
    canonical: &CanonicalSnapshots<'_>,
    counts: &[PromptCount],
    now: DateTime<Utc>,
) -> Summary {
    let mut out = Summary::default();
    for (provider, lanes) in pairs(canonical, window) {
        out.anomalies.extend(lanes.pairs.iter().flat_map(|pair| pair.anomalies(now)));
        if let Some(of_lanes) = provider_window(&lanes) {
            out.providers.insert(provider.clone(), of_lanes);
        }
    }
    let rows = in_force_of(counts.iter().filter(|row| row.window == *window));
    let counted: BTreeSet<&ProviderId> = rows.iter().map(|row| &row.provider).collect();
    for provider in counted {
        let used = prompt_use(counts, window, provider);
        out.anomalies.extend(used.anomaly(window, provider, now));
        let entry = out.providers.entry(provider.clone()).or_default();
        // A count is the nearer source; the meter of a pane stands in where the count says nothing.
        let of_panes = entry.delta.get(&MeterId::PROMPTS).copied().flatten();
        entry.delta.insert(MeterId::PROMPTS, used.prompts.or(of_panes));
        let notes = rows.iter().filter(|row| row.provider == *provider).map(|row| &row.notes);
        add_once(&mut entry.notes, notes.filter(|notes| !notes.is_empty()));
        add_once(&mut entry.errors, &used.tags);
    }
    out
}

fn provider_window(lanes: &Pairs<'_>) -> Option<ProviderWindow> {
    let pairs = &lanes.pairs;
    let first = pairs.iter().min_by_key(|pair| pair.before.captured_at)?;
    let last = pairs.iter().max_by_key(|pair| pair.after.captured_at)?;
    let mut out = ProviderWindow {
        before: readout(first.before),
        after: readout(last.after),
        before_at: Some(first.before.captured_at),
        after_at: Some(last.after.captured_at),
        lanes: pairs.iter().map(lane_delta).collect(),
        ..ProviderWindow::default()
    };
    for pair in pairs {
        let notes = [&pair.before.notes, &pair.after.notes];
        add_once(&mut out.notes, notes.into_iter().filter(|note| !note.is_empty()));
        add_once(&mut out.errors, pair.tags());
    }
    let meters: BTreeSet<&MeterId> = pairs.iter().flat_map(Pair::meters).collect();
    for meter in meters {
        let union = union_delta(pairs, meter);
        add_once(&mut out.errors, union.tags.iter().filter(|tag| **tag != Tag::InsufficientData));
        out.delta.insert(meter.clone(), union.value);
    }
    if pairs.iter().all(Pair::is_unreadable) {
        add_once(&mut out.errors, &[Tag::InsufficientData]);
    }
    Some(out)
}

fn lane_delta(pair: &Pair<'_>) -> LaneDelta {
    LaneDelta {
        lane: pair.lane().cloned(),
        account: pair.account().cloned(),
        before_at: pair.before.captured_at,
        after_at: pair.after.captured_at,
        delta: pair.meters().map(|meter| (meter.clone(), pair.delta(meter).value)).collect(),
    }
}

fn readout(snapshot: &Snapshot) -> Readout {
    let mut out = Readout { errors: snapshot.reading.errors.clone(), ..Readout::default() };
    for meter in &snapshot.reading.meters {
        out.used.insert(meter.id.clone(), meter.used_amount());
        if let Some(at) = meter.resets_at {
            out.resets_at.insert(meter.id.clone(), at);
        }
        if let Some(raw) = &meter.resets_raw {
            out.resets_raw.insert(meter.id.clone(), raw.clone());
        }
    }
    out
}

pub(crate) fn add_once<'a, T: Clone + PartialEq + 'a>(
    list: &mut Vec<T>,
    items: impl IntoIterator<Item = &'a T>,
) {
    for item in items {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}
