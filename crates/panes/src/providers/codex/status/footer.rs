//! The footer and the status line below the composer: model and context figure, for panes that lack their rows.

use nom::Parser;
use nom::bytes::complete::tag;
use nom::character::complete::multispace0;
use nom::combinator::all_consuming;
use nom::sequence::terminated;
use tracker_domain::{ContextUse, Reading};

use crate::text;

/// Fills in what the pane does not say: `53% context left`, `gpt-5.4 default . 100% left`, `Context 58% left`.
pub(super) fn read(reading: &mut Reading, input: &str) {
    if reading.context.is_none_or(|c| c.left_pct.is_none()) {
        let left = input.lines().rev().find_map(context);
        reading.context = left.map(|left| ContextUse { left_pct: Some(left), ..ContextUse::default() });
    }
    if reading.model.is_none() {
        reading.model = input.lines().rev().find_map(model).map(str::to_owned);
    }
}

/// The context figure of a footer; the figures of limits beside it name their limit.
fn context(line: &str) -> Option<f64> {
    parts(line).find_map(|part| {
        let part = part.strip_prefix("Context ").unwrap_or(part);
        let word = |words| (multispace0, tag::<_, &str, nom::error::Error<&str>>(words));
        let part = part.strip_suffix("context left").map_or(part, str::trim_end);
        let plain = all_consuming(text::percent).parse(part).ok();
        let left = all_consuming(terminated(text::percent, word("left"))).parse(part).ok();
        let alone = line.contains('\u{b7}') || line.contains("context left");
        plain.filter(|_| line.contains("context left")).or(left.filter(|_| alone)).map(|(_, left)| left)
    })
}

/// The model of a status line `gpt-5.5 xhigh fast . ...`.
fn model(line: &str) -> Option<&str> {
    let first = parts(line).next().filter(|_| line.contains('\u{b7}'))?;
    let word = first.split_whitespace().next()?;
    word.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("gpt-")).then_some(word)
}

/// The parts of a footer: between middle dots, and between runs of blanks.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split('\u{b7}').flat_map(|part| part.split("   ")).map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_figure_is_told_from_the_figures_of_limits() {
        assert_eq!(context("  ? for shortcuts                  3% context left"), Some(3.0));
        assert_eq!(context("  100% context left \u{b7} ? for shortcuts"), Some(100.0));
        assert_eq!(context("  gpt-5.4 default \u{b7} 100% left \u{b7} /home"), Some(100.0));
        assert_eq!(
            context("gpt-5.5 \u{b7} Context 58% left \u{b7} 5h 99% left \u{b7} weekly 98% left"),
            Some(58.0)
        );
        assert_eq!(context("\u{26a0} weekly limit: 19% left \u{b7} /status"), None);
        assert_eq!(context("gpt-5.5 \u{b7} 5h 99% left"), None);
    }
}
