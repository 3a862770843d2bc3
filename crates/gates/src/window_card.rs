//! The card of one window.

use tracker_domain::{Anomaly, Evidence, FinalizedWindow, Outcome, RowRef, WindowId};

use crate::card::{Card, Check, Reason};
use crate::evidence::standing;
use crate::status::Status;

/// What is known of a window, read by the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowFacts {
    /// The window.
    pub window: WindowId,
    /// Anomalies that still count.
    pub anomalies: Vec<Anomaly>,
    /// The newest finalize row.
    pub finalized: Option<FinalizedWindow>,
    /// Evidence rows, all of them.
    pub evidence: Vec<Evidence>,
    /// Places of the churn rows, recorded skips too.
    pub churn: Vec<RowRef>,
    /// Damage of the ledgers that the card rests on, one line each.
    pub damage: Vec<String>,
}

impl WindowFacts {
    /// Returns facts of a window of which nothing is known.
    #[must_use]
    pub fn new(window: WindowId) -> Self {
        Self {
            window,
            anomalies: Vec::new(),
            finalized: None,
            evidence: Vec::new(),
            churn: Vec::new(),
            damage: Vec::new(),
        }
    }
}

/// Returns the card: GO when there is no blocking anomaly (or it was accepted at the finalize), a finalize row with
/// outcome pass or partial, at least one churn row and one passing evidence row, and no failing one; SOFT GO when of
/// these only churn or evidence is missing; else NO-GO.
///
/// ```
/// use tracker_gates::{Status, WindowFacts, window_card};
/// let mut facts = WindowFacts::new("W0-19".parse()?);
/// facts.damage.push("anomalies.jsonl:3: the last line is torn".into());
/// assert_eq!(window_card(&facts).status, Status::NoGo);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn window_card(facts: &WindowFacts) -> Card {
    let mut reasons: Vec<Reason> = facts
        .damage
        .iter()
        .map(|line| Reason { text: format!("damaged ledger: {line}"), rows: Vec::new() })
        .collect();
    let mut forbidden = !facts.damage.is_empty();
    let mut checks = Vec::new();
    for (check, reason, forbids) in
        [anomalies(facts), finalized(facts), outcome(facts), evidence(facts), churn(facts)]
    {
        forbidden |= forbids && !check.met;
        reasons.extend(reason);
        checks.push(check);
    }
    let complete = checks.iter().all(|check| check.met);
    let status = match (forbidden, complete) {
        (true, _) => Status::NoGo,
        (false, true) => Status::Go,
        (false, false) => Status::SoftGo,
    };
    Card { subject: facts.window.to_string(), status, checks, reasons }
}

/// A check, why it is not met, and whether that forbids a GO of any kind.
type Found = (Check, Option<Reason>, bool);

fn anomalies(facts: &WindowFacts) -> Found {
    let accepted = |anomaly: &Anomaly| {
        facts.finalized.as_ref().is_some_and(|row| {
            let kind = anomaly.kind.to_string();
            row.accepted_anomalies.iter().any(|text| text.contains(&kind))
        })
    };
    let blocking: Vec<&Anomaly> =
        facts.anomalies.iter().filter(|anomaly| anomaly.blocking && !accepted(anomaly)).collect();
    let reason = (!blocking.is_empty()).then(|| Reason {
        text: format!(
            "{}: {}",
            counted(blocking.len(), "blocking anomaly", "blocking anomalies"),
            blocking.iter().map(|anomaly| anomaly.detail.as_str()).collect::<Vec<_>>().join("; ")
        ),
        rows: blocking.iter().map(|anomaly| anomaly.row.clone()).collect(),
    });
    let found = format!("{} ({} blocking)", facts.anomalies.len(), blocking.len());
    (Check { name: "anomalies", met: blocking.is_empty(), found }, reason, true)
}

fn finalized(facts: &WindowFacts) -> Found {
    let found = facts.finalized.as_ref().map_or_else(|| "no".to_owned(), |_| "yes".to_owned());
    let reason = facts
        .finalized
        .is_none()
        .then(|| Reason { text: "the window is not finalized".to_owned(), rows: Vec::new() });
    (Check { name: "finalized", met: facts.finalized.is_some(), found }, reason, true)
}

fn outcome(facts: &WindowFacts) -> Found {
    let outcome = facts.finalized.as_ref().and_then(|row| row.outcome.as_ref());
    let met = matches!(outcome, Some(Outcome::Pass | Outcome::Partial));
    let found = outcome.map_or_else(|| "none".to_owned(), ToString::to_string);
    let reason = facts.finalized.as_ref().filter(|_| !met).map(|row| Reason {
        text: format!("the outcome is {found}: pass or partial is needed"),
        rows: vec![row.row.clone()],
    });
    (Check { name: "outcome", met, found }, reason, true)
}

fn evidence(facts: &WindowFacts) -> Found {
    let stands = standing(&facts.evidence);
    let found = format!(
        "{} pass, {} fail, {} skip",
        stands.passing.len(),
        stands.failing.len(),
        stands.skipped.len()
    );
    let met = stands.failing.is_empty() && !stands.passing.is_empty();
    let reason = if let Some(first) = stands.failing.first() {
        Some(Reason {
            text: format!(
                "{} (first: {} by {})",
                counted(stands.failing.len(), "evidence row fails", "evidence rows fail"),
                first.capability,
                first.runner
            ),
            rows: stands.failing.iter().map(|row| row.row.clone()).collect(),
        })
    } else {
        (!met).then(|| Reason { text: "no passing evidence row".to_owned(), rows: Vec::new() })
    };
    (Check { name: "evidence", met, found }, reason, !stands.failing.is_empty())
}

fn churn(facts: &WindowFacts) -> Found {
    let met = !facts.churn.is_empty();
    let reason = (!met).then(|| Reason { text: "no churn row".to_owned(), rows: Vec::new() });
    let found = counted(facts.churn.len(), "row", "rows");
    (Check { name: "churn", met, found }, reason, false)
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;
    use tracker_domain::{AnomalyKind, Cause, EvidenceResult};

    use super::*;

    fn at(file: &str, line: u64) -> RowRef {
        RowRef { file: file.into(), line, seq: Some(line) }
    }

    fn run(line: u64, capability: &str, result: EvidenceResult) -> Evidence {
        Evidence {
            window: "W0-19".parse().unwrap(),
            capability: capability.into(),
            test_run_id: None,
            runner: "cargo".into(),
            result,
            artifacts: Vec::new(),
            captured_at: DateTime::<Utc>::UNIX_EPOCH,
            lane: None,
            notes: String::new(),
            row: at("evidence.jsonl", line),
        }
    }

    fn anomaly(blocking: bool) -> Anomaly {
        Anomaly {
            window: "W0-19".parse().unwrap(),
            provider: "codex".parse().unwrap(),
            lane: None,
            kind: AnomalyKind::NegativeDelta,
            meter: None,
            cause: Some(if blocking { Cause::Unexplained } else { Cause::ResetCrossed }),
            blocking,
            before: None,
            after: None,
            snapshots: Vec::new(),
            captured_at: DateTime::<Utc>::UNIX_EPOCH,
            detail: "codex weekly fell".into(),
            row: at("anomalies.jsonl", 4),
        }
    }

    fn complete() -> WindowFacts {
        let mut row = FinalizedWindow::new("W0-19".parse().unwrap(), DateTime::<Utc>::UNIX_EPOCH);
        row.outcome = Some(Outcome::Pass);
        row.row = at("windows.jsonl", 7);
        WindowFacts {
            finalized: Some(row),
            evidence: vec![run(1, "CAP-1", EvidenceResult::Pass)],
            churn: vec![at("churn.jsonl", 1)],
            ..WindowFacts::new("W0-19".parse().unwrap())
        }
    }

    #[test]
    fn all_there_is_a_go_without_reasons() {
        let card = window_card(&complete());
        assert_eq!((card.status, card.completeness(), card.reasons.len()), (Status::Go, (5, 5), 0));
    }

    #[test]
    fn missing_churn_or_evidence_is_a_soft_go() {
        let card = window_card(&WindowFacts { churn: Vec::new(), ..complete() });
        assert_eq!((card.status, card.completeness()), (Status::SoftGo, (4, 5)));
        let card = window_card(&WindowFacts { evidence: Vec::new(), ..complete() });
        assert_eq!(card.status, Status::SoftGo);
        let skipped = vec![run(1, "CAP-1", EvidenceResult::Skip)];
        assert_eq!(window_card(&WindowFacts { evidence: skipped, ..complete() }).status, Status::SoftGo);
    }

    #[test]
    fn pass_then_fail_is_a_no_go_that_names_the_row() {
        let evidence = vec![run(1, "CAP-1", EvidenceResult::Pass), run(2, "CAP-1", EvidenceResult::Fail)];
        let card = window_card(&WindowFacts { evidence, ..complete() });
        assert_eq!(card.status, Status::NoGo);
        assert_eq!(card.reasons[0].rows, [at("evidence.jsonl", 2)]);
    }

    #[test]
    fn a_failing_row_blocks_beside_a_passing_one_and_a_repeated_run_corrects_it() {
        let mut evidence = vec![run(1, "CAP-1", EvidenceResult::Pass), run(2, "CAP-2", EvidenceResult::Fail)];
        assert_eq!(
            window_card(&WindowFacts { evidence: evidence.clone(), ..complete() }).status,
            Status::NoGo
        );
        evidence.push(run(3, "CAP-2", EvidenceResult::Pass));
        assert_eq!(window_card(&WindowFacts { evidence, ..complete() }).status, Status::Go);
    }

    #[test]
    fn blocking_anomaly_fail_outcome_and_damage_are_no_go() {
        let blocked = WindowFacts { anomalies: vec![anomaly(true)], ..complete() };
        assert_eq!(window_card(&blocked).status, Status::NoGo);
        let noted = WindowFacts { anomalies: vec![anomaly(false)], ..complete() };
        assert_eq!(window_card(&noted).status, Status::Go);
        let mut accepted = blocked;
        let row = accepted.finalized.as_mut().unwrap();
        row.accepted_anomalies.push("negative-delta: codex weekly fell".into());
        assert_eq!(window_card(&accepted).status, Status::Go);
        let mut failed = complete();
        failed.finalized.as_mut().unwrap().outcome = Some(Outcome::Fail);
        assert_eq!(window_card(&failed).status, Status::NoGo);
        let torn = WindowFacts { damage: vec!["anomalies.jsonl:9: torn".into()], ..complete() };
        assert_eq!(window_card(&torn).status, Status::NoGo);
    }

    proptest! {
        #[test]
        fn a_go_has_no_reason_and_anything_else_has_one(
            results in proptest::collection::vec(0u8..3, 0..4), churn in 0u64..2, blocking: bool, finalized: bool,
        ) {
            let kinds = [EvidenceResult::Pass, EvidenceResult::Fail, EvidenceResult::Skip];
            let mut facts = complete();
            facts.evidence = (1..).zip(&results).map(|(n, r)| run(n, &format!("C{n}"), kinds[usize::from(*r)])).collect();
            facts.churn = (0..churn).map(|n| at("churn.jsonl", n)).collect();
            facts.anomalies = if blocking { vec![anomaly(true)] } else { Vec::new() };
            if !finalized { facts.finalized = None; }
            let card = window_card(&facts);
            prop_assert_eq!(card.status == Status::Go, card.reasons.is_empty());
            prop_assert_eq!(card.status == Status::Go, card.completeness().0 == card.completeness().1);
        }
    }
}
