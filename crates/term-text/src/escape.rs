//! Escaping out, for a terminal: what could steer it is shown instead.

use crate::clean::is_invisible;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Returns `text` so that no terminal obeys any of it: every character that controls, reorders or hides is written
/// as its Rust escape, such as `\u{1b}`. A newline is kept; see [`escape_terminal_line`].
///
/// Text without such characters is borrowed. Time is linear.
///
/// ```
/// use tracker_term_text::escape_terminal;
/// assert_eq!(escape_terminal("82% left\nok"), "82% left\nok");
/// assert_eq!(escape_terminal("\u{1b}[2J\u{202e}gpj"), "\\u{1b}[2J\\u{202e}gpj");
/// ```
#[must_use]
pub fn escape_terminal(text: &str) -> Cow<'_, str> {
    escape(text, |c| c == '\n')
}

/// Returns `text` like [`escape_terminal`], but on one line: a newline is shown as `\u{a}` too.
///
/// ```
/// assert_eq!(tracker_term_text::escape_terminal_line("W0-19\nok: 3"), "W0-19\\u{a}ok: 3");
/// ```
#[must_use]
pub fn escape_terminal_line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

fn escape(text: &str, keep: fn(char) -> bool) -> Cow<'_, str> {
    let steers =
        |c: char| (c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}')) && !keep(c);
    let Some(first) = text.find(steers) else { return Cow::Borrowed(text) };
    let (before, rest) = text.split_at_checked(first).unwrap_or(("", text));
    let mut escaped = String::with_capacity(text.len() + 16);
    escaped.push_str(before);
    for c in rest.chars() {
        if steers(c) {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn harmless_text_is_borrowed() {
        assert!(matches!(escape_terminal("│ 5h limit: 82% │\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_way_to_steer_is_shown() {
        let cases = [
            ("\u{1b}]52;c;eA==\u{7}", "\\u{1b}]52;c;eA==\\u{7}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\rb\u{8}c\0", "a\\u{d}b\\u{8}c\\u{0}"),
            ("\u{2066}x\u{200b}", "\\u{2066}x\\u{200b}"),
        ];
        for (hostile, shown) in cases {
            assert_eq!(escape_terminal(hostile), shown);
        }
    }

    proptest! {
        #[test]
        fn nothing_steers_after_escaping(text in any::<String>()) {
            let line = escape_terminal_line(&text).into_owned();
            prop_assert!(!line.chars().any(|c| c.is_control() || is_invisible(c)));
            let twice = escape_terminal_line(&line);
            prop_assert!(matches!(twice, Cow::Borrowed(_)), "escaping twice changes nothing");
        }
    }
}
