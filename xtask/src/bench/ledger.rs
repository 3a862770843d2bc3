//! A ledger of a million rows: checked as fast as its bytes are hashed, and appended to as a short one is.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use tracker_ledger::{Ledger, LedgerFile};

use super::{Found, big_ledger::Chain, ratio, time, time_and_peak};
use crate::{Failure, demo::Home};

const SHORT: usize = 1_000;
const LONG: usize = 1_000_000;
const ROW_BYTES: usize = 300;
const FILE: LedgerFile = LedgerFile::METERS;

/// Appends to each ledger; they take turns, and the median counts.
const APPENDS: usize = 201;
/// How often a whole ledger is read; the least time counts.
const READS: usize = 3;

/// Measures checking and appending.
pub(super) fn run(home: &Home) -> Result<Vec<Found>, Failure> {
    eprintln!("making ledgers of {SHORT} and {LONG} rows ...");
    let (short, long) = (home.folder().join("rows-short"), home.folder().join("rows-long"));
    write(&short, SHORT)?;
    let path = write(&long, LONG)?;
    let least = |command: &mut Command| (0..READS).map(|_| time(command)).min_by_key(least_first);
    let hashed = least(Command::new("sha256sum").arg(&path)).ok_or("no time")??;
    let verified = least(&mut verify(home, &long)).ok_or("no time")??;
    let name = "verify of 1,000,000 rows / sha256sum";
    let mut found = vec![Found::at_most(name, ratio(verified, hashed), 3.0)];
    if let (_, Some(kib)) = time_and_peak(&verify(home, &long))? {
        let name = "peak memory of verify on 1,000,000 rows / 32 MiB";
        found.push(Found::at_most(name, kib / 1024.0 / 32.0, 1.0));
    }
    let [on_short, on_long] = appends(&short, &long)?;
    found.push(Found::at_most("append to 1,000,000 rows / to 1,000", ratio(on_long, on_short), 1.5));
    Ok(found)
}

fn least_first(result: &Result<Duration, Failure>) -> Duration {
    result.as_ref().copied().unwrap_or(Duration::MAX)
}

fn verify(home: &Home, dir: &Path) -> Command {
    let mut command = home.tool("tracker");
    command.arg("--data-dir").arg(dir).args(["verify", "-q"]);
    command
}

/// Writes a ledger of so many rows and its head.
fn write(dir: &Path, rows: usize) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(dir).map_err(|e| format!("cannot make {}: {e}", dir.display()))?;
    let path = dir.join(FILE.name());
    let mut chain = Chain::new(&path)?;
    for number in 0..rows {
        let head = format!("{{\"schema_version\":1,\"n\":{number},\"pad\":\"");
        let pad = "x".repeat(ROW_BYTES.saturating_sub(head.len() + 90));
        chain.append(&format!("{head}{pad}\"}}"))?;
    }
    chain.close()?;
    Ok(path)
}

/// Returns the median time of one durable append to each.
fn appends(short: &Path, long: &Path) -> Result<[Duration; 2], Failure> {
    let ledgers = [Ledger::open(short), Ledger::open(long)];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..APPENDS {
        for (ledger, times) in ledgers.iter().zip(&mut times) {
            let started = Instant::now();
            let mut write = ledger.begin(&[FILE]).map_err(|e| e.to_string())?;
            write.append(&FILE, r#"{"schema_version":1,"n":0}"#).map_err(|e| e.to_string())?;
            write.commit().map_err(|e| e.to_string())?;
            times.push(started.elapsed());
        }
    }
    Ok(times.map(|mut times| {
        times.sort();
        times[APPENDS / 2]
    }))
}
