//! The command lines that close a window, with its own names filled in.

use std::collections::{BTreeMap, BTreeSet};

use tracker_domain::{Lane, ProviderId, WindowId};
use tracker_windows::needs::{Missing, Need, OpenWindow};

use super::WindowBrief;

/// Prints a pane that somebody kept.
const PANE: &str = "cat PANE";

/// Writes command lines for one data dir.
///
/// ```
/// use tracker_workflow::handoff::Command;
/// let command = Command { folders: vec!["--data-dir".into(), "/w/my data".into()] };
/// assert_eq!(command.tracker(&["verify"]), "tracker --data-dir '/w/my data' verify");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    /// The folders as words: `--data-dir`, its path, and `--ledger-dir` where that one is not found by itself.
    pub folders: Vec<String>,
}

impl Command {
    /// Returns a command line of `tracker`.
    #[must_use]
    pub fn tracker(&self, words: &[&str]) -> String {
        self.tool("tracker", words)
    }

    /// Returns a command line of any tool that takes the folders.
    #[must_use]
    pub fn tool(&self, tool: &str, words: &[&str]) -> String {
        let folders = self.folders.iter().map(String::as_str);
        let words = [tool].into_iter().chain(folders).chain(words.iter().copied());
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }

    /// Returns a command line that reads what `source` prints, as one lane. The lane is set for the reader alone.
    fn piped(&self, source: &str, lane: Option<&Lane>, words: &[&str]) -> String {
        format!("{source} | {}{}", as_lane(lane), self.tracker(words))
    }
}

/// Returns what sets the lane for the one command that follows.
fn as_lane(lane: Option<&Lane>) -> String {
    lane.map(|lane| format!("AGENT_ID={} ", quoted(lane.as_str()))).unwrap_or_default()
}

/// Returns a word as a POSIX shell takes it literally.
///
/// ```
/// use tracker_workflow::handoff::quoted;
/// assert_eq!((quoted("W0-20").as_str(), quoted("it's").as_str()), ("W0-20", "'it'\\''s'"));
/// ```
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// How the meter of a provider is had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MeterSource {
    /// A command prints it: its command line.
    Printed(String),
    /// A client draws it on a terminal, where `tracker capture` reads it: the kind to capture.
    Drawn(String),
    /// Only a person can fetch it.
    ByHand,
}

/// What is known of an open window beside its readings.
#[derive(Debug, Clone, Default)]
pub struct OpenWork {
    /// Blocking anomalies, in words.
    pub blocking: Vec<String>,
    /// Features logged as green, by provider.
    pub features: BTreeMap<ProviderId, u64>,
    /// Capabilities reserved for it that have no evidence yet.
    pub capabilities: BTreeSet<String>,
}

/// Returns what an open window needs. `meter` tells how a provider's meter is had.
#[must_use]
pub fn close_open(
    open: &OpenWindow,
    work: &OpenWork,
    meter: &dyn Fn(&ProviderId) -> MeterSource,
    command: &Command,
) -> WindowBrief {
    let window = &open.window;
    let mut commands: Vec<String> =
        open.needs.iter().flat_map(|need| supply(window, need, meter, command)).collect();
    if !work.blocking.is_empty() {
        commands.push(command.tracker(&["window-audit", "--window", window.as_str()]));
    }
    let features: Vec<String> = open
        .providers
        .iter()
        .map(|provider| match work.features.get(provider) {
            Some(count) => format!("{provider}={count}"),
            None => format!("{provider}=N"),
        })
        .collect();
    let mut words = vec!["complete", "--window", window.as_str()];
    words.extend(features.iter().flat_map(|pair| ["--features", pair.as_str()]));
    words.extend(["--outcome", "pass"]);
    commands.push(command.tracker(&words));
    let providers: Vec<&str> = open.providers.iter().map(ProviderId::as_str).collect();
    commands.extend(churn(window, &providers, command));
    commands.extend(evidence(window, &work.capabilities, command));
    commands.push(command.tracker(&["preview", "--window", window.as_str()]));
    commands.push(command.tool("decision-card", &["--window", window.as_str()]));
    let needs = open.needs.iter().map(ToString::to_string).chain(work.blocking.iter().cloned());
    WindowBrief { window: window.to_string(), is_finalized: false, needs: needs.collect(), commands }
}

/// A finalized window that lacks something.
#[derive(Debug, Clone)]
pub struct UnfinishedWork {
    /// The window.
    pub window: WindowId,
    /// Its providers without a churn row.
    pub without_churn: Vec<ProviderId>,
    /// Whether no evidence of it passes.
    pub lacks_evidence: bool,
    /// Capabilities reserved for it that have no evidence yet.
    pub capabilities: BTreeSet<String>,
}

/// Returns what a finalized window still needs; `None` when that is nothing.
#[must_use]
pub fn close_unfinished(work: &UnfinishedWork, command: &Command) -> Option<WindowBrief> {
    let (mut needs, mut commands) = (Vec::new(), Vec::new());
    if !work.without_churn.is_empty() {
        let providers: Vec<&str> = work.without_churn.iter().map(ProviderId::as_str).collect();
        needs.push(format!("churn of {}", providers.join(", ")));
        commands.extend(churn(&work.window, &providers, command));
    }
    if work.lacks_evidence {
        needs.push("passing evidence".to_owned());
        commands.extend(evidence(&work.window, &work.capabilities, command));
    }
    let window = work.window.to_string();
    (!needs.is_empty()).then_some(WindowBrief { window, is_finalized: true, needs, commands })
}

/// Returns the commands that supply one reading.
fn supply(
    window: &WindowId,
    need: &Need,
    meter: &dyn Fn(&ProviderId) -> MeterSource,
    command: &Command,
) -> Vec<String> {
    let (provider, lane) = (need.provider.as_str(), need.lane.as_ref());
    let window = window.as_str();
    let read = |phase: &str, verb: &str, notes: &[&str]| {
        let pane = [&["alias", verb, provider, "--stdin", "--window", window][..], notes].concat();
        match meter(&need.provider) {
            MeterSource::Printed(source) => vec![command.piped(&source, lane, &pane)],
            MeterSource::ByHand => vec![command.piped(PANE, lane, &pane)],
            MeterSource::Drawn(kind) => {
                let words = ["capture", kind.as_str(), "--phase", phase, "--window", window];
                let line = command.tracker(&[&words[..], notes].concat());
                vec![
                    format!("{}{line}", as_lane(lane)),
                    format!("# or, from a pane that is at hand: {}", command.piped(PANE, lane, &pane)),
                ]
            }
        }
    };
    let start = || read("before", "start", &[]);
    let end = || read("after", "end", &["--notes", "after-clean"]);
    match need.missing {
        Missing::After | Missing::SecondCount => end(),
        Missing::Before => {
            let kept = [
                "ingest",
                provider,
                "--stdin",
                "--window",
                window,
                "--phase",
                "before",
                "--captured-at",
                "TIME",
            ];
            let drop = ["alias", "delete", provider, "--phase", "after", "--window", window];
            vec![
                command.piped(PANE, lane, &kept),
                format!(
                    "# or, when no pane from before the work was kept: {}{}",
                    as_lane(lane),
                    command.tracker(&drop)
                ),
            ]
        }
        Missing::AnyReading => [start(), end()].concat(),
        // A need that this brief does not know yet is shown in words; the audit tells more.
        _ => vec![command.tracker(&["window-audit", "--window", window])],
    }
}

fn churn(window: &WindowId, providers: &[&str], command: &Command) -> Vec<String> {
    let line =
        |provider: &&str| command.tracker(&["churn", "--window", window.as_str(), "--provider", provider]);
    providers.iter().map(line).collect()
}

/// Returns one line a reserved capability, or one with a word in its place.
fn evidence(window: &WindowId, capabilities: &BTreeSet<String>, command: &Command) -> Vec<String> {
    let line = |capability: &str| {
        let words = ["evidence", "add", "--window", window.as_str(), "--capability", capability];
        let rest = ["--runner", "RUNNER", "--result", "pass", "--artifacts", "FILE"];
        command.tracker(&[&words[..], &rest[..]].concat())
    };
    if capabilities.is_empty() {
        return vec![line("CAPABILITY")];
    }
    capabilities.iter().map(|capability| line(capability)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(provider: &str, lane: Option<&str>, missing: Missing) -> Need {
        let lane = lane.map(|lane| lane.parse().unwrap());
        Need { provider: provider.parse().unwrap(), lane, missing }
    }

    fn open(needs: Vec<Need>) -> OpenWindow {
        OpenWindow {
            window: "W0-20".parse().unwrap(),
            providers: needs.iter().map(|need| need.provider.clone()).collect(),
            needs,
        }
    }

    fn command() -> Command {
        Command { folders: vec!["--data-dir".into(), "/w/data".into()] }
    }

    #[test]
    fn real_names_stand_in_every_line() {
        let work = OpenWork {
            features: [("acme".parse().unwrap(), 3)].into(),
            capabilities: ["login".to_owned()].into(),
            ..OpenWork::default()
        };
        let meter = |provider: &ProviderId| match provider.as_str() {
            "acme" => MeterSource::Drawn("acme".to_owned()),
            "counted" => MeterSource::Printed("count --json".to_owned()),
            _ => MeterSource::ByHand,
        };
        let needs = vec![
            need("acme", Some("sub1"), Missing::After),
            need("counted", None, Missing::SecondCount),
            need("other", None, Missing::After),
        ];
        let brief = close_open(&open(needs), &work, &meter, &command());
        let expected = [
            "AGENT_ID=sub1 tracker --data-dir /w/data capture acme --phase after --window W0-20 --notes after-clean",
            "# or, from a pane that is at hand: cat PANE | AGENT_ID=sub1 tracker --data-dir /w/data alias end acme --stdin --window W0-20 --notes after-clean",
            "count --json | tracker --data-dir /w/data alias end counted --stdin --window W0-20 --notes after-clean",
            "cat PANE | tracker --data-dir /w/data alias end other --stdin --window W0-20 --notes after-clean",
            "tracker --data-dir /w/data complete --window W0-20 --features acme=3 --features counted=N --features other=N --outcome pass",
            "tracker --data-dir /w/data churn --window W0-20 --provider acme",
            "tracker --data-dir /w/data churn --window W0-20 --provider counted",
            "tracker --data-dir /w/data churn --window W0-20 --provider other",
            "tracker --data-dir /w/data evidence add --window W0-20 --capability login --runner RUNNER --result pass --artifacts FILE",
            "tracker --data-dir /w/data preview --window W0-20",
            "decision-card --data-dir /w/data --window W0-20",
        ];
        assert_eq!(brief.commands, expected);
        assert_eq!(
            brief.needs,
            ["acme (lane sub1) needs after", "counted needs second prompt count", "other needs after"]
        );
    }

    #[test]
    fn an_after_without_a_before_has_two_ways_out() {
        let brief = close_open(
            &open(vec![need("acme", Some("sub1"), Missing::Before)]),
            &OpenWork { blocking: vec!["negative-delta of acme is blocking".into()], ..OpenWork::default() },
            &|_| MeterSource::ByHand,
            &command(),
        );
        assert!(brief.commands[0].contains("AGENT_ID=sub1 tracker"), "{:?}", brief.commands);
        assert!(
            brief.commands[1].starts_with("# or, ")
                && brief.commands[1].contains("alias delete acme --phase after")
        );
        assert!(
            brief.commands[2].ends_with("window-audit --window W0-20"),
            "a blocking anomaly is looked at first"
        );
        assert_eq!(brief.needs.len(), 2);
    }

    #[test]
    fn a_finalized_window_needs_churn_and_evidence_or_nothing() {
        let mut work = UnfinishedWork {
            window: "W0-19".parse().unwrap(),
            without_churn: vec!["acme".parse().unwrap()],
            lacks_evidence: true,
            capabilities: BTreeSet::new(),
        };
        let brief = close_unfinished(&work, &command()).unwrap();
        assert_eq!(brief.needs, ["churn of acme", "passing evidence"]);
        assert_eq!(brief.commands.len(), 2);
        (work.without_churn, work.lacks_evidence) = (Vec::new(), false);
        assert_eq!(close_unfinished(&work, &command()), None);
    }
}
