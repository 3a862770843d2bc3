//! Estimation units: one meter, nothing twice, and every window that is left out has a reason.

use tracker_domain::{CountKind, FinalizedWindow, LaneDelta, MeterId, Quality, Tag, WindowId};
use tracker_windows::capacity::Reason;
use tracker_windows::units::{ProviderUnits, units};

use crate::world::{count, minute, provider, row, with_readouts};

fn codex(rows: &[FinalizedWindow]) -> ProviderUnits {
    units(rows, &[], None).into_iter().find(|of| of.provider == provider("codex")).unwrap()
}

fn reasons(of: &ProviderUnits) -> Vec<String> {
    of.excluded.iter().map(|excluded| format!("{} {}", excluded.window, excluded.reason)).collect()
}

#[test]
fn completing_a_window_three_times_gives_one_unit() {
    let rows: Vec<_> = (1..=3)
        .map(|line| FinalizedWindow {
            row: tracker_domain::RowRef { line, ..Default::default() },
            ..row("W0-19", 0, Some(6.0), 3.0)
        })
        .collect();
    let of = codex(&rows);
    assert_eq!((of.units.len(), of.total_features(), of.total_capacity()), (1, 3.0, 6.0));
}

#[test]
fn a_null_delta_leaves_out_the_features_with_the_capacity() {
    let mut fallen = with_readouts(row("W0-20", 100, None, 5.0), Some(91.0), Some(3.0));
    fallen.providers.get_mut(&provider("codex")).unwrap().errors.push(Tag::NegativeDelta);
    let of = codex(&[row("W0-19", 0, Some(6.0), 3.0), fallen]);
    assert_eq!((of.total_features(), of.total_capacity()), (3.0, 6.0));
    assert_eq!(reasons(&of), ["W0-20 negative-delta"]);
}

#[test]
fn a_falling_bar_that_was_booked_as_91_points_is_left_out() {
    let booked = with_readouts(row("W0-20", 100, Some(91.0), 1.0), Some(91.0), Some(0.0));
    assert_eq!(reasons(&codex(&[booked])), ["W0-20 negative-delta"]);
}

#[test]
fn a_side_that_was_booked_as_zero_is_left_out() {
    let booked = with_readouts(row("W0-20", 100, Some(91.0), 1.0), None, Some(91.0));
    assert_eq!(reasons(&codex(&[booked])), ["W0-20 insufficient-data"]);
}

#[test]
fn a_replayed_pane_that_is_older_than_its_before_is_left_out() {
    let mut replayed = with_readouts(row("W0-20", 100, Some(91.0), 1.0), Some(0.0), Some(91.0));
    replayed.providers.get_mut(&provider("codex")).unwrap().after_at = Some(minute(10));
    assert_eq!(reasons(&codex(&[replayed])), ["W0-20 order"]);
}

#[test]
fn a_stored_delta_is_worked_out_again_from_its_readings() {
    let summed = with_readouts(row("W0-19", 0, Some(17.0), 3.0), Some(10.0), Some(16.0));
    assert_eq!(codex(&[summed]).total_capacity(), 6.0);
}

#[test]
fn weekly_and_five_hour_points_are_never_added() {
    let mut both = row("W0-19", 0, Some(6.0), 3.0);
    both.providers.get_mut(&provider("codex")).unwrap().delta.insert(MeterId::FIVE_HOURS, Some(40.0));
    assert_eq!(codex(std::slice::from_ref(&both)).total_capacity(), 6.0);
    let chosen = units(&[both], &[], Some(&MeterId::FIVE_HOURS));
    assert_eq!((chosen[0].total_capacity(), &chosen[0].capacity), (40.0, &MeterId::FIVE_HOURS));
}

#[test]
fn a_bar_that_did_not_move_is_merged_with_the_window_before_it_in_its_arm() {
    let mut rows = vec![
        row("W0-19", 0, Some(6.0), 3.0),
        row("W0-20", 100, Some(0.0), 2.0),
        row("W0-21", 200, Some(4.0), 1.0),
        row("W0-22", 150, Some(5.0), 1.0),
    ];
    rows[3].methodology = Some("tdd".into());
    let of = codex(&rows);
    let names: Vec<Vec<&str>> =
        of.units.iter().map(|unit| unit.windows.iter().map(WindowId::as_str).collect()).collect();
    assert_eq!(names, [vec!["W0-19", "W0-20"], vec!["W0-22"], vec!["W0-21"]]);
    assert_eq!((of.units[0].features, of.units[0].capacity, of.total_features()), (5.0, 6.0, 7.0));
    assert_eq!(of.arms()[&None].len(), 2);
    assert_eq!(of.arms()[&Some("tdd")].len(), 1);
}

#[test]
fn leading_windows_without_use_are_merged_with_the_first_that_has_some() {
    let rows = [
        row("W0-19", 0, Some(0.0), 1.0),
        row("W0-20", 100, Some(0.0), 0.0),
        row("W0-21", 200, Some(4.0), 1.0),
    ];
    let of = codex(&rows);
    assert_eq!((of.units.len(), of.units[0].features, of.units[0].capacity), (1, 2.0, 4.0));
    let still = codex(&rows[..2]);
    assert_eq!((still.units.len(), still.units[0].capacity, still.units[0].features), (1, 0.0, 1.0));
}

#[test]
fn windows_without_features_count() {
    let of = codex(&[row("W0-19", 0, Some(6.0), 3.0), row("W0-20", 100, Some(9.0), 0.0)]);
    assert_eq!((of.units.len(), of.total_capacity()), (2, 15.0));
}

#[test]
fn a_window_is_a_providers_only_by_a_reading_or_by_features() {
    let mut shared = row("W0-19", 0, Some(6.0), 3.0);
    shared.features.insert(provider("claude"), 0.0);
    shared.features.insert(provider("glm"), 2.0);
    shared.providers.insert(provider("claude"), tracker_domain::ProviderWindow::default());
    let all = units(&[shared], &[], None);
    let names: Vec<&str> = all.iter().map(|of| of.provider.as_str()).collect();
    assert_eq!(names, ["codex", "glm"]);
    assert_eq!(all[1].excluded[0].reason, Reason::NoReading);
    assert_eq!((all[1].excluded[0].features, all[1].units.len()), (2.0, 0));
}

#[test]
fn prompts_are_the_capacity_of_a_provider_that_only_counts() {
    let mut glm = row("W0-19", 0, None, 0.0);
    glm.providers.clear();
    glm.features = [(provider("glm"), 2.0)].into();
    // The earlier tool added the running figure to the use.
    let counts =
        [count("W0-19", 1, CountKind::Absolute, Some(112.0)), count("W0-19", 2, CountKind::Delta, Some(6.0))];
    let of = &units(&[glm], &counts, None)[0];
    assert_eq!((&of.capacity, of.total_capacity(), of.total_features()), (&MeterId::PROMPTS, 6.0, 2.0));
}

#[test]
fn a_lone_running_figure_that_was_stored_as_use_is_left_out() {
    let mut glm = row("W0-19", 0, None, 0.0);
    glm.providers.clear();
    let mut part = tracker_domain::ProviderWindow::default();
    part.delta.insert(MeterId::PROMPTS, Some(118.0));
    glm.providers.insert(provider("glm"), part);
    let counts = [count("W0-19", 1, CountKind::Absolute, Some(118.0))];
    let all = units(std::slice::from_ref(&glm), &counts, None);
    let of = all.iter().find(|of| of.provider == provider("glm")).unwrap();
    assert_eq!((of.units.len(), reasons(of)), (0, vec!["W0-19 insufficient-data".to_owned()]));
}

#[test]
fn several_lanes_must_lie_between_the_largest_and_their_sum() {
    let lane = |from, to, used| LaneDelta {
        lane: None,
        account: None,
        before_at: minute(from),
        after_at: minute(to),
        delta: [(MeterId::WEEKLY, Some(used))].into(),
    };
    let two = |stored| {
        let mut out = row("W0-19", 0, Some(stored), 1.0);
        out.providers.get_mut(&provider("codex")).unwrap().lanes = vec![lane(0, 50, 1.0), lane(10, 60, 3.0)];
        out
    };
    assert_eq!(codex(&[two(4.0)]).total_capacity(), 4.0);
    assert_eq!(reasons(&codex(&[two(51.0)])), ["W0-19 inconsistent-delta"]);
}

#[test]
fn quality_weighs_features_and_is_unknown_when_none_was_given() {
    let mut rated = row("W0-19", 0, Some(6.0), 3.0);
    rated.quality = Quality::from_row(4.0);
    let unit = codex(std::slice::from_ref(&rated)).units.remove(0);
    assert!((unit.quality_weighted.unwrap() - 2.4).abs() < 1e-12);
    assert!((unit.quality_weight_sq.unwrap() - 1.92).abs() < 1e-12);
    let bare = codex(&[row("W0-19", 0, Some(6.0), 3.0)]).units.remove(0);
    assert_eq!((bare.quality_weighted, bare.quality_weight_sq), (None, None));
    let nothing = codex(&[row("W0-19", 0, Some(6.0), 0.0)]).units.remove(0);
    assert_eq!(nothing.quality_weighted, Some(0.0));
}

#[test]
fn a_part_of_a_feature_weighs_its_part_squared() {
    let mut rated = row("W0-19", 0, Some(6.0), 2.5);
    rated.quality = Quality::from_row(1.0);
    let unit = codex(&[rated]).units.remove(0);
    assert_eq!((unit.quality_weighted, unit.quality_weight_sq), (Some(2.5), Some(2.25)));
}

#[test]
fn readings_that_go_on_from_the_window_before_are_one_run() {
    let rows = [
        with_readouts(row("W0-19", 0, Some(6.0), 3.0), Some(10.0), Some(16.0)),
        with_readouts(row("W0-20", 50, Some(2.0), 1.0), Some(16.0), Some(18.0)),
        with_readouts(row("W0-21", 200, Some(2.0), 1.0), Some(30.0), Some(32.0)),
    ];
    let runs: Vec<usize> = codex(&rows).units.iter().map(|unit| unit.runs).collect();
    assert_eq!(runs, [1, 0, 1]);
}

#[test]
fn features_that_are_no_number_reach_no_sum() {
    let of = codex(&[row("W0-19", 0, Some(6.0), f64::NAN), row("W0-20", 90, Some(2.0), 1.0)]);
    assert_eq!((of.total_features(), reasons(&of)), (1.0, vec!["W0-19 inconsistent-delta".to_owned()]));
}

#[test]
fn one_lane_whose_stored_delta_contradicts_its_readings_is_left_out() {
    let lane = |from, to, used| LaneDelta {
        lane: None,
        account: None,
        before_at: minute(from),
        after_at: minute(to),
        delta: [(MeterId::WEEKLY, Some(used))].into(),
    };
    let with_lane = |stored, lane| {
        let mut out = with_readouts(row("W0-19", 0, Some(stored), 1.0), Some(10.0), Some(16.0));
        out.providers.get_mut(&provider("codex")).unwrap().lanes = vec![lane];
        out
    };
    assert_eq!(codex(&[with_lane(6.0, lane(0, 50, 6.0))]).total_capacity(), 6.0);
    assert_eq!(reasons(&codex(&[with_lane(51.0, lane(0, 50, 6.0))])), ["W0-19 inconsistent-delta"]);
    assert_eq!(reasons(&codex(&[with_lane(6.0, lane(0, 50, 5.0))])), ["W0-19 inconsistent-delta"]);
    assert_eq!(reasons(&codex(&[with_lane(6.0, lane(50, 0, 6.0))])), ["W0-19 order"]);
}

#[test]
fn readings_of_several_lanes_go_on_from_nothing() {
    let mut first = with_readouts(row("W0-19", 0, Some(6.0), 3.0), Some(10.0), Some(16.0));
    let lane = LaneDelta {
        lane: None,
        account: None,
        before_at: minute(0),
        after_at: minute(50),
        delta: [(MeterId::WEEKLY, Some(6.0))].into(),
    };
    first.providers.get_mut(&provider("codex")).unwrap().lanes = vec![lane.clone(), lane];
    let second = with_readouts(row("W0-20", 50, Some(2.0), 1.0), Some(16.0), Some(18.0));
    assert_eq!(codex(&[first, second]).units.iter().map(|unit| unit.runs).sum::<usize>(), 2);
}

#[test]
fn a_provider_with_a_weekly_bar_keeps_it_although_it_also_counts_prompts() {
    let mut both = row("W0-19", 0, Some(6.0), 3.0);
    let counts = [tracker_domain::PromptCount {
        provider: provider("codex"),
        ..count("W0-19", 1, CountKind::Delta, Some(30.0))
    }];
    both.providers.get_mut(&provider("codex")).unwrap().delta.insert(MeterId::PROMPTS, Some(30.0));
    let of = &units(&[both], &counts, None)[0];
    assert_eq!((&of.capacity, of.total_capacity()), (&MeterId::WEEKLY, 6.0));
}

#[test]
fn neighbours_are_neighbours_in_time_and_not_by_name() {
    let rows = [
        row("W0-10", 100, Some(0.0), 2.0),
        row("W0-20", 200, Some(4.0), 1.0),
        row("W0-30", 0, Some(6.0), 3.0),
    ];
    let features: Vec<f64> = codex(&rows).units.iter().map(|unit| unit.features).collect();
    assert_eq!(features, [5.0, 1.0]);
}

#[test]
fn a_unit_knows_when_it_began_and_in_which_period_of_the_bar() {
    let mut first = row("W0-19", 0, Some(6.0), 3.0);
    first
        .providers
        .get_mut(&provider("codex"))
        .unwrap()
        .before
        .resets_at
        .insert(MeterId::WEEKLY, minute(9000));
    let of = codex(&[row("W0-20", 100, Some(4.0), 1.0), first]);
    let told: Vec<_> = of.units.iter().map(|unit| (unit.begun_at, unit.period_ends_at)).collect();
    assert_eq!(told, [(minute(0), Some(minute(9000))), (minute(100), None)]);
}
