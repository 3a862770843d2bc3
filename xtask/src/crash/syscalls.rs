//! G2 and G3: one system call after the other kills the process, fails or lies, in every kind of write.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tracker_ledger::{Ledger, LedgerFile, Recovery, Status};

use super::{
    Plan, Report, checkpoint,
    follow::Follower,
    kill::goes_on,
    plan_next,
    scratch::Scratch,
    strace,
    victim::{self, Acks, FILE, store},
};
use crate::{Failure, demo, place};

/// Every call that changes something, or decides what is changed.
const CALLS: &[&str] =
    &["openat", "mkdir", "flock", "write", "pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink"];

/// What goes wrong at a call: the words of strace, the calls it makes sense for, and what it is.
const ERRORS: &[(&str, &[&str], Kind)] = &[
    ("error=ENOSPC", CALLS, Kind::Error),
    ("error=EIO", CALLS, Kind::Error),
    ("error=EDQUOT", CALLS, Kind::Error),
    ("error=EROFS", CALLS, Kind::Error),
    ("error=EINTR", CALLS, Kind::Interrupted),
    ("retval=3", &["write", "pwrite64"], Kind::Lie),
];

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Death,
    Error,
    /// Must not be seen at all.
    Interrupted,
    /// The call says that it was done and was not: nothing may be acknowledged that is not there.
    Lie,
}

/// Kills the process at every call.
pub(super) fn kills(plan: Plan) -> Result<Report, Failure> {
    matrix("syscalls", plan, &[("signal=SIGKILL", CALLS, Kind::Death)])
}

/// Lets every call fail in every way.
pub(super) fn errors(plan: Plan) -> Result<Report, Failure> {
    matrix("errors", plan, ERRORS)
}

/// A kind of write: how its folder looks before, and the command.
pub(super) struct Scene {
    pub(super) name: &'static str,
    pub(super) prepare: fn(&Path) -> Result<(), Failure>,
    pub(super) command: fn(&Path) -> Command,
    /// Looks at the folder, what was said, and whether the command ended well.
    pub(super) check: fn(&Path, &str, bool, Kind) -> Result<(), String>,
}

const SCENES: &[Scene] = &[
    Scene {
        name: "append",
        prepare: |_| Ok(()),
        command: |dir| victim::command(&dir.join("data"), 0, 300, 2, 0),
        check: check_rows,
    },
    Scene {
        name: "repair",
        prepare: torn,
        command: |dir| victim::command(&dir.join("data"), 0, 300, 2, 2),
        check: check_rows,
    },
    Scene { name: "finalize", prepare: ready_to_finalize, command: finalize, check: check_finalize },
    checkpoint::SCENE,
    plan_next::SCENE,
    Scene { name: "mirror", prepare: |_| Ok(()), command: |dir| evidence(dir, "C1"), check: check_mirror },
];

fn matrix(goal: &'static str, plan: Plan, faults: &[(&str, &[&str], Kind)]) -> Result<Report, Failure> {
    if let Some(why) = strace::missing() {
        return Ok(Report::not_run(goal, why));
    }
    demo::build()?;
    let mut report = Report::new(goal, 0, plan.seed);
    let (mut rounds, mut number) = (0, 0);
    for scene in SCENES {
        let template = Scratch::new(goal)?;
        (scene.prepare)(template.path())?;
        let calls = calls_of(scene, template.path())?;
        report.figure(&format!("{}_calls", scene.name), calls.len());
        for (fault, names, kind) in faults {
            for (name, nth) in calls.iter().filter(|(name, _)| names.contains(&name.as_str())) {
                number += 1;
                if plan.rounds > 1 && !(number + plan.seed).is_multiple_of(plan.rounds) {
                    continue;
                }
                rounds += 1;
                let inject = format!("inject={name}:{fault}:when={nth}");
                let held = one(scene, template.path(), &inject, *kind)?;
                report.check(held.map_err(|why| format!("{} {inject}: {why}", scene.name)));
            }
        }
    }
    report.set_rounds(rounds);
    Ok(report)
}

/// Returns the calls of an undisturbed run, from the first that touches its folder on.
fn calls_of(scene: &Scene, template: &Path) -> Result<Vec<(String, usize)>, Failure> {
    let scratch = Scratch::new("calls")?;
    copy(template, scratch.path())?;
    let log = scratch.path().with_extension("trace");
    let trace = format!("trace={}", CALLS.join(","));
    let output = strace::around(&(scene.command)(scratch.path()), &["-e", &trace], &log).output();
    let output = output.map_err(|e| format!("cannot start strace: {e}"))?;
    let lines = strace::lines(&log)?;
    let _ = fs::remove_file(&log);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (scene.check)(scratch.path(), &said, output.status.success(), Kind::Interrupted)
        .map_err(|why| format!("{}: already undisturbed: {why}", scene.name))?;
    let dir = scratch.path().display().to_string();
    // The start of the process is left out; the start of strace names the folder, too.
    let begin = lines.iter().position(|line| line.contains(&dir) && !line.contains("execve(")).unwrap_or(0);
    let skipped = strace::calls_from(&lines[..begin], CALLS, "").len();
    Ok(strace::calls_from(&lines, CALLS, "").split_off(skipped))
}

fn one(scene: &Scene, template: &Path, inject: &str, kind: Kind) -> Result<Result<(), String>, Failure> {
    let scratch = Scratch::new("call")?;
    copy(template, scratch.path())?;
    let inner = (scene.command)(scratch.path());
    let output = strace::around(&inner, &["-e", inject], Path::new("/dev/null")).output();
    let output = output.map_err(|e| format!("cannot start strace: {e}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let heard = String::from_utf8_lossy(&output.stderr);
    let held = (scene.check)(scratch.path(), &said, output.status.success(), kind);
    Ok(held.map_err(|why| format!("{why}; stderr: {heard:?}")))
}

/// Acknowledged rows are there, at most one more is, no half of a row stays, and the next append works.
fn check_rows(dir: &Path, said: &str, ended_well: bool, kind: Kind) -> Result<(), String> {
    let mut acks = Acks::default();
    said.split_inclusive('\n').for_each(|line| acks.hear(line));
    if kind == Kind::Interrupted && (!ended_well || acks.rows.len() != 2) {
        return Err(format!("{} acks, ended well: {ended_well}", acks.rows.len()));
    }
    let data = dir.join("data");
    let had = if dir.join("had-2-rows").exists() { 2 } else { 0 };
    let mut follower = Follower::new(data.join(FILE.name()));
    follower.look()?;
    follower.holds(&acks.rows)?;
    let present = follower.rows.len();
    if present < had || present > had + acks.rows.len() + 1 {
        return Err(format!("{} acks, {present} rows present", acks.rows.len()));
    }
    // Only a process that died, or whose repair is what failed, may leave a torn tail.
    if kind == Kind::Error && follower.torn > 0 && had == 0 {
        return Err(format!("a torn tail of {} bytes after an error", follower.torn));
    }
    goes_on(&data, 0)
}

/// Two rows, then half of one.
fn torn(dir: &Path) -> Result<(), Failure> {
    let data = dir.join("data");
    for number in 0..2 {
        store(&Ledger::open(&data), (0, number), 300).map_err(|e| e.to_string())?;
    }
    let path = data.join(FILE.name());
    let mut bytes = fs::read(&path).map_err(|e| e.to_string())?;
    bytes.extend_from_slice(b"{\"w\":0,\"i\":2,\"pad\":\"xxxx");
    fs::write(&path, bytes).map_err(|e| e.to_string())?;
    fs::write(dir.join("had-2-rows"), b"").map_err(|e| e.to_string())
}

/// Returns a call of the tool in that folder, deaf to the caller's settings.
pub(super) fn tool(dir: &Path) -> Command {
    let mut command = Command::new(place::release_binary("tracker"));
    command
        .current_dir(dir)
        .env_clear()
        .env("HOME", dir)
        .env("TZ", "UTC")
        .env("TRACKER_NOW", "2026-11-20T10:00:00Z");
    command
}

/// A window with both captures.
fn ready_to_finalize(dir: &Path) -> Result<(), Failure> {
    let pane = |phase| place::root().join(format!("fixtures/demo/week0/codex_W0-01_{phase}.txt"));
    for (verb, phase, now) in
        [("start", "before", "2026-11-20T05:00:00Z"), ("end", "after", "2026-11-20T08:00:00Z")]
    {
        let mut command = tool(dir);
        command.args(["alias", verb, "codex", "--window", "W0-01", "--captured-at", now, "--late", "--file"]);
        let output = command.arg(pane(phase)).output().map_err(|e| e.to_string())?;
        if !output.status.success() {
            return Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(())
}

fn finalize(dir: &Path) -> Command {
    let mut command = tool(dir);
    command.args([
        "complete",
        "--window",
        "W0-01",
        "--features",
        "codex=3",
        "--outcome",
        "pass",
        "--quality",
        "1",
    ]);
    command.arg("--accept-anomaly");
    command
}

/// What was said to be finalized is; nothing is damaged; the same command works afterwards.
fn check_finalize(dir: &Path, said: &str, ended_well: bool, kind: Kind) -> Result<(), String> {
    let data = dir.join("data/week0/live");
    let ledger = Ledger::open(&data);
    let rows = |file: &LedgerFile| ledger.verify(file, Recovery::Tail).map(|report| report.rows());
    let acked = said.contains("finalized window W0-01");
    let present = rows(&LedgerFile::WINDOWS).map_err(|e| e.to_string())?;
    if (acked && present != 1) || present > 1 || (kind == Kind::Interrupted && !(acked && ended_well)) {
        return Err(format!("said {said:?}, {present} rows present, ended well: {ended_well}"));
    }
    // A lie about the output itself takes the first bytes of what is said.
    if ended_well && !acked && !(kind == Kind::Lie && said.contains("window W0-01 with providers")) {
        return Err("ended well and said nothing".to_owned());
    }
    if rows(&LedgerFile::SNAPSHOTS).map_err(|e| e.to_string())? != 2 {
        return Err("the captures are not there".to_owned());
    }
    let output = finalize(dir).output().map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(format!("the next complete fails: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let all = ledger.verify_all(Recovery::Tail).map_err(|e| e.to_string())?;
    match all.iter().find(|report| report.status == Status::Damaged) {
        None => Ok(()),
        Some(report) => Err(format!("verify: {:?}", report.issues)),
    }
}

fn evidence(dir: &Path, capability: &str) -> Command {
    let mut command = tool(dir);
    command.args(["evidence", "add", "--window", "W0-01", "--runner", "cargo", "--result", "pass"]);
    command.args(["--capability", capability]);
    command
}

/// What was said to be stored is; the next command completes the mirror; nothing stands there twice or is damaged.
fn check_mirror(dir: &Path, said: &str, ended_well: bool, kind: Kind) -> Result<(), String> {
    let ledger = Ledger::open(dir.join("data/week0/live"));
    let rows = || ledger.verify(&LedgerFile::EVIDENCE, Recovery::Tail).map(|report| report.rows());
    let (acked, present) = (said.contains("stored evidence C1"), rows().map_err(|e| e.to_string())?);
    if (acked && present != 1) || present > 1 || (kind == Kind::Interrupted && !(acked && ended_well)) {
        return Err(format!("said {said:?}, {present} rows present, ended well: {ended_well}"));
    }
    let output = evidence(dir, "C2").output().map_err(|e| e.to_string())?;
    if !output.status.success() || !output.stderr.is_empty() && kind == Kind::Interrupted {
        return Err(format!("the next command: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let csv =
        fs::read_to_string(dir.join("docs/Ledgers/Acceptance_Evidence.csv")).map_err(|e| e.to_string())?;
    if csv.lines().count() as u64 != present + 2 {
        return Err(format!("{present} rows were present, and the mirror holds {csv:?}"));
    }
    let output = tool(dir).arg("verify").output().map_err(|e| e.to_string())?;
    let told = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && told.contains("Acceptance_Evidence.csv: ok (mirror of") {
        return Ok(());
    }
    Err(format!("verify: {told}"))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let told = |path: &PathBuf| format!("cannot copy {}", path.display());
    for entry in fs::read_dir(from).map_err(|e| e.to_string())?.flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            fs::create_dir_all(&target).map_err(|e| format!("{}: {e}", told(&path)))?;
            copy(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|e| format!("{}: {e}", told(&path)))?;
        }
    }
    Ok(())
}
