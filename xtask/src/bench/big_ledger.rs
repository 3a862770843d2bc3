//! A data dir of any length, made of real rows: the demo's, renamed and sealed again.

use std::{
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use tracker_ledger::{RowHash, seal};

use crate::{Failure, demo::Home, step};

/// Two rows of one window, without their chain members, to be written again under other names.
pub(super) struct Template {
    before: String,
    after: String,
    finalize: String,
}

impl Template {
    /// Plays the demo and takes the rows of its first window.
    pub(super) fn new(home: &Home) -> Result<Self, Failure> {
        let dir = home.folder().join("template");
        step::listen(home.tool("tracker").args(["-qq", "demo", "--dir"]).arg(&dir), |_| {})?;
        let snapshots = read(&dir.join("data/week0/live/snapshots.jsonl"))?;
        let windows = read(&dir.join("data/week0/live/windows.jsonl"))?;
        let row = |phase: &str| {
            let is_wanted = |line: &&str| {
                line.contains("\"W0-01\"")
                    && line.contains("\"codex\"")
                    && line.contains(&format!("\"{phase}\""))
            };
            snapshots
                .lines()
                .find(is_wanted)
                .map(unsealed)
                .ok_or_else(|| format!("the demo has no {phase} row"))
        };
        let finalize = windows.lines().next().map(unsealed).ok_or("the demo has no finalize row")?;
        Ok(Self { before: short(&row("before")?), after: short(&row("after")?), finalize })
    }

    /// Writes a data dir with `rows` snapshots; every hundredth window is finalized, the last is open.
    pub(super) fn write(&self, dir: &Path, rows: usize) -> Result<PathBuf, Failure> {
        let live = dir.join("data/week0/live");
        fs::create_dir_all(&live).map_err(|e| format!("cannot make {}: {e}", live.display()))?;
        fs::write(dir.join("tracker.toml"), "[capture]\ntimezone = \"UTC\"\n").map_err(|e| e.to_string())?;
        let mut snapshots = Chain::new(&live.join("snapshots.jsonl"))?;
        let mut windows = Chain::new(&live.join("windows.jsonl"))?;
        for number in 0..rows {
            let window = number / 2;
            let template = if number % 2 == 0 { &self.before } else { &self.after };
            snapshots.append(&renamed(template, window, number))?;
            if number % 200 == 1 {
                windows.append(&renamed(&self.finalize, window, number))?;
            }
        }
        snapshots.close()?;
        windows.close()?;
        Ok(live)
    }
}

/// Returns a row under another window, name and pane, so that no two rows are duplicates.
fn renamed(row: &str, window: usize, number: usize) -> String {
    let row = row.replace("\"W0-01\"", &format!("\"B{window:06}\""));
    let row = with_value(&row, "snapshot_id", &format!("s-{number:016x}"));
    with_value(&row, "pane_sha256", &format!("{number:064x}"))
}

/// Returns a row with another text under `key`.
fn with_value(row: &str, key: &str, value: &str) -> String {
    let marker = format!("\"{key}\":\"");
    match row.split_once(&marker).and_then(|(head, tail)| Some((head, tail.split_once('"')?.1))) {
        Some((head, tail)) => format!("{head}{marker}{value}\"{tail}"),
        None => row.to_owned(),
    }
}

/// Takes the chain members off a row.
fn unsealed(line: &str) -> String {
    line.split_once(",\"seq\":").map_or_else(|| line.to_owned(), |(body, _)| format!("{body}}}"))
}

/// Shortens the pane to its last lines, so that a row has the usual 2 KB.
fn short(row: &str) -> String {
    let marker = "\"raw_text\":\"";
    let Some((head, pane)) = row.split_once(marker) else { return row.to_owned() };
    let start = pane.rmatch_indices("\\n").map(|(at, _)| at).find(|at| pane.len() - at > 700).unwrap_or(0);
    format!("{head}{marker}{}", &pane[start..])
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

/// A ledger that is written at once, with its head.
pub(super) struct Chain {
    path: PathBuf,
    file: BufWriter<fs::File>,
    seq: u64,
    hash: RowHash,
    length: usize,
}

impl Chain {
    pub(super) fn new(path: &Path) -> Result<Self, Failure> {
        let file = fs::File::create(path).map_err(|e| format!("cannot make {}: {e}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            seq: 0,
            hash: RowHash::GENESIS,
            length: 0,
        })
    }

    pub(super) fn append(&mut self, row: &str) -> Result<(), Failure> {
        let sealed = seal(row, self.seq + 1, &self.hash).map_err(|e| e.to_string())?;
        self.file.write_all(&sealed.line).map_err(|e| e.to_string())?;
        (self.seq, self.hash, self.length) = (self.seq + 1, sealed.hash, self.length + sealed.line.len());
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<(), Failure> {
        self.file.flush().map_err(|e| e.to_string())?;
        let head = format!("{{\"seq\":{},\"h\":\"{}\",\"len\":{}}}\n", self.seq, self.hash, self.length);
        fs::write(format!("{}.head", self.path.display()), head).map_err(|e| e.to_string())
    }
}
