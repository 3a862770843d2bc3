//! Rows below a title: the percentage, and the reset which may wrap.

use super::title::{is_bar, title};
use crate::reset;
use crate::text::{self, Direction};

/// Reads `BAR 37% used`, wherever the bar ends; screen readers get the percentage twice. Returns what follows.
///
/// Only blanks, bars and digits may stand before it: `0% left` of a status line and `67% of your usage` are none.
pub(super) fn percent(line: &str) -> Option<(f64, Direction, &str)> {
    let ascii_bar = |c: char| matches!(c, '#' | '=' | '-' | '.');
    let before =
        |c: char| c.is_whitespace() || is_bar(c) || ascii_bar(c) || matches!(c, ':' | '\u{b7}' | '[' | ']');
    let mut rest = line.trim_start_matches(before);
    loop {
        let (after, number) = text::percent(rest).ok()?;
        if let Ok((after, direction)) = text::direction(after) {
            return Some((number, direction, after));
        }
        rest = after.trim_start();
    }
}

/// Finds the text of a reset in a line, and in the lines below it where it wraps. Resets end with their zone.
pub(super) fn reset(line: &str, below: &[&str]) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    let (at, word) =
        ["resets", "reset "].iter().find_map(|word| lower.find(word).map(|at| (at, word.len())))?;
    let first = line.get(at + word..)?.split(is_bar).next()?.trim();
    // "(Resets 5am (Europe/Vienna))": the outer parenthesis is not the reset's.
    let opened = line.get(..at)?.trim_end().ends_with('(');
    let first = if opened { first.strip_suffix(')').unwrap_or(first) } else { first };
    // A copy that lost its line ends goes on behind the zone.
    let zone = first.find(')').and_then(|end| first.get(..=end)).filter(|zoned| reset::is_printed(zoned));
    if zone.is_some() || first.ends_with(')') {
        return Some(zone.unwrap_or(first).to_owned());
    }
    let mut joined = first.to_owned();
    for next in below.iter().map(|l| l.trim()).filter(|l| !l.is_empty()).take(2) {
        if percent(next).is_some() || next.starts_with(is_bar) || title(next).is_some() {
            break;
        }
        joined.push(' ');
        joined.push_str(next);
        if joined.len() < 80 && reset::is_printed(&joined) {
            return Some(joined.trim().to_owned());
        }
    }
    (!first.is_empty()).then(|| first.to_owned())
}

/// Tells whether a reset that was found in `line`, which ends where a terminal may have cut it, may lack a part.
///
/// Behind the zone nothing is missing. A reset that goes on in the next line is whole with a time of half a day and,
/// where it has a day, the joint between them.
pub(super) fn may_be_cut(raw: &str, line: &str) -> bool {
    let when = raw.split('(').next().unwrap_or(raw).to_ascii_lowercase();
    let joined =
        when.starts_with(|c: char| c.is_ascii_digit()) || when.contains(", ") || when.contains(" at ");
    let whole = when.trim_end().ends_with('m') && joined && reset::has_time(raw);
    !raw.ends_with(')') || (!line.contains(raw) && !whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_stands_alone_with_its_word() {
        assert_eq!(percent(" \u{2588}\u{258c}   37% used"), Some((37.0, Direction::Used, "")));
        assert_eq!(percent("[####----] 37% used"), Some((37.0, Direction::Used, "")));
        assert_eq!(percent("12% 12% used"), Some((12.0, Direction::Used, "")));
        assert_eq!(percent("\u{258c}1%used"), Some((1.0, Direction::Used, "")));
        assert_eq!(percent("12% remaining (Resets 11am)"), Some((12.0, Direction::Left, " (Resets 11am)")));
        for decoy in
            ["67% of your usage was at >150k context", "01:07 | Opus | 0% left", "+50% weekly limits promo"]
        {
            assert_eq!(percent(decoy), None, "{decoy}");
        }
    }

    #[test]
    fn a_reset_may_be_cut_at_the_edge_of_its_line() {
        for (raw, line) in [
            ("3pm (UTC)", "Resets 3pm (UTC)"),
            ("3pm (UTC)", "Resets 3pm"),
            ("Nov 1 (UTC)", "Resets Nov 1 (UTC)"),
        ] {
            assert!(!may_be_cut(raw, line), "{raw}");
        }
        for (raw, line) in
            [("3pm", "Resets 3pm"), ("3:01 (UTC)", "Resets 3:01"), ("Nov 1 3pm (UTC)", "Resets Nov 1")]
        {
            assert!(may_be_cut(raw, line), "{raw}");
        }
    }

    #[test]
    fn a_reset_is_read_across_its_wrap() {
        let wrapped = reset("Current week \u{b7} Resets Oct", &[" 20, 2am (Asia/Irkutsk)"]);
        assert_eq!(wrapped.as_deref(), Some("Oct 20, 2am (Asia/Irkutsk)"));
        assert_eq!(reset("Resets 11am", &["", "Current week"]).as_deref(), Some("11am"));
        assert_eq!(
            reset("1% used (Resets 5am (Europe/Vienna))", &[]).as_deref(),
            Some("5am (Europe/Vienna)")
        );
        assert_eq!(reset("no such word", &[]), None);
    }
}
