//! What the operating pages show is run: every command, in the order of the page, in a closed world.
#![cfg(unix)]

#[path = "../../crates/tracker/tests/features/pane.rs"]
#[expect(dead_code, reason = "the features have more kinds of panes")]
mod pane;
#[path = "pages/world.rs"]
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use tracker_test_support::{blocks, commands, shows};
use world::World;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn page(path: &str) -> String {
    fs::read_to_string(docs().join(path)).unwrap_or_else(|cause| panic!("docs/{path}: {cause}"))
}

/// Runs the console blocks of a page from top to bottom and compares what they show. `export NAME=VALUE` stays set.
fn run_page(path: &str, world: &mut World) {
    let text = page(path);
    let blocks = blocks(&text, "console");
    assert!(!blocks.is_empty(), "docs/{path} shows no command");
    let mut wrong = String::new();
    for block in blocks {
        for (command, expected) in commands(&block, |_| false) {
            if let Some((name, value)) = command.strip_prefix("export ").and_then(|pair| pair.split_once('='))
            {
                world.export(name, value);
                continue;
            }
            let output = world.run(&command);
            if output.code() != Some(0) || !shows(&expected, &output.stdout()) {
                wrong
                    .push_str(&format!("docs/{path}: $ {command}\nshown:\n{expected}\nprinted:\n{output}\n"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn uat_opener() {
    let mut world = World::with_open_window();
    run_page("SOP/uat-opener.md", &mut world);
}

#[test]
fn week_0() {
    let mut world = World::with_repository();
    run_page("SOP/week-0.md", &mut world);
}

#[test]
fn session_close() {
    let mut world = World::with_open_window();
    run_page("SOP/session-close.md", &mut world);
}

/// One row of a table: an old line and the new one.
fn rows(text: &str) -> Vec<(String, String)> {
    let code =
        |cell: &str| cell.trim().strip_prefix('`')?.strip_suffix('`').map(|code| code.replace("\\|", "|"));
    let row = |line: &str| {
        // An escaped bar is part of a command.
        let line = line.strip_prefix('|')?.trim_end().strip_suffix('|')?.replace("\\|", "\u{1}");
        let (old, new) = line.split_once('|')?;
        let bars = |cell: &str| cell.replace('\u{1}', "\\|");
        Some((code(&bars(old))?, code(&bars(new))?))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn every_new_line_of_the_table_works() {
    let rows = rows(&page("from-the-python-tool.md"));
    assert!(rows.len() >= 40, "only {} lines", rows.len());
    let mut world = World::with_open_window();
    let mut wrong = String::new();
    for (old, new) in rows {
        if let Some((name, value)) = new.strip_prefix("export ").and_then(|pair| pair.split_once('=')) {
            world.export(name, value);
            continue;
        }
        let output = world.run(&new);
        if output.code() != Some(0) {
            wrong.push_str(&format!("{old}\n$ {new}\n{output}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_line_of_the_brief_can_be_run() {
    let mut world = World::with_open_window();
    let brief = world.run("tracker handoff");
    let root = world.root();
    let known = [
        // Outputs hide where the world lies; a shell would take that name for an empty variable.
        ("$TEST_ENV", root.as_str()),
        ("NAME:TOKENS", "Work:170K"),
        ("=N ", "=2 "),
        (" PLANNED ", " 180000 "),
        ("--actual N", "--actual 168000"),
        (" CAPABILITY ", " CAP-01 "),
        (" RUNNER ", " cargo "),
        (" FILE", " work.txt"),
        // A stream that goes on for ever would keep the test from ending.
        ("tail -n +1 -F", "tail -n +1"),
    ];
    let (mut wrong, mut count) = (String::new(), 0);
    for line in brief.stdout().lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let line = known.iter().fold(line.to_owned(), |line, (word, value)| line.replace(word, value));
        assert!(!line.contains("$TEST_ENV"), "{line}");
        if line.starts_with("export AGENT_ID=main;") {
            world.export("AGENT_ID", "main");
        }
        let output = world.run(&line);
        if output.code() != Some(0) {
            wrong.push_str(&format!("$ {line}\n{output}\n"));
        }
        count += 1;
    }
    assert!(wrong.is_empty() && count > 15, "{count} lines\n{wrong}");
}

#[test]
fn documents_use_the_words_of_the_glossary() {
    let docs = docs();
    let (docs, readme) = (docs.display(), docs.join("../README.md"));
    let world = World::with_repository();
    let found =
        world.run(&format!("tracker lint terms {docs} {} --terms {docs}/glossary.md", readme.display()));
    assert_eq!((found.code(), found.stdout().as_str()), (Some(0), "no findings\n"), "{found}");
}

#[test]
fn rows_are_read_with_their_bars() {
    let text = "| old | new |\n|---|---|\n| `a \\| b` | `c \\| d` |\n| plain | `x` |\n";
    assert_eq!(rows(text), [("a | b".to_owned(), "c | d".to_owned())]);
}

#[test]
fn pages_link_to_what_is_there() {
    for path in ["SOP/uat-opener.md", "SOP/week-0.md", "SOP/session-close.md", "from-the-python-tool.md"] {
        let text = page(path);
        let folder = docs().join(path).parent().expect("a page lies in a folder").to_path_buf();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            assert!(
                target.starts_with("https://") || folder.join(file).exists(),
                "docs/{path}: {target} is not there"
            );
        }
    }
}
