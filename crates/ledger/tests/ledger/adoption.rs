//! Rows of the earlier tool: data at once, sealed by the first append, and never touched.

use tracker_ledger::{IssueKind, Status};

use crate::{FILE, HEAD, PATH, in_memory, rows, store, store_all, verify};
use tracker_test_support::FaultStorage as Memory;

const OLD: &str = "{\"window\": \"W0-01\", \"quality\": 1.0}\n\n{\"window\": \"W0-02\"}\r\n";

#[test]
fn old_rows_are_sealed_by_the_first_append_and_never_touched() {
    let memory = Memory::new();
    memory.set(PATH, OLD.into());
    let ledger = in_memory(&memory);
    assert_eq!(rows(&ledger), ["{\"window\": \"W0-01\", \"quality\": 1.0}", "{\"window\": \"W0-02\"}"]);
    let report = verify(&ledger);
    assert_eq!((report.status, report.unchained, report.chained), (Status::Repairable, 2, 0));

    let mut write = ledger.begin(&[FILE]).unwrap();
    let ack = write.append(&FILE, r#"{"window":"W0-03"}"#).unwrap();
    let notices = write.commit().unwrap();
    assert_eq!(ack.seq, 2);
    assert_eq!(notices[0].kind, IssueKind::Adopted { rows: 2, bytes: OLD.len() as u64 });
    assert!(memory.bytes(PATH).starts_with(OLD.as_bytes()));
    assert_eq!(rows(&ledger).len(), 3, "the adopt row is no data");
    let report = verify(&ledger);
    assert_eq!((report.status, report.adopted, report.chained, report.unchained), (Status::Ok, 2, 2, 0));
}

#[test]
fn any_change_of_adopted_bytes_is_seen() {
    let memory = Memory::new();
    memory.set(PATH, OLD.into());
    store(&in_memory(&memory), "{}").unwrap();
    let good = memory.bytes(PATH);
    for at in 0..OLD.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        memory.set(PATH, changed);
        assert_eq!(verify(&in_memory(&memory)).status, Status::Damaged, "byte {at}");
    }
}

#[test]
fn rows_that_the_earlier_tool_adds_later_are_adopted_too() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    for round in 0..3 {
        store_all(&ledger, &["{}"]);
        let foreign = format!("{{\"window\": \"W0-{round}\"}}\n");
        memory.set(PATH, [memory.bytes(PATH), foreign.into_bytes()].concat());
        assert_eq!(verify(&ledger).status, Status::Repairable);
    }
    store_all(&ledger, &["{}"]);
    let report = verify(&ledger);
    assert_eq!((report.status, report.adopted, report.chained), (Status::Ok, 3, 7));
    assert_eq!((report.adopt_rows, report.rows()), (3, rows(&ledger).len() as u64));
    // Without a head, too.
    memory.set(PATH, [memory.bytes(PATH), b"{\"window\": \"W0-9\"}\n".to_vec()].concat());
    memory.remove_file(HEAD);
    store_all(&ledger, &["{}"]);
    assert_eq!((verify(&ledger).status, verify(&ledger).adopted), (Status::Ok, 4));
}

#[test]
fn an_old_last_row_without_newline_is_kept_and_a_torn_one_is_quarantined() {
    let memory = Memory::new();
    memory.set(PATH, b"{\"window\": \"W0-01\"}\n{\"window\": \"W0-02\"}".to_vec());
    let ledger = in_memory(&memory);
    assert_eq!(rows(&ledger).len(), 2);
    assert_eq!(verify(&ledger).status, Status::Repairable);
    store(&ledger, "{}").unwrap();
    assert_eq!((rows(&ledger).len(), verify(&ledger).status), (3, Status::Ok));

    let memory = Memory::new();
    memory.set(PATH, b"{\"window\": \"W0-01\"}\n{\"window\": \"W0-".to_vec());
    let ledger = in_memory(&memory);
    assert_eq!(rows(&ledger).len(), 1);
    let notices = ledger.begin(&[FILE]).unwrap().commit().unwrap();
    assert!(matches!(notices[0].kind, IssueKind::Repaired { bytes: 15, .. }), "{notices:?}");
    store(&ledger, "{}").unwrap();
    assert_eq!((rows(&ledger).len(), verify(&ledger).status), (2, Status::Ok));
}

#[test]
fn old_lines_that_are_no_rows_do_not_stop_an_append_and_are_sealed() {
    let memory = Memory::new();
    memory.set(
        PATH,
        b"{\"window\": \"W0-01\"}{\"torn\": 1}\n{\"a\":1,\"a\":2}\n{\"window\": \"W0-02\"}\n".to_vec(),
    );
    let ledger = in_memory(&memory);
    assert_eq!(verify(&ledger).status, Status::Damaged);
    store(&ledger, "{}").unwrap();
    let report = verify(&ledger);
    assert_eq!((report.status, report.issue_count), (Status::Ok, 2), "{:?}", report.issues);
    assert!(report.issues.iter().all(|issue| matches!(issue.kind, IssueKind::UnreadableSealed(_))));
    // The same after chained rows is damage, and refused.
    memory.set(PATH, [memory.bytes(PATH), b"garbage\n".to_vec()].concat());
    assert_eq!(verify(&ledger).status, Status::Damaged);
    assert!(store(&ledger, "{}").is_err());
}
