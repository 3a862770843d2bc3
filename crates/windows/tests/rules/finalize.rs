//! Finalization: what it refuses, what it records, and that it counts nothing twice.

use tracker_domain::{AnomalyKind, Cause, CountKind, Level, Meter, MeterId, Phase, Tag};
use tracker_windows::Rule;
use tracker_windows::capacity::capacity_of;
use tracker_windows::finalize::{Inputs, finalize};

use crate::world::{
    Place, after, bar, before, count, ledger, minute, pane, provider, retract, weekly, window,
};

fn inputs<'a>() -> Inputs<'a> {
    Inputs::new(window("W0-20"), minute(100))
}

#[test]
fn a_pair_makes_a_row_with_its_delta_instants_notes_and_lanes() {
    let mut rows = ledger([before("W0-20", 0, 10.0), after("W0-20", 50, 14.0)]);
    rows[1].notes = "after-clean".into();
    let mut inputs = inputs().with_snapshots(&rows, &[]);
    inputs.typed.features.insert(provider("codex"), 3.0);
    let (row, anomalies) = finalize(inputs).unwrap();
    let codex = &row.providers[&provider("codex")];
    assert_eq!(codex.delta[&MeterId::WEEKLY], Some(4.0));
    assert_eq!((codex.before_at, codex.after_at), (Some(minute(0)), Some(minute(50))));
    assert_eq!((codex.notes.as_slice(), codex.lanes.len()), (&["after-clean".to_owned()][..], 1));
    assert_eq!((row.features[&provider("codex")], row.finalized_at), (3.0, minute(100)));
    assert!(anomalies.is_empty() && row.accepted_anomalies.is_empty());
}

#[test]
fn duplicates_and_withdrawn_panes_do_not_change_the_row() {
    let clean = ledger([before("W0-20", 0, 10.0), after("W0-20", 50, 14.0)]);
    let (expected, _) = finalize(inputs().with_snapshots(&clean, &[])).unwrap();

    let noisy = ledger([
        before("W0-20", 0, 10.0),
        after("W0-20", 40, 13.0),
        after("W0-20", 50, 14.0),
        after("W0-20", 51, 99.0),
    ]);
    let retractions = [retract(&noisy[3], 52)];
    let (row, _) = finalize(inputs().with_snapshots(&noisy, &retractions)).unwrap();
    assert_eq!(row, expected);
}

#[test]
fn a_missing_phase_is_refused_and_named_with_its_lane() {
    let rows = ledger([
        before("W0-20", 0, 10.0).in_lane("main"),
        after("W0-20", 50, 14.0).in_lane("main"),
        before("W0-20", 5, 10.0).in_lane("sub1"),
    ]);
    let refusal = finalize(inputs().with_snapshots(&rows, &[])).unwrap_err();
    assert_eq!(refusal.rule, Rule::MissingSnapshot);
    assert!(refusal.message.contains("codex (lane sub1) needs after"), "{refusal}");
    assert!(refusal.hint.contains("alias end codex --window W0-20"), "{}", refusal.hint);
}

#[test]
fn features_of_a_provider_without_any_reading_need_to_be_accepted() {
    let rows = ledger([before("W0-20", 0, 10.0), after("W0-20", 50, 14.0)]);
    let mut typo = inputs().with_snapshots(&rows, &[]);
    typo.typed.features.insert(provider("codxe"), 3.0);
    typo.typed.features.insert(provider("claude"), 0.0);
    let refusal = finalize(typo.clone()).unwrap_err();
    assert_eq!(refusal.rule, Rule::MissingSnapshot);
    assert!(refusal.message.contains("codxe needs before and after") && !refusal.message.contains("claude"));
    typo.accept_anomaly = true;
    assert_eq!(finalize(typo).unwrap().0.accepted_anomalies, ["no-reading:codxe"]);
}

#[test]
fn an_unknown_window_is_told_apart_from_a_refusal() {
    let rows = ledger([before("W0-19", 0, 10.0)]);
    let unknown = inputs().with_snapshots(&rows, &[]);
    assert!(finalize(unknown.clone()).unwrap_err().is_unknown_window());
    let mut telemetry_only = unknown;
    telemetry_only.known_elsewhere = true;
    assert!(finalize(telemetry_only).unwrap().0.providers.is_empty());
}

#[test]
fn an_unexplained_fall_blocks_until_it_is_corrected_or_accepted() {
    let rows = ledger([before("W0-20", 0, 91.0), after("W0-20", 50, 3.0)]);
    let refusal = finalize(inputs().with_snapshots(&rows, &[])).unwrap_err();
    assert_eq!(refusal.rule, Rule::BlockingAnomaly);
    assert_eq!(refusal.anomalies[0].cause, Some(Cause::Unexplained));
    assert_eq!((refusal.anomalies[0].before, refusal.anomalies[0].after), (Some(91.0), Some(3.0)));

    let recorded = refusal.anomalies;
    let mut accepted = inputs().with_snapshots(&rows, &[]);
    accepted.anomalies = &recorded;
    accepted.accept_anomaly = true;
    let (row, new) = finalize(accepted).unwrap();
    let codex = &row.providers[&provider("codex")];
    assert_eq!((codex.delta[&MeterId::WEEKLY], codex.errors.as_slice()), (None, &[Tag::NegativeDelta][..]));
    assert_eq!(row.accepted_anomalies, ["negative-delta:codex:weekly"]);
    assert!(new.is_empty(), "it is recorded already: {new:?}");

    let corrected = ledger([rows[0].clone(), rows[1].clone(), after("W0-20", 55, 94.0)]);
    let retractions = [retract(&corrected[1], 52)];
    let mut again = inputs().with_snapshots(&corrected, &retractions);
    again.anomalies = &recorded;
    assert_eq!(finalize(again).unwrap().0.providers[&provider("codex")].delta[&MeterId::WEEKLY], Some(3.0));
}

#[test]
fn a_reset_in_between_nulls_its_meter_and_leaves_the_others_usable() {
    let five = |used, resets| bar(MeterId::FIVE_HOURS, used, Some(resets));
    let rows = ledger([
        pane("W0-20", "codex", Phase::Before, 0, vec![five(80.0, 20), weekly(10.0)]),
        pane("W0-20", "codex", Phase::After, 50, vec![five(5.0, 320), weekly(14.0)]),
    ]);
    let (row, new) = finalize(inputs().with_snapshots(&rows, &[])).unwrap();
    let delta = &row.providers[&provider("codex")].delta;
    assert_eq!((delta[&MeterId::FIVE_HOURS], delta[&MeterId::WEEKLY]), (None, Some(4.0)));
    assert_eq!((&new[0].kind, new[0].blocking), (&AnomalyKind::NegativeDelta, false));
    assert_eq!(new[0].cause, Some(Cause::ResetCrossed));
}

#[test]
fn garbage_on_both_sides_is_refused_and_garbage_on_one_side_is_null() {
    let empty = |phase, at| pane("W0-20", "codex", phase, at, Vec::new()).tagged(Tag::InsufficientData);
    let garbage = ledger([empty(Phase::Before, 0), empty(Phase::After, 50)]);
    let mut refused = inputs().with_snapshots(&garbage, &[]);
    assert_eq!(finalize(refused.clone()).unwrap_err().rule, Rule::Unreadable);
    refused.accept_anomaly = true;
    assert_eq!(finalize(refused).unwrap().0.accepted_anomalies, ["unreadable:codex"]);

    let half = ledger([before("W0-20", 0, 10.0), empty(Phase::After, 50)]);
    let (row, _) = finalize(inputs().with_snapshots(&half, &[])).unwrap();
    let codex = &row.providers[&provider("codex")];
    assert_eq!(
        (codex.delta[&MeterId::WEEKLY], codex.errors.as_slice()),
        (None, &[Tag::InsufficientData][..])
    );
}

#[test]
fn a_pair_in_reverse_order_is_refused() {
    let rows = ledger([before("W0-20", 50, 10.0), after("W0-20", 0, 14.0)]);
    assert_eq!(finalize(inputs().with_snapshots(&rows, &[])).unwrap_err().rule, Rule::Order);
}

#[test]
fn a_window_of_prompts_alone_is_finalized() {
    let counts = [count("W0-20", 1, CountKind::Delta, Some(6.0))];
    let mut glm = inputs();
    glm.counts = &counts;
    glm.typed.features.insert(provider("glm"), 2.0);
    let (row, _) = finalize(glm).unwrap();
    assert_eq!(row.providers[&provider("glm")].delta[&MeterId::PROMPTS], Some(6.0));
}

#[test]
fn a_falling_prompt_count_blocks_and_unreadable_counts_are_refused() {
    let falling = [
        count("W0-20", 1, CountKind::Absolute, Some(40.0)),
        count("W0-20", 2, CountKind::Absolute, Some(4.0)),
    ];
    let mut glm = inputs();
    glm.counts = &falling;
    assert_eq!(finalize(glm).unwrap_err().rule, Rule::BlockingAnomaly);

    let unread = [count("W0-20", 1, CountKind::Delta, None)];
    let mut glm = inputs();
    glm.counts = &unread;
    assert_eq!(finalize(glm).unwrap_err().rule, Rule::Unreadable);
}

#[test]
fn one_running_figure_alone_finalizes_with_null() {
    let counts = [count("W0-20", 1, CountKind::Absolute, Some(118.0))];
    let mut glm = inputs();
    glm.counts = &counts;
    let (row, _) = finalize(glm).unwrap();
    let part = &row.providers[&provider("glm")];
    assert_eq!((part.delta[&MeterId::PROMPTS], part.errors.as_slice()), (None, &[Tag::InsufficientData][..]));
}

#[test]
fn an_anomaly_of_another_window_does_not_block() {
    let rows = ledger([
        before("W0-19", 0, 91.0),
        after("W0-19", 40, 3.0),
        before("W0-20", 50, 3.0),
        after("W0-20", 90, 5.0),
    ]);
    let of_19 = Inputs::new(window("W0-19"), minute(100)).with_snapshots(&rows, &[]);
    let recorded = finalize(of_19).unwrap_err().anomalies;
    let mut of_20 = inputs().with_snapshots(&rows, &[]);
    of_20.anomalies = &recorded;
    assert!(finalize(of_20).is_ok());
}

#[test]
fn counts_come_before_panes_and_panes_stand_in_for_counts_that_say_nothing() {
    let prompts = |phase, at, used| {
        let level = Level::Count { used, cap: Some(120.0) };
        let meter = Meter::new(MeterId::PROMPTS, "Prompts").with_level(level);
        pane("W0-20", "glm", phase, at, vec![meter])
    };
    let rows = ledger([prompts(Phase::Before, 0, 12.0), prompts(Phase::After, 50, 18.0)]);
    for (kind, expected) in [(CountKind::Delta, 9.0), (CountKind::Absolute, 6.0)] {
        let counts = [count("W0-20", 1, kind, Some(9.0))];
        let mut both = inputs().with_snapshots(&rows, &[]);
        both.counts = &counts;
        let (row, _) = finalize(both).unwrap();
        assert_eq!(row.providers[&provider("glm")].delta[&MeterId::PROMPTS], Some(expected));
        let used = capacity_of(&row, &provider("glm"), &MeterId::PROMPTS, &counts);
        assert_eq!(used, Ok(expected), "the estimate agrees with the row");
    }
}

#[test]
fn a_pane_of_another_account_is_excluded_and_no_fall() {
    let rows =
        ledger([before("W0-20", 0, 91.0).of_account("acct-1"), after("W0-20", 50, 3.0).of_account("acct-2")]);
    let (row, anomalies) = finalize(inputs().with_snapshots(&rows, &[])).unwrap();
    assert!(anomalies.is_empty());
    assert_eq!(row.providers[&provider("codex")].lanes[0].delta[&MeterId::WEEKLY], None);

    let rising =
        ledger([before("W0-20", 0, 3.0).of_account("acct-1"), after("W0-20", 50, 91.0).of_account("acct-2")]);
    let (row, _) = finalize(inputs().with_snapshots(&rising, &[])).unwrap();
    let used = capacity_of(&row, &provider("codex"), &MeterId::WEEKLY, &[]);
    assert_eq!(used.unwrap_err().to_string(), "account-changed");
}

#[test]
fn a_bar_that_only_one_pane_shows_is_null_and_makes_the_pair_no_worse() {
    let opus = bar(MeterId::scoped_weekly("opus"), 5.0, None);
    let rows = ledger([
        before("W0-20", 0, 10.0),
        pane("W0-20", "codex", Phase::After, 50, vec![weekly(14.0), opus.clone()]),
    ]);
    let (row, _) = finalize(inputs().with_snapshots(&rows, &[])).unwrap();
    let codex = &row.providers[&provider("codex")];
    assert_eq!((codex.delta[&opus.id], codex.delta[&MeterId::WEEKLY]), (None, Some(4.0)));
    assert_eq!(codex.errors, []);
}
