//! The plain way: sequences are removed, line ends unified, back-spaces obeyed.

use super::sequence::{Token, Tokens};
use super::{Repairs, is_invisible};

/// Lines under construction; blanks at their ends are never kept.
struct Lines {
    text: String,
    /// Where the present line starts in `text`.
    line_start: usize,
    /// Back-spaces since the last character: the next characters overwrite as many.
    backspaces: usize,
}

impl Lines {
    fn newline(&mut self) {
        self.trim_line();
        self.text.push('\n');
        self.line_start = self.text.len();
        self.backspaces = 0;
    }

    fn trim_line(&mut self) {
        let line = self.text.get(self.line_start..).unwrap_or("");
        self.text.truncate(self.line_start + line.trim_end_matches(' ').len());
    }

    /// Takes back what the coming character overwrites. Back-spaces at a line's end erase nothing.
    fn overwrite(&mut self) {
        while self.backspaces > 0 {
            self.backspaces -= 1;
            if self.text.len() > self.line_start {
                self.text.pop();
            }
        }
    }

    fn push_text(&mut self, text: &str, repairs: &mut Repairs) {
        self.overwrite();
        if text.is_ascii() {
            self.text.push_str(text);
            return;
        }
        for c in text.chars() {
            if matches!(c, '\u{2028}' | '\u{2029}') {
                repairs.line_ends = true;
                self.newline();
            } else if is_invisible(c) {
                repairs.invisible = true;
            } else {
                self.text.push(c);
            }
        }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end_matches([' ', '\n']).len());
        self.text
    }
}

/// Removes what shows nothing from `text`; every repair is noted.
pub(super) fn strip(text: &str, repairs: &mut Repairs) -> String {
    let mut lines = Lines { text: String::with_capacity(text.len()), line_start: 0, backspaces: 0 };
    // CR, CR LF and even CR CR LF are one line end: a newline is owed until what follows the CR is known.
    let mut after_cr = false;
    for token in Tokens::of(text) {
        match token {
            Token::Control('\r') => {
                repairs.line_ends = true;
                after_cr = true;
                continue;
            }
            Token::Control('\n') => lines.newline(),
            _ if after_cr => {
                lines.newline();
                obey(token, &mut lines, repairs);
            }
            _ => obey(token, &mut lines, repairs),
        }
        after_cr = false;
    }
    lines.finish()
}

fn obey(token: Token<'_>, lines: &mut Lines, repairs: &mut Repairs) {
    match token {
        Token::Text(text) => lines.push_text(text, repairs),
        Token::Control('\u{b}' | '\u{c}' | '\u{85}') => {
            repairs.line_ends = true;
            lines.newline();
        }
        Token::Control('\t') => {
            repairs.controls = true;
            lines.overwrite();
            lines.text.push(' ');
        }
        Token::Control('\u{8}') => {
            repairs.controls = true;
            lines.backspaces += 1;
        }
        Token::Control(_) => repairs.controls = true,
        Token::Csi { .. } | Token::Escape { .. } | Token::Nothing => repairs.sequences = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> String {
        strip(text, &mut Repairs::default())
    }

    #[test]
    fn every_line_end_becomes_a_newline() {
        assert_eq!(stripped("a\r\nb\rc\nd\r\r\ne\u{85}f\u{2028}g"), "a\nb\nc\nd\ne\nf\ng");
        assert_eq!(stripped("a\n\nb\r\n\r\nc"), "a\n\nb\n\nc", "blank lines stay");
    }

    #[test]
    fn colour_between_cr_and_lf_makes_no_second_line() {
        assert_eq!(stripped("a\u{1b}[0m\r\nb"), "a\nb");
    }

    #[test]
    fn backspaces_overwrite() {
        assert_eq!(stripped("_\u{8}5\u{8}5%"), "5%", "overstrike of a pager");
        assert_eq!(stripped("82%\u{8}"), "82%", "moving back alone erases nothing");
        assert_eq!(stripped("a\n\u{8}\u{8}b"), "a\nb", "never past the line's start");
    }

    #[test]
    fn blanks_at_line_ends_go() {
        assert_eq!(stripped("a  \n b \n\n"), "a\n b");
        assert_eq!(stripped("a\tb"), "a b");
    }
}
