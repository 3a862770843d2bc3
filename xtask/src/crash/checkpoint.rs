//! The end of a session, interrupted at every call and run again: tokens, churn, mirrors and documents, each once.

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
pub(super) const SCENE: Scene = Scene { name: "checkpoint", prepare, command, check };

/// What a person wrote before.
const MINE: &str = "# Mine\n\nmy own words\n";

/// Commas, quotes, a line end and a formula.
const NOTES: &str = "=1+1, \"quoted\"\n@second; line";

/// What is said when all is done.
const SAID: &str = "ledger checkpoint recorded for W0-01";

fn prepare(dir: &Path) -> Result<(), Failure> {
    fs::create_dir_all(dir.join("docs")).map_err(|e| e.to_string())?;
    for path in [handoff(dir), progress(dir)] {
        fs::write(&path, MINE).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}

fn command(dir: &Path) -> Command {
    let mut command = tool(dir);
    command.args(["checkpoint", "--window", "W0-01", "--provider", "codex", "--task", "end_of_session"]);
    command.args(["--plan", "200000", "--actual", "168000", "--notes", NOTES]);
    command
}

/// Nothing is there twice, what was said to be recorded is, and the same command completes what was interrupted.
fn check(dir: &Path, said: &str, ended_well: bool, kind: Kind) -> Result<(), String> {
    let acked = said.contains(SAID);
    let (tokens, churn) = (rows(dir, &LedgerFile::TOKEN_PLAN)?, rows(dir, &LedgerFile::CHURN)?);
    if tokens > 1 || churn > 1 || (acked && (tokens, churn) != (1, 1)) {
        return Err(format!("said {said:?}, {tokens} token rows, {churn} churn rows"));
    }
    if kind == Kind::Interrupted && !(acked && ended_well) {
        return Err(format!("an interrupted call was noticed: said {said:?}, ended well: {ended_well}"));
    }
    if ended_well && !acked && kind != Kind::Lie {
        return Err("ended well and said nothing".to_owned());
    }
    for path in [handoff(dir), progress(dir)] {
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        if !text.starts_with(MINE) {
            return Err(format!("{} lost a person's words: {text:?}", path.display()));
        }
    }
    let output = command(dir).output().map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(format!("the next checkpoint fails: {}", String::from_utf8_lossy(&output.stderr)));
    }
    complete(dir)
}

/// Exactly one of everything.
fn complete(dir: &Path) -> Result<(), String> {
    let ledger = Ledger::open(data(dir));
    for file in [LedgerFile::TOKEN_PLAN, LedgerFile::CHURN] {
        let count = rows(dir, &file)?;
        if count != 1 {
            let text = fs::read_to_string(ledger.dir().path().join(file.name())).unwrap_or_default();
            return Err(format!("{file} has {count} rows after the second run: {text}"));
        }
    }
    let path = dir.join("docs/Ledgers/Token_Churn_Ledger.csv");
    let mirror = Mirror::new(&path, token_plan::HEADER, &token_plan::cells);
    let found = ledger.check_mirror(&LedgerFile::TOKEN_PLAN, &mirror).map_err(|e| e.to_string())?;
    if found.missing > 0 || found.foreign > 0 || !found.issues.is_empty() {
        return Err(format!("the token mirror: {found:?}"));
    }
    let csv = fs::read_to_string(&path).map_err(|e| e.to_string())?;
    if !csv.contains("=1+1, \"\"quoted\"\"\n'@second; line\"\n") {
        return Err(format!("the notes are not quoted: {csv:?}"));
    }
    let churn = fs::read_to_string(dir.join("docs/Ledgers/Churn_Ledger.csv")).map_err(|e| e.to_string())?;
    if churn.lines().count() != 2 {
        return Err(format!("the churn mirror: {churn:?}"));
    }
    for path in [handoff(dir), progress(dir)] {
        let text = fs::read_to_string(&path).map_err(|e| e.to_string())?;
        if !text.starts_with(MINE) || text.matches("<!-- tracker:checkpoint ck-").count() != 1 {
            return Err(format!("{}: {text:?}", path.display()));
        }
    }
    let all = ledger.verify_all(Recovery::Tail).map_err(|e| e.to_string())?;
    match all.iter().find(|report| report.status == Status::Damaged) {
        None => Ok(()),
        Some(report) => Err(format!("verify: {:?}", report.issues)),
    }
}

fn rows(dir: &Path, file: &LedgerFile) -> Result<u64, String> {
    Ledger::open(data(dir))
        .verify(file, Recovery::Tail)
        .map(|report| report.rows())
        .map_err(|e| e.to_string())
}

fn data(dir: &Path) -> PathBuf {
    dir.join("data/week0/live")
}

fn handoff(dir: &Path) -> PathBuf {
    dir.join("docs/SESSION_HANDOFF.md")
}

fn progress(dir: &Path) -> PathBuf {
    dir.join("progress.md")
}
