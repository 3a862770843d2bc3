//! The specification and the frozen files: what was written once is read forever.

use std::path::PathBuf;

use tracker_ledger::{ChainedRow, Ledger, LedgerFile, Recovery, RowHash, Status, seal};

use crate::{FILE, PATH, in_memory, verify};
use tracker_test_support::FaultStorage as Memory;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn frozen() -> Ledger {
    Ledger::open(repository().join("fixtures/ledgers/v1-chained"))
}

/// The vectors of the specification, as they stand in it.
fn vectors() -> Vec<String> {
    let text = std::fs::read_to_string(repository().join("docs/ledger-format.md")).unwrap();
    let blocks = text.split("```jsonl\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_vectors_of_the_specification_hold() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 2);
    for vector in &vectors {
        let memory = Memory::new();
        memory.set(PATH, vector.clone().into_bytes());
        let report = verify(&in_memory(&memory));
        let kinds: Vec<_> = report.issues.iter().map(ToString::to_string).collect();
        assert_eq!(kinds.len(), 1, "not anchored, and nothing else: {kinds:?}");
        assert!(kinds[0].contains("not anchored"), "{kinds:?}");
    }
    // Sealing the bodies again gives the same bytes.
    let bodies = [r#"{"window":"W0-19","quality":1.0}"#, "{}", "{\"notes\":\"caf\u{e9} \\\"x\\\"\"}"];
    let (mut hash, mut text) = (RowHash::GENESIS, Vec::new());
    for (body, seq) in bodies.iter().zip(1..) {
        let row = seal(body, seq, &hash).unwrap();
        text.extend(row.line);
        hash = row.hash;
    }
    assert_eq!(String::from_utf8(text).unwrap(), vectors[0]);
}

#[test]
fn the_frozen_ledgers_verify_and_are_the_vectors() {
    let reports = frozen().verify_all(Recovery::Absolute).unwrap();
    let names: Vec<_> = reports.iter().map(|report| report.file.name()).collect();
    assert_eq!(names, ["churn.jsonl", "windows.jsonl"]);
    for (report, vector) in reports.iter().zip(vectors().iter().rev()) {
        assert_eq!((report.status, report.anchored), (Status::Ok, true), "{:?}", report.issues);
        assert_eq!(report.bytes, vector.len() as u64);
        assert_eq!(report.last, frozen().head(&report.file).unwrap());
    }
    assert_eq!((reports[0].adopted, reports[0].chained), (2, 2));
}

#[test]
fn a_writer_adopts_as_the_specification_says() {
    let adopted = &vectors()[1];
    let old: String = adopted.split_inclusive('\n').take(2).collect();
    let memory = Memory::new();
    memory.set(PATH, old.into_bytes());
    let mut write = in_memory(&memory).begin(&[FILE]).unwrap();
    write.append(&FILE, r#"{"window":"W0-03"}"#).unwrap();
    write.commit().unwrap();
    let written = String::from_utf8(memory.bytes(PATH)).unwrap();
    // The version that adopted is part of the row, and so of the hashes from there on.
    let span = |text: &str| text.split("},\"schema_version\"").next().unwrap().to_owned();
    assert_eq!(span(&written), span(adopted));
}

#[test]
fn only_the_exact_form_is_a_chained_row() {
    let row = seal(r#"{"a":1}"#, 1, &RowHash::GENESIS).unwrap();
    let line = String::from_utf8(row.line).unwrap().trim_end().to_owned();
    assert!(ChainedRow::of(line.as_bytes()).is_some_and(|row| row.continues(&RowHash::GENESIS)));
    for changed in [
        line.replace("\"seq\":1", "\"seq\":0"),
        line.replace("\"seq\":1", "\"seq\":01"),
        line.replace("\"seq\":1", "\"seq\":"),
        line.replace("\"seq\":1", "\"seq\":99999999999999999999"),
        line.replace("\"seq\":1", "\"sec\":1"),
        line.replace(",\"seq\"", " \"seq\""),
        line.replace("\"h\"", "\"H\""),
        line.to_uppercase(),
        format!("{line} "),
        line[1..].to_owned().split_off(40),
    ] {
        assert!(ChainedRow::of(changed.as_bytes()).is_none(), "{changed}");
    }
    // Blanks around and inside the ends of a body are not kept; those between its members are.
    let spaced = seal(" { \"a\" : 1 } ", 1, &RowHash::GENESIS).unwrap();
    assert!(spaced.line.starts_with(b"{ \"a\" : 1,\"seq\":1,\"h\":\""));
    assert_eq!(LedgerFile::KNOWN.len(), 15);
}
