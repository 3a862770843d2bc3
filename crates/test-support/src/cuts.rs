//! Every power cut in a short run: each operation, each subset of what was unsynced, each tear.

use std::sync::Arc;

use tracker_ledger::{Ledger, LedgerFile};

use crate::{CrashStorage, Fate, check_promise, store_numbered};

const FILE: LedgerFile = LedgerFile::SNAPSHOTS;

/// Up to so many unsynced changes every subset is tried; of more, the all-or-nothing ones and each alone.
const EVERY_SUBSET: usize = 6;

/// What [`cuts`] tried and found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Cuts {
    /// States of the disk that were checked.
    pub images: usize,
    /// What did not hold, at most 20 texts.
    pub violations: Vec<String>,
}

/// Stores `rows` rows on a [`CrashStorage`] and lets the process die before each operation in turn. After each death,
/// every subset of the unsynced changes is lost while the others are kept, torn or filled with zeros at every multiple
/// of the `grains` (in bytes); the promise is checked on each state.
///
/// ```
/// let tally = tracker_test_support::cuts(1, &[4096]);
/// assert!(tally.images > 20 && tally.violations.is_empty(), "{tally:?}");
/// ```
#[must_use]
pub fn cuts(rows: usize, grains: &[usize]) -> Cuts {
    let mut tally = Cuts::default();
    for death in 0.. {
        let disk = CrashStorage::new();
        disk.die_at(death);
        let ledger = on(&disk);
        let acked = (0..rows).take_while(|row| store_numbered(&ledger, &FILE, *row).is_ok()).count();
        let lengths = unsynced_lengths(&disk);
        for lost in subsets(lengths.len()) {
            for tear in tears(&lengths, grains) {
                let image = disk.after_power_cut(|number, bytes| match (lost(number), tear) {
                    (true, _) => Fate::Lost,
                    (false, Some((at, zeroed))) if at < bytes => {
                        if zeroed {
                            Fate::Zeroed(at)
                        } else {
                            Fate::Torn(at)
                        }
                    }
                    (false, _) => Fate::Kept,
                });
                tally.images += 1;
                if let Err(why) = check_promise(&on(&image), &FILE, acked, acked + 1)
                    && tally.violations.len() < 20
                {
                    tally.violations.push(format!("death before operation {death}, tear {tear:?}: {why}"));
                }
            }
        }
        if acked == rows && disk.operations() <= death {
            return tally;
        }
    }
    tally
}

fn on(disk: &CrashStorage) -> Ledger {
    Ledger::with_storage("data", Arc::new(disk.clone()))
}

fn unsynced_lengths(disk: &CrashStorage) -> Vec<usize> {
    let mut lengths = Vec::new();
    let _ = disk.after_power_cut(|_, bytes| {
        lengths.push(bytes);
        Fate::Lost
    });
    lengths
}

/// Returns which changes are lost, one function a subset.
fn subsets(changes: usize) -> Vec<Box<dyn Fn(usize) -> bool>> {
    if changes <= EVERY_SUBSET {
        return (0..1_usize << changes)
            .map(|mask| Box::new(move |n: usize| mask >> n & 1 == 1) as _)
            .collect();
    }
    let mut subsets: Vec<Box<dyn Fn(usize) -> bool>> = vec![Box::new(|_| false), Box::new(|_| true)];
    subsets.extend((0..changes).map(|one| Box::new(move |n| n == one) as Box<dyn Fn(usize) -> bool>));
    subsets.extend((0..changes).map(|one| Box::new(move |n| n != one) as Box<dyn Fn(usize) -> bool>));
    subsets
}

/// Returns no tear, and every tear point of the longest write with and without zeros behind it.
fn tears(lengths: &[usize], grains: &[usize]) -> Vec<Option<(usize, bool)>> {
    let longest = lengths.iter().copied().max().unwrap_or(0);
    let points = grains.iter().flat_map(|grain| (0..longest).step_by((*grain).max(1)));
    let mut tears = vec![None];
    tears.extend(points.flat_map(|at| [Some((at, false)), Some((at, true))]));
    tears
}
