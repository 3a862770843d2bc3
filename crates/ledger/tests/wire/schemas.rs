//! The committed schemas are those of this release, and every row has exactly the keys they name.

use std::collections::BTreeSet;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;
use tracker_ledger::wire::state::AliasState;
use tracker_ledger::wire::{
    Stamp, anomaly, churn, glm_count, reading, schemas, snapshot, state, usage_report, window,
};

use crate::strategies;

fn schema(name: &str) -> Value {
    let text = schemas().into_iter().find(|(file, _)| *file == name).expect("a schema").1;
    serde_json::from_str(&text).expect("a schema is JSON")
}

fn keys(list: &Value) -> BTreeSet<String> {
    match list {
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect()
        }
        Value::Object(members) => members.keys().cloned().collect(),
        _ => BTreeSet::new(),
    }
}

/// Checks a value against the part of JSON Schema that our schemas use. `open` schemas allow further members.
fn check(root: &Value, schema: &Value, value: &Value, path: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return check(root, &root["$defs"][name], value, path);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = choices
            .iter()
            .any(|choice| choice["$ref"].is_string() && !value.is_null() || has_type(choice, value));
        assert!(fits, "{path}: {value} is none of {choices:?}");
        if let (Some(choice), false) = (choices.iter().find(|c| c["$ref"].is_string()), value.is_null()) {
            check(root, choice, value, path);
        }
        return;
    }
    assert!(has_type(schema, value), "{path}: {value} is not of type {}", schema["type"]);
    match value {
        Value::Object(members) => check_object(root, schema, members, path),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                check(root, &schema["items"], item, &format!("{path}[{at}]"));
            }
        }
        _ => {}
    }
}

fn check_object(root: &Value, schema: &Value, members: &serde_json::Map<String, Value>, path: &str) {
    for required in keys(&schema["required"]) {
        assert!(members.contains_key(&required), "{path} lacks {required}");
    }
    for (key, member) in members {
        let path = format!("{path}.{key}");
        match (schema["properties"].get(key), &schema["additionalProperties"]) {
            (Some(property), _) => check(root, property, member, &path),
            (None, Value::Object(_)) => check(root, &schema["additionalProperties"], member, &path),
            (None, _) => panic!("{path} is not in the schema"),
        }
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_u64() || number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |word: &str| word == name || word == "number" && name == "integer";
    match &schema["type"] {
        Value::String(word) => fits(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).any(fits),
        _ => false,
    }
}

pub(crate) fn check_line(name: &str, line: &str) {
    let schema = schema(name);
    let row: Value = serde_json::from_str(line).expect("a row is JSON");
    check(&schema, &schema, &row, name);
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas")
}

#[test]
fn the_committed_schemas_are_current() {
    for (name, text) in schemas() {
        let committed = std::fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(committed == text, "docs/schemas/{name} is not what the types say: write the schemas anew");
    }
}

#[test]
fn a_required_key_is_one_that_every_row_has() {
    let required = keys(&schema("snapshot.schema.json")["required"]);
    let expected = [
        "schema_version",
        "tool_version",
        "source",
        "snapshot_id",
        "window",
        "provider",
        "phase",
        "captured_at",
        "notes",
        "parsed",
        "raw_text",
    ];
    assert_eq!(required, expected.map(str::to_owned).into());
    let retraction = keys(&schema("retraction.schema.json")["required"]);
    let expected = ["schema_version", "tool_version", "source", "retracts", "reason", "captured_at"];
    assert_eq!(retraction, expected.map(str::to_owned).into());
}

#[test]
fn the_check_itself_fails_on_a_missing_a_foreign_and_a_wrong_member() {
    let line = state::write(&AliasState::default()).expect("it has a form");
    check_line("alias_state.schema.json", &line);
    let bad = [
        line.replace("\"updated_at\":null", "\"updated\":null"),
        line.replace("\"updated_at\":null", "\"updated_at\":null,\"extra\":1"),
        line.replace("\"updated_at\":null", "\"updated_at\":[]"),
    ];
    for line in bad {
        let outcome = std::panic::catch_unwind(|| check_line("alias_state.schema.json", &line));
        assert!(outcome.is_err(), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn snapshots_counts_and_readings_fit_their_schemas(
        taken in strategies::snapshot(),
        count in strategies::prompt_count(),
    ) {
        let stamp = Stamp::new("0.1.0", "test").with_agent(taken.lane.as_ref());
        let parsed = Some(&taken.reading);
        check_line("snapshot.schema.json", &snapshot::write(&taken, "pane", "0.1.0").expect("a form"));
        check_line("glm_count.schema.json", &glm_count::write(&count, parsed, "", &stamp).expect("a form"));
        check_line("reading.schema.json", &reading::write(&taken.reading).expect("a form"));
    }

    #[test]
    fn windows_fit_their_schema(done in strategies::window()) {
        let stamp = Stamp::new("0.1.0", "test");
        check_line("window.schema.json", &window::write(&done, &stamp).expect("a form"));
    }

    #[test]
    fn the_other_rows_fit_their_schemas(
        withdrawn in strategies::retraction(),
        odd in strategies::anomaly(),
        changed in strategies::churn(),
        report in strategies::usage_report(),
    ) {
        let stamp = Stamp::new("0.1.0", "test");
        check_line("retraction.schema.json", &snapshot::write_retraction(&withdrawn, &stamp).expect("a form"));
        check_line("anomaly.schema.json", &anomaly::write(&odd, &stamp).expect("a form"));
        check_line("churn.schema.json", &churn::write(&changed, &stamp).expect("a form"));
        check_line("usage_report.schema.json", &usage_report::write(&report, "", &stamp).expect("a form"));
    }
}
