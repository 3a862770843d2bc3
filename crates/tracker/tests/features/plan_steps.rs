//! Steps about plans, hand-offs and the documents that they are written to.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::world::{DATA, World};

#[given(regex = r#"^the document "([^"]+)"$"#)]
fn document(world: &mut World, step: &Step, file: String) {
    let text =
        step.docstring.as_deref().expect("the document stands below the step").trim_start_matches('\n');
    world.env.write(file, format!("{text}\n"));
}

/// Sessions `s1`, `s2`, ... that were planned and closed, as the checkpoints of their days tell.
#[given(regex = r"^past sessions of (\d+)K that used ([\dK, and]+)$")]
fn past(world: &mut World, planned: u64, used: String) {
    let used = used.replace(" and ", ", ").replace('K', "");
    for (number, used) in (1..).zip(used.split(", ")) {
        let row = serde_json::json!({
            "kind": "checkpoint", "session_id": format!("s{number}"), "task": "end_of_session",
            "tokens_planned": planned * 1000, "tokens_actual": used.parse::<u64>().expect("a number") * 1000,
            "captured_at": format!("2026-11-{:02}T18:00:00Z", number + 10), "notes": "",
        });
        let path = format!("{DATA}/token_plan.jsonl");
        let old = if world.env.work().join(&path).exists() { world.env.read(&path) } else { String::new() };
        world.env.write(path, format!("{old}{row}\n"));
    }
}

#[when(regex = r#"^a person adds "([^"]+)" to the file "([^"]+)"$"#)]
fn adds(world: &mut World, text: String, file: String) {
    let old = world.env.read(&file);
    world.env.write(file, format!("{text}\n{old}"));
}

#[then(regex = r#"^the file "([^"]+)" does not hold "(.+)"$"#)]
fn holds_not(world: &mut World, file: String, text: String) {
    let there = world.env.read(&file);
    assert!(!there.contains(&text.replace("\\\"", "\"")), "{file} holds {text:?}:\n{there}");
}

#[then(regex = r#"^the file "([^"]+)" holds "(.+)" once$"#)]
fn holds_once(world: &mut World, file: String, text: String) {
    let there = world.env.read(&file);
    assert_eq!(there.matches(&text.replace("\\\"", "\"")).count(), 1, "{file}, {text:?}:\n{there}");
}

#[then(regex = r#"^there is (a|no) file "([^"]+)"$"#)]
fn there_is(world: &mut World, article: String, file: String) {
    assert_eq!(world.env.work().join(&file).exists(), article == "a", "{file}: {:?}", world.env.files());
}

#[then("the folder of work is as it was")]
fn nothing_new(world: &mut World) {
    let files: Vec<String> = world.env.files().into_iter().filter(|file| file.starts_with("work/")).collect();
    assert_eq!(files, world.old_files);
}

#[given("the folder of work is remembered")]
fn remember(world: &mut World) {
    world.old_files = world.env.files().into_iter().filter(|file| file.starts_with("work/")).collect();
}

#[then("every line of the brief is a comment or a command of the shell")]
fn is_a_script(world: &mut World) {
    let brief = world.last().success();
    let script = world.env.write("brief.sh", &brief);
    let checked =
        world.env.invoke_tool(std::path::Path::new("sh"), &["-n".as_ref(), script.as_os_str()]).run();
    assert_eq!(checked.code(), Some(0), "{checked}\n{brief}");
    let commands = [
        "cd ",
        "tracker ",
        "export ",
        "AGENT_ID=",
        "tail ",
        "decision-card ",
        "proxy-cost-compare ",
        "router-replay ",
    ];
    for line in brief.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        assert!(commands.iter().any(|command| line.starts_with(command)), "{line}");
    }
}
