//! Lanes: pairing within a lane, and the union of those that share a meter.

use tracker_domain::{MeterId, Phase, Snapshot, Tag};
use tracker_windows::canonical::CanonicalSnapshots;
use tracker_windows::lanes::{UnionDelta, union_delta};
use tracker_windows::pairing::pairs;

use crate::world::{Place, after, bar, before, ledger, pane, provider, window};

fn lane(name: &str, from: (i64, f64), to: (i64, f64)) -> [Snapshot; 2] {
    [before("W0-20", from.0, from.1).in_lane(name), after("W0-20", to.0, to.1).in_lane(name)]
}

fn union(rows: impl IntoIterator<Item = Snapshot>) -> UnionDelta {
    let rows = ledger(rows);
    let canonical = CanonicalSnapshots::new(&rows, &[]);
    let name = window("W0-20");
    let lanes = &pairs(&canonical, &name)[&provider("codex")];
    union_delta(&lanes.pairs, &MeterId::WEEKLY)
}

#[test]
fn phases_are_never_paired_across_lanes() {
    let rows = ledger([before("W0-20", 0, 10.0).in_lane("main"), after("W0-20", 50, 61.0).in_lane("sub1")]);
    let canonical = CanonicalSnapshots::new(&rows, &[]);
    let name = window("W0-20");
    let lanes = &pairs(&canonical, &name)[&provider("codex")];
    assert_eq!((lanes.pairs.len(), lanes.halves.len()), (0, 2));
}

#[test]
fn two_lanes_of_two_accounts_that_used_1_and_3_points_used_4_and_not_51() {
    let main = lane("main", (0, 10.0), (50, 11.0)).map(|row| row.of_account("acct-1"));
    let sub = lane("sub1", (10, 58.0), (60, 61.0)).map(|row| row.of_account("acct-2"));
    let used = union(main.into_iter().chain(sub));
    assert_eq!((used.value, used.tags), (Some(4.0), vec![]));
}

#[test]
fn two_lanes_of_unnamed_accounts_whose_readings_exclude_one_meter_used_4_and_say_so() {
    let main = lane("main", (0, 10.0), (50, 11.0));
    let sub = lane("sub1", (10, 58.0), (60, 61.0));
    let used = union(main.into_iter().chain(sub));
    assert_eq!((used.value, used.tags), (Some(4.0), vec![Tag::Other("lanes-inconsistent".into())]));
}

#[test]
fn the_same_readings_under_one_account_make_no_delta() {
    let main = lane("main", (0, 10.0), (50, 11.0)).map(|row| row.of_account("acct-1"));
    let sub = lane("sub1", (10, 58.0), (60, 61.0)).map(|row| row.of_account("acct-1"));
    assert_eq!(union(main.into_iter().chain(sub)).value, None);
}

#[test]
fn lanes_that_overlap_share_a_meter_and_are_not_added() {
    // The bar went 10 .. 14 .. 18 .. 20; each lane saw a part of it.
    let main = lane("main", (0, 10.0), (50, 18.0));
    let sub = lane("sub1", (30, 14.0), (70, 20.0));
    assert_eq!(union(main.into_iter().chain(sub)).value, Some(10.0));
}

#[test]
fn lanes_apart_in_time_add_up_and_what_lies_between_is_nobodys() {
    let main = lane("main", (0, 10.0), (20, 13.0));
    let sub = lane("sub1", (40, 30.0), (70, 32.0));
    assert_eq!(union(main.into_iter().chain(sub)).value, Some(5.0));
}

#[test]
fn a_lane_that_names_no_account_belongs_to_the_only_one_named() {
    let main = lane("main", (0, 10.0), (50, 18.0)).map(|row| row.of_account("acct-1"));
    let sub = lane("sub1", (30, 14.0), (70, 20.0));
    assert_eq!(union(main.into_iter().chain(sub)).value, Some(10.0));
}

#[test]
fn two_clients_that_round_in_their_own_way_may_be_one_point_apart() {
    let main = lane("main", (0, 10.0), (50, 18.0));
    let sub = lane("sub1", (51, 17.0), (70, 20.0));
    let third = lane("sub2", (10, 11.0), (52, 17.0));
    assert_eq!(union(main.into_iter().chain(sub).chain(third)).value, Some(10.0));
}

#[test]
fn a_pane_of_another_account_makes_no_delta() {
    let rows = [before("W0-20", 0, 10.0).of_account("acct-1"), after("W0-20", 50, 30.0).of_account("acct-2")];
    let used = union(rows);
    assert_eq!((used.value, used.tags), (None, vec![Tag::Other("account-changed".into())]));
}

#[test]
fn a_reset_in_one_lane_hides_the_use_of_the_group() {
    let reset = |phase, at, used, resets| {
        pane("W0-20", "codex", phase, at, vec![bar(MeterId::WEEKLY, used, Some(resets))])
    };
    let main = [reset(Phase::Before, 0, 90.0, 40), reset(Phase::After, 50, 2.0, 10_120)];
    let sub = [reset(Phase::Before, 45, 1.0, 10_120), reset(Phase::After, 60, 4.0, 10_120)];
    let rows = main.map(|row| row.in_lane("main")).into_iter().chain(sub.map(|row| row.in_lane("sub1")));
    let used = union(rows);
    assert_eq!((used.value, used.tags), (None, vec![Tag::NegativeDelta]));
}

#[test]
fn an_unreadable_end_is_null_with_its_reason() {
    let mut end = after("W0-20", 50, 0.0).tagged(Tag::Truncated("weekly".into()));
    end.reading.meters[0].level = None;
    let used = union([before("W0-20", 0, 10.0), end]);
    assert_eq!((used.value, used.tags), (None, vec![Tag::Truncated("weekly".into())]));
}

#[test]
fn a_pair_in_reverse_order_makes_no_delta_and_no_fall() {
    let rows = ledger([before("W0-20", 50, 91.0), after("W0-20", 0, 3.0)]);
    let canonical = CanonicalSnapshots::new(&rows, &[]);
    let lanes = &pairs(&canonical, &window("W0-20"))[&provider("codex")];
    let delta = lanes.pairs[0].delta(&MeterId::WEEKLY);
    assert_eq!((delta.value, delta.finding), (None, None));
    assert_eq!(union_delta(&lanes.pairs, &MeterId::WEEKLY).tags, [Tag::Other("order".into())]);
}
