//! Events in columns: one list a field, words listed once, names as one run of hex digits.

use std::borrow::Cow;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracker_domain::{EventLatency, EventTokens, ProxyEvent};

use crate::wire::WireError;

/// Hex digits of a name.
const NAME_DIGITS: usize = 16;

/// The latency of an event whose proxy told something that is none.
const MALFORMED: i64 = -1;

/// Bytes of an event besides its texts, at most: eleven numbers of up to 20 digits with their commas, and its name.
const NUMBER_BYTES: usize = 11 * 21 + NAME_DIGITS;

/// The columns of a batch that is being filled.
#[derive(Debug, Clone, Default)]
pub(super) struct WrittenColumns {
    name: String,
    ts: Vec<Option<i64>>,
    rid: Vec<String>,
    words: Vec<String>,
    places: HashMap<String, u32>,
    lane: Vec<u32>,
    model: Vec<u32>,
    status: Vec<u32>,
    reason: Vec<u32>,
    input: Vec<Option<u64>>,
    output: Vec<Option<u64>>,
    cached: Rare<u64>,
    cache_write: Rare<u64>,
    reasoning: Rare<u64>,
    cached_in_input: Rare<bool>,
    cost: Rare<u64>,
    latency: Vec<Option<i64>>,
    text_bytes: usize,
}

/// A column that is left out as long as no event has a value for it.
#[derive(Debug, Clone)]
struct Rare<T>(Vec<Option<T>>, bool);

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self(Vec::new(), false)
    }
}

impl<T> Rare<T> {
    fn push(&mut self, value: Option<T>) {
        self.1 |= value.is_some();
        self.0.push(value);
    }

    fn column(&self) -> Option<&[Option<T>]> {
        self.1.then_some(&*self.0)
    }
}

impl WrittenColumns {
    pub(super) fn push(&mut self, event: &ProxyEvent<'_>, name: u64) {
        self.name.push_str(&format!("{name:016x}"));
        self.ts.push(event.at_micros);
        self.text_bytes += escaped_bytes(&event.rid);
        self.rid.push(event.rid.clone().into_owned());
        let [lane, model, status, reason] =
            [&event.lane, &event.model, &event.status, &event.reason].map(|word| self.place_of(word));
        self.lane.push(lane);
        self.model.push(model);
        self.status.push(status);
        self.reason.push(reason);
        let tokens = &event.tokens;
        self.input.push(tokens.input);
        self.output.push(tokens.output);
        self.cached.push(tokens.cached);
        self.cache_write.push(tokens.cache_write);
        self.reasoning.push(tokens.reasoning);
        self.cached_in_input.push(tokens.cached_in_input.then_some(true));
        self.cost.push(event.cost_micro_usd);
        self.latency.push(match event.latency {
            EventLatency::Absent => None,
            EventLatency::Malformed => Some(MALFORMED),
            EventLatency::Micros(micros) => Some(i64::try_from(micros).unwrap_or(i64::MAX)),
        });
    }

    pub(super) fn len(&self) -> usize {
        self.rid.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.text_bytes + self.len() * NUMBER_BYTES
    }

    pub(super) fn json(&self) -> EventColumnsJson<'_> {
        EventColumnsJson {
            name: &self.name,
            ts: &self.ts,
            rid: &self.rid,
            words: &self.words,
            lane: &self.lane,
            model: &self.model,
            status: &self.status,
            reason: &self.reason,
            input_tokens: &self.input,
            output_tokens: &self.output,
            cached_tokens: self.cached.column(),
            cache_write_tokens: self.cache_write.column(),
            reasoning_tokens: self.reasoning.column(),
            cached_in_input: self.cached_in_input.column(),
            cost_micro_usd: self.cost.column(),
            latency_us: &self.latency,
        }
    }

    fn place_of(&mut self, word: &str) -> u32 {
        if let Some(place) = self.places.get(word) {
            return *place;
        }
        // A row of 1 MiB holds far fewer words.
        let place = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.to_owned());
        self.places.insert(word.to_owned(), place);
        self.text_bytes += escaped_bytes(word);
        place
    }
}

/// The bytes of a JSON string with its quotes and comma, at most.
fn escaped_bytes(text: &str) -> usize {
    let escapes = text.bytes().filter(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\')).count();
    text.len() + 5 * escapes + 3
}

/// The events on disk.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TelemetryEvents")]
pub(super) struct EventColumnsJson<'a> {
    /// First 16 hex digits of the SHA-256 of each event's canonical content, without anything between.
    name: &'a str,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    ts: &'a [Option<i64>],
    /// Request ids; empty when none was told.
    rid: &'a [String],
    /// The words that lane, model, status and reason point to, counted from 0.
    words: &'a [String],
    /// Lane.
    lane: &'a [u32],
    /// Model.
    model: &'a [u32],
    /// Status.
    status: &'a [u32],
    /// Reason.
    reason: &'a [u32],
    /// Tokens in.
    input_tokens: &'a [Option<u64>],
    /// Tokens out.
    output_tokens: &'a [Option<u64>],
    /// Tokens read from a cache; left out when no event tells them, as are the next four.
    #[serde(skip_serializing_if = "Option::is_none")]
    cached_tokens: Option<&'a [Option<u64>]>,
    /// Tokens written to a cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_write_tokens: Option<&'a [Option<u64>]>,
    /// Tokens of the output that were reasoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_tokens: Option<&'a [Option<u64>]>,
    /// True where the tokens in include those of the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    cached_in_input: Option<&'a [Option<bool>]>,
    /// The cost that the proxy told, in 1e-6 US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_micro_usd: Option<&'a [Option<u64>]>,
    /// Latency in microseconds; -1 when it was malformed.
    latency_us: &'a [Option<i64>],
}

/// A text, borrowed where it holds no escape.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The columns of a stored batch.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct EventColumns<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    ts: Vec<Option<i64>>,
    #[serde(borrow)]
    rid: Vec<Text<'a>>,
    #[serde(borrow)]
    words: Vec<Text<'a>>,
    lane: Vec<u32>,
    model: Vec<u32>,
    status: Vec<u32>,
    reason: Vec<u32>,
    input_tokens: Vec<Option<u64>>,
    output_tokens: Vec<Option<u64>>,
    #[serde(default)]
    cached_tokens: Option<Vec<Option<u64>>>,
    #[serde(default)]
    cache_write_tokens: Option<Vec<Option<u64>>>,
    #[serde(default)]
    reasoning_tokens: Option<Vec<Option<u64>>>,
    #[serde(default)]
    cached_in_input: Option<Vec<Option<bool>>>,
    #[serde(default)]
    cost_micro_usd: Option<Vec<Option<u64>>>,
    latency_us: Vec<Option<i64>>,
}

impl EventColumns<'_> {
    /// Refuses columns of unequal length: nobody could say which values belong together.
    pub(super) fn checked(self) -> Result<Self, WireError> {
        let rare = |length: Option<usize>| length.unwrap_or(self.rid.len());
        let lengths = [
            self.ts.len(),
            self.lane.len(),
            self.model.len(),
            self.status.len(),
            self.reason.len(),
            self.input_tokens.len(),
            self.output_tokens.len(),
            self.latency_us.len(),
            rare(self.cached_tokens.as_ref().map(Vec::len)),
            rare(self.cache_write_tokens.as_ref().map(Vec::len)),
            rare(self.reasoning_tokens.as_ref().map(Vec::len)),
            rare(self.cached_in_input.as_ref().map(Vec::len)),
            rare(self.cost_micro_usd.as_ref().map(Vec::len)),
        ];
        let invalid =
            |expected: &'static str| WireError::Invalid { field: "events", expected, value: String::new() };
        if lengths.iter().any(|length| *length != self.rid.len()) {
            return Err(invalid("columns of equal length"));
        }
        let hex = self.name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !hex || self.name.len() != self.rid.len() * NAME_DIGITS {
            return Err(invalid("16 hex digits a name"));
        }
        let places = [&self.lane, &self.model, &self.status, &self.reason];
        if places.into_iter().flatten().any(|place| *place as usize >= self.words.len()) {
            return Err(invalid("places of words that are listed"));
        }
        Ok(self)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = u64> {
        self.name.as_bytes().chunks(NAME_DIGITS).filter_map(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u64::from_str_radix(digits, 16).ok()
        })
    }

    pub(super) fn events(&self) -> impl Iterator<Item = (u64, ProxyEvent<'_>)> {
        self.names().enumerate().filter_map(|(at, name)| Some((name, self.event(at)?)))
    }

    /// Returns one event; `None` past the end.
    fn event(&self, at: usize) -> Option<ProxyEvent<'_>> {
        let word = |column: &[u32]| -> Option<Cow<'_, str>> {
            let text = self.words.get(*column.get(at)? as usize)?;
            Some(Cow::Borrowed(&*text.0))
        };
        let tokens = EventTokens {
            input: *self.input_tokens.get(at)?,
            output: *self.output_tokens.get(at)?,
            cached: rare(self.cached_tokens.as_deref(), at),
            cache_write: rare(self.cache_write_tokens.as_deref(), at),
            reasoning: rare(self.reasoning_tokens.as_deref(), at),
            cached_in_input: rare(self.cached_in_input.as_deref(), at).unwrap_or(false),
        };
        Some(ProxyEvent {
            at_micros: *self.ts.get(at)?,
            rid: Cow::Borrowed(&*self.rid.get(at)?.0),
            lane: word(&self.lane)?,
            model: word(&self.model)?,
            status: word(&self.status)?,
            reason: word(&self.reason)?,
            tokens,
            cost_micro_usd: rare(self.cost_micro_usd.as_deref(), at),
            latency: match *self.latency_us.get(at)? {
                None => EventLatency::Absent,
                Some(micros) => u64::try_from(micros).map_or(EventLatency::Malformed, EventLatency::Micros),
            },
        })
    }
}

fn rare<T: Copy>(column: Option<&[Option<T>]>, at: usize) -> Option<T> {
    column.and_then(|column| column.get(at).copied().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event() -> impl Strategy<Value = ProxyEvent<'static>> {
        let text = || "\\PC{0,6}|[\"\\\\\u{1}\n]{0,3}".prop_map(Cow::Owned);
        let count = || prop::option::of(any::<u64>());
        let latency = prop_oneof![
            Just(EventLatency::Absent),
            Just(EventLatency::Malformed),
            (0..=i64::MAX as u64).prop_map(EventLatency::Micros)
        ];
        let texts = (text(), text(), text(), text(), text());
        let tokens = (count(), count(), count(), count(), count(), any::<bool>());
        (prop::option::of(any::<i64>()), texts, tokens, count(), latency).prop_map(
            |(at_micros, (rid, lane, model, status, reason), tokens, cost_micro_usd, latency)| ProxyEvent {
                at_micros,
                rid,
                lane,
                model,
                status,
                reason,
                tokens: EventTokens {
                    input: tokens.0,
                    output: tokens.1,
                    cached: tokens.2,
                    cache_write: tokens.3,
                    reasoning: tokens.4,
                    cached_in_input: tokens.5,
                },
                cost_micro_usd,
                latency,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn events_come_back_as_they_were(events in prop::collection::vec((any::<u64>(), event()), 0..12)) {
            let mut written = WrittenColumns::default();
            events.iter().for_each(|(name, event)| written.push(event, *name));
            let text = serde_json::to_string(&written.json()).unwrap();
            prop_assert!(text.len() <= written.bytes() + 300, "{} {}", text.len(), written.bytes());
            let read: EventColumns<'_> = serde_json::from_str(&text).unwrap();
            let read = read.checked().unwrap();
            let back: Vec<_> = read.events().collect();
            prop_assert_eq!(back, events);
        }
    }

    #[test]
    fn columns_that_do_not_fit_together_are_refused() {
        let mut written = WrittenColumns::default();
        written.push(&ProxyEvent::default(), 1);
        let good = serde_json::to_string(&written.json()).unwrap();
        for (from, to) in [
            ("\"ts\":[null]", "\"ts\":[]"),
            ("\"lane\":[0]", "\"lane\":[1]"),
            ("0000000000000001", "000000000000000g"),
            ("0000000000000001", "01"),
            ("\"latency_us\":[null]", "\"latency_us\":[1,2]"),
        ] {
            let bad = good.replace(from, to);
            assert_ne!(bad, good);
            let columns: EventColumns<'_> = serde_json::from_str(&bad).unwrap();
            assert!(columns.checked().is_err(), "{bad}");
        }
    }
}
