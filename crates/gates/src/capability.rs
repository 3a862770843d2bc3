//! How far a project is from what it is to be: the state of each capability, weighted.

use tracker_domain::{Evidence, FeatureKind, FeatureRecord, WindowId};

use crate::evidence::standing;

/// How far one capability is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CapabilityState {
    /// Nothing shows that it works: counts 0. A reservation is an intention and no progress.
    Open,
    /// A scenario of it went green, or some runners pass and others fail: counts 0.5.
    Partial,
    /// At least one runner passes and none fails: counts 1.
    Done,
}

impl CapabilityState {
    /// Returns what it counts: 0, 0.5 or 1.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Open => 0.0,
            Self::Partial => 0.5,
            Self::Done => 1.0,
        }
    }

    /// Returns the word for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Partial => "partial",
            Self::Done => "done",
        }
    }
}

/// Returns how far a capability is. Of several evidence rows of one runner the newest counts; a skipped run says
/// nothing.
///
/// ```
/// use tracker_domain::{FeatureKind, FeatureRecord};
/// use tracker_gates::{CapabilityState, capability_state};
/// let mut row = FeatureRecord::new(FeatureKind::Logged, "W0-19".parse()?, chrono::DateTime::UNIX_EPOCH);
/// row.capability = Some("CAP-1".into());
/// assert_eq!(capability_state("CAP-1", &[], &[row]), CapabilityState::Partial);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[must_use]
pub fn capability_state(id: &str, evidence: &[Evidence], features: &[FeatureRecord]) -> CapabilityState {
    let own: Vec<Evidence> = evidence.iter().filter(|row| row.capability == id).cloned().collect();
    let stands = standing(&own);
    let is_logged =
        features.iter().any(|row| row.kind == FeatureKind::Logged && row.capability.as_deref() == Some(id));
    match (stands.passing.is_empty(), stands.failing.is_empty()) {
        (false, true) => CapabilityState::Done,
        (false, false) => CapabilityState::Partial,
        (true, _) if is_logged => CapabilityState::Partial,
        (true, _) => CapabilityState::Open,
    }
}

/// Returns the distance to the target: the sum of weight x state over the sum of weights, 0 (nothing) to 1 (all);
/// `None` when no capability has a weight.
#[must_use]
pub fn distance_to_target(
    weights: &[(String, f64)],
    evidence: &[Evidence],
    features: &[FeatureRecord],
) -> Option<f64> {
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let state = |id: &str| capability_state(id, evidence, features).value();
    let reached: f64 = weights.iter().map(|(id, weight)| weight * state(id)).sum();
    (total > 0.0).then(|| reached / total)
}

/// Returns the distance before a window and with what it added: before count the rows that were recorded before its own
/// first one, after count its own as well. `None` when the window has no row.
#[must_use]
pub fn distance_around(
    window: &WindowId,
    weights: &[(String, f64)],
    evidence: &[Evidence],
    features: &[FeatureRecord],
) -> Option<(f64, f64)> {
    let of_evidence = evidence.iter().filter(|row| row.window == *window).map(|row| row.captured_at);
    let of_features = features.iter().filter(|row| row.window == *window).map(|row| row.captured_at);
    let began = of_evidence.chain(of_features).min()?;
    let rows = |with_own: bool| {
        let evidence: Vec<Evidence> = evidence
            .iter()
            .filter(|row| if row.window == *window { with_own } else { row.captured_at < began })
            .cloned()
            .collect();
        let features: Vec<FeatureRecord> = features
            .iter()
            .filter(|row| if row.window == *window { with_own } else { row.captured_at < began })
            .cloned()
            .collect();
        distance_to_target(weights, &evidence, &features)
    };
    rows(false).zip(rows(true))
}

/// Returns how many runners of a capability pass and fail, by their newest rows.
#[must_use]
pub fn runners(id: &str, evidence: &[Evidence]) -> (usize, usize) {
    let own: Vec<Evidence> = evidence.iter().filter(|row| row.capability == id).cloned().collect();
    let stands = standing(&own);
    (stands.passing.len(), stands.failing.len())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use tracker_domain::{EvidenceResult, RowRef};

    use super::*;

    fn run(line: u64, window: &str, capability: &str, runner: &str, result: EvidenceResult) -> Evidence {
        Evidence {
            window: window.parse().unwrap(),
            capability: capability.into(),
            test_run_id: None,
            runner: runner.into(),
            result,
            artifacts: Vec::new(),
            captured_at: DateTime::from_timestamp(i64::try_from(line).unwrap(), 0).unwrap(),
            lane: None,
            notes: String::new(),
            row: RowRef { file: "evidence.jsonl".into(), line, seq: Some(line) },
        }
    }

    fn feature(kind: FeatureKind, capability: &str, second: i64) -> FeatureRecord {
        let at = DateTime::from_timestamp(second, 0).unwrap();
        let mut row = FeatureRecord::new(kind, "W0-2".parse().unwrap(), at);
        row.capability = Some(capability.into());
        row
    }

    #[test]
    fn states() {
        use EvidenceResult::{Fail, Pass, Skip};
        let state = |rows: &[Evidence], features: &[FeatureRecord]| capability_state("C", rows, features);
        let (pass, fail) = (run(1, "W0-1", "C", "cargo", Pass), run(2, "W0-1", "C", "cargo", Fail));
        assert_eq!(state(&[], &[]), CapabilityState::Open);
        assert_eq!(state(std::slice::from_ref(&pass), &[]), CapabilityState::Done);
        assert_eq!(state(&[pass.clone(), fail.clone()], &[]), CapabilityState::Open, "the newest counts");
        let other = run(3, "W0-1", "C", "manual", Fail);
        assert_eq!(state(&[pass.clone(), other], &[]), CapabilityState::Partial);
        assert_eq!(state(&[run(4, "W0-1", "C", "cargo", Skip)], &[]), CapabilityState::Open);
        assert_eq!(state(&[fail], &[feature(FeatureKind::Logged, "C", 1)]), CapabilityState::Partial);
        assert_eq!(state(&[], &[feature(FeatureKind::Reserved, "C", 1)]), CapabilityState::Open);
        assert_eq!(state(&[run(1, "W0-1", "D", "cargo", Pass)], &[]), CapabilityState::Open);
    }

    #[test]
    fn the_distance_is_weighted_and_told_before_and_after_a_window() {
        let weights = [("A".to_owned(), 1.0), ("B".to_owned(), 2.0), ("C".to_owned(), 1.0)];
        let evidence = [
            run(1, "W0-1", "A", "cargo", EvidenceResult::Pass),
            run(10, "W0-2", "B", "cargo", EvidenceResult::Pass),
            run(20, "W0-3", "C", "cargo", EvidenceResult::Pass),
        ];
        let features = [feature(FeatureKind::Logged, "C", 9)];
        assert_eq!(distance_to_target(&weights, &evidence, &features), Some(1.0));
        let around = |window: &str| distance_around(&window.parse().unwrap(), &weights, &evidence, &features);
        assert_eq!(around("W0-1"), Some((0.0, 0.25)));
        assert_eq!(around("W0-2"), Some((0.25, 0.875)), "C is half done by W0-2, and done only later");
        assert_eq!(around("W0-3"), Some((0.875, 1.0)));
        assert_eq!(around("W0-9"), None);
        assert_eq!(distance_to_target(&[], &evidence, &[]), None);
        assert_eq!(distance_to_target(&[("A".into(), 0.0)], &evidence, &[]), None);
    }
}
