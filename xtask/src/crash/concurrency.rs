//! G10: eight writers and two readers at once, beside SQLite on the same disk in the same run.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Instant,
};

use super::{
    Plan, Report,
    follow::Follower,
    kill::goes_on,
    scratch::Scratch,
    sqlite,
    victim::{FILE, Victims, command},
};
use crate::Failure;

const WRITERS: u64 = 8;
const READERS: usize = 2;
const SIZE: u64 = 300;

/// Eight writers of so many rows each.
pub(super) fn run(plan: Plan) -> Result<Report, Failure> {
    let mut report = Report::new("concurrency", plan.rounds, plan.seed);
    let scratch = Scratch::new("concurrency")?;
    let data = scratch.path().join("data");
    let (done, started) = (AtomicBool::new(false), Instant::now());
    let (acks, failed, looks, seconds) = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(|| follow(&data, &done))).collect();
        let result = Victims::start((0..WRITERS).map(|writer| command(&data, writer, SIZE, plan.rounds, 0)));
        let ended = result.map(Victims::end);
        let seconds = started.elapsed().as_secs_f64();
        done.store(true, Ordering::Relaxed);
        let looks: Vec<_> = readers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        ended.map(|(acks, failed)| (acks, failed, looks, seconds))
    })?;
    if failed > 0 || acks.rows.len() as u64 != WRITERS * plan.rounds {
        report.violation(format!("{failed} writers failed, {} acks", acks.rows.len()));
    }
    for look in looks {
        report.check(look.unwrap_or_else(|_| Err("a reader panicked".to_owned())));
    }
    let mut follower = Follower::new(data.join(FILE.name()));
    report.check(follower.look().and_then(|()| follower.holds(&acks.rows)));
    if follower.seq() != WRITERS * plan.rounds {
        report.violation(format!("the last row is {}", follower.seq()));
    }
    report.check(goes_on(&data, 0));
    let mut micros = acks.micros;
    micros.sort_unstable();
    let at = |part: usize| micros.get(micros.len() * part / 100).copied().unwrap_or(0) as f64 / 1000.0;
    let ours = (WRITERS * plan.rounds) as f64 / seconds;
    report.figure("rows_per_second", format!("{ours:.0}"));
    report.figure("p50_ms", format!("{:.2}", at(50)));
    report.figure("p99_ms", format!("{:.2}", at(99)));
    match sqlite::rows_per_second(scratch.path(), WRITERS, plan.rounds, SIZE) {
        Err(why) => eprintln!("NOT RUN: concurrency: SQLite beside it: {why}"),
        Ok(theirs) => {
            report.figure("sqlite_rows_per_second", format!("{theirs:.0}"));
            report.figure("ratio", format!("{:.2}", ours / theirs));
        }
    }
    Ok(report)
}

/// Looks until the writers are done; every look must show a sound beginning of the ledger.
fn follow(data: &std::path::Path, done: &AtomicBool) -> Result<(), String> {
    let mut follower = Follower::new(data.join(FILE.name()));
    while !done.load(Ordering::Relaxed) {
        follower.look()?;
        thread::sleep(std::time::Duration::from_millis(20));
    }
    follower.look()
}
