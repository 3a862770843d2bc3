//! `tracker alias`.

use insta::assert_snapshot;

use super::world::{World, shown};
use crate::pane;

#[test]
fn start_end_and_delete_of_a_wrong_pane() {
    let world = World::new();
    assert_snapshot!("start", shown(&world.pipe("alias start codex --window W0-20", world.codex(3, 10))));
    world.env.advance(3600);
    assert_snapshot!("end_multi_pane", {
        let panes = [world.codex(5, 11), world.codex(9, 14)].join("\n");
        shown(&world.pipe("alias end codex", panes))
    });
    assert_snapshot!("delete", shown(&world.run("alias delete codex --phase after --window W0-20")));
    assert_snapshot!(
        "end_again",
        shown(&world.pipe("alias end codex --notes after-clean", world.codex(8, 13)))
    );
}

#[test]
fn cross_seeds_the_next_window_and_counts_on() {
    let world = World::new();
    world.good("alias start codex --window W0-09", world.codex(3, 10));
    world.env.advance(3600);
    assert_snapshot!("cross", shown(&world.pipe("alias cross codex", world.codex(9, 14))));
    assert_eq!(world.rows("snapshots.jsonl").len(), 3);
}

#[test]
fn second_start_is_refused_with_the_command_that_corrects() {
    let world = World::new();
    world.good("alias start codex --window W0-20", world.codex(3, 10));
    assert_snapshot!(
        "start_twice",
        shown(&world.pipe("alias start codex --window W0-20", world.codex(4, 11)))
    );
    assert_eq!(world.rows("snapshots.jsonl").len(), 1);
}

#[test]
fn glm_baseline_delta_and_cross() {
    let world = World::new();
    assert_snapshot!("glm_start", shown(&world.pipe("alias start glm --window W0-01", pane::glm(12))));
    world.env.advance(600);
    assert_snapshot!("glm_cross", shown(&world.pipe("alias cross glm", pane::glm(30))));
    world.env.advance(600);
    assert_snapshot!("glm_end", shown(&world.pipe("alias end glm", pane::glm(36))));
}

#[test]
fn end_without_a_start_is_refused() {
    let world = World::new();
    let output = world.pipe("alias end codex --window W0-20", world.codex(3, 10));
    assert_snapshot!("end_without_start", shown(&output));
}

#[test]
fn dry_run_says_it_and_writes_nothing() {
    let world = World::new();
    let pane = world.codex(3, 10);
    assert_snapshot!("dry_run", shown(&world.pipe("alias start codex --window W0-20 --dry-run", pane)));
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn nothing_to_delete_is_a_failure() {
    let world = World::new();
    world.good("alias start codex --window W0-20", world.codex(3, 10));
    assert_snapshot!("delete_none", shown(&world.run("alias delete codex --window W0-20 --index 2")));
    assert_snapshot!("delete_zero", shown(&world.run("alias delete codex --window W0-20 --index 0")));
}

#[test]
fn after_within_the_reset_buffer_is_refused_until_late() {
    let world = World::new();
    world.good("alias start codex --window W0-20", world.codex(30, 10));
    world.env.advance(4 * 3600);
    let after = world.codex(1, 14);
    assert_snapshot!("reset_buffer", shown(&world.pipe("alias end codex", after.clone())));
    assert_snapshot!("late", shown(&world.pipe("alias end codex --late", after)));
}

#[test]
fn waiting_stores_the_later_instant_in_every_way_that_takes_an_after() {
    for line in ["alias end codex --wait", "alias cross codex --wait", "ingest codex --phase after --wait"] {
        let world = World::new();
        world.good("alias start codex --window W0-20", world.codex(30, 10));
        world.env.advance(4 * 3600);
        let output = world.pipe(line, world.codex(31, 14));
        let _ = output.success();
        assert!(output.stderr().contains("waiting until 2026-11-20T14:05:00Z"), "{output}");
        let row = &world.rows("snapshots.jsonl")[1];
        assert_eq!(row["captured_at"], "2026-11-20T14:05:00Z", "{line}");
        assert!(
            row["notes"].as_str().is_some_and(|notes| notes.ends_with("waited until 2026-11-20T14:05:00Z"))
        );
    }
}
