//! The objects of a log: one a line, or one document over many lines, or a list of them.

use tracker_domain::{Reading, Tag, UnknownField};

use crate::json::{self, Object};

/// Lines that are no JSON and are named one by one.
const NAMED: usize = 20;

/// Lines that detection looks at.
const LOOKED_AT: usize = 40;

/// One object of a log, or the line that is none.
pub(super) type Line<'a> = Result<Object<'a>, u64>;

/// Returns the objects of a log in their order; empty lines are passed over.
///
/// When the first line is an object, every line is read by itself: a torn line costs no other. Else the text
/// is read as documents.
pub(super) fn objects(text: &str) -> Vec<Line<'_>> {
    if by_line(text) { lines(text).collect() } else { documents(text).collect() }
}

/// Returns the first objects of a log, for detection.
pub(super) fn first_objects(text: &str) -> Vec<Object<'_>> {
    if by_line(text) {
        lines(text).take(LOOKED_AT).filter_map(Result::ok).collect()
    } else {
        documents(text).filter_map(Result::ok).take(LOOKED_AT).collect()
    }
}

/// Tags a reading of a log whose lines are not all JSON: the first ones by number, the others by their count.
pub(super) fn tag_invalid(reading: &mut Reading, lines: &[Line<'_>]) {
    let mut invalid = lines.iter().filter_map(|line| line.as_ref().err());
    for number in invalid.by_ref().take(NAMED) {
        reading.tag(Tag::InvalidJson(*number));
    }
    let others = invalid.count();
    if others > 0 {
        reading.unknown.push(UnknownField {
            name: "lines".to_owned(),
            raw: others.to_string(),
            why: "further lines that are not JSON".to_owned(),
        });
    }
}

fn by_line(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .is_some_and(|line| Object::parse(line).is_some())
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines()
        .zip(1..)
        .map(|(line, number)| (line.trim(), number))
        .filter(|(line, _)| !line.is_empty())
        .map(|(line, number)| Object::parse(line).ok_or(number))
}

fn documents(text: &str) -> impl Iterator<Item = Line<'_>> {
    json::documents(text).into_iter().flat_map(|document| match document {
        Err(line) => vec![Err(line)],
        Ok(raw) if raw.starts_with('[') => json::items(raw).into_iter().map(Ok).collect(),
        Ok(raw) => Object::parse(raw).map(Ok).into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<Option<u64>> {
        objects(text).into_iter().map(Result::err).collect()
    }

    #[test]
    fn a_torn_line_costs_no_other() {
        assert_eq!(
            shape("{\"a\":1}\n\n{\"b\":\n{\"c\":3}\nnot json\n{\"d\":4}"),
            [None, Some(3), None, Some(5), None]
        );
    }

    #[test]
    fn lists_and_documents_over_many_lines_are_read() {
        assert_eq!(shape("[\n {\"a\":1},\n {\"b\":2}\n]\n"), [None, None]);
        assert_eq!(shape("{\n \"a\": 1\n}\n{\n \"b\": 2\n}\n"), [None, None]);
        assert_eq!(shape(""), []);
    }
}
