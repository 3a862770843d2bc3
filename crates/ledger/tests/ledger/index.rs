//! The index gives what a scan gives, whatever happens to its file.

use std::ops::ControlFlow;

use proptest::prelude::*;
use tracker_ledger::{KeyExtractor, Ledger};

use crate::{FILE, PATH, in_memory, store};
use tracker_test_support::{Fault, FaultStorage as Memory};

const TABLE: &str = "data/.index/snapshots.idx";

/// Rows by the values of `window` and `pane`, each kind under its own first byte.
struct Keys(u32);

impl KeyExtractor for Keys {
    fn version(&self) -> u32 {
        self.0
    }
    fn keys(&self, line: &[u8], add: &mut dyn FnMut(&[u8])) {
        let Ok(row) = serde_json::from_slice::<serde_json::Value>(line) else { return };
        for (kind, field) in [("w", "window"), ("p", "pane")] {
            if let Some(value) = row[field].as_str() {
                add(format!("{kind}{value}").as_bytes());
            }
        }
    }
}

fn by_scan(ledger: &Ledger, key: &str) -> Vec<u64> {
    let mut offsets = Vec::new();
    ledger
        .scan(&FILE, &[], |line| {
            Keys(1).keys(line.bytes, &mut |own| {
                if own == key.as_bytes() {
                    offsets.push(line.offset);
                }
            });
            ControlFlow::Continue(())
        })
        .unwrap();
    offsets
}

fn by_index(ledger: &Ledger, keys: &Keys, key: &str) -> Option<Vec<u64>> {
    let index = ledger.index(&FILE, keys).unwrap()?;
    Some(index.lookup(key.as_bytes()).unwrap().into_iter().map(|row| row.offset).collect())
}

fn update(ledger: &Ledger, keys: &Keys) {
    let mut write = ledger.begin(&[FILE]).unwrap();
    assert!(write.index(&FILE, keys).unwrap().is_some());
    write.commit().unwrap();
}

fn filled(rows: usize) -> (Memory, Ledger) {
    let memory = Memory::new();
    let old: String =
        (0..rows).map(|n| format!("{{\"window\": \"W{}\", \"pane\": \"{n}\"}}\n", n / 4)).collect();
    memory.set(PATH, old.into_bytes());
    let ledger = in_memory(&memory);
    (memory, ledger)
}

#[test]
fn rows_are_found_before_and_after_the_table_grows() {
    let (memory, ledger) = filled(300);
    assert_eq!(by_index(&ledger, &Keys(1), "p7"), None, "readers build nothing");
    update(&ledger, &Keys(1));
    let small = memory.bytes(TABLE).len();
    let mut write = ledger.begin(&[FILE]).unwrap();
    for n in 300..1450 {
        write.append(&FILE, &format!("{{\"window\":\"W{}\",\"pane\":\"{n}\"}}", n / 4)).unwrap();
        if n % 100 == 0 {
            write.index(&FILE, &Keys(1)).unwrap();
        }
    }
    write.commit().unwrap();
    assert!(memory.bytes(TABLE).len() > small);
    // The last 49 rows are not in the table, and are found all the same.
    for key in ["p0", "p299", "p300", "p1400", "p1449", "wW0", "wW75", "wW362", "none"] {
        assert_eq!(by_index(&ledger, &Keys(1), key), Some(by_scan(&ledger, key)), "{key}");
    }
}

#[test]
fn a_table_that_does_not_fit_is_passed_over_and_rebuilt() {
    let (memory, ledger) = filled(40);
    update(&ledger, &Keys(1));
    let good = memory.bytes(TABLE);
    assert_eq!(by_index(&ledger, &Keys(2), "p7"), None, "other keys");

    for broken in [vec![], good[..64].to_vec(), good[..good.len() - 1].to_vec(), vec![0; good.len()]] {
        memory.set(TABLE, broken);
        assert_eq!(by_index(&ledger, &Keys(1), "p7"), None);
    }
    // A page that a power cut lost: zeros where entries were.
    let mut lost = good.clone();
    lost[128..].fill(0);
    memory.set(TABLE, lost);
    assert_eq!(by_index(&ledger, &Keys(1), "p7"), None);
    update(&ledger, &Keys(1));
    assert_eq!(by_index(&ledger, &Keys(1), "p7"), Some(by_scan(&ledger, "p7")));

    // Another ledger under the same name.
    let (other, _) = filled(41);
    memory.set(PATH, other.bytes(PATH)[27..].to_vec());
    assert_eq!(by_index(&ledger, &Keys(1), "p7"), None);
}

#[test]
fn every_hit_is_checked_in_the_ledger() {
    let (memory, ledger) = filled(8);
    update(&ledger, &Keys(1));
    // Same length, other pane: the table still leads to the row, the row does not have the key.
    let changed =
        String::from_utf8(memory.bytes(PATH)).unwrap().replace("\"pane\": \"3\"", "\"pane\": \"x\"");
    memory.set(PATH, changed.into_bytes());
    assert_eq!(by_index(&ledger, &Keys(1), "p3"), Some(vec![]));
}

#[test]
fn an_index_that_cannot_be_written_does_not_stop_a_writer() {
    let mut missing = 0;
    for number in 0..8 {
        let (memory, ledger) = filled(8);
        let mut write = ledger.begin(&[FILE]).unwrap();
        memory.fail_at(memory.log().len() + number, Fault::Error(std::io::ErrorKind::StorageFull));
        missing += u32::from(write.index(&FILE, &Keys(1)).unwrap().is_none());
        let ack = write.append(&FILE, "{\"pane\":\"new\"}").unwrap();
        write.commit().unwrap();
        update(&ledger, &Keys(1));
        assert_eq!(by_index(&ledger, &Keys(1), "pnew"), Some(vec![ack.offset]));
    }
    assert!(missing > 1, "{missing}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_index_gives_what_a_scan_gives(
        rows in prop::collection::vec((0..6_u8, 0..30_u8, any::<bool>()), 1..40),
    ) {
        let memory = Memory::new();
        let ledger = in_memory(&memory);
        for (window, pane, is_update) in rows {
            store(&ledger, &format!("{{\"window\":\"{window}\",\"pane\":\"{pane}\"}}")).unwrap();
            if is_update {
                update(&ledger, &Keys(1));
            }
        }
        update(&ledger, &Keys(1));
        for key in (0..6).map(|n| format!("w{n}")).chain((0..30).map(|n| format!("p{n}"))) {
            prop_assert_eq!(by_index(&ledger, &Keys(1), &key), Some(by_scan(&ledger, &key)));
        }
    }
}
