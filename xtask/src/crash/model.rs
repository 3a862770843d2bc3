//! G6: a modelled disk that forgets what was not synced, in every way.

use std::sync::Arc;

use tracker_ledger::Ledger;
use tracker_test_support::{CrashStorage, Fate, check_promise, cuts, store_numbered};

use super::{Dice, Plan, Report, victim::FILE};
use crate::Failure;

/// Every cut of a run of three rows at every byte, then random runs.
pub(super) fn run(plan: Plan) -> Result<Report, Failure> {
    let mut report = Report::new("model", plan.rounds, plan.seed);
    let exhaustive = cuts(3, &[1, 512, 4096]);
    report.figure("exhaustive_images", exhaustive.images);
    exhaustive.violations.into_iter().for_each(|what| report.violation(what));
    let mut dice = Dice(plan.seed);
    for round in 0..plan.rounds {
        report.check(one(&mut dice).map_err(|why| format!("round {round}: {why}")));
    }
    Ok(report)
}

/// A run of up to eight rows that dies anywhere; each unsynced change gets a fate of its own.
fn one(dice: &mut Dice) -> Result<(), String> {
    let disk = CrashStorage::new();
    let rows = 1 + usize::try_from(dice.below(8)).unwrap_or(0);
    disk.die_at(usize::try_from(dice.below(16 * rows as u64)).unwrap_or(0));
    let on = |disk: &CrashStorage| Ledger::with_storage("data", Arc::new(disk.clone()));
    let ledger = on(&disk);
    let acked = (0..rows).take_while(|row| store_numbered(&ledger, &FILE, *row).is_ok()).count();
    let after = disk.after_power_cut(|_, bytes| {
        let at = usize::try_from(dice.below(bytes as u64 + 1)).unwrap_or(0);
        match dice.below(4) {
            0 => Fate::Lost,
            1 => Fate::Torn(at),
            2 => Fate::Zeroed(at),
            _ => Fate::Kept,
        }
    });
    check_promise(&on(&after), &FILE, acked, acked + 1)
}
