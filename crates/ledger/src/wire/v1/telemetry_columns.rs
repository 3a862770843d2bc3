//! Events in columns: one list a field, words listed once, names as one run of hex digits.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use tracker_domain::{EventLatency, EventTokens, ProxyEvent};

use crate::wire::WireError;

/// Hex digits of a name.
const NAME_DIGITS: usize = 16;

/// The latency of an event whose proxy told something that is none.
const MALFORMED: i64 = -1;

/// Up to so many words are looked through one by one, which takes less time than hashing.
const WORDS_LOOKED_THROUGH: usize = 12;

/// The columns of a batch that is being filled.
#[derive(Debug, Clone, Default)]
pub(super) struct WrittenColumns {
    name: String,
    ts: Vec<Option<i64>>,
    rid: Texts,
    words: Vec<String>,
    places: HashMap<String, usize>,
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
    /// Bytes of the columns that are always written.
    bytes: usize,
}

/// A column that is left out as long as no event has a value for it.
#[derive(Debug, Clone)]
struct Rare<T> {
    /// Empty as long as no event has a value.
    values: Vec<Option<T>>,
    bytes: usize,
}

impl<T> Default for Rare<T> {
    fn default() -> Self {
        Self { values: Vec::new(), bytes: 0 }
    }
}

impl<T: Copy> Rare<T> {
    /// Adds the value of the event at a place; `printed` tells its bytes.
    fn push(&mut self, at: usize, value: Option<T>, printed: impl FnOnce(T) -> usize) {
        if self.values.is_empty() {
            if value.is_none() {
                return;
            }
            self.values.resize(at, None);
            self.bytes = at * cell_bytes(None);
        }
        self.bytes += cell_bytes(value.map(printed));
        self.values.push(value);
    }

    fn column(&self) -> Option<&[Option<T>]> {
        (!self.values.is_empty()).then_some(&*self.values)
    }

    fn clear(&mut self) {
        self.values.clear();
        self.bytes = 0;
    }
}

/// Texts one behind the other, so that a text takes no allocation of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    fn clear(&mut self) {
        self.all.clear();
        self.ends.clear();
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let texts = starts.zip(&self.ends).map(|(start, end)| self.all.get(*start..*end).unwrap_or_default());
        serializer.collect_seq(texts)
    }
}

impl WrittenColumns {
    pub(super) fn push(&mut self, event: &ProxyEvent<'_>, name: u64) {
        let at = self.len();
        // Writing to a string cannot fail.
        let _ = write!(self.name, "{name:016x}");
        self.ts.push(event.at_micros);
        self.rid.push(&event.rid);
        let places =
            [&event.lane, &event.model, &event.status, &event.reason].map(|word| self.place_of(word));
        let [lane, model, status, reason] = places;
        self.lane.push(lane);
        self.model.push(model);
        self.status.push(status);
        self.reason.push(reason);
        let tokens = &event.tokens;
        self.input.push(tokens.input);
        self.output.push(tokens.output);
        self.cached.push(at, tokens.cached, digits);
        self.cache_write.push(at, tokens.cache_write, digits);
        self.reasoning.push(at, tokens.reasoning, digits);
        self.cached_in_input.push(at, tokens.cached_in_input.then_some(true), |_| "true".len());
        self.cost.push(at, event.cost_micro_usd, digits);
        let latency = match event.latency {
            EventLatency::Absent => None,
            EventLatency::Malformed => Some(MALFORMED),
            EventLatency::Micros(micros) => Some(i64::try_from(micros).unwrap_or(i64::MAX)),
        };
        self.latency.push(latency);
        self.bytes += NAME_DIGITS + escaped_bytes(&event.rid);
        self.bytes += places.iter().map(|place| digits(u64::from(*place)) + 1).sum::<usize>();
        self.bytes +=
            [event.at_micros, latency].map(|x| cell_bytes(x.map(signed_digits))).iter().sum::<usize>();
        self.bytes += [tokens.input, tokens.output].map(|x| cell_bytes(x.map(digits))).iter().sum::<usize>();
    }

    pub(super) fn len(&self) -> usize {
        self.ts.len()
    }

    pub(super) fn bytes(&self) -> usize {
        let rare = [&self.cached, &self.cache_write, &self.reasoning, &self.cost];
        self.bytes + rare.map(|column| column.bytes).iter().sum::<usize>() + self.cached_in_input.bytes
    }

    /// Empties the columns and keeps their memory for the next batch.
    pub(super) fn clear(&mut self) {
        self.name.clear();
        self.ts.clear();
        self.rid.clear();
        self.words.clear();
        self.places.clear();
        for column in [&mut self.lane, &mut self.model, &mut self.status, &mut self.reason] {
            column.clear();
        }
        for column in [&mut self.input, &mut self.output] {
            column.clear();
        }
        for column in [&mut self.cached, &mut self.cache_write, &mut self.reasoning, &mut self.cost] {
            column.clear();
        }
        self.cached_in_input.clear();
        self.latency.clear();
        self.bytes = 0;
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
        let known = if self.words.len() <= WORDS_LOOKED_THROUGH {
            self.words.iter().position(|known| known == word)
        } else {
            self.places.get(word).copied()
        };
        // A row of 1 MiB holds far fewer words.
        let printed = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        if let Some(place) = known {
            return printed(place);
        }
        let place = self.words.len();
        self.words.push(word.to_owned());
        self.places.insert(word.to_owned(), place);
        self.bytes += escaped_bytes(word);
        printed(place)
    }
}

/// The bytes of a number or `null` with its comma.
fn cell_bytes(printed: Option<usize>) -> usize {
    printed.unwrap_or("null".len()) + 1
}

/// The digits of a number.
fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// The digits of a number, and its sign.
fn signed_digits(number: i64) -> usize {
    digits(number.unsigned_abs()) + usize::from(number < 0)
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
    #[schemars(with = "Vec<String>")]
    rid: &'a Texts,
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
            // Column names and brackets; of an escape only the longest form is counted.
            prop_assert!(text.len() <= written.bytes() + 300, "{} {}", text.len(), written.bytes());
            let read: EventColumns<'_> = serde_json::from_str(&text).unwrap();
            let read = read.checked().unwrap();
            let back: Vec<_> = read.events().collect();
            prop_assert_eq!(&back, &events);
            written.clear();
            prop_assert_eq!((written.len(), written.bytes()), (0, 0));
            events.iter().rev().for_each(|(name, event)| written.push(event, *name));
            let again = serde_json::to_string(&written.json()).unwrap();
            let again: EventColumns<'_> = serde_json::from_str(&again).unwrap();
            prop_assert!(again.checked().unwrap().events().eq(events.iter().rev().cloned()));
        }
    }

    #[test]
    fn a_batch_is_as_large_as_it_says() {
        let mut written = WrittenColumns::default();
        for n in 0..100_u64 {
            let tokens =
                EventTokens { input: Some(10 * n), cached: (n > 40).then_some(n), ..EventTokens::default() };
            let rid = Cow::Owned(format!("request-{n}"));
            let latency = EventLatency::Micros(1000 * n);
            written
                .push(&ProxyEvent { rid, tokens, latency, at_micros: Some(-5), ..ProxyEvent::default() }, n);
        }
        let said = written.bytes();
        let text = serde_json::to_string(&written.json()).unwrap();
        assert!((said..said + 300).contains(&text.len()), "{said} {}", text.len());
    }

    #[test]
    fn words_are_listed_once_however_many_there_are() {
        let mut written = WrittenColumns::default();
        for n in 0..60_u32 {
            let word = format!("model-{}", n % 30);
            assert_eq!(written.place_of(&word), n % 30);
        }
        assert_eq!(written.words.len(), 30);
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
