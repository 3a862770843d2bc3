//! How far a provider's name spreads: all there is to know about one belongs in its own folder.

use std::{collections::BTreeMap, fs};

use super::rust_text::{is_comment, shipped};
use crate::place;

/// Where a provider may be named in code outside its folder, on how many lines at most, and why.
/// The first prefix that fits counts.
const ALLOWED: &[(&str, usize, &str)] = &[
    ("crates/panes/src/providers/mod.rs", 14, "the registry: a module and a line each"),
    ("crates/ledger/src/dir.rs", 4, "file names that scripts know"),
    ("crates/ledger/src/wire/", 20, "fields of rows that the earlier tool wrote"),
    ("crates/tracker/src/commands/demo/", 60, "the bundled week: data"),
    ("crates/tracker/src/commands/shell_init.rs", 17, "shell functions of the earlier tool"),
    ("crates/tracker/src/commands/ingest", 20, "kinds of the earlier tool"),
    ("crates/tracker/src/commands/complete.rs", 8, "flags of the earlier tool"),
    ("crates/tracker/src/commands/scan.rs", 6, "flags that name a client's home"),
    ("crates/tracker/src/commands/", 14, "lines of output that scripts know"),
    ("crates/tracker/src/telemetry/", 8, "the telemetry of proxies, whose word is a kind's"),
    ("crates/tracker/src/render/", 36, "lines of output that scripts know"),
    ("crates/tracker/src/standing_jobs.rs", 10, "jobs that are about one client, whose names scripts know"),
    ("crates/tracker/src/", 40, "examples in the help, settings, and commands and columns that scripts know"),
    ("crates/domain/src/lib.rs", 2, "the noun of a proxy event, whose word is a kind's"),
    ("crates/proxy-cost-compare/", 7, "the tool's own name"),
    ("crates/telemetry/src/", 24, "the class that the cost comparison is about"),
    ("crates/workflow/src/replay/", 2, "a column that scripts know"),
    ("crates/workflow/src/checkpoint.rs", 1, "a column that scripts know"),
];

/// Returns a finding for every place that names providers on more lines than it may.
pub(super) fn findings() -> Vec<String> {
    let mut findings = Vec::new();
    for (place, lines) in by_place() {
        let most = allowed(&place).map_or(0, |(_, most, _)| *most);
        let count: usize = lines.values().map(Vec::len).sum();
        if count > most {
            findings.push(format!(
                "{place}: {count} lines name a provider, {most} may: move them into its folder ({})",
                told(&lines)
            ));
        }
    }
    findings
}

/// Returns the counts of every place that names a provider, for people.
pub(super) fn report() -> String {
    let mut text = String::from("provider names outside their folders (lines of code):");
    for (place, lines) in by_place() {
        let (_, most, why) = allowed(&place).copied().unwrap_or(("", 0, "not allowed"));
        let count: usize = lines.values().map(Vec::len).sum();
        text.push_str(&format!("\n  {count:>3} of {most:>3}  {place}  ({why})"));
    }
    text
}

fn allowed(place: &str) -> Option<&'static (&'static str, usize, &'static str)> {
    ALLOWED.iter().find(|(prefix, _, _)| place.starts_with(prefix))
}

/// The numbers of the lines that name a provider, by file.
type Lines = BTreeMap<String, Vec<usize>>;

/// Returns the lines as `file:1,2,3; file:4`.
fn told(lines: &Lines) -> String {
    let numbers = |of: &[usize]| of.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    lines.iter().map(|(file, of)| format!("{file}:{}", numbers(of))).collect::<Vec<_>>().join("; ")
}

/// Returns the lines that name a provider, under the allowed prefix or the file that they belong to.
fn by_place() -> BTreeMap<String, Lines> {
    let root = place::root();
    let providers = place::folders(&root.join("crates/panes/src/providers"));
    let mut places: BTreeMap<String, Lines> = BTreeMap::new();
    for file in place::files(&root.join("crates")) {
        let path = place::shown(&file);
        let is_home =
            providers.iter().any(|name| path.starts_with(&format!("crates/panes/src/providers/{name}/")));
        if is_home
            || !path.ends_with(".rs")
            || path.contains("/tests/")
            || path.starts_with("crates/test-support/")
        {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap_or_default();
        let hits = naming(&text, &providers);
        if !hits.is_empty() {
            let place = allowed(&path).map_or(path.as_str(), |(prefix, _, _)| prefix).to_owned();
            places.entry(place).or_default().insert(path, hits);
        }
    }
    places
}

/// Returns the numbers of the shipped code lines that hold a provider's name as a whole word.
fn naming(text: &str, providers: &[String]) -> Vec<usize> {
    let names = |line: &str| {
        let lower = line.to_lowercase();
        lower
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| providers.iter().any(|name| name == word))
    };
    let code = (1..).zip(shipped(text)).filter(|(_, line)| !is_comment(line));
    code.filter(|(_, line)| names(line)).map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_in_shipped_code_count() {
        let text = "//! codex\nlet a = \"codex\";\nlet codexes = 1;\nlet codex_pct = 1;\n// claude\n\
                    #[cfg(test)]\nmod tests {\n    let b = \"codex\";\n}\n";
        assert_eq!(naming(text, &["codex".to_owned(), "claude".to_owned()]), [2, 4]);
    }

    #[test]
    fn lines_are_told_by_file() {
        let lines = Lines::from([("a.rs".to_owned(), vec![1, 7]), ("b.rs".to_owned(), vec![2])]);
        assert_eq!(told(&lines), "a.rs:1,7; b.rs:2");
    }

    #[test]
    fn every_allowance_is_used() {
        let places = by_place();
        for (prefix, _, _) in ALLOWED {
            assert!(
                places.contains_key(*prefix),
                "{prefix}: nothing there names a provider: take it off the list"
            );
        }
    }
}
