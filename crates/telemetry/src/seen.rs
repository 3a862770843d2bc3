//! A set of event names that costs at most 14 bytes a name and a constant.

/// Tables by the name's first byte: one grows at a time, so that growing costs no second copy of the whole.
const SHARDS: usize = 256;

/// Slots of a table that holds its first name.
const FIRST: usize = 8;

/// The names of the events that were seen.
///
/// Open addressing in 256 tables of 8-byte slots, filled to 7/8 at most and grown by half: after growing, a table is
/// 58 % full, so a name costs 8 / 0.58 = 13.7 bytes at worst. The constant is 8 KiB, plus 64 bytes for each table.
///
/// ```
/// use tracker_telemetry::Seen;
/// let mut seen = Seen::default();
/// assert!(seen.insert(7) && !seen.insert(7));
/// assert!(seen.contains(7) && !seen.contains(0));
/// assert_eq!(seen.len(), 1);
/// ```
#[derive(Debug, Clone)]
pub struct Seen {
    shards: Vec<Table>,
    /// The name 0 stands for an empty slot and is kept apart.
    zero: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { shards: vec![Table::default(); SHARDS], zero: false }
    }
}

#[derive(Debug, Clone, Default)]
struct Table {
    slots: Box<[u64]>,
    used: usize,
}

impl Seen {
    /// Adds a name and tells whether it is new.
    pub fn insert(&mut self, name: u64) -> bool {
        if name == 0 {
            return !std::mem::replace(&mut self.zero, true);
        }
        self.shards.get_mut(shard_of(name)).is_some_and(|table| table.insert(name))
    }

    /// Tells whether a name was added.
    #[must_use]
    pub fn contains(&self, name: u64) -> bool {
        match name {
            0 => self.zero,
            _ => self.shards.get(shard_of(name)).is_some_and(|table| table.contains(name)),
        }
    }

    /// Returns how many names were added.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|table| table.used).sum::<usize>() + usize::from(self.zero)
    }

    /// Tells whether no name was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the bytes that the tables take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shards.iter().map(|table| table.slots.len() * size_of::<u64>()).sum()
    }
}

fn shard_of(name: u64) -> usize {
    (name >> 56) as usize
}

impl Table {
    fn insert(&mut self, name: u64) -> bool {
        if (self.used + 1) * 8 > self.slots.len() * 7 {
            self.grow();
        }
        let new = self.slot(name).is_some_and(|slot| std::mem::replace(slot, name) == 0);
        self.used += usize::from(new);
        new
    }

    fn contains(&self, name: u64) -> bool {
        let (before, after) = self.slots.split_at(start(name, self.slots.len()));
        after.iter().chain(before).take_while(|slot| **slot != 0).any(|slot| *slot == name)
    }

    /// Returns the slot that holds the name, or the empty one where it belongs.
    fn slot(&mut self, name: u64) -> Option<&mut u64> {
        let (before, after) = self.slots.split_at_mut(start(name, self.slots.len()));
        after.iter_mut().chain(before).find(|slot| **slot == 0 || **slot == name)
    }

    fn grow(&mut self) {
        let length = (self.slots.len() + self.slots.len() / 2).max(FIRST);
        let old = std::mem::replace(&mut self.slots, vec![0; length].into_boxed_slice());
        for name in old.into_iter().filter(|name| *name != 0) {
            if let Some(slot) = self.slot(name) {
                *slot = name;
            }
        }
    }
}

/// Spreads the low 56 bits evenly over the slots; the high 8 chose the table.
fn start(name: u64, slots: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "below `slots`")]
    let start = ((u128::from(name << 8) * slots as u128) >> 64) as usize;
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn spread(n: u64) -> u64 {
        // SplitMix64: names are hashes, so they are spread like its output.
        let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    #[test]
    fn a_name_costs_at_most_14_bytes() {
        let mut seen = Seen::default();
        for n in 1..=200_000 {
            assert!(seen.insert(spread(n)));
            if n > 20_000 && n % 1000 == 0 {
                let per_name = seen.bytes() as f64 / seen.len() as f64;
                assert!(per_name <= 14.0, "{per_name} at {n}");
            }
        }
        assert!((1..=200_000).all(|n| seen.contains(spread(n)) && !seen.insert(spread(n))));
        assert!((200_001..=201_000).all(|n| !seen.contains(spread(n))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn behaves_like_a_set(names in prop::collection::vec(prop_oneof![0u64..40, any::<u64>()], 0..300)) {
            let (mut seen, mut set) = (Seen::default(), BTreeSet::new());
            for name in names {
                prop_assert_eq!(seen.insert(name), set.insert(name));
                prop_assert!(seen.contains(name));
            }
            prop_assert_eq!(seen.len(), set.len());
            prop_assert!((0..40).all(|name| seen.contains(name) == set.contains(&name)));
        }
    }
}
