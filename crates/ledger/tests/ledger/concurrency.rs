//! Several writers and readers at once.

use std::thread;
use std::time::Duration;

use tracker_ledger::{ErrorClass, Ledger, LedgerFile, Status};

use crate::{FILE, in_memory, store, verify};
use tracker_test_support::FaultStorage as Memory;

#[test]
fn writers_take_turns_and_readers_see_a_prefix() {
    const WRITERS: usize = 4;
    const ROWS: usize = 12;
    let dir = tempfile::tempdir().unwrap();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let ledger = Ledger::open(dir.path());
            scope.spawn(move || {
                for row in 0..ROWS {
                    store(&ledger, &format!(r#"{{"writer":{writer},"row":{row}}}"#)).unwrap();
                }
            });
        }
        scope.spawn(|| {
            let (ledger, mut seen) = (Ledger::open(dir.path()), 0);
            while seen < WRITERS * ROWS {
                let report = verify(&ledger);
                assert!(report.status <= Status::Repairable, "{:?}", report.issues);
                assert!(report.chained as usize >= seen);
                seen = report.chained as usize;
            }
        });
    });
    let report = verify(&Ledger::open(dir.path()));
    assert_eq!((report.status, report.chained), (Status::Ok, (WRITERS * ROWS) as u64));
    assert_eq!(report.last.unwrap().seq, report.chained, "the numbers are dense");
}

#[test]
fn a_decision_inside_a_transaction_stays_true() {
    // Eight writers: "store it once".
    let dir = tempfile::tempdir().unwrap();
    let stored: usize = thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let ledger = Ledger::open(dir.path());
                scope.spawn(move || {
                    let mut write = ledger.begin(&[FILE]).unwrap();
                    if verify(write.ledger()).chained > 0 {
                        return 0;
                    }
                    write.append(&FILE, "{}").unwrap();
                    write.commit().unwrap();
                    1
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert_eq!(stored, 1);
}

#[test]
fn a_lock_that_is_held_ends_the_wait_with_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    let held = Ledger::open(dir.path()).begin(&[FILE]).unwrap();
    let waiting = Ledger::open(dir.path()).with_lock_timeout(Duration::from_millis(20));
    let error = waiting.begin(&[LedgerFile::ANOMALIES, FILE]).unwrap_err();
    assert_eq!(error.class(), ErrorClass::LockTimeout);
    assert!(error.to_string().contains("snapshots.jsonl.lock"), "{error}");
    drop(held);
    waiting.begin(&[FILE]).unwrap().commit().unwrap();
}

#[test]
fn locks_are_taken_in_one_order() {
    let memory = Memory::new();
    let files = [LedgerFile::WINDOWS, LedgerFile::ANOMALIES, LedgerFile::CHURN, LedgerFile::ANOMALIES];
    in_memory(&memory).begin(&files).unwrap().commit().unwrap();
    let locks: Vec<_> = memory.log().into_iter().filter(|entry| entry.starts_with("lock")).collect();
    assert_eq!(locks, ["lock anomalies.jsonl.lock", "lock churn.jsonl.lock", "lock windows.jsonl.lock"]);
}
