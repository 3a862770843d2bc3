//! Numbers as claude-monitor prints them: `88,122`, `$1,234.50`, `463.8%`.

use nom::bytes::complete::take_while1;
use nom::character::complete::{char, space0};
use nom::combinator::{map_opt, opt};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

/// Longest run of digits, commas and dots that can be a number; a longer one is no figure of a pane.
const LONGEST: usize = 32;

/// Reads an amount with or without a dollar sign.
pub(super) fn amount(text: &str) -> IResult<&str, f64> {
    preceded((opt(char('~')), opt(char('$'))), number).parse(text)
}

/// Reads a percentage with its sign.
pub(super) fn percent(text: &str) -> IResult<&str, f64> {
    terminated(number, (space0, char('%'))).parse(text)
}

fn number(text: &str) -> IResult<&str, f64> {
    map_opt(take_while1(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.')), grouped).parse(text)
}

/// Returns a number whose commas, if any, separate groups of three.
pub(super) fn grouped(text: &str) -> Option<f64> {
    if text.len() > LONGEST {
        return None;
    }
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped_well = !first.is_empty()
        && (whole == first || first.len() <= 3)
        && groups.all(|group| group.len() == 3)
        && fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
    if grouped_well { text.replace(',', "").parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_with_a_fraction_are_not_cut_at_the_comma() {
        assert_eq!(grouped("1,234.5"), Some(1234.5));
        assert_eq!(amount("$1,234,567.80 / x"), Ok((" / x", 1_234_567.8)));
        assert_eq!(percent("463.8%  "), Ok(("  ", 463.8)));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", ",", "1,23", "1234,567", "1.2.3", "1.", ".5", "12,3456", "--"] {
            assert_eq!(grouped(text), None, "{text}");
        }
        assert!(percent(&"9".repeat(80_000)).is_err());
    }
}
