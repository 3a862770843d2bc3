//! The plan of the next session, interrupted at every call and run again: plan, row, stubs, status and pointers, each once.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tracker_ledger::wire::token_plan;
use tracker_ledger::{Ledger, LedgerFile, Mirror, Recovery, Status};

use super::syscalls::{Kind, Scene, tool};
use crate::Failure;

/// The scene.
pub(super) const SCENE: Scene = Scene { name: "plan", prepare, command, check };

/// What a person wrote before.
const MINE: &str = "# Mine\n\nmy own words\n";

/// The tasks as a person keeps them.
const TASKS: &str = "# Todo\n\n| Task | Spec | Tokens | Status |\n|---|---|---|---|\n| Capture script | features/capture.feature | 110K | open |\n| Summaries | | 60K | open |\n\nmy own words\n";

/// What is said when all is done.
const SAID: &str = "stored token plan for 2026-11-20_next_session";

/// Files in which a person's words stand.
const WRITTEN: [&str; 3] = ["docs/SESSION_HANDOFF.md", "progress.md", "docs/todo.md"];

/// What is laid out for the tasks.
const LAID_OUT: [&str; 3] =
    ["features/capture.feature", "features/summaries.feature", "tests/fixtures/summaries/README.md"];

fn prepare(dir: &Path) -> Result<(), Failure> {
    fs::create_dir_all(dir.join("docs")).map_err(|e| e.to_string())?;
    for path in WRITTEN {
        let text = if path == "docs/todo.md" { TASKS } else { MINE };
        fs::write(dir.join(path), text).map_err(|e| format!("{path}: {e}"))?;
    }
    Ok(())
}

fn command(dir: &Path) -> Command {
    let mut command = tool(dir);
    command.args(["plan", "next", "--spec", "docs/todo.md"]);
    command
}

/// Nothing is there twice, what was said to be stored is, and the same command completes what was interrupted.
fn check(dir: &Path, said: &str, ended_well: bool, kind: Kind) -> Result<(), String> {
    let acked = said.contains(SAID);
    let rows = rows(dir)?;
    if rows > 1 || (acked && rows != 1) {
        return Err(format!("said {said:?}, {rows} rows"));
    }
    if kind == Kind::Interrupted && !(acked && ended_well) {
        return Err(format!("an interrupted call was noticed: said {said:?}, ended well: {ended_well}"));
    }
    if ended_well && !acked && kind != Kind::Lie {
        return Err("ended well and said nothing".to_owned());
    }
    for path in WRITTEN {
        let text = read(dir, path)?;
        if !text.contains("my own words\n") {
            return Err(format!("{path} lost a person's words: {text:?}"));
        }
    }
    let output = command(dir).output().map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(format!("the next plan fails: {}", String::from_utf8_lossy(&output.stderr)));
    }
    complete(dir)
}

/// Exactly one of everything.
fn complete(dir: &Path) -> Result<(), String> {
    let count = rows(dir)?;
    if count != 1 {
        return Err(format!("{count} rows after the second run"));
    }
    let path = dir.join("docs/Ledgers/Token_Churn_Ledger.csv");
    let mirror = Mirror::new(&path, token_plan::HEADER, &token_plan::cells);
    let ledger = Ledger::open(data(dir));
    let found = ledger.check_mirror(&LedgerFile::TOKEN_PLAN, &mirror).map_err(|e| e.to_string())?;
    if found.missing > 0 || found.foreign > 0 || !found.issues.is_empty() {
        return Err(format!("the mirror: {found:?}"));
    }
    let plan = "plans/2026-11-20_next_session.plan.md";
    let expected = [
        (plan, "<!-- tracker:plan ", 1),
        (plan, "### ", 2),
        ("docs/todo.md", "planned 2026-11-20", 2),
        ("docs/SESSION_HANDOFF.md", "2026-11-20_next_session.plan.md", 1),
        ("progress.md", "2026-11-20_next_session.plan.md", 1),
    ];
    for (path, words, times) in expected {
        let text = read(dir, path)?;
        if text.matches(words).count() != times {
            return Err(format!("{path} holds {words:?} not {times} times: {text:?}"));
        }
    }
    for path in LAID_OUT {
        if read(dir, path)?.is_empty() {
            return Err(format!("{path} is empty"));
        }
    }
    let all = ledger.verify_all(Recovery::Tail).map_err(|e| e.to_string())?;
    match all.iter().find(|report| report.status == Status::Damaged) {
        None => Ok(()),
        Some(report) => Err(format!("verify: {:?}", report.issues)),
    }
}

fn rows(dir: &Path) -> Result<u64, String> {
    let report = Ledger::open(data(dir)).verify(&LedgerFile::TOKEN_PLAN, Recovery::Tail);
    report.map(|report| report.rows()).map_err(|e| e.to_string())
}

fn read(dir: &Path, path: &str) -> Result<String, String> {
    fs::read_to_string(dir.join(path)).map_err(|e| format!("{path}: {e}"))
}

fn data(dir: &Path) -> PathBuf {
    dir.join("data/week0/live")
}
