//! Every change to a ledger is seen, and named where it starts.

use proptest::prelude::*;
use tracker_ledger::{ChainedRow, ErrorClass, IssueKind, Recovery, Status};

use crate::{FILE, HEAD, PATH, in_memory, rows, store, store_all, verify};
use tracker_test_support::FaultStorage as Memory;

const BODIES: [&str; 5] =
    [r#"{"n":1}"#, r#"{"n":2,"text":"a\"b"}"#, r#"{}"#, r#"{"deep":{"h":[1,2.5,null]}}"#, r#"{"n":5}"#];

fn sound() -> Memory {
    let memory = Memory::new();
    store_all(&in_memory(&memory), &BODIES);
    assert_eq!(verify(&in_memory(&memory)).status, Status::Ok);
    memory
}

/// Lines with their newlines.
fn lines(memory: &Memory) -> Vec<Vec<u8>> {
    memory.bytes(PATH).split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Returns the line, from 1, that a position stands on.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

/// Says whether `verify` calls the bytes damaged, and at which line first.
fn verdict(memory: &Memory, bytes: Vec<u8>) -> (Status, Option<u64>) {
    memory.set(PATH, bytes);
    let report = verify(&in_memory(memory));
    let first = report.issues.iter().find(|issue| issue.kind.is_damage()).map(|issue| issue.line);
    (report.status, first)
}

#[test]
fn any_changed_byte_is_seen_within_one_row() {
    let memory = sound();
    let good = memory.bytes(PATH);
    for at in 0..good.len() {
        for value in [good[at] ^ 1, good[at] ^ 0x20, b'\n', b'"', b' ', b'}', b'0', 0, 0xff] {
            if value == good[at] {
                continue;
            }
            let mut changed = good.clone();
            changed[at] = value;
            let (status, line) = verdict(&memory, changed);
            assert_eq!(status, Status::Damaged, "byte {at} as {value}");
            // Line 0 is a finding about the head: the last row was changed.
            let near = line.is_some_and(|line| line == 0 || line.abs_diff(line_of(&good, at)) <= 1);
            assert!(near, "byte {at} as {value}: line {line:?}");
        }
    }
}

#[test]
fn any_deleted_or_inserted_byte_is_seen() {
    let memory = sound();
    let good = memory.bytes(PATH);
    for at in 0..good.len() {
        let mut shorter = good.clone();
        shorter.remove(at);
        assert_eq!(verdict(&memory, shorter).0, Status::Damaged, "without byte {at}");
        for value in [b' ', b'\n', b'x'] {
            let mut longer = good.clone();
            longer.insert(at, value);
            assert_eq!(verdict(&memory, longer).0, Status::Damaged, "{value} before byte {at}");
        }
    }
}

#[test]
fn dropped_doubled_swapped_and_foreign_rows_are_seen() {
    let memory = sound();
    let lines = lines(&memory);
    let count = lines.len();
    for at in 0..count {
        let mut dropped = lines.clone();
        dropped.remove(at);
        assert_eq!(verdict(&memory, dropped.concat()).0, Status::Damaged, "without row {at}");
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at].clone());
        assert_eq!(verdict(&memory, doubled.concat()).0, Status::Damaged, "row {at} twice");
        let mut swapped = lines.clone();
        swapped.swap(at, (at + 1) % count);
        assert_eq!(verdict(&memory, swapped.concat()).0, Status::Damaged, "row {at} swapped");
        if at > 0 {
            let mut foreign = lines.clone();
            foreign.insert(at, b"{\"n\":99}\n".to_vec());
            assert_eq!(verdict(&memory, foreign.concat()), (Status::Damaged, Some(at as u64 + 1)));
        }
    }
}

#[test]
fn removal_of_the_newest_rows_is_seen_by_the_head_and_refused_by_the_next_writer() {
    for keep in 0..BODIES.len() {
        let memory = sound();
        memory.set(PATH, lines(&memory)[..keep].concat());
        let ledger = in_memory(&memory);
        let report = verify(&ledger);
        assert_eq!(report.status, Status::Damaged);
        assert!(report.issues.iter().any(|issue| matches!(issue.kind, IssueKind::RolledBack { seq: 5, .. })));
        let before = memory.bytes(PATH);
        assert_eq!(ledger.begin(&[FILE]).unwrap_err().class(), ErrorClass::Damaged);
        assert_eq!(memory.bytes(PATH), before);
    }
    let memory = sound();
    memory.remove_file(PATH);
    assert_eq!(verify(&in_memory(&memory)).status, Status::Damaged);
    assert_eq!(in_memory(&memory).begin(&[FILE]).unwrap_err().class(), ErrorClass::Damaged);
    assert!(!memory.paths().contains(&PATH.to_owned()));
}

#[test]
fn a_cut_inside_an_acknowledged_row_is_no_torn_tail() {
    let memory = sound();
    let good = memory.bytes(PATH);
    let last = good.len() - lines(&memory)[BODIES.len() - 1].len();
    for end in last..good.len() {
        memory.set(PATH, good[..end].to_vec());
        let ledger = in_memory(&memory);
        assert_eq!(verify(&ledger).status, Status::Damaged, "cut at {end}");
        assert_eq!(ledger.begin(&[FILE]).unwrap_err().class(), ErrorClass::Damaged, "cut at {end}");
        assert_eq!(memory.bytes(PATH), good[..end], "nothing is moved away");
        assert!(!memory.paths().iter().any(|path| path.contains("quarantine")));
    }
}

#[test]
fn no_writer_goes_on_after_a_changed_last_row() {
    let memory = sound();
    let good = memory.bytes(PATH);
    let last = good.len() - lines(&memory)[BODIES.len() - 1].len();
    for at in last..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        for head in [memory.bytes(HEAD), Vec::new()] {
            let memory = memory.after_restart();
            memory.set(PATH, changed.clone());
            if head.is_empty() {
                memory.remove_file(HEAD);
                // Without a head, a tail that is no row any more is a torn one.
                if !ChainedRow::of(changed[last..].trim_ascii_end()).is_some_and(|_| changed.ends_with(b"\n"))
                {
                    continue;
                }
            }
            assert_eq!(in_memory(&memory).begin(&[FILE]).unwrap_err().class(), ErrorClass::Damaged, "{at}");
            assert_eq!(memory.bytes(PATH), changed);
        }
    }
}

#[test]
fn without_a_head_a_cut_ledger_says_that_it_is_not_anchored() {
    let memory = sound();
    memory.set(PATH, lines(&memory)[..3].concat());
    memory.remove_file(HEAD);
    let report = verify(&in_memory(&memory));
    assert_eq!((report.status, report.anchored), (Status::Repairable, false));
    assert!(report.issues.iter().any(|issue| issue.kind == IssueKind::NotAnchored));
    store(&in_memory(&memory), "{}").unwrap();
    assert!(verify(&in_memory(&memory)).anchored);
}

#[test]
fn a_head_that_lags_is_moved_and_a_head_of_another_ledger_is_refused() {
    let memory = sound();
    let old_head = memory.bytes(HEAD);
    let ledger = in_memory(&memory);
    store_all(&ledger, &["{}", "{}"]);
    let new_head = memory.bytes(HEAD);
    memory.set(HEAD, old_head);
    let report = verify(&ledger);
    assert_eq!(report.status, Status::Repairable);
    assert!(report.issues.iter().any(|issue| issue.kind == IssueKind::HeadBehind { rows: 2 }));
    ledger.begin(&[FILE]).unwrap().commit().unwrap();
    assert_eq!(memory.bytes(HEAD), new_head);

    let other = Memory::new();
    store_all(&in_memory(&other), &[r#"{"other":1}"#; 5]);
    memory.set(HEAD, other.bytes(HEAD));
    assert_eq!(verify(&ledger).status, Status::Damaged);
    assert_eq!(ledger.begin(&[FILE]).unwrap_err().class(), ErrorClass::Damaged);
    memory.set(HEAD, b"{".to_vec());
    assert_eq!(verify(&ledger).status, Status::Damaged);
}

#[test]
fn salvage_lists_the_gaps_and_absolute_takes_a_torn_tail_for_damage() {
    let memory = sound();
    let mut kept = lines(&memory);
    kept.drain(1..3);
    memory.set(PATH, kept.concat());
    let ledger = in_memory(&memory);
    assert_eq!(ledger.verify(&FILE, Recovery::Salvage).unwrap().gaps, [(2, 3)]);
    assert!(ledger.verify(&FILE, Recovery::Tail).unwrap().gaps.is_empty());

    let memory = sound();
    memory.set(PATH, [memory.bytes(PATH), b"{\"n\":".to_vec()].concat());
    let ledger = in_memory(&memory);
    assert_eq!(ledger.verify(&FILE, Recovery::Tail).unwrap().status, Status::Repairable);
    assert_eq!(ledger.verify(&FILE, Recovery::Absolute).unwrap().status, Status::Damaged);
}

#[test]
fn changed_line_endings_are_named() {
    let memory = sound();
    let text = String::from_utf8(memory.bytes(PATH)).unwrap().replace('\n', "\r\n");
    memory.set(PATH, text.into_bytes());
    let ledger = in_memory(&memory);
    let report = verify(&ledger);
    assert_eq!(report.status, Status::Damaged);
    assert!(report.issues.iter().any(|issue| issue.to_string().contains("git autocrlf?")));
    // Readers still use the rows.
    assert_eq!(rows(&ledger).len(), BODIES.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_cut_in_what_was_not_acknowledged_is_repaired(
        bodies in prop::collection::vec("[a-z \u{e9}\u{2588}\"\\\\]{0,40}", 1..8),
        cut in 0.0_f64..1.0,
    ) {
        let bodies: Vec<_> = bodies.iter().map(|text| serde_json::json!({ "text": text }).to_string()).collect();
        let (acked, last) = bodies.split_at(bodies.len() - 1);
        let memory = Memory::new();
        let ledger = in_memory(&memory);
        for body in acked {
            store(&ledger, body).unwrap();
        }
        let (start, head) = (memory.bytes(PATH).len(), memory.bytes(HEAD));
        store(&ledger, &last[0]).unwrap();
        // The head of the last row was not written, and the row itself only in part.
        let whole = memory.bytes(PATH);
        let end = start + ((whole.len() - start) as f64 * cut) as usize;
        memory.set(PATH, whole[..end].to_vec());
        if acked.is_empty() { memory.remove_file(HEAD) } else { memory.set(HEAD, head) }

        prop_assert_eq!(rows(&ledger), acked);
        store(&ledger, r#"{"next":true}"#).unwrap();
        let mut expected = acked.to_vec();
        expected.push(r#"{"next":true}"#.to_owned());
        prop_assert_eq!(rows(&ledger), expected);
        prop_assert_eq!(verify(&ledger).status, Status::Ok);
        let kept: Vec<_> = memory.paths().into_iter().filter(|path| path.contains("quarantine/")).collect();
        prop_assert_eq!(kept.len(), usize::from(end > start));
        for path in kept {
            prop_assert_eq!(memory.bytes(&path), &whole[start..end]);
        }
    }
}
