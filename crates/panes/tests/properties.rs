//! What must hold for any input: an answer, the same numbers at any width, time in proportion to the input.

use std::path::PathBuf;

use proptest::prelude::*;
use tracker_domain::{MeterId, Reading};
use tracker_panes::providers::{REGISTRY, by_kind};
use tracker_panes::{Ctx, Input};

fn ctx() -> Ctx {
    Ctx::new("2026-11-20T19:00:00Z".parse().unwrap())
}

fn capture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/panes").join(name);
    tracker_term_text::clean(&std::fs::read(path).unwrap()).text
}

fn parse(kind: &str, text: &str) -> Reading {
    by_kind(kind).unwrap().parse(&Input::new(text), &ctx()).into_newest().unwrap()
}

/// Every parser answers, also to what is not its own.
fn every_parser_answers(text: &str) {
    let input = Input::new(text);
    for parser in REGISTRY {
        let _ = parser.detect(&input);
        let _ = parser.parse(&input, &ctx());
    }
}

/// Breaks every line at `width` characters, as a terminal does that knows nothing of words.
fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        for part in chars.chunks(width).map(|part| part.iter().collect::<String>()) {
            out.push_str(&part);
            out.push('\n');
        }
        if chars.is_empty() {
            out.push('\n');
        }
    }
    out
}

const PANES: [(&str, &str); 16] = [
    ("codex", "codex/status_v0.42.0_plus_37_81_w120.txt"),
    ("codex", "codex/status_v0.58.0_frac_w80.txt"),
    ("codex", "codex/status_v0.104.0_spark_w100.txt"),
    ("codex", "codex/status_v0.145.0_ent_spend_wins_w110.txt"),
    ("codex", "codex/status_v0.169.0_multi3_w120.txt"),
    ("codex", "codex/status_v0.169.0_en_us_w100.txt"),
    ("claude", "claude/usage_pane_v2.0.31_full_w90.txt"),
    ("claude", "claude/usage_pane_v2.1.197_year_w100.txt"),
    ("claude", "claude/usage_pane_v2.1.222_pro_extra_w80.txt"),
    ("claude", "claude/usage_pane_v2.1.329_pro_extra_w50.txt"),
    ("claude", "claude/headless_usage_v2.1.329_max.txt"),
    ("claude-monitor", "claude_monitor/v3.0.4_realtime_max5_w100.txt"),
    ("claude-monitor", "claude_monitor/v4.0.0_realtime_max20_w120.txt"),
    ("claude-monitor", "claude_monitor/v4.0.0_once_rich_official.txt"),
    ("gemini", "gemini/stats_pool.txt"),
    ("glm", "glm/quota_lines_python.txt"),
];

/// A meter that a wrapped pane still shows has the number of the whole pane, and the same reset.
fn same_or_unknown(kind: &str, whole: &Reading, text: &str, width: usize) {
    let wrapped = parse(kind, &wrap(text, width));
    for meter in wrapped.meters.iter().filter(|m| m.level.is_some()) {
        let before = whole.meter(&meter.id).unwrap_or_else(|| panic!("{} is new at {width}", meter.id));
        assert_eq!(before.level, meter.level, "{} at {width}", meter.id);
        assert!(meter.resets_at.is_none() || meter.resets_at == before.resets_at, "{} at {width}", meter.id);
    }
}

#[test]
fn wrapping_never_changes_a_number() {
    for (kind, name) in PANES {
        let text = capture(name);
        let whole = parse(kind, &text);
        assert!(whole.has_numbers(), "{name}");
        for width in (40..=120).step_by(3) {
            same_or_unknown(kind, &whole, &text, width);
        }
    }
}

#[test]
fn cutting_at_the_right_edge_never_changes_a_number() {
    for (kind, name) in PANES {
        let text = capture(name);
        let whole = parse(kind, &text);
        for width in (20..=120).step_by(3) {
            let cut: Vec<String> = text.lines().map(|line| line.chars().take(width).collect()).collect();
            let cut = parse(kind, &cut.join("\n"));
            for meter in cut.meters.iter().filter(|m| m.level.is_some()) {
                // A row that lost what tells its window is kept under the name of its kind.
                if meter.window_minutes.is_none() && whole.meter(&meter.id).is_none() {
                    continue;
                }
                assert_eq!(
                    whole.meter(&meter.id).and_then(|m| m.level),
                    meter.level,
                    "{name} {} at {width}",
                    meter.id
                );
            }
        }
    }
}

/// Inputs that repeat one piece; each is made as long as is asked for.
const REPEATED: [(&str, &str, &str); 14] = [
    ("bars without resets", "", "  5h limit:      [\u{2588}\u{2588}\u{2588}\u{2588}] 12% used\n"),
    ("bars in one line", "", "5h limit: [\u{2588}] 12% used "),
    ("labels in one line", "", "5h limit: "),
    ("borders in one line", "", "\u{2502} 5h limit: 1% left "),
    ("corners in one line", "", "\u{256d}\u{256f}"),
    ("titles in one line", "1% ", "Current session "),
    ("titles of one kind", "", "Current week (all models)\n\u{2588}\n"),
    ("resets never closed", "", "  5h limit: 1% left (resets\n"),
    ("resets and nothing", "Current session\n", "Resets Nov\n"),
    ("digits", "  5h limit: ", "9"),
    ("quotation", "", "> > 5h limit: 1% left\n"),
    ("escaped line ends", "", "5h limit: 1% left\\n"),
    ("deep lists", "{\"type\":\"token_count\",\"rate_limits\":", "["),
    ("torn objects", "", "{\"a\":\n"),
];

fn seconds(text: &str) -> f64 {
    let start = std::time::Instant::now();
    every_parser_answers(text);
    start.elapsed().as_secs_f64()
}

/// A busy machine makes a run slower, never faster: of many runs of both lengths the best ones are compared.
#[test]
fn twice_the_input_costs_at_most_2_2_times_the_time() {
    const MOST: f64 = 2.2;
    for (name, head, piece) in REPEATED {
        let text = |bytes: usize| head.to_owned() + &piece.repeat(bytes / piece.len());
        let (short, long) = (text(60_000), text(120_000));
        let (mut once, mut twice) = (f64::INFINITY, f64::INFINITY);
        // The first runs alone would let a slow short one pass for a fast long one.
        let holds = (0..40).any(|round| {
            once = once.min(seconds(&short));
            twice = twice.min(seconds(&long));
            round >= 2 && twice <= MOST * once
        });
        assert!(holds, "{name}: {:.2} times", twice / once);
    }
}

#[test]
fn hostile_inputs_are_answered() {
    let bars = "  5h limit:      [\u{2588}\u{2588}\u{2588}\u{2588}] 12% used\n".repeat(4_000);
    let groups: String = (0..4_000).map(|n| format!("  G{n} limit:\n  5h limit: 1% left\n")).collect();
    let titles = "Current week (all models)\n\u{2588}\n".repeat(4_000);
    let open_resets = "  5h limit: 1% left (resets\n".repeat(4_000);
    let digits = format!("  5h limit: {}% used\n", "9".repeat(80_000));
    let one_line = format!("Current session {}", "\u{2588}7% ".repeat(20_000));
    let corners = "\u{256d}\n".repeat(10_000);
    let deep = format!(
        "{{\"type\":\"token_count\",\"rate_limits\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let families: String = (0..1_000)
        .map(|n| format!("{{\"timestamp\":\"2026-11-20T19:00:00Z\",\"payload\":{{\"type\":\"token_count\",\"rate_limits\":{{\"limit_id\":\"f{n}\",\"primary\":{{\"used_percent\":1,\"window_minutes\":300}}}}}}}}\n"))
        .collect();
    for text in [bars, groups, titles, open_resets, digits, one_line, corners, deep, families] {
        every_parser_answers(&text);
    }
}

#[test]
fn a_percentage_of_eighty_thousand_digits_is_no_number() {
    let reading =
        parse("codex", &format!("  5h limit:  [##] {}% used\n  Weekly limit: 3% used", "9".repeat(80_000)));
    assert_eq!(reading.meter(&MeterId::FIVE_HOURS).unwrap().level, None);
    assert!(reading.unknown.iter().all(|u| u.raw.len() < 400));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        every_parser_answers(&tracker_term_text::clean(&bytes).text);
    }

    #[test]
    fn any_pieces_of_panes_are_answered(pieces in prop::collection::vec(prop::sample::select(vec![
        "5h limit:", "Weekly limit:", " [\u{2588}\u{2591}]", " 12%", " left", " used", " (resets ", "14:01", " on 25 Oct",
        ")", "\n", "\u{2502}", "\u{256d}", "\u{2570}", "Current session", "Current week", " (all models)", " (Opus)",
        "\u{2588}", "Resets ", "3pm", " (UTC)", "Loading usage data", "Account: a@b.c (", "Spark limit:\n", "Extra usage\n",
        "{\"type\":\"token_count\"", "}\n", "\"rate_limits\":{", "null", ",", "99999999999999999999", "\u{b7} ", "[/]", "[bold]",
    ]), 0..60)) {
        every_parser_answers(&pieces.concat());
    }
}

#[test]
fn pseudonyms_change_no_number() {
    let pseudonymizer = tracker_term_text::Pseudonymizer::new([7; 32]);
    for kind in ["codex", "claude"] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/panes").join(kind);
        for path in
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p.is_file())
        {
            let raw = tracker_term_text::clean(&std::fs::read(&path).unwrap()).text;
            let (safe, _found) = pseudonymizer.pseudonymize(&raw);
            let (raw, safe) = (parse(kind, &raw), parse(kind, &safe));
            assert_eq!(
                (raw.meters, raw.plan, raw.model),
                (safe.meters, safe.plan, safe.model),
                "{}",
                path.display()
            );
        }
    }
}
