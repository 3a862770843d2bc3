//! Attributes of OpenTelemetry records: a list of keys and typed values in OTLP, a plain map in a span file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::tokens::Tokens;
use crate::json::{self, Object};

/// Attributes by key, all as text: a client may write the same number as a string or as an integer.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl<'a> Fields<'a> {
    /// Reads the attributes of a record or span; a value that is no scalar is left out.
    pub(super) fn of(record: &Object<'a>) -> Self {
        let mut fields = BTreeMap::new();
        if let Some(plain) = record.object("attributes") {
            for (key, raw) in plain.iter() {
                fields.insert(Cow::Owned(key.to_owned()), scalar(raw));
            }
        }
        for attribute in record.objects("attributes") {
            let value = attribute.object("value").unwrap_or_default();
            let typed = value.iter().next().map(|(_, raw)| scalar(raw));
            if let (Some(key), Some(value)) = (attribute.text("key"), typed) {
                fields.insert(key, value);
            }
        }
        Self(fields)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(AsRef::as_ref).filter(|text| !text.is_empty())
    }

    pub(super) fn text_of(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.text(key))
    }

    fn count_of(&self, keys: &[&str]) -> Option<u64> {
        self.text_of(keys).and_then(|text| text.trim().parse().ok())
    }

    fn number_of(&self, keys: &[&str]) -> Option<f64> {
        self.text_of(keys)
            .and_then(|text| text.trim().parse().ok())
            .filter(|x: &f64| x.is_finite() && *x >= 0.0)
    }

    /// Reads the token counts, by the names of the clients and of the GenAI conventions, old and new.
    pub(super) fn tokens(&self) -> Tokens {
        let micros = self.number_of(&["cost_usd_micros"]).map(|micros| micros / 1e6);
        Tokens {
            input: self.count_of(&[
                "gen_ai.usage.input_tokens",
                "gen_ai.usage.prompt_tokens",
                "input_token_count",
                "input_tokens",
            ]),
            output: self.count_of(&[
                "gen_ai.usage.output_tokens",
                "gen_ai.usage.completion_tokens",
                "output_token_count",
                "output_tokens",
            ]),
            cache_read: self.count_of(&[
                "gen_ai.usage.cache_read.input_tokens",
                "cached_token_count",
                "cache_read_tokens",
            ]),
            cache_write: self.count_of(&[
                "gen_ai.usage.cache_creation.input_tokens",
                "cache_write_token_count",
                "cache_creation_tokens",
            ]),
            reasoning: self.count_of(&["gen_ai.usage.reasoning.output_tokens", "reasoning_token_count"]),
            cost_usd: self.number_of(&["cost_usd"]).or(micros),
        }
    }
}

fn scalar(raw: &RawValue) -> Cow<'_, str> {
    json::text(raw).unwrap_or(match raw.get() {
        "null" => Cow::Borrowed(""),
        composite if composite.starts_with(['{', '[']) => Cow::Borrowed(""),
        bare => Cow::Borrowed(bare),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_integers_read_alike() {
        let text = |record: &str| Fields::of(&Object::parse(record).unwrap()).tokens();
        let listed = text(
            r#"{"attributes":[{"key":"input_tokens","value":{"stringValue":"12"}},
            {"key":"output_tokens","value":{"intValue":5}},{"key":"cost_usd_micros","value":{"intValue":"500000"}}]}"#,
        );
        let plain = text(r#"{"attributes":{"input_tokens":12,"output_tokens":"5","cost_usd":0.5,"x":[1]}}"#);
        assert_eq!(listed, plain);
        assert_eq!((plain.input, plain.output, plain.cost_usd), (Some(12), Some(5), Some(0.5)));
    }
}
