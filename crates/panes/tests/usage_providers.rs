//! What must hold for claude-monitor, ccusage, GLM and proxy telemetry, whatever text they are given.

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use tracker_domain::{Fact, Reading};
use tracker_panes::{Ctx, Input, PaneParser, providers};

const KINDS: [&str; 4] = ["claude-monitor", "ccusage", "glm", "proxy"];

fn parsers() -> impl Iterator<Item = &'static dyn PaneParser> {
    KINDS.into_iter().filter_map(providers::by_kind)
}

fn ctx() -> Ctx {
    Ctx::new("2026-11-20T19:00:00Z".parse().unwrap())
}

fn fixture(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../fixtures/panes", name].iter().collect();
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    tracker_term_text::clean(&bytes).text
}

fn read(parser: &dyn PaneParser, text: &str) -> Reading {
    parser.parse(&Input::new(text), &ctx()).into_newest().expect("every parser answers with a reading")
}

/// All numbers of a reading by name.
fn numbers(reading: &Reading) -> BTreeMap<String, f64> {
    let meters = reading.meters.iter().filter_map(|m| Some((m.id.to_string(), m.used_amount()?)));
    let facts = reading.facts.iter().filter_map(|(name, fact)| Some((name.clone(), fact.as_number()?)));
    meters.chain(facts).collect()
}

/// Breaks lines at blanks as a terminal client does, and words that are longer than the line anywhere.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut used = 0;
        for word in line.split_inclusive(' ') {
            let len = word.trim_end().chars().count();
            if used > 0 && used + len > width {
                out.push('\n');
                used = 0;
            }
            for c in word.chars() {
                if used == width && c != ' ' {
                    out.push('\n');
                    used = 0;
                }
                out.push(c);
                used += 1;
            }
        }
        out.push('\n');
    }
    out
}

#[test]
fn all_four_are_registered_and_know_nothing_of_prose() {
    assert_eq!(parsers().count(), KINDS.len());
    for text in
        ["", "\n\n", "this is not valid json\n", "usage: claude-monitor [-h] [--plan {pro,max5}]", "{}", "[]"]
    {
        for parser in parsers() {
            assert!(parser.detect(&Input::new(text)).is_none(), "{}: {text:?}", parser.kind());
            assert!(numbers(&read(parser, text)).is_empty(), "{}: {text:?}", parser.kind());
        }
    }
}

#[test]
fn each_knows_its_own_captures_and_no_other_claims_them() {
    for (kind, folder) in
        [("claude-monitor", "claude_monitor"), ("ccusage", "ccusage"), ("glm", "glm"), ("proxy", "proxy")]
    {
        let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../fixtures/panes", folder].iter().collect();
        let mut seen = 0;
        for entry in std::fs::read_dir(path).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".snap") || name == "snapshots" {
                continue;
            }
            let text = fixture(&format!("{folder}/{name}"));
            let (parser, why) =
                providers::detect(&Input::new(&text)).unwrap_or_else(|| panic!("{name}: nobody"));
            assert_eq!(parser.kind(), kind, "{name}: {why}");
            seen += 1;
        }
        assert!(seen > 5, "{folder} has captures");
    }
}

#[test]
fn text_made_to_hurt_is_read_in_linear_time() {
    let bar = "\u{1f4ca} Token Usage: [\u{2588}\u{2591}] \n".repeat(10_000);
    let digits = "9".repeat(80_000);
    let percent =
        format!("CLAUDE CODE USAGE MONITOR\nToken Usage: [\u{2588}] {digits}% {digits} / {digits}\n");
    let deep = format!("{}1{}", "{\"a\":[".repeat(25_000), "]}".repeat(25_000));
    let table = "\u{2502} Date \u{2502} Total Tokens \u{2502} Cost \u{2502}\n".repeat(8_000);
    let headers = "CLAUDE CODE USAGE MONITOR\n".repeat(10_000);
    let rows = "{\"ts\":1,\"rid\":\"a\",\"status\":200}\n".repeat(5_000) + &"{x\n".repeat(20_000);
    let sessions: String = (0..2_000)
        .map(|n| {
            format!(
                "{{\"spanId\":\"{n}\",\"attributes\":{{\"session.id\":\"{n}\",\"gen_ai.usage.input_tokens\":1}}}}\n"
            )
        })
        .collect();
    let keys: String = (0..10_000).map(|n| format!("\"k{n}\":1,")).collect();
    let keys = format!("{{\"daily\":[{{{keys}\"totalTokens\":1}}]}}");
    let limits: String =
        (0..10_000).map(|n| format!("{{'type': 'X{n}_LIMIT', 'used_percent': 7.0}}\n")).collect();
    for text in [
        keys,
        limits,
        bar,
        percent,
        deep,
        "[".repeat(100_000),
        "{\"blocks\":\n".repeat(20_000),
        table,
        headers,
        rows,
        sessions,
    ] {
        for parser in parsers() {
            let _ = parser.detect(&Input::new(&text));
            let reading = read(parser, &text);
            assert!(numbers(&reading).values().all(|x| x.is_finite()), "{}", parser.kind());
        }
    }
}

#[test]
fn every_fixture_reads_the_same_with_other_line_ends_and_blank_lines_around_it() {
    for name in [
        "claude_monitor/v4.0.0_realtime_max20_w60.txt",
        "ccusage/v20.0.24_daily_table.txt",
        "glm/plugin_zai.txt",
    ] {
        let text = fixture(name);
        let (parser, _) = providers::detect(&Input::new(&text)).unwrap();
        let framed = format!("\n\n{text}\n\n\n");
        assert_eq!(read(parser, &framed), read(parser, &text), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_text_is_answered_and_never_by_a_number_that_is_none(text in "(\\PC|\n){0,400}") {
        for parser in parsers() {
            let reading = read(parser, &text);
            prop_assert!(numbers(&reading).values().all(|x| x.is_finite()));
        }
    }

    #[test]
    fn words_of_the_formats_in_any_order_are_answered(
        words in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "\"blocks\"", "\"limits\"", "\"data\"", "\"type\"", "\"TOKENS_LIMIT\"", "\"totals\"",
            "\"usage\"", "\"prompts_used\"", "\"daily\"", "null", "1", "-1", "1e308", "\"x\"", "\n", " ", "Token Usage:",
            "CLAUDE CODE USAGE MONITOR", "40.1%", "88,122 / 220,000", "(official)", "--", "\u{2502}", "Total", "Date",
            "Limit resets at:", "3pm", "'type': ", "Quota limit data:",
        ]), 0..60)
    ) {
        let text = words.concat();
        for parser in parsers() {
            let _ = parser.detect(&Input::new(&text));
            let reading = read(parser, &text);
            prop_assert!(numbers(&reading).values().all(|x| x.is_finite()));
        }
    }

    #[test]
    fn wrapping_a_pane_changes_no_number(
        width in 40_usize..140,
        name in prop::sample::select(vec![
            "v3.0.4_realtime_max5_w100.txt", "v4.0.0_realtime_pro_w100.txt", "v4.0.0_once_rich_official.txt",
            "v4.0.0_realtime_noemoji_w100.txt", "v4.0.0_realtime_noactive_w100.txt",
        ]),
    ) {
        let text = fixture(&format!("claude_monitor/{name}"));
        let parser = providers::by_kind("claude-monitor").unwrap();
        let whole = numbers(&read(parser, &text));
        for (name, value) in numbers(&read(parser, &wrapped(&text, width))) {
            prop_assert_eq!(whole.get(&name), Some(&value), "{} at {}", name, width);
        }
    }

    #[test]
    fn a_torn_report_gives_no_number(cut in 0.05_f64..0.95, name in prop::sample::select(vec![
        "ccusage/v20.0.24_session.json", "glm/quota_pro_credits.json", "claude_monitor/v4.0.0_once_pro_over.json",
        "proxy/quota_summary.json",
    ])) {
        let text = fixture(name);
        let chars = text.chars().count();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "below the length")]
        let torn: String = text.chars().take((chars as f64 * cut) as usize).collect();
        let (parser, _) = providers::detect(&Input::new(&text)).unwrap();
        // A log of one line that is torn has one row and nothing in it.
        let counted = |name: &String| name != "rows" && !name.starts_with("requests");
        let found = numbers(&read(parser, &torn));
        prop_assert!(found.keys().filter(|name| counted(name)).count() == 0, "{:?}", found);
    }
}

#[test]
fn facts_that_are_text_are_no_numbers() {
    let text = fixture("claude_monitor/v4.0.0_once_compact.txt");
    let reading = read(providers::by_kind("claude-monitor").unwrap(), &text);
    assert_eq!(reading.facts.get("tokens_used_raw"), Some(&Fact::Text("88.1K".to_owned())));
}
