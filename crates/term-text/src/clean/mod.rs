//! Cleaning in: bytes of a terminal, a paste or a pty become the lines that a person read.

mod bytes;
mod emulator;
mod invisible;
mod sequence;
mod strip;
mod survey;

use survey::Survey;

pub(crate) use invisible::is_invisible;

/// What a person read in some terminal bytes, as plain lines.
///
/// ```
/// let pane = tracker_term_text::clean(b"\xef\xbb\xbf82%\x1b[1Cleft\r\n");
/// assert_eq!(pane.text, "82% left");
/// assert!(pane.repairs.bom && pane.repairs.emulated);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clean {
    /// The lines joined by `\n`: no other control character, no escape sequence, no invisible character, no blanks
    /// at a line's end and no newline at the end of the text.
    pub text: String,
    /// Which repairs the bytes needed.
    pub repairs: Repairs,
}

/// The repairs that [`clean`] made; all false for text that was clean already.
///
/// ```
/// let repairs = tracker_term_text::clean(b"5h limit: 3% used\r\n").repairs;
/// assert!(repairs.line_ends && !repairs.sequences);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repairs {
    /// A byte order mark was removed.
    pub bom: bool,
    /// The text was UTF-16 and was decoded.
    pub utf16: bool,
    /// Bytes that are no text became U+FFFD.
    pub invalid_utf8: bool,
    /// CR LF or a lone CR, VT, FF, NEL, U+2028 or U+2029 became a newline.
    pub line_ends: bool,
    /// Escape sequences were removed or obeyed.
    pub sequences: bool,
    /// Control characters were removed or obeyed; a TAB became a blank.
    pub controls: bool,
    /// Characters that show nothing were removed: zero-width, direction, variation and tag characters.
    pub invisible: bool,
    /// The text moved the cursor and was played on a terminal emulator.
    pub emulated: bool,
    /// The text moved the cursor and was so long that only its end was kept.
    pub head_dropped: bool,
    /// The text moved the cursor, but redrew so much for its length that its sequences were only removed: words may
    /// be glued or overwritten.
    pub emulation_abandoned: bool,
}

/// Returns the lines that a person read in `bytes`.
///
/// Never fails and never panics. Time is linear in the input. Cleaning what is clean changes nothing, so
/// `clean(clean(x).text) == clean(x).text`.
///
/// UTF-8 is expected; UTF-16 is recognized by its byte order mark. Sequences are those of ECMA-48 (CSI, OSC, DCS, SOS,
/// PM, APC) in their 7-bit form and in their C1 form. A string sequence that is never ended hides at most its own line.
///
/// ```
/// // A renderer that skips blanks by moving the cursor: stripping alone would glue the words.
/// let pane = tracker_term_text::clean(b"Weekly limit:\x1b[1C82%\x1b[1Cleft\x1b[1C(resets\x1b[1C20:06\x1b[1Con\x1b[1C24\x1b[1CNov)");
/// assert_eq!(pane.text, "Weekly limit: 82% left (resets 20:06 on 24 Nov)");
/// ```
#[must_use]
pub fn clean(bytes: &[u8]) -> Clean {
    let mut repairs = Repairs::default();
    let decoded = bytes::decode(bytes, &mut repairs);
    let survey = Survey::of(&decoded);
    if !survey.moves {
        return Clean { text: strip::strip(&decoded, &mut repairs), repairs };
    }
    for bytes in emulator::TAILS {
        let tail = emulator::tail(&decoded, bytes);
        repairs.head_dropped = tail.len() < decoded.len();
        if let Some(text) = emulator::play(tail, &survey, &mut repairs) {
            repairs.emulated = true;
            return Clean { text, repairs };
        }
    }
    (repairs.head_dropped, repairs.emulation_abandoned) = (false, true);
    Clean { text: strip::strip(&decoded, &mut repairs), repairs }
}
