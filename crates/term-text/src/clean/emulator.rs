//! The other way: a stream that moves the cursor is played on a terminal emulator, and its screens are read.
//!
//! The emulator (the vt100 crate) is fed known sequences only, with bounded parameters, and every one is charged with
//! the cells that it touches: a hostile stream runs out of budget, never out of time or memory.

use super::sequence::{Token, Tokens, is_control, param};
use super::survey::Survey;
use super::{Repairs, is_invisible};
use std::num::NonZeroU16;
use std::panic::{AssertUnwindSafe, catch_unwind};
use vt100::capture::{BasicFormattedCaptureRange, BasicFormattedCaptureState, RowContents};
use vt100::{Callbacks, Parser, Screen};

/// So many bytes of a stream's end are played; a pane is a few KiB, a screen redrawn for an hour some hundred. A stream
/// that redraws beyond its budget is tried once more with less of its end.
pub(super) const TAILS: [usize; 2] = [4 << 20, 32 << 10];
/// Cells that may be touched whatever the stream's length, and for each of its bytes.
const FREE_CELLS: usize = 48 << 20;
const CELLS_PER_BYTE: usize = 32;
/// Text of earlier screens is kept up to twice this many bytes.
const MAX_HISTORY_BYTES: usize = 8 << 20;
/// A screen without a known height: tall, and the cursor starts in its middle, so that moves up have room.
const FREE_ROWS: u16 = 200;
const MIN_COLS: u16 = 256;
const MAX_COLS: u16 = 512;

/// The last `bytes` bytes of `text`; it starts after a line feed where there is one.
pub(super) fn tail(text: &str, bytes: usize) -> &str {
    let mut start = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let tail = text.get(start..).unwrap_or("");
    if start == 0 {
        return tail;
    }
    tail.split_once('\n').map_or(tail, |(_, rest)| rest)
}

/// Plays `text` and returns all that was on its screens, oldest first; `None` when it redraws beyond its budget.
pub(super) fn play(text: &str, survey: &Survey, repairs: &mut Repairs) -> Option<String> {
    let mut noted = *repairs;
    // The emulator states its invariants by panics; none is known to be reachable, but input must never end a program.
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut player = Player::new(text.len(), survey);
        for token in Tokens::of(text) {
            player.obey(token, &mut noted);
            player.budget?;
        }
        player.finish()
    }));
    let text = played.ok().flatten()?;
    *repairs = noted;
    Some(text)
}

/// Rows that left the screen, as text.
#[derive(Default)]
struct History {
    text: String,
    state: BasicFormattedCaptureState,
}

impl Callbacks for History {
    fn on_scroll(&mut self, row: RowContents<'_>, _alternate_screen: bool) {
        // Writing to a String cannot fail.
        let _ = row.write_formatted_basic(&mut self.text, &mut self.state);
    }
}

impl History {
    fn add_screen(&mut self, screen: &Screen) {
        let _ = screen.write_contents_formatted_basic(
            &mut self.text,
            BasicFormattedCaptureRange::Full(&mut self.state),
        );
        self.text.truncate(self.text.trim_end_matches(['\n', ' ']).len());
        self.text.push('\n');
        self.state = BasicFormattedCaptureState::new();
        self.forget_oldest();
    }

    /// Keeps the newest half when there is too much; each byte is moved once at most for each byte written.
    fn forget_oldest(&mut self) {
        if self.text.len() > 2 * MAX_HISTORY_BYTES {
            let mut cut = self.text.len() - MAX_HISTORY_BYTES;
            while !self.text.is_char_boundary(cut) {
                cut += 1;
            }
            self.text.drain(..cut);
        }
    }
}

struct Player {
    parser: Parser<History>,
    rows: u16,
    cols: u16,
    /// Cells that may still be touched; none left ends the play.
    budget: Option<usize>,
    /// LF implies CR: the text was not made by a terminal in raw mode.
    lf_is_newline: bool,
    /// CR alone ends a line: no other line end is in the text, and nothing moves between rows.
    cr_is_newline: bool,
    /// Something was printed since the screen was last kept.
    printed: bool,
}

impl Player {
    fn new(len: usize, survey: &Survey) -> Player {
        let rows = if survey.absolute { survey.last_row.clamp(50, FREE_ROWS) } else { FREE_ROWS };
        let cols = survey.last_col.clamp(MIN_COLS, MAX_COLS);
        let size = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
        let mut parser = Parser::new_with_callbacks(size(rows), size(cols), 0, History::default());
        if !survey.absolute {
            parser.process(format!("\u{1b}[{}H", rows / 2).as_bytes());
        }
        Player {
            parser,
            rows,
            cols,
            budget: Some(FREE_CELLS + CELLS_PER_BYTE * len),
            lf_is_newline: !survey.crlf,
            cr_is_newline: !survey.line_feeds && !survey.vertical,
            printed: false,
        }
    }

    fn charge(&mut self, cells: usize) {
        self.budget = self.budget.and_then(|left| left.checked_sub(cells));
    }

    fn screen_cells(&self) -> usize {
        usize::from(self.rows) * usize::from(self.cols)
    }

    fn obey(&mut self, token: Token<'_>, repairs: &mut Repairs) {
        match token {
            Token::Text(text) => self.print(text, repairs),
            Token::Control(control) => self.control(control, repairs),
            Token::Csi { params, last } => {
                repairs.sequences = true;
                self.csi(params, last);
            }
            Token::Escape { intermediates: "", last: last @ (b'7' | b'8' | b'M') } => {
                repairs.sequences = true;
                self.charge(usize::from(self.rows) + usize::from(self.cols));
                self.parser.process(&[0x1b, last]);
            }
            Token::Escape { intermediates: "", last: b'E' } => {
                repairs.sequences = true;
                self.newline();
            }
            Token::Escape { intermediates: "", last: b'D' } => {
                repairs.sequences = true;
                self.line_feed();
            }
            Token::Escape { intermediates: "", last: b'c' } => {
                repairs.sequences = true;
                self.keep_screen();
                self.csi("", b'H');
                self.csi("2", b'J');
            }
            Token::Escape { .. } | Token::Nothing => repairs.sequences = true,
        }
    }

    fn print(&mut self, text: &str, repairs: &mut Repairs) {
        self.charge(2 * text.len());
        self.printed = true;
        if text.is_ascii() {
            self.parser.process(text.as_bytes());
            return;
        }
        let shown = |c: &char| !is_invisible(*c) && !matches!(c, '\u{2028}' | '\u{2029}');
        let visible: String = text.chars().filter(shown).collect();
        repairs.invisible |= visible.len() < text.len();
        self.parser.process(visible.as_bytes());
    }

    fn control(&mut self, control: char, repairs: &mut Repairs) {
        match control {
            '\n' if self.lf_is_newline => self.newline(),
            '\n' => self.line_feed(),
            '\u{b}' | '\u{c}' | '\u{85}' => {
                repairs.line_ends = true;
                self.newline();
            }
            '\r' => {
                repairs.line_ends = true;
                if self.cr_is_newline { self.newline() } else { self.parser.process(b"\r") }
            }
            '\t' => {
                repairs.controls = true;
                self.parser.process(b"\t");
            }
            '\u{8}' => {
                repairs.controls = true;
                self.parser.process(b"\x08");
            }
            _ => repairs.controls = true,
        }
    }

    fn newline(&mut self) {
        self.parser.process(b"\r");
        self.line_feed();
    }

    fn line_feed(&mut self) {
        self.charge(usize::from(self.rows) / 4 + usize::from(self.cols) / 2);
        self.parser.process(b"\n");
        self.parser.callbacks_mut().forget_oldest();
    }

    fn csi(&mut self, params: &str, last: u8) {
        if let Some(modes) = params.strip_prefix('?') {
            return self.private_mode(modes, last);
        }
        let (rows, cols) = (self.rows, self.cols);
        let first = param(params, 0, 1);
        let sequence = match last {
            b'A' | b'B' | b'E' | b'F' | b'd' => format!("\u{1b}[{}{}", first.min(rows), char::from(last)),
            b'C' | b'D' | b'G' | b'`' => format!("\u{1b}[{}{}", first.min(cols), char::from(last)),
            b'H' | b'f' => format!("\u{1b}[{};{}H", first.min(rows), param(params, 1, 1).min(cols)),
            b'r' => format!("\u{1b}[{};{}r", first.min(rows), param(params, 1, rows).min(rows)),
            b'L' | b'M' | b'S' | b'T' => {
                let count = first.min(rows);
                self.charge(usize::from(rows) + usize::from(count) * usize::from(cols));
                format!("\u{1b}[{count}{}", char::from(last))
            }
            b'@' | b'P' | b'X' | b'b' => {
                self.charge(2 * usize::from(cols));
                format!("\u{1b}[{}{}", first.min(cols), char::from(last))
            }
            b'K' => {
                self.charge(usize::from(cols) / 2);
                format!("\u{1b}[{}K", param(params, 0, 0).min(3))
            }
            b'J' => return self.erase_screen(param(params, 0, 0)),
            b's' if params.is_empty() => "\u{1b}7".to_owned(),
            b'u' if params.is_empty() => "\u{1b}8".to_owned(),
            _ => return,
        };
        self.charge(4);
        self.parser.process(sequence.as_bytes());
    }

    /// Erasing the whole screen keeps what was on it: several panes of one session survive.
    fn erase_screen(&mut self, mode: u16) {
        let whole = match mode {
            0 => self.parser.screen().cursor_position() == (0, 0),
            1 => false,
            2 => true,
            _ => return,
        };
        if whole {
            self.keep_screen();
        }
        self.charge(self.screen_cells() / 2);
        self.parser.process(format!("\u{1b}[{mode}J").as_bytes());
    }

    /// Only the alternate screen matters: its text is gone when the program leaves it.
    fn private_mode(&mut self, modes: &str, last: u8) {
        let alternate = modes.split(';').any(|mode| matches!(mode, "47" | "1047" | "1049"));
        if !alternate || !matches!(last, b'h' | b'l') {
            return;
        }
        if last == b'l' && self.parser.screen().alternate_screen() {
            self.keep_screen();
        }
        self.charge(self.screen_cells());
        self.parser.process(format!("\u{1b}[?1049{}", char::from(last)).as_bytes());
    }

    fn keep_screen(&mut self) {
        if !std::mem::take(&mut self.printed) {
            return;
        }
        self.charge(self.screen_cells());
        let (screen, history) = self.parser.screen_and_callbacks_mut();
        history.add_screen(screen);
    }

    fn finish(mut self) -> Option<String> {
        self.budget?;
        self.printed = true;
        self.keep_screen();
        Some(tidy(&self.parser.callbacks().text))
    }
}

/// The rows without blanks at their ends and without blank rows at either end of the text.
fn tidy(rows: &str) -> String {
    let mut text = String::with_capacity(rows.len());
    for row in rows.split('\n').map(|row| row.trim_end_matches(' ')).skip_while(|row| row.is_empty()) {
        text.extend(row.chars().filter(|c| !is_control(*c)));
        text.push('\n');
    }
    text.truncate(text.trim_end_matches('\n').len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(text: &str) -> String {
        play(text, &Survey::of(text), &mut Repairs::default()).expect("within budget")
    }

    #[test]
    fn skipped_cells_are_blanks() {
        assert_eq!(played("82%\u{1b}[1Cleft\u{1b}[1C(resets\u{1b}[1C20:06)"), "82% left (resets 20:06)");
        assert_eq!(played("\u{1b}[5;3HCurrent\u{1b}[5;11Hweek"), "  Current week");
    }

    #[test]
    fn relative_moves_have_room_above_the_first_line() {
        assert_eq!(played("b\r\u{1b}[3Aa\u{1b}[3B"), "a\n\n\nb");
    }

    #[test]
    fn panes_survive_a_cleared_screen_and_the_alternate_screen() {
        assert_eq!(played("\u{1b}[Hfirst 3%\u{1b}[2J\u{1b}[Hsecond 4%"), "first 3%\nsecond 4%");
        assert_eq!(played("\u{1b}[?1049h\u{1b}[Hinside 5%\u{1b}[?1049lafter"), "inside 5%\nafter");
    }

    #[test]
    fn rows_that_scroll_off_are_kept_in_order() {
        let long: String = (0..500).map(|n| format!("row {n}\r\n")).collect();
        let text = played(&format!("\u{1b}[1;1H{long}"));
        let rows: Vec<_> = (0..500).map(|n| format!("row {n}")).collect();
        assert_eq!(text.lines().collect::<Vec<_>>(), rows);
    }

    #[test]
    fn a_stream_that_only_redraws_runs_out_of_budget() {
        let bomb = "x\u{1b}[2J".repeat(40_000);
        assert_eq!(
            play(&bomb, &Survey { absolute: true, ..Survey::of("\u{1b}[H") }, &mut Repairs::default()),
            None
        );
    }
}
