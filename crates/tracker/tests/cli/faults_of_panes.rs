//! The faults of the earlier tool, each turned round: what a pane says.

use serde_json::Value;
use tracker_test_support::fixture;

use super::world::{World, week0};
use crate::pane;

fn meter<'a>(reading: &'a Value, id: &str) -> &'a Value {
    let meters = reading["meters"].as_array().expect("meters");
    meters.iter().find(|meter| meter["id"] == id).unwrap_or_else(|| panic!("no {id} in {reading}"))
}

#[test]
fn bar_without_a_reset_does_not_swallow_the_next() {
    let world = World::new();
    let whole = world.codex(37, 81);
    let line = whole.lines().find(|line| line.contains("5h limit:")).expect("the row");
    let (head, rest) = line.split_once(" (resets").expect("a reset");
    let cut = whole.replace(line, &format!("{head}{}", rest.split_once(')').expect("its end").1));
    let reading = world.json("parse codex", cut);
    assert_eq!((&reading["fiveh_pct"], &reading["weekly_pct"]), (&37.into(), &81.into()), "{reading}");
    assert!(meter(&reading, "5h")["resets_at"].is_null(), "{reading}");
    assert!(meter(&reading, "weekly")["resets_at"].is_string(), "{reading}");
}

#[test]
fn week_of_one_model_does_not_overwrite_the_week_of_all() {
    let pane =
        String::from_utf8(fixture("panes/claude/usage_pane_v2.1.257_max_37_26_4_w100.txt")).expect("UTF-8");
    assert!(pane.contains("Current week (Sonnet only)"), "{pane}");
    let reading = World::new().json("parse claude", pane);
    assert_eq!(meter(&reading, "weekly")["used_pct"], 26.0, "{reading}");
    assert_eq!(meter(&reading, "weekly:sonnet")["used_pct"], 4.0, "{reading}");
    assert_eq!(reading["all_models_pct"], 26, "{reading}");
}

#[test]
fn thousands_are_not_cut_at_the_comma() {
    let world = World::new();
    let text = week0("claude_monitor.txt");
    assert!(text.contains("88,122"), "{text}");
    assert_eq!(world.json("parse claude-monitor", text)["tokens_used"].as_f64(), Some(88_122.0));
    let blocks = pane::glm(1234).replace(":1234,", ":\"1,234.5\",");
    let reading = world.json("parse glm", blocks);
    assert!(reading["prompts_used"].is_null(), "what is no number is not known, and never 1: {reading}");
    assert!(reading["unknown"][0]["raw"].as_str().is_some_and(|raw| raw.contains("1,234.5")), "{reading}");
}

#[test]
fn only_the_last_of_several_panes_counts() {
    let world = World::new();
    let panes = [world.codex(1, 9), world.codex(2, 10), world.codex(3, 11)].join("\n");
    let reading = world.json("parse codex", panes);
    assert_eq!(reading["weekly_pct"], 11);
    assert!(reading["errors"].to_string().contains("multi-pane-trimmed"), "{reading}");
}

#[test]
fn cut_value_is_null_and_tagged_and_never_zero() {
    let world = World::new();
    let reading = world.json("parse codex", pane::cut_weekly(&world.codex(3, 11)));
    assert!(reading["weekly_pct"].is_null(), "{reading}");
    assert!(reading["errors"].to_string().contains("truncated:"), "{reading}");
}

#[test]
fn replayed_pane_is_stored_tagged_and_blocks_what_cannot_be_fresh() {
    let world = World::new();
    let old = world.codex(3, 10);
    world.good("alias start codex --window W0-01", old.clone());
    world.env.advance(3600);
    world.good("alias end codex", world.codex(9, 14));
    world.env.advance(86_400);
    world.good("alias start codex --window W0-02", world.codex(5, 30));
    world.env.advance(3600);
    let replayed = world.pipe("alias end codex", old);
    let _ = replayed.success();
    assert!(replayed.stderr().contains("replayed-pane"), "{replayed}");
    let refused = world.run("complete --window W0-02 --codex-features 1 --quality 1 --outcome pass");
    assert_eq!(refused.code(), Some(3), "{refused}");
    let anomalies = world.rows("anomalies.jsonl");
    assert!(
        anomalies.iter().any(|row| row["kind"] == "replayed-pane" && row["blocking"] == true),
        "{anomalies:?}"
    );
}
