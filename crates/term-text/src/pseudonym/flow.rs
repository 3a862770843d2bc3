//! A pane's text as it flowed before a frame wrapped it, and the way back.
//!
//! Indentation and frame borders are left out, so that a value that was broken over lines lies in one piece. Where two
//! lines meet, the flow holds a newline (they do not belong together), a soft joint (they may), or nothing (a labelled
//! value goes on).

use super::fields::Label;
use super::hits::{Hit, short};

/// The border characters of frames, with the ASCII bar that some captures have instead.
const BORDERS: [char; 5] = ['\u{2502}', '\u{2503}', '\u{2551}', '|', '\u{2590}'];
/// A labelled value spans at most so many lines.
const MAX_FIELD_LINES: usize = 16;
/// Below this width a line cannot have been wrapped by a terminal's edge.
const MIN_FULL_WIDTH: usize = 30;

/// One line's share of the flow; small, as a hostile text is all lines.
struct Segment {
    flow: u32,
    text: u32,
    len: u32,
}

impl Segment {
    fn flow(&self) -> usize {
        self.flow as usize
    }

    /// Where it ends in the flow.
    fn end(&self) -> usize {
        self.flow as usize + self.len as usize
    }

    /// The place in the text of a place in the flow that it holds.
    fn in_text(&self, at: usize) -> usize {
        self.text as usize + (at - self.flow())
    }
}

/// Where two lines may belong together; the lowest bit tells whether the first is so full that they likely do. A flow is
/// shorter than 2 GiB (see `MAX_TEXT`).
#[derive(Clone, Copy)]
struct Joint(u32);

impl Joint {
    fn new(at: usize, is_full: bool) -> Joint {
        Joint(short(at) << 1 | u32::from(is_full))
    }

    fn at(self) -> usize {
        (self.0 >> 1) as usize
    }

    fn is_full(self) -> bool {
        self.0 & 1 == 1
    }
}

/// A labelled value: `Account: user@example.com (Plus)`. As small as a segment, for the same reason.
pub(super) struct Field {
    pub(super) label: Label,
    /// The value touches the frame's right border: it may be cut.
    pub(super) full: bool,
    start: u32,
    end: u32,
}

impl Field {
    /// Where its value begins in the flow.
    pub(super) fn start(&self) -> usize {
        self.start as usize
    }

    /// Where its value ends in the flow.
    pub(super) fn end(&self) -> usize {
        self.end as usize
    }
}

pub(super) struct Flow {
    pub(super) text: String,
    pub(super) fields: Vec<Field>,
    segments: Vec<Segment>,
    /// Where lines may belong together, sorted.
    soft: Vec<Joint>,
}

/// One line, taken apart.
struct Line<'a> {
    content: &'a str,
    /// Byte offset of the content in the text.
    at: usize,
    /// Column of the content, in characters.
    column: usize,
    /// The label in lower case, and how many bytes of the content come before its value.
    label: Option<(String, usize)>,
    /// The content touches the frame's right border.
    touches: bool,
    width: usize,
}

impl<'a> Line<'a> {
    fn of(raw: &'a str, at: usize) -> Line<'a> {
        let fill = |c: char| c.is_whitespace() || BORDERS.contains(&c);
        let right = raw.trim_end_matches(fill);
        let after = raw.split_at_checked(right.len()).map_or("", |(_, after)| after);
        let content = right.trim_start_matches(fill);
        let before = right.split_at_checked(right.len() - content.len()).map_or("", |(before, _)| before);
        let drawn = content.chars().all(|c| matches!(c, '\u{2500}'..='\u{259f}' | '-' | '=' | '_' | ' '));
        Line {
            content: if drawn { "" } else { content },
            at: at + before.len(),
            column: before.chars().count(),
            label: label_of(content),
            touches: after.trim_start_matches(' ').starts_with(BORDERS) && !after.starts_with("  "),
            width: raw.trim_end().chars().count(),
        }
    }
}

/// A label at the start of a line: a few words, a colon, then a blank or nothing. Bullets before it do not count.
fn label_of(content: &str) -> Option<(String, usize)> {
    let start = content.char_indices().take(6).find(|(_, c)| c.is_ascii_alphanumeric())?.0;
    let words = content.get(start..)?;
    let colon = words.bytes().take(48).position(|b| b == b':')?;
    let (name, rest) = words.split_at_checked(colon)?;
    let rest = rest.strip_prefix(':')?;
    let worded =
        name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '(' | ')' | '-' | '\''));
    if !worded || !(rest.is_empty() || rest.starts_with([' ', '\t', '\u{a0}'])) {
        return None;
    }
    let value = rest.trim_start();
    Some((name.trim().to_lowercase(), content.len() - value.len()))
}

/// What a line belongs to while the flow is built.
struct Open {
    field: usize,
    column: usize,
    lines: usize,
}

impl Flow {
    /// Takes a text of less than 4 GiB apart.
    pub(super) fn of(text: &str) -> Flow {
        let widths = text.split('\n').map(|raw| raw.trim_end().chars().count());
        let (widest, lines) =
            widths.fold((MIN_FULL_WIDTH, 0), |(widest, lines), width| (widest.max(width), lines + 1));
        let mut flow = Flow {
            text: String::with_capacity(text.len()),
            fields: Vec::new(),
            segments: Vec::with_capacity(lines),
            soft: Vec::new(),
        };
        let (mut open, mut before, mut at) = (None, None, 0);
        for raw in text.split('\n') {
            let line = Line::of(raw, at);
            flow.join(&line, before.as_ref(), &mut open, widest);
            before = Some(line);
            at += raw.len() + 1;
        }
        flow
    }

    /// Adds one line; decides how it meets the line before it.
    fn join(&mut self, line: &Line<'_>, before: Option<&Line<'_>>, open: &mut Option<Open>, widest: usize) {
        let goes_on = open.as_ref().filter(|o| {
            line.label.is_none()
                && !line.content.is_empty()
                && line.column > o.column
                && o.lines < MAX_FIELD_LINES
        });
        let field = goes_on.map(|o| Open { field: o.field, column: o.column, lines: o.lines + 1 });
        if let Some(before) = before.filter(|_| field.is_none()) {
            if line.label.is_some() || line.content.is_empty() || before.content.is_empty() {
                self.text.push('\n');
            } else {
                self.soft.push(Joint::new(self.text.len(), before.touches || before.width >= widest));
            }
        }
        let start = self.text.len();
        self.segments.push(Segment {
            flow: short(start),
            text: short(line.at),
            len: short(line.content.len()),
        });
        self.text.push_str(line.content);
        *open = field;
        if let Some(field) = open.as_ref().and_then(|o| self.fields.get_mut(o.field)) {
            field.end = short(self.text.len());
            field.full |= line.touches;
        }
        if let Some((label, skip)) =
            line.label.as_ref().and_then(|(label, skip)| Some((Label::of(label)?, skip)))
        {
            let (start, end) = (short(start + skip), short(self.text.len()));
            self.fields.push(Field { label, full: line.touches, start, end });
            *open = Some(Open { field: self.fields.len() - 1, column: line.column + 1, lines: 1 });
        }
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Whether two lines may meet at `at`.
    pub(super) fn is_soft(&self, at: usize) -> bool {
        self.joint(at).is_some()
    }

    /// Whether a line begins at `at`, however it meets the one before.
    pub(super) fn is_line_start(&self, at: usize) -> bool {
        self.segments.binary_search_by_key(&short(at), |segment| segment.flow).is_ok()
    }

    /// Whether two lines meet at `at` and the first one is full: a word is likely broken there.
    pub(super) fn is_full(&self, at: usize) -> bool {
        self.joint(at).is_some_and(Joint::is_full)
    }

    fn joint(&self, at: usize) -> Option<Joint> {
        let index = self.soft.binary_search_by_key(&at, |joint| joint.at()).ok()?;
        self.soft.get(index).copied()
    }

    /// Whether a value may end at `at` because its line does: cut by a frame, an ellipsis or the text's end.
    pub(super) fn is_cut(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or("");
        rest.is_empty() || rest.starts_with(['\n', '\u{2026}']) || self.is_soft(at)
    }

    /// The text with `replaced` in place: a pseudonym stands where its value began; a line that held nothing but the
    /// rest of a wrapped value goes.
    pub(super) fn render(&self, text: &str, replaced: impl Iterator<Item = (Hit, String)>) -> String {
        let mut edits = replaced.flat_map(|(hit, pseudonym)| self.edits(hit, pseudonym)).peekable();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = at + line.len();
            let (line_start, mut dropped) = (out.len(), false);
            while let Some((start, stop, with)) = edits.next_if(|(start, ..)| *start < end) {
                out.push_str(text.get(at..start).unwrap_or(""));
                out.push_str(&with);
                dropped |= with.is_empty();
                at = stop;
            }
            out.push_str(text.get(at..end).unwrap_or(""));
            if dropped && out.get(line_start..).is_some_and(|line| line.trim().is_empty()) {
                out.truncate(line_start);
            }
            at = end;
        }
        out
    }

    /// Ranges of the text that one finding spans, and what comes in their place, in the order of the text.
    fn edits(&self, hit: Hit, mut with: String) -> impl Iterator<Item = (usize, usize, String)> {
        let first = self.segments.partition_point(|s| s.end() <= hit.start);
        let spanned = self.segments.iter().skip(first).take_while(move |s| s.flow() < hit.end);
        let ranges = spanned.map(move |s| (s, hit.start.max(s.flow()), hit.end.min(s.end())));
        ranges
            .filter(|(_, start, end)| start < end)
            .map(move |(s, start, end)| (s.in_text(start), s.in_text(end), std::mem::take(&mut with)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labelled_value_is_joined_and_its_neighbours_are_not() {
        let flow = Flow::of(
            "\u{2502}  Account:  user@ex  \u{2502}\n\u{2502}            ample.com \u{2502}\n\u{2502}  Model:    gpt \u{2502}",
        );
        assert_eq!(flow.text, "Account:  user@example.com\nModel:    gpt");
        let field = &flow.fields[0];
        assert_eq!(
            (field.label, flow.slice(field.start(), field.end())),
            (Label::Account, "user@example.com")
        );
        assert!(field.full);
    }

    #[test]
    fn labels_are_told_from_prose_and_times() {
        assert_eq!(label_of("\u{2022} Account: x").map(|(label, _)| label).as_deref(), Some("account"));
        assert_eq!(
            label_of("ChatGPT workspace:").map(|(label, _)| label).as_deref(),
            Some("chatgpt workspace")
        );
        for prose in ["(resets 20:06)", "https://x", "say \"a\": b", "no label"] {
            assert_eq!(label_of(prose), None, "{prose}");
        }
    }

    #[test]
    fn the_text_comes_back_when_nothing_is_replaced() {
        let text = "a\n\n  \u{2502} b \u{2502}\n";
        assert_eq!(Flow::of(text).render(text, std::iter::empty()), text);
    }
}
