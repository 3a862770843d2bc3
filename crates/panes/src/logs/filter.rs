//! Finds the lines that can matter, by words and without parsing.

use std::sync::LazyLock;

use memchr::memmem;

/// Prepared once: most lines of a log are told by their type alone.
static TYPE: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"\"type\""));

/// How far into a line its type is looked for before the whole line is searched.
const HEAD: usize = 256;

/// Returns the text after the first `"type":` of a line's beginning, blanks or not.
pub(crate) fn first_type(line: &[u8]) -> Option<&[u8]> {
    let head = line.get(..HEAD).unwrap_or(line);
    let at = TYPE.find(head)?;
    text_after_colon(head.get(at + 6..)?)
}

/// Returns what stands within quotes after a colon, as far as it is there.
fn text_after_colon(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    memchr::memchr(b'"', rest).and_then(|end| rest.get(..end))
}

/// Hands each line that holds `word` to `take`, once, without its line end.
pub(crate) fn lines_with(lines: &[u8], word: &memmem::Finder<'_>, mut take: impl FnMut(&[u8])) {
    let mut from = 0;
    while let Some(hit) = lines.get(from..).and_then(|rest| word.find(rest)).map(|at| from + at) {
        let start = lines
            .get(from..hit)
            .and_then(|before| memchr::memrchr(b'\n', before))
            .map_or(from, |at| from + at + 1);
        let end =
            lines.get(hit..).and_then(|rest| memchr::memchr(b'\n', rest)).map_or(lines.len(), |at| hit + at);
        take(lines.get(start..end).unwrap_or_default());
        from = end + 1;
    }
}

/// Hands each line to `take`, without its line end.
pub(crate) fn each_line(lines: &[u8], mut take: impl FnMut(&[u8])) {
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', lines).chain([lines.len()]) {
        if let Some(line) = lines.get(from..end).filter(|line| !line.is_empty()) {
            take(line);
        }
        from = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_with_and_without_blanks() {
        assert_eq!(
            first_type(br#"{"timestamp":"t","type":"event_msg","payload":{"type":"x"}}"#),
            Some(&b"event_msg"[..])
        );
        assert_eq!(first_type(br#"{"type" : "a"}"#), Some(&b"a"[..]));
        assert_eq!(first_type(br#"{"text":"\"type\":\"a\""}"#), None);
    }

    #[test]
    fn each_line_with_the_word_comes_once() {
        let mut found = Vec::new();
        let finder = memmem::Finder::new("ab");
        lines_with(b"ab ab\nx\nab\nxab", &finder, |line| {
            found.push(String::from_utf8_lossy(line).into_owned());
        });
        assert_eq!(found, ["ab ab", "ab", "xab"]);
        let mut count = 0;
        each_line(b"a\n\nb\nc", |_| count += 1);
        assert_eq!(count, 3);
    }
}
