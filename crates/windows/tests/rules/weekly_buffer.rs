//! Weekly buffer: when a start is refused, and that force is written down.

use tracker_domain::{FinalizedWindow, Level, Meter, MeterId, Reading, Tag};
use tracker_windows::Rule;
use tracker_windows::weekly_buffer::{Buffer, check_start};

use crate::world::{bar, provider, row, weekly, window};

fn refuses(meter: Meter, past: &[FinalizedWindow]) -> bool {
    let mut reading = Reading::new(provider("codex"), "status-pane");
    reading.meters.push(meter);
    match check_start(&window("W0-30"), &reading, past, Buffer::default(), false) {
        Ok(tags) => {
            assert!(tags.is_empty());
            false
        }
        Err(refusal) => {
            assert_eq!(refusal.rule, Rule::WeeklyBuffer);
            assert!(refusal.hint.contains("--force"));
            true
        }
    }
}

fn past(deltas: &[f64]) -> Vec<FinalizedWindow> {
    let rows = deltas.iter().enumerate();
    rows.map(|(i, delta)| row(&format!("W0-{i:02}"), i64::try_from(i).unwrap() * 100, Some(*delta), 1.0))
        .collect()
}

#[test]
fn a_bar_below_its_buffer_starts_and_a_full_one_does_not() {
    assert!(!refuses(weekly(89.0), &past(&[5.0])));
    assert!(refuses(weekly(90.0), &past(&[5.0])));
    assert!(refuses(weekly(95.0), &[]));
}

#[test]
fn the_median_window_decides_and_not_the_largest() {
    assert!(!refuses(weekly(90.0), &past(&[0.0, 0.0, 40.0])));
    assert!(refuses(weekly(90.0), &past(&[0.0, 2.0, 40.0])));
    assert!(refuses(weekly(90.0), &past(&[0.0, 0.0, 2.0, 40.0])), "the median of an even number is a mean");
}

#[test]
fn every_weekly_bar_is_watched_and_the_five_hour_bar_is_not() {
    assert!(refuses(bar(MeterId::scoped_weekly("opus"), 97.0, None), &[]));
    assert!(!refuses(bar(MeterId::FIVE_HOURS, 97.0, None), &[]));
}

#[test]
fn prompts_are_refused_below_fifteen_percent_of_a_known_cap() {
    let prompts = |used, cap| Meter::new(MeterId::PROMPTS, "Prompts").with_level(Level::Count { used, cap });
    assert!(refuses(prompts(103.0, Some(120.0)), &[]));
    assert!(!refuses(prompts(102.0, Some(120.0)), &[]), "exactly 15 % are left");
    assert!(!refuses(prompts(5_000.0, None), &[]));
}

#[test]
fn force_starts_and_leaves_a_tag() {
    let mut reading = Reading::new(provider("codex"), "status-pane");
    reading.meters.push(weekly(95.0));
    let tags = check_start(&window("W0-30"), &reading, &[], Buffer::default(), true).unwrap();
    assert_eq!(tags, [Tag::Other("forced:weekly-buffer".into())]);
}
