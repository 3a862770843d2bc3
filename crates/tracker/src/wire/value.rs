//! How single values stand in an output: numbers and instants, as in the rows.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// Numbers up to here are whole without loss.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number that prints without a point when it is whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plain(pub(crate) f64);

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            x if x.fract() == 0.0 && x.abs() < EXACT => serializer.serialize_i64(x as i64),
            x => serializer.serialize_f64(x),
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
        json_schema!({ "type": "number" })
    }
}

/// An instant in UTC as it stands in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_point() {
        let text = serde_json::to_string(&[Plain(3.0), Plain(0.5), Plain(-2.0), Plain(1e300)]).unwrap();
        assert_eq!(text, "[3,0.5,-2,1e+300]");
        assert_eq!(serde_json::to_string(&Plain(f64::NAN)).unwrap(), "null");
    }

    #[test]
    fn instants_end_in_z() {
        let at: DateTime<Utc> = "2026-11-20T12:00:00.5+02:00".parse().unwrap();
        assert_eq!(Instant(at).to_string(), "2026-11-20T10:00:00.500Z");
    }
}
