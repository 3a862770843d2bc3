//! `tracker scan` against reading the same logs with `cat`: processor time, not the time of the clock.
//!
//! Measured when this was written, on two cores: 2.7 to 2.9 times `cat`, 0.7 times `cat | cat`. The bound is the goal.

use std::{path::Path, process::Command};

use super::Found;
use crate::{Failure, demo::Home, logs};

/// Size of the logs that are made.
const BYTES: u64 = 1 << 30;

/// How often each side is measured; the least counts.
const ROUNDS: usize = 7;

/// Measures a first scan and one of an unchanged archive.
pub(super) fn run(home: &Home) -> Result<Vec<Found>, Failure> {
    let (made, data) = (home.folder().join("logs"), home.folder().join("scan"));
    eprintln!("making {} MB of session logs ...", BYTES >> 20);
    logs::make(&made, BYTES, 7)?;
    let tracker = home.tool("tracker").get_program().to_string_lossy().into_owned();
    let cat = format!("find {0}/claude {0}/codex -name '*.jsonl' -print0 | xargs -0 cat", quoted(&made));
    let scan = format!(
        "TRACKER_NOW=2026-12-01T00:00:00Z {} --data-dir {} scan --codex-home {} --claude-config-dir {} --format json",
        quoted(Path::new(&tracker)),
        quoted(&data),
        quoted(&made.join("codex")),
        quoted(&made.join("claude")),
    );
    // The first reading brings the files into the cache.
    cpu(&format!("{cat} > /dev/null"))?;
    let read = least(|| cpu(&format!("{cat} > /dev/null")))?;
    let copied = least(|| cpu(&format!("{cat} | cat > /dev/null")))?;
    let first = least(|| cpu(&format!("rm -rf {0} && mkdir -p {0} && {scan} > /dev/null", quoted(&data))))?;
    let again = least(|| cpu(&format!("{scan} > /dev/null")))?;
    let over = |base: f64, taken: f64| taken / base.max(f64::EPSILON);
    Ok(vec![
        Found::at_most("processor time: scan / cat", over(read, first), 2.5),
        Found::at_most("processor time: scan / cat through a pipe", over(copied, first), 1.0),
        Found::at_most("processor time: scan of an unchanged archive / first", over(first, again), 0.3),
    ])
}

fn least(run: impl Fn() -> Result<f64, Failure>) -> Result<f64, Failure> {
    (0..ROUNDS).try_fold(f64::INFINITY, |least, _| Ok(least.min(run()?)))
}

/// Returns the seconds of processor time that a line of bash takes, children and all.
fn cpu(script: &str) -> Result<f64, Failure> {
    let timed = format!("TIMEFORMAT='%U %S'; time {{ {script} ; }}");
    let output =
        Command::new("bash").args(["-c", &timed]).output().map_err(|e| format!("cannot run bash: {e}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("`{script}` failed: {}", told.trim()));
    }
    seconds(&told).ok_or_else(|| format!("bash told no times: {}", told.trim()))
}

/// Sums the two figures of the last line.
fn seconds(told: &str) -> Option<f64> {
    let (user, system) = told.lines().last()?.split_once(' ')?;
    Some(user.parse::<f64>().ok()? + system.parse::<f64>().ok()?)
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_figures_of_the_last_line_count() {
        let sum = seconds("a note\n0.281 0.120\n").unwrap();
        assert!((sum - 0.401).abs() < 1e-9);
        assert_eq!(seconds("no figures"), None);
        assert_eq!(quoted(Path::new("it's")), r"'it'\''s'");
    }
}
