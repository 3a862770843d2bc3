//! Several processes at one data dir.

use super::faults_of_meters::long;
use super::world::World;

#[test]
fn large_panes_of_eight_processes_are_all_there_and_whole() {
    let world = World::new();
    let running: Vec<_> = (0..8)
        .map(|n| {
            let pane = format!("pane{n}.txt");
            world.env.write(&pane, long(&world.codex(3 + n, 10 + n), 200 << 10));
            let line = format!("alias start codex --window W0-1{n} --file {pane}");
            world.call(&line).env("AGENT_ID", format!("sub{n}")).start()
        })
        .collect();
    for process in running {
        let _ = process.wait().success();
    }
    let rows = world.rows("snapshots.jsonl");
    assert_eq!(rows.len(), 8);
    let mut weekly: Vec<i64> = rows.iter().filter_map(|row| row["parsed"]["weekly_pct"].as_i64()).collect();
    weekly.sort_unstable();
    assert_eq!(weekly, (10..18).collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row["raw_text"].as_str().is_some_and(|text| text.len() > 190 << 10)));
    let report = world.json("verify", "");
    assert_eq!(report["ok"], true, "{report}");
    let file = report["files"].as_array().expect("files").iter().find(|one| one["file"] == "snapshots.jsonl");
    assert_eq!(file.map(|one| (&one["status"], &one["rows"])), Some((&"ok".into(), &8.into())), "{report}");
}

#[test]
fn same_window_started_by_several_processes_has_one_before() {
    let world = World::new();
    let running: Vec<_> = (0..6)
        .map(|n| {
            let pane = format!("pane{n}.txt");
            world.env.write(&pane, world.codex(3, 10 + n));
            world.call(&format!("alias start codex --window W0-20 --file {pane}")).start()
        })
        .collect();
    let codes: Vec<_> = running.into_iter().map(|process| process.wait().code()).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| matches!(code, Some(0 | 3))), "{codes:?}");
    assert_eq!(world.rows("snapshots.jsonl").len(), 1);
}
