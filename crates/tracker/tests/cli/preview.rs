//! `tracker preview`.

use insta::assert_snapshot;

use super::world::{World, shown, week0};

/// A week of four codex windows, one of them without a measured use, and an open one.
fn week() -> World {
    let world = World::new();
    for (window, pp, features) in [("W0-01", 4, 2), ("W0-02", 0, 1), ("W0-03", 5, 3), ("W0-04", 3, 1)] {
        world.window(window, pp, features);
    }
    world.good("ingest codex-ccusage --window W0-04 --scope daily", week0("ccusage_daily.json"));
    world.good("alias start codex --window W0-05", world.codex(3, 25));
    world
}

#[test]
fn week_in_text_and_json() {
    let world = week();
    assert_snapshot!("text", shown(&world.run("preview")));
    assert_snapshot!("json", shown(&world.run("preview --format json")));
    assert_snapshot!("five_hours", shown(&world.run("preview --capacity 5h --ci fieller --effect 0.5")));
}

#[test]
fn one_window_in_text_and_json() {
    let world = week();
    assert_snapshot!("window_text", shown(&world.run("preview --window W0-04")));
    assert_snapshot!("window_json", shown(&world.run("preview --window W0-04 --json")));
    assert_snapshot!("window_open", shown(&world.run("preview --window W0-05")));
}

#[test]
fn nothing_recorded_creates_nothing() {
    let world = World::new();
    assert_snapshot!("empty", shown(&world.run("preview")));
    assert_snapshot!("empty_json", shown(&world.run("preview --format json")));
    assert_eq!(world.env.files(), Vec::<String>::new());
}
