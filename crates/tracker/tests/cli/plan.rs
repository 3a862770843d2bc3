//! `tracker plan`, `handoff` and `lint` on bad input, and after a run that was cut off.

use super::world::{World, assert_told};

const NEXT: &str = "plan next --task Script:150K";
const PLAN: &str = "plans/2026-11-20_next_session.plan.md";

#[test]
fn what_cannot_be_planned_is_told() {
    let world = World::new();
    world.env.write("no-table.md", "# nothing\n");
    world.env.write("table.md", "| Task | Spec | Tokens |\n|---|---|---|\n| A | a.feature | lots |\n");
    world.env.write("done.md", "| Task | Spec | Status |\n|---|---|---|\n| A | a.feature | done |\n");
    for (line, exit, what) in [
        ("plan next", 2, "no task"),
        ("plan next --task Script", 2, "a task without a budget"),
        ("plan next --task Script:0", 2, "no tokens"),
        ("plan next --task :5K", 2, "no name"),
        ("plan next --task Script:5K --buffer 5K", 2, "a buffer that is too small"),
        ("plan next --task Script:5K --buffer x", 2, "a buffer that is no number"),
        ("plan next --task Script:5K --context-window 10K", 2, "a window that is too small"),
        ("plan next --task Script:5K --session a/b", 2, "a session that names a folder"),
        ("plan next --task Script:5K:../../x.feature", 2, "a feature file outside of the project"),
        ("plan next --spec missing.md", 1, "no file"),
        ("plan next --spec no-table.md", 2, "no table"),
        ("plan next --spec table.md", 2, "a budget that is no number"),
        ("plan next --spec done.md", 2, "nothing is open"),
        ("plan next --task Script:500K", 3, "more than fits"),
        ("plan next --fill --task Script:500K", 3, "nothing fits"),
        ("plan snapshot", 1, "no pane"),
        ("plan snapshot --session x --file missing.txt", 1, "no file"),
        ("lint plan", 1, "no plan"),
        ("lint plan missing.md", 1, "no file"),
        ("lint terms", 1, "no list of words"),
        ("lint terms --terms table.md", 2, "a list of words that is none"),
    ] {
        assert_told(&world.run(line), exit, what);
    }
    assert!(!world.env.work().join("data").exists() && !world.env.work().join("plans").exists());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "what a kill had not written yet is taken away")]
fn a_run_that_was_cut_off_is_completed_by_the_next_one() {
    let world = World::new();
    world.good(NEXT, "");
    let documents: Vec<String> =
        [PLAN, "progress.md", "docs/SESSION_HANDOFF.md"].iter().map(|path| world.env.read(path)).collect();
    // Cut off before the row: what was written before it is there, the ledger is not.
    std::fs::remove_dir_all(world.env.work().join("data")).expect("it was written");
    std::fs::remove_file(world.env.work().join("progress.md")).expect("it was written");
    let told = world.good(NEXT, "");
    assert!(told.contains("stored token plan for 2026-11-20_next_session (planned=150000)"), "{told}");
    let again: Vec<String> =
        [PLAN, "progress.md", "docs/SESSION_HANDOFF.md"].iter().map(|path| world.env.read(path)).collect();
    assert_eq!(documents, again);
    assert_eq!(world.rows("token_plan.jsonl").len(), 1);
}

#[test]
fn a_block_without_an_end_is_told_and_nothing_is_swallowed() {
    let world = World::new();
    let text = "# Hand-off\n<!-- tracker:handoff next-agent -->\nmy words\n";
    world.env.write("docs/SESSION_HANDOFF.md", text);
    let output = world.run("handoff --write");
    assert_told(&output, 1, "a block without an end");
    assert!(output.stderr().contains("SESSION_HANDOFF.md"), "{output}");
    assert_eq!(world.env.read("docs/SESSION_HANDOFF.md"), text);
}

#[test]
fn a_withdrawn_pane_tells_no_context_window() {
    let world = World::new();
    world.good("alias start codex --window W0-01", world.codex(3, 10));
    let planned = world.json(&format!("{NEXT} --dry-run"), "");
    assert_eq!(planned["budget"]["context_window"], 258_000, "{planned}");
    world.good("alias delete codex --window W0-01", "");
    let planned = world.json(&format!("{NEXT} --dry-run"), "");
    assert_eq!(planned["budget"]["source"], "default, no status pane says it", "{planned}");
}

#[test]
fn a_document_with_words_of_its_own_in_the_fence_stays_one_block() {
    let world = World::new();
    world.good("handoff --write --read docs/```x.md", "");
    let text = world.env.read("docs/SESSION_HANDOFF.md");
    assert!(text.contains("````sh") && text.trim_end().ends_with("````\n<!-- /tracker -->"), "{text}");
}
