//! `tracker power`.

use insta::assert_snapshot;

use super::world::{World, assert_told, shown};

fn week() -> World {
    let world = World::new();
    for (window, pp, features) in [("W0-01", 4, 2), ("W0-02", 3, 1), ("W0-03", 5, 3), ("W0-04", 3, 1)] {
        world.window(window, pp, features);
    }
    world
}

#[test]
fn week_in_text_and_json() {
    let world = week();
    assert_snapshot!("text", shown(&world.run("power")));
    assert_snapshot!("json", shown(&world.run("power --effect 0.1 --power 0.9 --json")));
    assert_snapshot!("enough", shown(&world.run("power --effect 900%")));
}

#[test]
fn what_cannot_be_asked_is_told() {
    let world = week();
    assert_told(&world.run("power --power 1"), 2, "a power that no number of windows reaches");
    assert_told(&world.run("power --power nan"), 2, "no power");
}
