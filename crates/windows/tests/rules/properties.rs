//! Properties: duplicates, order and withdrawals change no number; no capacity is negative; unions keep their bounds.

use proptest::prelude::*;
use tracker_domain::{FinalizedWindow, MeterId, Phase, ProviderWindow, Retraction, Snapshot};
use tracker_windows::canonical::CanonicalSnapshots;
use tracker_windows::lanes::union_delta;
use tracker_windows::pairing::pairs;
use tracker_windows::{State, summarize, units};

use crate::world::{Place, bar, ledger, minute, pane, provider, retract, row, window, with_readouts};

/// Any pane of one of two providers, two lanes and two accounts, with or without number and reset.
fn any_pane() -> impl Strategy<Value = Snapshot> {
    let who = (prop_oneof![Just("codex"), Just("claude")], 0..3u8, 0..3u8);
    let what = (any::<bool>(), 0..200i64, proptest::option::of(0u32..=110), proptest::option::of(0..400i64));
    (who, what).prop_map(|((of, lane, account), (is_before, at, used, resets))| {
        let phase = if is_before { Phase::Before } else { Phase::After };
        let mut meter = bar(MeterId::WEEKLY, f64::from(used.unwrap_or_default()), resets);
        if used.is_none() {
            meter.level = None;
        }
        let mut out = pane("W0-20", of, phase, at, vec![meter]);
        if lane > 0 {
            out = out.in_lane(&format!("lane{lane}"));
        }
        if account > 0 {
            out = out.of_account(&format!("acct-{account}"));
        }
        out
    })
}

fn panes() -> impl Strategy<Value = Vec<Snapshot>> {
    proptest::collection::vec(any_pane(), 0..12).prop_map(|rows| {
        let mut rows = ledger(rows);
        for (n, row) in rows.iter_mut().enumerate() {
            row.id = format!("s-{n}").parse().unwrap();
        }
        rows
    })
}

fn summary(rows: &[Snapshot], retractions: &[Retraction]) -> Vec<(String, ProviderWindow)> {
    let canonical = CanonicalSnapshots::new(rows, retractions);
    let providers = summarize(&window("W0-20"), &canonical, &[], minute(999)).providers;
    providers.into_iter().map(|(name, part)| (name.to_string(), part)).collect()
}

/// A finalize row as any tool may have written it.
fn any_row() -> impl Strategy<Value = FinalizedWindow> {
    let number = || proptest::option::of(-5i32..110);
    (0..9u8, 0..999i64, number(), number(), number(), 0..4u8, any::<bool>()).prop_map(
        |(name, at, delta, before, after, features, readouts)| {
            let mut out = row(&format!("W0-{name}"), at, delta.map(f64::from), f64::from(features));
            if features == 0 {
                out.methodology = Some("tdd".into());
            }
            let side = |value: Option<i32>| value.map(|v| f64::from(v.max(0)));
            if readouts { with_readouts(out, side(before), side(after)) } else { out }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_duplicate_changes_no_number(rows in panes(), pick in any::<prop::sample::Index>()) {
        prop_assume!(!rows.is_empty());
        let expected = summary(&rows, &[]);
        let canonical = CanonicalSnapshots::new(&rows, &[]);
        let current: Vec<&Snapshot> = canonical.entries().filter_map(|(_, entry)| entry.canonical).collect();
        let mut twice = rows.clone();
        twice.push(Snapshot { id: "again".parse().unwrap(), ..(*pick.get(&current)).clone() });
        prop_assert_eq!(summary(&ledger(twice), &[]), expected);
    }

    #[test]
    fn withdrawing_what_was_added_restores_the_summary_and_the_state(rows in panes(), extra in any_pane()) {
        let expected = summary(&rows, &[]);
        let of = |rows: &[Snapshot], retractions: &[Retraction]| {
            State::rebuild(&provider("codex"), None, rows, retractions, &[])
        };
        let state = of(&rows, &[]);
        let mut more = rows.clone();
        more.push(Snapshot { id: "extra".parse().unwrap(), ..extra });
        let more = ledger(more);
        let retractions = [retract(more.last().unwrap(), 500)];
        prop_assert_eq!(summary(&more, &retractions), expected);
        prop_assert_eq!(of(&more, &retractions), state);
    }

    #[test]
    fn the_order_between_providers_and_the_order_of_reading_change_nothing(rows in panes()) {
        let expected = summary(&rows, &[]);
        let mut by_provider = rows.clone();
        by_provider.sort_by(|a, b| a.provider.cmp(&b.provider));
        prop_assert_eq!(summary(&ledger(by_provider), &[]), expected.clone());
        let mut reversed = rows;
        reversed.reverse();
        prop_assert_eq!(summary(&reversed, &[]), expected);
    }

    #[test]
    fn no_delta_of_any_panes_is_negative(rows in panes()) {
        for (_, part) in summary(&rows, &[]) {
            let lanes = part.lanes.iter().flat_map(|lane| lane.delta.values());
            prop_assert!(part.delta.values().chain(lanes).flatten().all(|value| *value >= 0.0));
        }
    }

    #[test]
    fn the_union_of_lanes_on_one_meter_lies_between_the_largest_and_the_sum(
        steps in proptest::collection::vec(0u32..4, 61),
        lanes in proptest::collection::vec((0usize..60, 1usize..30), 1..5),
    ) {
        // One bar that never falls, read by every lane at its own two moments.
        let mut sum = 0.0;
        let total: Vec<f64> = steps.iter().map(|step| { sum += f64::from(*step); sum }).collect();
        let rows = lanes.iter().enumerate().flat_map(|(n, (from, length))| {
            [(Phase::Before, *from), (Phase::After, (from + length).min(60))].map(|(phase, at)| {
                let meters = vec![bar(MeterId::WEEKLY, total[at], None)];
                pane("W0-20", "codex", phase, i64::try_from(at).unwrap(), meters).in_lane(&format!("lane{n}"))
            })
        });
        let rows = ledger(rows);
        let canonical = CanonicalSnapshots::new(&rows, &[]);
        let name = window("W0-20");
        let of = &pairs(&canonical, &name)[&provider("codex")].pairs;
        let each: Vec<f64> = of.iter().map(|pair| pair.delta(&MeterId::WEEKLY).value.unwrap()).collect();
        let union = union_delta(of, &MeterId::WEEKLY).value.unwrap();
        prop_assert!(union <= each.iter().sum::<f64>(), "{union} {each:?}");
        prop_assert!(each.iter().all(|lane| union >= *lane), "{union} {each:?}");
    }

    #[test]
    fn units_count_every_window_once_and_no_capacity_is_negative(
        rows in proptest::collection::vec(any_row(), 0..12),
    ) {
        let estimate = units(&rows, &[], None);
        for of in &estimate {
            prop_assert!(of.units.iter().all(|unit| unit.capacity >= 0.0));
            let counted = of.units.iter().flat_map(|unit| &unit.windows);
            let left_out = of.excluded.iter().map(|excluded| &excluded.window);
            let mut names: Vec<String> = counted.chain(left_out).map(ToString::to_string).collect();
            let all = names.len();
            names.sort();
            names.dedup();
            prop_assert_eq!(all, names.len());
        }
        let mut repeated = rows.clone();
        repeated.extend(rows.iter().cloned());
        prop_assert_eq!(units(&repeated, &[], None), estimate);
    }
}
