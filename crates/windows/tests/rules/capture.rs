//! Admission of captures: before once, order, the buffer after a reset, replayed panes.

use chrono::TimeDelta;
use tracker_domain::{AnomalyKind, Cause, ContextUse, MeterId, Phase, Snapshot, Tag};
use tracker_windows::capture::{Admission, CaptureRules, History, admit};
use tracker_windows::{Refusal, Rule};

use crate::world::{Place, after, bar, before, ledger, minute, pane, retract, weekly};

fn submit(capture: &Snapshot, rows: &[Snapshot]) -> Result<Admission, Refusal> {
    admit(capture, &History { snapshots: rows, ..History::default() }, &CaptureRules::default())
}

fn session_bar(phase: Phase, at: i64, used: f64, resets: Option<i64>) -> Snapshot {
    let five = bar(MeterId::FIVE_HOURS, used, resets).with_window_minutes(300);
    pane("W0-20", "claude", phase, at, vec![five, weekly(20.0)])
}

#[test]
fn a_second_before_is_refused_with_the_correcting_command() {
    let rows = ledger([before("W0-20", 0, 10.0)]);
    let refusal = submit(&before("W0-20", 5, 10.0), &rows).unwrap_err();
    assert_eq!(refusal.rule, Rule::BeforeOnce);
    assert!(refusal.hint.contains("alias delete codex --phase before --window W0-20"), "{}", refusal.hint);
    assert!(!refusal.message.contains('\n'));
}

#[test]
fn a_before_is_accepted_in_another_lane_or_after_the_first_was_withdrawn() {
    let rows = ledger([before("W0-20", 0, 10.0)]);
    assert!(submit(&before("W0-20", 5, 10.0).in_lane("sub1"), &rows).is_ok());
    let retractions = [retract(&rows[0], 1)];
    let history = History { snapshots: &rows, retractions: &retractions, last_captured_at: None };
    assert!(admit(&before("W0-20", 5, 10.0), &history, &CaptureRules::default()).is_ok());
}

#[test]
fn a_second_after_is_accepted_and_supersedes_the_first() {
    let rows = ledger([before("W0-20", 0, 10.0), after("W0-20", 60, 12.0)]);
    let admission = submit(&after("W0-20", 61, 13.0), &rows).unwrap();
    assert_eq!(admission.supersedes.as_ref(), Some(&rows[1].id));
}

#[test]
fn an_after_without_a_before_in_its_lane_names_the_lane_that_has_one() {
    let rows = ledger([before("W0-20", 0, 10.0).in_lane("main")]);
    let refusal = submit(&after("W0-20", 60, 12.0).in_lane("sub1"), &rows).unwrap_err();
    assert_eq!(refusal.rule, Rule::NoBefore);
    assert!(refusal.message.contains("in lane sub1") && refusal.hint.contains("main"), "{refusal:?}");
}

#[test]
fn an_after_older_than_its_before_is_refused() {
    let rows = ledger([before("W0-20", 30, 10.0)]);
    assert_eq!(submit(&after("W0-20", 29, 12.0), &rows).unwrap_err().rule, Rule::Order);
    assert!(submit(&after("W0-20", 30, 12.0), &rows).is_ok());
}

#[test]
fn a_corrected_before_may_not_be_newer_than_the_after() {
    let rows = ledger([after("W0-20", 60, 12.0)]);
    assert_eq!(submit(&before("W0-20", 61, 10.0), &rows).unwrap_err().rule, Rule::Order);
    assert!(submit(&before("W0-20", 59, 10.0), &rows).is_ok());
}

#[test]
fn an_after_is_refused_until_five_minutes_after_the_reset_the_before_printed() {
    let rows = ledger([session_bar(Phase::Before, 0, 60.0, Some(100))]);
    for at in [100, 102, 104] {
        let refusal = submit(&session_bar(Phase::After, at, 1.0, Some(400)), &rows).unwrap_err();
        assert_eq!((refusal.rule, refusal.valid_at), (Rule::AfterResetBuffer, Some(minute(105))));
        assert!(refusal.message.contains("2026-11-02T09:45:00Z"), "{refusal}");
    }
    assert!(submit(&session_bar(Phase::After, 99, 70.0, Some(100)), &rows).is_ok());
    assert!(submit(&session_bar(Phase::After, 105, 1.0, Some(400)), &rows).is_ok());
}

#[test]
fn the_reset_is_also_known_from_the_after_pane_alone() {
    let rows = ledger([session_bar(Phase::Before, 0, 60.0, None)]);
    let refusal = submit(&session_bar(Phase::After, 102, 1.0, Some(400)), &rows).unwrap_err();
    assert_eq!(refusal.valid_at, Some(minute(105)));
    assert!(submit(&session_bar(Phase::After, 106, 1.0, Some(400)), &rows).is_ok());
}

#[test]
fn an_idle_bar_whose_period_moves_along_is_not_a_reset() {
    // Nothing was used, so the client prints "five hours from now" in both panes.
    let rows = ledger([session_bar(Phase::Before, 0, 0.0, Some(300))]);
    assert!(submit(&session_bar(Phase::After, 60, 0.0, Some(360)), &rows).is_ok());
    assert!(
        submit(&session_bar(Phase::After, 301, 0.0, Some(601)), &rows).is_err(),
        "the printed reset came due"
    );
}

#[test]
fn the_buffer_is_configurable() {
    let rows = ledger([session_bar(Phase::Before, 0, 60.0, Some(100))]);
    let history = History { snapshots: &rows, ..History::default() };
    let rules = CaptureRules::default().with_after_reset_buffer(TimeDelta::minutes(1));
    assert!(admit(&session_bar(Phase::After, 102, 1.0, Some(400)), &history, &rules).is_ok());
}

#[test]
fn a_late_after_is_tagged_and_logged_by_flag_or_by_note() {
    let rows = ledger([session_bar(Phase::Before, 0, 60.0, Some(100))]);
    let history = History { snapshots: &rows, ..History::default() };
    let late = session_bar(Phase::After, 102, 1.0, Some(400));
    let by_flag = admit(&late, &history, &CaptureRules::default().with_late(true)).unwrap();
    let noted = Snapshot { notes: "AGENT_ID=main late-after".into(), ..late };
    let by_note = admit(&noted, &history, &CaptureRules::default()).unwrap();
    for admission in [by_flag, by_note] {
        assert_eq!(admission.tags, [Tag::LateAfter]);
        let logged = &admission.anomalies[0];
        assert_eq!((&logged.kind, logged.blocking), (&AnomalyKind::LateAfter, false));
        assert_eq!(logged.meter, Some(MeterId::FIVE_HOURS));
    }
}

#[test]
fn a_fall_is_logged_at_once_and_blocks_only_when_no_reset_explains_it() {
    let rows = ledger([session_bar(Phase::Before, 0, 60.0, Some(100))]);
    let mut after = session_bar(Phase::After, 200, 5.0, Some(400));
    after.reading.meters[1] = weekly(3.0);
    let logged = submit(&after, &rows).unwrap().anomalies;
    let told: Vec<_> = logged.iter().map(|a| (a.meter.clone().unwrap(), a.cause, a.blocking)).collect();
    let expected = [
        (MeterId::FIVE_HOURS, Some(Cause::ResetCrossed), false),
        (MeterId::WEEKLY, Some(Cause::Unexplained), true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_pane_seen_in_another_window_is_stored_tagged_and_blocks_when_it_names_its_session() {
    let rows = ledger([before("W0-19", 0, 10.0).with_hash("aa"), before("W0-20", 50, 10.0)]);
    let mut replayed = after("W0-20", 60, 10.0).with_hash("aa");
    let honest = submit(&replayed, &rows).unwrap();
    assert_eq!(honest.tags, [Tag::ReplayedPane]);
    assert!(!honest.anomalies[0].blocking, "an idle meter prints the same bytes");

    replayed.reading.session = Some("sess-1".into());
    assert!(submit(&replayed, &rows).unwrap().anomalies[0].blocking);
    replayed.reading.session = None;
    replayed.reading.context = Some(ContextUse { used_tokens: Some(132_000), ..ContextUse::default() });
    assert!(submit(&replayed, &rows).unwrap().anomalies[0].blocking);
}

#[test]
fn a_replayed_pane_whose_reset_has_passed_blocks() {
    let rows = ledger([before("W0-19", 0, 10.0).with_hash("aa"), before("W0-20", 50, 10.0)]);
    let mut stale = after("W0-20", 60, 10.0).with_hash("aa");
    stale.reading.meters = vec![bar(MeterId::WEEKLY, 10.0, Some(40))];
    let logged = submit(&stale, &rows).unwrap().anomalies;
    assert!(logged.iter().any(|a| a.kind == AnomalyKind::ReplayedPane && a.blocking));
}

#[test]
fn the_two_rows_of_one_cross_are_no_replay_and_a_third_is() {
    let cross = Some("x-1".parse().unwrap());
    let mut end = after("W0-20", 60, 12.0).with_hash("bb");
    let mut start = before("W0-21", 60, 12.0).with_hash("bb");
    (end.cross_id, start.cross_id) = (cross.clone(), cross);
    let rows = ledger([before("W0-20", 0, 10.0), end]);
    assert_eq!(submit(&start, &rows).unwrap().tags, []);

    let rows = ledger([rows[0].clone(), rows[1].clone(), start]);
    let third = after("W0-21", 90, 12.0).with_hash("bb");
    assert_eq!(submit(&third, &rows).unwrap().tags, [Tag::ReplayedPane]);
}

#[test]
fn equal_panes_are_honest_in_one_phase_of_two_lanes_of_another_account_or_once_withdrawn() {
    let first = before("W0-20", 0, 10.0).with_hash("cc").of_account("acct-1").in_lane("main");
    let rows = ledger([first]);
    let twin = before("W0-20", 1, 10.0).with_hash("cc").of_account("acct-1").in_lane("sub1");
    assert_eq!(submit(&twin, &rows).unwrap().tags, []);
    let stranger = before("W0-21", 1, 10.0).with_hash("cc").of_account("acct-2");
    assert_eq!(submit(&stranger, &rows).unwrap().tags, []);

    let again = before("W0-21", 2, 10.0).with_hash("cc").of_account("acct-1");
    assert_eq!(submit(&again, &rows).unwrap().tags, [Tag::ReplayedPane]);
    let retractions = [retract(&rows[0], 1)];
    let history = History { snapshots: &rows, retractions: &retractions, last_captured_at: None };
    assert_eq!(admit(&again, &history, &CaptureRules::default()).unwrap().tags, []);
}

#[test]
fn more_than_the_cap_is_kept_and_tagged() {
    let admission = submit(&before("W0-20", 0, 104.0), &[]).unwrap();
    assert_eq!(admission.tags, [Tag::Over100]);
}

#[test]
fn a_clock_that_ran_backwards_is_tagged() {
    let rows = ledger([before("W0-20", 10, 10.0)]);
    let history = History { snapshots: &rows, retractions: &[], last_captured_at: Some(minute(90)) };
    let admission = admit(&after("W0-20", 60, 12.0), &history, &CaptureRules::default()).unwrap();
    assert_eq!(admission.tags, [Tag::ClockSkew]);
}

#[test]
fn a_bar_without_a_number_is_not_read_and_refuses_nothing() {
    let rows = ledger([session_bar(Phase::Before, 0, 60.0, Some(100))]);
    let mut cut = session_bar(Phase::After, 102, 1.0, Some(400));
    cut.reading.meters[0].level = None;
    assert!(submit(&cut, &rows).is_ok());
}

#[test]
fn a_replayed_pane_that_states_its_instant_blocks_and_another_providers_pane_is_no_replay() {
    let rows = ledger([before("W0-19", 0, 10.0).with_hash("aa"), before("W0-20", 50, 10.0)]);
    let mut dated = after("W0-20", 60, 10.0).with_hash("aa");
    dated.reading.observed_at = Some(minute(0));
    assert!(submit(&dated, &rows).unwrap().anomalies[0].blocking);
    let other = pane("W0-20", "claude", Phase::Before, 60, vec![weekly(10.0)]).with_hash("aa");
    assert_eq!(submit(&other, &rows).unwrap().tags, []);
}
