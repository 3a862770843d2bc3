//! The words of every refusal, side by side: one line that says what is wrong, one that says what to do.

use std::collections::BTreeSet;

use tracker_domain::{CountKind, MeterId, Phase, Reading, Snapshot, Tag};
use tracker_windows::capture::{CaptureRules, History, admit};
use tracker_windows::counts::{admit_end, admit_start};
use tracker_windows::finalize::{Inputs, finalize};
use tracker_windows::weekly_buffer::{Buffer, check_start};
use tracker_windows::{Refusal, State};

use crate::world::{Place, after, bar, before, count, ledger, minute, pane, provider, row, weekly, window};

fn of_capture(capture: &Snapshot, rows: Vec<Snapshot>) -> Refusal {
    let history = History { snapshots: &ledger(rows), ..History::default() };
    admit(capture, &history, &CaptureRules::default()).unwrap_err()
}

fn of_finalize(rows: Vec<Snapshot>, features: &str) -> Refusal {
    let rows = ledger(rows);
    let mut inputs = Inputs::new(window("W0-20"), minute(100)).with_snapshots(&rows, &[]);
    inputs.typed.features.insert(provider(features), 3.0);
    finalize(inputs).unwrap_err()
}

fn captures() -> Vec<Refusal> {
    let session = |phase, at, resets| {
        pane("W0-20", "claude", phase, at, vec![bar(MeterId::FIVE_HOURS, 60.0, Some(resets))])
    };
    vec![
        of_capture(&before("W0-20", 5, 10.0), vec![before("W0-20", 0, 10.0)]),
        of_capture(&after("W0-20", 5, 10.0), vec![]),
        of_capture(&after("W0-20", 5, 10.0).in_lane("sub1"), vec![before("W0-20", 0, 10.0).in_lane("main")]),
        of_capture(&after("W0-20", 5, 10.0), vec![before("W0-20", 9, 10.0)]),
        of_capture(&before("W0-20", 9, 10.0), vec![after("W0-20", 5, 10.0)]),
        of_capture(&session(Phase::After, 102, 400), vec![session(Phase::Before, 0, 100)]),
    ]
}

fn finalizations() -> Vec<Refusal> {
    let empty = |phase, at| pane("W0-20", "codex", phase, at, vec![]).tagged(Tag::InsufficientData);
    vec![
        of_finalize(vec![], "codex"),
        of_finalize(vec![before("W0-20", 0, 10.0)], "codex"),
        of_finalize(vec![before("W0-20", 0, 10.0), after("W0-20", 50, 12.0)], "claude"),
        of_finalize(vec![before("W0-20", 50, 10.0), after("W0-20", 0, 12.0)], "codex"),
        of_finalize(vec![before("W0-20", 0, 91.0), after("W0-20", 50, 3.0)], "codex"),
        of_finalize(vec![empty(Phase::Before, 0), empty(Phase::After, 50)], "codex"),
    ]
}

fn others() -> Vec<Refusal> {
    let (name, glm) = (window("W0-20"), provider("glm"));
    let counts = [count("W0-20", 1, CountKind::Absolute, Some(12.0))];
    let mut full = Reading::new(provider("codex"), "status-pane");
    full.meters.push(weekly(92.0));
    let past = [row("W0-19", 0, Some(6.0), 3.0)];
    vec![
        admit_start(&counts, &name, &glm, None).unwrap_err(),
        admit_end(&[], &name, &glm, None).unwrap_err(),
        State::default().windows_for_cross(None, &BTreeSet::new()).unwrap_err(),
        check_start(&name, &full, &past, Buffer::default(), false).unwrap_err(),
    ]
}

#[test]
fn every_refusal_is_one_line_with_a_hint() {
    let all: Vec<Refusal> = [captures(), finalizations(), others()].concat();
    let told: Vec<String> =
        all.iter().map(|refusal| format!("[{}] {refusal}\n  hint: {}", refusal.rule, refusal.hint)).collect();
    assert!(all.iter().all(|refusal| !refusal.message.contains('\n') && !refusal.hint.contains('\n')));
    insta::assert_snapshot!(told.join("\n"));
}
