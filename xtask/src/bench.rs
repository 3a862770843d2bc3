//! `bench`: ratios of two measurements made side by side in one run, so that the verdict holds on any machine.

mod bca;
mod big_ledger;
mod cleaning;
mod ledger;
mod main_loop;
mod scan;
mod telemetry;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    Failure,
    demo::{self, Home},
};

/// Something that can be measured by its name.
struct Entry {
    name: &'static str,
    /// False for what takes minutes: it runs only when it is named.
    by_default: bool,
    run: fn(&Home) -> Result<Vec<Found>, Failure>,
}

const ENTRIES: &[Entry] = &[
    Entry { name: "cleaning", by_default: true, run: cleaning::run },
    Entry { name: "loop", by_default: true, run: main_loop::run },
    Entry { name: "scan", by_default: false, run: scan::run },
    Entry { name: "ledger", by_default: true, run: ledger::run },
    Entry { name: "telemetry", by_default: true, run: telemetry::run },
    Entry { name: "telemetry-10m", by_default: false, run: telemetry::run_large },
    Entry { name: "bootstrap", by_default: true, run: bca::run },
];

/// One measured ratio, or why there is none.
pub(crate) struct Found {
    name: &'static str,
    result: Result<f64, String>,
    bound: Bound,
}

#[derive(Clone, Copy)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Found {
    /// A ratio that may not be larger than `most`.
    fn at_most(name: &'static str, ratio: f64, most: f64) -> Self {
        Self { name, result: Ok(ratio), bound: Bound::AtMost(most) }
    }

    /// A ratio that may not be smaller than `least`.
    fn at_least(name: &'static str, ratio: f64, least: f64) -> Self {
        Self { name, result: Ok(ratio), bound: Bound::AtLeast(least) }
    }

    /// What cannot be measured on this machine.
    fn not_run(name: &'static str, least: f64, why: &str) -> Self {
        Self { name, result: Err(why.to_owned()), bound: Bound::AtLeast(least) }
    }

    fn verdict(&self) -> &'static str {
        match (&self.result, self.bound) {
            (Err(_), _) => "NOT RUN",
            (Ok(ratio), Bound::AtMost(most)) if *ratio <= most => "ok",
            (Ok(ratio), Bound::AtLeast(least)) if *ratio >= least => "ok",
            (Ok(_), Bound::AtMost(_)) => "TOO LARGE",
            (Ok(_), Bound::AtLeast(_)) => "TOO SMALL",
        }
    }

    fn text(&self) -> String {
        let bound = match self.bound {
            Bound::AtMost(most) => format!("at most {most:>6.2}"),
            Bound::AtLeast(least) => format!("at least {least:>5.2}"),
        };
        let (ratio, why) = match &self.result {
            Ok(ratio) => (format!("{ratio:.2}"), String::new()),
            Err(why) => ("-".to_owned(), format!(": {why}")),
        };
        format!("{:<58} {ratio:>7}  {bound}  {}{why}", self.name, self.verdict())
    }

    fn json(&self, entry: &str) -> String {
        let (at_most, at_least) = match self.bound {
            Bound::AtMost(most) => (Some(most), None),
            Bound::AtLeast(least) => (None, Some(least)),
        };
        let (ratio, why) = (self.result.as_ref().ok(), self.result.as_ref().err());
        json!({"entry": entry, "name": self.name, "ratio": ratio, "at_most": at_most, "at_least": at_least,
               "verdict": self.verdict(), "why": why})
        .to_string()
    }
}

/// Measures the named entries, or all quick ones; a line a ratio, and a failure when one is out of its bound.
pub(crate) fn run(words: &[&str]) -> Result<(), Failure> {
    let as_json = words.contains(&"--json");
    let named: Vec<&str> = words.iter().copied().filter(|word| *word != "--json").collect();
    let known = || ENTRIES.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
    if let Some(unknown) = named.iter().find(|name| ENTRIES.iter().all(|entry| entry.name != **name)) {
        return Err(format!("no such entry: {unknown}; there are {}", known()));
    }
    let is_wanted =
        |entry: &&Entry| if named.is_empty() { entry.by_default } else { named.contains(&entry.name) };
    demo::build()?;
    let home = Home::new()?;
    let mut failed = Vec::new();
    for entry in ENTRIES.iter().filter(is_wanted) {
        for found in (entry.run)(&home)? {
            println!("{}", if as_json { found.json(entry.name) } else { found.text() });
            if found.verdict().starts_with("TOO") {
                failed.push(found.name);
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("out of bounds: {}", failed.join("; "))) }
}

/// Returns how long a command took; it must succeed.
fn time(command: &mut Command) -> Result<Duration, Failure> {
    let started = Instant::now();
    let output = command.output().map_err(|e| format!("cannot start {command:?}: {e}"))?;
    let taken = started.elapsed();
    if output.status.success() {
        return Ok(taken);
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Runs a command of a [`Home`] under GNU time and returns how long it took and its peak memory in KiB, where that program is there.
fn time_and_peak(command: &Command) -> Result<(Duration, Option<f64>), Failure> {
    let gnu = std::path::Path::new("/usr/bin/time");
    let mut timed = Command::new(if gnu.exists() { gnu.as_os_str() } else { command.get_program() });
    timed.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    timed.current_dir(command.get_current_dir().unwrap_or(std::path::Path::new(".")));
    if gnu.exists() {
        timed.args(["-f", "%M"]).arg(command.get_program());
    }
    timed.args(command.get_args());
    let started = Instant::now();
    let output = timed.output().map_err(|e| format!("cannot start {timed:?}: {e}"))?;
    let (taken, said) = (started.elapsed(), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return Err(format!("{timed:?} failed: {said}"));
    }
    let peak = said.lines().last().filter(|_| gnu.exists()).and_then(|last| last.trim().parse().ok());
    Ok((taken, peak))
}

/// Returns above / below.
fn ratio(above: Duration, below: Duration) -> f64 {
    above.as_secs_f64() / below.as_secs_f64().max(f64::EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_out_of_its_bound_is_told_and_what_did_not_run_is_no_ok() {
        let verdicts = [
            Found::at_most("x", 1.0, 2.0),
            Found::at_most("x", 3.0, 2.0),
            Found::at_least("x", 1.0, 2.0),
            Found::not_run("x", 2.0, "no python"),
        ]
        .map(|found| found.verdict());
        assert_eq!(verdicts, ["ok", "TOO LARGE", "TOO SMALL", "NOT RUN"]);
        let found = Found::not_run("x", 2.0, "no python");
        assert!(found.text().ends_with("NOT RUN: no python"));
        let line: serde_json::Value = serde_json::from_str(&found.json("e")).expect("JSON");
        assert_eq!((line["verdict"].as_str(), line["ratio"].is_null()), (Some("NOT RUN"), true));
    }

    #[test]
    fn an_unknown_entry_is_refused_before_anything_is_built() {
        let told = run(&["bootstrp"]).expect_err("no such entry");
        assert!(told.contains("no such entry: bootstrp") && told.contains("telemetry-10m"), "{told}");
    }
}
