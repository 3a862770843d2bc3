//! Clocks, zones and numbers that are off: never a guess, never a negative duration.

use serde_json::Value;
use tracker_test_support::TestEnv;

use crate::{pane, world};

/// Reads a pane with one row at an instant, in a zone.
fn parsed(env: &TestEnv, row: &str, captured_at: &str, zone: &str) -> Value {
    let text = format!("  5h limit:  {row}\n  Weekly limit:  90% left\n");
    let words = ["parse", "codex", "--stdin", "--format", "json", "--captured-at", captured_at, "--tz", zone];
    let output = env.tracker_with_stdin(&words, text);
    serde_json::from_str(&output.success()).unwrap()
}

fn five_hours(reading: &Value) -> &Value {
    reading["meters"].as_array().unwrap().iter().find(|meter| meter["id"] == "5h").unwrap()
}

#[test]
fn a_reset_is_resolved_in_its_zone_or_not_at_all() {
    let env = world();
    let table = [
        // The next such time lies behind midnight.
        ("03:14", "2026-11-20T23:50:00Z", "UTC", Some("2026-11-21T03:14:00Z")),
        ("03:14", "2026-11-20T03:14:00Z", "UTC", Some("2026-11-20T03:14:00Z")),
        ("00:00", "2026-12-31T23:59:59Z", "UTC", Some("2027-01-01T00:00:00Z")),
        // 29 March 2026, Berlin: 02:30 does not exist. 25 October: it is there twice.
        ("02:30 on 29 Mar", "2026-03-28T20:00:00Z", "Europe/Berlin", None),
        ("02:30 on 25 Oct", "2026-10-24T20:00:00Z", "Europe/Berlin", None),
        ("03:30 on 29 Mar", "2026-03-28T20:00:00Z", "Europe/Berlin", Some("2026-03-29T01:30:00Z")),
        ("14:01", "2025-10-19T05:00:00Z", "Asia/Singapore", Some("2025-10-19T06:01:00Z")),
        ("14:01", "2025-10-19T05:00:00Z", "America/St_Johns", Some("2025-10-19T16:31:00Z")),
        // A leap day, from a year without one.
        ("10:00 on 29 Feb", "2027-12-31T00:00:00Z", "UTC", Some("2028-02-29T10:00:00Z")),
        ("10:00 on 31 Feb", "2026-01-01T00:00:00Z", "UTC", None),
        ("25:61", "2026-01-01T00:00:00Z", "UTC", None),
        // The last day of what can be written, and the first.
        ("23:59", "9999-12-31T23:59:30Z", "UTC", None),
        ("00:00", "1970-01-01T00:00:00Z", "UTC", Some("1970-01-01T00:00:00Z")),
    ];
    for (printed, captured_at, zone, expected) in table {
        let reading = parsed(&env, &format!("12% used (resets {printed})"), captured_at, zone);
        let meter = five_hours(&reading);
        assert_eq!(meter["resets_at"].as_str(), expected, "{printed} at {captured_at} in {zone}: {reading}");
        assert_eq!(meter["used_pct"], 12.0, "{reading}");
    }
}

#[test]
fn a_percentage_is_exact_or_unknown() {
    let env = world();
    let table = [
        ("0% used", Some(0.0)),
        ("100% used", Some(100.0)),
        ("100.0% left", Some(0.0)),
        ("0% left", Some(100.0)),
        ("12.5% used", Some(12.5)),
        ("101% used", Some(101.0)),
        ("-1% used", None),
        ("% used", None),
        ("1e3% used", None),
        ("\u{661}\u{662}% used", None),
        ("12 used", None),
        ("12%", None),
    ];
    for (row, expected) in table {
        let reading = parsed(&env, row, "2026-11-20T10:00:00Z", "UTC");
        let meter = five_hours(&reading);
        assert_eq!(meter["used_pct"].as_f64(), expected, "{row}: {reading}");
        let over = reading["errors"].as_array().unwrap().iter().any(|tag| tag == "over-100");
        assert_eq!(over, expected.is_some_and(|used| used > 100.0), "{row}: {reading}");
    }
}

#[test]
fn a_zone_that_changes_within_a_window_changes_no_figure() {
    let env = world();
    let store = |verb: &str, zone: &str| {
        let words = ["alias", verb, "codex", "--window", "W0-01", "--stdin", "--force", "--tz", zone];
        let words: Vec<&str> =
            words.into_iter().filter(|word| verb == "start" || *word != "--force").collect();
        env.tracker_with_stdin(&words, pane())
    };
    assert_eq!(store("start", "Asia/Singapore").code(), Some(0));
    env.advance(1800);
    let output = store("end", "America/St_Johns");
    assert_eq!(output.code(), Some(0), "{output}");
    let audit = env.tracker(&["window-audit", "--window", "W0-01", "--format", "json"]).success();
    assert!(!audit.contains("\"negative-delta\""), "{audit}");
}

#[test]
fn a_leap_second_and_the_ends_of_time_are_taken_or_refused() {
    for (at, codes) in [
        ("2026-12-31T23:59:60Z", [0, 2]),
        ("0000-01-01T00:00:00Z", [0, 2]),
        ("9999-12-31T23:59:59Z", [0, 2]),
        ("10000-01-01T00:00:00Z", [2, 2]),
        ("2026-12-31T23:59:61Z", [2, 2]),
        ("2026-02-29T00:00:00Z", [2, 2]),
    ] {
        let env = world();
        let words =
            ["alias", "start", "codex", "--window", "W0-01", "--stdin", "--force", "--captured-at", at];
        let output = env.tracker_with_stdin(&words, pane());
        assert!(output.code().is_some_and(|code| codes.contains(&code)), "{at}: {output}");
        assert_eq!(env.tracker(&["preview"]).code(), Some(0), "{at}");
        assert_eq!(env.tracker(&["verify"]).code(), Some(0), "{at}");
    }
}
