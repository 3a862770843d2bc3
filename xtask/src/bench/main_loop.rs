//! The main loop on a long ledger against a short one, and against counting the lines of the file.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use super::big_ledger::Template;
use crate::{Failure, demo::Home, place};

const SHORT: usize = 1_000;
const LONG: usize = 100_000;

/// How often each command is measured, after one run that warms caches; the median counts.
const ROUNDS: usize = 9;

/// One measured ratio.
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) ratio: f64,
    pub(super) most: f64,
}

/// Measures the commands that a session repeats.
pub(super) fn run(home: &Home) -> Result<Vec<Measured>, Failure> {
    println!("making ledgers of {SHORT} and {LONG} snapshots ...");
    let template = Template::new(home)?;
    let (short, long) = (home.folder().join("short"), home.folder().join("long"));
    template.write(&short, SHORT)?;
    let live = template.write(&long, LONG)?;
    let pane = place::root().join("fixtures/demo/week0/codex_W0-08_after.txt");
    let snapshots = live.join("snapshots.jsonl");
    let bytes = std::fs::metadata(&snapshots).map_err(|e| e.to_string())?.len();
    println!("{} is {} MB", snapshots.display(), bytes >> 20);

    let count = median(|| {
        let mut command = Command::new("wc");
        command.arg("-l").arg(&snapshots);
        time(&mut command)
    })?;
    let window = format!("B{:06}", LONG / 4);
    let mut measured = Vec::new();
    let mut add = |name, above: Duration, below: Duration, most| {
        let ratio = above.as_secs_f64() / below.as_secs_f64().max(f64::EPSILON);
        measured.push(Measured { name, ratio, most });
    };
    let one = median(|| time(tool(home, &long).args(["preview", "--window", &window])))?;
    add("preview --window on 100,000 snapshots / wc -l", one, count, 3.0);
    let all = median(|| time(tool(home, &long).arg("preview")))?;
    add("preview on 100,000 snapshots / wc -l", all, count, 8.0);
    for (name, words) in [
        ("alias end on 100,000 snapshots / on 1,000", &["alias", "end", "codex", "--window"][..]),
        ("ingest on 100,000 snapshots / on 1,000", &["ingest", "codex", "--phase", "after", "--window"]),
    ] {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        // The sides take turns, so that a busy moment hits both; the first round makes the index.
        for round in 0..=ROUNDS {
            for (dir, rows, times) in [(&short, SHORT, &mut below), (&long, LONG, &mut above)] {
                let window = format!("B{:06}", rows / 4 + round);
                let taken = time(tool(home, dir).args(words).arg(&window).arg("--file").arg(&pane))?;
                if round > 0 {
                    times.push(taken);
                }
            }
        }
        add(name, middle(above), middle(below), 1.5);
    }
    if let Some(kib) = peak_kib(home, &long) {
        let ratio = kib / 1024.0 / 100.0;
        measured.push(Measured {
            name: "peak memory of preview on 100,000 snapshots / 100 MB",
            ratio,
            most: 1.0,
        });
    }
    Ok(measured)
}

fn tool(home: &Home, dir: &Path) -> Command {
    let mut command = home.tool("tracker");
    command
        .arg("--data-dir")
        .arg(dir.join("data/week0/live"))
        .env("TRACKER_NOW", "2026-11-10T10:00:00Z")
        .env("AGENT_ID", "main");
    command
}

/// Returns how long a command took; it must succeed.
pub(super) fn time(command: &mut Command) -> Result<Duration, Failure> {
    let started = Instant::now();
    let output = command.output().map_err(|e| format!("cannot start {command:?}: {e}"))?;
    let taken = started.elapsed();
    if output.status.success() {
        return Ok(taken);
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}

fn median(mut once: impl FnMut() -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    once()?;
    let times: Result<Vec<Duration>, Failure> = (0..ROUNDS).map(|_| once()).collect();
    Ok(middle(times?))
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Returns the peak memory of a preview in KiB, where GNU time is there to tell.
fn peak_kib(home: &Home, dir: &Path) -> Option<f64> {
    let time = PathBuf::from("/usr/bin/time");
    if !time.exists() {
        println!("/usr/bin/time is not there: memory is not measured");
        return None;
    }
    let inner = tool(home, dir);
    let mut command = Command::new(time);
    command.args(["-f", "%M"]).arg(inner.get_program()).args(inner.get_args()).arg("preview");
    let output = command.output().ok()?;
    String::from_utf8_lossy(&output.stderr).lines().last()?.trim().parse().ok()
}
