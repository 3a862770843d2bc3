//! The card of one window.

use tracker_domain::{Anomaly, Evidence, FinalizedWindow, Outcome, WindowId};

use crate::card::{Card, Finding, Reason, Source, compile, counted};
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
    /// The churn rows, recorded skips too, each with what it says.
    pub churn: Vec<Source>,
    /// Damage of the ledgers that the card rests on, each with its place.
    pub damage: Vec<Source>,
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
/// use tracker_domain::RowRef;
/// use tracker_gates::{Source, Status, WindowFacts, window_card};
/// let mut facts = WindowFacts::new("W0-19".parse()?);
/// facts.damage.push(Source::new("the last line is torn", RowRef { file: "anomalies.jsonl".into(), line: 3, seq: None }));
/// assert_eq!(window_card(&facts).status, Status::NoGo);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn window_card(facts: &WindowFacts) -> Card {
    let findings = [anomalies(facts), finalized(facts), outcome(facts), evidence(facts), churn(facts)];
    compile(facts.window.to_string(), &facts.damage, findings)
}

impl WindowFacts {
    /// Returns the blocking anomalies that the finalize row does not accept: by name, and not found after it.
    pub fn blocking(&self) -> impl Iterator<Item = &Anomaly> {
        let accepted = |anomaly: &Anomaly| {
            self.finalized.as_ref().is_some_and(|row| {
                row.accepted_anomalies.contains(&anomaly.name()) && anomaly.captured_at <= row.finalized_at
            })
        };
        self.anomalies.iter().filter(move |anomaly| anomaly.blocking && !accepted(anomaly))
    }
}

fn anomalies(facts: &WindowFacts) -> Finding {
    let blocking: Vec<&Anomaly> = facts.blocking().collect();
    let reason = (!blocking.is_empty()).then(|| {
        let details = blocking.iter().map(|anomaly| anomaly.detail.as_str()).collect::<Vec<_>>().join("; ");
        let count = counted(blocking.len(), "blocking anomaly", "blocking anomalies");
        let rows = blocking.iter().map(|anomaly| anomaly.row.clone()).collect();
        Reason::new(format!("anomalies={}", blocking.len()), format!("{count}: {details}"), rows)
    });
    let sources = facts.anomalies.iter().map(|anomaly| {
        let state = match blocking.contains(&anomaly) {
            true => "blocking",
            false if anomaly.blocking => "accepted",
            false => "noted",
        };
        Source::new(format!("{} ({state}): {}", anomaly.name(), anomaly.detail), anomaly.row.clone())
    });
    let found = format!("{} ({} blocking)", facts.anomalies.len(), blocking.len());
    Finding::new("anomalies", found, Status::NoGo).with_sources(sources).unless(reason)
}

fn finalized(facts: &WindowFacts) -> Finding {
    let row = facts.finalized.as_ref();
    let found = row.map_or("no", |_| "yes");
    let reason =
        row.is_none().then(|| Reason::new("not-finalized", "the window is not finalized", Vec::new()));
    let source = row.map(|row| {
        let at = row.finalized_at.format("%Y-%m-%dT%H:%M:%SZ");
        Source::new(format!("finalized at {at}"), row.row.clone())
    });
    Finding::new("finalized", found.to_owned(), Status::NoGo).with_sources(source).unless(reason)
}

fn outcome(facts: &WindowFacts) -> Finding {
    let row = facts.finalized.as_ref();
    let outcome = row.and_then(|row| row.outcome.as_ref());
    let met = matches!(outcome, Some(Outcome::Pass | Outcome::Partial));
    let found = outcome.map_or_else(|| "none".to_owned(), ToString::to_string);
    let source = row.map(|row| Source::new(format!("outcome {found}"), row.row.clone()));
    // Without a finalize row there is no outcome either, and that is told already.
    let reason = row.filter(|_| !met).map(|row| {
        let text = format!("the outcome is {found}: pass or partial is needed");
        Reason::new(format!("outcome={found}"), text, vec![row.row.clone()])
    });
    let mut finding = Finding::new("outcome", found, Status::NoGo).with_sources(source).unless(reason);
    finding.unmet_if(!met);
    finding
}

fn evidence(facts: &WindowFacts) -> Finding {
    let stands = standing(&facts.evidence);
    let met = stands.failing.is_empty() && !stands.passing.is_empty();
    let unmet = if stands.failing.is_empty() { Status::SoftGo } else { Status::NoGo };
    let reason = match stands.failing_reason() {
        None if !met => Some(Reason::new("no-evidence-row", "no passing evidence row", Vec::new())),
        reason => reason,
    };
    Finding::new("evidence", stands.counts(), unmet).with_sources(stands.sources()).unless(reason)
}

fn churn(facts: &WindowFacts) -> Finding {
    let reason = facts.churn.is_empty().then(|| Reason::new("no-churn-row", "no churn row", Vec::new()));
    let found = counted(facts.churn.len(), "row", "rows");
    Finding::new("churn", found, Status::SoftGo).with_sources(facts.churn.iter().cloned()).unless(reason)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;
    use tracker_domain::{AnomalyKind, Cause, EvidenceResult, RowRef};

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
            churn: vec![Source::new("measured", at("churn.jsonl", 1))],
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
        row.accepted_anomalies.push("negative-delta:codex".into());
        assert_eq!(window_card(&accepted).status, Status::Go);
        let mut failed = complete();
        failed.finalized.as_mut().unwrap().outcome = Some(Outcome::Fail);
        assert_eq!(window_card(&failed).status, Status::NoGo);
        let damage = vec![Source::new("the last line is torn", at("anomalies.jsonl", 9))];
        let torn = window_card(&WindowFacts { damage, ..complete() });
        assert_eq!((torn.status, torn.completeness()), (Status::NoGo, (5, 5)));
        assert_eq!(torn.reasons[0].code, "damaged=anomalies.jsonl");
        assert_eq!(torn.reasons[0].rows, [at("anomalies.jsonl", 9)]);
    }

    #[test]
    fn accepting_one_anomaly_accepts_no_other() {
        let mut facts = WindowFacts { anomalies: vec![anomaly(true)], ..complete() };
        let row = facts.finalized.as_mut().unwrap();
        row.accepted_anomalies.push("negative-delta:claude".into());
        assert_eq!(window_card(&facts).status, Status::NoGo);
        let row = facts.finalized.as_mut().unwrap();
        row.accepted_anomalies.push("negative-delta:codex".into());
        facts.anomalies[0].captured_at += chrono::TimeDelta::seconds(1);
        let late = window_card(&facts);
        assert_eq!((late.status, late.reasons[0].code.as_str()), (Status::NoGo, "anomalies=1"));
    }

    #[test]
    fn reasons_have_the_words_that_scripts_know() {
        let codes = |facts: &WindowFacts| -> Vec<String> {
            window_card(facts).reasons.into_iter().map(|reason| reason.code).collect()
        };
        let nothing = WindowFacts::new("W0-19".parse().unwrap());
        assert_eq!(codes(&nothing), ["not-finalized", "no-evidence-row", "no-churn-row"]);
        let mut failed = complete();
        failed.finalized.as_mut().unwrap().outcome = Some(Outcome::Fail);
        failed.evidence.push(run(2, "CAP-2", EvidenceResult::Fail));
        assert_eq!(codes(&failed), ["outcome=fail", "failing-evidence=1"]);
    }

    #[test]
    fn every_number_names_its_rows() {
        let card = window_card(&WindowFacts { anomalies: vec![anomaly(false)], ..complete() });
        let sources: Vec<String> =
            card.checks.iter().flat_map(|check| &check.sources).map(ToString::to_string).collect();
        assert_eq!(
            sources,
            [
                "negative-delta:codex (noted): codex weekly fell [anomalies.jsonl:4 (seq 4)]",
                "finalized at 1970-01-01T00:00:00Z [windows.jsonl:7 (seq 7)]",
                "outcome pass [windows.jsonl:7 (seq 7)]",
                "CAP-1 by cargo: pass [evidence.jsonl:1 (seq 1)]",
                "measured [churn.jsonl:1 (seq 1)]",
            ]
        );
    }

    proptest! {
        #[test]
        fn a_go_has_no_reason_and_anything_else_has_one(
            results in proptest::collection::vec(0u8..3, 0..4), churn in 0u64..2, blocking: bool, finalized: bool,
        ) {
            let kinds = [EvidenceResult::Pass, EvidenceResult::Fail, EvidenceResult::Skip];
            let mut facts = complete();
            facts.evidence = (1..).zip(&results).map(|(n, r)| run(n, &format!("C{n}"), kinds[usize::from(*r)])).collect();
            facts.churn = (0..churn).map(|n| Source::new("measured", at("churn.jsonl", n))).collect();
            facts.anomalies = if blocking { vec![anomaly(true)] } else { Vec::new() };
            if !finalized { facts.finalized = None; }
            let card = window_card(&facts);
            prop_assert_eq!(card.status == Status::Go, card.reasons.is_empty());
            prop_assert_eq!(card.status == Status::Go, card.completeness().0 == card.completeness().1);
        }
    }
}
