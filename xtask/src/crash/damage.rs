//! G7 and G8: every byte of a ledger changed, removed or pushed aside, every row dropped, doubled, moved or swapped.

use std::{sync::Arc, thread};

use tracker_ledger::{IssueKind, Ledger, Recovery, Status};
use tracker_test_support::FaultStorage;

use super::{
    Plan, Report,
    victim::{FILE, store},
};
use crate::Failure;

const PATH: &str = "data/snapshots.jsonl";
const HEAD: &str = "data/snapshots.jsonl.head";
const ROW: usize = 300;
const THREADS: usize = 2;

/// Damages a ledger of about so many bytes.
pub(super) fn run(plan: Plan) -> Result<Report, Failure> {
    let bytes = usize::try_from(plan.rounds).map_err(|e| e.to_string())?;
    let sound = ledger_of(bytes.div_ceil(ROW), 0)?;
    let mut report = Report::new("damage", sound.bytes(PATH).len() as u64, plan.seed);
    let found = thread::scope(|scope| {
        let sound = &sound;
        let workers: Vec<_> =
            (0..THREADS).map(|worker| scope.spawn(move || byte_damage(sound, worker))).collect();
        workers.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let mut tried = 0;
    for worker in found {
        let (count, missed) = worker.map_err(|_| "a worker panicked".to_owned())?;
        tried += count;
        missed.into_iter().for_each(|what| report.violation(what));
    }
    report.figure("byte_changes", tried);
    let (tried, missed) = row_damage(&sound, &ledger_of(bytes.div_ceil(ROW), 1)?);
    report.figure("row_changes", tried);
    missed.into_iter().for_each(|what| report.violation(what));
    Ok(report)
}

fn on(disk: &FaultStorage) -> Ledger {
    Ledger::with_storage("data", Arc::new(disk.clone()))
}

fn ledger_of(rows: usize, writer: u64) -> Result<FaultStorage, Failure> {
    let disk = FaultStorage::new();
    for row in 0..rows {
        store(&on(&disk), (writer, row as u64), ROW).map_err(|e| e.to_string())?;
    }
    Ok(disk)
}

/// One worker's share of the offsets: every value, a deletion, every insertion; and zeros over its blocks.
fn byte_damage(sound: &FaultStorage, worker: usize) -> (u64, Vec<String>) {
    let disk = sound.after_restart();
    let good = disk.bytes(PATH);
    let (mut tried, mut missed) = (0, Vec::new());
    let mut try_one = |bytes: Vec<u8>, at: usize, told: &dyn Fn() -> String| {
        tried += 1;
        if let Err(why) = is_seen(&disk, bytes, Some(line_of(&good, at))) {
            missed.push(format!("{}: {why}", told()));
        }
    };
    for at in (worker..good.len()).step_by(THREADS) {
        for value in (0..=u8::MAX).filter(|value| *value != good[at]) {
            let mut bytes = good.clone();
            bytes[at] = value;
            try_one(bytes, at, &|| format!("byte {at} set to {value:#x}"));
        }
        for value in 0..=u8::MAX {
            let mut bytes = good.clone();
            bytes.insert(at, value);
            try_one(bytes, at, &|| format!("{value:#x} put before byte {at}"));
        }
        let mut bytes = good.clone();
        bytes.remove(at);
        try_one(bytes, at, &|| format!("byte {at} removed"));
    }
    for start in (worker * 512..good.len()).step_by(512 * THREADS) {
        let mut bytes = good.clone();
        let end = good.len().min(start + 512);
        bytes[start..end].fill(0);
        try_one(bytes, start, &|| format!("zeros from {start} on"));
    }
    (tried, missed)
}

/// Fails unless `verify` calls the bytes damaged, and names the line (from 1) or one beside it.
fn is_seen(disk: &FaultStorage, bytes: Vec<u8>, line: Option<u64>) -> Result<(), String> {
    disk.set(PATH, bytes);
    let report = on(disk).verify(&FILE, Recovery::Tail).map_err(|e| e.to_string())?;
    if report.status != Status::Damaged {
        return Err(format!("not seen: {:?}", report.issues));
    }
    let first = report.issues.iter().find(|issue| issue.kind.is_damage()).map_or(0, |issue| issue.line);
    match line {
        // Line 0 is a finding about the end of the ledger: its last row is not the head's.
        Some(line) if first != 0 && first.abs_diff(line) > 1 => Err(format!("named line {first} for {line}")),
        _ => Ok(()),
    }
}

/// Returns the line, from 1, that a position stands on.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

/// Rows dropped, doubled, moved, swapped, spliced in from another ledger, and cut off at the end.
fn row_damage(sound: &FaultStorage, other: &FaultStorage) -> (u64, Vec<String>) {
    let disk = sound.after_restart();
    let (rows, foreign) = (lines(&disk.bytes(PATH)), lines(&other.bytes(PATH)));
    let mut cases: Vec<(String, Vec<Vec<u8>>)> = Vec::new();
    for at in 0..rows.len() {
        cases.push((format!("row {at} dropped"), [&rows[..at], &rows[at + 1..]].concat()));
        cases.push((format!("row {at} doubled"), [&rows[..=at], &rows[at..]].concat()));
        cases.push((format!("cut before row {at}"), rows[..at].to_vec()));
        for to in 0..rows.len() {
            if to > at {
                let mut swapped = rows.clone();
                swapped.swap(at, to);
                cases.push((format!("rows {at} and {to} swapped"), swapped));
            }
            if to != at {
                let mut moved = rows.clone();
                let row = moved.remove(at);
                moved.insert(to, row);
                cases.push((format!("row {at} moved to {to}"), moved));
            }
        }
        let mut spliced = rows.clone();
        spliced[at].clone_from(&foreign[at]);
        cases.push((format!("row {at} from another ledger"), spliced));
        let mut longer = rows.clone();
        longer.insert(at, foreign[at].clone());
        cases.push((format!("a row of another ledger before {at}"), longer));
    }
    let missed = cases.iter().filter_map(|(name, rows)| {
        is_seen(&disk, rows.concat(), None).err().map(|why| format!("{name}: {why}"))
    });
    let mut missed: Vec<String> = missed.collect();
    disk.remove_file(HEAD);
    for cut in 1..rows.len() {
        disk.set(PATH, rows[..cut].concat());
        let says_so = on(&disk)
            .verify(&FILE, Recovery::Tail)
            .is_ok_and(|report| report.issues.iter().any(|issue| issue.kind == IssueKind::NotAnchored));
        if !says_so {
            missed.push(format!("cut to {cut} rows without a head: not said"));
        }
    }
    ((cases.len() + rows.len() - 1) as u64, missed)
}

fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}
