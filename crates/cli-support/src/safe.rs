//! JSON text made safe for a terminal.

use std::borrow::Cow;

use tracker_term_text::escape_terminal;

/// Returns JSON text whose strings hold no character that a terminal would obey, by escapes that JSON knows.
///
/// A JSON encoder leaves DEL, C1 controls and direction marks as they are. Outside of strings JSON is plain
/// ASCII, so what is replaced here always stands in a string.
pub(crate) fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let mut utf8 = [0; 4];
        if c.is_ascii() && c != '\u{7f}'
            || matches!(escape_terminal(c.encode_utf8(&mut utf8)), Cow::Borrowed(_))
        {
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
    fn json_stays_the_same_value() {
        let text = "{\"note\":\"caf\u{e9} \u{7f}\u{9b}2J \u{202e}abc\"}";
        let safe = json(text);
        assert_eq!(safe, "{\"note\":\"caf\u{e9} \\u007f\\u009b2J \\u202eabc\"}");
        let value = |t: &str| serde_json::from_str::<serde_json::Value>(t).unwrap();
        assert_eq!(value(&safe), value(text));
    }
}
