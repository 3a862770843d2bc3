//! Panes and replies written from their grammar, with every value known: what is read is that value or unknown.
//!
//! The captures under `fixtures/` show what clients printed once; these tests print what clients may print.

mod claude;
mod codex;
mod machine;
mod monitor;

use tracker_domain::{MeterId, Reading, Tag};
use tracker_panes::{Ctx, Input, providers};

/// What a client showed of one limit.
#[derive(Debug, Clone, PartialEq)]
struct Shown {
    id: MeterId,
    used: f64,
    reset: Option<String>,
}

fn ctx() -> Ctx {
    Ctx::new("2026-11-20T19:00:00Z".parse().unwrap())
}

/// Reads a text as `parse auto` does.
fn read(text: &str) -> Reading {
    let input = Input::new(text);
    let (parser, _) = providers::detect(&input).unwrap_or_else(|| panic!("nobody knows\n{text}"));
    parser.parse(&input, &ctx()).into_newest().unwrap()
}

fn glued(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Every level and reset is the one that was shown, or unknown; no meter is made up. `whole`: and none is unknown.
fn holds(text: &str, reading: &Reading, shown: &[Shown], whole: bool) {
    for meter in &reading.meters {
        let Some(truth) = shown.iter().find(|s| s.id == meter.id) else {
            assert!(meter.level.is_none(), "{} is made up: {meter:?}\n{text}", meter.id);
            continue;
        };
        if let Some(used) = meter.used_amount() {
            assert!((used - truth.used).abs() < 1e-9, "{}: {used} for {}\n{text}", meter.id, truth.used);
        } else {
            assert!(!reading.errors.is_empty(), "{} is unknown without a reason\n{text}", meter.id);
        }
        if let Some(raw) = &meter.resets_raw {
            assert_eq!(Some(glued(raw)), truth.reset.as_deref().map(glued), "{}\n{text}", meter.id);
        }
    }
    for truth in shown.iter().filter(|_| whole) {
        let meter = reading.meter(&truth.id).unwrap_or_else(|| panic!("{} is missing\n{text}", truth.id));
        assert_eq!(meter.used_amount(), Some(truth.used), "{}\n{text}", truth.id);
        assert_eq!(
            meter.resets_raw.as_deref().map(glued),
            truth.reset.as_deref().map(glued),
            "{}\n{text}",
            truth.id
        );
    }
}

fn trimmed(reading: &Reading) -> bool {
    reading.has(&Tag::MultiPaneTrimmed)
}
