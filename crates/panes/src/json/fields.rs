//! The fields of an object and the items of a list, in little memory: a hostile text is full of tiny ones.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Fields in the order of their keys, unread. Of equal keys the last counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&'a RawValue> {
        let at = self.0.binary_search_by(|(known, _)| known.as_ref().cmp(key)).ok()?;
        self.0.get(at).map(|(_, raw)| *raw)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, raw)| (key.as_ref(), *raw))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((Key(key), raw)) = map.next_entry::<Key<'de>, &RawValue>()? {
            fields.push((key, raw));
        }
        // Backwards, so that of equal keys the last one comes first and stays.
        fields.reverse();
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        fields.dedup_by(|(later, _), (kept, _)| later == kept);
        fields.shrink_to_fit();
        Ok(Fields(fields))
    }
}

/// A key, borrowed where it holds no escape.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// No client prints a longer list; a hostile one would take a hundred times its bytes.
const MOST_ITEMS: usize = 100_000;

/// The items of a list, unread.
pub(super) struct Items<'a>(pub(super) Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor)
    }
}

struct ItemsVisitor;

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Items<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {MOST_ITEMS} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(raw) = list.next_element()? {
            if items.len() == MOST_ITEMS {
                return Err(serde::de::Error::invalid_length(MOST_ITEMS + 1, &self));
            }
            items.push(raw);
        }
        Ok(Items(items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_keys_the_last_counts_and_keys_are_in_order() {
        let fields: Fields<'_> = serde_json::from_str(r#"{"b":1,"a":2,"\u0062":3,"a":4}"#).unwrap();
        let found: Vec<(&str, &str)> = fields.iter().map(|(key, raw)| (key, raw.get())).collect();
        assert_eq!(found, [("a", "4"), ("b", "3")]);
        assert_eq!(fields.get("b").map(RawValue::get), Some("3"));
        assert!(fields.get("c").is_none());
    }

    #[test]
    fn a_list_without_end_is_no_list() {
        let list = |items: usize| format!("[{}0]", "0,".repeat(items - 1));
        let items = |items: usize| serde_json::from_str::<Items<'_>>(&list(items)).map(|list| list.0.len());
        assert_eq!(items(MOST_ITEMS).ok(), Some(MOST_ITEMS));
        assert!(items(MOST_ITEMS + 1).is_err_and(|e| e.to_string().contains("at most 100000")));
    }
}
