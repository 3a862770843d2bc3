//! Canonical rows: newest by place, withdrawals, and the anomalies that they resolve.

use chrono::{DateTime, Utc};
use tracker_domain::{Anomaly, AnomalyKind, Phase, RowRef, SnapshotId};
use tracker_windows::canonical::{CanonicalSnapshots, PhaseKey, finalized};

use crate::world::{after, before, ledger, provider, retract, row, window};

fn key(phase: Phase) -> PhaseKey {
    PhaseKey { window: window("W0-20"), provider: provider("codex"), lane: None, phase }
}

fn anomaly(snapshots: Vec<SnapshotId>) -> Anomaly {
    Anomaly {
        window: window("W0-20"),
        provider: provider("codex"),
        lane: None,
        kind: AnomalyKind::NegativeDelta,
        meter: None,
        cause: None,
        blocking: true,
        before: None,
        after: None,
        snapshots,
        captured_at: DateTime::<Utc>::UNIX_EPOCH,
        detail: String::new(),
        row: RowRef::default(),
    }
}

#[test]
fn the_last_appended_row_counts_even_when_its_clock_is_behind() {
    let rows = ledger([before("W0-20", 0, 1.0), after("W0-20", 60, 5.0), after("W0-20", 40, 4.0)]);
    let canonical = CanonicalSnapshots::new(&rows, &[]);
    assert_eq!(canonical.get(&key(Phase::After)), Some(&rows[2]));
}

#[test]
fn a_withdrawn_row_gives_its_place_back_to_the_one_before() {
    let rows = ledger([after("W0-20", 60, 5.0), after("W0-20", 61, 50.0)]);
    let retractions = [retract(&rows[1], 62)];
    let canonical = CanonicalSnapshots::new(&rows, &retractions);
    assert_eq!(canonical.get(&key(Phase::After)), Some(&rows[0]));
    let (_, entry) = canonical.entries().next().unwrap();
    assert_eq!((entry.superseded.len(), entry.retracted.len()), (0, 1));
}

#[test]
fn an_anomaly_is_resolved_when_a_snapshot_of_it_is_withdrawn_or_superseded() {
    let rows = ledger([before("W0-20", 0, 1.0), after("W0-20", 60, 5.0), after("W0-20", 61, 6.0)]);
    let retractions = [retract(&rows[0], 62)];
    let canonical = CanonicalSnapshots::new(&rows, &retractions);
    let withdrawn = anomaly(vec![rows[2].id.clone(), rows[0].id.clone()]);
    assert_eq!(canonical.resolved_by(&withdrawn), Some(&rows[0].id));
    assert!(!canonical.is_active(&anomaly(vec![rows[1].id.clone()])));
    assert!(canonical.is_active(&anomaly(vec![rows[2].id.clone()])));
}

#[test]
fn an_anomaly_of_the_earlier_tool_names_no_snapshot_and_stays() {
    let rows = ledger([after("W0-20", 60, 5.0), after("W0-20", 61, 6.0)]);
    assert!(CanonicalSnapshots::new(&rows, &[]).is_active(&anomaly(Vec::new())));
}

#[test]
fn a_line_copied_by_a_merge_does_not_resolve_anything() {
    let rows = ledger([after("W0-20", 60, 5.0), after("W0-20", 60, 5.0)]);
    assert!(CanonicalSnapshots::new(&rows, &[]).is_active(&anomaly(vec![rows[0].id.clone()])));
}

#[test]
fn the_newest_finalize_row_counts_and_the_others_are_history() {
    let rows = [row("W0-20", 5, Some(4.0), 1.0), row("W0-20", 9, Some(6.0), 2.0), row("W0-20", 1, None, 0.0)];
    let newest = finalized(&rows)[&rows[0].window];
    assert_eq!((newest.canonical, newest.history), (&rows[1], 2));
}
