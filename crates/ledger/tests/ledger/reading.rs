//! Readers: every whole row in order, the rest named, whatever the bytes are.

use std::ops::ControlFlow;

use proptest::prelude::*;
use tracker_ledger::{ErrorClass, IssueKind, MAX_ROW_BYTES, RowFault, ScanReport};

use crate::{FILE, PATH, in_memory, rows, store, verify};
use tracker_test_support::FaultStorage as Memory;

/// Number, offset and text of the lines that a scan hands out, and its report.
fn scan(memory: &Memory, needles: &[&[u8]]) -> (Vec<(u64, u64, Vec<u8>)>, ScanReport) {
    let mut lines = Vec::new();
    let report = in_memory(memory)
        .scan(&FILE, needles, |line| {
            lines.push((line.number, line.offset, line.bytes.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    (lines, report)
}

fn scan_parallel(memory: &Memory, threads: usize) -> (Vec<(u64, u64, Vec<u8>)>, ScanReport) {
    let ledger = in_memory(memory);
    ledger
        .scan_parallel(&FILE, threads, |line| Some((line.number, line.offset, line.bytes.to_vec())))
        .unwrap()
}

fn with(bytes: impl Into<Vec<u8>>) -> Memory {
    let memory = Memory::new();
    memory.set(PATH, bytes.into());
    memory
}

fn kinds(report: &ScanReport) -> Vec<IssueKind> {
    report.issues.iter().map(|issue| issue.kind.clone()).collect()
}

#[test]
fn a_needle_hands_out_the_lines_that_hold_it_with_their_numbers() {
    let memory = with("{\"w\":\"a\"}\n\n{\"w\":\"b\",\"x\":\"b\"}\n{\"w\":\"c\"}\n{\"w\":\"b\"}");
    let (lines, report) = scan(&memory, &[b"\"b\""]);
    let numbers: Vec<_> = lines.iter().map(|(number, offset, _)| (*number, *offset)).collect();
    assert_eq!(numbers, [(3, 11), (5, 39)]);
    assert_eq!(kinds(&report), [IssueKind::MissingNewline]);
    assert_eq!(scan(&memory, &[b"no such text"]).0, []);
}

#[test]
fn a_line_that_holds_two_needles_is_handed_out_once_and_in_its_place() {
    let memory = with("{\"w\":\"a\"}\n{\"w\":\"b\",\"x\":\"a\"}\n{\"w\":\"c\"}\n{\"w\":\"b\"}\n");
    let (lines, _) = scan(&memory, &[b"\"b\"", b"\"a\""]);
    assert_eq!(lines.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), [1, 2, 4]);
}

#[test]
fn a_scan_ends_when_it_is_told_to() {
    let memory = with("{}\n".repeat(50));
    let mut seen = 0;
    let stop = |_: tracker_ledger::Line<'_>| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    in_memory(&memory).scan(&FILE, &[], stop).unwrap();
    assert_eq!(seen, 3);
}

#[test]
fn long_files_are_read_in_blocks_that_no_reader_notices() {
    let rows: Vec<_> =
        (0..4000).map(|n| format!("{{\"n\":{n},\"pad\":\"{}\"}}", "x".repeat(n % 400))).collect();
    let memory = with(rows.join("\n") + "\n");
    let (lines, report) = scan(&memory, &[]);
    assert!(report.issues.is_empty() && report.bytes > 3 * 256 * 1024);
    assert!(lines.iter().map(|(_, _, text)| text.as_slice()).eq(rows.iter().map(String::as_bytes)));
    assert!(lines.iter().zip(1..).all(|((number, ..), expected)| *number == expected));
    assert_eq!(scan_parallel(&memory, 3).0, lines);
    let with_77: Vec<_> =
        lines.iter().filter(|(_, _, text)| text.windows(3).any(|w| w == b"77,")).cloned().collect();
    assert_eq!(scan(&memory, &[b"77,"]).0, with_77);
}

#[test]
fn a_line_longer_than_a_row_is_named_and_passed_over() {
    for length in [MAX_ROW_BYTES, MAX_ROW_BYTES + 1, 3 * MAX_ROW_BYTES] {
        let long = format!("{{\"n\":1}}\n{}\n{{\"n\":2}}\n", "x".repeat(length));
        let memory = with(long);
        let (lines, report) = scan(&memory, &[]);
        let found: Vec<_> = lines.iter().map(|(number, offset, _)| (*number, *offset)).collect();
        assert_eq!(found, [(1, 0), (3, length as u64 + 9)]);
        let expected = IssueKind::Unreadable(RowFault::TooLong(length as u64 + 1));
        assert_eq!((report.issues[0].line, &report.issues[0].kind), (2, &expected));
        assert!(verify(&in_memory(&memory)).issues.iter().any(|issue| issue.kind == expected));
    }
    // The longest row is a row.
    let memory = with(format!("{{\"n\":\"{}\"}}\n", "x".repeat(MAX_ROW_BYTES - 9)));
    assert_eq!((scan(&memory, &[]).0.len(), verify(&in_memory(&memory)).unchained), (1, 1));
}

#[test]
fn a_torn_tail_is_in_flight_and_a_whole_foreign_row_is_not() {
    let (lines, report) = scan(&with("{\"n\":1}\n{\"n\":"), &[]);
    assert_eq!((lines.len(), kinds(&report)), (1, vec![IssueKind::TornTail { bytes: 5 }]));
    let (lines, report) = scan(&with("{\"n\":1}\n{\"n\":2}"), &[]);
    assert_eq!((lines.len(), kinds(&report)), (2, vec![IssueKind::MissingNewline]));
    // Our own row is one only with its newline.
    let memory = Memory::new();
    store(&in_memory(&memory), "{}").unwrap();
    let mut bytes = memory.bytes(PATH);
    bytes.pop();
    assert_eq!(scan(&with(bytes), &[]).0.len(), 0);
}

#[test]
fn what_editors_and_git_do_to_a_file_is_named() {
    let (lines, report) = scan(&with("\u{feff}{\"n\":1}\n{\"n\":2}\n"), &[]);
    assert_eq!((lines.len(), kinds(&report)), (1, vec![IssueKind::ByteOrderMark]));
    let (lines, report) = scan(&with("{\"n\":1}\r\n{\"n\":2}\r\n"), &[]);
    assert_eq!(lines[1].2, b"{\"n\":2}");
    assert_eq!(kinds(&report), [IssueKind::LineEndings { chained: false }]);
    for utf16 in [&b"\xff\xfe{\0}\0\n\0"[..], b"\xfe\xff\0{\0}\0\n", b"{\0}\0\n\0", b"\0{\0}\0\n"] {
        let memory = with(utf16);
        let (lines, report) = scan(&memory, &[]);
        assert_eq!((lines.len(), kinds(&report)), (0, vec![IssueKind::Utf16]));
        assert_eq!(scan_parallel(&memory, 2), (lines, report));
        assert!(verify(&in_memory(&memory)).issues.iter().any(|issue| issue.kind == IssueKind::Utf16));
    }
}

#[test]
fn empty_files_and_files_of_newlines_have_no_rows() {
    assert_eq!(scan(&Memory::new(), &[]), (vec![], ScanReport::default()));
    assert_eq!(scan(&with(""), &[]).0, []);
    let (lines, report) = scan(&with("\n".repeat(600_000)), &[]);
    assert_eq!((lines.len(), report.issue_count), (0, 0));
}

#[test]
fn a_row_that_cannot_be_stored_is_refused_before_anything_is_written() {
    let memory = Memory::new();
    let ledger = in_memory(&memory);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_ROW_BYTES));
    for bad in [
        "",
        "[]",
        "1",
        "{",
        "{}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\n}",
        "{\"seq\":1}",
        "{\"h\":\"\"}",
        "{\"adopt\":1}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        "{\"a\":\"\\ud800\"}",
        &deep,
        &long,
    ] {
        let error = store(&ledger, bad).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Refused, "{error}");
        assert!(error.to_string().starts_with("a row for snapshots.jsonl cannot be stored: "), "{error}");
    }
    assert_eq!(rows(&ledger), Vec::<String>::new());
    assert_eq!(memory.bytes(PATH), b"");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_come_back_as_they_were_given(texts in prop::collection::vec("\\PC{0,60}", 1..12)) {
        let bodies: Vec<_> = texts.iter().map(|text| serde_json::json!({ "t": text }).to_string()).collect();
        let memory = Memory::new();
        let ledger = in_memory(&memory);
        let mut write = ledger.begin(&[FILE]).unwrap();
        for (body, seq) in bodies.iter().zip(1..) {
            let ack = write.append(&FILE, body).unwrap();
            prop_assert_eq!(ack.seq, seq);
            let row = ledger.read_row_at(&FILE, ack.offset).unwrap().unwrap();
            prop_assert_eq!(row.len() as u64 + 1, ack.bytes);
        }
        write.commit().unwrap();
        let found: Vec<_> = scan(&memory, &[]).0;
        for ((_, _, text), body) in found.iter().zip(&bodies) {
            prop_assert!(text.starts_with(&body.as_bytes()[..body.len() - 1]));
        }
        prop_assert_eq!(found.len(), bodies.len());
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let memory = with(bytes);
        let ledger = in_memory(&memory);
        let (lines, _) = scan(&memory, &[]);
        prop_assert_eq!(scan_parallel(&memory, 2).0, lines);
        verify(&ledger);
        // An append either works, or leaves the file as it was.
        let before = memory.bytes(PATH);
        match store(&ledger, "{}") {
            Ok(_) => prop_assert!(verify(&ledger).chained > 0),
            Err(_) => prop_assert_eq!(memory.bytes(PATH), before),
        }
    }
}

/// Found by fuzzing: a row was appended behind UTF-16, acknowledged, and seen by no reader.
#[test]
fn a_ledger_of_utf16_takes_no_row() {
    for utf16 in [&b"\xff\xfe{\0}\0\n\0"[..], b"\xfe\xff\0{\0}\0\n", b"{\0}\0\n\0", b"\xff\xfe{\0"] {
        let memory = with(utf16);
        let error = store(&in_memory(&memory), "{}").unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
        assert_eq!(memory.bytes(PATH), utf16, "it is left as it is");
    }
}
