//! Alias state: which window a command means, and that the rows alone give the same answer.

use std::collections::BTreeSet;

use tracker_domain::{CountKind, Phase, WindowId};
use tracker_windows::alias_state::{Cross, windows_in_use};
use tracker_windows::{Rule, State};

use crate::world::{Place, after, before, count, ledger, provider, retract, window};

fn names(names: &[&str]) -> BTreeSet<WindowId> {
    names.iter().map(|name| window(name)).collect()
}

#[test]
fn a_start_means_the_open_window_else_the_next_free_one() {
    let open = State::default().started(window("W0-20"), None);
    assert_eq!(open.window_for_start(None, &names(&["W0-20"])), Ok(window("W0-20")));
    let ended = open.ended(window("W0-20"));
    assert_eq!(ended.window_for_start(None, &names(&["W0-20", "W0-21"])), Ok(window("W0-22")));
    assert_eq!(ended.window_for_start(Some(&window("W1-01")), &names(&[])), Ok(window("W1-01")));
    assert_eq!(State::default().window_for_start(None, &names(&[])), Ok(window("W0-01")));
}

#[test]
fn an_end_means_the_current_window_even_a_second_time() {
    let open = State::default().started(window("W0-20"), None);
    assert_eq!(open.window_for_end(None), Ok(window("W0-20")));
    assert_eq!(open.ended(window("W0-20")).window_for_end(None), Ok(window("W0-20")));
    assert_eq!(State::default().window_for_end(None).unwrap_err().rule, Rule::NoOpenWindow);
}

#[test]
fn a_cross_ends_one_window_and_begins_the_next() {
    let open = State::default().started(window("W0-09"), None);
    let cross = open.windows_for_cross(None, &names(&["W0-09", "W0-10"])).unwrap();
    assert_eq!(cross, Cross { ended: window("W0-09"), begun: window("W0-11") });
}

#[test]
fn rows_give_the_state_of_each_lane() {
    let rows = ledger([
        before("W0-20", 0, 10.0).in_lane("main"),
        before("W0-20", 1, 10.0).in_lane("sub1"),
        after("W0-20", 50, 12.0).in_lane("main"),
    ]);
    let of = |lane: &str| State::rebuild(&provider("codex"), Some(&lane.parse().unwrap()), &rows, &[], &[]);
    assert_eq!(of("main"), State::default().ended(window("W0-20")));
    assert_eq!(of("sub1"), State::default().started(window("W0-20"), None));
    assert_eq!(of("sub2"), State::default());
}

#[test]
fn a_withdrawn_after_opens_its_window_again_and_a_withdrawn_before_frees_its_name() {
    let rows = ledger([before("W0-20", 0, 10.0), after("W0-20", 50, 12.0), before("W0-21", 60, 12.0)]);
    let withdrawn = [retract(&rows[1], 70), retract(&rows[2], 70)];
    let state = State::rebuild(&provider("codex"), None, &rows, &withdrawn, &[]);
    assert_eq!(state.open_window(), Some(&window("W0-20")));
    assert_eq!(windows_in_use(&rows, &withdrawn, &[]), names(&["W0-20"]));
}

#[test]
fn prompt_counts_give_the_state_of_a_provider_that_has_no_panes() {
    let start = count("W0-20", 1, CountKind::Absolute, Some(12.0));
    let end = count("W0-20", 2, CountKind::Delta, Some(6.0));
    let of = |rows: &[_]| State::rebuild(&provider("glm"), None, &[], &[], rows);
    assert_eq!(of(std::slice::from_ref(&start)), State::default().started(window("W0-20"), Some(12.0)));
    assert_eq!(of(&[start, end]).last_phase, Some(Phase::After));
}

#[test]
fn the_later_of_a_pane_and_a_count_decides_and_a_second_figure_is_an_end() {
    let mut start = before("W0-20", 0, 10.0);
    start.provider = provider("glm");
    let panes = ledger([start]);
    let counts = |line| [count("W0-21", line, CountKind::Absolute, Some(12.0))];
    let of = |counts: &[_]| State::rebuild(&provider("glm"), None, &panes, &[], counts);
    assert_eq!(of(&counts(30)).current_window, Some(window("W0-21")));
    let [mut earlier] = counts(30);
    earlier.captured_at = crate::world::minute(-30);
    assert_eq!(of(&[earlier]).current_window, Some(window("W0-20")));
    let two = [counts(30), counts(31)].concat();
    assert_eq!(of(&two).last_phase, Some(Phase::After));
}
