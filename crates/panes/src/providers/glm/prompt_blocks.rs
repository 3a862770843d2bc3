//! Prompt-count blocks: `{"account","generated_at","blocks":[{"window_id","provider","prompts_used",...}]}`.
//!
//! The count of a window is the sum over its blocks, of all blocks when none carries its name. A block
//! without a count makes the sum unknown: a part is not the whole, and nothing is never 0.

use tracker_domain::{Fact, Level, Meter, MeterId, Reading, Resolution, Tag, UnknownField};

use super::PROVIDER;
use crate::json::{self, Object};
use crate::{Confidence, Ctx, Input, Parsed};

const KNOWN: &[&str] = &["account", "generated_at", "blocks", "prompts_used"];
const KNOWN_IN_BLOCK: &[&str] = &["window_id", "provider", "prompts_used", "duration_minutes", "notes"];

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    let Some(report) = report(input.text) else { return Confidence::NONE };
    if report.objects("blocks").iter().any(|block| block.has("prompts_used")) {
        return Confidence::sure("\"prompts_used\" in its blocks");
    }
    if report.has("prompts_used") {
        return Confidence::new(90, "a \"prompts_used\" of its own");
    }
    if report.has_all(&["account", "generated_at", "blocks"]) {
        return Confidence::new(80, "\"account\", \"generated_at\" and \"blocks\"");
    }
    Confidence::NONE
}

/// Tells whether the input holds blocks of any kind, so that their lack of counts can be told.
pub(super) fn has_blocks(input: &Input<'_>) -> bool {
    report(input.text).is_some_and(|report| report.has("blocks"))
}

pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    let mut reading = Reading::new(PROVIDER, "prompt-blocks");
    let mut meter = Meter::new(MeterId::PROMPTS, "prompts").with_resolution(Resolution::Fine);
    if let Some(report) = report(input.text) {
        reading.observed_at = report.instant("generated_at");
        reading.account = report.text("account").map(Into::into);
        reading.unknown = report.unknown("", KNOWN);
        if let Some(used) = total(&report, ctx, &mut reading) {
            meter.level = Some(Level::Count { used, cap: None });
            reading.facts.insert("prompts_used".to_owned(), count_fact(used));
        }
    }
    if meter.level.is_none() {
        reading.tag(Tag::InsufficientData);
    }
    reading.meters.push(meter);
    json::tag_trimmed(&mut reading, input.text);
    Parsed::one(reading)
}

fn report(text: &str) -> Option<Object<'_>> {
    json::last_object(text)
}

/// The prompts of the window that `ctx` asks for; `None` when a block that belongs to it has no count.
fn total(report: &Object<'_>, ctx: &Ctx, reading: &mut Reading) -> Option<f64> {
    let blocks = report.objects("blocks");
    if blocks.is_empty() {
        return prompts(report, reading);
    }
    let asked = ctx.window.as_ref();
    let is_asked = |block: &Object<'_>| {
        asked.is_some_and(|w| block.text("window_id").is_some_and(|id| id == w.as_str()))
    };
    let named = blocks.iter().any(is_asked);
    let mut sum = Some(0.0);
    let mut minutes = Vec::new();
    for block in blocks.iter().filter(|block| !named || is_asked(block)) {
        let used = prompts(block, reading);
        if used.is_none() && !block.has("prompts_used") {
            reading.unknown.push(UnknownField {
                name: "blocks.prompts_used".to_owned(),
                raw: String::new(),
                why: "the block has no prompt count".to_owned(),
            });
        }
        sum = sum.zip(used).map(|(a, b)| a + b);
        minutes.extend(block.count("duration_minutes"));
        if block.has("prompts_used") {
            json::list_unknown(&mut reading.unknown, block.unknown("blocks.", KNOWN_IN_BLOCK));
        }
    }
    if let [only] = minutes.as_slice() {
        reading.facts.insert("duration_minutes".to_owned(), Fact::Count(*only));
    }
    sum
}

/// The count of a block, or why its value is none.
fn prompts(block: &Object<'_>, reading: &mut Reading) -> Option<f64> {
    let used = block.number("prompts_used").filter(|used| *used >= 0.0);
    if let (None, Some(raw)) = (used, block.get("prompts_used")) {
        reading.unknown.push(UnknownField {
            name: "prompts_used".to_owned(),
            raw: json::shown(raw.get()),
            why: "not a number of at least 0".to_owned(),
        });
    }
    used
}

/// A whole number as a count, any other as it is.
fn count_fact(used: f64) -> Fact {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: whole, 0 to 2^32")]
    if used.fract() == 0.0 && used < f64::from(u32::MAX) {
        Fact::Count(used as u64)
    } else {
        Fact::Number(used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"{"account":"a","generated_at":"2025-11-05T10:02:17Z","blocks":[
        {"window_id":"W0-02","provider":"glm-4.6","prompts_used":12},
        {"window_id":"W0-03","provider":"glm-4.6","prompts_used":30},
        {"window_id":"W0-02","provider":"glm-4.6","prompts_used":6}]}"#;

    fn used(text: &str, window: Option<&str>) -> Option<f64> {
        let mut ctx = Ctx::new("2026-01-01T00:00:00Z".parse().unwrap());
        ctx.window = window.map(|w| w.parse().unwrap());
        let reading = parse(&Input::new(text), &ctx).into_newest().unwrap();
        let used = reading.meters[0].used_amount();
        assert_eq!(used.is_none(), reading.has(&Tag::InsufficientData));
        assert_eq!(used, reading.facts.get("prompts_used").and_then(Fact::as_number));
        used
    }

    #[test]
    fn the_total_is_the_sum_over_the_asked_window() {
        assert_eq!(used(TWO, Some("W0-02")), Some(18.0));
        assert_eq!(used(TWO, Some("W0-03")), Some(30.0));
        assert_eq!(used(TWO, None), Some(48.0));
        assert_eq!(used(TWO, Some("W0-77")), Some(48.0), "none is named so: all blocks");
    }

    #[test]
    fn a_count_that_is_missing_is_unknown_and_never_0() {
        for text in [
            r#"{"blocks":[]}"#,
            r#"{"account":"a","generated_at":"x","blocks":[]}"#,
            r#"{"blocks":[{"window_id":"W0-02","prompts_used":3},{"window_id":"W0-02"}]}"#,
            r#"{"blocks":[{"id":"2026-01-09T10:00:00.000Z","totalTokens":530,"costUSD":0.46}]}"#,
            r#"{"blocks":[{"prompts_used":-3}]}"#,
            r#"{"blocks":[{"prompts_used":"many"}]}"#,
            "not json",
        ] {
            assert_eq!(used(text, Some("W0-02")), None, "{text}");
        }
        assert_eq!(used(r#"{"blocks":[{"prompts_used":0}]}"#, None), Some(0.0), "a printed 0 is a 0");
    }
}
