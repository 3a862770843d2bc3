//! `tracker parse`.

use insta::assert_snapshot;

use super::world::{World, shown, week0};
use crate::pane;

#[test]
fn text_of_each_kind() {
    let world = World::new();
    assert_snapshot!("codex", shown(&world.pipe("parse codex", world.codex(3, 10))));
    assert_snapshot!("claude", shown(&world.pipe("parse claude", pane::claude(20, 30))));
    assert_snapshot!("glm", shown(&world.pipe("parse glm", pane::glm(12))));
    assert_snapshot!("ccusage", shown(&world.pipe("parse ccusage", week0("ccusage_daily.json"))));
    assert_snapshot!("monitor", shown(&world.pipe("parse claude-monitor", week0("claude_monitor.txt"))));
    assert_eq!(world.env.files(), Vec::<String>::new(), "parse stores nothing");
}

#[test]
fn json_of_a_pane() {
    let world = World::new();
    assert_snapshot!("codex_json", shown(&world.pipe("parse codex --format json", world.codex(3, 10))));
}

#[test]
fn auto_says_what_it_took_it_for() {
    let world = World::new();
    assert_snapshot!("auto", shown(&world.pipe("parse auto", pane::claude(20, 30))));
    assert_snapshot!("auto_unknown", shown(&world.pipe("parse auto", "Dear diary, today I wrote no code.")));
}

#[test]
fn zone_of_the_flag_moves_the_reset() {
    let world = World::new();
    let reset = |flags: &str| {
        let reading = world.json(&format!("parse codex --captured-at 2026-11-20T10:00:00Z {flags}"), {
            "5h limit: [\u{2588}] 97% left (resets 14:00)\nWeekly limit: [\u{2588}] 90% left (resets 14:46 on 27 Nov)\n"
        });
        reading["meters"][0]["resets_at"].as_str().map(str::to_owned)
    };
    assert_eq!(reset("--tz UTC").as_deref(), Some("2026-11-20T14:00:00Z"));
    assert_eq!(reset("--tz Europe/Berlin").as_deref(), Some("2026-11-20T13:00:00Z"));
}
