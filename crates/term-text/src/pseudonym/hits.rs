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
#[derive(Default)]
pub(super) struct Hits {
    by_start: BTreeMap<usize, Hit>,
}

impl Hits {
    /// Adds a finding unless it overlaps another.
    pub(super) fn add(&mut self, start: usize, end: usize, kind: IdentityKind, cut: bool) {
        let before = self.by_start.range(..end).next_back();
        let overlaps = before.is_some_and(|(_, hit)| hit.end > start);
        if start < end && !overlaps {
            self.by_start.insert(start, Hit { start, end, kind, cut });
        }
    }

    /// Adds a finding by shape. Where it overlaps others they become one, or what is left of them would be found again.
    pub(super) fn cover(&mut self, start: usize, end: usize, kind: IdentityKind, cut: bool) {
        let mut whole = Hit { start, end, kind, cut };
        while let Some((&at, &hit)) =
            self.by_start.range(..whole.end).next_back().filter(|(_, hit)| hit.end > whole.start)
        {
            self.by_start.remove(&at);
            whole = Hit { start: whole.start.min(hit.start), end: whole.end.max(hit.end), ..hit };
        }
        if start < end {
            self.by_start.insert(whole.start, whole);
        }
    }

    /// Whether a finding holds `at` or begins or ends there.
    pub(super) fn touch(&self, at: usize) -> bool {
        self.by_start.range(..=at).next_back().is_some_and(|(_, hit)| hit.end >= at)
    }

    /// The findings in the order of the text.
    pub(super) fn settle(self) -> Vec<Hit> {
        self.by_start.into_values().collect()
    }
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
        let starts: Vec<_> = hits.settle().iter().map(|hit| hit.start).collect();
        assert_eq!(starts, [0, 10, 20]);
    }

    #[test]
    fn overlapping_shapes_become_one() {
        let mut hits = Hits::default();
        hits.cover(0, 10, IdentityKind::Key, false);
        hits.cover(12, 20, IdentityKind::Session, false);
        hits.cover(5, 15, IdentityKind::Account, false);
        let settled = hits.settle();
        assert_eq!(settled.len(), 1);
        assert_eq!((settled[0].start, settled[0].end), (0, 20));
    }
}
