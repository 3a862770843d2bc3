//! `tracker config show`.

use insta::assert_snapshot;

use super::world::{World, shown};

#[test]
fn every_value_tells_its_origin() {
    let world = World::new();
    world.env.write("tracker.toml", "[preview]\neffect = 0.25\n[capture]\ntimezone = \"Europe/Berlin\"\n");
    world.env.write("../home/.config/tracker/config.toml", "[preview]\neffect = 0.5\nci = \"fieller\"\n");
    let before = world.env.files();
    assert_snapshot!("text", shown(&world.run("config show")));
    assert_snapshot!("json", shown(&world.run("config show --format json --data-dir elsewhere")));
    assert_eq!(world.env.files(), before, "config show writes nothing");
}

#[test]
fn csv_is_no_shape_of_it() {
    assert_snapshot!("csv", shown(&World::new().run("config show --format csv")));
}
