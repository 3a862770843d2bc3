//! `tracker verify`.

use insta::assert_snapshot;

use super::world::{DATA, World, shown};

#[test]
fn whole_ledgers_in_text_and_json() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    let before = world.kept();
    assert_snapshot!("text", shown(&world.run("verify")));
    assert_snapshot!("json", shown(&world.run("verify --format json")));
    assert_eq!(world.kept(), before, "verify writes nothing");
}

#[test]
fn changed_byte_is_found() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    let path = format!("{DATA}/windows.jsonl");
    let text = world.env.read(&path).replace("\"quality\":1", "\"quality\":0");
    world.env.write(&path, text);
    assert_snapshot!("damaged", shown(&world.run("verify")));
    assert_snapshot!("damaged_json", shown(&world.run("verify --json")));
}

#[test]
fn torn_tail_is_in_flight_unless_nothing_is_tolerated() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    let path = format!("{DATA}/windows.jsonl");
    let text = world.env.read(&path) + "{\"window\":\"W0-";
    world.env.write(&path, text);
    assert_snapshot!("torn", shown(&world.run("verify")));
    assert_snapshot!("torn_absolute", shown(&world.run("verify --recovery absolute")));
}

#[test]
fn missing_rows_are_listed_for_salvage() {
    let world = World::new();
    for window in ["W0-01", "W0-02", "W0-03"] {
        world.window(window, 1, 1);
    }
    let path = format!("{DATA}/windows.jsonl");
    let text = world.env.read(&path);
    let kept: Vec<&str> = text.lines().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| line).collect();
    world.env.write(&path, kept.join("\n") + "\n");
    let output = world.run("verify --recovery salvage --format json");
    assert_eq!(output.code(), Some(4), "{output}");
    assert!(output.stdout().contains("\"gaps\":[{\"from\":2,\"to\":2}]"), "{output}");
    assert!(world.run("verify --recovery salvage").stdout().contains("  missing: seq 2-2\n"));
}

#[test]
fn empty_place_is_well_and_stays_empty() {
    let world = World::new();
    assert_snapshot!("empty", shown(&world.run("verify")));
    assert_eq!(world.env.files(), Vec::<String>::new());
}

#[test]
fn mirrors_stand_beside_their_ledgers_in_json() {
    let world = World::new();
    world.good("churn --window W0-01", "");
    let mirror = |line: &str| world.json(line, "")["mirrors"][0].clone();
    let found = mirror("verify");
    assert_eq!((&found["file"], &found["ledger"]), (&"Churn_Ledger.csv".into(), &"churn.jsonl".into()));
    assert!(
        found["path"].as_str().is_some_and(|path| path.ends_with("/work/docs/Ledgers/Churn_Ledger.csv")),
        "{found}"
    );
    let path = "docs/Ledgers/Churn_Ledger.csv";
    let whole = world.env.read(path);
    world.env.write(path, format!("{}\n2026-01-01,W0-09,,,,,,,,,,,mine\n", whole.lines().next().unwrap()));
    let found = mirror("verify");
    assert_eq!((&found["status"], &found["missing"]), (&"repairable".into(), &1.into()), "{found}");
    let found = mirror("verify --repair-mirrors");
    assert_eq!(
        (&found["status"], &found["written"], &found["foreign"]),
        (&"ok".into(), &1.into(), &1.into())
    );
    let found = mirror("verify --adopt-foreign");
    assert_eq!(found["adopted"], 0, "its notes would read otherwise: {found}");
    assert!(found["refused"][0].as_str().is_some_and(|why| why.contains("notes would read")), "{found}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test removes mirrors")]
fn verify_takes_no_lock_and_makes_nothing_unless_asked_to_mend() {
    let world = World::new();
    world.good("churn --window W0-01", "");
    std::fs::remove_dir_all(world.env.work().join("docs")).expect("a test may remove mirrors");
    let before = world.kept();
    world.good("verify", "");
    assert_eq!(world.kept(), before);
    world.good("verify --repair-mirrors", "");
    assert!(world.env.read("docs/Ledgers/Churn_Ledger.csv").contains("W0-01"));
}
