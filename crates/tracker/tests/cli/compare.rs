//! `tracker compare`.

use insta::assert_snapshot;

use super::world::{World, shown};

/// A week of codex windows in two ways of working; one window of the better way is very long.
fn week() -> World {
    let world = World::new();
    let windows = [
        ("W0-01", 4, 3, "bdd"),
        ("W0-02", 4, 1, "tdd"),
        ("W0-03", 5, 4, "bdd"),
        ("W0-04", 3, 1, "tdd"),
        ("W0-05", 18, 12, "bdd"),
        ("W0-06", 4, 2, "tdd"),
        ("W0-07", 3, 1, "solo"),
    ];
    for (window, pp, features, methodology) in windows {
        world.pair(window, pp);
        world.good(
            &format!(
                "complete --window {window} --codex-features {features} --quality 0.5 --outcome pass \
                 --methodology {methodology}"
            ),
            "",
        );
    }
    world
}

#[test]
fn ways_of_working_in_every_format() {
    let world = week();
    let by = "compare --by methodology";
    assert_snapshot!("text", shown(&world.run(by)));
    assert_snapshot!("json", shown(&world.run(&format!("{by} --format json"))));
    assert_snapshot!("csv", shown(&world.run(&format!("{by} --format csv"))));
    assert_snapshot!("markdown", shown(&world.run(&format!("{by} --format markdown"))));
}

#[test]
fn other_arms_meters_and_intervals() {
    let world = week();
    assert_snapshot!("provider", shown(&world.run("compare")));
    assert_snapshot!(
        "five_hours",
        shown(&world.run("compare --by arm --capacity 5h --ci fieller --quality"))
    );
}

/// Completing a window again changes no number: the newest finalize row counts, and once.
#[test]
fn duplicates_of_a_finalize_row_change_nothing() {
    let world = week();
    let before = world.good("compare --by methodology --format json", "");
    let again = "complete --window W0-05 --codex-features 12 --quality 0.5 --outcome pass --methodology bdd";
    world.good(again, "");
    world.good(again, "");
    assert_eq!(world.good("compare --by methodology --format json", ""), before);
}

#[test]
fn name_of_a_methodology_cannot_forge_a_line() {
    let world = World::new();
    world.pair("W0-01", 4);
    let mut call = world.env.invoke(&[
        "complete",
        "--window",
        "W0-01",
        "--codex-features",
        "3",
        "--outcome",
        "pass",
        "--methodology",
        "a\nP(best): b",
    ]);
    call = call.stdin("");
    let _ = call.run().success();
    let text = world.good("compare --by methodology", "");
    assert!(!text.lines().any(|line| line.starts_with("P(best)")), "{text}");
}

#[test]
fn nothing_recorded_creates_nothing() {
    let world = World::new();
    assert_eq!(world.good("compare", ""), "no windows recorded\n");
    assert_eq!(world.good("compare --format csv", "").lines().count(), 1);
    assert_eq!(world.json("compare", "")["meters"], serde_json::json!([]));
    assert_eq!(world.env.files(), Vec::<String>::new());
}
