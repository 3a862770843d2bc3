//! Steps of a session's operations: files with several lines, documents, rows on standard output.
#![expect(clippy::disallowed_methods, reason = "a test prepares and loses files")]

use std::fs;

use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use super::world::World;

#[given(regex = r#"^the file "([^"]+)":$"#)]
fn file_of_lines(world: &mut World, step: &Step, file: String) {
    let text = step.docstring.as_deref().expect("the step has a text").trim_start_matches('\n');
    world.env.write(file, text);
}

#[when(regex = r#"^the file "([^"]+)" is lost$"#)]
fn lost(world: &mut World, file: String) {
    fs::remove_file(world.env.work().join(file)).expect("the file was there");
}

#[then(regex = r#"^the file "([^"]+)" holds "([^"]+)" (\d+) times$"#)]
fn holds_times(world: &mut World, file: String, text: String, times: usize) {
    let content = world.env.read(&file);
    assert_eq!(content.matches(&text).count(), times, "{content}");
}

#[then(regex = r#"^the file "([^"]+)" starts with "([^"]+)"$"#)]
fn starts_with(world: &mut World, file: String, text: String) {
    let content = world.env.read(&file);
    assert!(content.starts_with(&text) && content.len() > text.len(), "{content}");
}

#[then(regex = r"^the exit code is (\d+)$")]
fn exit_code(world: &mut World, code: i32) {
    assert_eq!(world.last().code(), Some(code), "{}", world.last());
}

/// Every required key is there and every key is promised; the nested parts are checked by the tests of the schemas.
#[then(regex = r#"^stdout is one row of "([^"]+)"$"#)]
fn one_row(world: &mut World, name: String) {
    let out = world.last().success().clone();
    assert_eq!(out.lines().count(), 1, "{out}");
    let row: Value = serde_json::from_str(&out).expect("JSON");
    let all = tracker::wire::schemas().into_iter().chain(tracker_ledger::wire::schemas());
    let (_, text) = all.into_iter().find(|(file, _)| *file == name).expect("a schema");
    let schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(row.get(key).is_some(), "no {key} in {row:#}");
    }
    for key in row.as_object().expect("an object").keys() {
        assert!(schema["properties"].get(key).is_some(), "{key} is not promised by {name}");
    }
}
