//! A first look at a terminal stream: does it move the cursor, and how large was its screen?

use super::sequence::{Token, Tokens, param};

/// What a stream shows about the terminal that it was made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// The stream moves the cursor or shifts cells: it must be played, not stripped.
    pub(super) moves: bool,
    /// It names rows by number, counted from the top of the screen.
    pub(super) absolute: bool,
    /// The last row that it names, counted from 1; 0 when it names none.
    pub(super) last_row: u16,
    /// The last column that it names, counted from 1; 0 when it names none.
    pub(super) last_col: u16,
    /// It moves up or down by sequences.
    pub(super) vertical: bool,
    /// It holds a line feed.
    pub(super) line_feeds: bool,
    /// It holds CR LF: a bare LF then goes straight down.
    pub(super) crlf: bool,
}

impl Survey {
    pub(super) fn of(text: &str) -> Survey {
        let mut survey = Survey::default();
        if !text.contains(['\u{1b}', '\u{9b}']) {
            return survey;
        }
        let mut after_cr = false;
        for token in Tokens::of(text) {
            match token {
                Token::Csi { params, last } => survey.note(params, last),
                Token::Escape { intermediates: "", last: b'7' | b'8' } => survey.moves = true,
                Token::Escape { intermediates: "", last: b'M' | b'D' | b'E' } => survey.note("", b'A'),
                Token::Control('\n') => {
                    survey.line_feeds = true;
                    survey.crlf |= after_cr;
                }
                _ => {}
            }
            after_cr = token == Token::Control('\r');
        }
        survey
    }

    fn note(&mut self, params: &str, last: u8) {
        match last {
            b'H' | b'f' => {
                self.absolute = true;
                self.row(param(params, 0, 1));
                self.col(param(params, 1, 1));
            }
            b'd' => {
                self.absolute = true;
                self.row(param(params, 0, 1));
            }
            b'r' if !params.starts_with('?') => {
                self.absolute = true;
                self.row(param(params, 1, 1));
            }
            b'G' | b'`' => self.col(param(params, 0, 1)),
            b'A' | b'B' | b'E' | b'F' | b'L' | b'M' | b'S' | b'T'
                if !params.starts_with(['?', '<', '>', '=']) =>
            {
                self.vertical = true;
            }
            b'C' | b'D' | b'P' | b'X' | b'@' | b'b' => {}
            b's' | b'u' if params.is_empty() => {}
            _ => return,
        }
        self.moves = true;
    }

    fn row(&mut self, row: u16) {
        self.vertical = true;
        self.last_row = self.last_row.max(row);
    }

    fn col(&mut self, col: u16) {
        self.last_col = self.last_col.max(col);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_erasing_are_no_moves() {
        assert!(
            !Survey::of("\u{1b}[31m5h\u{1b}[0m\u{1b}[K\n\u{1b}]8;;u\u{1b}\\x\u{1b}[?25l\u{1b}[>4m").moves
        );
    }

    #[test]
    fn the_screen_is_inferred_from_what_is_named() {
        let survey = Survey::of("\u{1b}[25;48r\u{1b}[31;54Hx\u{1b}[70Gy\r\n");
        assert!(survey.moves && survey.absolute && survey.crlf);
        assert_eq!((survey.last_row, survey.last_col), (48, 70));
    }
}
