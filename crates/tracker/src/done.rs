//! The definition of done of a window: each part, whether it is there, and the command that supplies it.

use tracker_domain::Outcome;
use tracker_gates::WindowFacts;
use tracker_windows::audit::Audit;
use tracker_windows::needs::{Missing, Need};

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

/// Returns the parts in the order in which they are supplied.
#[must_use]
pub fn parts(audit: &Audit<'_>, facts: &WindowFacts) -> Vec<Part> {
    let window = &audit.window;
    let row = facts.finalized.as_ref();
    let complete = |rest: &str| format!("tracker complete --window {window} {rest}");
    let part = |name, met, command| Part { name, met, command };
    let passes = matches!(row.and_then(|row| row.outcome.as_ref()), Some(Outcome::Pass | Outcome::Partial));
    let stands = tracker_gates::standing(&facts.evidence);
    let readings = !(audit.entries.is_empty() && audit.counts.is_empty()) && audit.needs.is_empty();
    vec![
        part("readings", readings, reading_command(audit)),
        part("no blocking anomaly", facts.blocking().next().is_none(), anomaly_command(facts)),
        part("finalize row", row.is_some(), complete("--features PROVIDER=N --quality Q --outcome pass")),
        part(
            "current finalize row",
            audit.drift.is_empty(),
            complete("--features PROVIDER=N --quality Q --outcome pass"),
        ),
        part("outcome", passes, complete("--features PROVIDER=N --outcome pass")),
        part("quality", row.is_some_and(|row| row.quality.is_some()), complete("--quality Q")),
        part("churn", !facts.churn.is_empty(), format!("tracker churn --window {window}")),
        part(
            "evidence",
            stands.failing.is_empty() && !stands.passing.is_empty(),
            format!(
                "tracker evidence add --window {window} --capability C --runner R --result pass --artifacts FILE"
            ),
        ),
        part(
            "churn_14d",
            row.is_some_and(|row| row.churn_14d.is_some()),
            format!("tracker churn --window {window}"),
        ),
        part("CLS", row.is_some_and(|row| row.cls.is_some()), complete("--cls SCORE")),
        part("IMPF", row.is_some_and(|row| row.impf.is_some()), complete("--impf MINUTES")),
    ]
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
