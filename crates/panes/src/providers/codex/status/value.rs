//! The value of a limit row: bar, percentage with its direction, reset.

use nom::bytes::complete::is_not;
use nom::character::complete::{char, multispace0};
use nom::combinator::opt;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use crate::text::{self, Direction};

/// A limit's value; each part is there or not.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Value<'a> {
    pub(super) percent: Option<f64>,
    pub(super) direction: Option<Direction>,
    pub(super) reset: Option<&'a str>,
    /// A reset that was opened and not closed: the terminal cut it.
    pub(super) reset_cut: bool,
    /// What follows the reset.
    pub(super) rest: &'a str,
}

/// Reads the value of a limit row, its lines joined by blanks.
pub(super) fn value(text: &str) -> Value<'_> {
    let rest = bar(text.trim_start()).map_or(text, |(rest, _)| rest);
    let mut out = Value { rest, ..Value::default() };
    if let Ok((rest, percent)) = preceded(multispace0, text::percent).parse(out.rest) {
        (out.percent, out.rest) = (Some(percent), rest);
        if let Ok((rest, direction)) = text::direction(rest) {
            (out.direction, out.rest) = (Some(direction), rest);
        }
    }
    reset(&mut out);
    out
}

/// The bar is skipped: its cells are rounded on their own and are no number.
fn bar(text: &str) -> IResult<&str, Option<&str>> {
    delimited(char('['), opt(is_not("]")), char(']')).parse(text)
}

/// How a reset begins that no parenthesis ends. The last is not the client's: people write it into their notes.
const OPEN_RESETS: [&str; 3] = ["\u{b7} resets", "Resets at:", ", resets"];

/// Takes the reset out of what follows the percentage: `(resets WHEN)`, and before October 2025 `. resets WHEN`
/// with a middle dot or a line `Resets at: WHEN`.
fn reset(out: &mut Value<'_>) {
    let rest = out.rest.trim_start();
    if let Some(when) = rest.strip_prefix("(resets") {
        match when.split_once(')') {
            // "Jan 2 (07:08)" closes its own parenthesis first; no pane prints that inside "(resets".
            Some((when, rest)) => (out.reset, out.rest) = (Some(when.trim()), rest),
            None => (out.reset_cut, out.rest) = (true, ""),
        }
    } else if let Some(when) = OPEN_RESETS.iter().find_map(|words| rest.strip_prefix(words)) {
        (out.reset, out.rest) = (Some(when.trim()).filter(|when| !when.is_empty()), "");
        out.reset_cut = out.reset.is_none();
        // This shape is older than the switch to "left", so the bare number of a cut row counts what is used.
        out.direction = out.direction.or(Some(Direction::Used));
    } else {
        out.reset_cut = rest.starts_with('(');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_bar_percent_direction_and_reset_in_every_shape() {
        let wide = value("[\u{2588}\u{2591}] 97% left (resets 21:11 on 25 Oct)");
        assert_eq!(
            (wide.percent, wide.direction, wide.reset),
            (Some(97.0), Some(Direction::Left), Some("21:11 on 25 Oct"))
        );
        let glued = value("[\u{2588}\u{2591}]82%left(resets20:06on24Nov)");
        assert_eq!((glued.percent, glued.reset), (Some(82.0), Some("20:06on24Nov")));
        let old = value("[\u{2588}] 72% \u{b7} resets 7 May (07:08)");
        assert_eq!((old.direction, old.reset), (Some(Direction::Used), Some("7 May (07:08)")));
    }

    #[test]
    fn what_is_cut_is_not_there() {
        assert_eq!(value("[\u{2588}\u{2588}] 7").percent, None);
        assert_eq!(value("[\u{2588}\u{2588}").percent, None);
        let bare = value("76%");
        assert_eq!((bare.percent, bare.direction), (Some(76.0), None));
        let cut = value("88% left (resets 20:05 on 2");
        assert!(cut.reset_cut && cut.reset.is_none());
        let noted = value("93% left, resets 22:35");
        assert_eq!(
            (noted.percent, noted.direction, noted.reset),
            (Some(93.0), Some(Direction::Left), Some("22:35"))
        );
        let dotted = value("[\u{2588}] 72% \u{b7} resets");
        assert!(dotted.reset_cut && dotted.reset.is_none());
    }

    #[test]
    fn text_after_the_reset_is_kept() {
        assert_eq!(
            value("3% left (resets 21:23 on 28 Nov) 970 of 1,000 credits used").rest.trim(),
            "970 of 1,000 credits used"
        );
    }
}
