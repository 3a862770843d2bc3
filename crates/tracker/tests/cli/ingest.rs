//! `tracker ingest`.

use insta::assert_snapshot;
use tracker_test_support::fixture;

use super::world::{World, assert_told, shown, week0};
use crate::pane;

#[test]
fn every_kind_of_capture_is_stored_and_told() {
    let world = World::new();
    let before = "--window W0-19 --phase before";
    assert_snapshot!("codex", shown(&world.pipe(&format!("ingest codex {before}"), world.codex(3, 10))));
    assert_snapshot!("claude", shown(&world.pipe(&format!("ingest claude {before}"), pane::claude(20, 30))));
    assert_snapshot!("glm", shown(&world.pipe("ingest glm --window W0-19", pane::glm(118))));
    assert_snapshot!(
        "monitor",
        shown(&world.pipe("ingest claude-monitor --window W0-19", week0("claude_monitor.txt")))
    );
    for scope in ["session", "daily", "weekly"] {
        let line = format!("ingest codex-ccusage --window W0-19 --scope {scope}");
        let derive = if scope == "weekly" { " --derive" } else { "" };
        let capture = if scope == "session" { "ccusage_session.json" } else { "ccusage_daily.json" };
        let output = world.pipe(&format!("{line}{derive}"), week0(capture));
        assert_snapshot!(format!("ccusage_{scope}"), shown(&output));
    }
    assert_eq!(world.rows("codex_ccusage.jsonl").len(), 3);
    assert_eq!(world.rows("snapshots.jsonl").len(), 2);
}

#[test]
fn window_of_the_lane_is_the_default() {
    let world = World::new();
    let none = world.pipe("ingest codex-ccusage --scope daily", week0("ccusage_daily.json"));
    assert_told(&none, 2, "no window is open");
    world.good("alias start codex --window W0-20", world.codex(3, 10));
    let stored = world.good("ingest codex-ccusage --scope daily", week0("ccusage_daily.json"));
    assert!(stored.contains("summary for W0-20"), "{stored}");
}

#[test]
fn tags_stand_in_brackets_as_earlier_scripts_read_them() {
    let world = World::new();
    let panes = [world.codex(1, 9), world.codex(3, 10)].join("\n");
    let output = world.pipe("ingest codex --window W0-19 --phase before", panes);
    assert_snapshot!("tags", shown(&output));
}

#[test]
fn meter_without_a_phase_is_usage() {
    let world = World::new();
    assert_told(&world.pipe("ingest codex --window W0-19", world.codex(3, 10)), 2, "no phase");
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn dry_run_of_each_way_writes_nothing() {
    let world = World::new();
    let lines: [(&str, Vec<u8>); 3] = [
        ("ingest codex --window W0-19 --phase before", world.codex(3, 10).into()),
        ("ingest glm --window W0-19", pane::glm(3).into()),
        ("ingest codex-ccusage --window W0-19", fixture("demo/week0/ccusage_session.json")),
    ];
    for (line, capture) in lines {
        let output = world.pipe(&format!("{line} --dry-run"), capture);
        let _ = output.success();
        assert!(output.stderr().contains("dry run"), "{output}");
    }
    assert_eq!(world.env.files(), Vec::<String>::new());
}
