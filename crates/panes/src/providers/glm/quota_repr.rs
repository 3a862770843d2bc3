//! A quota reply as Python prints a dictionary: `{'code': 200, 'data': {'limits': [...]}, 'success': True}`.

use std::iter::Peekable;
use std::str::Chars;

use super::quota;
use crate::{Confidence, Ctx, Input, Parsed};

pub(super) fn detect(input: &Input<'_>) -> Confidence {
    match json_of(input.text) {
        Some(json) if !quota::detect(&Input::new(&json)).is_none() => {
            Confidence::new(90, "a quota reply in Python's notation")
        }
        _ => Confidence::NONE,
    }
}

pub(super) fn parse(input: &Input<'_>, ctx: &Ctx) -> Parsed {
    quota::parse(&Input::new(&json_of(input.text).unwrap_or_default()), ctx)
}

/// Returns the JSON of a text that holds a reply in Python's notation; `None` for any other text.
fn json_of(text: &str) -> Option<String> {
    if !(text.contains("'limits'") || text.contains("'success'")) {
        return None;
    }
    let mut json = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => push_string(&mut json, c, &mut chars),
            c if c.is_ascii_alphabetic() => push_word(&mut json, c, &mut chars),
            other => json.push(other),
        }
    }
    Some(json)
}

/// Copies a string up to its closing quote as a JSON string.
fn push_string(json: &mut String, quote: char, chars: &mut Peekable<Chars<'_>>) {
    json.push('"');
    while let Some(c) = chars.next() {
        match c {
            c if c == quote => break,
            // JSON knows no \'; all other escapes that Python prints for plain text it knows too.
            '\\' => match chars.next() {
                Some('\'') => json.push('\''),
                Some(escaped) => json.extend(['\\', escaped]),
                None => {}
            },
            '"' => json.push_str("\\\""),
            other => json.push(other),
        }
    }
    json.push('"');
}

/// Copies a bare word: Python's constants become those of JSON.
fn push_word(json: &mut String, first: char, chars: &mut Peekable<Chars<'_>>) {
    let mut word = String::from(first);
    while let Some(c) = chars.next_if(char::is_ascii_alphanumeric) {
        word.push(c);
    }
    json.push_str(match word.as_str() {
        "True" => "true",
        "False" => "false",
        "None" => "null",
        other => other,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::MeterId;

    #[test]
    fn a_reply_in_python_reads_like_the_reply_in_json() {
        let python = r#"{'code': 200, 'msg': "it's \"ok\"", 'success': True, 'data': {'level': 'pro', 'limits': [
            {'type': 'TOKENS_LIMIT', 'unit': 3, 'number': 5, 'percentage': 7.5, 'nextResetTime': None}]}}"#;
        assert_eq!(detect(&Input::new(python)).score, 90);
        let ctx = Ctx::new("2026-01-01T00:00:00Z".parse().unwrap());
        let reading = parse(&Input::new(python), &ctx).into_newest().unwrap();
        assert_eq!(reading.meter(&MeterId::FIVE_HOURS).unwrap().used_amount(), Some(7.5));
        assert_eq!(reading.plan.as_deref(), Some("pro"));
        assert!(detect(&Input::new("{'limits': [")).is_none());
    }
}
