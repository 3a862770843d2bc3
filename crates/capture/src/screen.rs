//! The screen that a client draws on: an emulator that also answers what clients ask their terminal.

use std::num::NonZeroU16;
use std::panic::{AssertUnwindSafe, catch_unwind};

use vt100::{Callbacks, Parser};

/// Tall and wide enough that no pane is wrapped or scrolls away.
pub(crate) const ROWS: u16 = 120;
pub(crate) const COLS: u16 = 160;

/// Answers that wait to be sent, at most; a client that asks for more does not read them.
const MAX_ANSWERS: usize = 4096;

/// A screen of [`ROWS`] by [`COLS`].
pub(crate) struct Screen {
    parser: Parser<Answers>,
    is_broken: bool,
}

/// What the terminal says back.
#[derive(Default)]
struct Answers {
    bytes: Vec<u8>,
}

impl Answers {
    fn say(&mut self, text: &str) {
        if self.bytes.len() < MAX_ANSWERS {
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }
}

impl Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _second: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        let number = params.first().and_then(|param| param.first()).copied().unwrap_or(0);
        match (first, last, number) {
            // Are you well?
            (None, 'n', 5) => self.say("\u{1b}[0n"),
            // Where is the cursor? Some clients do not start without an answer.
            (None, 'n', 6) => {
                let (row, col) = screen.cursor_position();
                self.say(&format!("\u{1b}[{};{}R", row + 1, col + 1));
            }
            // What are you? A VT220.
            (None, 'c', 0) => self.say("\u{1b}[?62c"),
            _ => {}
        }
    }
}

impl Screen {
    pub(crate) fn new() -> Self {
        let size = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
        let parser = Parser::new_with_callbacks(size(ROWS), size(COLS), 0, Answers::default());
        Self { parser, is_broken: false }
    }

    /// Draws what a client printed.
    pub(crate) fn draw(&mut self, bytes: &[u8]) {
        if self.is_broken {
            return;
        }
        // The emulator states its invariants by panics; none is known to be reachable, but no client may end us.
        let drawn = catch_unwind(AssertUnwindSafe(|| self.parser.process(bytes)));
        self.is_broken = drawn.is_err();
    }

    /// Returns what stands on the screen, without blank lines at its end.
    pub(crate) fn text(&self) -> String {
        if self.is_broken {
            return String::new();
        }
        let text = catch_unwind(AssertUnwindSafe(|| self.parser.screen().contents())).unwrap_or_default();
        text.trim_end().to_owned()
    }

    /// Takes what the terminal answers.
    pub(crate) fn take_answers(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.parser.callbacks_mut().bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_asks_is_answered() {
        let mut screen = Screen::new();
        screen.draw(b"ab\r\ncd\x1b[6n\x1b[c\x1b[5n\x1b[>c\x1b[?u");
        assert_eq!(screen.take_answers(), b"\x1b[2;3R\x1b[?62c\x1b[0n");
        assert_eq!(screen.take_answers(), b"");
        assert_eq!(screen.text(), "ab\ncd");
    }

    #[test]
    fn endless_questions_do_not_fill_the_memory() {
        let mut screen = Screen::new();
        screen.draw(&b"\x1b[6n".repeat(10_000));
        assert!(screen.take_answers().len() < MAX_ANSWERS + 16);
    }

    #[test]
    fn redrawn_cells_replace_the_old_ones() {
        let mut screen = Screen::new();
        screen.draw(b"5h limit: 10% left\x1b[1;11H20\x1b[3;1Hend");
        assert_eq!(screen.text(), "5h limit: 20% left\n\nend");
    }
}
