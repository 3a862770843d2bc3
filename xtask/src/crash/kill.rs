//! G1: four writers killed at a random moment, over and over on the same ledger.

use std::{thread, time::Duration};

use tracker_ledger::{Ledger, Recovery, Status};

use super::{
    Dice, Plan, Report,
    follow::Follower,
    scratch::Scratch,
    victim::{FILE, Victims, command, store},
};
use crate::Failure;

const WRITERS: u64 = 4;
const SIZES: [u64; 3] = [300, 4096, 65536];
/// Rounds on one ledger, before the next one with the next size.
const EPOCH: u64 = 50;
/// Rows of one writer and round are numbered from its round times this.
const STRIDE: u64 = 1_000_000;

/// Runs rounds of four writers each.
pub(super) fn run(plan: Plan) -> Result<Report, Failure> {
    let mut report = Report::new("kill", plan.rounds, plan.seed);
    let mut dice = Dice(plan.seed);
    let (mut acks, mut torn, mut epoch) = (0, 0, 0);
    while epoch * EPOCH < plan.rounds {
        let scratch = Scratch::new("kill")?;
        let dir = scratch.path().join("data");
        let size = SIZES[usize::try_from(epoch).unwrap_or(0) % SIZES.len()];
        let mut follower = Follower::new(dir.join(FILE.name()));
        for round in epoch * EPOCH..plan.rounds.min((epoch + 1) * EPOCH) {
            let writers = (0..WRITERS).map(|writer| command(&dir, writer, size, STRIDE, round * STRIDE));
            let victims = Victims::start(writers)?;
            thread::sleep(Duration::from_micros(1_000 + dice.below(20_000)));
            let (heard, failed) = victims.kill();
            acks += heard.rows.len();
            if failed > 0 {
                report.violation(format!("round {round}: {failed} writers failed by themselves"));
            }
            let held = follower.look().and_then(|()| follower.holds(&heard.rows));
            report.check(held.map_err(|why| format!("round {round}, {size} bytes: {why}")));
            torn += u64::from(follower.torn > 0);
            if report.violations() > 100 {
                break;
            }
        }
        report.check(goes_on(&dir, epoch).map_err(|why| format!("epoch {epoch}: {why}")));
        epoch += 1;
    }
    report.figure("kills", plan.rounds * WRITERS);
    report.figure("acks", acks);
    report.figure("torn_tails", torn);
    Ok(report)
}

/// Nobody holds the lock, a row can be stored, and then nothing is wrong.
pub(super) fn goes_on(dir: &std::path::Path, number: u64) -> Result<(), String> {
    let ledger = Ledger::open(dir).with_lock_timeout(Duration::from_secs(2));
    let verdict = || ledger.verify(&FILE, Recovery::Tail).map_err(|e| e.to_string());
    let report = verdict()?;
    if report.status > Status::Repairable {
        return Err(format!("verify: {:?}", report.issues));
    }
    store(&ledger, (u64::MAX, number), 300).map_err(|e| format!("the next append: {e}"))?;
    let report = verdict()?;
    if report.status == Status::Ok { Ok(()) } else { Err(format!("verify: {:?}", report.issues)) }
}
