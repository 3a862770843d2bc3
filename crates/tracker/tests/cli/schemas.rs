//! What is printed as JSON against the schemas that promise it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::world::{DATA, World, week0};
use crate::pane;

/// Returns a schema by its file name.
fn schema(name: &str) -> Value {
    let all = tracker::wire::schemas().into_iter().chain(tracker_ledger::wire::schemas());
    let (_, text) = all.into_iter().find(|(file, _)| *file == name).unwrap_or_else(|| panic!("no {name}"));
    serde_json::from_str(&text).expect("a schema is JSON")
}

/// Returns every place where `value` is not what `schema` promises: the words of JSON Schema that ours use.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("no {name}"));
        return faults(root, target, value, at);
    }
    if let Some(choices) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let tried: Vec<Vec<String>> = choices.iter().map(|one| faults(root, one, value, at)).collect();
        let best = tried.into_iter().min_by_key(Vec::len).unwrap_or_default();
        return best;
    }
    let mut found = Vec::new();
    if schema.get("const").is_some_and(|only| only != value)
        || schema["enum"].as_array().is_some_and(|all| !all.contains(value))
    {
        found.push(format!("{at}: {value} is not one of {schema}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !types.is_empty() && !types.iter().any(|name| is_a(value, name)) {
        found.push(format!("{at}: {value} is no {types:?}"));
    }
    if let Value::Object(object) = value {
        let keys: BTreeSet<&str> = object.keys().map(String::as_str).collect();
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        found.extend(required.filter(|key| !keys.contains(key)).map(|key| format!("{at}: no {key}")));
        for (key, inner) in object {
            match (schema["properties"].get(key), &schema["additionalProperties"]) {
                (Some(of), _) | (None, of @ Value::Object(_)) => {
                    found.extend(faults(root, of, inner, &format!("{at}.{key}")));
                }
                (None, Value::Bool(true)) => {}
                (None, _) => found.push(format!("{at}: {key} is not promised")),
            }
        }
    }
    if let (Value::Array(items), Some(of)) = (value, schema.get("items")) {
        for (place, item) in items.iter().enumerate() {
            found.extend(faults(root, of, item, &format!("{at}[{place}]")));
        }
    }
    found
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the schemas have no {other}"),
    }
}

#[track_caller]
fn assert_promised(name: &str, value: &Value) {
    let root = schema(name);
    assert_eq!(faults(&root, &root, value, "$"), Vec::<String>::new(), "{name}\n{value:#}");
    // Without a rule that could be broken the test would prove nothing.
    for key in root["required"].as_array().expect("required keys") {
        let mut less = value.clone();
        less.as_object_mut().expect("an object").remove(key.as_str().expect("a word"));
        assert!(!faults(&root, &root, &less, "$").is_empty(), "{name} without {key}");
    }
    let mut more = value.clone();
    more["surprise"] = Value::Null;
    assert!(!faults(&root, &root, &more, "$").is_empty(), "{name} with a key that is not promised");
}

/// A world with a row of everything that the outputs show.
fn full() -> World {
    let world = World::new();
    for (window, pp) in [("W0-01", 4), ("W0-02", 5), ("W0-03", 6), ("W0-04", 2)] {
        world.window(window, pp, 2);
    }
    world.good("alias start codex --window W0-05", world.codex(3, 40));
    world.good("alias start glm --window W0-05", pane::glm(12));
    world.env.advance(3600);
    world.good("alias end codex", world.codex(9, 31));
    world.good("alias end codex --window W0-05", world.codex(9, 30));
    world.good("alias end glm", pane::glm(18));
    world.good(
        "complete --window W0-05 --codex-features 2 --outcome pass --methodology bdd --accept-anomaly",
        "",
    );
    world.good("ingest codex-ccusage --window W0-05 --scope daily", week0("ccusage_daily.json"));
    world.good("alias start codex --window W0-06", world.codex(9, 32));
    world.good("alias delete codex --window W0-06", "");
    world
}

#[test]
fn preview() {
    let world = full();
    let all = world.json("preview", "");
    assert_promised("preview.schema.json", &all);
    for list in ["windows", "providers", "ccusage", "snapshots"] {
        assert!(!all[list].is_null() && all[list] != serde_json::json!([]), "{list} is empty: {all}");
    }
    assert!(all["providers"][0]["ci"].is_object() && all["anomalies"]["count"] != 0, "{all}");
    assert_promised("preview.schema.json", &world.json("preview --window W0-05", ""));
    assert_promised("preview.schema.json", &World::new().json("preview", ""));
}

#[test]
fn compare_and_power() {
    let world = full();
    let compared = world.json("compare --by arm", "");
    assert_promised("compare.schema.json", &compared);
    let arms = &compared["meters"][1]["arms"];
    assert!(arms[0]["method"].is_string() && compared["meters"][0]["unit"] == "prompts", "{compared}");
    let power = world.json("power", "");
    assert_promised("power.schema.json", &power);
    assert_promised("preview.schema.json", &world.json("preview --explain", ""));
}

#[test]
fn window_audit() {
    let world = full();
    let audit = world.json("window-audit --window W0-05", "");
    assert_promised("window_audit.schema.json", &audit);
    assert!(audit["finalize"].is_object() && audit["prompt_counts"][0].is_object(), "{audit}");
    assert_promised("window_audit.schema.json", &world.json("window-audit --window W0-06", ""));
}

#[test]
fn decision_card() {
    let world = full();
    world.good("evidence add --window W0-05 --capability CAP-1 --runner cargo --result pass", "");
    world.good("churn --window W0-05", "");
    let card = world.json("decision-card --window W0-05", "");
    assert_promised("decision_card.schema.json", &card);
    assert_eq!((&card["status"], &card["completeness_met"]), (&"GO".into(), &5.into()), "{card}");
    assert_eq!((&card["evidence_count"], &card["churn_count"]), (&1.into(), &1.into()), "{card}");
    let run = world.json("decision-card --window WEEK0", "");
    assert_promised("decision_card.schema.json", &run);
    let week0 = &run["week0"];
    assert!(
        week0["providers"][0]["lo"].is_number() && week0["expansion"][0]["previews"][0]["n"] == 4,
        "{run}"
    );
    assert!(run["reasons"][0]["rows"][0]["seq"].is_number(), "{run}");
    assert_promised("decision_card.schema.json", &World::new().json("decision-card --window WEEK0", ""));
}

#[test]
fn verify() {
    let world = full();
    assert_promised("verify.schema.json", &world.json("verify", ""));
    let path = format!("{DATA}/windows.jsonl");
    let text = world.env.read(&path).replacen("\"pass\"", "\"past\"", 1);
    world.env.write(&path, text);
    let output = world.run("verify --recovery salvage --format json");
    assert_eq!(output.code(), Some(4), "{output}");
    let report: Value = serde_json::from_str(&output.stdout()).expect("JSON");
    assert_promised("verify.schema.json", &report);
}

#[test]
fn plans_and_hand_off() {
    let world = full();
    for session in ["s1", "s2", "s3"] {
        let row = serde_json::json!({
            "kind": "checkpoint", "session_id": session, "task": "end", "tokens_planned": 100_000,
            "tokens_actual": 120_000, "captured_at": "2026-11-20T18:00:00Z", "notes": "",
        });
        let path = format!("{DATA}/token_plan.jsonl");
        let old = if world.env.work().join(&path).exists() { world.env.read(&path) } else { String::new() };
        world.env.write(path, format!("{old}{row}\n"));
    }
    let planned = world.json("plan next --fill --task A:150K --task B:60K", "");
    assert_promised("plan_next.schema.json", &planned);
    assert_eq!(
        (&planned["left_out"][0], planned["row_stored"].as_bool()),
        (&serde_json::json!("B"), Some(true))
    );
    assert_promised("plan_snapshot.schema.json", &world.json("plan snapshot", world.codex(9, 32)));
    let score = world.json("plan score", "");
    assert_promised("plan_score.schema.json", &score);
    assert!(score["sessions"][2]["marked"] == true && score["open"][0].is_object(), "{score}");
    let brief = world.json("handoff --write", "");
    assert_promised("handoff.schema.json", &brief);
    for list in ["reading", "opener", "lanes", "unfinished", "always", "matrix", "heads"] {
        assert!(brief[list][0].is_object(), "{list} is empty: {brief}");
    }
}

#[test]
fn lint() {
    let world = World::new();
    world.env.write("plans/a.plan.md", "## Tasks\n");
    let output = world.run("lint plan --format json");
    assert_eq!(output.code(), Some(1), "{output}");
    let report: Value = serde_json::from_str(&output.stdout()).expect("JSON");
    assert_promised("lint.schema.json", &report);
    assert!(report["documents"][0]["findings"][0]["line"].is_u64(), "{report}");
}

#[test]
fn config_show() {
    assert_promised("config_show.schema.json", &World::new().json("config show", ""));
}

#[test]
fn parse() {
    let world = World::new();
    let captures = [
        ("codex", world.codex(3, 10)),
        ("claude", pane::claude(20, 30)),
        ("glm", pane::glm(12)),
        ("ccusage", week0("ccusage_daily.json")),
        ("claude-monitor", week0("claude_monitor.txt")),
    ];
    for (kind, capture) in captures {
        let root = schema("reading.schema.json");
        let reading = world.json(&format!("parse {kind}"), capture);
        assert_eq!(faults(&root, &root, &reading, "$"), Vec::<String>::new(), "{kind}\n{reading:#}");
    }
}
