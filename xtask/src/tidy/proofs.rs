//! Tests that the documents name as proofs must exist: a promise with a lost test is none.

use std::{collections::BTreeSet, fs, path::PathBuf};

use crate::place;

/// The documents whose tables name tests.
const DOCUMENTS: [&str; 2] = ["docs/reliability.md", "docs/threat-model.md"];

/// Returns a finding for every named test that no file of the tree holds.
pub(super) fn findings(files: &[PathBuf]) -> Vec<String> {
    let mut known = BTreeSet::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
        known.extend(functions(&fs::read_to_string(file).unwrap_or_default()));
    }
    let text = |path: &str| fs::read_to_string(place::root().join(path)).unwrap_or_default();
    DOCUMENTS.iter().flat_map(|path| missing(path, &text(path), &known)).collect()
}

/// Returns the names of the functions of a source.
fn functions(text: &str) -> impl Iterator<Item = String> {
    let names =
        text.lines().filter_map(|line| line.trim_start().split_once("fn ")?.1.split(['(', '<']).next());
    names.map(str::to_owned)
}

fn missing(path: &str, text: &str, known: &BTreeSet<String>) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| line.starts_with('|')) {
        let quoted = line.split('`').skip(1).step_by(2);
        for name in quoted.filter(|name| is_test_name(name) && !known.contains(*name)) {
            findings.push(format!("{path}:{number}: names the test {name}, which does not exist"));
        }
    }
    findings
}

/// A name of at least three words, as tests have here; files, flags and commands look otherwise.
fn is_test_name(name: &str) -> bool {
    name.matches('_').count() >= 2
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_test_must_exist() {
        let known: BTreeSet<String> =
            functions("    fn a_named_test_is_there() {\n    async fn one_more_test<T>() {\n").collect();
        let text = "| x | `a_named_test_is_there`, `one_more_test` | `crash damage` `hostile.rs` `clock_skew` |\n\
                    `prose_is_not_looked_at`\n| y | `a_test_that_went` |\n";
        assert_eq!(
            missing("d.md", text, &known),
            ["d.md:3: names the test a_test_that_went, which does not exist"]
        );
    }
}
