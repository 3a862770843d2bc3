//! G9: the disk is full: every limit of a file's size, with the signal that it sends and without, and small disks.

use std::{fs, path::Path, process::Command};

use super::{
    Plan, Report,
    follow::Follower,
    kill::goes_on,
    scratch::Scratch,
    victim::{self, Acks, FILE},
};
use crate::Failure;

const ROWS: u64 = 3;
const SIZE: u64 = 300;

/// Every limit up to so many bytes, then tmpfs disks of 1 to 64 pages where one may be mounted.
pub(super) fn run(plan: Plan) -> Result<Report, Failure> {
    if Command::new("prlimit").arg("--version").output().is_err() {
        return Ok(Report::not_run("full", "prlimit is not installed (Linux only)"));
    }
    let mut report = Report::new("full", plan.rounds, plan.seed);
    let (mut acks, mut torn) = (0, 0);
    let most = ROWS * SIZE;
    let step = (most / plan.rounds.max(1)).max(1);
    for limit in (1..=most).step_by(usize::try_from(step).unwrap_or(1)) {
        for ignored in [false, true] {
            let scratch = Scratch::new("full")?;
            let data = scratch.path().join("data");
            let inner = victim::command(&data, 0, SIZE, ROWS, 0);
            let output = limited(&inner, limit, ignored).output().map_err(|e| e.to_string())?;
            let held = check(&data, &output.stdout, ignored);
            report.check(
                held.clone().map(|_| ()).map_err(|why| format!("limit {limit}, ignored {ignored}: {why}")),
            );
            let (heard, was_torn) = held.unwrap_or_default();
            (acks, torn) = (acks + heard, torn + u64::from(was_torn));
        }
    }
    report.figure("acks", acks);
    report.figure("torn_tails", torn);
    let (pages, told) = small_disks(&mut report, if step > 1 { 16 } else { 1 })?;
    report.figure("tmpfs_disks", pages);
    report.figure("tmpfs_acks", told);
    Ok(report)
}

/// Returns how many acks were kept and whether a torn tail was left.
fn check(data: &Path, said: &[u8], must_be_whole: bool) -> Result<(usize, bool), String> {
    let mut acks = Acks::default();
    String::from_utf8_lossy(said).split_inclusive('\n').for_each(|line| acks.hear(line));
    let mut follower = Follower::new(data.join(FILE.name()));
    follower.look()?;
    follower.holds(&acks.rows)?;
    if follower.rows.len() > acks.rows.len() + 1 {
        return Err(format!("{} acks, {} rows", acks.rows.len(), follower.rows.len()));
    }
    if must_be_whole && follower.torn > 0 {
        return Err(format!("a torn tail of {} bytes although the writer lived", follower.torn));
    }
    let was_torn = follower.torn > 0;
    if data.exists() {
        goes_on(data, 0)?;
    }
    Ok((acks.rows.len(), was_torn))
}

/// Returns the command under a limit of file sizes; its signal kills, or is ignored.
fn limited(inner: &Command, limit: u64, ignored: bool) -> Command {
    let mut command = Command::new("sh");
    let trap = if ignored { "trap '' XFSZ; " } else { "" };
    command.arg("-c").arg(format!("{trap}exec prlimit --fsize={limit} --core=0 \"$@\"")).arg("sh");
    command.arg(inner.get_program()).args(inner.get_args());
    command
}

/// Fills tmpfs disks; returns how many, and the acks on them. None where nothing may be mounted.
fn small_disks(report: &mut Report, step: usize) -> Result<(u64, usize), Failure> {
    let (mut disks, mut acks) = (0, 0);
    for pages in (4..=64).step_by(step) {
        let scratch = Scratch::new("tmpfs")?;
        let place = scratch.path().join("disk");
        fs::create_dir_all(&place).map_err(|e| e.to_string())?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={}k,mode=700", pages * 4), "tmpfs"])
            .arg(&place)
            .output();
        if !mount.is_ok_and(|output| output.status.success()) {
            eprintln!("NOT RUN: full: small disks need root");
            return Ok((disks, acks));
        }
        let data = place.join("data");
        let output = victim::command(&data, 0, SIZE, 2_000, 0).output().map_err(|e| e.to_string())?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut heard = Acks::default();
        String::from_utf8_lossy(&output.stdout).split_inclusive('\n').for_each(|line| heard.hear(line));
        let held = after_full(&data, &heard, &said);
        let _ = Command::new("umount").arg(&place).output();
        report.check(held.map_err(|why| format!("tmpfs of {pages} pages: {why}")));
        (disks, acks) = (disks + 1, acks + heard.rows.len());
    }
    Ok((disks, acks))
}

/// Everything acknowledged is there, nothing is torn, and the message says what to do. Nothing can be appended.
fn after_full(data: &Path, acks: &Acks, said: &str) -> Result<(), String> {
    let mut follower = Follower::new(data.join(FILE.name()));
    follower.look()?;
    follower.holds(&acks.rows)?;
    if follower.torn > 0 {
        return Err(format!("a torn tail of {} bytes", follower.torn));
    }
    if said.contains("free some disk space") { Ok(()) } else { Err(format!("the message is {said:?}")) }
}
