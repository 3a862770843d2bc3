//! Faults that an earlier tool made, each with the input that showed it.

use tracker_domain::{MeterId, Reading, Tag};
use tracker_panes::{Ctx, Input, providers};

fn read(text: &str) -> Reading {
    let input = Input::new(text);
    let (parser, _why) = providers::detect(&input).expect("a known text");
    parser.parse(&input, &Ctx::new("2026-11-20T19:00:00Z".parse().unwrap())).into_newest().unwrap()
}

fn used(reading: &Reading, id: &MeterId) -> Option<f64> {
    reading.meter(id).and_then(tracker_domain::Meter::used_amount)
}

#[test]
fn a_bar_without_a_reset_does_not_swallow_the_next() {
    let reading =
        read("  5h limit:      [##] 12% used\n  Weekly limit:  [##] 62% used (resets 06:03 on 24 Nov)");
    assert_eq!(
        (used(&reading, &MeterId::FIVE_HOURS), used(&reading, &MeterId::WEEKLY)),
        (Some(12.0), Some(62.0))
    );
    assert_eq!(reading.meter(&MeterId::FIVE_HOURS).unwrap().resets_raw, None);
}

#[test]
fn the_week_of_one_model_does_not_overwrite_the_week_of_all() {
    let text = "Current session\n\u{2588} 37% used\n\nCurrent week (all models)\n\u{2588} 26% used\n\n\
        Current week (Sonnet only)\n\u{2588} 4% used\n";
    let reading = read(text);
    assert_eq!(used(&reading, &MeterId::WEEKLY), Some(26.0));
    assert_eq!(used(&reading, &MeterId::scoped_weekly("sonnet")), Some(4.0));
}

#[test]
fn a_number_with_a_thousands_comma_is_not_read_as_its_first_digit() {
    let reading = read("  5h limit:      [##] 1,234.5% used\n  Weekly limit:  [##] 62% used");
    assert_eq!(used(&reading, &MeterId::FIVE_HOURS), Some(1234.5));
    assert!(reading.has(&Tag::Over100));
}

#[test]
fn of_several_panes_the_last_counts_and_the_reading_says_so() {
    let pane = |five_hours: u32| {
        format!("/status\n\n  5h limit:      [##] {five_hours}% used\n  Weekly limit:  [##] 10% used\n\n")
    };
    let reading = read(&(pane(3) + &pane(3) + &pane(0)));
    assert_eq!(used(&reading, &MeterId::FIVE_HOURS), Some(0.0));
    assert!(reading.has(&Tag::MultiPaneTrimmed));
    assert!(!read(&pane(3)).has(&Tag::MultiPaneTrimmed));
}

#[test]
fn a_last_pane_that_is_loading_gives_no_older_numbers() {
    let claude = "Status   Config   Usage\nCurrent session\n\u{2588} 15% used\n\nCurrent week (all models)\n\u{2588} 3% used\n\n\
        Status   Config   Usage\nLoading usage data\u{2026}";
    let codex = "/status\n  5h limit:  [##] 15% used\n  Weekly limit:  [##] 3% used\n\n/status\n\n  Limits:  data not available yet";
    for text in [claude, codex] {
        let reading = read(text);
        assert!(!reading.has_numbers() && reading.has(&Tag::UsageNotLoaded), "{reading:?}");
    }
}

#[test]
fn garbage_is_known_to_nobody() {
    for text in ["", "garbage", "100%", "{}", "[]", "5h 99% left \u{b7} weekly 100% left"] {
        assert!(providers::detect(&Input::new(text)).is_none(), "{text}");
    }
}

#[test]
fn a_row_that_is_cut_is_unknown_and_not_zero() {
    let reading = read(
        "\u{2502}  5h limit:      [\u{2588}\u{2588} \u{2502}\n\u{2502}  Weekly limit:  [\u{2588}] 62% used \u{2502}",
    );
    assert_eq!(used(&reading, &MeterId::FIVE_HOURS), None);
    assert!(reading.has(&Tag::Truncated("5h".into())));
    assert_eq!(used(&reading, &MeterId::WEEKLY), Some(62.0));
}

#[test]
fn a_look_alike_of_another_client_is_not_taken_for_ours() {
    for text in [
        "Weekly limit: 8% used (resets in 5d 12h)\n5h limit: 35% used (resets in 2h 10m)",
        "Current session\n2% used\nResets in 3 hr 43 min\n",
        "Current session\n\u{2588} 34% used\nResets 2:30pm, 2h 30m left\n",
    ] {
        assert!(providers::detect(&Input::new(text)).is_none(), "{text}");
    }
}

#[test]
fn a_line_at_another_column_belongs_to_no_row() {
    let reading = read(
        "  Account:       user@example.com\n    \u{203a} write a test (please)\n  5h limit:      3% left",
    );
    assert_eq!((reading.plan, reading.account.as_deref()), (None, Some("user@example.com")));
    let reading =
        read("  Account:       user@example.com\n                 (Plus)\n  5h limit:      3% left");
    assert_eq!(reading.plan.as_deref(), Some("Plus"));
}

#[test]
fn a_number_that_a_hard_wrap_tore_is_no_number() {
    let reading = read(
        "Current session\n\u{2588}\u{2588} 3\n7% used\n\nCurrent week (all models)\n\u{2588} 26% used\n",
    );
    assert_eq!((used(&reading, &MeterId::FIVE_HOURS), used(&reading, &MeterId::WEEKLY)), (None, Some(26.0)));
}

#[test]
fn numbers_above_a_loading_line_of_the_same_panel_are_older_than_it() {
    let reading = read("Current session\n\u{2588} 15% used\n\nLoading usage data\u{2026}\n");
    assert!(!reading.has_numbers() && reading.has(&Tag::UsageNotLoaded));
}

#[test]
fn an_event_that_names_no_instant_is_no_observation() {
    let event = r#"{"type":"token_count","rate_limits":{"limit_id":"codex","primary":{"used_percent":5.0,"window_minutes":10080,"resets_at":1790375461},"plan_type":"plus"}}"#;
    let reading = read(event);
    assert!(!reading.has_numbers() && reading.has(&Tag::InsufficientData));
    let dated = format!(r#"{{"timestamp":"2026-11-20T18:00:00Z",{}"#, &event[1..]);
    assert_eq!(used(&read(&dated), &MeterId::WEEKLY), Some(5.0));
}
