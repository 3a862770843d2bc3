//! What the README shows is run: its console blocks, its picture, its links.
#![cfg(unix)]

#[path = "readme/picture.rs"]
mod picture;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tracker_test_support::{TestEnv, blocks, commands, fixture, shows};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("the README is there")
}

/// A world in which `tracker`, `cargo run … --` and `codex /status` are commands.
fn world() -> TestEnv {
    let env = TestEnv::new("/bin/sh");
    env.set_now("2026-11-20T10:00:00Z");
    let tool = env!("CARGO_BIN_EXE_tracker");
    let before = String::from_utf8(fixture("demo/week0/codex_W0-01_before.txt")).expect("UTF-8");
    let after = String::from_utf8(fixture("demo/week0/codex_W0-01_after.txt")).expect("UTF-8");
    env.write("panes/before", before.replace("14:46 on 16 Nov", "14:46 on 27 Nov"));
    env.write("panes/after", after.replace("14:46 on 16 Nov", "14:46 on 27 Nov"));
    let work = env.work().display().to_string();
    let scripts = [
        ("tracker", format!("exec '{tool}' \"$@\"")),
        // `cargo run --release --bin tracker -- demo`: everything before `--` chooses the binary.
        ("cargo", format!("while [ \"$1\" != -- ]; do shift; done; shift; exec '{tool}' \"$@\"")),
        (
            "codex",
            format!(
                "if [ -e {work}/seen ]; then cat {work}/panes/after; else touch {work}/seen; cat {work}/panes/before; fi"
            ),
        ),
    ];
    for (name, script) in scripts {
        let path = env.write(format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a script can be made to run");
    }
    env
}

#[test]
fn console_blocks_print_what_they_show() {
    let env = world();
    let path = format!("{}:{}", env.work().join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let blocks = blocks(&readme(), "console");
    assert!(blocks.len() >= 3, "the README shows its commands");
    for block in blocks {
        // Inside of the demo's output `$ tracker` is output.
        for (command, expected) in commands(&block, |command| command.ends_with("-- demo")) {
            let output = env.invoke(&["-c", &command]).env("PATH", &path).env("TMPDIR", env.work()).run();
            assert_eq!(output.code(), Some(0), "$ {command}\n{output}");
            assert!(
                shows(&expected, &output.stdout()),
                "$ {command}\nshown:\n{expected}\nprinted:\n{output}"
            );
            env.advance(1800);
        }
    }
}

#[test]
fn the_two_set_up_commands_are_shown_and_ci_runs_the_second() {
    let text = readme();
    assert!(text.contains("cargo run --release --bin tracker -- demo"));
    assert!(text.contains("cargo xtask uat"));
    let ci = fs::read_to_string(root().join(".ci/run")).expect(".ci/run is there");
    let commands: Vec<&str> = ci.lines().filter(|line| line.starts_with("cargo")).collect();
    assert_eq!(commands, ["cargo xtask uat"]);
}

#[test]
fn links_lead_somewhere() {
    let text = readme();
    for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(target.starts_with("https://") || root().join(target).exists(), "{target} is not there");
    }
}

#[test]
fn the_table_of_commands_is_whole() {
    let readme = fs::read_to_string(root().join("README.md")).expect("a readme");
    let (_, table) = readme.split_once("| to | commands of `tracker` |").expect("the table");
    let (table, _) = table.split_once("\n\n").expect("its end");
    let help = TestEnv::new(env!("CARGO_BIN_EXE_tracker")).tracker(&["help"]).success();
    let (_, verbs) = help.split_once("Commands:\n").expect("the list of commands");
    let (verbs, _) = verbs.split_once("\n\n").expect("its end");
    let verbs: Vec<&str> = verbs.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for verb in verbs.iter().filter(|verb| **verb != "help") {
        assert!(table.contains(&format!("`{verb}`")), "{verb} is not in the table");
    }
    let named =
        table.lines().filter_map(|line| line.rsplit_once(" | ")).flat_map(|(_, cell)| cell.split('`'));
    for verb in named.map(str::trim).filter(|word| !word.is_empty() && *word != "|" && !word.contains('-')) {
        assert!(verbs.contains(&verb), "{verb} is no command");
    }
}

#[test]
fn the_picture_is_what_the_demo_prints() {
    let env = TestEnv::new(env!("CARGO_BIN_EXE_tracker"));
    let output = env.tracker(&["demo", "--dir", "week0"]).success();
    let (_, preview) = output.split_once("$ tracker preview\n").expect("the demo shows its preview");
    let (preview, _) = preview.split_once("\n\n").expect("and then verifies");
    let picture = picture::svg("$ tracker preview", preview);
    let path = root().join("docs/preview.svg");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        tracker_ledger::atomic::write(&path, picture.as_bytes()).expect("the picture can be written");
    }
    let stored = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == picture,
        "docs/preview.svg is stale: UPDATE_DOCS=1 cargo test -p tracker --test readme"
    );
}
