//! `tracker init`.

use insta::assert_snapshot;

use super::world::{World, shown};

#[test]
fn writes_settings_data_dir_and_ledgers_once() {
    let world = World::new();
    assert_snapshot!("first", shown(&world.run("init")));
    assert_snapshot!("files", world.env.files().join("\n"));
    world.env.write("tracker.toml", "[preview]\neffect = 0.25\n");
    let before = world.kept();
    assert_snapshot!("second", shown(&world.run("init")));
    assert_eq!(world.kept(), before, "a second init keeps what is there");
}

#[test]
fn written_settings_are_the_defaults() {
    let world = World::new();
    let values = |of: &World| {
        let shown = of.json("config show", "");
        let settings = shown["settings"].as_array().expect("settings").clone();
        settings.into_iter().map(|one| (one["key"].clone(), one["value"].clone())).collect::<Vec<_>>()
    };
    let before = values(&world);
    let _ = world.run("init").success();
    assert_eq!(values(&world), before);
}
