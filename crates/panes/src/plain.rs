//! A capture as its client printed it: what a copy, a web page or a log put around every line is taken away.

use std::borrow::Cow;

use crate::json;

/// Returns the text that the client printed.
///
/// Undone are: blanks that do not break, the stars of bold Markdown, a gutter before every line (quotation marks,
/// list and diff marks, line numbers, times), empty lines between all lines, and line ends written as `\n`.
/// JSON stays as it is, but for a row that holds its pane as `raw_text`.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let text = without_prompt(text);
    if is_json(text) {
        return of_row(text);
    }
    let mut text = unescaped(text);
    if text.contains("**") {
        text = Cow::Owned(text.replace("**", ""));
    }
    if text.contains(is_blank) {
        text = Cow::Owned(text.chars().map(|c| if is_blank(c) { ' ' } else { c }).collect());
    }
    if let Some(gutter) = gutter(&text) {
        text = Cow::Owned(joined(text.lines().map(|line| gutter.strip(line).unwrap_or_default())));
    }
    if double_spaced(&text) {
        text = Cow::Owned(joined(text.lines().step_by(2)));
    }
    text
}

/// Drops what stands around a JSON document in a transcript: prompts before it, and the fences of Markdown.
fn without_prompt(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with(['$', '`']) {
        rest = rest.split_once('\n').map_or("", |(_, below)| below.trim_start());
    }
    let fenced = rest.trim_end();
    if is_json(rest) { fenced.strip_suffix("```").unwrap_or(rest) } else { text }
}

/// An object, or a list of what is no number: `[12:00:01]` is none.
pub(crate) fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    let list = text.strip_prefix('[').map(str::trim_start);
    text.starts_with('{') || list.is_some_and(|items| items.starts_with(['{', '[', '"', ']']))
}

fn is_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}')
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.fold(String::new(), |mut text, line| {
        text.push_str(line);
        text.push('\n');
        text
    })
}

/// Largest JSON row in which a pane is looked for; logs are larger.
const MAX_ROW: usize = 1 << 20;

/// The pane of a stored snapshot row.
fn of_row(text: &str) -> Cow<'_, str> {
    let holds = text.len() <= MAX_ROW && text.contains("\"raw_text\"");
    let pane = if holds { json::last_object(text).and_then(|row| row.text("raw_text")) } else { None };
    pane.unwrap_or(Cow::Borrowed(text))
}

/// A text of one line whose line ends are written `\n` gets them back, with the characters written `\u2588`.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("\\n") || text.trim().contains('\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (c, len) = match after.chars().next() {
            Some('n') => ('\n', 1),
            Some('t') => (' ', 1),
            Some('"') => ('"', 1),
            Some('u') => match code_point(after) {
                Some(c) => (c, 5),
                None => ('\\', 0),
            },
            _ => ('\\', 0),
        };
        out.push(c);
        rest = after.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn code_point(text: &str) -> Option<char> {
    u32::from_str_radix(text.get(1..5)?, 16).ok().and_then(char::from_u32)
}

/// What stands before every line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gutter {
    Quote,
    Mark(char),
    Number,
    Time,
}

impl Gutter {
    /// Returns the line behind the gutter; `None` when the line has no such gutter.
    fn strip(self, line: &str) -> Option<&str> {
        let inner = line.trim_start();
        match self {
            Self::Quote => {
                let rest = inner.strip_prefix('>')?.trim_start_matches('>');
                Some(rest.strip_prefix(' ').unwrap_or(rest))
            }
            Self::Mark('+') => inner.strip_prefix('+'),
            Self::Mark(mark) => inner.strip_prefix(mark)?.strip_prefix(' '),
            Self::Number => {
                let rest = inner.trim_start_matches(|c: char| c.is_ascii_digit());
                let digits = inner.len() - rest.len();
                let rest = rest.strip_prefix([':', '|', '\t']).unwrap_or(rest);
                ((1..=5).contains(&digits) && (rest.is_empty() || rest.starts_with(' '))).then_some(rest)
            }
            Self::Time => {
                let rest = inner.strip_prefix('[')?;
                let (time, rest) = rest.split_once(']').filter(|(time, _)| time.len() <= 32)?;
                let is_time = time.contains(':') && time.starts_with(|c: char| c.is_ascii_digit());
                is_time.then(|| rest.strip_prefix(' ').unwrap_or(rest))
            }
        }
    }

    /// The number of a numbered line.
    fn number(line: &str) -> Option<u32> {
        let inner = line.trim_start();
        inner.get(..inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit()).len())?.parse().ok()
    }
}

/// The gutter that all lines have which are not empty, of at least three.
fn gutter(text: &str) -> Option<Gutter> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let gutter = match lines().next()?.trim_start().chars().next()? {
        '>' => Gutter::Quote,
        mark @ ('+' | '-' | '*') => Gutter::Mark(mark),
        '[' => Gutter::Time,
        c if c.is_ascii_digit() => Gutter::Number,
        _ => return None,
    };
    let rising = || lines().map(Gutter::number).is_sorted_by(|a, b| a < b);
    let all = lines().all(|line| gutter.strip(line).is_some());
    let enough = gutter == Gutter::Quote || lines().nth(2).is_some();
    (all && enough && (gutter != Gutter::Number || rising())).then_some(gutter)
}

/// Tells whether every second line is empty and some of the others too, as where a web page doubled the line ends.
fn double_spaced(text: &str) -> bool {
    let lines = text.lines().count();
    let blank = |line: &&str| line.trim().is_empty();
    lines >= 6
        && text.lines().skip(1).step_by(2).all(|line| blank(&line))
        && text.lines().step_by(2).filter(blank).count() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_and_blanks_of_the_web_are_undone() {
        assert_eq!(plain("> 5h\u{a0}limit\n>\n>   x"), "5h limit\n\n  x\n");
        assert!(matches!(plain("> /usage\n Current session"), Cow::Borrowed(_)));
        assert!(matches!(plain(""), Cow::Borrowed(_)));
    }

    #[test]
    fn a_gutter_goes_when_every_line_has_it() {
        assert_eq!(plain("+a\n+ b\n+\n"), "a\n b\n\n");
        assert_eq!(plain("- a\n- b\n- c"), "a\nb\nc\n");
        assert_eq!(plain("   9  a\n  10 b\n\n  11"), "  a\n b\n\n\n");
        assert_eq!(plain("[12:00:01] a\n[12:00:02]  b\n[12:00:03]"), "a\n b\n\n");
        for kept in ["5 a\n3 b\n4 c", "- a\n- b\nc", "* a\n* b"] {
            assert!(matches!(plain(kept), Cow::Borrowed(_)), "{kept}");
        }
    }

    #[test]
    fn line_ends_that_were_written_out_or_doubled_are_put_right() {
        assert_eq!(plain("a\\n\\u2588 \\\"b\\\"\\x"), "a\n\u{2588} \"b\"\\x");
        assert_eq!(plain("a\n\nb\n\n\n\nc\n"), "a\nb\n\nc\n");
        assert!(matches!(plain("a\n\nb\n\nc\n\nd"), Cow::Borrowed(_)), "paragraphs stay");
    }

    #[test]
    fn a_document_in_a_transcript_is_read_without_its_prompt() {
        assert_eq!(plain("$ tool --json\n{\"a\":1}\n"), "{\"a\":1}\n");
        assert_eq!(plain("```json\n{\"a\":1}\n```\n"), "{\"a\":1}\n");
        assert_eq!(plain("$ tool\n5h limit: 3% left"), "$ tool\n5h limit: 3% left");
    }

    #[test]
    fn a_stored_row_is_read_by_its_pane() {
        assert_eq!(plain(r#"{"window":"W0-1","raw_text":"5h limit:\n x"}"#), "5h limit:\n x");
        assert!(matches!(plain(r#"{"a":"**\u00a0"}"#), Cow::Borrowed(_)));
    }
}
