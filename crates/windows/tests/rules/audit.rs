//! Audit: everything about one window, so that every number can be traced and nothing missing is hidden.

use tracker_domain::{CountKind, MeterId, Outcome, Quality, QualityScale};
use tracker_windows::audit::{Elsewhere, Piece, Rows, audit};
use tracker_windows::canonical::CanonicalSnapshots;
use tracker_windows::finalize::{Inputs, finalize};
use tracker_windows::needs::open_windows;

use crate::world::{Place, after, before, count, ledger, minute, provider, retract, row, window};

#[test]
fn duplicates_canonical_and_withdrawn_rows_are_listed_with_their_places() {
    let snapshots = ledger([
        before("W0-20", 0, 10.0),
        after("W0-20", 40, 13.0),
        after("W0-20", 41, 99.0),
        after("W0-20", 50, 14.0),
        before("W0-21", 50, 14.0),
    ]);
    let retractions = [retract(&snapshots[2], 42)];
    let rows = Rows { snapshots: &snapshots, retractions: &retractions, ..Rows::default() };
    let found = audit(&window("W0-20"), &rows);
    assert_eq!(found.entries.len(), 2);
    let entry = &found.entries[1];
    assert_eq!(entry.canonical.map(|row| row.row.line), Some(4));
    assert_eq!(found.duplicates().map(|row| row.row.line).collect::<Vec<_>>(), [2]);
    assert_eq!(entry.retracted[0].0.row.line, 3);
    assert_eq!(found.missing, [Piece::FinalizeRow, Piece::Churn, Piece::Evidence]);
}

#[test]
fn an_unrecorded_fall_is_shown_and_a_corrected_one_is_resolved() {
    let snapshots = ledger([before("W0-20", 0, 91.0), after("W0-20", 50, 3.0)]);
    let rows = Rows { snapshots: &snapshots, ..Rows::default() };
    let found = audit(&window("W0-20"), &rows);
    assert_eq!((found.anomalies.len(), found.unrecorded.len()), (0, 1));

    let recorded = found.unrecorded;
    let rows = Rows { anomalies: &recorded, ..rows };
    let found = audit(&window("W0-20"), &rows);
    assert_eq!((found.active_anomalies().count(), found.unrecorded.len()), (1, 0));

    let corrected = ledger([snapshots[0].clone(), snapshots[1].clone(), after("W0-20", 51, 95.0)]);
    let found = audit(&window("W0-20"), &Rows { snapshots: &corrected, ..rows });
    assert_eq!(found.active_anomalies().count(), 0);
    assert_eq!(found.anomalies[0].resolved_by, Some(&snapshots[1].id));
}

#[test]
fn a_finalize_row_that_fell_behind_asks_for_another() {
    let snapshots = ledger([before("W0-20", 0, 10.0), after("W0-20", 50, 14.0)]);
    let finalized =
        [finalize(Inputs::new(window("W0-20"), minute(60)).with_snapshots(&snapshots, &[])).unwrap().0];
    let rows = Rows { snapshots: &snapshots, finalized: &finalized, ..Rows::default() };
    assert_eq!(audit(&window("W0-20"), &rows).drift, []);

    let later = ledger([snapshots[0].clone(), snapshots[1].clone(), after("W0-20", 70, 16.0)]);
    let found = audit(&window("W0-20"), &Rows { snapshots: &later, ..rows });
    assert_eq!(found.drift[0].row.as_ref().map(|row| row.line), Some(3));
    assert!(found.drift[0].to_string().starts_with("refinalize: "));

    let back_dated = ledger([snapshots[0].clone(), snapshots[1].clone(), after("W0-20", 45, 13.0)]);
    assert_eq!(audit(&window("W0-20"), &Rows { snapshots: &back_dated, ..rows }).drift.len(), 1);
    let withdrawn = [retract(&snapshots[1], 61)];
    assert_eq!(audit(&window("W0-20"), &Rows { retractions: &withdrawn, ..rows }).drift.len(), 1);

    let counts = [count("W0-20", 90, CountKind::Delta, Some(3.0))];
    let found = audit(&window("W0-20"), &Rows { counts: &counts, ..rows });
    assert_eq!(found.drift[0].provider, provider("glm"));
}

#[test]
fn the_scale_of_an_old_quality_and_what_is_missing_are_told() {
    let mut old = row("W0-20", 0, Some(4.0), 1.0);
    old.quality = Quality::from_row(4.0);
    let rows = [old];
    let elsewhere = Elsewhere { churn: 1, evidence: 1, telemetry: 0 };
    let found = audit(&window("W0-20"), &Rows { finalized: &rows, elsewhere, ..Rows::default() });
    assert_eq!(found.quality_scale, Some(QualityScale::Rubric));
    assert_eq!(found.missing, [Piece::Readings, Piece::Outcome]);
    assert_eq!(found.finalized.map(|rows| rows.history), Some(0));
}

#[test]
fn a_whole_window_misses_nothing() {
    let snapshots = ledger([before("W0-20", 0, 10.0), after("W0-20", 50, 14.0)]);
    let mut inputs = Inputs::new(window("W0-20"), minute(60)).with_snapshots(&snapshots, &[]);
    inputs.typed.outcome = Some(Outcome::Pass);
    inputs.typed.quality = Some(Quality::typed(1.0).unwrap());
    let finalized = [finalize(inputs).unwrap().0];
    let elsewhere = Elsewhere { churn: 1, evidence: 1, telemetry: 0 };
    let rows = Rows { snapshots: &snapshots, finalized: &finalized, elsewhere, ..Rows::default() };
    let found = audit(&window("W0-20"), &rows);
    assert!(found.missing.is_empty() && found.needs.is_empty() && found.drift.is_empty());
    assert!(!finalized[0].providers[&provider("codex")].delta.contains_key(&MeterId::PROMPTS));
}

#[test]
fn open_windows_are_listed_from_the_first_with_what_each_needs() {
    let snapshots = ledger([
        before("W0-21", 0, 10.0).in_lane("sub1"),
        before("W0-19", 5, 10.0),
        after("W0-19", 50, 12.0),
        before("W0-18", 60, 12.0),
    ]);
    let counts = [count("W0-22", 1, CountKind::Absolute, Some(12.0))];
    let finalized = [row("W0-18", 0, Some(1.0), 1.0)];
    let canonical = CanonicalSnapshots::new(&snapshots, &[]);
    let open = open_windows(&canonical, &counts, &finalized);
    let told: Vec<String> = open
        .iter()
        .map(|of| {
            let needs: Vec<String> = of.needs.iter().map(ToString::to_string).collect();
            format!("{}: {}", of.window, needs.join(", "))
        })
        .collect();
    let expected =
        ["W0-21: codex (lane sub1) needs after", "W0-19: ", "W0-22: glm needs second prompt count"];
    assert_eq!(told, expected);
}

#[test]
fn a_lane_begun_after_the_finalize_row_makes_it_fall_behind() {
    let snapshots = ledger([before("W0-20", 0, 10.0), after("W0-20", 50, 14.0)]);
    let finalized =
        [finalize(Inputs::new(window("W0-20"), minute(60)).with_snapshots(&snapshots, &[])).unwrap().0];
    let more =
        ledger([snapshots[0].clone(), snapshots[1].clone(), before("W0-20", 70, 14.0).in_lane("sub1")]);
    let rows = Rows { snapshots: &more, finalized: &finalized, ..Rows::default() };
    assert_eq!(audit(&window("W0-20"), &rows).drift.len(), 1);
}

#[test]
fn two_running_figures_that_fell_need_no_second_one() {
    let counts = [
        count("W0-22", 1, CountKind::Absolute, Some(12.0)),
        count("W0-22", 2, CountKind::Absolute, Some(2.0)),
    ];
    let found = audit(&window("W0-22"), &Rows { counts: &counts, ..Rows::default() });
    assert_eq!((found.needs.len(), found.unrecorded.len()), (0, 1));
}
