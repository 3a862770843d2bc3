//! The lines of the user's own documents, with the binary in place of the earlier tool.

use super::world::{DATA, World};
use crate::pane;

#[test]
fn window_is_closed_corrected_completed_and_previewed() {
    let world = World::new();
    world.lane("main");
    let state = format!("--state-dir {DATA}/state");
    let dir = format!("--data-dir {DATA}");
    world.good(&format!("{dir} alias start codex --stdin --window W0-20 {state}"), world.codex(3, 10));
    world.env.advance(3600);
    let end = format!("{dir} alias end codex --stdin --window W0-20 {state} --notes after-clean");
    let ready = "stored codex after snapshot for W0-20 (ready to finalize)\n";
    assert_eq!(world.good(&end, world.codex(7, 12)), ready);
    let delete = format!("{dir} alias delete codex --phase after --window W0-20 {state}");
    let removed = world.good(&delete, "");
    assert!(
        removed.starts_with("removed codex after snapshot for W0-20 (captured_at=2026-11-20T"),
        "{removed}"
    );
    assert_eq!(world.good(&end, world.codex(9, 14)), ready);
    let complete = format!(
        "{dir} complete --window W0-20 --codex-features 3 --quality 1.0 --outcome pass --notes session002_main_lane"
    );
    assert_eq!(world.good(&complete, ""), "finalized window W0-20 with providers: codex\n");
    let preview = world.good(&format!("{dir} preview --window W0-20"), "");
    for prefix in
        ["Windows: W0-20", "Anomalies: 0 (see anomalies.jsonl)", "Providers:\n  - codex: features=3"]
    {
        assert!(preview.contains(prefix), "no {prefix:?} in\n{preview}");
    }
    let audit = world.good(&format!("{dir} window-audit --window W0-20 --json"), "");
    assert!(audit.contains("after-clean"), "{audit}");
    assert!(world.env.work().join(DATA).join("state/main/codex.json").is_file());
}

#[test]
fn lanes_of_two_shells_stay_apart() {
    let world = World::new();
    for lane in ["main", "sub1"] {
        let start = format!("--data-dir {DATA} alias start codex --stdin --window W0-20");
        world.lane(lane).good(&start, world.codex(3, 10));
    }
    world.env.advance(3600);
    for lane in ["sub1", "main"] {
        let told =
            world.lane(lane).good(&format!("--data-dir {DATA} alias end codex --stdin"), world.codex(9, 14));
        assert_eq!(told, "stored codex after snapshot for W0-20 (ready to finalize)\n");
    }
    let rows = world.rows("snapshots.jsonl");
    let notes: Vec<_> = rows.iter().filter_map(|row| row["notes"].as_str()).collect();
    assert_eq!(notes, ["AGENT_ID=main", "AGENT_ID=sub1", "AGENT_ID=sub1", "AGENT_ID=main"]);
}

#[test]
fn several_providers_of_one_session_are_finalized_together() {
    let world = World::new();
    let dir = format!("--data-dir {DATA}");
    let before = "--window W0-19 --phase before --stdin";
    world.good(&format!("{dir} ingest codex {before}"), world.codex(3, 10));
    world.good(&format!("{dir} ingest claude {before}"), pane::claude(20, 30));
    world.good(&format!("{dir} alias start glm --window W0-19 --stdin"), pane::glm(12));
    world.env.advance(2 * 3600);
    let after = "--window W0-19 --phase after --stdin";
    world.good(&format!("{dir} ingest codex {after}"), world.codex(9, 14));
    world.good(&format!("{dir} ingest claude {after}"), pane::claude(25, 33));
    world.good(&format!("{dir} alias end glm --window W0-19 --stdin"), pane::glm(18));
    let told = world.good(
        &format!(
            "{dir} complete --window W0-19 --codex-features 3 --claude-features 1 --glm-features 2 --quality 1.0 \
             --outcome pass --notes session002_main_lane"
        ),
        "",
    );
    assert_eq!(told, "finalized window W0-19 with providers: claude, codex, glm\n");
}
