//! Sums of events: counts, exact latencies, tokens by model.

use std::collections::BTreeMap;

use tracker_domain::{EventLatency, ProxyEvent};

use crate::classes::{Classes, Health, Side};
use crate::percentile::percentile;

/// Tokens of one model, summed over the events that tell them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModelTokens {
    /// Requests.
    pub requests: u64,
    /// Tokens in, as told.
    pub input: u64,
    /// Tokens out.
    pub output: u64,
    /// Tokens read from a cache.
    pub cached: u64,
}

impl ModelTokens {
    fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.input = self.input.saturating_add(other.input);
        self.output = self.output.saturating_add(other.output);
        self.cached = self.cached.saturating_add(other.cached);
    }
}

/// What a set of events adds up to. Routing decisions are counted apart: they are no requests.
///
/// ```
/// use tracker_domain::{EventLatency, ProxyEvent};
/// use tracker_telemetry::{Classes, Summary};
/// let mut summary = Summary::default();
/// for (lane, status, ms) in [("glm", "201", 100), ("baseline", "500", 300)] {
///     let latency = EventLatency::Micros(ms * 1000);
///     let event = ProxyEvent { lane: lane.into(), status: status.into(), latency, ..ProxyEvent::default() };
///     summary.add(&event, &Classes::default());
/// }
/// assert_eq!((summary.routed_pct(), summary.error_pct()), (Some(50.0), Some(50.0)));
/// assert_eq!(summary.latency_ms(0.5), Some(200.0));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    events: u64,
    routed: u64,
    failed: u64,
    unknown_status: u64,
    decisions: u64,
    latency_malformed: u64,
    latency_micros: Vec<u64>,
    models: BTreeMap<String, ModelTokens>,
    told_cost_micro_usd: Option<u64>,
}

impl Summary {
    /// Adds an event.
    pub fn add(&mut self, event: &ProxyEvent<'_>, classes: &Classes) {
        match classes.health(&event.status) {
            Health::Decision => {
                self.decisions += 1;
                return;
            }
            Health::Failed => self.failed += 1,
            Health::Unknown => self.unknown_status += 1,
            Health::Healthy => {}
        }
        self.events += 1;
        self.routed += u64::from(classes.side(event) == Side::Glm);
        match event.latency {
            EventLatency::Micros(micros) => self.latency_micros.push(micros),
            EventLatency::Malformed => self.latency_malformed += 1,
            EventLatency::Absent => {}
        }
        let tokens = ModelTokens {
            requests: 1,
            input: event.tokens.input.unwrap_or(0),
            output: event.tokens.output.unwrap_or(0),
            cached: event.tokens.cached.unwrap_or(0),
        };
        match self.models.get_mut(&*event.model) {
            Some(sum) => sum.add(tokens),
            None => {
                self.models.insert(event.model.clone().into_owned(), tokens);
            }
        }
        if let Some(cost) = event.cost_micro_usd {
            self.told_cost_micro_usd = Some(self.told_cost_micro_usd.unwrap_or(0).saturating_add(cost));
        }
    }

    /// Adds what another summary holds; the order changes nothing that can be seen.
    pub fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.routed += other.routed;
        self.failed += other.failed;
        self.unknown_status += other.unknown_status;
        self.decisions += other.decisions;
        self.latency_malformed += other.latency_malformed;
        self.latency_micros.extend(other.latency_micros);
        for (model, tokens) in other.models {
            self.models.entry(model).or_default().add(tokens);
        }
        let costs = [self.told_cost_micro_usd, other.told_cost_micro_usd].into_iter().flatten();
        self.told_cost_micro_usd = costs.reduce(u64::saturating_add);
    }

    /// Returns how many events there were, without routing decisions.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Returns how many were routed to GLM.
    #[must_use]
    pub fn routed(&self) -> u64 {
        self.routed
    }

    /// Returns how many failed; an unknown status is no failure.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// Returns how many told no status.
    #[must_use]
    pub fn unknown_status(&self) -> u64 {
        self.unknown_status
    }

    /// Returns how many routing decisions stood beside the events.
    #[must_use]
    pub fn decisions(&self) -> u64 {
        self.decisions
    }

    /// Returns how many latencies were told that are no duration.
    #[must_use]
    pub fn latency_malformed(&self) -> u64 {
        self.latency_malformed
    }

    /// Returns how many valid latencies the percentiles are of.
    #[must_use]
    pub fn latencies(&self) -> usize {
        self.latency_micros.len()
    }

    /// Returns the tokens by model; events without a model stand under `""`.
    #[must_use]
    pub fn models(&self) -> &BTreeMap<String, ModelTokens> {
        &self.models
    }

    /// Returns the sum of the costs that the proxy told, in 1e-6 US dollars; `None` when it told none.
    #[must_use]
    pub fn told_cost_micro_usd(&self) -> Option<u64> {
        self.told_cost_micro_usd
    }

    /// Returns the percentage of events that were routed to GLM (0 to 100); `None` without events.
    #[must_use]
    pub fn routed_pct(&self) -> Option<f64> {
        share_pct(self.routed, self.events)
    }

    /// Returns the percentage of events that failed (0 to 100); `None` without events.
    #[must_use]
    pub fn error_pct(&self) -> Option<f64> {
        share_pct(self.failed, self.events)
    }

    /// Returns the quantile `q` (0 to 1) of the valid latencies in milliseconds, to the nanosecond; `None` without one.
    #[must_use]
    pub fn latency_ms(&mut self, q: f64) -> Option<f64> {
        percentile(&mut self.latency_micros, q).map(|micros| (micros * 1000.0).round() / 1e6)
    }
}

/// Returns `part` of `whole` in percent.
pub(crate) fn share_pct(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_line;
    use proptest::prelude::*;

    fn event() -> impl Strategy<Value = ProxyEvent<'static>> {
        let word = |words: &'static [&'static str]| prop::sample::select(words);
        let latency = prop_oneof![
            Just(EventLatency::Absent),
            Just(EventLatency::Malformed),
            (0u64..10_000).prop_map(EventLatency::Micros)
        ];
        (word(&["glm", "b"]), word(&["m", "z.x"]), word(&["", "ok", "500", "-1"]), latency, 0u64..99)
            .prop_map(|(lane, model, status, latency, input)| ProxyEvent {
                lane: lane.into(),
                model: model.into(),
                status: status.into(),
                latency,
                tokens: tracker_domain::EventTokens { input: Some(input), ..Default::default() },
                ..ProxyEvent::default()
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn order_and_batches_change_no_number(events in prop::collection::vec(event(), 0..40), cut in 0usize..40) {
            let classes = Classes::default();
            let sum = |events: &[ProxyEvent<'_>]| {
                let mut summary = Summary::default();
                events.iter().for_each(|event| summary.add(event, &classes));
                summary
            };
            let mut whole = sum(&events);
            let (first, second) = events.split_at(cut.min(events.len()));
            let mut parts = sum(second);
            parts.merge(sum(first));
            prop_assert_eq!(whole.latency_ms(0.95), parts.latency_ms(0.95));
            whole.latency_micros.sort_unstable();
            parts.latency_micros.sort_unstable();
            prop_assert_eq!(whole, parts);
        }
    }

    #[test]
    fn the_sample_of_the_earlier_tool_gives_its_numbers() {
        let sample = include_str!("../../../fixtures/telemetry/events.jsonl");
        let mut summary = Summary::default();
        for line in sample.lines() {
            for event in read_line(line).unwrap() {
                summary.add(&event, &Classes::default());
            }
        }
        assert_eq!(
            (summary.events(), summary.routed_pct(), summary.error_pct()),
            (8, Some(50.0), Some(12.5))
        );
        assert_eq!((summary.latency_ms(0.5), summary.latency_ms(0.95)), (Some(320.0), Some(537.0)));
    }

    #[test]
    fn nothing_is_no_percentage() {
        let mut nothing = Summary::default();
        assert_eq!((nothing.routed_pct(), nothing.error_pct(), nothing.latency_ms(0.5)), (None, None, None));
    }
}
