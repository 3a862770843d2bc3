//! `uat`: opens a session. Runs every test, the generated documents and the demo, and ends with one screen.

mod tally;

use std::time::Instant;

use crate::{Failure, crash, demo, docs, fuzz, limits, step};
use tally::{Count, Tally};

/// Runs all that shows whether the tree works today; fails when any of it does.
pub(crate) fn run() -> Result<(), Failure> {
    let started = Instant::now();
    let mut tally = Tally::default();
    println!("Running every test (a first build takes minutes)");
    let ended_well = step::listen(&mut step::cargo(&["test", "--workspace", "--no-fail-fast"]), |line| {
        if let Some(news) = tally.hear(line) {
            println!("  {news}");
        }
    })?;
    let mut failures = tally.failures().to_owned();
    let mut tests = tally.tests();
    if !ended_well && tests.failed == 0 && tally.scenarios().failed == 0 {
        // Nothing was counted as failed, yet cargo failed: it did not build, or a suite died.
        tests.failed = 1;
        failures.push_str(tally.unfinished());
    }

    let mut rows = vec![("unit, property and CLI tests", tests), ("features (scenarios)", tally.scenarios())];
    let mut check = |name, result: Result<(), Failure>| {
        let passed = u32::from(result.is_ok());
        rows.push((name, Count { passed, failed: 1 - passed }));
        if let Err(failure) = result {
            failures.push_str(&format!("\n{name}: {failure}\n"));
        }
    };
    println!("Building the release binaries");
    let built = demo::build();
    let ready = built.is_ok();
    check("release build", built);
    if ready {
        check("generated documents", docs::check_built());
        check("demo", show_demo());
        check("promises of the ledger, short", crash::short());
        check("any bytes into the parsers, short", fuzz::short());
        check("what hostile inputs cost", limits::short());
    }
    let text = summary(&rows, &failures, started.elapsed().as_secs());
    println!("{text}");
    if text.ends_with(" 0 failed") { Ok(()) } else { Err("not all of it works".to_owned()) }
}

/// Runs the demo and shows what it printed.
fn show_demo() -> Result<(), Failure> {
    let (said, seconds) = demo::heard()?;
    println!("\n{said}\n(the demo took {seconds:.1} s)");
    Ok(())
}

/// Returns the last screen; its last line is `N passed, N failed`.
fn summary(rows: &[(&str, Count)], failures: &str, seconds: u64) -> String {
    let mut text = if failures.is_empty() { String::new() } else { format!("\nWhat failed\n{failures}") };
    text.push_str("\nWhat was checked\n");
    for (name, count) in rows {
        text.push_str(&format!("  {name:<30} {:>5} passed, {} failed\n", count.passed, count.failed));
    }
    let passed: u32 = rows.iter().map(|(_, count)| count.passed).sum();
    let failed: u32 = rows.iter().map(|(_, count)| count.failed).sum();
    let verdict = if failed == 0 { "all that was checked works" } else { "NOT all of it works" };
    text.push_str(&format!("Took {seconds} s\nVerdict: {verdict}\n{passed} passed, {failed} failed"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_line_counts_all() {
        let rows = [("tests", Count { passed: 41, failed: 0 }), ("demo", Count { passed: 1, failed: 0 })];
        let text = summary(&rows, "", 7);
        assert!(text.contains("\n  tests                             41 passed, 0 failed\n"), "{text}");
        assert!(
            text.ends_with("Took 7 s\nVerdict: all that was checked works\n42 passed, 0 failed"),
            "{text}"
        );
        let text = summary(&[("demo", Count { passed: 0, failed: 1 })], "demo: exit status: 1\n", 7);
        assert!(text.starts_with("\nWhat failed\ndemo: exit status: 1\n"));
        assert!(text.ends_with("NOT all of it works\n0 passed, 1 failed"));
    }
}
