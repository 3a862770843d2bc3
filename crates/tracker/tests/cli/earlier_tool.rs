//! A data dir that the earlier tool wrote: read, audited, appended to, and its old bytes untouched.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use tracker_test_support::{fixtures, fixtures_dir};

use super::world::{DATA, World, shown};

/// Copies the frozen ledgers into a world; returns their bytes by name.
fn old() -> (World, BTreeMap<String, String>) {
    let world = World::new();
    let root = fixtures_dir().join("ledgers/v0-python");
    let mut old = BTreeMap::new();
    for ending in ["jsonl", "json"] {
        for path in fixtures("ledgers/v0-python", ending) {
            let text = std::fs::read_to_string(&path).expect("a fixture is UTF-8");
            let name = path.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
            world.env.write(format!("{DATA}/{name}"), &text);
            old.insert(name, text);
        }
    }
    assert!(old.len() >= 6, "{:?}", old.keys());
    (world, old)
}

#[test]
fn is_read_as_it_is() {
    let (world, _) = old();
    let before = world.kept();
    assert_snapshot!("preview", shown(&world.run("preview")));
    assert_snapshot!("preview_window", shown(&world.run("preview --window W0-03")));
    for window in ["W0-02", "W0-03", "W0-05"] {
        assert_snapshot!(
            format!("audit_{window}"),
            shown(&world.run(&format!("window-audit --window {window}")))
        );
    }
    assert_snapshot!("verify", shown(&world.run("verify")));
    assert!(world.kept() == before, "reading writes nothing");
}

#[test]
fn is_appended_to_and_its_bytes_stay() {
    let (world, old) = old();
    world.lane("main");
    // The lane stands at W0-05; W0-06 has no snapshot any more, but a finalize row: its name is taken.
    assert_snapshot!("start", shown(&world.pipe("alias start codex", world.codex(3, 10))));
    world.env.advance(3600);
    assert_snapshot!("end", shown(&world.pipe("alias end codex", world.codex(9, 14))));
    world.good("complete --window W0-07 --codex-features 2 --quality 0.8 --outcome pass", "");
    world.good("alias delete codex --window W0-04 --phase before", "");
    assert_snapshot!("verify_after", shown(&world.run("verify")));
    for (name, text) in old.iter().filter(|(name, _)| name.ends_with(".jsonl")) {
        assert!(world.env.read(format!("{DATA}/{name}")).starts_with(text), "{name} changed");
    }
}
