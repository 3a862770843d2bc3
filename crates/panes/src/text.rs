//! Shared bits of pane grammars: cells between borders, percentages with their direction, token counts.

use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_while, take_while1};
use nom::character::complete::{alpha1, char, multispace0};
use nom::combinator::{map_opt, opt, recognize, value};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};
use tracker_domain::{LeftPct, Level, UsedPct};

/// What stands in one line between the borders of a box, if there are any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    /// The text without borders and outer blanks.
    pub(crate) text: &'a str,
    /// Column (in characters, from 0) at which the text starts.
    pub(crate) column: usize,
    /// Whether the text runs up to the right border, or has lost it, so that it may have been cut there.
    pub(crate) full: bool,
    /// Whether its right border is there.
    pub(crate) closed: bool,
}

/// Box borders: U+2502, and the ASCII bar of hand-made copies.
const BORDERS: [char; 2] = ['\u{2502}', '|'];

/// Returns what stands between the borders of a line.
pub(crate) fn cell(line: &str) -> Cell<'_> {
    let outer = line.trim_start();
    let inner = outer.strip_prefix(BORDERS).unwrap_or(outer).trim_start();
    let column = line.chars().count() - inner.chars().count();
    let inner = inner.trim_end();
    let (text, full, closed) = match inner.strip_suffix(BORDERS) {
        Some(left) => {
            let text = left.trim_end();
            (text, left.len() - text.len() <= 1, true)
        }
        None => (inner, outer.starts_with(BORDERS) && !inner.is_empty(), false),
    };
    Cell { text, column, full, closed }
}

/// Reads `12%`, `12.5 %` or `1,234.5%`. Digits are taken whole: `1,234.5` is never 1.
pub(crate) fn percent(text: &str) -> IResult<&str, f64> {
    terminated(number, (multispace0, char('%'))).parse(text)
}

/// Reads a number with optional thousands commas and decimals.
pub(crate) fn number(text: &str) -> IResult<&str, f64> {
    let digits = recognize((
        take_while1(|c: char| c.is_ascii_digit()),
        take_while(|c: char| c.is_ascii_digit() || c == ','),
        opt((char('.'), take_while1(|c: char| c.is_ascii_digit()))),
    ));
    map_opt(digits, |raw: &str| {
        let plain = if raw.contains(',') { raw.replace(',', "").parse() } else { raw.parse() };
        plain.ok().filter(|n: &f64| n.is_finite())
    })
    .parse(text)
}

/// Which way a percentage counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Used,
    Left,
}

impl Direction {
    /// Returns the level of `percent` counted this way, if the number can be one.
    pub(crate) fn level(self, percent: f64) -> Option<Level> {
        match self {
            Self::Used => UsedPct::new(percent).ok().map(Level::Used),
            Self::Left => LeftPct::new(percent).ok().filter(|l| l.get() >= 0.0).map(Level::Left),
        }
    }
}

/// Reads the word that says which way a percentage counts. A narrow terminal may have cut it: `u`, `us`, `lef`.
pub(crate) fn direction(text: &str) -> IResult<&str, Direction> {
    let word = map_opt(alpha1, |word: &str| {
        let starts =
            |whole: &str| whole.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        match () {
            () if starts("used") => Some(Direction::Used),
            () if starts("left") || starts("remaining") => Some(Direction::Left),
            () => None,
        }
    });
    // Text that lost its blanks glues the word to what follows: "82%leftNov24".
    let glued = alt((
        value(Direction::Used, tag_no_case("used")),
        value(Direction::Left, tag_no_case("left")),
        value(Direction::Left, tag_no_case("remaining")),
    ));
    preceded(multispace0, alt((word, glued))).parse(text)
}

/// Reads a token count as printed: `321`, `5.44K`, `1.2M`, `7,761`.
pub(crate) fn tokens(text: &str) -> IResult<&str, u64> {
    let unit =
        alt((value(1e3, tag_no_case("k")), value(1e6, tag_no_case("m")), value(1e9, tag_no_case("b"))));
    map_opt((number, opt(unit)), |(n, unit)| whole(n * unit.unwrap_or(1.0))).parse(text)
}

/// Returns a count as a whole number, if it can be one without loss.
pub(crate) fn whole(n: f64) -> Option<u64> {
    let rounded = n.round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be within 0 and 2^53"
    )]
    (0.0..=9e15).contains(&rounded).then_some(rounded as u64)
}

/// Returns the start of a text, short enough for a message.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_what_stands_between_its_borders() {
        let boxed = cell("\u{2502}  5h limit:   4% used   \u{2502}");
        assert_eq!((boxed.text, boxed.column, boxed.full), ("5h limit:   4% used", 3, false));
        assert!(cell("\u{2502}  5h limit:  82% u \u{2502}").full);
        assert_eq!((cell("  bare").text, cell("  bare").full), ("bare", false));
        assert!(cell("\u{2502}  Model:  gpt-6-so").full);
        assert_eq!(cell("\u{2502}\u{2502}").text, "");
    }

    #[test]
    fn a_number_with_thousands_commas_is_read_whole() {
        assert_eq!(percent("1,234.5% used").map(|(_, n)| n), Ok(1234.5));
        assert_eq!(tokens("7,761 of").map(|(_, n)| n), Ok(7761));
        assert_eq!(tokens("5.44K used").map(|(_, n)| n), Ok(5440));
        assert!(percent(&format!("{}%", "9".repeat(80_000))).is_err());
    }

    #[test]
    fn the_direction_is_read_from_the_word_even_when_cut_or_glued() {
        for (text, want) in [
            (" us", Direction::Used),
            ("lef", Direction::Left),
            ("remaini", Direction::Left),
            ("left(resets", Direction::Left),
        ] {
            assert_eq!(direction(text).map(|(_, d)| d), Ok(want), "{text}");
        }
        assert!(direction("(resets").is_err() && direction("").is_err() && direction("lost").is_err());
    }
}
