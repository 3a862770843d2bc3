//! The bootstrap interval against scipy's on the same data, where python3 and scipy are installed.

use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
    time::Instant,
};

use tracker_stats::simulate::{Design, Law};
use tracker_stats::{Level, Random, Resampling, Sample, StatsError, bca};

use super::Found;
use crate::{Failure, demo::Home};

/// Samples on both sides.
const SETS: u32 = 200;
/// Units in each.
const UNITS: usize = 30;
/// Resamples of each.
const DRAWS: u32 = 10_000;
/// How many times scipy's time is at least expected.
const LEAST: f64 = 50.0;

/// Reads a sample a line (capacities, then features) and prints the seconds of processor time that it took.
const SCIPY: &str = "
import sys, time, numpy
from scipy.stats import bootstrap
sets = [numpy.array(line.split(), float).reshape(2, -1) for line in sys.stdin]
ratio = lambda x, y, axis=-1: y.sum(axis=axis) / x.sum(axis=axis)
start = time.process_time()
for x, y in sets:
    bootstrap((x, y), ratio, paired=True, vectorized=True, method='BCa', n_resamples=10000)
print(time.process_time() - start)
";

/// What is measured.
const NAME: &str = "scipy's BCa / ours (n=30, B=10,000, 200 sets, one thread)";

/// Measures both on one thread; says so where scipy is not there.
pub(super) fn run(_: &Home) -> Result<Vec<Found>, Failure> {
    let sets = samples().map_err(|e| e.to_string())?;
    let Some(scipy) = scipy_seconds(&sets)? else {
        return Ok(vec![Found::not_run(NAME, LEAST, "python3 with scipy is not installed")]);
    };
    // The fastest of some rounds: only noise adds to it.
    let mut least = f64::INFINITY;
    for _ in 0..5 {
        let started = Instant::now();
        for set in &sets {
            bca(set, Level::P95, Resampling::new(DRAWS, 1)).map_err(|e| e.to_string())?;
        }
        least = least.min(started.elapsed().as_secs_f64());
    }
    eprintln!("bootstrap: {:.0} ms, scipy {:.0} ms", 1e3 * least, 1e3 * scipy);
    Ok(vec![Found::at_least(NAME, scipy / least, LEAST)])
}

fn samples() -> Result<Vec<Sample>, StatsError> {
    let design = Design::standard(Law::NegativeBinomial2 { k: 2.0 }, 0.3, UNITS)?;
    let mut random = Random::new(3);
    (0..SETS).map(|_| design.draw(&mut random)).collect()
}

/// Returns scipy's processor time; `None` when it is not installed.
fn scipy_seconds(sets: &[Sample]) -> Result<Option<f64>, Failure> {
    let broken = |e: std::io::Error| format!("cannot run python3: {e}");
    let mut probe = Command::new("python3");
    probe.args(["-c", "import scipy"]).stdout(Stdio::null()).stderr(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let mut python = Command::new("python3");
    python.args(["-c", SCIPY]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().map_err(broken)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(lines(sets).as_bytes()).map_err(broken)?;
    }
    let output = child.wait_with_output().map_err(broken)?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().map(Some).map_err(|_| format!("scipy did not say how long it took: {said}"))
}

fn lines(sets: &[Sample]) -> String {
    let mut text = String::new();
    for set in sets {
        let numbers: Vec<String> =
            set.capacity().iter().chain(set.weight()).map(ToString::to_string).collect();
        let _ = writeln!(text, "{}", numbers.join(" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_get_the_same_numbers() {
        let sets = samples().expect("drawn");
        let text = lines(&sets);
        assert_eq!((sets.len(), text.lines().count()), (200, 200));
        let first: Vec<f64> = text
            .lines()
            .next()
            .into_iter()
            .flat_map(str::split_whitespace)
            .map(|number| number.parse().expect("a number"))
            .collect();
        assert_eq!(first, [sets[0].capacity(), sets[0].weight()].concat());
    }
}
