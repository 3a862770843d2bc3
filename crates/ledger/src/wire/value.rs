//! How single values stand on disk: numbers, instants, and names that would collide with a field.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::{Error as _, Serialize, Serializer};

use super::error::WireError;

/// Numbers up to here are whole without loss.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number that prints without a point when it is whole, and as null when it is not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plain(pub(crate) Option<f64>);

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Some(x) if x.fract() == 0.0 && x.abs() < EXACT => serializer.serialize_i64(x as i64),
            Some(x) if x.is_finite() => serializer.serialize_f64(x),
            _ => serializer.serialize_none(),
        }
    }
}

impl JsonSchema for Plain {
    fn schema_name() -> Cow<'static, str> {
        "Plain".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "null"] })
    }
}

/// An instant in UTC as RFC 3339 with `Z` and as many decimals as it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !(0..=9999).contains(&self.0.year()) {
            return Err(S::Error::custom(format_args!("the year {} has no RFC 3339 form", self.0.year())));
        }
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl JsonSchema for Instant {
    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// Writes a row as one line without its line end.
pub(crate) fn line<T: Serialize>(row: &T) -> Result<String, WireError> {
    serde_json::to_string(row).map_err(|error| WireError::Unwritable { reason: error.to_string() })
}

/// Prefix of a name that would stand where a field of the format stands.
const OWN: &str = "own:";

/// Returns the key under which a free name is written: itself, or prefixed when the format owns that key.
pub(crate) fn key_of(name: &str, is_taken: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if is_taken(name) || name.starts_with(OWN) {
        Cow::Owned(format!("{OWN}{name}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// Returns the free name written under a key, or `None` when the key is a field of the format.
pub(crate) fn name_of(key: &str, is_taken: impl Fn(&str) -> bool) -> Option<&str> {
    match key.strip_prefix(OWN) {
        Some(name) => Some(name),
        None if is_taken(key) => None,
        None => Some(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_print_plain_and_unknown_ones_null() {
        let printed = |x| serde_json::to_string(&Plain(x)).expect("a number prints");
        assert_eq!(printed(Some(3.0)), "3");
        assert_eq!(printed(Some(2.5)), "2.5");
        assert_eq!(printed(Some(1e300)), "1e+300");
        assert_eq!(printed(Some(f64::NAN)), "null");
        assert_eq!(printed(None), "null");
    }

    #[test]
    fn a_year_beyond_9999_is_not_written() {
        let far = Instant(DateTime::<Utc>::MAX_UTC);
        assert!(matches!(line(&far), Err(WireError::Unwritable { .. })));
    }

    proptest! {
        #[test]
        fn any_name_survives_as_a_key(name in "(own:){0,2}(errors|x|)") {
            let taken = |key: &str| key == "errors";
            let key = key_of(&name, taken);
            prop_assert!(key != "errors");
            prop_assert_eq!(name_of(&key, taken), Some(name.as_str()));
        }
    }
}
