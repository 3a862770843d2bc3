//! The parsers of panes, replies and logs, whatever the registry holds.

use chrono::{DateTime, Utc};
use tracker_domain::{Level, Reading};
use tracker_ledger::wire;
use tracker_panes::logs::counted;
use tracker_panes::{Ctx, Input, PaneParser, Zone, providers};
use tracker_term_text::clean;

/// The variable that names the one kind to be fuzzed; all of them without it.
pub const KIND: &str = "TRACKER_FUZZ_KIND";

/// The instant of every capture: 2026-11-20T19:00:00Z.
const CAPTURED_AT: i64 = 1_795_201_200;

/// Gives bytes to the parser that [`KIND`] names, or to every parser.
pub fn provider(bytes: &[u8]) {
    match std::env::var(KIND) {
        Ok(kind) => of_kind(&kind, bytes),
        Err(_) => every_kind(bytes),
    }
}

/// Gives bytes to every parser of the registry.
pub fn every_kind(bytes: &[u8]) {
    for parser in providers::REGISTRY {
        parse(*parser, bytes);
    }
}

/// Gives bytes to the parser of one kind: it answers, twice alike, and what it answers can be stored and read back.
///
/// # Panics
/// There is no such kind, or something does not hold.
pub fn of_kind(kind: &str, bytes: &[u8]) {
    parse(providers::by_kind(kind).unwrap_or_else(|| panic!("no such kind: {kind}")), bytes);
}

fn parse(parser: &dyn PaneParser, bytes: &[u8]) {
    let captured_at = DateTime::<Utc>::from_timestamp(CAPTURED_AT, 0).unwrap_or_default();
    // A zone with gaps and overlaps, so that texts of times that are none are met.
    let ctx = Ctx::new(captured_at).with_zone("Europe/Berlin".parse::<Zone>().unwrap_or(Zone::UTC));
    let text = clean(bytes).text;
    let input = Input::new(&text);
    assert!(parser.detect(&input).score <= 100);
    let parsed = parser.parse(&input, &ctx);
    assert_eq!(parsed, parser.parse(&input, &ctx), "the same text, another answer");
    for reading in &parsed.readings {
        holds(reading);
    }
    if let Some(logs) = parser.logs() {
        let mut reader = logs.reader();
        reader.lines(bytes);
        let file = reader.finish();
        let _ = counted(logs.repeats(), &[&file, &file]);
    }
}

/// No number is out of its domain, and the row of a reading reads back.
fn holds(reading: &Reading) {
    for meter in &reading.meters {
        match meter.level {
            Some(Level::Count { used, cap }) => {
                assert!(used.is_finite() && cap.is_none_or(f64::is_finite), "{meter:?}");
            }
            Some(_) => {
                assert!(meter.used_amount().is_some_and(f64::is_finite), "{meter:?}");
            }
            None => {}
        }
    }
    let row = wire::reading::write(reading).expect("a reading can be written");
    let read = wire::reading::read(&row).expect("a written reading can be read");
    assert_eq!(wire::reading::write(&read).expect("and written again"), row, "a reading reads back");
}
