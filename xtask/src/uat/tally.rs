//! Counts what `cargo test` and the cucumber runner report, and keeps the output of what failed.

/// How many checks passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: u32,
    pub(super) failed: u32,
}

/// Reads the merged output of `cargo test --workspace --no-fail-fast` line by line.
#[derive(Debug, Default)]
pub(super) struct Tally {
    tests: Count,
    scenarios: Count,
    suite: String,
    suite_failed: bool,
    /// All that was said since the last result.
    pending: String,
    failures: String,
}

impl Tally {
    /// Takes one line and returns news worth a line on the screen.
    pub(super) fn hear(&mut self, line: &str) -> Option<String> {
        let begins = line.trim_start();
        // With the blanks that cargo puts before it, so that no output of a test is taken for it.
        if let Some(suite) = line.strip_prefix("     Running ").or_else(|| line.strip_prefix("   Doc-tests "))
        {
            self.pending.clear();
            self.suite = suite_name(suite);
            self.suite_failed = false;
        }
        self.pending.push_str(line);
        self.pending.push('\n');
        if line.starts_with("error: test failed") || line.starts_with("error: doctest failed") {
            return self.mourn();
        }
        if let Some(result) = line.strip_prefix("test result: ") {
            let count =
                Count { passed: number_before(result, " passed"), failed: number_before(result, " failed") };
            add(&mut self.tests, count);
            return self.close(count, "tests");
        }
        // `12 scenarios (10 passed, 1 skipped, 1 failed)`: what was skipped did not pass.
        let scenarios = begins.split_once(" scenario").and_then(|(number, rest)| {
            let total: u32 = number.parse().ok()?;
            rest.contains('(').then_some((total, number_before(rest, " passed")))
        });
        scenarios.and_then(|(total, passed)| {
            let count = Count { passed, failed: total.saturating_sub(passed) };
            add(&mut self.scenarios, count);
            self.close(count, "scenarios")
        })
    }

    /// Returns the tests that `test result:` lines counted.
    pub(super) fn tests(&self) -> Count {
        self.tests
    }

    /// Returns the scenarios of the features.
    pub(super) fn scenarios(&self) -> Count {
        self.scenarios
    }

    /// Returns the output of every suite with a failure, without the lines of the tests that passed.
    pub(super) fn failures(&self) -> &str {
        &self.failures
    }

    /// Returns what was said after the last result: a compiler error, or the last words of a suite that died.
    pub(super) fn unfinished(&self) -> &str {
        &self.pending
    }

    /// Counts a suite that cargo calls failed though it gave no result: it died.
    fn mourn(&mut self) -> Option<String> {
        if self.suite_failed {
            return None;
        }
        let count = Count { passed: 0, failed: 1 };
        add(&mut self.tests, count);
        self.close(count, "tests")
    }

    fn close(&mut self, count: Count, what: &str) -> Option<String> {
        let said = std::mem::take(&mut self.pending);
        if count.failed > 0 {
            self.suite_failed = true;
            self.failures.push_str(&without_passed(&said));
        }
        let Count { passed, failed } = count;
        let news = || format!("{}: {passed} {what} passed, {failed} failed", self.suite);
        (passed + failed > 0).then(news)
    }
}

/// Returns what was said without the tests and the scenarios that passed.
fn without_passed(said: &str) -> String {
    let mut told = String::new();
    let mut scenario = String::new();
    let is_failed = |block: &str| !block.trim_start().starts_with("Scenario") || block.contains('\u{2718}'); // ballot X
    for line in said.lines().filter(|line| !(line.starts_with("test ") && line.ends_with(" ... ok"))) {
        // A block ends where the next begins: a scenario, or a heading further out.
        let words = line.trim_start();
        if ["Scenario", "Feature:", "Rule:", "[Summary]"].iter().any(|heading| words.starts_with(heading)) {
            let block = std::mem::take(&mut scenario);
            told.push_str(if is_failed(&block) { &block } else { "" });
        }
        scenario.push_str(line);
        scenario.push('\n');
    }
    told.push_str(if is_failed(&scenario) { &scenario } else { "" });
    told
}

fn add(sum: &mut Count, count: Count) {
    sum.passed += count.passed;
    sum.failed += count.failed;
}

/// Returns the number that stands right before `word`, or 0.
fn number_before(text: &str, word: &str) -> u32 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// `unittests src/lib.rs (target/debug/deps/tracker_ledger-1f2e)` becomes `tracker_ledger src/lib.rs`.
fn suite_name(line: &str) -> String {
    let Some((what, path)) = line.split_once(" (") else { return format!("{line} examples") };
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    format!("{name} {}", what.trim_start_matches("unittests "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(output: &str) -> (Tally, Vec<String>) {
        let mut tally = Tally::default();
        let news = output.lines().filter_map(|line| tally.hear(line)).collect();
        (tally, news)
    }

    #[test]
    fn suites_and_scenarios_are_counted_apart() {
        let (tally, news) = tally(
            "     Running unittests src/lib.rs (target/debug/deps/tracker_ledger-1f2e)\n\
             test result: ok. 24 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             \x20    Running tests/features.rs (target/debug/deps/features-77)\n\
             [Summary]\n4 features\n12 scenarios (12 passed)\n80 steps (80 passed)\n\
             \x20  Doc-tests tracker_ledger\n\
             test result: ok. 3 passed; 0 failed; 0 ignored\n",
        );
        assert_eq!(tally.tests(), Count { passed: 27, failed: 0 });
        assert_eq!(tally.scenarios(), Count { passed: 12, failed: 0 });
        assert_eq!(tally.failures(), "");
        assert_eq!(
            news,
            [
                "tracker_ledger src/lib.rs: 24 tests passed, 0 failed",
                "features tests/features.rs: 12 scenarios passed, 0 failed",
                "tracker_ledger examples: 3 tests passed, 0 failed"
            ]
        );
    }

    #[test]
    fn output_of_a_failure_is_kept_whole_and_alone() {
        let (tally, _) = tally(
            "     Running unittests src/lib.rs (target/debug/deps/good-1)\n\
             test result: ok. 1 passed; 0 failed; 0 ignored\n\
             \x20    Running unittests src/lib.rs (target/debug/deps/bad-1)\n\
             test fine ... ok\nthread 'x' panicked at src/x.rs:3\n  left: 1\n\
             test result: FAILED. 1 passed; 2 failed; 0 ignored\n\
             error: test failed, to rerun pass `-p bad --lib`\n\
             \x20    Running tests/dies.rs (target/debug/deps/dies-1)\n\
             running 1 test\nmemory allocation failed\n\
             error: test failed, to rerun pass `-p bad --test dies`\n\
             \x20    Running tests/features.rs (target/debug/deps/features-77)\n\
             Feature: aliases\n  Scenario: good one\n   \u{2714}  Then fine\n\
             \x20 Scenario: bad one\n   \u{2718}  Then 3 rows\n      Step panicked\n\
             \x20 Scenario: late one\n   \u{2714}  Then fine\n[Summary]\n\
             3 scenarios (1 passed, 1 skipped, 1 failed)\n\
             error[E0308]: mismatched types\n",
        );
        assert_eq!(tally.tests(), Count { passed: 2, failed: 3 });
        assert_eq!(tally.scenarios(), Count { passed: 1, failed: 2 });
        assert!(tally.failures().contains("memory allocation failed\n"));
        assert!(
            tally.failures().contains("panicked at src/x.rs:3\n  left: 1")
                && !tally.failures().contains("good")
        );
        assert_eq!(tally.unfinished(), "error[E0308]: mismatched types\n");
    }
}
