//! JSON read field by field, so that one bad value spoils nothing else.
//!
//! Values stay borrowed and unread until a field is asked for. A scan for raw values does not recurse, and a
//! typed read stops at the depth limit of `serde_json`: deep nesting costs time in proportion to its length
//! and no stack.

mod fields;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use tracker_domain::{Reading, Tag, UnknownField};

use crate::instant;
use fields::{Fields, Items};

/// The largest number below which every whole number is a distinct `f64` (2^53).
const EXACT_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Characters of a raw value that an [`UnknownField`] shows.
const RAW_SHOWN: usize = 80;

/// Unknown fields that a reading lists; the rest of a long tail tells nobody more.
const UNKNOWN_LISTED: usize = 64;

/// The fields of one JSON object, unread. Of equal keys the last counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object<'a> {
    fields: Fields<'a>,
}

impl<'a> Object<'a> {
    /// Returns the object that is the whole of `text`, or `None` when it is anything else.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok().map(|fields| Self { fields })
    }

    /// Returns the value of a field that is present and not `null`.
    pub(crate) fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.fields.get(key).filter(|raw| raw.get() != "null")
    }

    /// Tells whether the key is there, even as `null`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields.get(key).is_some()
    }

    /// Tells whether all keys are there, even as `null`.
    pub(crate) fn has_all(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.has(key))
    }

    /// Tells whether one of the keys is there, even as `null`.
    pub(crate) fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    /// Returns the fields in the order of their keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.fields.iter()
    }

    /// Returns a field that is an object.
    pub(crate) fn object(&self, key: &str) -> Option<Object<'a>> {
        self.get(key).and_then(|raw| Object::parse(raw.get()))
    }

    /// Returns a field that is a list, its items unread.
    pub(crate) fn list(&self, key: &str) -> Option<Vec<&'a RawValue>> {
        self.get(key).and_then(|raw| serde_json::from_str::<Items<'_>>(raw.get()).ok()).map(|items| items.0)
    }

    /// Returns those items of a list that are objects; empty when there is no such list.
    pub(crate) fn objects(&self, key: &str) -> Vec<Object<'a>> {
        self.get(key).map(|raw| items(raw.get())).unwrap_or_default()
    }

    /// Returns a field that is a string.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.get(key).and_then(text)
    }

    /// Returns the first of the fields that is a string and not empty.
    pub(crate) fn text_of(&self, keys: &[&str]) -> Option<Cow<'a, str>> {
        keys.iter().find_map(|key| self.text(key).filter(|text| !text.is_empty()))
    }

    /// Returns a field that is a finite number, also one that is written as a string.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.get(key).and_then(number)
    }

    /// Returns the first of the fields that is a finite number.
    pub(crate) fn number_of(&self, keys: &[&str]) -> Option<f64> {
        keys.iter().find_map(|key| self.number(key))
    }

    /// Returns a field that is a whole number of at least 0, also one that is written as a string or as
    /// `3.0`.
    pub(crate) fn count(&self, key: &str) -> Option<u64> {
        self.get(key).and_then(count)
    }

    /// Returns the first of the fields that is a whole number of at least 0.
    pub(crate) fn count_of(&self, keys: &[&str]) -> Option<u64> {
        keys.iter().find_map(|key| self.count(key))
    }

    /// Returns a field that is `true` or `false`.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(|raw| serde_json::from_str(raw.get()).ok())
    }

    /// Returns a field that is an instant in RFC 3339.
    pub(crate) fn instant(&self, key: &str) -> Option<DateTime<Utc>> {
        self.text(key).and_then(|text| instant::of_text(&text))
    }

    /// Lists the first fields whose keys are not among `known`, each named `<prefix><key>`.
    pub(crate) fn unknown(&self, prefix: &str, known: &[&str]) -> Vec<UnknownField> {
        self.iter()
            .filter(|(key, _)| !known.contains(key))
            .take(UNKNOWN_LISTED)
            .map(|(key, raw)| UnknownField {
                name: format!("{prefix}{key}"),
                raw: shown(raw.get()),
                why: "key not known".to_owned(),
            })
            .collect()
    }
}

/// Returns a value that is a string.
pub(crate) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    /// A string, borrowed where it holds no escape.
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
    serde_json::from_str::<Text<'_>>(raw.get()).ok().map(|text| text.0)
}

/// Returns a value that is a finite number, or a string that is one.
pub(crate) fn number(raw: &RawValue) -> Option<f64> {
    let found = match text(raw) {
        Some(text) => text.trim().parse().ok(),
        None => serde_json::from_str(raw.get()).ok(),
    };
    found.filter(|x: &f64| x.is_finite())
}

/// Returns a value that is a whole number of at least 0, or a string that is one.
pub(crate) fn count(raw: &RawValue) -> Option<u64> {
    if let Ok(whole) = serde_json::from_str(raw.get()) {
        return Some(whole);
    }
    let found = number(raw)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and below 2^53")]
    let whole = found as u64;
    ((0.0..EXACT_WHOLE).contains(&found) && found.fract() == 0.0).then_some(whole)
}

/// Returns those items of a list that are objects; empty when `text` is no list.
pub(crate) fn items(text: &str) -> Vec<Object<'_>> {
    let raw = serde_json::from_str::<Items<'_>>(text).map(|items| items.0).unwrap_or_default();
    raw.into_iter().filter_map(|item| Object::parse(item.get())).collect()
}

/// Adds fields that are not listed yet, as long as the list is not full.
pub(crate) fn list_unknown(listed: &mut Vec<UnknownField>, fields: Vec<UnknownField>) {
    for field in fields {
        if listed.len() < UNKNOWN_LISTED && !listed.iter().any(|l| l.name == field.name) {
            listed.push(field);
        }
    }
}

/// Returns the beginning of a raw value, for people.
pub(crate) fn shown(raw: &str) -> String {
    raw.chars().take(RAW_SHOWN).collect()
}

/// One document of an input, or the line at which it is not JSON.
pub(crate) type Document<'a> = Result<&'a str, u64>;

/// Returns the JSON objects and lists of an input in their order.
///
/// A document begins at a line's first character. What stands around documents (a prompt, a notice) is
/// skipped. A broken document costs the text up to the line after its fault, so the time stays linear.
pub(crate) fn documents(input: &str) -> Vec<Document<'_>> {
    let mut found = Vec::new();
    let mut rest = input;
    let mut line = 1;
    while !rest.is_empty() {
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        line += newlines(rest, rest.len() - trimmed.len());
        rest = trimmed;
        let mut taken = None;
        if rest.starts_with(['{', '[']) {
            let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
            match stream.next() {
                Some(Ok(raw)) => {
                    found.push(Ok(raw.get()));
                    taken = Some(stream.byte_offset());
                }
                Some(Err(fault)) => {
                    found.push(Err(line));
                    let lines = if fault.is_eof() { usize::MAX } else { fault.line() };
                    taken = Some(after_lines(rest, lines));
                }
                None => {}
            }
        }
        let taken = taken.unwrap_or_else(|| after_lines(rest, 1));
        line += newlines(rest, taken);
        rest = rest.get(taken..).unwrap_or_default();
    }
    found
}

/// Returns the last JSON object of an input; `None` when its last document is broken or is no object.
///
/// A broken last document hides the ones before it: an older one must not pass for the newest.
pub(crate) fn last_object(input: &str) -> Option<Object<'_>> {
    documents(input).pop()?.ok().and_then(Object::parse)
}

/// Tags a reading of the last document when the input holds several.
pub(crate) fn tag_trimmed(reading: &mut Reading, input: &str) {
    if documents(input).len() > 1 {
        reading.tag(Tag::MultiPaneTrimmed);
    }
}

fn newlines(text: &str, len: usize) -> u64 {
    text.bytes().take(len).filter(|b| *b == b'\n').count() as u64
}

/// The number of bytes up to and with the `lines`-th newline; all of them when there are fewer.
fn after_lines(text: &str, lines: usize) -> usize {
    text.bytes()
        .enumerate()
        .filter(|(_, b)| *b == b'\n')
        .nth(lines.saturating_sub(1))
        .map_or(text.len(), |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_field_spoils_no_other() {
        let object = Object::parse(r#"{"a":"12","b":{"c":[]},"d":-1,"e":null,"f":3.0,"g":"x"}"#).unwrap();
        assert_eq!(object.count("a"), Some(12));
        assert_eq!((object.number("b"), object.count("d"), object.number("d")), (None, None, Some(-1.0)));
        assert_eq!((object.number("e"), object.has("e"), object.count("f")), (None, true, Some(3)));
        assert_eq!(object.number_of(&["g", "f"]), Some(3.0));
        let unknown = object.unknown("row.", &["a", "b", "d", "e", "f"]);
        assert_eq!((unknown.len(), unknown[0].name.as_str()), (1, "row.g"));
    }

    #[test]
    fn numbers_that_are_none_are_none() {
        let digits = "9".repeat(80_000);
        let text = format!(r#"{{"a":{digits},"b":"{digits}","c":"inf","d":"NaN","e":1e999}}"#);
        if let Some(object) = Object::parse(&text) {
            for key in ["a", "b", "c", "d", "e"] {
                assert_eq!(object.count(key), None, "{key}");
            }
        }
    }

    #[test]
    fn documents_are_found_between_prose_and_a_torn_one_is_reported() {
        let text = "$ tool --json\n{\"a\":1}\n[2]\nnpm notice\n{\"b\":\n";
        assert_eq!(documents(text), [Ok("{\"a\":1}"), Ok("[2]"), Err(5)]);
        assert_eq!(documents("{\"a\":x}\n{\"b\":2}"), [Err(1), Ok("{\"b\":2}")]);
    }

    #[test]
    fn deep_nesting_is_read_without_a_stack() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(documents(&deep).len(), 1);
        assert_eq!(Object::parse(&deep).unwrap().number("a"), None);
        let starts = "{\"a\":\n".repeat(50_000);
        assert!(documents(&(starts + "x")).iter().all(Result::is_err));
    }
}
