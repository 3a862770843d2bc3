//! Checks that bytes are one JSON object without doubled keys, in one pass and without building it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::row::RowFault;

/// Members up to which keys are compared one by one.
const FEW: usize = 24;

/// What the top-level members tell about a row.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// A top-level key that only the ledger writes.
    pub(crate) reserved: Option<&'static str>,
    /// The object has chain members, or what is left of them after a change.
    pub(crate) looks_chained: bool,
}

/// Returns the shape of `bytes`, one JSON object with nothing after it.
pub(crate) fn check_object(bytes: &[u8]) -> Result<Shape, RowFault> {
    let mut doubled = None;
    let mut read = serde_json::Deserializer::from_slice(bytes);
    let result = Value { doubled: &mut doubled }.deserialize(&mut read).and_then(|seen| {
        read.end()?;
        Ok(seen)
    });
    match (doubled, result) {
        (Some(key), _) => Err(RowFault::DuplicateKey(key)),
        (None, Ok(Seen::Object(shape))) => Ok(shape),
        (None, Ok(Seen::Text { .. } | Seen::Other)) => Err(RowFault::NotObject),
        (None, Err(error)) => Err(RowFault::NotJson(reason(&error))),
    }
}

/// The parser's own words without its line number, which is always 1 here.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let words = text.split(" at line ").next().unwrap_or_default();
    format!("{words} at column {}", error.column())
}

enum Seen {
    Object(Shape),
    Text { len: usize },
    Other,
}

/// Visits any value; a doubled key is put into `doubled` and ends the visit.
struct Value<'k> {
    doubled: &'k mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Seen;
    fn deserialize<D: Deserializer<'de>>(self, read: D) -> Result<Seen, D::Error> {
        read.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Seen, E> {
        Ok(Seen::Other)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Seen, E> {
        Ok(Seen::Other)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Seen, E> {
        Ok(Seen::Other)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Seen, E> {
        Ok(Seen::Other)
    }
    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::Other)
    }
    fn visit_str<E>(self, text: &str) -> Result<Seen, E> {
        Ok(Seen::Text { len: text.len() })
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Seen, A::Error> {
        while items.next_element_seed(Value { doubled: &mut *self.doubled })?.is_some() {}
        Ok(Seen::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Seen, A::Error> {
        let mut keys = Keys::default();
        let mut last_text = None;
        while let Some(key) = members.next_key_seed(Key)? {
            if keys.holds(&key) {
                *self.doubled = Some(key.chars().take(80).collect());
                return Err(A::Error::custom("doubled key"));
            }
            keys.add(key);
            last_text = match members.next_value_seed(Value { doubled: &mut *self.doubled })? {
                Seen::Text { len } => Some(len),
                Seen::Object(_) | Seen::Other => None,
            };
        }
        Ok(Seen::Object(keys.shape(last_text)))
    }
}

/// A key, borrowed from the input unless it has escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;
    fn deserialize<D: Deserializer<'de>>(self, read: D) -> Result<Self::Value, D::Error> {
        read.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }
    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// The keys of one object, in order; hashed only when there are many.
#[derive(Default)]
struct Keys<'de> {
    in_order: Vec<Cow<'de, str>>,
    many: HashSet<Cow<'de, str>>,
}

impl<'de> Keys<'de> {
    fn holds(&self, key: &str) -> bool {
        if self.many.is_empty() {
            self.in_order.iter().any(|seen| seen == key)
        } else {
            self.many.contains(key)
        }
    }

    fn add(&mut self, key: Cow<'de, str>) {
        if self.in_order.len() == FEW {
            self.many.extend(self.in_order.iter().cloned());
        }
        if self.in_order.len() >= FEW {
            self.many.insert(key.clone());
        }
        self.in_order.push(key);
    }

    /// A changed byte in `"seq":N,"h":"..."` leaves one of the two recognisable, or breaks the JSON.
    fn shape(&self, last_text: Option<usize>) -> Shape {
        let has = |name: &str| self.in_order.iter().any(|key| key == name);
        let reserved = ["seq", "h", "adopt"].into_iter().find(|name| has(name));
        let before_last = self.in_order.len().checked_sub(2).and_then(|at| self.in_order.get(at));
        let seq_before_hash = before_last.is_some_and(|key| key == "seq") && last_text == Some(64);
        Shape { reserved, looks_chained: has("h") || seq_before_hash }
    }
}
