//! `/status` of Codex CLI 0.44 to 0.169.

use proptest::prelude::*;
use tracker_domain::{MeterId, Tag};
use tracker_panes::{Input, meter_name, providers};

use super::{Shown, holds, read, trimmed};

/// How a range of versions prints.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Era {
    /// 0.44 to 0.57: percent used, cut at the border.
    Used,
    /// 0.58 to 0.104: percent left, cut at the border.
    Left,
    /// 0.121 to 0.158: narrow rows lose their bar and wrap by words.
    Wrapped,
    /// 0.159 on: no box.
    Bare,
}

/// Model family, and whether it stands in a header above its rows.
type Family = Option<(&'static str, bool)>;

#[derive(Debug, Clone)]
struct Limit {
    family: Family,
    label: &'static str,
    minutes: u32,
    percent: u8,
    reset: Option<String>,
}

#[derive(Debug, Clone)]
struct Pane {
    era: Era,
    limits: Vec<Limit>,
    width: usize,
    credits: bool,
    stale: bool,
    borders: bool,
}

impl Pane {
    fn direction(&self) -> &'static str {
        if self.era == Era::Used { "used" } else { "left" }
    }

    fn shown(&self) -> Vec<Shown> {
        let used = |limit: &Limit| {
            f64::from(if self.era == Era::Used { limit.percent } else { 100 - limit.percent })
        };
        let id = |limit: &Limit| match limit.family {
            Some((family, _)) => meter_name::scoped(limit.minutes, family),
            None => meter_name::by_minutes(limit.minutes),
        };
        self.limits.iter().map(|l| Shown { id: id(l), used: used(l), reset: l.reset.clone() }).collect()
    }

    /// Label and value lines of every row.
    fn rows(&self) -> Vec<(String, String)> {
        let mut rows = vec![
            ("Model:".to_owned(), "gpt-5-codex (reasoning high, summaries auto)".to_owned()),
            ("Directory:".to_owned(), "~/work".to_owned()),
            ("Account:".to_owned(), "acct-1 (Plus)".to_owned()),
            ("Session:".to_owned(), "019f4a47-e656-7ef1-9045-49d414bed33d".to_owned()),
            ("Context window:".to_owned(), "74% left (78.9K used / 272K)".to_owned()),
        ];
        let mut group = None;
        for limit in &self.limits {
            let label = match limit.family {
                Some((family, true)) => {
                    if group != Some(family) {
                        rows.push((format!("{family} limit:"), String::new()));
                        group = Some(family);
                    }
                    format!("{} limit:", limit.label)
                }
                Some((family, false)) => format!("{family} {} limit:", limit.label),
                None => format!("{} limit:", limit.label),
            };
            let cells = usize::from(limit.percent) / 5;
            let bar = format!("[{}{}] ", "\u{2588}".repeat(cells), "\u{2591}".repeat(20 - cells));
            let narrow = matches!(self.era, Era::Wrapped | Era::Bare) && self.width < 60;
            let bar = if narrow { String::new() } else { bar };
            let reset = limit.reset.as_ref().map(|r| format!(" (resets {r})")).unwrap_or_default();
            rows.push((label, format!("{bar}{}% {}{reset}", limit.percent, self.direction())));
        }
        if self.credits {
            rows.push(("Credits:".to_owned(), "123 credits".to_owned()));
        }
        if self.stale {
            rows.push(("Warning:".to_owned(), "limits may be stale - start new turn to refresh.".to_owned()));
        }
        rows
    }

    fn print(&self) -> String {
        let rows = self.rows();
        let column = rows.iter().map(|(label, _)| label.len()).max().unwrap_or(0) + 3;
        let inner = self.width.saturating_sub(4);
        let mut lines = vec!["  >_ OpenAI Codex (v0.99.0)".to_owned(), String::new()];
        for (label, value) in &rows {
            let room = inner.saturating_sub(column + 1).max(8);
            let mut first = true;
            for part in self.parts(value, room) {
                let label = if std::mem::take(&mut first) { label.as_str() } else { "" };
                lines.push(format!(" {label:<column$}{part}"));
            }
        }
        if self.era == Era::Bare {
            return lines.iter().map(|line| format!(" {}\n", line.trim_end())).collect();
        }
        let widest = lines.iter().map(|l| l.chars().count()).max().unwrap_or(0).min(inner);
        let rule = "\u{2500}".repeat(widest + 2);
        let edge = if self.borders { " \u{2502}" } else { "" };
        let row = |line: &String| {
            let cut: String = line.chars().take(widest).collect();
            format!("\u{2502} {cut:<widest$}{edge}\n")
        };
        let body: String = lines.iter().map(row).collect();
        format!("\u{256d}{rule}\u{256e}\n{body}\u{2570}{rule}\u{256f}\n")
    }

    /// The lines of a value: word-wrapped by newer clients; older ones move the reset to the next line and cut.
    fn parts(&self, value: &str, room: usize) -> Vec<String> {
        if value.chars().count() <= room {
            return vec![value.to_owned()];
        }
        if matches!(self.era, Era::Wrapped | Era::Bare) {
            return words(value, room);
        }
        match value.split_once(" (resets") {
            Some((level, reset)) => vec![level.to_owned(), format!("(resets{reset}")],
            None => vec![value.to_owned()],
        }
    }
}

fn words(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().unwrap();
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn reset() -> impl Strategy<Value = Option<String>> {
    let clock = (0_u32..24, 0_u32..60, any::<bool>()).prop_map(|(h, m, half)| {
        let noon = if h < 12 { "AM" } else { "PM" };
        if half { format!("{}:{m:02} {noon}", (h + 11) % 12 + 1) } else { format!("{h:02}:{m:02}") }
    });
    let day = prop::option::of((1_u32..29, prop::sample::select(vec!["Oct", "Nov", "Dec", "Jan"])));
    prop::option::weighted(
        0.8,
        (clock, day).prop_map(|(clock, day)| match day {
            Some((day, month)) => format!("{clock} on {day} {month}"),
            None => clock,
        }),
    )
}

fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let main = prop::sample::subsequence(
        vec![("5h", 300), ("Weekly", 10_080), ("Monthly", 43_200), ("Daily", 1_440)],
        1..=3,
    );
    let group = prop::sample::subsequence(vec![("5h", 300), ("Weekly", 10_080)], 0..=2);
    let single = any::<bool>();
    (main, group, single, any::<bool>()).prop_flat_map(|(main, group, single, reserve_first)| {
        let mut kinds: Vec<(Family, (&'static str, u32))> =
            main.into_iter().map(|kind| (None, kind)).collect();
        if single {
            let reserve = (Some(("Luna Reserve", false)), ("Weekly", 10_080));
            kinds.insert(if reserve_first { 0 } else { kinds.len() }, reserve);
        }
        kinds.extend(group.into_iter().map(|kind| (Some(("GPT-5.3-Codex-Spark", true)), kind)));
        let levels = prop::collection::vec((0_u8..=100, reset()), kinds.len());
        (Just(kinds), levels).prop_map(|(kinds, levels)| {
            kinds
                .into_iter()
                .zip(levels)
                .map(|((family, (label, minutes)), (percent, reset))| Limit {
                    family,
                    label,
                    minutes,
                    percent,
                    reset,
                })
                .collect()
        })
    })
}

fn pane() -> impl Strategy<Value = Pane> {
    let era = prop::sample::select(vec![Era::Used, Era::Left, Era::Wrapped, Era::Bare]);
    (era, limits(), 50_usize..=200, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(era, limits, width, credits, stale, borders)| Pane { era, limits, width, credits, stale, borders },
    )
}

fn hard(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        for part in chars.chunks(width) {
            out.extend(part);
            out.push('\n');
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_pane_reads_as_printed(pane in pane()) {
        let text = pane.print();
        let reading = read(&text);
        holds(&text, &reading, &pane.shown(), pane.width >= 120);
        prop_assert_eq!(reading.has(&Tag::StaleLimits), pane.stale && reading.has(&Tag::StaleLimits));
        if pane.width >= 120 {
            prop_assert_eq!(reading.has(&Tag::StaleLimits), pane.stale);
            prop_assert_eq!(reading.context.and_then(|c| c.left_pct), Some(74.0));
            prop_assert_eq!(reading.model.as_deref(), Some("gpt-5-codex"));
            prop_assert_eq!(reading.plan.as_deref(), Some("Plus"));
        }
    }

    #[test]
    fn of_two_panes_the_last_counts(older in pane(), newer in pane()) {
        let newer = Pane { width: newer.width.max(120), ..newer };
        let text = format!("{}\n> go on\n\n{}", older.print(), newer.print());
        let reading = read(&text);
        holds(&text, &reading, &newer.shown(), true);
        prop_assert!(trimmed(&reading), "{text}");
    }

    #[test]
    fn breaking_or_cutting_a_pane_changes_no_number(pane in pane(), width in 40_usize..=200) {
        let pane = Pane { width: pane.width.max(60), ..pane };
        let text = hard(&pane.print(), width);
        holds(&text, &read(&text), &pane.shown(), false);
        let cut: String = pane.print().lines().map(|l| l.chars().take(width).collect::<String>() + "\n").collect();
        holds(&cut, &read(&cut), &pane.shown(), false);
    }

    #[test]
    fn what_is_left_of_a_pane_that_scrolled_away_is_never_another_meter(pane in pane(), gone in 0_usize..40) {
        // Of old, narrow boxes the labels of rows may be cut as well as their headers.
        let pane = Pane { width: pane.width.max(60), ..pane };
        let text: String = pane.print().lines().skip(gone).map(|line| line.to_owned() + "\n").collect();
        let text = text + "\n\u{203a} Ask Codex to do anything\n";
        if providers::detect(&Input::new(&text)).is_some() {
            let mut reading = read(&text);
            reading.meters.retain(|meter| !meter.id.as_str().ends_with(":unnamed"));
            holds(&text, &reading, &pane.shown(), false);
        }
    }

    #[test]
    fn a_pane_that_lost_its_line_ends_or_blanks_changes_no_number(pane in pane()) {
        let pane = Pane { width: 200, ..pane };
        let text = pane.print();
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        holds(&line, &read(&line), &pane.shown(), false);
        let glued: String = text.chars().filter(|c| *c != ' ').collect();
        let shown: Vec<Shown> = pane.shown().into_iter().map(|s| Shown { id: MeterId::slug(&s.id.as_str().replace("luna_reserve", "lunareserve").replace("luna-reserve", "lunareserve")), ..s }).collect();
        let reading = read(&glued);
        for meter in reading.meters.iter().filter(|m| m.level.is_some() && !m.id.as_str().contains(':')) {
            let truth = shown.iter().find(|s| s.id == meter.id);
            prop_assert_eq!(meter.used_amount(), truth.map(|s| s.used), "{}\n{}", meter.id, glued);
        }
    }
}
