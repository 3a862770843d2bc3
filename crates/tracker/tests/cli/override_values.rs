//! `tracker override`.

use insta::assert_snapshot;

use super::world::{World, shown};

#[test]
fn typed_values_and_flags_of_the_earlier_tool() {
    let world = World::new();
    assert_snapshot!(
        "set",
        shown(&world.run(
            "override codex --window W0-19 --phase before --set 5h=3 --set weekly=10 --resets 5h=14:01"
        ))
    );
    world.env.advance(3600);
    assert_snapshot!(
        "earlier_flags",
        shown(&world.run("override codex --window W0-19 --phase after --fiveh-pct 9 --weekly-pct 14"))
    );
    let rows = world.rows("snapshots.jsonl");
    assert_eq!(rows[0]["parsed"]["errors"][0], "manual-override");
    assert_eq!(rows[1]["parsed"]["weekly_pct"], 14);
    let done = world.good("complete --window W0-19 --codex-features 3 --quality 1 --outcome pass", "");
    assert_eq!(done, "finalized window W0-19 with providers: codex\n");
}

#[test]
fn prompts_are_a_count() {
    let world = World::new();
    assert_snapshot!(
        "prompts",
        shown(&world.run("override glm --window W0-19 --phase before --set prompts=120"))
    );
    assert_eq!(world.rows("glm_counts.jsonl")[0]["prompts_used"], 120);
}

#[test]
fn no_value_is_usage_and_a_dry_run_writes_nothing() {
    let world = World::new();
    assert_snapshot!("none", shown(&world.run("override codex --window W0-19 --phase before")));
    assert_snapshot!(
        "dry_run",
        shown(&world.run("override codex --window W0-19 --phase before --set weekly=10 --dry-run"))
    );
    assert_eq!(world.env.files(), Vec::<String>::new());
}
