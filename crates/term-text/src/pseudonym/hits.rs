//! What the finders found, and which finding wins where two overlap.

use super::IdentityKind;
use std::collections::BTreeMap;

/// A range of the flow that is to be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: IdentityKind,
    /// Only a part of the value is there.
    pub(super) cut: bool,
}

/// Findings without overlaps: the first one reported gives the kind, so the surest finder comes first.
///
/// A hostile text holds one every few bytes, so an entry is small: a flow is shorter than 4 GiB.
#[derive(Default)]
pub(super) struct Hits {
    by_start: BTreeMap<u32, Rest>,
}

/// What is known of a finding beside its start.
#[derive(Clone, Copy)]
struct Rest {
    end: u32,
    kind: IdentityKind,
    cut: bool,
}

impl Hits {
    /// Adds a finding unless it overlaps another.
    pub(super) fn add(&mut self, start: usize, end: usize, kind: IdentityKind, cut: bool) {
        let overlaps = self.last_before(end).is_some_and(|hit| hit.end > start);
        if start < end && !overlaps {
            self.insert(Hit { start, end, kind, cut });
        }
    }

    /// Adds a finding by shape. Where it overlaps others they become one, or what is left of them would be found again.
    pub(super) fn cover(&mut self, start: usize, end: usize, kind: IdentityKind, cut: bool) {
        let mut whole = Hit { start, end, kind, cut };
        while let Some(hit) = self.last_before(whole.end).filter(|hit| hit.end > whole.start) {
            self.by_start.remove(&short(hit.start));
            whole = Hit { start: whole.start.min(hit.start), end: whole.end.max(hit.end), ..hit };
        }
        if start < end {
            self.insert(whole);
        }
    }

    /// Whether a finding holds `at` or begins or ends there.
    pub(super) fn touch(&self, at: usize) -> bool {
        self.last_before(at.saturating_add(1)).is_some_and(|hit| hit.end >= at)
    }

    /// The findings in the order of the text.
    pub(super) fn settle(self) -> impl Iterator<Item = Hit> {
        self.by_start.into_iter().map(|(start, rest)| hit(start, rest))
    }

    fn insert(&mut self, Hit { start, end, kind, cut }: Hit) {
        self.by_start.insert(short(start), Rest { end: short(end), kind, cut });
    }

    /// The last finding that starts before `end`.
    fn last_before(&self, end: usize) -> Option<Hit> {
        self.by_start.range(..short(end)).next_back().map(|(start, rest)| hit(*start, *rest))
    }
}

fn hit(start: u32, Rest { end, kind, cut }: Rest) -> Hit {
    Hit { start: start as usize, end: end as usize, kind, cut }
}

/// A place in a flow, which is shorter than 4 GiB (see `MAX_TEXT`).
pub(super) fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_finder_wins() {
        let mut hits = Hits::default();
        hits.add(10, 20, IdentityKind::Account, false);
        hits.add(15, 25, IdentityKind::Session, false);
        hits.add(5, 11, IdentityKind::Session, false);
        hits.add(0, 5, IdentityKind::Home, false);
        hits.add(20, 21, IdentityKind::Key, true);
        let starts: Vec<_> = hits.settle().map(|hit| hit.start).collect();
        assert_eq!(starts, [0, 10, 20]);
    }

    #[test]
    fn overlapping_shapes_become_one() {
        let mut hits = Hits::default();
        hits.cover(0, 10, IdentityKind::Key, false);
        hits.cover(12, 20, IdentityKind::Session, false);
        hits.cover(5, 15, IdentityKind::Account, false);
        let settled: Vec<Hit> = hits.settle().collect();
        assert_eq!(settled.len(), 1);
        assert_eq!((settled[0].start, settled[0].end), (0, 20));
    }
}
