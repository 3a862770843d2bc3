//! What a run said, as one JSON line.

use std::time::Duration;

use crate::Failure;

use super::engine::Plan;

/// Lines of a finding that are shown.
const SHOWN: usize = 12;

/// What is heard of a run, line by line.
#[derive(Debug, Default)]
pub(super) struct Heard {
    runs: u64,
    slowest_s: u64,
    peak_mib: u64,
    branches: u64,
    /// The file of the finding.
    kept: Option<String>,
    /// What it said from a panic or an error on.
    said: Vec<String>,
}

impl Heard {
    pub(super) fn line(&mut self, line: &str) {
        let number = |text: &str| text.split_whitespace().next().and_then(|word| word.parse().ok());
        let after = |word: &str| line.split_once(word).and_then(|(_, rest)| number(rest));
        if let Some(runs) = after("stat::number_of_executed_units:") {
            self.runs = runs;
        } else if let Some(seconds) = after("stat::slowest_unit_time_sec:") {
            self.slowest_s = seconds;
        } else if let Some(peak) = after("stat::peak_rss_mb:") {
            self.peak_mib = peak;
        } else if let Some(branches) = after(" cov: ") {
            self.branches = branches;
        } else if let Some((_, path)) = line.split_once("Test unit written to ") {
            self.kept = Some(path.trim().to_owned());
        }
        let tells = line.contains("panicked at") || line.contains("ERROR: ") || line.starts_with("error");
        if tells || (!self.said.is_empty() && self.said.len() < SHOWN) {
            self.said.push(line.to_owned());
        }
    }

    pub(super) fn report(self, target: &str, plan: Plan, took: Duration, ended_well: bool) -> Report {
        Report {
            target: target.to_owned(),
            seed: plan.seed,
            seconds: took.as_secs_f64(),
            ended_well,
            heard: self,
            not_run: None,
        }
    }
}

/// The outcome of one run.
#[derive(Debug)]
pub(super) struct Report {
    target: String,
    seed: u64,
    seconds: f64,
    ended_well: bool,
    heard: Heard,
    not_run: Option<String>,
}

impl Report {
    /// What this machine cannot run: no success, but no finding either.
    pub(super) fn not_run(target: &str, why: String) -> Self {
        let plan = Plan { seconds: 0, seed: 0 };
        let mut report = Heard::default().report(target, plan, Duration::ZERO, true);
        report.not_run = Some(why);
        report
    }

    fn json(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let target = quoted(&self.target);
        if let Some(why) = &self.not_run {
            return format!("{{\"target\":{target},\"not_run\":{}}}", quoted(why));
        }
        let Heard { runs, slowest_s, peak_mib, branches, kept, .. } = &self.heard;
        let artefact =
            kept.as_deref().map(|path| format!(",\"artefact\":{}", quoted(path))).unwrap_or_default();
        format!(
            "{{\"target\":{target},\"runs\":{runs},\"seconds\":{:.0},\"findings\":{},\"seed\":{},\
             \"branches\":{branches},\"slowest_s\":{slowest_s},\"peak_mib\":{peak_mib}{artefact}}}",
            self.seconds,
            u8::from(!self.ended_well),
            self.seed,
        )
    }

    /// Prints the line; fails when something was found, or nothing was run.
    pub(super) fn told(&self) -> Result<(), Failure> {
        println!("{}", self.json());
        let target = &self.target;
        if let Some(why) = &self.not_run {
            eprintln!("NOT RUN: fuzz {target}: {why}");
            return Ok(());
        }
        if self.ended_well && self.heard.runs == 0 {
            return Err(format!("{target}: nothing was run"));
        }
        if self.ended_well {
            return Ok(());
        }
        let again = self.heard.kept.as_deref().map_or_else(String::new, |path| {
            format!("\nagain: cargo xtask fuzz --target {target} --input {path}")
        });
        Err(format!("{target}: a finding\n{}{again}", self.heard.said.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What libFuzzer prints, shortened.
    fn heard(lines: &[&str]) -> Heard {
        let mut heard = Heard::default();
        lines.iter().for_each(|line| heard.line(line));
        heard
    }

    const PLAN: Plan = Plan { seconds: 2, seed: 7 };

    #[test]
    fn a_run_without_a_finding_is_counted() {
        let heard = heard(&[
            "#2\tINITED cov: 118 ft: 119 corp: 1/1b exec/s: 0 rss: 40Mb",
            "#99\tDONE   cov: 321 ft: 800 corp: 9/99b lim: 4096 exec/s: 49 rss: 51Mb",
            "stat::number_of_executed_units: 18800",
            "stat::slowest_unit_time_sec:    1",
            "stat::peak_rss_mb:              51",
        ]);
        let report = heard.report("row", PLAN, Duration::from_secs(2), true);
        assert_eq!(
            report.json(),
            r#"{"target":"row","runs":18800,"seconds":2,"findings":0,"seed":7,"branches":321,"slowest_s":1,"peak_mib":51}"#
        );
        assert_eq!(report.told(), Ok(()));
    }

    #[test]
    fn a_finding_fails_with_its_words_and_its_file() {
        let lines = [
            "thread '<unnamed>' panicked at src/control.rs:21:5:",
            "the planted fault",
            "==1== ERROR: libFuzzer: deadly signal",
            "artifact_prefix='x/'; Test unit written to x/crash-96\"1",
            "stat::number_of_executed_units: 18",
        ];
        let report = heard(&lines).report("control", PLAN, Duration::from_secs(2), false);
        assert!(report.json().contains(r#""findings":1,"#), "{}", report.json());
        assert!(report.json().ends_with(r#""artefact":"x/crash-96\"1"}"#), "{}", report.json());
        let why = report.told().unwrap_err();
        assert!(why.contains("the planted fault") && why.contains("--input x/crash-96\"1"), "{why}");
    }

    #[test]
    fn a_run_of_nothing_is_no_success() {
        let report = heard(&[]).report("row", PLAN, Duration::ZERO, true);
        assert!(report.told().unwrap_err().contains("nothing was run"));
        assert!(heard(&[]).report("row", PLAN, Duration::ZERO, false).told().is_err());
        let report = Report::not_run("all", "no \"c++\"".to_owned());
        assert_eq!(
            (report.json().as_str(), report.told()),
            (r#"{"target":"all","not_run":"no \"c++\""}"#, Ok(()))
        );
    }
}
