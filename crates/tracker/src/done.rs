//! The definition of done of a window: each part, whether it is there, and the command that supplies it.

use std::collections::BTreeSet;

use tracker_domain::{FinalizedWindow, Outcome, ProviderId, Quality, QualitySource};
use tracker_gates::WindowFacts;
use tracker_windows::audit::Audit;
use tracker_windows::needs::{Missing, Need};
use tracker_workflow::handoff::quoted;

/// One part of a finished window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Whether it is there.
    pub met: bool,
    /// The command that supplies it; words in capitals are to be filled in.
    pub command: String,
}

/// Returns the parts in the order in which they are supplied. `reserved` are the capabilities set aside for the window.
#[must_use]
pub fn parts(audit: &Audit<'_>, facts: &WindowFacts, reserved: &BTreeSet<String>) -> Vec<Part> {
    let window = &audit.window;
    let row = facts.finalized.as_ref();
    let part = |name, met, command| Part { name, met, command };
    let passes = matches!(row.and_then(|row| row.outcome.as_ref()), Some(Outcome::Pass | Outcome::Partial));
    let stands = tracker_gates::standing(&facts.evidence);
    let readings = !(audit.entries.is_empty() && audit.counts.is_empty()) && audit.needs.is_empty();
    let complete = complete_command(audit, row);
    let churn = format!("tracker churn --window {window}");
    vec![
        part("readings", readings, reading_command(audit)),
        part("no blocking anomaly", facts.blocking().next().is_none(), anomaly_command(facts)),
        part("finalize row", row.is_some(), complete.clone()),
        part("current finalize row", audit.drift.is_empty(), complete.clone()),
        part("outcome", passes, complete.clone()),
        part("quality", row.is_some_and(|row| row.quality.is_some()), complete.clone()),
        part("churn", !facts.churn.is_empty(), churn.clone()),
        part(
            "evidence",
            stands.failing.is_empty() && !stands.passing.is_empty(),
            evidence_command(facts, reserved),
        ),
        part("churn_14d", row.is_some_and(|row| row.churn_14d.is_some()), churn),
        part("CLS", row.is_some_and(|row| row.cls.is_some()), complete.clone()),
        part("IMPF", row.is_some_and(|row| row.impf.is_some()), complete),
    ]
}

/// Returns the one command that finalizes with all that the newest row says and words for what it lacks: a finalize row
/// stands for itself, so a command that gave only what is missing would take back the rest.
fn complete_command(audit: &Audit<'_>, row: Option<&FinalizedWindow>) -> String {
    let mut words = vec![format!("tracker complete --window {}", audit.window)];
    words.extend(features(audit, row));
    let number = |value: Option<f64>, word: &str| value.map_or_else(|| word.to_owned(), |n| n.to_string());
    let is_measured = row.and_then(|row| row.quality_source).is_some_and(|of| of != QualitySource::Manual);
    if is_measured || row.is_some_and(|row| row.churn_14d.is_some()) {
        words.push("--churn".to_owned());
    }
    if !is_measured {
        // Above 1 it is a rubric value of the earlier tool, which nobody can type.
        let typed = row.and_then(|row| row.quality).map(Quality::get).filter(|quality| *quality <= 1.0);
        words.push(format!("--quality {}", number(typed, "Q")));
    }
    let outcome = match row.and_then(|row| row.outcome.as_ref()) {
        None => "pass".to_owned(),
        Some(outcome @ (Outcome::Pass | Outcome::Partial)) => outcome.to_string(),
        // Whether it passes by now only a person can tell.
        Some(_) => "OUTCOME".to_owned(),
    };
    words.push(format!("--outcome {outcome}"));
    words.push(format!("--cls {}", number(row.and_then(|row| row.cls), "SCORE")));
    words.push(format!("--impf {}", number(row.and_then(|row| row.impf), "MINUTES")));
    if let Some(row) = row {
        words.extend(row.rubric.map(|rubric| format!("--rubric {rubric}")));
        let texts = [
            ("methodology", row.methodology.as_deref()),
            ("spec-id", row.spec_id.as_deref()),
            ("spec-version", row.spec_version.as_deref()),
            ("commit-start", row.commit_start.as_deref()),
            ("commit-end", row.commit_end.as_deref()),
            ("notes", Some(row.notes.as_str()).filter(|notes| !notes.is_empty())),
        ];
        let given = texts.into_iter().filter_map(|(name, text)| Some((name, text?)));
        words.extend(given.map(|(name, text)| format!("--{name} {}", quoted(text))));
        words.extend((!row.accepted_anomalies.is_empty()).then(|| "--accept-anomaly".to_owned()));
    }
    words.join(" ")
}

/// Returns the counts of features that are known, and a word for each provider whose count is not.
fn features(audit: &Audit<'_>, row: Option<&FinalizedWindow>) -> Vec<String> {
    let read = audit.entries.iter().map(|entry| &entry.key.provider);
    let mut providers: BTreeSet<&ProviderId> =
        read.chain(audit.counts.iter().map(|row| &row.provider)).collect();
    let counted = row.iter().flat_map(|row| &row.features).filter(|(_, count)| **count > 0.0);
    providers.extend(counted.map(|(provider, _)| provider));
    let one = |provider: &&ProviderId| match row.and_then(|row| row.features.get(*provider)) {
        Some(count) => format!("--features {provider}={count}"),
        None => format!("--features {provider}=N"),
    };
    match providers.is_empty() {
        true => vec!["--features PROVIDER=N".to_owned()],
        false => providers.iter().map(one).collect(),
    }
}

/// Returns a command for every test that fails, else for every capability that was reserved and has no passing run.
fn evidence_command(facts: &WindowFacts, reserved: &BTreeSet<String>) -> String {
    let one = |capability: &str, runner: &str| {
        format!(
            "tracker evidence add --window {} --capability {} --runner {} --result pass --artifacts FILE",
            facts.window,
            quoted(capability),
            quoted(runner)
        )
    };
    let stands = tracker_gates::standing(&facts.evidence);
    let mut all: Vec<String> = stands.failing.iter().map(|row| one(&row.capability, &row.runner)).collect();
    if all.is_empty() {
        let shown = |capability: &&String| stands.passing.iter().any(|row| row.capability == **capability);
        all.extend(reserved.iter().filter(|of| !shown(of)).map(|capability| one(capability, "RUNNER")));
    }
    if all.is_empty() {
        all.push(one("CAPABILITY", "RUNNER"));
    }
    all.join("; ")
}

/// Returns how many parts are there, and of how many.
#[must_use]
pub fn completeness(parts: &[Part]) -> (usize, usize) {
    (parts.iter().filter(|part| part.met).count(), parts.len())
}

fn reading_command(audit: &Audit<'_>) -> String {
    let window = &audit.window;
    let one = |need: &Need| {
        let verb = match need.missing {
            Missing::Before => "start",
            Missing::AnyReading => "cross",
            _ => "end",
        };
        let lane = need.lane.as_ref().map(|lane| format!("AGENT_ID={lane} ")).unwrap_or_default();
        format!("{lane}tracker alias {verb} {} --window {window} --file PANE", need.provider)
    };
    match audit.needs.as_slice() {
        [] => format!("tracker alias start PROVIDER --window {window} --file PANE"),
        needs => needs.iter().map(one).collect::<Vec<_>>().join("; "),
    }
}

fn anomaly_command(facts: &WindowFacts) -> String {
    match facts.blocking().next() {
        Some(anomaly) => format!(
            "tracker alias delete {} --window {} --phase after, and capture it again",
            anomaly.provider, facts.window
        ),
        None => String::new(),
    }
}
