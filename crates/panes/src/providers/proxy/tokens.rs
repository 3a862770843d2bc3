//! The token counts of one request, under every name that a proxy gives them.

use std::ops::AddAssign;

use tracker_domain::{Fact, Reading};

use crate::json::Object;

const INPUT: &[&str] = &["input_tokens", "prompt_tokens", "input_token_count", "native_tokens_prompt"];
const OUTPUT: &[&str] =
    &["output_tokens", "completion_tokens", "output_token_count", "native_tokens_completion"];
const CACHE_READ: &[&str] = &["cache_read_input_tokens", "cache_read_tokens", "cached_token_count"];
const CACHE_WRITE: &[&str] = &[
    "cache_creation_input_tokens",
    "cache_creation_tokens",
    "cache_write_token_count",
    "cache_write_tokens",
];
const REASONING: &[&str] = &["reasoning_tokens", "reasoning_token_count"];
const COST: &[&str] = &["cost_usd", "response_cost", "spend", "cost", "total_cost"];

/// Token counts and cost; what is not printed is `None`.
///
/// OpenAI-style input includes cached tokens, Anthropic-style input does not: the counts are kept as printed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tokens {
    pub(super) input: Option<u64>,
    pub(super) output: Option<u64>,
    pub(super) cache_read: Option<u64>,
    pub(super) cache_write: Option<u64>,
    pub(super) reasoning: Option<u64>,
    pub(super) cost_usd: Option<f64>,
}

impl Tokens {
    /// Reads the counts of an object, those of its `*_details` included.
    pub(super) fn of(object: &Object<'_>) -> Self {
        let details = object.object("prompt_tokens_details").unwrap_or_default();
        let output_details = object.object("completion_tokens_details").unwrap_or_default();
        Self {
            input: object.count_of(INPUT),
            output: object.count_of(OUTPUT),
            cache_read: object.count_of(CACHE_READ).or_else(|| details.count("cached_tokens")),
            cache_write: object.count_of(CACHE_WRITE).or_else(|| details.count("cache_write_tokens")),
            reasoning: object.count_of(REASONING).or_else(|| output_details.count("reasoning_tokens")),
            cost_usd: object.number_of(COST).filter(|cost| *cost >= 0.0),
        }
    }

    /// Tells whether an object names counts of input and output, even as `null`.
    pub(super) fn are_in(object: &Object<'_>) -> bool {
        object.has_any(INPUT) && object.has_any(OUTPUT)
    }

    /// Tells whether no token is counted: nothing printed, or zeros as a stream leaves them.
    pub(super) fn are_none(&self) -> bool {
        self.input.unwrap_or(0) == 0 && self.output.unwrap_or(0) == 0
    }

    /// Adds the counts as flat facts.
    pub(super) fn add_facts(&self, reading: &mut Reading) {
        let counts = [
            ("input_tokens", self.input),
            ("output_tokens", self.output),
            ("cache_read_input_tokens", self.cache_read),
            ("cache_creation_input_tokens", self.cache_write),
            ("reasoning_tokens", self.reasoning),
        ];
        for (name, count) in counts {
            if let Some(count) = count {
                reading.facts.insert(name.to_owned(), Fact::Count(count));
            }
        }
        if let Some(cost) = self.cost_usd {
            reading.facts.insert("total_cost".to_owned(), Fact::Number(cost));
        }
    }
}

/// Sums what is printed: a figure stays `None` until one request prints it.
impl AddAssign for Tokens {
    fn add_assign(&mut self, other: Self) {
        fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
            a.map_or(b, |a| Some(a.saturating_add(b.unwrap_or(0))))
        }
        self.input = sum(self.input, other.input);
        self.output = sum(self.output, other.output);
        self.cache_read = sum(self.cache_read, other.cache_read);
        self.cache_write = sum(self.cache_write, other.cache_write);
        self.reasoning = sum(self.reasoning, other.reasoning);
        self.cost_usd = self.cost_usd.map_or(other.cost_usd, |a| Some(a + other.cost_usd.unwrap_or(0.0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Tokens {
        Tokens::of(&Object::parse(text).unwrap())
    }

    #[test]
    fn every_name_of_a_count_is_read() {
        let openai = of(r#"{"prompt_tokens":1200,"completion_tokens":34,"cost":0.5,
            "prompt_tokens_details":{"cached_tokens":1024,"cache_write_tokens":null},
            "completion_tokens_details":{"reasoning_tokens":7}}"#);
        let codex = of(r#"{"input_token_count":"1200","output_token_count":"34","cached_token_count":"1024",
            "reasoning_token_count":"7","cost_usd":"0.5"}"#);
        assert_eq!(openai, codex);
        assert_eq!((codex.input, codex.cache_read, codex.cache_write), (Some(1200), Some(1024), None));
    }

    #[test]
    fn a_sum_is_unknown_until_one_request_prints_the_figure() {
        let mut sum = Tokens::default();
        sum += of(r#"{"model":"x"}"#);
        assert_eq!(sum, Tokens::default());
        sum += of(r#"{"input_tokens":3,"output_tokens":4}"#);
        sum += of(r#"{"input_tokens":5}"#);
        assert_eq!((sum.input, sum.output, sum.reasoning, sum.cost_usd), (Some(8), Some(4), None, None));
    }
}
