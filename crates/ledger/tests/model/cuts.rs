//! A run of three rows dies at every operation; every subset of what was unsynced is lost, kept or torn.

use std::sync::Arc;

use tracker_ledger::{Ledger, LedgerFile, Recovery, Status};
use tracker_test_support::{CrashStorage, Fate, check_promise, cuts, store_numbered};

const FILE: LedgerFile = LedgerFile::SNAPSHOTS;

#[test]
fn no_power_cut_loses_an_acknowledged_row() {
    let tally = cuts(3, &[1, 512]);
    assert!(tally.images > 3_000, "only {} images", tally.images);
    assert_eq!(tally.violations, Vec::<String>::new());
}

#[test]
fn a_row_whose_sync_was_left_out_is_lost_so_the_model_can_fail() {
    let disk = CrashStorage::new();
    let ledger = Ledger::with_storage("data", Arc::new(disk.clone()));
    store_numbered(&ledger, &FILE, 0).unwrap();
    assert_eq!(disk.unsynced(), 0, "an ack rests on nothing that a power cut can undo");
    disk.set("data/snapshots.jsonl", Vec::new());
    let error = check_promise(&ledger, &FILE, 1, 1).unwrap_err();
    assert!(error.contains("1 rows were acknowledged, present are []"), "{error}");
}

#[test]
fn a_folder_that_a_killed_process_made_is_synced_by_the_next_one() {
    // Found by the histories: the name of the data folder was synced only by the process that made it.
    let disk = CrashStorage::new();
    let ledger = |disk: &CrashStorage| Ledger::with_storage("data", Arc::new(disk.clone()));
    disk.die_at(1);
    store_numbered(&ledger(&disk), &FILE, 0).unwrap_err();
    let next = disk.after_kill();
    store_numbered(&ledger(&next), &FILE, 0).unwrap();
    let after = next.after_power_cut(|_, _| Fate::Lost);
    assert_eq!(check_promise(&ledger(&after), &FILE, 1, 1), Ok(()));
}

#[test]
fn zeros_after_a_first_brace_are_a_torn_row_and_no_utf16() {
    // Found by the cuts: the length of a first row was kept and all but its first byte was not.
    let disk = CrashStorage::new();
    disk.set("data/snapshots.jsonl", [b"{".as_slice(), &[0; 99]].concat());
    let ledger = Ledger::with_storage("data", Arc::new(disk.clone()));
    assert_eq!(ledger.verify(&FILE, Recovery::Tail).unwrap().status, Status::Repairable);
}
