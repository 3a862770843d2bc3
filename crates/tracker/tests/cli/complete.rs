//! `tracker complete`.

use insta::assert_snapshot;

use super::world::{World, shown};
use crate::pane;

#[test]
fn window_with_two_providers_and_all_that_can_be_said() {
    let world = World::new();
    world.pair("W0-19", 4);
    world.good("ingest claude --window W0-19 --phase before", pane::claude(20, 30));
    world.env.advance(600);
    world.good("ingest claude --window W0-19 --phase after", pane::claude(25, 33));
    let output = world.run(
        "complete --window W0-19 --codex-features 3 --features claude=1 --quality 0.9 --rubric 4 --outcome \
         docs:api-research --methodology bdd --cls 0.4 --impf 12 --commit-start a1 --commit-end b2 --spec-id CAP-1 \
         --spec-version 2 --notes session002_main",
    );
    assert_snapshot!("full", shown(&output));
    let row = &world.rows("windows.jsonl")[0];
    let told = [
        "features",
        "quality",
        "quality_score",
        "rubric",
        "outcome",
        "methodology",
        "cls",
        "impf",
        "spec_id",
    ];
    assert_snapshot!("full_row", told.map(|key| format!("{key}: {}\n", row[key])).concat());
}

#[test]
fn window_of_prompts_alone_can_be_finalized() {
    let world = World::new();
    world.good("alias start glm --window W0-01", pane::glm(12));
    world.env.advance(600);
    world.good("alias end glm", pane::glm(18));
    let output =
        world.run("window-finalize --window W0-01 --glm-features 1 --quality-score 1 --outcome pass");
    assert_snapshot!("glm_only", shown(&output));
}

#[test]
fn open_and_unknown_windows_are_refused() {
    let world = World::new();
    world.good("alias start codex --window W0-20", world.codex(3, 10));
    assert_snapshot!("open", shown(&world.run("complete --window W0-20 --codex-features 1 --outcome pass")));
    assert_snapshot!(
        "unknown",
        shown(&world.run("complete --window W9-99 --codex-features 1 --outcome pass"))
    );
    assert!(world.rows("windows.jsonl").is_empty());
}
