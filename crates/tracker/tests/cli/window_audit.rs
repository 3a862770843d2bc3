//! `tracker window-audit`.

use insta::assert_snapshot;

use super::world::{DATA, World, shown};
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
fn the_next_command_keeps_what_is_known() {
    let world = World::new();
    world.good("alias start codex --window W0-20", world.codex(3, 10));
    world.env.advance(3600);
    world.good("alias end codex", world.codex(5, 11));
    let command = |name: &str| {
        let audit: serde_json::Value =
            serde_json::from_str(&world.run("window-audit --window W0-20 --json").success()).expect("JSON");
        let parts = audit["done"].as_array().expect("parts");
        let part = parts.iter().find(|part| part["name"] == name).expect("the part");
        part["command"].as_str().expect("a command").to_owned()
    };
    let first = "tracker complete --window W0-20 --features codex=N --quality Q --outcome pass --cls SCORE --impf MINUTES";
    assert_eq!(command("finalize row"), first);
    world.good(
        "complete --window W0-20 --codex-features 3 --outcome partial --methodology bdd --notes kept",
        "",
    );
    let next = "tracker complete --window W0-20 --features codex=3 --quality Q --outcome partial --cls SCORE --impf MINUTES \
                --methodology bdd --notes kept";
    assert_eq!((command("CLS").as_str(), command("IMPF").as_str()), (next, next));
    let filled = next.replace("Q ", "0.9 ").replace("SCORE", "-0.4").replace("MINUTES", "12");
    world.good(filled.strip_prefix("tracker ").expect("a command of tracker"), "");
    let rows = world.env.read(format!("{DATA}/windows.jsonl"));
    let row: serde_json::Value = serde_json::from_str(rows.lines().last().expect("a row")).expect("JSON");
    let kept = (&row["features"]["codex"], &row["outcome"], &row["cls"], &row["impf"], &row["notes"]);
    assert_eq!(
        format!("{kept:?}"),
        "(Number(3), String(\"partial\"), Number(-0.4), Number(12), String(\"kept\"))"
    );

    world.good("feature reserve --window W0-20 --capability CAP-01 --description it --new", "");
    let add = "tracker evidence add --window W0-20 --capability";
    assert_eq!(command("evidence"), format!("{add} CAP-01 --runner RUNNER --result pass --artifacts FILE"));
    world.good("evidence add --window W0-20 --capability CAP-02 --runner cargo --result fail", "");
    assert_eq!(command("evidence"), format!("{add} CAP-02 --runner cargo --result pass --artifacts FILE"));
}

#[test]
fn unknown_window_creates_nothing() {
    let world = World::new();
    assert_snapshot!("unknown", shown(&world.run("window-audit --window W9-99")));
    assert_eq!(world.env.files(), Vec::<String>::new());
}
