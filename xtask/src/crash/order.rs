//! G4: seen from outside, every ack comes after the sync of the row that it is about.

use super::{Plan, Report, scratch::Scratch, strace, victim, victim::FILE};
use crate::Failure;

const SIZE: u64 = 300;

/// Traces one writer of so many rows and reads the order of its calls.
pub(super) fn run(plan: Plan) -> Result<Report, Failure> {
    if let Some(why) = strace::missing() {
        return Ok(Report::not_run("order", why));
    }
    let scratch = Scratch::new("order")?;
    let log = scratch.path().join("trace");
    let dir = scratch.path().join("data");
    let inner = victim::command(&dir, 0, SIZE, plan.rounds, 0);
    let mut command =
        strace::around(&inner, &["-y", "-s", "8", "-e", "trace=write,fdatasync,fsync,rename"], &log);
    command.output().map_err(|e| format!("cannot start strace: {e}"))?;
    let mut report = Report::new("order", plan.rounds, plan.seed);
    let (acks, early) = early_acks(&strace::lines(&log)?, FILE.name());
    report.figure("acks", acks);
    if acks != plan.rounds {
        report.violation(format!("{acks} acks of {}", plan.rounds));
    }
    early.into_iter().for_each(|what| report.violation(what));
    Ok(report)
}

/// Returns how many acks there are, and those that precede the sync of their row or of its head.
fn early_acks(calls: &[String], ledger: &str) -> (u64, Vec<String>) {
    let (row, head) = (format!("/{ledger}>"), format!(".{ledger}.head.tmp>"));
    let (mut acks, mut early, mut unsynced) = (0, Vec::new(), Vec::new());
    for call in calls {
        for name in [&row, &head] {
            if call.contains("write(") && call.contains(name.as_str()) {
                unsynced.push(name.clone());
            } else if call.contains("fdatasync(") && call.contains(name.as_str()) && call.ends_with("= 0") {
                unsynced.retain(|other| other != name);
            }
        }
        if call.contains("write(1<") && call.contains("\"ack ") {
            acks += 1;
            if !unsynced.is_empty() {
                early.push(format!("ack {acks} precedes the sync of {unsynced:?}"));
            }
        }
    }
    (acks, early)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ack_before_the_sync_is_found() {
        let call = |text: &str| text.to_owned();
        let row = call("1 write(4</d/a.jsonl>, \"{\\\"w\\\":\"..., 300) = 300");
        let sync = call("1 fdatasync(4</d/a.jsonl>) = 0");
        let ack = call("1 write(1<pipe:[7]>, \"ack 0 0 \"..., 80) = 80");
        let failed = call("1 fdatasync(4</d/a.jsonl>) = -1 EIO (Input/output error)");
        assert_eq!(early_acks(&[row.clone(), sync.clone(), ack.clone()], "a.jsonl"), (1, vec![]));
        for calls in [vec![row.clone(), ack.clone(), sync], vec![row, failed, ack]] {
            let (acks, early) = early_acks(&calls, "a.jsonl");
            assert_eq!((acks, early.len()), (1, 1), "{calls:?}");
        }
    }
}
