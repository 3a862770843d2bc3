//! One scenario's world: a closed folder, a clock, a lane, the last output.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tracker_test_support::{Output, TestEnv};

pub(crate) const DATA: &str = "data/week0/live";

#[derive(Debug, cucumber::World)]
#[world(init = Self::create)]
pub(crate) struct World {
    pub(crate) env: TestEnv,
    pub(crate) lane: Option<String>,
    pub(crate) last: Option<Output>,
    pub(crate) outputs: String,
    pub(crate) five_reset: Option<DateTime<Utc>>,
    pub(crate) sessions: u32,
    pub(crate) first_pane: Option<String>,
    pub(crate) old_bytes: BTreeMap<String, Vec<u8>>,
    /// The files of the folder that the tool runs in, as they were.
    pub(crate) old_files: Vec<String>,
    /// Percent used that the next window of this scenario starts from: five-hour bar, weekly bar.
    pub(crate) used: (i64, i64),
}

impl World {
    fn create() -> Self {
        Self {
            env: TestEnv::new(env!("CARGO_BIN_EXE_tracker")),
            lane: None,
            last: None,
            outputs: String::new(),
            five_reset: None,
            sessions: 0,
            first_pane: None,
            old_bytes: BTreeMap::new(),
            old_files: Vec::new(),
            used: (3, 10),
        }
    }

    /// Runs a command line as it stands in a scenario, with `stdin` piped in.
    pub(crate) fn run(&mut self, line: &str, stdin: Option<&str>) {
        let words = words(line);
        assert_eq!(words.first().map(String::as_str), Some("tracker"), "{line}");
        let mut call = self.env.invoke(&words[1..]);
        if let Some(lane) = &self.lane {
            call = call.env("AGENT_ID", lane);
        }
        let output = call.stdin(stdin.unwrap_or_default()).run();
        self.outputs.push_str(&format!("{output}"));
        self.last = Some(output);
    }

    pub(crate) fn last(&self) -> &Output {
        self.last.as_ref().expect("a command was run")
    }

    /// Returns when the five-hour bar resets: the running window's end, or five hours from now once it is over.
    pub(crate) fn five_hour_reset(&mut self) -> DateTime<Utc> {
        let now = self.env.now();
        let reset = self.five_reset.filter(|reset| *reset > now).unwrap_or(now + TimeDelta::hours(4));
        self.five_reset = Some(reset);
        reset
    }

    /// Returns a session id that no earlier pane of the scenario had.
    pub(crate) fn next_session(&mut self) -> String {
        self.sessions += 1;
        format!("01a1c{:03x}-1000-7c11-8399-fda750{:06x}", self.sessions, self.sessions * 7919)
    }

    /// Returns the data rows of a ledger (not the rows by which the ledger keeps its own books).
    pub(crate) fn rows(&self, file: &str) -> Vec<Value> {
        let path = format!("{DATA}/{file}");
        if !self.env.work().join(&path).exists() {
            return Vec::new();
        }
        let text = self.env.read(&path);
        let rows = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        rows.filter(|row| row.get("adopt").is_none()).collect()
    }
}

/// Splits a command line at blanks; double quotes keep blanks, `\u{..}` inside of them is a character.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut open) = (Vec::new(), String::new(), false, false);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some((code, after)) = rest.strip_prefix("\\u{").and_then(|tail| tail.split_once('}')) {
            word.push(char::from_u32(u32::from_str_radix(code, 16).expect("hex")).expect("a character"));
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => (quoted, open) = (!quoted, true),
            ' ' if !quoted => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            _ => word.push(c),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    words
}
