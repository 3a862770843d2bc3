//! Prompt counts: deltas, running figures, lanes, and rows that were taken back.

use tracker_domain::{
    CountKind::{Absolute, Delta},
    PromptCount, Tag,
};
use tracker_windows::Rule;
use tracker_windows::counts::{WITHDRAWN, admit_end, admit_start, in_force};
use tracker_windows::prompts::prompt_use;

use crate::world::{count, minute, provider, window};

fn used(counts: &[PromptCount]) -> Option<f64> {
    prompt_use(counts, &window("W0-20"), &provider("glm")).prompts
}

fn row(line: u64, kind: tracker_domain::CountKind, prompts: f64) -> PromptCount {
    count("W0-20", line, kind, Some(prompts))
}

fn in_lane(mut row: PromptCount, lane: &str, baseline: Option<f64>, at: i64) -> PromptCount {
    row.lane = Some(lane.parse().unwrap());
    row.baseline = baseline;
    row.captured_at = minute(at);
    row
}

#[test]
fn running_figures_and_deltas_are_never_added_together() {
    assert_eq!(used(&[row(1, Absolute, 12.0), row(2, Delta, 6.0), row(3, Absolute, 118.0)]), Some(6.0));
}

#[test]
fn the_newest_delta_of_a_lane_wins() {
    assert_eq!(used(&[row(1, Delta, 6.0), row(2, Delta, 7.0)]), Some(7.0));
    assert_eq!(used(&[row(1, Delta, 6.0), count("W0-20", 2, Delta, None)]), None);
}

#[test]
fn two_running_figures_make_a_difference_and_one_makes_none() {
    assert_eq!(used(&[row(1, Absolute, 12.0)]), None);
    assert_eq!(used(&[row(1, Absolute, 12.0), row(2, Absolute, 15.0), row(3, Absolute, 18.0)]), Some(6.0));
    let fallen =
        prompt_use(&[row(1, Absolute, 18.0), row(2, Absolute, 12.0)], &window("W0-20"), &provider("glm"));
    assert_eq!((fallen.prompts, fallen.tags), (None, vec![Tag::NegativeDelta]));
}

#[test]
fn an_unreadable_end_is_unknown_until_a_readable_one_follows() {
    let mut rows = vec![row(1, Absolute, 12.0), count("W0-20", 2, Absolute, None)];
    assert_eq!(used(&rows), None);
    rows.push(row(3, Absolute, 18.0));
    assert_eq!(used(&rows), Some(6.0));
}

#[test]
fn deltas_of_lanes_add_up_and_duplicates_of_one_do_not() {
    let rows = [
        in_lane(row(1, Delta, 6.0), "main", None, 10),
        in_lane(row(2, Delta, 6.0), "main", None, 11),
        in_lane(row(3, Delta, 4.0), "sub1", None, 12),
    ];
    assert_eq!(used(&rows), Some(10.0));
}

#[test]
fn lanes_that_read_one_running_figure_at_the_same_time_are_united() {
    let rows = |sub_from, sub_to| {
        [
            in_lane(row(1, Absolute, 12.0), "main", None, 0),
            in_lane(row(2, Absolute, 13.0), "sub1", None, sub_from),
            in_lane(row(3, Delta, 6.0), "main", Some(12.0), 60),
            in_lane(row(4, Delta, 7.0), "sub1", Some(13.0), sub_to),
        ]
    };
    assert_eq!(used(&rows(10, 70)), Some(8.0), "12..18 and 13..20 is 12..20");
    assert_eq!(used(&rows(61, 90)), Some(13.0), "one after the other they add up");
}

#[test]
fn rows_of_other_windows_and_providers_say_nothing() {
    let mut other = row(2, Delta, 9.0);
    other.provider = provider("zai");
    assert_eq!(used(&[row(1, Delta, 6.0), other, count("W0-21", 3, Delta, Some(1.0))]), Some(6.0));
}

#[test]
fn a_marked_row_takes_back_the_rows_of_its_lane_and_kind() {
    let mut taken_back = count("W0-20", 3, Delta, None);
    taken_back.errors.push(Tag::Other(WITHDRAWN.into()));
    let mut rows = vec![row(1, Absolute, 12.0), row(2, Delta, 60.0), taken_back];
    assert_eq!(in_force(&rows).len(), 1);
    rows.push(row(4, Delta, 6.0));
    assert_eq!(used(&rows), Some(6.0));
}

#[test]
fn a_lane_begins_once_and_ends_only_what_it_began() {
    let (name, glm) = (window("W0-20"), provider("glm"));
    let rows = [row(1, Absolute, 12.0)];
    assert_eq!(admit_start(&rows, &name, &glm, None).unwrap_err().rule, Rule::BeforeOnce);
    assert_eq!(admit_end(&rows, &name, &glm, None), Ok(12.0));
    let sub = "sub1".parse().unwrap();
    assert_eq!(admit_end(&rows, &name, &glm, Some(&sub)).unwrap_err().rule, Rule::NoBefore);
    assert!(admit_start(&rows, &name, &glm, Some(&sub)).is_ok());
}

#[test]
fn lanes_whose_running_figures_lie_apart_read_two_meters_and_add_up() {
    let rows = [
        in_lane(row(1, Absolute, 12.0), "main", None, 0),
        in_lane(row(2, Absolute, 400.0), "sub1", None, 10),
        in_lane(row(3, Delta, 6.0), "main", Some(12.0), 60),
        in_lane(row(4, Delta, 7.0), "sub1", Some(400.0), 70),
    ];
    assert_eq!(used(&rows), Some(13.0));
}

#[test]
fn a_lane_whose_count_fell_is_not_hidden_by_what_another_lane_used() {
    let rows = [
        in_lane(row(1, Absolute, 30.0), "main", None, 0),
        in_lane(row(2, Absolute, 5.0), "main", None, 60),
        in_lane(row(3, Delta, 4.0), "sub1", None, 60),
    ];
    let found = prompt_use(&rows, &window("W0-20"), &provider("glm"));
    assert_eq!((found.prompts, found.fall), (None, Some((30.0, 5.0))));
    assert!(found.tags.contains(&Tag::NegativeDelta));
}
