//! A JSON object as it stands on a line, read strictly as JSON and tolerantly as data.
//!
//! Strict: a repeated key, a number out of range or a lone surrogate refuses the line, because two readers
//! could take it for two different rows. Tolerant: the earlier tool and people's scripts wrote numbers as
//! text, lists as text and null for "unknown".

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use tracker_domain::{DomainError, Tag};

use super::error::{WireError, quote};
use super::{SCHEMA_VERSION, v1};

/// A decoded JSON object.
pub(crate) type Object = Map<String, Value>;

/// Decodes one line.
pub(crate) fn decode(line: &[u8]) -> Result<Object, WireError> {
    match serde_json::from_slice::<Strict>(line) {
        Ok(Strict(Value::Object(object))) => Ok(object),
        Ok(_) => Err(WireError::NotJson { reason: "the line holds another JSON value".to_owned() }),
        Err(error) => Err(WireError::NotJson { reason: error.to_string() }),
    }
}

/// Decodes one line of a ledger: `None` for the ledger's own rows, an error for rows of a newer release.
pub(crate) fn decode_row(line: &[u8]) -> Result<Option<Object>, WireError> {
    let object = decode(line)?;
    check_schema(object.get("schema_version"))?;
    Ok(if v1::LEDGER_KEYS.iter().any(|key| object.contains_key(*key)) { None } else { Some(object) })
}

/// Refuses a version beyond ours. Only an integer is a version of this format: the earlier tool's rows carry
/// none, or a text of their own.
pub(crate) fn check_schema(version: Option<&Value>) -> Result<(), WireError> {
    match version.and_then(Value::as_u64) {
        Some(found) if found > u64::from(SCHEMA_VERSION) => {
            Err(WireError::NewerSchema { found, known: SCHEMA_VERSION })
        }
        _ => Ok(()),
    }
}

/// What stands under a key that should hold a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Figure {
    /// Nothing or null.
    Unknown,
    /// A finite number.
    Known(f64),
    /// Something that is no number.
    Unreadable,
}

impl Figure {
    /// Reads a number, or text that is one (`"12"`, `"12%"`).
    pub(crate) fn of(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Unknown,
            Some(Value::Number(number)) => match number.as_f64() {
                Some(x) if x.is_finite() => Self::Known(x),
                _ => Self::Unreadable,
            },
            Some(Value::String(text)) => {
                let text = text.trim().trim_end_matches('%').trim_end();
                match text.parse::<f64>() {
                    Ok(x) if x.is_finite() => Self::Known(x),
                    _ => Self::Unreadable,
                }
            }
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => Self::Unreadable,
        }
    }

    /// Returns the number when it is one.
    pub(crate) fn known(self) -> Option<f64> {
        match self {
            Self::Known(x) => Some(x),
            Self::Unknown | Self::Unreadable => None,
        }
    }

    /// Returns the number when it is one of at least 0; a number below 0 is as unreadable as text.
    pub(crate) fn at_least_zero(self) -> Self {
        match self {
            Self::Known(x) if x < 0.0 => Self::Unreadable,
            other => other,
        }
    }
}

/// Typed look-ups in an object.
pub(crate) trait Fields {
    /// Text; numbers and truth values as printed; `None` for null, absent and nested values.
    fn text(&self, key: &str) -> Option<String>;
    /// Text that says something: `None` for an empty one, too.
    fn filled(&self, key: &str) -> Option<String>;
    /// A number, or text that is one.
    fn figure(&self, key: &str) -> Figure;
    /// A whole number of at least 0.
    fn count(&self, key: &str) -> Option<u64>;
    /// A list of texts, or one text.
    fn texts(&self, key: &str) -> Vec<String>;
    /// Notes: a text, or a list joined by `"; "`.
    fn notes(&self) -> String;
    /// Error tags: a list of texts, or one text.
    fn tags(&self, key: &str) -> Vec<Tag>;
    /// A nested object.
    fn object(&self, key: &str) -> Option<&Object>;
    /// A list of objects; other members are passed over.
    fn objects(&self, key: &str) -> Vec<&Object>;
    /// An instant, when there is one.
    fn instant(&self, key: &'static str) -> Result<Option<DateTime<Utc>>, WireError>;
    /// An instant without which the row means nothing.
    fn required_instant(&self, key: &'static str) -> Result<DateTime<Utc>, WireError>;
    /// A validated identifier or word, when there is one.
    fn word<T: FromStr<Err = DomainError>>(&self, key: &'static str) -> Result<Option<T>, WireError>;
    /// A validated identifier or word without which the row means nothing.
    fn required_word<T: FromStr<Err = DomainError>>(&self, key: &'static str) -> Result<T, WireError>;
}

impl Fields for Object {
    fn text(&self, key: &str) -> Option<String> {
        plain_text(self.get(key)?)
    }

    fn filled(&self, key: &str) -> Option<String> {
        self.text(key).filter(|text| !text.is_empty())
    }

    fn figure(&self, key: &str) -> Figure {
        Figure::of(self.get(key))
    }

    fn count(&self, key: &str) -> Option<u64> {
        self.get(key)?.as_u64()
    }

    fn texts(&self, key: &str) -> Vec<String> {
        match self.get(key) {
            Some(Value::Array(items)) => items.iter().filter_map(plain_text).collect(),
            Some(value) => plain_text(value).filter(|text| !text.is_empty()).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn notes(&self) -> String {
        match self.get("notes") {
            Some(Value::Array(_)) => self.texts("notes").join("; "),
            Some(value) => plain_text(value).unwrap_or_default(),
            None => String::new(),
        }
    }

    fn tags(&self, key: &str) -> Vec<Tag> {
        self.texts(key).iter().map(|text| tag(text)).collect()
    }

    fn object(&self, key: &str) -> Option<&Object> {
        self.get(key)?.as_object()
    }

    fn objects(&self, key: &str) -> Vec<&Object> {
        match self.get(key) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).collect(),
            _ => Vec::new(),
        }
    }

    fn instant(&self, key: &'static str) -> Result<Option<DateTime<Utc>>, WireError> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => instant(key, text).map(Some),
            Some(other) => Err(not_an_instant(key, &other.to_string())),
        }
    }

    fn required_instant(&self, key: &'static str) -> Result<DateTime<Utc>, WireError> {
        self.instant(key)?.ok_or(WireError::Missing { field: key })
    }

    fn word<T: FromStr<Err = DomainError>>(&self, key: &'static str) -> Result<Option<T>, WireError> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let text = plain_text(value).unwrap_or_else(|| value.to_string());
                text.parse().map(Some).map_err(|error| refused(key, &error, &text))
            }
        }
    }

    fn required_word<T: FromStr<Err = DomainError>>(&self, key: &'static str) -> Result<T, WireError> {
        self.word(key)?.ok_or(WireError::Missing { field: key })
    }
}

/// Reads an instant as RFC 3339 (`Z`, `+00:00`, any fraction).
pub(crate) fn instant(field: &'static str, text: &str) -> Result<DateTime<Utc>, WireError> {
    DateTime::parse_from_rfc3339(text.trim())
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_| not_an_instant(field, text))
}

fn not_an_instant(field: &'static str, text: &str) -> WireError {
    WireError::Invalid { field, expected: "an RFC 3339 time", value: quote(text) }
}

fn refused(field: &'static str, error: &DomainError, text: &str) -> WireError {
    let expected = match error {
        DomainError::Word { known, .. } => known,
        _ => "an identifier (1-64 of A-Z a-z 0-9 . _ -)",
    };
    WireError::Invalid { field, expected, value: quote(text) }
}

/// Reads a tag; any text is one.
pub(crate) fn tag(text: &str) -> Tag {
    text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})
}

fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A JSON value in which no object repeats a key.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some(key) = members.next_key::<String>()? {
            let Strict(value) = members.next_value()?;
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key {} stands twice", quote(&key))));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_repeated_key_is_refused_at_any_depth() {
        for line in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"\u0061":2}]}"#] {
            let error = decode(line.as_bytes()).expect_err(line).to_string();
            assert!(error.contains("stands twice"), "{error}");
        }
    }

    #[test]
    fn hostile_lines_are_refused_without_a_panic() {
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        let lines: [&[u8]; 12] = [
            b"",
            b"[]",
            b"null",
            b"{\"a\":NaN}",
            b"{\"a\":1e999}",
            b"{\"a\":-Infinity}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":\"\xff\"}",
            b"\xef\xbb\xbf{}",
            b"{\"a\":1}{\"a\":1}",
            b"{\"a\":\"line\nbreak\"}",
            deep.as_bytes(),
        ];
        for line in lines {
            assert!(
                matches!(decode(line), Err(WireError::NotJson { .. })),
                "{:?}",
                &line[..line.len().min(30)]
            );
        }
        let huge = format!("{{\"a\":{}}}", "9".repeat(400));
        assert!(decode(huge.as_bytes()).is_err(), "400 digits are beyond any number");
    }

    #[test]
    fn figures_are_read_from_text_and_never_guessed() {
        let cases = [
            (json!(3), Figure::Known(3.0)),
            (json!("12%"), Figure::Known(12.0)),
            (json!(" 4.5 "), Figure::Known(4.5)),
            (json!(null), Figure::Unknown),
            (json!("NaN"), Figure::Unreadable),
            (json!("inf"), Figure::Unreadable),
            (json!("1,234"), Figure::Unreadable),
            (json!("<1%"), Figure::Unreadable),
            (json!(true), Figure::Unreadable),
            (json!([3]), Figure::Unreadable),
        ];
        for (value, expected) in cases {
            assert_eq!(Figure::of(Some(&value)), expected, "{value}");
        }
        assert_eq!(Figure::Known(-1.0).at_least_zero(), Figure::Unreadable);
    }

    #[test]
    fn a_text_version_is_not_ours() {
        assert!(check_schema(Some(&json!("2.0"))).is_ok());
        assert!(check_schema(Some(&json!(1))).is_ok());
        assert!(check_schema(Some(&json!(2))).is_err());
    }
}
