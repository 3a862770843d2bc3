//! claude-monitor 3 and 4: the live pane at any width, its one-shot report and its lines.

use proptest::prelude::*;
use tracker_domain::{Fact, Meter, MeterId, Reading, Tag};

use super::read;

#[derive(Debug, Clone)]
struct Pane {
    /// Version 4 names the source of its figure.
    source: Option<&'static str>,
    emoji: bool,
    tenths: u32,
    used: u64,
    cap: u64,
    cents: u64,
    width: usize,
}

fn commas(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, c) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

impl Pane {
    fn print(&self) -> String {
        let light = if self.emoji { "\u{1f7e2} " } else { "" };
        let mark = |c: &str| if self.emoji { format!("{c} ") } else { String::new() };
        let source = self.source.map(|s| format!(" ({s})")).unwrap_or_default();
        let bar = format!("[{}{}]", "\u{2588}".repeat(20), "\u{2591}".repeat(30));
        let money = format!("{}.{:02}", commas(self.cents / 100), self.cents % 100);
        let rows = [
            format!("{}Cost Usage:           {light}{bar}  4.8%    ${money} / $140.00", mark("\u{1f4b0}")),
            String::new(),
            format!(
                "{}Token Usage:          {light}{bar} {}.{}%{source}    {} / {}",
                mark("\u{1f4ca}"),
                self.tenths / 10,
                self.tenths % 10,
                commas(self.used),
                commas(self.cap)
            ),
            String::new(),
            format!("{}Time to Reset:       {bar} 4h 54m", mark("\u{23f1}\u{fe0f}")),
        ];
        let body: String = rows.iter().map(|row| words(row, self.width)).collect();
        format!(
            "CLAUDE CODE USAGE MONITOR\n============\n[ max5 | europe/berlin ]\n\n{body}\nLimit resets at:  1:00 AM\n"
        )
    }
}

/// Wraps as the client's own library does: by words, and within a word that is too long.
fn words(text: &str, room: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        if !line.is_empty() && line.chars().count() + word.trim_end().chars().count() > room {
            out += line.trim_end();
            out.push('\n');
            line.clear();
        }
        line += word;
        while line.chars().count() > room {
            let head: String = line.chars().take(room).collect();
            line = line.chars().skip(room).collect();
            out += &head;
            out.push('\n');
        }
    }
    out + line.trim_end() + "\n"
}

fn number(reading: &Reading, name: &str) -> Option<f64> {
    reading.facts.get(name).and_then(Fact::as_number)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a test, far below 2^53")]
fn exact(n: u64) -> f64 {
    n as f64
}

fn pane() -> impl Strategy<Value = Pane> {
    let source = prop::sample::select(vec![None, Some("local estimate"), Some("official")]);
    (
        source,
        any::<bool>(),
        0_u32..9_999,
        0_u64..20_000_000,
        1_u64..2_000_000,
        0_u64..9_000_000,
        60_usize..=200,
    )
        .prop_map(|(source, emoji, tenths, used, cap, cents, width)| Pane {
            source,
            emoji,
            tenths,
            used,
            cap,
            cents,
            width,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_pane_reads_as_printed(pane in pane()) {
        let text = pane.print();
        let reading = read(&text);
        let percent = f64::from(pane.tenths) / 10.0;
        prop_assert_eq!(number(&reading, "token_used_pct"), Some(percent), "{}", text);
        prop_assert_eq!(number(&reading, "tokens_used"), Some(exact(pane.used)), "{}", text);
        prop_assert_eq!(number(&reading, "token_limit"), Some(exact(pane.cap)), "{}", text);
        prop_assert_eq!(number(&reading, "cost_used"), Some(exact(pane.cents) / 100.0), "{}", text);
        let official = pane.source == Some("official");
        prop_assert_eq!(reading.meter(&MeterId::FIVE_HOURS).is_some(), official);
        prop_assert_eq!(reading.has(&Tag::Other("local-estimate".into())), !official);
    }

    #[test]
    fn breaking_a_pane_anywhere_changes_no_number(pane in pane(), width in 40_usize..=200) {
        let text: String = pane.print().lines().flat_map(|line| {
            let chars: Vec<char> = line.chars().collect();
            if chars.is_empty() { return vec!["\n".to_owned()]; }
            chars.chunks(width).map(|part| part.iter().collect::<String>() + "\n").collect::<Vec<_>>()
        }).collect();
        let reading = read(&text);
        let same = |name: &str, truth: f64| number(&reading, name).is_none_or(|got| (got - truth).abs() < 1e-9);
        prop_assert!(same("token_used_pct", f64::from(pane.tenths) / 10.0), "{text}");
        prop_assert!(same("tokens_used", exact(pane.used)), "{text}");
        prop_assert!(same("token_limit", exact(pane.cap)), "{text}");
        prop_assert!(same("cost_used", exact(pane.cents) / 100.0), "{text}");
    }

    #[test]
    fn a_report_reads_as_written(used in prop::option::of(0_u32..9_999), official in any::<bool>(), stale in any::<bool>()) {
        let percent = used.map(|tenths| f64::from(tenths) / 10.0);
        let confidence = if official { "official" } else { "local_estimate" };
        let printed = percent.map_or("null".to_owned(), |p| p.to_string());
        let json = format!(
            r#"{{"schema_version":"1.0","tool":{{"name":"claude-monitor","version":"4.0.0"}},"stale":{stale},"plan":"pro","limits":{{"five_hour":{{"used_percentage":{printed},"tokens_used":1,"token_limit":2,"resets_at":null,"confidence":"{confidence}"}},"seven_day":{{"used_percentage":null}}}}}}"#
        );
        let reading = read(&json);
        prop_assert_eq!(reading.meter(&MeterId::FIVE_HOURS).and_then(Meter::used_amount), percent);
        prop_assert_eq!(reading.meter(&MeterId::WEEKLY).and_then(Meter::used_amount), None);
        prop_assert_eq!(reading.has(&Tag::StaleLimits), stale);
        if let Some(percent) = percent {
            let line = format!("Opus 5 (1M context) \u{b7} 5h {percent}% \u{b7} 7d 26%");
            let reading = read(&line);
            prop_assert_eq!(reading.meter(&MeterId::FIVE_HOURS).and_then(Meter::used_amount), Some(percent));
            prop_assert_eq!(reading.meter(&MeterId::WEEKLY).and_then(Meter::used_amount), Some(26.0));
        }
    }
}
