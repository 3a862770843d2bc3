//! Several rows that are written and not synced when the power goes: any bytes of any of them may be lost.

use std::path::Path;
use std::sync::Arc;

use tracker_ledger::{Ledger, LedgerFile, OpenMode, Recovery, Status, Storage};
use tracker_test_support::{CrashStorage, Fate, check_promise, store_numbered};

const FILE: LedgerFile = LedgerFile::SNAPSHOTS;
const PATH: &str = "data/snapshots.jsonl";

fn on(disk: &CrashStorage) -> Ledger {
    Ledger::with_storage("data", Arc::new(disk.clone()))
}

/// One acknowledged row, then `more` that were written and not synced, as by writers that wait for one sync.
fn with_unsynced(more: usize) -> CrashStorage {
    let (disk, whole) = (CrashStorage::new(), CrashStorage::new());
    store_numbered(&on(&disk), &FILE, 0).unwrap();
    for number in 0..=more {
        store_numbered(&on(&whole), &FILE, number).unwrap();
    }
    let bytes = whole.bytes(PATH);
    let mut rows = bytes.split_inclusive(|byte| *byte == b'\n').skip(1);
    let mut file = disk.open(Path::new(PATH), OpenMode::Append).unwrap();
    rows.by_ref().for_each(|row| assert_eq!(file.append(row).unwrap(), row.len()));
    assert_eq!(disk.unsynced(), more);
    disk
}

#[test]
fn rows_that_shared_a_sync_may_be_lost_in_any_part_and_the_ledger_goes_on() {
    let disk = with_unsynced(3);
    let mut images = 0;
    for mask in 0..4_usize.pow(3) {
        for at in (0..120).step_by(7) {
            let image = disk.after_power_cut(|number, _| match mask / 4_usize.pow(number as u32) % 4 {
                0 => Fate::Lost,
                1 => Fate::Kept,
                2 => Fate::Torn(at),
                _ => Fate::Zeroed(at),
            });
            images += 1;
            let held = check_promise(&on(&image), &FILE, 1, 4);
            assert_eq!(
                held,
                Ok(()),
                "mask {mask}, {at} bytes: {:?}",
                String::from_utf8_lossy(&image.bytes(PATH))
            );
        }
    }
    assert!(images > 1_000);
}

#[test]
fn a_killed_writers_row_that_a_power_cut_takes_from_under_the_next_one_is_torn_and_no_damage() {
    let disk = with_unsynced(2);
    let cut = disk.after_power_cut(|number, _| if number == 0 { Fate::Lost } else { Fate::Kept });
    let report = on(&cut).verify(&FILE, Recovery::Tail).unwrap();
    assert_eq!(report.status, Status::Repairable, "{:?}", report.issues);
    assert!(report.issues.iter().any(|issue| issue.to_string().contains("never acknowledged")));
    assert_eq!(on(&cut).verify(&FILE, Recovery::Absolute).unwrap().status, Status::Damaged);
    let ack = store_numbered(&on(&cut), &FILE, 1).unwrap();
    assert_eq!(ack.seq, 2);
}

#[test]
fn zeros_before_the_head_are_damage() {
    let disk = CrashStorage::new();
    for number in 0..3 {
        store_numbered(&on(&disk), &FILE, number).unwrap();
    }
    let mut bytes = disk.bytes(PATH);
    let end = bytes.len();
    bytes[end - 100..end - 90].fill(0);
    disk.set(PATH, bytes);
    assert_eq!(on(&disk).verify(&FILE, Recovery::Tail).unwrap().status, Status::Damaged);
    store_numbered(&on(&disk), &FILE, 3).unwrap_err();
}

#[test]
fn text_in_utf16_behind_the_head_is_no_torn_row() {
    let disk = CrashStorage::new();
    store_numbered(&on(&disk), &FILE, 0).unwrap();
    let mut bytes = disk.bytes(PATH);
    bytes
        .extend("{\"added\":\"by an editor of another system\"}\n".encode_utf16().flat_map(u16::to_le_bytes));
    disk.set(PATH, bytes);
    assert_eq!(on(&disk).verify(&FILE, Recovery::Tail).unwrap().status, Status::Damaged);
}
