//! The tokens of a terminal stream: text, control characters and escape sequences (ECMA-48, section 5).

/// One piece of a terminal stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A run without any control character, never empty.
    Text(&'a str),
    /// A control character other than ESC and the introducers of C1.
    Control(char),
    /// A control sequence: parameter and intermediate bytes, and the final byte.
    Csi { params: &'a str, last: u8 },
    /// An escape sequence without parameters: its intermediate bytes and its final byte.
    Escape { intermediates: &'a str, last: u8 },
    /// A string sequence, or a sequence that was cut or malformed: it shows nothing.
    Nothing,
}

/// Splits a text into tokens; the whole text is read once, whatever it holds.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

const ESC: char = '\u{1b}';

pub(super) fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}')
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Tokens { rest: text }
    }

    /// Takes the first `len` bytes; `len` comes from a search and lies on a character's boundary.
    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes bytes as long as they lie in `range` (of ASCII).
    fn take_range(&mut self, range: std::ops::RangeInclusive<u8>) -> &'a str {
        let len = self.rest.bytes().position(|b| !range.contains(&b)).unwrap_or(self.rest.len());
        self.take(len)
    }

    fn take_final(&mut self, range: std::ops::RangeInclusive<u8>) -> Option<u8> {
        let last = self.rest.bytes().next().filter(|b| range.contains(b))?;
        self.take(1);
        Some(last)
    }

    fn text(&mut self) -> Token<'a> {
        let bytes = self.rest.as_bytes();
        let mut len = 0;
        // C1 characters are encoded as 0xC2 0x80..=0x9F: a 0xC2 needs a look at its next byte.
        while let Some(step) =
            bytes.get(len..).and_then(|tail| tail.iter().position(|&b| b < 0x20 || b == 0x7f || b == 0xc2))
        {
            len += step;
            if bytes.get(len) == Some(&0xc2) && bytes.get(len + 1).is_some_and(|&b| b > 0x9f) {
                len += 2;
            } else {
                return Token::Text(self.take(len));
            }
        }
        Token::Text(self.take(bytes.len()))
    }

    fn csi(&mut self) -> Token<'a> {
        let params = self.take_range(0x20..=0x3f);
        match self.take_final(0x40..=0x7e) {
            Some(last) => Token::Csi { params, last },
            None => Token::Nothing,
        }
    }

    fn escape(&mut self) -> Token<'a> {
        let intermediates = self.take_range(0x20..=0x2f);
        match self.take_final(0x30..=0x7e) {
            Some(b'[') if intermediates.is_empty() => self.csi(),
            Some(b']') if intermediates.is_empty() => self.string(true),
            Some(b'P' | b'X' | b'^' | b'_') if intermediates.is_empty() => self.string(false),
            Some(last) => Token::Escape { intermediates, last },
            None => Token::Nothing,
        }
    }

    /// Skips a string sequence up to its end: ST, for an OSC also BEL; any other escape, C1, CAN or SUB aborts it.
    /// One that is never ended hides its own line only, so that a stray introducer cannot hide a pane. The search
    /// stays linear: where it finds no end, no introducer is left to start another one.
    fn string(&mut self, osc: bool) -> Token<'a> {
        let end = self.rest.char_indices().find(|&(_, c)| match c {
            '\u{7}' => osc,
            '\u{18}' | '\u{1a}' | ESC | '\u{80}'..='\u{9f}' => true,
            _ => false,
        });
        let Some((at, c)) = end else {
            let line = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
            self.take(line);
            return Token::Nothing;
        };
        self.take(at);
        match c {
            ESC if self.rest.starts_with("\u{1b}\\") => self.take(2),
            '\u{7}' | '\u{18}' | '\u{1a}' => self.take(1),
            '\u{9c}' => self.take(2),
            _ => "",
        };
        Token::Nothing
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = self.rest.chars().next()?;
        if !is_control(first) {
            return Some(self.text());
        }
        self.take(first.len_utf8());
        Some(match first {
            ESC => self.escape(),
            '\u{9b}' => self.csi(),
            '\u{9d}' => self.string(true),
            '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}' => self.string(false),
            control => Token::Control(control),
        })
    }
}

/// The `index`-th numeric parameter of a control sequence; a missing, empty or zero one counts as `default`.
pub(super) fn param(params: &str, index: usize, default: u16) -> u16 {
    let field = params.split(';').nth(index).unwrap_or("");
    let digits = field.trim_matches(|c: char| !c.is_ascii_digit());
    let value =
        if digits.len() > 5 { u16::MAX } else { digits.parse::<u32>().map_or(0, |n| n.min(65_535) as u16) };
    if value == 0 { default } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        Tokens::of(text).collect()
    }

    #[test]
    fn sequences_are_told_from_text() {
        assert_eq!(
            tokens("a\u{1b}[1;31mb\u{9b}2Kc\r"),
            [
                Token::Text("a"),
                Token::Csi { params: "1;31", last: b'm' },
                Token::Text("b"),
                Token::Csi { params: "2", last: b'K' },
                Token::Text("c"),
                Token::Control('\r'),
            ]
        );
        assert_eq!(
            tokens("\u{1b}(B\u{1b}M"),
            [
                Token::Escape { intermediates: "(", last: b'B' },
                Token::Escape { intermediates: "", last: b'M' },
            ]
        );
    }

    #[test]
    fn strings_end_at_bel_st_or_the_next_escape() {
        for osc in [
            "\u{1b}]0;t\u{7}",
            "\u{1b}]8;;u\u{1b}\\",
            "\u{9d}0;t\u{9c}",
            "\u{1b}Pq\u{1b}\\",
            "\u{1b}_G\u{18}",
        ] {
            assert_eq!(tokens(&format!("{osc}x")), [Token::Nothing, Token::Text("x")], "{osc:?}");
        }
        let aborted = [Token::Nothing, Token::Csi { params: "", last: b'm' }, Token::Text("x")];
        assert_eq!(tokens("\u{1b}]0;t\u{1b}[mx"), aborted);
    }

    #[test]
    fn an_endless_string_hides_its_line_only() {
        assert_eq!(tokens("\u{1b}]0;t\nx"), [Token::Nothing, Token::Control('\n'), Token::Text("x")]);
    }

    #[test]
    fn a_cut_sequence_shows_nothing() {
        assert_eq!(tokens("\u{1b}"), [Token::Nothing]);
        assert_eq!(tokens("\u{1b}[12"), [Token::Nothing]);
        assert_eq!(tokens("\u{1b}[1\nx"), [Token::Nothing, Token::Control('\n'), Token::Text("x")]);
    }

    #[test]
    fn parameters_have_defaults_and_bounds() {
        assert_eq!(param("", 0, 1), 1);
        assert_eq!(param("31;54", 1, 1), 54);
        assert_eq!(param("0;", 1, 7), 7);
        assert_eq!(param("99999999999999999999", 0, 1), u16::MAX);
        assert_eq!(param("?1049", 0, 1), 1049);
    }
}
