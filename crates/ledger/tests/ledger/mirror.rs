//! Mirrors: every ledger row once, whatever was lost or added in between.

use proptest::prelude::*;
use tracker_ledger::{Ledger, Mirror, Transaction};

use crate::{FILE, PATH, in_memory};
use tracker_test_support::{Fault, FaultStorage as Memory};

const CSV: &str = "Ledgers/Churn_Ledger.csv";
const HEADER: &str = "window,net,notes";

fn cells(row: &[u8]) -> Option<Vec<String>> {
    let row: serde_json::Value = serde_json::from_slice(row).ok()?;
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    row["window"].as_str()?;
    Some(vec![text("window"), text("net"), text("notes")])
}

fn mirror() -> Mirror<'static> {
    Mirror::new(CSV, HEADER, &cells)
}

fn row(window: &str, net: &str, notes: &str) -> String {
    serde_json::json!({ "window": window, "net": net, "notes": notes }).to_string()
}

fn with_mirror(ledger: &Ledger, row: &str) -> Transaction {
    let mut write = ledger.begin(&[FILE]).unwrap();
    write.append(&FILE, row).unwrap();
    write
}

fn csv(memory: &Memory) -> String {
    String::from_utf8(memory.bytes(CSV)).unwrap()
}

#[test]
fn cells_are_quoted_and_safe_and_numbers_stay_numbers() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-19", "-5.25", "a, \"b\"\nc"));
    write.append(&FILE, &row("=cmd", "-x", "@sum")).unwrap();
    write.append(&FILE, r#"{"other":"not mirrored"}"#).unwrap();
    let report = write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    assert_eq!((report.missing, report.foreign), (2, 0));
    assert_eq!(csv(&memory), "window,net,notes\nW0-19,-5.25,\"a, \"\"b\"\"\nc\"\n'=cmd,'-x,'@sum\n");
    assert_eq!(ledger.check_mirror(&FILE, &mirror()).unwrap().missing, 0);
}

#[test]
fn a_row_that_a_crash_left_out_is_written_once_by_the_next_call() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    with_mirror(&ledger, &row("W0-01", "1", "")).commit().unwrap();
    assert_eq!(ledger.check_mirror(&FILE, &mirror()).unwrap().missing, 1);
    let mut write = with_mirror(&ledger, &row("W0-02", "2", ""));
    assert_eq!(write.mirror(&FILE, &mirror()).unwrap().missing, 2);
    assert_eq!(write.mirror(&FILE, &mirror()).unwrap().missing, 0);
    write.commit().unwrap();
    assert_eq!(csv(&memory), "window,net,notes\nW0-01,1,\nW0-02,2,\n");
}

#[test]
fn rows_of_others_stay_and_are_counted_and_the_line_ending_is_kept() {
    let memory = Memory::new();
    memory.set(PATH, b"{\"window\": \"W0-00\", \"net\": \"0.50\"}\n".to_vec());
    let old = "window,net,notes\r\nW0-00,0.5,\r\nW0-77,1,by hand";
    memory.set(CSV, old.into());
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    let report = write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    assert_eq!((report.missing, report.foreign), (1, 2));
    assert_eq!(csv(&memory), format!("{old}\r\nW0-01,1,\r\n"));
}

#[test]
fn another_header_is_left_alone() {
    let memory = Memory::new();
    memory.set(CSV, b"date,other\n1,2\n".to_vec());
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    let report = write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    assert!(report.issues[0].to_string().contains("header is not window,net,notes"));
    assert_eq!(csv(&memory), "date,other\n1,2\n");
}

#[test]
fn a_header_that_a_kill_cut_is_written_again() {
    let memory = Memory::new();
    for kept in 0..=HEADER.len() {
        memory.set(CSV, HEADER.as_bytes()[..kept].to_vec());
        let ledger = in_memory(&memory);
        ledger.begin(&[FILE]).unwrap().mirror(&FILE, &mirror()).unwrap();
        assert_eq!(csv(&memory), format!("{HEADER}\n"), "{kept} bytes were left");
    }
}

#[test]
fn rows_of_others_are_told_in_their_order_and_of_equal_rows_the_first_is_ours() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    memory.set(CSV, format!("{HEADER}\nW0-09,9,\nW0-01,1,\nW0-08,8,\nW0-01,1,\n").into_bytes());
    let report = write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    let windows: Vec<&str> = report.foreign_rows.iter().map(|cells| cells[0].as_str()).collect();
    assert_eq!((report.missing, windows), (0, vec!["W0-09", "W0-08", "W0-01"]));
}

#[test]
fn a_quote_that_is_not_closed_is_reported_and_swallows_nothing() {
    let memory = Memory::new();
    let old = "window,net,notes\nW0-77,1,\"by hand\n";
    memory.set(CSV, old.into());
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    let report = write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    assert!(report.issues[0].to_string().contains("not closed"), "{:?}", report.issues);
    assert_eq!(csv(&memory), old);
    // A quote inside a bare cell closes nothing and opens nothing.
    memory.set(CSV, b"window,net,notes\nW0-77,1,5\" disk\n".to_vec());
    ledger.begin(&[FILE]).unwrap().mirror(&FILE, &mirror()).unwrap();
    assert!(csv(&memory).ends_with("5\" disk\nW0-01,1,\n"));
}

#[test]
fn a_full_disk_leaves_the_mirror_as_it_was() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    write.mirror(&FILE, &mirror()).unwrap();
    write.append(&FILE, &row("W0-02", "2", "")).unwrap();
    let before = csv(&memory);
    memory.fail_at(memory.log().len() + 1, Fault::Error(std::io::ErrorKind::StorageFull));
    write.mirror(&FILE, &mirror()).unwrap_err();
    assert_eq!(csv(&memory), before);
    write.mirror(&FILE, &mirror()).unwrap();
    assert_eq!(csv(&memory), format!("{before}W0-02,2,\n"));
    write.commit().unwrap();
}

#[test]
fn a_row_whose_sync_fails_never_stands_in_the_mirror() {
    // Found by failing every call: the mirror was written before the row was durable.
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    let before = csv(&memory);
    let mut write = with_mirror(&ledger, &row("W0-02", "2", ""));
    memory.fail_at(memory.log().len(), Fault::Error(std::io::ErrorKind::Other));
    write.mirror(&FILE, &mirror()).unwrap_err();
    write.commit().unwrap_err();
    assert_eq!(csv(&memory), before);
    let next = in_memory(&memory.after_restart());
    assert_eq!(next.check_mirror(&FILE, &mirror()).unwrap(), tracker_ledger::MirrorReport::default());
}

#[test]
fn a_mirror_write_that_lies_is_noticed_and_written_again() {
    // Found by a write that lies at every call: a header without its first bytes made the mirror unusable.
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    let whole = csv(&memory);
    let written = memory.log().iter().position(|call| call == "append Churn_Ledger.csv").unwrap();
    let memory = Memory::new();
    memory.fail_at(written, Fault::Lie);
    let ledger = in_memory(&memory);
    let mut write = with_mirror(&ledger, &row("W0-01", "1", ""));
    write.mirror(&FILE, &mirror()).unwrap_err();
    write.mirror(&FILE, &mirror()).unwrap();
    write.commit().unwrap();
    assert_eq!(csv(&memory), whole);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_mirror_cut_anywhere_is_completed(
        notes in prop::collection::vec("[a=,\"'\n\r -]{0,6}", 1..6),
        cut in 0.0_f64..1.0,
    ) {
        let memory = Memory::new();
        let ledger = in_memory(&memory);
        let mut write = ledger.begin(&[FILE]).unwrap();
        for note in &notes {
            write.append(&FILE, &row("W0-01", "1", note)).unwrap();
        }
        write.mirror(&FILE, &mirror()).unwrap();
        let whole = memory.bytes(CSV);
        let kept = (whole.len() as f64 * cut) as usize;
        memory.set(CSV, whole[..kept].to_vec());
        write.mirror(&FILE, &mirror()).unwrap();
        write.commit().unwrap();
        let report = ledger.check_mirror(&FILE, &mirror()).unwrap();
        prop_assert_eq!((report.missing, report.foreign), (0, 0), "{}", csv(&memory));
    }
}
