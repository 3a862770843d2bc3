//! Rows of a rollout, as far as they tell tokens and limits.

use std::borrow::Cow;

use serde::Deserialize;
use tracker_domain::TokenCounts;

use crate::logs::quick::Quick;

/// What kind of line it is.
#[derive(Deserialize)]
pub(super) struct Kind<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Cow<'a, str>,
}

/// A line with the payload that is wanted of it.
#[derive(Deserialize, Debug, PartialEq)]
pub(super) struct Line<'a, T> {
    #[serde(borrow)]
    pub(super) timestamp: Option<Cow<'a, str>>,
    pub(super) payload: Option<T>,
}

impl<'a> Line<'a, Event<'a>> {
    /// Reads a line; `None` when it is none.
    pub(super) fn of_line(line: &'a [u8]) -> Option<Self> {
        Self::quick(line).or_else(|| serde_json::from_slice(line).ok())
    }

    /// Reads a line as clients write it.
    fn quick(line: &'a [u8]) -> Option<Self> {
        let mut read = Self { timestamp: None, payload: None };
        Quick::row(line, |name, rest| match name {
            b"timestamp" => rest.text(&mut read.timestamp),
            b"payload" => rest.nested(&mut read.payload, Event::field),
            _ => rest.skip(),
        })?;
        Some(read)
    }
}

impl<'a> Line<'a, Turn<'a>> {
    /// Reads a line; `None` when it is none.
    pub(super) fn of_line(line: &'a [u8]) -> Option<Self> {
        Self::quick(line).or_else(|| serde_json::from_slice(line).ok())
    }

    /// Reads a line as clients write it.
    fn quick(line: &'a [u8]) -> Option<Self> {
        let mut read = Self { timestamp: None, payload: None };
        Quick::row(line, |name, rest| match name {
            b"timestamp" => rest.text(&mut read.timestamp),
            b"payload" => rest.nested(&mut read.payload, |turn, name, rest| match name {
                b"model" => rest.text(&mut turn.model),
                _ => rest.skip(),
            }),
            _ => rest.skip(),
        })?;
        Some(read)
    }
}

/// The session.
#[derive(Deserialize)]
pub(super) struct Meta<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) session_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) forked_from_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) parent_thread_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) thread_source: Option<Cow<'a, str>>,
}

/// What a turn runs with.
#[derive(Deserialize, Debug, Default, PartialEq)]
pub(super) struct Turn<'a> {
    #[serde(borrow)]
    pub(super) model: Option<Cow<'a, str>>,
}

/// Tokens and limits after an answer.
#[derive(Deserialize, Debug, Default, PartialEq)]
pub(super) struct Event<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) info: Option<Info>,
    #[serde(borrow)]
    pub(super) rate_limits: Option<Limits<'a>>,
}

/// The tokens.
#[derive(Deserialize, Debug, Default, PartialEq)]
pub(super) struct Info {
    pub(super) total_token_usage: Option<Usage>,
    pub(super) last_token_usage: Option<Usage>,
}

/// Counters of tokens.
#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(default)]
pub(super) struct Usage {
    pub(super) input_tokens: u64,
    pub(super) cached_input_tokens: u64,
    pub(super) cache_write_input_tokens: u64,
    pub(super) output_tokens: u64,
    pub(super) reasoning_output_tokens: u64,
}

impl Usage {
    /// Returns what was used since `before`; `None` when a counter fell, so that it began anew.
    pub(super) fn minus(&self, before: &Self) -> Option<Self> {
        Some(Self {
            input_tokens: self.input_tokens.checked_sub(before.input_tokens)?,
            cached_input_tokens: self.cached_input_tokens.checked_sub(before.cached_input_tokens)?,
            cache_write_input_tokens: self
                .cache_write_input_tokens
                .checked_sub(before.cache_write_input_tokens)?,
            output_tokens: self.output_tokens.checked_sub(before.output_tokens)?,
            reasoning_output_tokens: self
                .reasoning_output_tokens
                .checked_sub(before.reasoning_output_tokens)?,
        })
    }

    /// Returns the counts: this client's input holds what a cache held or took.
    pub(super) fn counts(&self) -> TokenCounts {
        let cached = self.cached_input_tokens.min(self.input_tokens);
        let written = self.cache_write_input_tokens.min(self.input_tokens - cached);
        TokenCounts {
            input: self.input_tokens - cached - written,
            cache_read: cached,
            cache_write: written,
            output: self.output_tokens,
            reasoning: self.reasoning_output_tokens,
        }
    }

    /// Returns a hash that names an answer by its counters.
    pub(super) fn hash_with(&self, last: &Self) -> u64 {
        let numbers = [self, last].into_iter().flat_map(|u| {
            [u.input_tokens, u.cached_input_tokens, u.output_tokens, u.reasoning_output_tokens]
        });
        let mix =
            |hash: u64, number: u64| (hash.rotate_left(23) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        numbers.fold(0xcbf2_9ce4_8422_2325, mix).max(1)
    }
}

/// The limits of one family.
#[derive(Deserialize, Debug, Default, PartialEq)]
pub(super) struct Limits<'a> {
    #[serde(borrow)]
    pub(super) limit_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) limit_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) plan_type: Option<Cow<'a, str>>,
    pub(super) primary: Option<Window>,
    pub(super) secondary: Option<Window>,
}

/// One limit.
#[derive(Deserialize, Debug, Default, PartialEq)]
pub(super) struct Window {
    pub(super) used_percent: Option<f64>,
    pub(super) window_minutes: Option<u32>,
    pub(super) resets_at: Option<i64>,
    pub(super) resets_in_seconds: Option<i64>,
}

impl<'a> Event<'a> {
    fn field(&mut self, name: &[u8], rest: &mut Quick<'a>) -> Option<()> {
        match name {
            b"type" => rest.text(&mut self.kind),
            b"info" => rest.nested(&mut self.info, |info, name, rest| match name {
                b"total_token_usage" => Usage::quick(&mut info.total_token_usage, rest),
                b"last_token_usage" => Usage::quick(&mut info.last_token_usage, rest),
                _ => rest.skip(),
            }),
            b"rate_limits" => rest.nested(&mut self.rate_limits, |limits, name, rest| match name {
                b"limit_id" => rest.text(&mut limits.limit_id),
                b"limit_name" => rest.text(&mut limits.limit_name),
                b"plan_type" => rest.text(&mut limits.plan_type),
                b"primary" => rest.nested(&mut limits.primary, Window::field),
                b"secondary" => rest.nested(&mut limits.secondary, Window::field),
                _ => rest.skip(),
            }),
            _ => rest.skip(),
        }
    }
}

impl Window {
    fn field(&mut self, name: &[u8], rest: &mut Quick<'_>) -> Option<()> {
        match name {
            b"used_percent" => rest.number(&mut self.used_percent),
            b"window_minutes" => rest.whole(&mut self.window_minutes),
            b"resets_at" => rest.whole(&mut self.resets_at),
            b"resets_in_seconds" => rest.whole(&mut self.resets_in_seconds),
            _ => rest.skip(),
        }
    }
}

/// Counters that are there or not, in the order of [`Usage`].
#[derive(Default)]
struct Counters(Option<u64>, Option<u64>, Option<u64>, Option<u64>, Option<u64>);

impl Usage {
    fn quick(slot: &mut Option<Self>, rest: &mut Quick<'_>) -> Option<()> {
        if slot.is_some() {
            return None;
        }
        let mut read = None;
        rest.nested(&mut read, |read: &mut Counters, name, rest| {
            let counter = match name {
                b"input_tokens" => &mut read.0,
                b"cached_input_tokens" => &mut read.1,
                b"cache_write_input_tokens" => &mut read.2,
                b"output_tokens" => &mut read.3,
                b"reasoning_output_tokens" => &mut read.4,
                _ => return rest.skip(),
            };
            rest.whole(counter)?;
            // A counter that is `null` is no number.
            counter.map(|_| ())
        })?;
        *slot = read.map(|read| Self {
            input_tokens: read.0.unwrap_or(0),
            cached_input_tokens: read.1.unwrap_or(0),
            cache_write_input_tokens: read.2.unwrap_or(0),
            output_tokens: read.3.unwrap_or(0),
            reasoning_output_tokens: read.4.unwrap_or(0),
        });
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROWS: [&str; 2] = [
        r#"{"timestamp":"2026-11-20T10:00:00.000Z","ordinal":7,"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":{"input_tokens":9,"cached_input_tokens":4,"output_tokens":2,"reasoning_output_tokens":1,"total_tokens":11},"last_token_usage":{"input_tokens":5},"model_context_window":272000},"rate_limits":{"limit_id":"codex","limit_name":null,"primary":{"used_percent":12.5,"window_minutes":300,"resets_at":1795172400},"secondary":{"used_percent":7,"window_minutes":10080,"resets_in_seconds":60},"credits":{"has_credits":false,"balance":"0"},"plan_type":"plus"}}}"#,
        r#"{ "type":"event_msg", "payload" : {"type":"token_count","info":null,"rate_limits":{"primary":null} } }"#,
    ];

    fn read(line: &str) -> Option<Line<'_, Event<'_>>> {
        serde_json::from_str(line).ok()
    }

    #[test]
    fn lines_as_clients_write_them_are_read_at_once() {
        for row in ROWS {
            let quick = Line::<Event<'_>>::quick(row.as_bytes());
            assert!(quick.is_some() && quick == read(row), "{row}");
        }
        let turn = r#"{"timestamp":"t","type":"turn_context","payload":{"cwd":"/a\"b","model":"m","policy":{"model":"no"}}}"#;
        let quick = Line::<Turn<'_>>::quick(turn.as_bytes());
        assert!(quick.is_some() && quick == serde_json::from_str(turn).ok());
        for odd in [
            ROWS[0].replace("\"input_tokens\":5", "\"input_tokens\":null"),
            ROWS[0].replace("12.5", "1.25e1"),
        ] {
            assert_eq!(Line::<Event<'_>>::quick(odd.as_bytes()), None, "{odd}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_spoiled_line_is_never_another_line(
            row in prop::sample::select(ROWS.to_vec()), at in 0_usize..700, len in 0_usize..3, by in "[\\[\\]{}\":, 0-9a-z\\\\.-]{0,3}",
        ) {
            let mut line = row.to_owned();
            let at = at.min(line.len());
            line.replace_range(at..(at + len).min(line.len()), &by);
            if let (Some(quick), Some(slow)) = (Line::<Event<'_>>::quick(line.as_bytes()), read(&line)) {
                prop_assert_eq!(quick, slow);
            }
        }
    }
}
