//! Messages that Claude Code prints when a limit stops it: they name a limit and its reset, but no level.

use tracker_domain::{Fact, Meter, MeterId, Reading, Tag};

use super::provider;
use crate::{Confidence, Ctx, Input, Parsed, meter_name, reset, text};

/// One message of this kind.
struct Message<'a> {
    line: &'a str,
    reset: Option<&'a str>,
}

/// Recognizes a line that says that a limit was reached.
pub(super) fn detect(input: &Input<'_>) -> Confidence {
    if input.text.lines().any(|line| message(line).is_some()) {
        Confidence::new(50, "a line that says that a limit was reached")
    } else {
        Confidence::NONE
    }
}

/// Reads the last message. The level stays unknown: the client prints none.
pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(provider(), "limit-message");
    reading.tag(Tag::InsufficientData);
    if let Some(message) = input.text.lines().rev().find_map(message) {
        reading.facts.insert("limit_message".to_owned(), Fact::Text(text::excerpt(message.line)));
        if let Some(mut meter) = meter(message.line) {
            if let Some(raw) = message.reset {
                reset::bind(&mut reading, &mut meter, raw, ctx);
            }
            reading.meters.push(meter);
        }
    }
    Parsed::one(reading)
}

fn message(line: &str) -> Option<Message<'_>> {
    let line = line.trim().trim_start_matches(['\u{23bf}', '\u{25cf}', ' ']);
    let says = (line.starts_with("You've hit your ") && line.contains(" limit"))
        || line.starts_with("You're out of extra usage")
        || line.starts_with("Spending cap reached")
        || line.starts_with("Usage limit reached")
        || line.starts_with("Claude usage limit reached")
        || line.starts_with("5-hour limit reached")
        || line.starts_with("Weekly limit reached")
        || line.starts_with("Opus weekly limit reached");
    if !says || line.len() > 300 {
        return None;
    }
    // The middle dot and the bullet operator separate the parts of a message.
    let when =
        line.split_once("resets ").map(|(_, when)| when.split(['\u{b7}', '\u{2219}']).next().unwrap_or(when));
    Some(Message { line, reset: when.map(str::trim).filter(|when| !when.is_empty()) })
}

/// The limit that a message names; extra usage and spending caps are no meters of the plan.
fn meter(line: &str) -> Option<Meter> {
    let lower = line.to_ascii_lowercase();
    if lower.contains("opus weekly") {
        Some(
            Meter::new(MeterId::scoped_weekly("opus"), "Opus weekly limit")
                .with_window_minutes(meter_name::WEEK),
        )
    } else if lower.contains("weekly limit") {
        Some(Meter::new(MeterId::WEEKLY, "weekly limit").with_window_minutes(meter_name::WEEK))
    } else if lower.contains("session limit") || lower.contains("5-hour limit") {
        Some(Meter::new(MeterId::FIVE_HOURS, "session limit").with_window_minutes(meter_name::FIVE_HOURS))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_message_counts_and_names_no_level() {
        let text = "You've hit your session limit \u{b7} resets 5:40pm (Europe/Berlin)\n> go on\n\
            You've hit your session limit \u{b7} resets 10:30pm (Europe/Berlin)";
        let ctx = Ctx::new("2026-11-20T19:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(text), &ctx).into_newest().unwrap();
        let meter = reading.meter(&MeterId::FIVE_HOURS).unwrap();
        assert_eq!((meter.level, meter.resets_raw.as_deref()), (None, Some("10:30pm (Europe/Berlin)")));
        assert_eq!(meter.resets_at, Some("2026-11-20T21:30:00Z".parse().unwrap()));
    }

    #[test]
    fn a_weekly_limit_of_one_model_is_not_the_weekly_limit() {
        assert_eq!(
            meter("Opus weekly limit reached \u{2219} resets 3pm").unwrap().id.as_str(),
            "weekly:opus"
        );
        assert!(meter("You're out of extra usage \u{b7} resets 9pm").is_none());
        assert!(message("we saw that Weekly limit reached yesterday").is_none());
    }
}
