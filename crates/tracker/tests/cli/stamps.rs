//! Whatever a command stores says which release wrote it, by which command, and in which form.

use super::world::{DATA, World};

#[test]
fn every_row_of_every_command_is_stamped() {
    let world = World::new();
    world.window("W0-01", 4, 2);
    world.good("alias start codex --window W0-02", world.codex(20, 30));
    world.good("alias delete codex --window W0-02 --phase before", "");
    world.good("override codex --window W0-03 --phase before --set weekly=30", "");
    world.good("churn --window W0-01", "");
    world.good("evidence add --window W0-01 --capability C --runner cargo --result pass", "");
    world.good("replay --replicates 20 --prompts-a-week glm=600", "");
    world.good("demo --dir week", "");
    let mut seen = 0;
    for file in world.env.files().into_iter().filter(|file| file.ends_with(".jsonl")) {
        let text = world.env.read(format!("../{file}"));
        for line in text.lines().filter(|_| file.contains(DATA)) {
            let row: serde_json::Value = serde_json::from_str(line).expect("a row is JSON");
            assert_eq!(row["schema_version"], 1, "{file}: {line}");
            assert_eq!(row["tool_version"], env!("CARGO_PKG_VERSION"), "{file}: {line}");
            assert!(row["source"].as_str().is_some_and(|word| !word.is_empty()), "{file}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 60, "only {seen} rows were written");
}
