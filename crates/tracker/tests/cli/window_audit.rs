//! `tracker window-audit`.

use insta::assert_snapshot;

use super::world::{World, shown};
use crate::pane;

#[test]
fn every_row_of_a_window_in_text_and_json() {
    let world = World::new();
    world.lane("main").good("alias start codex --window W0-20", world.codex(3, 10));
    world.good("alias start glm --window W0-20", pane::glm(12));
    world.env.advance(3600);
    world.good("alias end codex", world.codex(5, 11));
    world.good("alias end codex --window W0-20", world.codex(8, 13));
    world.good("alias delete codex --phase after --window W0-20 --index 2 --notes wrong_pane", "");
    world.good("alias end glm", pane::glm(18));
    world.good("complete --window W0-20 --codex-features 2 --glm-features 1 --quality 1 --outcome pass", "");
    world.good("complete --window W0-20 --codex-features 3 --glm-features 1 --quality 1 --outcome pass", "");
    assert_snapshot!("text", shown(&world.run("window-audit --window W0-20")));
    assert_snapshot!("json", shown(&world.run("window-audit --window W0-20 --json")));
}

#[test]
fn anomaly_and_its_correction() {
    let world = World::new();
    world.good("alias start codex --window W0-20", world.codex(30, 40));
    world.env.advance(3600);
    world.good("alias end codex", world.codex(35, 31));
    assert_snapshot!("anomaly", shown(&world.run("window-audit --window W0-20")));
    world.good("alias delete codex --phase after --window W0-20", "");
    assert_snapshot!("anomaly_resolved", shown(&world.run("window-audit --window W0-20")));
}

#[test]
fn unknown_window_creates_nothing() {
    let world = World::new();
    assert_snapshot!("unknown", shown(&world.run("window-audit --window W9-99")));
    assert_eq!(world.env.files(), Vec::<String>::new());
}
