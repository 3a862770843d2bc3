//! G14: the protocol with one part switched off; a suite that stays green would prove nothing.

use std::{path::PathBuf, process::Command};

use crate::{Failure, place, step};

/// The parts, and the tests that must notice their absence.
const PARTS: &[&str] =
    &["data-sync", "tail-repair", "cut-on-error", "folder-sync", "interrupt-loop", "head-check"];

/// Tests with a fixed outcome: histories that fail under a control would be kept as regressions.
const TESTS: &[&str] =
    &["cuts::", "faults::", "concurrency::", "damage::removal", "damage::a_cut_inside", "damage::a_head"];

/// Whole goals, with real processes and a real disk, that must find violations without a part: the part, the goal, its
/// rounds, and how many seeds are tried.
const GOALS: &[(&str, &str, u64, u64)] = &[("tail-repair", "kill", 300, 20), ("data-sync", "power", 10, 1)];

/// Runs the ledger's suite with nothing switched off, which must pass, then once for each part, which must fail; and
/// the goals that lose rows without a part.
pub(super) fn run() -> Result<(), Failure> {
    if !suite("")? {
        return Err("controls: the suite fails with nothing switched off".to_owned());
    }
    let mut green = Vec::new();
    for part in PARTS {
        let passed = suite(part)?;
        println!(
            "{{\"goal\":\"controls\",\"without\":{part:?},\"suite\":\"{}\"}}",
            if passed { "GREEN" } else { "red" }
        );
        if passed {
            green.push(*part);
        }
    }
    let broken = broken_build()?;
    for (part, goal, rounds, seeds) in GOALS {
        if !is_noticed(&broken, part, goal, *rounds, *seeds)? {
            green.push(part);
        }
    }
    if green.is_empty() { Ok(()) } else { Err(format!("the suite does not notice: {}", green.join(", "))) }
}

/// Returns whether the suite passes without `part`.
fn suite(part: &str) -> Result<bool, Failure> {
    let mut words = vec!["test", "--quiet", "--package", "tracker-ledger", "--features", "test-controls"];
    words.extend(["--test", "ledger", "--test", "model", "--no-fail-fast", "--"]);
    words.extend(TESTS);
    let mut command = step::cargo(&words);
    command.env("TRACKER_LEDGER_WITHOUT", part).env("RUST_BACKTRACE", "0");
    let mut ran = false;
    let passed = step::listen(&mut command, |line| ran |= line.starts_with("test result"))?;
    if ran { Ok(passed) } else { Err("controls: the suite does not build".to_owned()) }
}

/// Builds this program with a ledger whose parts can be switched off, apart from the real build.
fn broken_build() -> Result<PathBuf, Failure> {
    let target = place::build_dir().join("controls");
    let words = ["build", "--release", "--quiet", "--package", "xtask"];
    let mut command = step::cargo(&words);
    command.args(["--features", "tracker-ledger/test-controls", "--target-dir"]).arg(&target);
    step::pass(&mut command)?;
    Ok(target.join("release").join(format!("xtask{}", std::env::consts::EXE_SUFFIX)))
}

/// Runs a goal without a part until it finds a violation, at most once a seed; a goal that cannot run here is told and
/// is no failure.
fn is_noticed(broken: &PathBuf, part: &str, goal: &str, rounds: u64, seeds: u64) -> Result<bool, Failure> {
    let mut tried = 0;
    for seed in 1..=seeds {
        let mut command = Command::new(broken);
        command.args(["crash", goal, "--rounds", &rounds.to_string(), "--seed", &seed.to_string()]);
        command.env("TRACKER_LEDGER_WITHOUT", part);
        let mut line = String::new();
        step::listen(&mut command, |heard| {
            if heard.starts_with("{\"goal\":") {
                heard.clone_into(&mut line);
            }
        })?;
        tried += rounds;
        let violations = violations(&line);
        if line.contains("\"not_run\"") || violations != Some(0) {
            let found = violations.map_or_else(|| line.clone(), |count| format!("{count} violations"));
            let seen = if violations.is_some() { "red" } else { "NOT RUN" };
            println!(
                "{{\"goal\":\"controls\",\"without\":{part:?},{goal:?}:\"{seen}\",\"rounds\":{tried},\"found\":{found:?}}}"
            );
            return Ok(true);
        }
    }
    println!("{{\"goal\":\"controls\",\"without\":{part:?},{goal:?}:\"GREEN\",\"rounds\":{tried}}}");
    Ok(false)
}

/// Returns how many violations a goal's line tells of.
fn violations(line: &str) -> Option<u64> {
    let digits = line.split_once("\"violations\":")?.1;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_are_read_from_a_goals_line() {
        assert_eq!(violations(r#"{"goal":"kill","rounds":3,"violations":12,"kills":4}"#), Some(12));
        assert_eq!(violations(r#"{"goal":"power","not_run":"no root"}"#), None);
    }
}
