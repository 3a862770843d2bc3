//! A ledger of any bytes: readers, `verify`, and the next append.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use tracker_domain::RowRef;
use tracker_ledger::wire::snapshot::SnapshotHead;
use tracker_ledger::wire::{
    self, anomaly, churn, evidence, glm_count, meter_reading, replay, snapshot, state, telemetry,
    usage_report, window,
};
use tracker_ledger::{Ledger, LedgerFile, Recovery, Status, Storage};
use tracker_test_support::FaultStorage;

const FILE: LedgerFile = LedgerFile::SNAPSHOTS;
const PATH: &str = "data/snapshots.jsonl";
const ROW: &str =
    r#"{"window":"W0-01","provider":"p","phase":"before","captured_at":"2026-11-20T10:00:00Z"}"#;

/// Every reader answers to any line. A ledger of these bytes takes the next row or refuses it; when it took it, the
/// row is seen, nothing before it was changed, and a ledger that was whole is whole.
///
/// # Panics
/// Something of that does not hold.
pub fn row(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        read(line);
    }
    let disk = FaultStorage::new();
    disk.set(PATH, bytes.to_vec());
    let ledger = Ledger::with_storage("data", Arc::new(disk.clone()));
    let before = [Recovery::Tail, Recovery::Absolute, Recovery::Salvage]
        .map(|mode| ledger.verify(&FILE, mode).expect("memory can be read").status);
    let seen = lines(&ledger);
    let Ok(mut write) = ledger.begin(&[FILE]) else {
        return nothing_is_lost(&disk, bytes);
    };
    let Ok(ack) = write.append(&FILE, ROW) else {
        drop(write);
        return nothing_is_lost(&disk, bytes);
    };
    write.commit().expect("memory can be synced");
    let after = disk.bytes(PATH);
    assert!(after.starts_with(whole_lines(bytes)), "an append changed what stood before it");
    let now = lines(&ledger);
    assert!(now.len() > seen.len() && now.last().is_some_and(|line| line.starts_with(&ROW[..ROW.len() - 1])));
    assert!(now.last().is_some_and(|line| line.contains(&format!("\"seq\":{},", ack.seq))));
    if before[0] != Status::Damaged {
        let report = ledger.verify(&FILE, Recovery::Tail).expect("memory can be read");
        assert!(
            report.status != Status::Damaged,
            "an append to a good ledger damaged it: {:?}",
            report.issues
        );
    }
}

/// A refused ledger is as it was, but that a torn tail may have gone to quarantine before the damage was met.
fn nothing_is_lost(disk: &FaultStorage, bytes: &[u8]) {
    let now = disk.bytes(PATH);
    let whole = whole_lines(bytes);
    let folder = Path::new("data/quarantine");
    let kept = disk.list(folder).unwrap_or_default();
    let is_kept =
        kept.iter().any(|name| disk.bytes(&format!("data/quarantine/{name}")) == bytes[whole.len()..]);
    let is_same = now == bytes || now == [bytes, b"\n"].concat();
    assert!(is_same || (now == whole && is_kept), "a refused ledger lost bytes");
}

/// The bytes up to the last newline: a torn tail may go to quarantine.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    &bytes[..end]
}

fn lines(ledger: &Ledger) -> Vec<String> {
    let mut lines = Vec::new();
    let scanned = ledger.scan(&FILE, &[], |line| {
        lines.push(String::from_utf8_lossy(line.bytes).into_owned());
        ControlFlow::Continue(())
    });
    scanned.expect("memory can be read");
    lines
}

fn read(line: &[u8]) {
    let row = RowRef::default;
    let _ = snapshot::read(line, row());
    let _ = SnapshotHead::decode(line);
    let _ = snapshot::raw_text(line);
    let _ = window::read(line, row());
    let _ = glm_count::read(line, row());
    let _ = anomaly::read(line, row());
    let _ = usage_report::read(line, row());
    let _ = meter_reading::read(line, row());
    let _ = churn::read(line, row());
    let _ = evidence::read(line, row());
    let _ = replay::summary(line);
    let _ = state::read(line);
    let _ = wire::row_text(line);
    if let Ok(Some(found)) = telemetry::read(line, row()) {
        let events = found.events().count();
        assert_eq!(events, found.names().count(), "as many names as events");
    }
    let _ = wire::reading::read(&String::from_utf8_lossy(line));
}
