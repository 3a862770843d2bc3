//! One JSON object as the slots that its fields fill; every other field is passed over unread.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::slot::{SLOTS, Slot, slot_of};

/// What fills a slot: the value, unread, and the rank of the name that it stood under.
type Filling<'a> = Option<(u8, &'a RawValue)>;

/// The known fields of one object; of two names for one thing the better counts, of equal names the last.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields<'a> {
    slots: [Filling<'a>; SLOTS],
}

impl<'a> Fields<'a> {
    /// Reads the object that is the whole of `text`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let fields = reader.deserialize_map(FieldsVisitor).ok()?;
        reader.end().ok()?;
        Some(fields)
    }

    /// Returns the value of a slot; `null` is none.
    pub(crate) fn get(&self, slot: Slot) -> Option<&'a RawValue> {
        self.slots.get(slot as usize).copied().flatten().map(|(_, raw)| raw)
    }

    /// Puts a value under a name, if the name is known and no better one has filled its slot.
    pub(crate) fn fill(&mut self, name: &str, raw: &'a RawValue) {
        let Some((slot, rank)) = slot_of(name) else { return };
        let Some(place) = self.slots.get_mut(slot as usize) else { return };
        if raw.get() != "null" && place.is_none_or(|(taken, _)| rank <= taken) {
            *place = Some((rank, raw));
        }
    }

    /// Takes over what another object fills and this one does not.
    pub(crate) fn complete_with(&mut self, other: &Self) {
        for (mine, theirs) in self.slots.iter_mut().zip(other.slots) {
            *mine = mine.or(theirs);
        }
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some(known) = members.next_key_seed(NameSeed)? {
            match known {
                Some(name) => fields.fill(&name, members.next_value()?),
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

/// Reads a field's name; `None` when nothing is known by it.
struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(slot_of(name).map(|_| Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(slot_of(name).map(|_| Cow::Owned(name.to_owned())))
    }
}

/// Returns a value that is a string; numbers and truth values as they are printed, anything else as none.
pub(crate) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    let printed = raw.get();
    match printed.as_bytes().first()? {
        b'"' => {
            let inner = printed.get(1..printed.len().saturating_sub(1))?;
            if inner.contains('\\') {
                serde_json::from_str(printed).ok().map(Cow::Owned)
            } else {
                Some(Cow::Borrowed(inner))
            }
        }
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(printed)),
    }
}

/// Returns a value that is a finite number, or a string that is one.
pub(crate) fn number(raw: &RawValue) -> Option<f64> {
    text(raw)?.trim().parse().ok().filter(|x: &f64| x.is_finite())
}

/// Returns a value that is a whole number of at least 0 (also `"3"` and `3.0`).
pub(crate) fn count(raw: &RawValue) -> Option<u64> {
    let printed = text(raw)?;
    let printed = printed.trim();
    if let Ok(whole) = printed.parse() {
        return Some(whole);
    }
    let x: f64 = printed.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and below 2^53")]
    let whole = x as u64;
    ((0.0..9_007_199_254_740_992.0).contains(&x) && x.fract() == 0.0).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_name_counts_then_the_last() {
        let fields =
            Fields::parse(r#"{"provider":"p","lane":"l","upstream":"u","ts":1,"ts":2,"model":null}"#);
        let fields = fields.unwrap();
        assert_eq!(fields.get(Slot::Lane).map(RawValue::get), Some("\"l\""));
        assert_eq!(fields.get(Slot::At).map(RawValue::get), Some("2"));
        assert!(fields.get(Slot::Model).is_none());
    }

    #[test]
    fn escaped_names_and_values_are_read() {
        let fields = Fields::parse("{\"\\u006cane\":\"a\\\"b\"}").unwrap();
        assert_eq!(fields.get(Slot::Lane).and_then(text).as_deref(), Some("a\"b"));
    }

    #[test]
    fn counts_are_never_guessed() {
        let of = |printed: &str| count(serde_json::from_str(printed).unwrap());
        assert_eq!([of("3"), of("\"3\""), of("3.0"), of("1e3")], [Some(3), Some(3), Some(3), Some(1000)]);
        for printed in ["-1", "3.5", "\"1,234\"", "true", "[3]", "1e300", "\"NaN\"", "\"\""] {
            assert_eq!(of(printed), None, "{printed}");
        }
    }

    #[test]
    fn anything_but_one_object_is_none() {
        for text in ["42", "[]", "\"x\"", "", "{", "{}{}", "{\"a\":}", "null"] {
            assert!(Fields::parse(text).is_none(), "{text}");
        }
    }
}
