//! Escaping out, for a CSV cell: no spreadsheet takes text for a formula.

use std::borrow::Cow;

use crate::clean::is_invisible;

/// Returns `text` so that a spreadsheet shows it as text: a value that would start a formula gets a leading `'`.
///
/// A formula starts with `=`, `+`, `-`, `@`, TAB, CR or LF (also in their full-width forms), also after blanks,
/// controls and what shows nothing, and on any line of the value, as some programs split cells there. A value that already starts with
/// `'` before such a start gets one more, so that [`unescape_csv_cell`] always gives back the value.
///
/// For text columns only: a numeric column is the caller's to leave alone, for `-3` is a number. Quoting for CSV is
/// the writer's and comes after. Source of the set: OWASP, "CSV Injection".
///
/// ```
/// use tracker_term_text::escape_csv_cell;
/// assert_eq!(escape_csv_cell("fixed the parser, twice"), "fixed the parser, twice");
/// assert_eq!(escape_csv_cell("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
/// assert_eq!(escape_csv_cell("ok\n @SUM(A1)"), "'ok\n' @SUM(A1)");
/// ```
#[must_use]
pub fn escape_csv_cell(text: &str) -> Cow<'_, str> {
    if !text.split_inclusive('\n').any(starts_formula) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 4);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        // The first line is always marked, as the sign that the value was escaped.
        if number == 0 || starts_formula(line) {
            escaped.push('\'');
        }
        escaped.push_str(line);
    }
    Cow::Owned(escaped)
}

/// Returns the value that [`escape_csv_cell`] was given.
///
/// ```
/// use tracker_term_text::{escape_csv_cell, unescape_csv_cell};
/// for value in ["-3", "'-3", "it's", "'quoted'", "a\n\u{a0}=b"] {
///     assert_eq!(unescape_csv_cell(&escape_csv_cell(value)), value);
/// }
/// ```
#[must_use]
pub fn unescape_csv_cell(cell: &str) -> Cow<'_, str> {
    let Some(marked) = cell.strip_prefix('\'') else { return Cow::Borrowed(cell) };
    let unmarked = |line: &str| line.strip_prefix('\'').is_some_and(starts_formula);
    if !starts_formula(marked) && !marked.split_inclusive('\n').skip(1).any(unmarked) {
        return Cow::Borrowed(cell);
    }
    let mut value = String::with_capacity(marked.len());
    for (number, line) in marked.split_inclusive('\n').enumerate() {
        match line.strip_prefix('\'') {
            Some(rest) if number > 0 && starts_formula(rest) => value.push_str(rest),
            _ => value.push_str(line),
        }
    }
    Cow::Owned(value)
}

/// Whether a line would start a formula, or would once the marks before it were taken off.
fn starts_formula(line: &str) -> bool {
    let inner = line.trim_start_matches('\'');
    let start = inner.trim_start_matches(shows_nothing).chars().next();
    matches!(start, Some('\t' | '\r' | '\n' | '=' | '+' | '-' | '@'))
        || matches!(start, Some('\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'))
}

/// Blanks of every kind, controls and invisible characters: a spreadsheet may trim them off before it looks.
fn shows_nothing(c: char) -> bool {
    !matches!(c, '\t' | '\r' | '\n') && (c.is_whitespace() || c.is_control() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_start_is_marked_at_every_position() {
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            for before in ["", " ", "\u{a0}", "ok\n", "ok\n ", "ok\r\n\u{a0}"] {
                let value = format!("{before}{start}1+1");
                let cell = escape_csv_cell(&value).into_owned();
                assert!(cell.starts_with('\''), "{value:?}");
                assert!(
                    !cell.split_inclusive('\n').any(|line| !line.starts_with('\'') && starts_formula(line))
                );
                assert_eq!(unescape_csv_cell(&cell), value);
            }
        }
    }

    /// Found by fuzzing: a vertical tab before the sign hid it.
    #[test]
    fn what_shows_nothing_hides_no_formula() {
        for before in ["\u{b}", "\u{c}", "\0", "\u{85}", "\u{2003}", "\u{200b}", "\u{2028}", "\u{7f} \u{b}"] {
            assert_eq!(escape_csv_cell(&format!("{before}+1")), format!("'{before}+1"));
        }
    }

    #[test]
    fn harmless_values_are_borrowed() {
        for value in ["", "it's", "'quoted'", "a=b", "3", "line\nline", "\u{1f600}"] {
            assert!(matches!(escape_csv_cell(value), Cow::Borrowed(_)), "{value:?}");
            assert!(matches!(unescape_csv_cell(value), Cow::Borrowed(same) if same == value));
        }
    }

    proptest! {
        #[test]
        fn the_value_comes_back(value in "['=+@ \\n\\r\\t\u{a0}a-]{0,12}") {
            let cell = escape_csv_cell(&value).into_owned();
            prop_assert_eq!(unescape_csv_cell(&cell).into_owned(), value);
        }

        #[test]
        fn no_line_of_a_cell_starts_a_formula(value in "['=+@ \\n\\r\\ta-]{0,12}") {
            let cell = escape_csv_cell(&value).into_owned();
            prop_assert!(cell.split_inclusive('\n').all(|line| line.starts_with('\'') || !starts_formula(line)));
        }
    }
}
