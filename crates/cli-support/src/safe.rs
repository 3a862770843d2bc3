//! Text made safe for a sink that obeys control characters.

use std::borrow::Cow;

use tracker_term_text::escape_terminal;

/// Returns `text` with every line escaped and the lines joined by `newline`.
pub(crate) fn lines(text: &str, newline: &str) -> String {
    text.split('\n').map(escape_terminal).collect::<Vec<_>>().join(newline)
}

/// Returns one line: a newline in it becomes a visible `\n`, so that no text can forge a second line.
pub(crate) fn line(text: &str) -> String {
    lines(text, "\\n")
}

/// Returns JSON text whose strings hold no character that a terminal would obey, by escapes that JSON knows.
///
/// A JSON encoder leaves C1 controls and direction marks as they are. Outside of strings JSON is ASCII, so what is
/// replaced here always stands in a string.
pub(crate) fn json(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let mut utf8 = [0; 4];
        if c.is_ascii() || matches!(escape_terminal(c.encode_utf8(&mut utf8)), Cow::Borrowed(_)) {
            safe.push(c);
        } else {
            let mut utf16 = [0; 2];
            for unit in c.encode_utf16(&mut utf16) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        assert_eq!(line("a\nb"), "a\\nb");
        assert!(
            !line("\u{1b}]52;c;x\u{7}\u{9b}2J\u{202e}").contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'])
        );
        assert_eq!(lines("a\nb", "\n"), "a\nb");
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "{\"note\":\"caf\u{e9} \u{9b}2J \u{202e}abc\"}";
        let safe = json(text);
        assert_eq!(safe, "{\"note\":\"caf\u{e9} \\u009b2J \\u202eabc\"}");
        let value = |t: &str| serde_json::from_str::<serde_json::Value>(t).unwrap();
        assert_eq!(value(&safe), value(text));
    }
}
