//! The main loop on a long ledger against a short one, and against counting the lines of the file.

use std::{path::Path, process::Command, time::Duration};

use super::{Found, big_ledger::Template, ratio, time, time_and_peak};
use crate::{Failure, demo::Home, place};

const SHORT: usize = 1_000;
const LONG: usize = 100_000;

/// How often each command is measured, after one run that warms caches; the median counts.
const ROUNDS: usize = 9;

/// Measures the commands that a session repeats.
pub(super) fn run(home: &Home) -> Result<Vec<Found>, Failure> {
    eprintln!("making ledgers of {SHORT} and {LONG} snapshots ...");
    let template = Template::new(home)?;
    let (short, long) = (home.folder().join("short"), home.folder().join("long"));
    template.write(&short, SHORT)?;
    let live = template.write(&long, LONG)?;
    let pane = place::root().join("fixtures/demo/week0/codex_W0-08_after.txt");
    let snapshots = live.join("snapshots.jsonl");
    let bytes = std::fs::metadata(&snapshots).map_err(|e| e.to_string())?.len();
    eprintln!("{} is {} MB", snapshots.display(), bytes >> 20);

    let count = median(|| {
        let mut command = Command::new("wc");
        command.arg("-l").arg(&snapshots);
        time(&mut command)
    })?;
    let window = format!("B{:06}", LONG / 4);
    let mut measured = Vec::new();
    let mut add = |name, above: Duration, below: Duration, most| {
        measured.push(Found::at_most(name, ratio(above, below), most));
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
    if let (_, Some(kib)) = time_and_peak(tool(home, &long).arg("preview"))? {
        let name = "peak memory of preview on 100,000 snapshots / 100 MB";
        measured.push(Found::at_most(name, kib / 1024.0 / 100.0, 1.0));
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

fn median(mut once: impl FnMut() -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    once()?;
    let times: Result<Vec<Duration>, Failure> = (0..ROUNDS).map(|_| once()).collect();
    Ok(middle(times?))
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
