//! What a goal found, as one JSON line.

use std::fmt::Display;

use crate::Failure;

/// How many violations are told; all are counted.
const TOLD: usize = 5;

/// The outcome of one goal.
#[derive(Debug)]
pub(super) struct Report {
    goal: &'static str,
    rounds: u64,
    seed: u64,
    violations: Vec<String>,
    figures: String,
    not_run: Option<String>,
}

impl Report {
    pub(super) fn new(goal: &'static str, rounds: u64, seed: u64) -> Self {
        Self { goal, rounds, seed, violations: Vec::new(), figures: String::new(), not_run: None }
    }

    /// A goal that this machine cannot run: no success, but no failure of the ledger either.
    pub(super) fn not_run(goal: &'static str, why: impl Into<String>) -> Self {
        let mut report = Self::new(goal, 0, 0);
        report.not_run = Some(why.into());
        report
    }

    pub(super) fn set_rounds(&mut self, rounds: u64) {
        self.rounds = rounds;
    }

    /// Adds a number under a name.
    pub(super) fn figure(&mut self, name: &str, value: impl Display) {
        self.figures.push_str(&format!(",{name:?}:{value}"));
    }

    /// Adds a violation of the promise.
    pub(super) fn violation(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }

    pub(super) fn check(&mut self, held: Result<(), String>) {
        self.violations.extend(held.err());
    }

    pub(super) fn violations(&self) -> usize {
        self.violations.len()
    }

    fn json(&self) -> String {
        let quoted = |text: &str| {
            let safe: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("\"{}\"", safe.replace('\\', "\\\\").replace('"', "\\\""))
        };
        let Self { goal, rounds, seed, figures, .. } = self;
        if let Some(why) = &self.not_run {
            return format!("{{\"goal\":{goal:?},\"not_run\":{}}}", quoted(why));
        }
        let count = self.violations.len();
        let first: Vec<String> = self.violations.iter().take(TOLD).map(|what| quoted(what)).collect();
        let first =
            if first.is_empty() { String::new() } else { format!(",\"first\":[{}]", first.join(",")) };
        format!(
            "{{\"goal\":{goal:?},\"rounds\":{rounds},\"seed\":{seed},\"violations\":{count}{figures}{first}}}"
        )
    }

    /// Prints the line; fails when anything promised is not so.
    pub(super) fn told(&self) -> Result<(), Failure> {
        println!("{}", self.json());
        if let Some(why) = &self.not_run {
            eprintln!("NOT RUN: {}: {why}", self.goal);
        }
        match self.violations.len() {
            0 => Ok(()),
            count => Err(format!("{}: {count} violations of the promise", self.goal)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_all_and_tells_the_first() {
        let mut report = Report::new("kill", 7, 1);
        report.figure("acks", 12);
        assert_eq!(report.json(), r#"{"goal":"kill","rounds":7,"seed":1,"violations":0,"acks":12}"#);
        assert!(report.told().is_ok());
        (0..9).for_each(|n| report.violation(format!("row \"{n}\"\n")));
        assert!(
            report
                .json()
                .ends_with(r#""first":["row \"0\" ","row \"1\" ","row \"2\" ","row \"3\" ","row \"4\" "]}"#)
        );
        assert!(report.told().unwrap_err().contains("9 violations"));
        assert_eq!(Report::not_run("power", "no root").json(), r#"{"goal":"power","not_run":"no root"}"#);
    }
}
