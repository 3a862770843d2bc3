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

/// Findings without overlaps: the first one reported wins, so the surest finder comes first.
#[derive(Default)]
pub(super) struct Hits {
    by_start: BTreeMap<usize, Hit>,
}

impl Hits {
    pub(super) fn add(&mut self, start: usize, end: usize, kind: IdentityKind, cut: bool) {
        let before = self.by_start.range(..end).next_back();
        let overlaps = before.is_some_and(|(_, hit)| hit.end > start);
        if start < end && !overlaps {
            self.by_start.insert(start, Hit { start, end, kind, cut });
        }
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
}
