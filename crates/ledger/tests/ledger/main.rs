//! The append protocol, from the outside.

mod adoption;
mod concurrency;
mod damage;
mod faults;
mod files;
mod format;
mod index;
mod mirror;
mod reading;

use std::ops::ControlFlow;
use std::sync::Arc;

use tracker_ledger::{Ack, FileReport, Ledger, LedgerError, LedgerFile, Recovery};
use tracker_test_support::FaultStorage as Memory;

/// The ledger that the tests write.
const FILE: LedgerFile = LedgerFile::SNAPSHOTS;
const PATH: &str = "data/snapshots.jsonl";
const HEAD: &str = "data/snapshots.jsonl.head";

fn in_memory(memory: &Memory) -> Ledger {
    Ledger::with_storage("data", Arc::new(memory.clone()))
}

/// One row in a transaction of its own; what a command does before it acknowledges.
fn store(ledger: &Ledger, row: &str) -> Result<Ack, LedgerError> {
    let mut write = ledger.begin(&[FILE])?;
    let ack = write.append(&FILE, row)?;
    write.commit()?;
    Ok(ack)
}

fn store_all(ledger: &Ledger, rows: &[&str]) {
    for row in rows {
        store(ledger, row).unwrap();
    }
}

/// The rows as a reader sees them, without what the ledger added.
fn rows(ledger: &Ledger) -> Vec<String> {
    let mut rows = Vec::new();
    ledger
        .scan(&FILE, &[], |line| {
            let text = String::from_utf8_lossy(line.bytes).into_owned();
            let body = text.split_once(",\"seq\":").map(|(body, _)| format!("{body}}}"));
            rows.push(body.unwrap_or(text));
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

fn verify(ledger: &Ledger) -> FileReport {
    ledger.verify(&FILE, Recovery::Tail).unwrap()
}
