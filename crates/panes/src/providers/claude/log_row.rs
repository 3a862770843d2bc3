//! One row of a project log, as far as it tells tokens.

use std::borrow::Cow;

use serde::Deserialize;
use tracker_domain::TokenCounts;

use crate::logs::quick::Quick;

/// What kind of row it is.
#[derive(Deserialize)]
pub(super) struct Head<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<Cow<'a, str>>,
}

/// A row: an answer, or one of an agent within `data`.
#[derive(Debug, Deserialize, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) session_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) request_id: Option<Cow<'a, str>>,
    pub(super) is_sidechain: Option<bool>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    #[serde(borrow)]
    pub(super) data: Option<Data<'a>>,
}

impl<'a> Row<'a> {
    /// Reads a row; `None` when it is none.
    pub(super) fn of_line(line: &'a [u8]) -> Option<Self> {
        Self::quick(line).or_else(|| serde_json::from_slice(line).ok())
    }

    /// Reads a row as clients write it.
    fn quick(line: &'a [u8]) -> Option<Self> {
        let mut row = Self::default();
        Quick::row(line, |name, rest| match name {
            b"type" => rest.text(&mut row.kind),
            b"timestamp" => rest.text(&mut row.timestamp),
            b"sessionId" => rest.text(&mut row.session_id),
            b"requestId" => rest.text(&mut row.request_id),
            b"isSidechain" => rest.flag(&mut row.is_sidechain),
            b"message" => rest.nested(&mut row.message, Message::field),
            // Rows of agents are rare.
            b"data" => None,
            _ => rest.skip(),
        })?;
        Some(row)
    }
}

impl<'a> Message<'a> {
    fn field(&mut self, name: &[u8], rest: &mut Quick<'a>) -> Option<()> {
        match name {
            b"id" => rest.text(&mut self.id),
            b"model" => rest.text(&mut self.model),
            b"usage" => rest.nested(&mut self.usage, Usage::field),
            _ => rest.skip(),
        }
    }
}

/// What an agent under the session did.
#[derive(Debug, Deserialize, PartialEq)]
pub(super) struct Data<'a> {
    #[serde(borrow)]
    pub(super) message: Option<Inner<'a>>,
}

/// The row of an agent.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct Inner<'a> {
    #[serde(borrow)]
    pub(super) timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) request_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
}

/// An answer.
#[derive(Debug, Deserialize, Default, PartialEq)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) model: Option<Cow<'a, str>>,
    pub(super) usage: Option<Usage>,
}

/// Its tokens.
#[derive(Debug, Deserialize, Clone, Copy, Default, PartialEq)]
pub(super) struct Usage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_creation: Option<CacheCreation>,
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Deserialize, Clone, Copy, Default, PartialEq)]
struct CacheCreation {
    ephemeral_5m_input_tokens: Option<u64>,
    ephemeral_1h_input_tokens: Option<u64>,
}

#[derive(Debug, Deserialize, Clone, Copy, Default, PartialEq)]
struct OutputDetails {
    thinking_tokens: Option<u64>,
}

impl Usage {
    fn field(&mut self, name: &[u8], rest: &mut Quick<'_>) -> Option<()> {
        match name {
            b"input_tokens" => rest.whole(&mut self.input_tokens),
            b"output_tokens" => rest.whole(&mut self.output_tokens),
            b"cache_read_input_tokens" => rest.whole(&mut self.cache_read_input_tokens),
            b"cache_creation_input_tokens" => rest.whole(&mut self.cache_creation_input_tokens),
            b"cache_creation" => rest.nested(&mut self.cache_creation, |by, name, rest| match name {
                b"ephemeral_5m_input_tokens" => rest.whole(&mut by.ephemeral_5m_input_tokens),
                b"ephemeral_1h_input_tokens" => rest.whole(&mut by.ephemeral_1h_input_tokens),
                _ => rest.skip(),
            }),
            b"output_tokens_details" => {
                rest.nested(&mut self.output_tokens_details, |by, name, rest| match name {
                    b"thinking_tokens" => rest.whole(&mut by.thinking_tokens),
                    _ => rest.skip(),
                })
            }
            _ => rest.skip(),
        }
    }

    /// Returns the counts as all clients have them.
    pub(super) fn counts(&self) -> TokenCounts {
        let by_age = self.cache_creation.map(|by| {
            by.ephemeral_5m_input_tokens
                .unwrap_or(0)
                .saturating_add(by.ephemeral_1h_input_tokens.unwrap_or(0))
        });
        TokenCounts {
            input: self.input_tokens.unwrap_or(0),
            cache_read: self.cache_read_input_tokens.unwrap_or(0),
            cache_write: self.cache_creation_input_tokens.or(by_age).unwrap_or(0),
            output: self.output_tokens.unwrap_or(0),
            reasoning: self.output_tokens_details.and_then(|details| details.thinking_tokens).unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROWS: [&str; 4] = [
        r#"{"parentUuid":null,"isSidechain":false,"sessionId":"s","requestId":"r","timestamp":"2026-11-20T10:00:00.500Z","type":"assistant","message":{"id":"a","role":"assistant","model":"m","content":[{"type":"tool_use","input":{"model":"no","usage":{"input_tokens":9}}}],"usage":{"input_tokens":2,"cache_read_input_tokens":4,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":7},"output_tokens":3,"output_tokens_details":{"thinking_tokens":1}}}}"#,
        r#"{"type":"user","message":{"role":"user","content":"x \"usage\" y"},"toolUseResult":{"usage":{"a":[1,2.5,-3e4,null,true]}}}"#,
        r#"{ "type" : "assistant", "message" : { "usage" : null, "id" : "a" } , "isSidechain" : null }"#,
        r#"{"type":"progress","data":{"message":{"requestId":"r","message":{"id":"a","usage":{"output_tokens":4}}}}}"#,
    ];

    #[test]
    fn rows_as_clients_write_them_are_read_at_once() {
        for row in &ROWS[..3] {
            let quick = Row::quick(row.as_bytes());
            assert!(quick.is_some(), "{row}");
            assert_eq!(quick, serde_json::from_str(row).ok(), "{row}");
        }
        assert_eq!(Row::quick(ROWS[3].as_bytes()), None);
        assert!(Row::of_line(ROWS[3].as_bytes()).is_some_and(|row| row.data.is_some()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_spoiled_row_is_never_another_row(
            row in prop::sample::select(ROWS.to_vec()), at in 0_usize..600, len in 0_usize..3, by in "[\\[\\]{}\":, 0-9a-z\\\\.-]{0,3}",
        ) {
            let mut line = row.to_owned();
            let at = at.min(line.len());
            line.replace_range(at..(at + len).min(line.len()), &by);
            // What nobody asks for is not checked, so a row may be read that is no JSON; but never otherwise.
            if let (Some(quick), Ok(slow)) = (Row::quick(line.as_bytes()), serde_json::from_str::<Row<'_>>(&line)) {
                prop_assert_eq!(quick, slow);
            }
        }
    }
}
