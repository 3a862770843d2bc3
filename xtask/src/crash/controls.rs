//! G14: the protocol with one part switched off; a suite that stays green would prove nothing.

use crate::{Failure, step};

/// The parts, and the tests that must notice their absence.
const PARTS: &[&str] =
    &["data-sync", "tail-repair", "cut-on-error", "folder-sync", "interrupt-loop", "head-check"];

/// Tests with a fixed outcome: histories that fail under a control would be kept as regressions.
const TESTS: &[&str] =
    &["cuts::", "faults::", "concurrency::", "damage::removal", "damage::a_cut_inside", "damage::a_head"];

/// Runs the ledger's suite with nothing switched off, which must pass, then once for each part, which must fail.
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
