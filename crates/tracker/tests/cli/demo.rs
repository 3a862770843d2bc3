//! `tracker demo`.

use insta::assert_snapshot;

use super::world::{DATA, World, shown};

#[test]
fn whole_week_from_nothing() {
    let world = World::new();
    let output = world.run("demo --dir week");
    assert_snapshot!("demo", shown(&output));
    let preview = world.run("preview --data-dir week/data/week0/live").success();
    for provider in ["codex", "claude", "glm"] {
        let line = preview.lines().find(|line| line.starts_with(&format!("  - {provider}: features=")));
        let line = line.unwrap_or_else(|| panic!("no {provider} in\n{preview}"));
        let n =
            line.split(", n=").nth(1).and_then(|rest| rest.split(',').next()).and_then(|n| n.parse().ok());
        assert!(n >= Some(6), "{line}");
        assert!(line.contains(", ci=[") && line.contains("excluded="), "{line}");
    }
    for said in
        ["\nChurn:\n  - provider=n/a window=W0-01 method=week0: files=3, +39/-0", ", e_q=0.", "\nReplay: "]
    {
        assert!(preview.contains(said), "no {said:?} in\n{preview}");
    }
    assert!(!world.env.work().join(DATA).exists(), "the demo stays in its own directory");
}

#[test]
fn week_is_played_without_git_too() {
    let world = World::new();
    let output = world.call("demo --dir week").env("PATH", "").run();
    let shown = output.success();
    let complaint = "warn: the week is played without its commits, so without churn: git cannot be started";
    assert!(output.stderr().contains(complaint), "{output}");
    assert!(shown.contains("churn W0-01: skipped (decision=missing-commit-range)"), "{output}");
    assert!(shown.contains("\nProviders:\n") && !shown.contains("git commit"), "{output}");
}

#[test]
fn place_that_holds_something_is_not_overwritten() {
    let world = World::new();
    world.env.write("week/notes.txt", "mine");
    let output = world.run("demo --dir week");
    assert_snapshot!("occupied", shown(&output));
    assert_eq!(world.env.read("week/notes.txt"), "mine");
}
