//! A closed world with a data dir, panes with given numbers, and outputs that read the same on every machine.

use std::cell::{Cell, RefCell};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tracker_test_support::{Invocation, Output, TestEnv, fixture};

use crate::pane;

/// The data dir below the world's `work`.
pub(crate) const DATA: &str = "data/week0/live";

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) env: TestEnv,
    lane: RefCell<Option<String>>,
    sessions: Cell<u32>,
    five_reset: Cell<Option<DateTime<Utc>>>,
    used: Cell<(i64, i64)>,
}

impl World {
    /// Returns an empty world on a Friday at ten.
    pub(crate) fn new() -> Self {
        let env = TestEnv::new(env!("CARGO_BIN_EXE_tracker"));
        env.set_now("2026-11-20T10:00:00Z");
        Self {
            env,
            lane: RefCell::default(),
            sessions: Cell::new(0),
            five_reset: Cell::new(None),
            used: Cell::new((3, 10)),
        }
    }

    /// Sets `AGENT_ID` of the following commands.
    pub(crate) fn lane(&self, lane: &str) -> &Self {
        *self.lane.borrow_mut() = Some(lane.to_owned());
        self
    }

    /// Returns a call of the tool; words stand between blanks, and `_` is a blank inside of a word.
    pub(crate) fn call(&self, line: &str) -> Invocation {
        let words: Vec<String> = line.split_whitespace().map(|word| word.replace('_', " ")).collect();
        let call = self.env.invoke(&words);
        match &*self.lane.borrow() {
            Some(lane) => call.env("AGENT_ID", lane),
            None => call,
        }
    }

    /// Runs a command line with nothing on standard input.
    pub(crate) fn run(&self, line: &str) -> Output {
        self.call(line).run()
    }

    /// Runs a command line with `stdin` piped in.
    pub(crate) fn pipe(&self, line: &str, stdin: impl Into<Vec<u8>>) -> Output {
        self.call(line).stdin(stdin).run()
    }

    /// Runs a command line that must succeed, and returns its standard output.
    #[track_caller]
    pub(crate) fn good(&self, line: &str, stdin: impl Into<Vec<u8>>) -> String {
        self.pipe(line, stdin).success()
    }

    /// Returns a fresh codex pane with these percentages used.
    pub(crate) fn codex(&self, five: i64, weekly: i64) -> String {
        let now = self.env.now();
        let reset = self.five_reset.get().filter(|reset| *reset > now).unwrap_or(now + TimeDelta::hours(4));
        self.five_reset.set(Some(reset));
        self.sessions.set(self.sessions.get() + 1);
        let n = self.sessions.get();
        pane::codex(five, reset, weekly, &format!("01a1c{n:03x}-1000-7c11-8399-fda750{:06x}", n * 7919))
    }

    /// Opens and closes a codex window that used `pp` of the weekly bar and 2 more of the five-hour bar.
    pub(crate) fn pair(&self, window: &str, pp: i64) {
        let (five, weekly) = self.used.get();
        self.good(&format!("alias start codex --window {window}"), self.codex(five, weekly));
        self.env.advance(3600);
        self.good(&format!("alias end codex --window {window}"), self.codex(five + pp + 2, weekly + pp));
        self.used.set((3, weekly + pp));
        self.env.advance(5 * 3600);
    }

    /// Pairs a codex window and finalizes it with `features`.
    pub(crate) fn window(&self, window: &str, pp: i64, features: u32) {
        self.pair(window, pp);
        self.good(
            &format!("complete --window {window} --codex-features {features} --quality 1 --outcome pass"),
            "",
        );
    }

    /// Returns the data rows of a ledger, without those by which it keeps its own books.
    pub(crate) fn rows(&self, file: &str) -> Vec<Value> {
        if !self.env.work().join(DATA).join(file).exists() {
            return Vec::new();
        }
        let text = self.env.read(format!("{DATA}/{file}"));
        let rows = text.lines().map(|line| serde_json::from_str(line).expect("every line is a row"));
        rows.filter(|row: &Value| row.get("adopt").is_none()).collect()
    }

    /// Returns the JSON that a command prints.
    #[track_caller]
    pub(crate) fn json(&self, line: &str, stdin: impl Into<Vec<u8>>) -> Value {
        serde_json::from_str(&self.good(&format!("{line} --format json"), stdin)).expect("JSON")
    }

    /// Returns every file of the world with its bytes, but what is made anew at will: locks, caches, quarantine.
    pub(crate) fn kept(&self) -> Vec<(String, Vec<u8>)> {
        let passing = |name: &String| {
            !(name.contains("/.index/") || name.contains("/quarantine/") || name.ends_with(".lock"))
        };
        let root = self.env.work();
        let root = root.parent().expect("a world");
        let with_bytes = |name: String| {
            let bytes = std::fs::read(root.join(&name)).unwrap_or_default();
            (name, bytes)
        };
        self.env.files().into_iter().filter(passing).map(with_bytes).collect()
    }

    /// Returns the texts that were refused and kept.
    pub(crate) fn quarantined(&self) -> Vec<String> {
        let names = self.env.files().into_iter().filter(|name| name.contains("/quarantine/refused-"));
        names.map(|name| self.env.read(format!("../{name}"))).collect()
    }
}

/// Returns a capture of the demo as text.
pub(crate) fn week0(name: &str) -> String {
    String::from_utf8(fixture(&format!("demo/week0/{name}"))).expect("a capture is UTF-8")
}

/// Returns an output in which what differs from run to run (hashes, pseudonyms) or from release to release
/// (lengths in bytes, the version) has a fixed name.
pub(crate) fn shown(output: &Output) -> String {
    let mut text = String::new();
    let mut word = String::new();
    for c in format!("{output}").chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        let is_hash = word.len() >= 8 && word.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
        match is_hash {
            // Decimals: the last ones may differ between machines.
            true if text.ends_with('.') => text.push_str(&word[..4]),
            true => text.push_str("HASH"),
            false => text.push_str(&word),
        }
        word.clear();
        text.push(c);
    }
    text.pop();
    text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
    ["\"bytes\":", "\"len\":"].iter().fold(text, |text, key| without_number(&text, key))
}

fn without_number(text: &str, key: &str) -> String {
    let mut parts = text.split(key);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        out.push_str(&format!("{key} N{rest}"));
    }
    out
}

/// Asserts that a failure is told as it should be: its exit code, one `error:` line, a hint, nothing on stdout.
#[track_caller]
pub(crate) fn assert_told(output: &Output, exit: i32, what: &str) {
    let stderr = output.stderr();
    let lines = |start: &str| stderr.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(output.code(), Some(exit), "{what}\n{output}");
    assert_eq!(lines("error: "), 1, "{what}\n{output}");
    assert!(lines("hint: ") >= 1, "{what}: no hint\n{output}");
    assert!(!stderr.contains("panicked") && !stderr.contains("internal"), "{what}\n{output}");
    assert!(stderr.len() < 2000, "{what}: {} bytes are no clear line\n{output}", stderr.len());
    let odd = stderr.chars().find(|c| c.is_control() && *c != '\n');
    assert!(odd.is_none(), "{what}: {odd:?} reaches the terminal\n{output}");
    assert_eq!(output.stdout(), "", "{what}");
}
