//! Rules about files: their size, their first line, their letters, and words that must not stay.

use std::{fs, path::PathBuf};

use tracker_term_text::escape_terminal;
use tracker_test_support::orphans;

use super::rust_text::{is_comment, shipped};
use crate::place;

/// The most lines a file may have, tests at its end left out.
const FILE: usize = 600;
/// The most lines a function may have, from its signature to its closing brace.
const FUNCTION: usize = 60;
/// The most lines a tool's `main.rs` may have.
const MAIN: usize = 30;
/// The most lines the `main.rs` of this program may have.
const XTASK_MAIN: usize = 100;
/// The most lines of README.md.
const README: usize = 200;

/// Words that mark unfinished work; split so that this file does not hold them.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Returns every finding about the files of the tree.
pub(super) fn findings(files: &[PathBuf]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files {
        let path = place::shown(file);
        let Ok(text) = fs::read_to_string(file) else { continue };
        if path.ends_with(".rs") {
            findings.extend(rust(&path, &text));
        }
        if path == "README.md" && text.lines().count() > README {
            findings.push(format!("{path}: longer than {README} lines: move the rest to docs/"));
        }
        if !path.starts_with("fixtures/") {
            findings.extend(unfinished(&path, &text));
        }
    }
    if !place::root().join("README.md").exists() {
        findings.push("README.md: is missing".to_owned());
    }
    for name in place::crates() {
        let head =
            fs::read_to_string(place::root().join(format!("crates/{name}/src/lib.rs"))).unwrap_or_default();
        findings.extend(head_of(&head).map(|why| format!("crates/{name}/src/lib.rs: {why}")));
    }
    let homes = place::crates().into_iter().map(|name| format!("crates/{name}")).chain(["xtask".to_owned()]);
    for path in homes.flat_map(|home| orphans(place::root().join(home))) {
        findings.push(format!("{}: no `mod` line names it, so it never runs", place::shown(&path)));
    }
    findings
}

/// Returns the findings in one Rust file.
fn rust(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    if !text.starts_with("//!") {
        findings.push(format!("{path}:1: begin with a `//!` line that says what the file is"));
    }
    let lines = shipped(text);
    let most = match path {
        "xtask/src/main.rs" => XTASK_MAIN,
        _ if path.ends_with("src/main.rs") => MAIN,
        _ => FILE,
    };
    if lines.len() > most && !is_test(path) {
        findings.push(format!("{path}: {} lines, {most} are the most: split it by noun", lines.len()));
    }
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(attribute) = allowance(line, text, number) {
            findings.push(format!("{path}:{number}: {attribute} without a reason"));
        }
    }
    if !is_test(path) {
        let long = functions(&lines).into_iter().filter(|(_, length)| *length > FUNCTION);
        findings.extend(long.map(|(number, length)| {
            format!(
                "{path}:{number}: a function of {length} lines, {FUNCTION} are the most: split it by verb"
            )
        }));
        let strange = (1..).zip(&lines).filter(|(_, line)| is_strange(line));
        findings.extend(strange.map(|(number, _)| {
            format!("{path}:{number}: write the character as an escape such as \\u{{2588}}, with a comment that names it")
        }));
    }
    findings
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/")
}

/// Returns the first line and the length of every function; formatted source closes it at the indent of its signature.
fn functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut functions = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let words = line.trim_start();
        let indent = line.len() - words.len();
        let begins = ["fn ", "pub", "const fn ", "async fn "].iter().any(|begin| words.starts_with(begin));
        let is_signature = begins && format!(" {words}").contains(" fn ");
        if is_signature && !is_comment(line) {
            let closing = format!("{}}}", " ".repeat(indent));
            let is_whole = words.ends_with([';', '}']);
            let length = if is_whole { None } else { lines[at..].iter().position(|line| *line == closing) };
            functions.push((at + 1, length.map_or(1, |last| last + 1)));
        }
    }
    functions
}

/// Code is ASCII, so that nothing in it looks like what it is not; a comment may hold what can be seen.
fn is_strange(line: &str) -> bool {
    if line.is_ascii() {
        return false;
    }
    !is_comment(line) || escape_terminal(line) != line
}

/// Returns the start of an allowance on line `number` that gives no reason.
fn allowance<'a>(line: &'a str, text: &str, number: usize) -> Option<&'a str> {
    let line = line.trim_start();
    let opens = ["#[", "#!["].iter().any(|open| {
        ["allow(", "expect("]
            .iter()
            .any(|word| line.strip_prefix(open).is_some_and(|rest| rest.starts_with(word)))
    });
    if !opens {
        return None;
    }
    let attribute = text.lines().skip(number - 1).take(12);
    for part in attribute {
        if part.contains("reason =") {
            return None;
        }
        if part.trim_end().ends_with(']') {
            break;
        }
    }
    Some(line)
}

/// Returns a finding for every line with a word that marks unfinished work.
fn unfinished(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words = line.split(|c: char| !c.is_alphanumeric());
        if let Some(word) = words.into_iter().find(|word| UNFINISHED.contains(word)) {
            findings.push(format!("{path}:{number}: {word}: do it, or write an issue"));
        }
    }
    findings
}

/// Returns what the head of a library lacks.
fn head_of(text: &str) -> impl Iterator<Item = String> {
    let wants = ["#![forbid(unsafe_code)]", "#![deny(missing_docs)]", "//! # Limits"];
    let missing: Vec<_> =
        wants.into_iter().filter(|want| !text.lines().any(|line| line.trim_end() == *want)).collect();
    missing.into_iter().map(|want| format!("has no `{want}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_finds_what_breaks_it() {
        let long = format!("//! x\n{}", "fn a() {}\n".repeat(600));
        let broken = [
            ("crates/a/src/b.rs", "fn a() {}\n", "begin with"),
            ("crates/a/src/b.rs", &long, "601 lines, 600 are the most"),
            ("crates/a/src/main.rs", &long[..400], "41 lines, 30 are the most"),
            ("crates/a/src/b.rs", "//! x\nlet bar = \"\u{2588}\";\n", "b.rs:2: write the character"),
            ("crates/a/src/b.rs", "//! x\n// hidden \u{202e}\n", "b.rs:2: write the character"),
            (
                "crates/a/src/b.rs",
                "//! x\n#[allow(dead_code)]\nfn a() {}\n",
                "b.rs:2: #[allow(dead_code)] without",
            ),
            ("crates/a/src/b.rs", "//! x\n#![expect(\n  dead_code,\n)]\n// reason = 1\n", "b.rs:2: "),
        ];
        for (path, text, expected) in broken {
            let findings = rust(path, text);
            assert!(findings.len() == 1 && findings[0].contains(expected), "{expected}: {findings:?}");
        }
    }

    #[test]
    fn each_rule_lets_good_text_pass() {
        let good = "//! x\n// arrows \u{2192} may be drawn\n#[allow(\n  dead_code,\n  reason = \"why\"\n)]\nfn a() {}\n\
                    #[cfg(test)]\nmod tests {\n  // \u{202e}\n}\n";
        assert_eq!(rust("crates/a/src/b.rs", good), Vec::<String>::new());
        assert_eq!(rust("crates/a/tests/c.rs", "//! x\nlet bar = \"\u{2588}\";\n"), Vec::<String>::new());
    }

    #[test]
    fn functions_are_measured_to_their_closing_brace() {
        let text = "fn a() {}\ntrait T {\n    fn b();\n    pub(crate) fn c() {\n        if x {\n        }\n    }\n}\nfn d(\n    x: u8,\n) {\n}\n";
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(functions(&lines), [(1, 1), (3, 1), (4, 4), (9, 4)]);
        let long = format!("//! x\nfn a() {{\n{}}}\n", "    b();\n".repeat(59));
        assert_eq!(
            rust("crates/a/src/b.rs", &long),
            ["crates/a/src/b.rs:2: a function of 61 lines, 60 are the most: split it by verb"]
        );
    }

    #[test]
    fn unfinished_words_are_whole_words() {
        let word = UNFINISHED[0];
        assert_eq!(unfinished("a.md", &format!("ok\n# {word}: x\n")).len(), 1);
        assert!(unfinished("a.md", &format!("{word}S and {}\n", word.to_lowercase())).is_empty());
    }

    #[test]
    fn library_heads() {
        assert_eq!(
            head_of("//! x\n//! # Limits\n#![forbid(unsafe_code)]\n#![deny(missing_docs)]\n").count(),
            0
        );
        assert_eq!(head_of("//! x\n").count(), 3);
    }
}
