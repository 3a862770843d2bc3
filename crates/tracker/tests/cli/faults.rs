//! The faults of the earlier tool (system contract, section 2), each turned round: ledgers, windows and numbers.

use super::world::{DATA, World, assert_told};
use crate::pane;

fn provider(world: &World, name: &str) -> serde_json::Value {
    let preview = world.json("preview", "");
    let all = preview["providers"].as_array().expect("providers").clone();
    all.into_iter().find(|one| one["provider"] == name).unwrap_or_else(|| panic!("no {name} in {preview}"))
}

#[test]
fn completing_three_times_is_one_window_without_an_interval() {
    let world = World::new();
    world.pair("W0-01", 4);
    for _ in 0..3 {
        world.good("complete --window W0-01 --codex-features 2 --quality 1 --outcome pass", "");
    }
    let codex = provider(&world, "codex");
    assert_eq!((&codex["n"], &codex["features"], &codex["capacity"]), (&1.into(), &2.into(), &4.into()));
    assert!(codex["ci"].is_null() && codex["power"].is_null(), "{codex}");
    assert_eq!(world.rows("windows.jsonl").len(), 3, "history stays");
    let audit = world.json("window-audit --window W0-01", "");
    assert_eq!(audit["finalize"]["duplicates"], 2);
}

#[test]
fn window_of_zero_capacity_is_merged_and_never_a_numerator_alone() {
    let world = World::new();
    world.window("W0-01", 0, 5);
    let alone = provider(&world, "codex");
    assert!(alone["efficiency"].is_null(), "{alone}");
    world.window("W0-02", 5, 0);
    let merged = provider(&world, "codex");
    assert_eq!((&merged["features"], &merged["capacity"], &merged["n"]), (&5.into(), &5.into(), &1.into()));
    assert_eq!(merged["efficiency"], 1);
}

#[test]
fn window_without_a_delta_counts_neither_above_nor_below_the_line() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    world.good("alias start codex --window W0-02", world.codex(3, 14));
    world.env.advance(3600);
    world.good("alias end codex", pane::cut_weekly(&world.codex(9, 18)));
    world.good("complete --window W0-02 --codex-features 9 --quality 1 --outcome pass", "");
    let codex = provider(&world, "codex");
    assert_eq!((&codex["features"], &codex["capacity"]), (&2.into(), &4.into()));
    assert_eq!(codex["excluded"][0]["window"], "W0-02", "{codex}");
}

#[test]
fn weekly_and_five_hour_points_are_never_summed() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    assert_eq!(provider(&world, "codex")["capacity"], 4);
    let five = world.json("preview --capacity 5h", "");
    assert_eq!(
        (&five["providers"][0]["capacity"], &five["providers"][0]["meter"]),
        (&6.into(), &"5h".into())
    );
}

#[test]
fn absolute_prompt_counts_are_no_deltas() {
    let world = World::new();
    world.good("ingest glm --window W0-01", pane::glm(500));
    world.env.advance(60);
    world.good("alias start glm --window W0-01", {
        world.good("alias delete glm --window W0-01", "");
        pane::glm(512)
    });
    world.env.advance(600);
    world.good("alias end glm", pane::glm(518));
    world.good("ingest glm --window W0-01", pane::glm(519));
    world.good("complete --window W0-01 --glm-features 2 --quality 1 --outcome pass", "");
    let glm = provider(&world, "glm");
    assert_eq!((&glm["capacity"], &glm["unit"]), (&6.into(), &"prompts".into()), "{glm}");
}

#[test]
fn falling_weekly_bar_is_an_anomaly_and_no_use() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    world.good("alias start codex --window W0-02", world.codex(3, 88));
    world.env.advance(3600);
    world.good("alias end codex", world.codex(9, 5));
    let refused = world.run("complete --window W0-02 --codex-features 9 --quality 1 --outcome pass");
    assert_told(&refused, 3, "a fall without a reset");
    world.good("complete --window W0-02 --codex-features 9 --quality 1 --outcome pass --accept-anomaly", "");
    let row = world.rows("windows.jsonl").pop().expect("a row");
    assert!(row["providers"]["codex"]["delta"]["weekly"].is_null(), "{row}");
    assert_eq!(provider(&world, "codex")["capacity"], 4);
    assert!(world.rows("anomalies.jsonl").iter().any(|row| row["cause"] == "unexplained"));
}

#[test]
fn garbage_does_not_finalize_as_pass() {
    let world = World::new();
    for line in ["alias start codex --window W0-01", "ingest codex --window W0-01 --phase after"] {
        assert_told(&world.pipe(line, "Loading...\n$ ls\nsrc tests\n"), 1, line);
    }
    let output = world.run("complete --window W0-01 --codex-features 3 --quality 1 --outcome pass");
    assert_told(&output, 1, "complete");
    assert!(world.rows("windows.jsonl").is_empty());
}

#[test]
fn two_lanes_on_one_account_share_its_meter() {
    let world = World::new();
    world.lane("main").good("alias start codex --window W0-01", world.codex(3, 50));
    world.env.advance(600);
    world.lane("sub1").good("alias start codex --window W0-01", world.codex(4, 51));
    world.env.advance(600);
    world.good("alias end codex", world.codex(5, 52));
    world.env.advance(600);
    world.lane("main").good("alias end codex", world.codex(6, 53));
    world.good("complete --window W0-01 --codex-features 2 --quality 1 --outcome pass", "");
    assert_eq!(provider(&world, "codex")["capacity"], 3, "the union of 50-53 and 51-52");
}

#[test]
fn two_lanes_on_two_accounts_add_up() {
    let world = World::new();
    let of = |account: &str, five, weekly| pane::of_account(&world.codex(five, weekly), account);
    world.lane("main").good("alias start codex --window W0-01", of("a@example.com", 3, 10));
    world.lane("sub1").good("alias start codex --window W0-01", of("b@example.com", 3, 60));
    world.env.advance(3600);
    world.lane("main").good("alias end codex", of("a@example.com", 5, 11));
    world.lane("sub1").good("alias end codex", of("b@example.com", 8, 63));
    world.good("complete --window W0-01 --codex-features 2 --quality 1 --outcome pass", "");
    assert_eq!(provider(&world, "codex")["capacity"], 4, "1 pp and 3 pp, never 60 to 11 or 10 to 63");
}

#[test]
fn delete_appends_and_keeps_every_byte() {
    let world = World::new();
    world.pair("W0-01", 4);
    let path = format!("{DATA}/snapshots.jsonl");
    let before = world.env.read(&path);
    world.good("alias delete codex --phase after --window W0-01", "");
    let after = world.env.read(&path);
    assert!(after.starts_with(&before) && after.len() > before.len());
    assert!(world.rows("snapshots.jsonl").pop().is_some_and(|row| row.get("retracts").is_some()));
    let _ = world.run("verify").success();
    let refused = world.run("complete --window W0-01 --codex-features 2 --quality 1 --outcome pass");
    assert_told(&refused, 3, "the after no longer counts");
}

#[test]
fn torn_last_line_neither_stops_readers_nor_swallows_the_next_row() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    for file in ["snapshots.jsonl", "windows.jsonl", "anomalies.jsonl"] {
        let path = world.env.work().join(DATA).join(file);
        let old = if path.exists() { world.env.read(&path) } else { String::new() };
        world.env.write(&path, old + "{\"schema_version\":1,\"window\":\"W0-0");
    }
    assert_eq!(provider(&world, "codex")["features"], 2);
    let _ = world.run("window-audit --window W0-01").success();
    world.window("W0-02", 3, 1);
    assert_eq!(provider(&world, "codex")["features"], 3, "the next rows are whole");
    let torn = world.env.files().into_iter().filter(|name| name.contains("/quarantine/")).count();
    assert!(torn >= 2, "what was torn is kept aside: {:?}", world.env.files());
    let _ = world.run("verify").success();
}

#[test]
fn notes_with_commas_newlines_and_formulas_stay_one_value() {
    let world = World::new();
    world.pair("W0-01", 4);
    let notes = "=HYPERLINK(\"http://x\"),\"a\"\nsecond, line\u{1b}[31m\u{202e}";
    let line =
        ["complete", "--window", "W0-01", "--codex-features", "2", "--outcome", "pass", "--notes", notes];
    let _ = world.env.tracker(&line).success();
    let rows = world.rows("windows.jsonl");
    assert_eq!((rows.len(), rows[0]["notes"].as_str()), (1, Some(notes)), "stored as it was typed");
    let preview = world.run("preview --window W0-01").success();
    let lines: Vec<&str> = preview.lines().filter(|line| line.contains("HYPERLINK")).collect();
    assert!(lines.len() == 1 && lines[0].contains("second, line"), "{preview}");
    assert!(!preview.contains(['\u{1b}', '\u{202e}']), "{preview}");
    let _ = world.run("verify").success();
}
