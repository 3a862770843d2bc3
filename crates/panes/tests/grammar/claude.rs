//! `/usage` of Claude Code 2.0 to 2.1, wide and narrow, and its headless text.

use proptest::prelude::*;
use tracker_domain::{MeterId, Tag};

use super::{Shown, holds, read, trimmed};

const HEADERS: [&str; 5] = [
    "Settings:  Status   Config   Usage   (tab to cycle)",
    "Settings:  Status   Config   Usage  (\u{2190}/\u{2192} or tab to cycle)",
    "Status   Config   Usage   Stats",
    "Settings  Status   Config   Usage   Stats",
    "> /usage",
];

const DECOYS: [&str; 6] = [
    "+50% weekly limits promo through Aug 31 \u{b7} clau.de/cc-50-promo",
    "67% of your usage was at >150k context",
    "Nov 24, 2025 update: limits are 20% higher",
    "Total cost:            $0.0000",
    "What's contributing to your limits usage?",
    "Extra usage not enabled \u{b7} /extra-usage to enable",
];

#[derive(Debug, Clone)]
struct Section {
    title: &'static str,
    id: MeterId,
    used: u8,
    reset: Option<String>,
}

#[derive(Debug, Clone)]
struct Panel {
    header: &'static str,
    sections: Vec<Section>,
    width: usize,
    money: bool,
    decoy: &'static str,
}

impl Panel {
    fn shown(&self) -> Vec<Shown> {
        let mut shown: Vec<Shown> = self
            .sections
            .iter()
            .map(|s| Shown { id: s.id.clone(), used: f64::from(s.used), reset: s.reset.clone() })
            .collect();
        if self.money {
            let reset = Some("Dec 1 (UTC)".to_owned());
            shown.push(Shown { id: MeterId::slug("extra usage"), used: 24.0, reset });
        }
        shown
    }

    fn print(&self) -> String {
        let mut out = format!("{}\n\n", self.header);
        for section in &self.sections {
            let cells = usize::from(section.used) / 2;
            let bar = format!("{}{}", "\u{2588}".repeat(cells), " ".repeat(50 - cells));
            let reset = section.reset.as_ref().map(|r| format!("Resets {r}"));
            if self.width >= 64 {
                out += &format!("  {}\n  {bar} {}% used\n", section.title, section.used);
                out.extend(reset.map(|reset| format!("  {reset}\n")));
            } else {
                let title =
                    section.title.to_owned() + &reset.map(|r| format!(" \u{b7} {r}")).unwrap_or_default();
                out += &words(&title, self.width - 2);
                let bar = bar.trim_end();
                out += &format!(
                    "  {}\n\n  {}% used\n",
                    bar.chars().take(self.width - 2).collect::<String>(),
                    section.used
                );
            }
            out.push('\n');
        }
        if self.money {
            out += "  Extra usage\n  \u{2588}\u{2588} 24% used\n  $12.34 / $50.00 spent \u{b7} Resets Dec 1 (UTC)\n\n";
        }
        out + &format!("  {}\n\n  Esc to cancel\n", self.decoy)
    }

    fn headless(&self) -> String {
        let mut out =
            "You are currently using your subscription to power your Claude Code usage\n\n".to_owned();
        for section in &self.sections {
            let reset = section.reset.as_ref().map(|r| format!(" \u{b7} resets {r}")).unwrap_or_default();
            out += &format!("{}: {}% used{reset}\n", section.title, section.used);
        }
        out
    }
}

fn words(text: &str, room: usize) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            out += &format!("  {line}\n");
            line.clear();
        }
        line += if line.is_empty() { "" } else { " " };
        line += word;
    }
    out + &format!("  {line}\n")
}

fn reset() -> impl Strategy<Value = Option<String>> {
    let time = (1_u32..=12, 0_u32..60, prop::sample::select(vec!["am", "pm"]))
        .prop_map(|(h, m, noon)| if m == 0 { format!("{h}{noon}") } else { format!("{h}:{m:02}{noon}") });
    let day = prop::option::of((
        prop::sample::select(vec!["Nov", "Dec", "Jan"]),
        1_u32..29,
        prop::sample::select(vec![", ", " at ", ", 2027, "]),
    ));
    let zone = prop::sample::select(vec!["UTC", "Europe/Berlin", "Asia/Calcutta", "America/Sao_Paulo"]);
    let printed = (time, day, zone).prop_map(|(time, day, zone)| match day {
        Some((month, day, joint)) => format!("{month} {day}{joint}{time} ({zone})"),
        None => format!("{time} ({zone})"),
    });
    prop::option::weighted(0.85, printed)
}

fn panel() -> impl Strategy<Value = Panel> {
    let titles = prop::sample::subsequence(
        vec![
            ("Current session", MeterId::FIVE_HOURS),
            ("Current week (all models)", MeterId::WEEKLY),
            ("Current week (Opus)", MeterId::scoped_weekly("opus")),
            ("Current week (Sonnet only)", MeterId::scoped_weekly("sonnet")),
            ("Current week (Fable)", MeterId::scoped_weekly("fable")),
        ],
        1..=5,
    );
    let levels = prop::collection::vec((0_u8..=100, reset()), 5);
    let header = prop::sample::select(HEADERS.to_vec());
    let decoy = prop::sample::select(DECOYS.to_vec());
    (titles, levels, header, 44_usize..=200, any::<bool>(), decoy).prop_map(
        |(titles, levels, header, width, money, decoy)| Panel {
            header,
            sections: titles
                .into_iter()
                .zip(levels)
                .map(|((title, id), (used, reset))| Section { title, id, used, reset })
                .collect(),
            width,
            money,
            decoy,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_panel_reads_as_printed(panel in panel()) {
        let text = panel.print();
        holds(&text, &read(&text), &panel.shown(), true);
    }

    #[test]
    fn the_headless_text_reads_like_the_panel(panel in panel()) {
        let text = panel.headless();
        holds(&text, &read(&text), &Panel { money: false, ..panel }.shown(), true);
    }

    #[test]
    fn of_two_panels_the_last_counts(older in panel(), newer in panel()) {
        let text = format!("{}\n{}", older.print(), newer.print());
        let reading = read(&text);
        holds(&text, &reading, &newer.shown(), true);
        prop_assert!(trimmed(&reading));
        let twice = format!("{}{}", older.headless(), newer.headless());
        holds(&twice, &read(&twice), &Panel { money: false, ..newer }.shown(), true);
    }

    #[test]
    fn a_panel_that_is_loading_or_failed_hides_an_older_one(older in panel(), line in prop::sample::select(vec![
        "Loading usage data\u{2026}", "Error: Failed to load usage data: {\"error\":1}", "\u{2718} Couldn't load usage data",
        "\u{2718} The usage page is rate limited until 7:04pm.", "Failedtoloadusagedata",
    ])) {
        let text = format!("{}\n{}\n\n  {line}\n", older.print(), HEADERS[3]);
        let reading = read(&text);
        prop_assert!(!reading.has_numbers() && reading.has(&Tag::UsageNotLoaded), "{text}");
    }

    #[test]
    fn breaking_or_cutting_a_panel_changes_no_number(panel in panel(), width in 40_usize..=200) {
        // A year that fell off the edge between two wrapped lines leaves a whole reset behind.
        let mut panel = panel;
        for section in &mut panel.sections {
            section.reset = section.reset.take().map(|reset| reset.replace(" 2027,", ""));
        }
        let shown = panel.shown();
        for text in [panel.print(), Panel { money: false, ..panel.clone() }.headless()] {
            let broken: String = text.lines().flat_map(|line| {
                let chars: Vec<char> = line.chars().collect();
                if chars.is_empty() { return vec!["\n".to_owned()]; }
                chars.chunks(width).map(|part| part.iter().collect::<String>() + "\n").collect::<Vec<_>>()
            }).collect();
            holds(&broken, &read(&broken), &shown, false);
            let cut: String = text.lines().map(|l| l.chars().take(width).collect::<String>() + "\n").collect();
            holds(&cut, &read(&cut), &shown, false);
        }
    }

    #[test]
    fn a_panel_that_lost_its_line_ends_or_blanks_changes_no_number(panel in panel()) {
        let panel = Panel { money: false, decoy: "", ..panel };
        let text = panel.print();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        holds(&line, &read(&line), &panel.shown(), false);
        let glued: String = text.chars().filter(|c| *c != ' ').collect();
        holds(&glued, &read(&glued), &panel.shown(), false);
    }
}
