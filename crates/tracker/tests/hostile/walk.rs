//! Every committed hostile input through every command that reads it: an answer or a clear line, never a fault.

use tracker_test_support::{Output, TestEnv, fixtures};

use crate::{DATA, holds_no_controls, pane, start, world};

const KINDS: [&str; 8] = ["auto", "codex", "claude", "claude-monitor", "ccusage", "glm", "gemini", "proxy"];
const LEDGERS: [&str; 9] = [
    "snapshots",
    "windows",
    "glm_counts",
    "anomalies",
    "codex_ccusage",
    "claude_monitor",
    "proxy_telemetry",
    "churn",
    "evidence",
];
const READERS: [&[&str]; 8] = [
    &["verify"],
    &["preview"],
    &["preview", "--format", "json"],
    &["window-audit", "--window", "W0-01"],
    &["compare"],
    &["power"],
    &["cls", "--window", "W0-01"],
    &["replay", "--replicates", "20"],
];

fn named(ending: &str, folder: &str) -> Vec<(String, Vec<u8>)> {
    let found: Vec<_> = fixtures(&format!("hostile/{folder}"), ending)
        .into_iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    assert!(found.len() >= 20, "{folder} holds {} inputs", found.len());
    found
}

/// What a command says when it did not do its work: one line, and what to do about it.
fn is_clear(what: &str, output: &Output, codes: &[i32]) {
    let code = output.code().unwrap_or(-1);
    assert!(codes.contains(&code), "{what}: {output}");
    assert!(!output.stderr().contains("internal fault"), "{what}: {output}");
    holds_no_controls(output);
    if (1..=3).contains(&code) {
        let said = output.stderr();
        assert!(said.lines().any(|line| line.starts_with("error: ")), "{what}: {output}");
        assert!(said.contains("hint: "), "{what}: {output}");
    }
}

#[test]
fn every_hostile_capture_is_read_or_refused_clearly() {
    for (name, bytes) in named("", "captures") {
        for kind in KINDS {
            let output = world().tracker_with_stdin(&["parse", kind, "--stdin"], bytes.clone());
            is_clear(&format!("parse {kind} {name}"), &output, &[0, 1]);
        }
        let env = world();
        for kind in &KINDS[1..] {
            let words = ["ingest", kind, "--window", "W0-01", "--phase", "before", "--stdin"];
            is_clear(
                &format!("ingest {kind} {name}"),
                &env.tracker_with_stdin(&words, bytes.clone()),
                &[0, 1, 2, 3],
            );
        }
        for kind in ["proxy-telemetry", "codex-ccusage", "claude-monitor"] {
            let words = ["ingest", kind, "--window", "W0-01", "--stdin"];
            is_clear(
                &format!("ingest {kind} {name}"),
                &env.tracker_with_stdin(&words, bytes.clone()),
                &[0, 1, 2, 3],
            );
        }
        let words = ["alias", "start", "codex", "--window", "W0-02", "--stdin", "--force"];
        is_clear(&format!("alias start {name}"), &env.tracker_with_stdin(&words, bytes), &[0, 1, 3]);
        let verified = env.tracker(&["verify"]);
        assert_eq!(verified.code(), Some(0), "after {name}: {verified}");
    }
}

/// Lays a hostile ledger out and runs one reader.
fn read(ledger: &str, bytes: &[u8], words: &[&str]) -> Output {
    let env: TestEnv = world();
    env.write(format!("{DATA}/{ledger}.jsonl"), bytes);
    env.tracker(words)
}

#[test]
fn every_hostile_row_is_survived_by_every_reader() {
    for (name, bytes) in named("jsonl", "rows") {
        for ledger in LEDGERS {
            let readers =
                if ledger == "snapshots" || ledger == "windows" { &READERS[..] } else { &READERS[..3] };
            for words in readers {
                let output = read(ledger, &bytes, words);
                is_clear(&format!("{} on {ledger} of {name}", words.join(" ")), &output, &[0, 1, 3, 4]);
                if words == &["verify"] && output.code() == Some(4) {
                    assert!(output.stdout().contains(&format!("{ledger}.jsonl")), "{name}: {output}");
                }
            }
        }
    }
}

#[test]
fn a_hostile_ledger_takes_the_next_row_or_says_why_not() {
    for (name, bytes) in named("jsonl", "rows") {
        let env = world();
        let path = env.write(format!("{DATA}/snapshots.jsonl"), &bytes);
        let output = start(&env, "W5-01");
        is_clear(&name, &output, &[0, 1, 3, 4]);
        let now = std::fs::read(path).unwrap();
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        assert!(now.starts_with(&bytes[..whole]), "{name}: what stood there was changed");
        let stored = String::from_utf8_lossy(&now).contains("W5-01");
        assert_eq!(stored, output.code() == Some(0), "{name}: {output}");
    }
}

#[test]
fn a_setting_or_a_state_of_any_bytes_is_a_clear_error() {
    for (name, bytes) in named("", "captures") {
        let env = world();
        env.write("tracker.toml", &bytes);
        is_clear(&format!("tracker.toml of {name}"), &env.tracker(&["preview"]), &[0, 1, 2]);
        let env = world();
        env.write(format!("{DATA}/state/codex.json"), &bytes);
        let words = ["alias", "end", "codex", "--stdin"];
        is_clear(&format!("state of {name}"), &env.tracker_with_stdin(&words, pane()), &[0, 1, 2, 3]);
    }
}
