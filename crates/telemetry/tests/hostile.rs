//! Any bytes get an answer, and what a proxy may write wrongly is told by its field.

use proptest::prelude::*;
use tracker_telemetry::{
    Classes, CostComparison, Lines, PriceTable, Summary, canonical, fingerprint, read_line,
};

/// A JSON value that a proxy could write under a known name.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<f64>().prop_filter("JSON", |x| x.is_finite()).prop_map(|x| x.to_string()),
        any::<i64>().prop_map(|x| x.to_string()),
        "\\PC{0,20}".prop_map(|text| serde_json::Value::String(text).to_string()),
        prop::sample::select(&["null", "true", "[]", "{}", "\"\"", "-0", "1e400", "[1,2]", "\"2xx\""][..])
            .prop_map(str::to_owned),
    ]
}

const NAMES: &[&str] = &[
    "ts",
    "startTime",
    "rid",
    "lane",
    "model",
    "status",
    "input_tokens",
    "prompt_tokens",
    "output_tokens",
    "cached",
    "cost",
    "latency_ms",
    "response_time",
    "usage",
    "attributes",
    "resourceLogs",
    "body",
    "reason",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_object_gets_an_answer(pairs in prop::collection::vec((prop::sample::select(NAMES), value()), 0..8)) {
        let members: Vec<String> = pairs.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let line = format!("{{{}}}", members.join(","));
        let (classes, prices) = (Classes::default(), PriceTable::bundled());
        let (mut summary, mut comparison) = (Summary::default(), CostComparison::new(&classes, &prices));
        for event in read_line(&line).into_iter().flatten() {
            summary.add(&event, &classes);
            comparison.add(&event);
            prop_assert!(serde_json::from_str::<serde_json::Value>(&canonical(&event)).is_ok());
            prop_assert_eq!(fingerprint(&event), fingerprint(&event.clone()));
        }
        prop_assert!(summary.latency_ms(0.95).is_none_or(|ms| ms >= 0.0));
        prop_assert!(comparison.rows(9).len() <= 1);
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut lines = Lines::default();
        let mut count = 0;
        lines.feed(&bytes, |line| {
            count += 1;
            let _ = std::str::from_utf8(line.bytes).map(read_line);
        });
        prop_assert_eq!(count, bytes.iter().filter(|byte| **byte == b'\n').count());
    }
}

#[test]
fn nesting_costs_no_stack() {
    let deep = format!(r#"{{"status":"ok","usage":{}"#, "{\"usage\":".repeat(200_000));
    assert!(read_line(&deep).is_err());
    let closed = format!(r#"{{"status":"ok","x":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let _ = read_line(&closed);
}

#[test]
fn captures_of_every_kind_are_read_or_named() {
    let events =
        |text: &str| -> usize { text.lines().filter_map(|line| read_line(line).ok()).map(|e| e.len()).sum() };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/panes/proxy/");
    let counts = [
        ("events_earlier-tool.jsonl", 4),
        ("events_mitm.jsonl", 4),
        ("litellm_spendlogs_row.json", 1),
        ("litellm_standard_logging_failure.json", 1),
        ("openrouter_row.json", 1),
        ("claude_v2.1.112_otlp_http_json.jsonl", 1),
        ("codex_v0.155.1_otlp_http_json.jsonl", 2),
        ("genai_spans.jsonl", 1),
    ];
    for (name, count) in counts {
        let text = std::fs::read_to_string(format!("{folder}{name}")).unwrap();
        assert_eq!(events(&text), count, "{name}");
    }
}
