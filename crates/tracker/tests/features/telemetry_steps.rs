//! Steps about proxy telemetry.

use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::world::{DATA, World};

const SAMPLE: &str = include_str!("../../../../fixtures/telemetry/events.jsonl");

#[when(regex = r"^I run `([^`]+)` on the sample events$")]
fn run_sample(world: &mut World, line: String) {
    world.run(&line, Some(SAMPLE));
}

#[when(regex = r"^I run `([^`]+)` on the lines$")]
fn run_lines(world: &mut World, step: &Step, line: String) {
    let lines = step.docstring.as_deref().expect("the lines stand below the step").trim_start();
    world.run(&line, Some(lines));
}

#[given("the settings")]
fn settings(world: &mut World, step: &Step) {
    world.env.write("tracker.toml", step.docstring.as_deref().expect("the settings stand below the step"));
}

#[given(regex = r"^an earlier tool's telemetry row of window (\S+) with the sample events$")]
fn earlier(world: &mut World, window: String) {
    let row = serde_json::json!({
        "window": window, "captured_at": "2025-10-19T16:10:00.000001+00:00", "notes": "", "source": "proxy",
        "parsed": {"total": 8, "routed_to_glm_pct": 50.0, "latency_p50_ms": 320.0, "latency_p95_ms": 537.0,
                   "error_rate_pct": 12.5, "errors": []},
        "raw_text": SAMPLE,
    });
    world.env.write(format!("{DATA}/proxy_telemetry.jsonl"), format!("{row}\n"));
}

#[then(regex = r#"^no file of the data dir says "([^"]+)"$"#)]
fn unsaid(world: &mut World, text: String) {
    let files = world.env.files();
    let inside: Vec<&String> = files.iter().filter(|file| file.contains(DATA)).collect();
    assert!(!inside.is_empty());
    for file in inside {
        let path = file.strip_prefix("work/").expect("the data dir lies in work");
        let bytes = std::fs::read(world.env.work().join(path)).expect("a file of the data dir");
        assert!(!String::from_utf8_lossy(&bytes).contains(&text), "{file} says {text}");
    }
}

#[given(regex = r#"^the sample events lie in "([^"]+)"$"#)]
fn sample_file(world: &mut World, path: String) {
    world.env.write(path, SAMPLE);
}

#[when(regex = r"^I type `([^`]+)` in a shell$")]
fn shell(world: &mut World, line: String) {
    let tool = std::path::Path::new(env!("CARGO_BIN_EXE_tracker"));
    let folders = tool.parent().into_iter().map(std::path::Path::to_owned);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path))).expect("folders");
    let call = world.env.invoke_tool(std::path::Path::new("/bin/sh"), &["-c", &line]).env("PATH", path);
    world.last = Some(call.run());
}
