//! Lanes: agents that work at the same time on one account share its meters, so their intervals are united.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use tracker_domain::{Account, MeterId, Tag};

use crate::delta::{Finding, Point, difference, meter_delta, reasons};
use crate::pairing::Pair;

/// Readings of one meter by two clients may differ by one unit, because each rounds in its own way.
const ROUNDING: f64 = 1.0;

/// What a provider used of one meter over all of its lanes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnionDelta {
    /// The amount in the meter's own unit, at least 0; `None` where any part of it cannot be told.
    pub value: Option<f64>,
    /// Why not, or what had to be assumed.
    pub tags: Vec<Tag>,
}

impl UnionDelta {
    fn known(value: f64) -> Self {
        Self { value: Some(value), tags: Vec::new() }
    }

    fn unknown(tags: Vec<Tag>) -> Self {
        Self { value: None, tags }
    }

    fn plus(mut self, other: Self) -> Self {
        self.value = self.value.zip(other.value).map(|(a, b)| difference(0.0, a + b));
        for tag in other.tags {
            if !self.tags.contains(&tag) {
                self.tags.push(tag);
            }
        }
        self
    }
}

/// Returns what the lanes of one provider used of a meter, together.
///
/// Lanes of different accounts add up. Lanes of one account that overlap in time share one meter: a group of
/// overlapping intervals used its latest after minus its earliest before; separate groups add up. A lane that
/// names no account belongs to the only account that is named; if no lane names one, all share one account, unless
/// their readings cannot come from one meter (it would have fallen): then each lane has its own, tagged
/// `lanes-inconsistent`.
#[must_use]
pub fn union_delta(pairs: &[Pair<'_>], meter: &MeterId) -> UnionDelta {
    if pairs.is_empty() {
        return UnionDelta::unknown(vec![Tag::InsufficientData]);
    }
    let mut total = UnionDelta::known(0.0);
    for (account, lanes) in by_account(pairs) {
        for group in groups(lanes, |pair| (pair.before.captured_at, pair.after.captured_at)) {
            total = total.plus(group_delta(&group, meter, account.is_some()));
        }
    }
    total
}

fn by_account<'a>(pairs: &[Pair<'a>]) -> BTreeMap<Option<&'a Account>, Vec<Pair<'a>>> {
    let named: BTreeSet<&Account> = pairs.iter().filter_map(Pair::account).collect();
    let only = if named.len() == 1 { named.first().copied() } else { None };
    let mut out: BTreeMap<Option<&Account>, Vec<Pair<'_>>> = BTreeMap::new();
    for pair in pairs {
        out.entry(pair.account().or(only)).or_default().push(*pair);
    }
    out
}

/// Returns the connected groups of intervals that overlap in time. Intervals that only touch are apart.
pub(crate) fn groups<T: Copy>(
    mut items: Vec<T>,
    interval: impl Fn(&T) -> (DateTime<Utc>, DateTime<Utc>),
) -> Vec<Vec<T>> {
    items.sort_by_key(|item| interval(item));
    let mut out: Vec<(DateTime<Utc>, Vec<T>)> = Vec::new();
    for item in items {
        let (start, end) = interval(&item);
        match out.last_mut() {
            Some((until, group)) if start < *until => {
                group.push(item);
                *until = end.max(*until);
            }
            _ => out.push((end, vec![item])),
        }
    }
    out.into_iter().map(|(_, group)| group).collect()
}

fn group_delta(group: &[Pair<'_>], meter: &MeterId, account_known: bool) -> UnionDelta {
    let mut broken: Vec<Tag> =
        group.iter().filter_map(|pair| pair.delta(meter).finding).map(Finding::tag).collect();
    if group.iter().any(Pair::account_changed) {
        broken.push(Tag::Other("account-changed".into()));
    }
    if !group.iter().all(Pair::is_ordered) {
        broken.push(Tag::Other("order".into()));
    }
    broken.dedup();
    if !broken.is_empty() {
        return UnionDelta::unknown(broken);
    }
    if falls(group, meter) {
        let tag = Tag::Other("lanes-inconsistent".into());
        if account_known {
            return UnionDelta::unknown(vec![tag]);
        }
        let apart = group.iter().map(|pair| ends_delta(pair, pair, meter));
        return apart.fold(UnionDelta { value: Some(0.0), tags: vec![tag] }, UnionDelta::plus);
    }
    let first = group.iter().min_by_key(|pair| pair.before.captured_at);
    let last = group.iter().max_by_key(|pair| pair.after.captured_at);
    first.zip(last).map_or_else(UnionDelta::default, |(first, last)| ends_delta(first, last, meter))
}

/// Returns the delta from the before of one lane to the after of another of the same meter.
fn ends_delta(first: &Pair<'_>, last: &Pair<'_>, meter: &MeterId) -> UnionDelta {
    let (before, after) = (Point::of(first.before, meter), Point::of(last.after, meter));
    let delta = meter_delta(before, after);
    match (delta.value, delta.finding) {
        (Some(value), _) => UnionDelta::known(value),
        (None, Some(finding)) => UnionDelta::unknown(vec![finding.tag()]),
        (None, None) => {
            let unread = if before.used.is_none() { first.before } else { last.after };
            UnionDelta::unknown(reasons(&unread.reading, meter))
        }
    }
}

/// Tells whether readings of several lanes, put in one row by time, fall by more than rounding explains.
fn falls(group: &[Pair<'_>], meter: &MeterId) -> bool {
    let mut points: Vec<Point> =
        group.iter().flat_map(|pair| [Point::of(pair.before, meter), Point::of(pair.after, meter)]).collect();
    points.sort_by_key(|point| point.at);
    let used: Vec<f64> = points.iter().filter_map(|point| point.used).collect();
    group.len() > 1 && used.iter().zip(used.iter().skip(1)).any(|(earlier, later)| earlier - later > ROUNDING)
}
