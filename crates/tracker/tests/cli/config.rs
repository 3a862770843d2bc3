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

/// Returns the value of a setting as `config show` prints it.
fn value(world: &World, line: &str, key: &str) -> String {
    let shown: serde_json::Value =
        serde_json::from_str(&world.run(&format!("config show --format json {line}")).success())
            .expect("JSON");
    let settings = shown["settings"].as_array().expect("settings");
    let found = settings.iter().find(|setting| setting["key"] == key).expect("the key");
    found["value"].as_str().expect("a text").to_owned()
}

#[test]
fn a_sandbox_keeps_its_ledgers_and_documents() {
    let world = World::new();
    world.env.write("tracker.toml", "[paths]\nhandoff = \"docs/H.md\"\nledger_dir = \"csv\"\n");
    let outside = world.env.work().parent().expect("the world has a folder").join("sandbox");
    // However the way there is written: a path with dots starts with the root and does not lie in it.
    for way in [outside.display().to_string(), "../sandbox".to_owned(), "data/../../sandbox/.".to_owned()] {
        for (key, name) in [
            ("paths.ledger_dir", "Ledgers"),
            ("paths.handoff", "SESSION_HANDOFF.md"),
            ("paths.progress", "progress.md"),
            ("paths.plans", "plans"),
        ] {
            let found = value(&world, &format!("--data-dir {way}"), key);
            assert_eq!(found, format!("$TEST_ENV/sandbox/{name}"), "{key} by {way}");
        }
    }
    assert!(value(&world, "", "paths.handoff").ends_with("work/docs/H.md"));
    assert!(value(&world, "--data-dir data/other", "paths.ledger_dir").ends_with("work/csv"));
}

#[test]
fn a_project_may_keep_its_data_elsewhere_and_its_documents_where_it_says() {
    let world = World::new();
    world.env.write("tracker.toml", "[paths]\ndata_dir = \"../store\"\nprogress = \"log.md\"\n");
    assert!(value(&world, "", "paths.progress").ends_with("work/log.md"));
    assert!(value(&world, "", "paths.handoff").ends_with("/store/SESSION_HANDOFF.md"), "not in the root");
}
