//! What one request cost on either side, joined by its id, and what all of them cost together.

use std::collections::{BTreeMap, HashMap};

use tracker_domain::ProxyEvent;
use tracker_stats::{IntervalName, Level, Sample, interval};

use crate::classes::{Classes, Health, Side};
use crate::price::{PriceTable, PricedModels};
use crate::summary::share_pct;

/// The sum of some events of one side. A price is `None` as soon as one event with tokens has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SideSum {
    /// Requests, failed ones and repeated ones included.
    pub requests: u64,
    /// Requests that failed.
    pub failed: u64,
    /// Requests after the first one of the same id.
    pub retries: u64,
    /// Tokens in and out of all requests.
    pub tokens: u64,
    /// Those of them that failed requests used.
    pub failed_tokens: u64,
    cost_pico_usd: u64,
    unpriced: u64,
}

impl SideSum {
    /// Returns requests that did not fail.
    #[must_use]
    pub fn healthy(&self) -> u64 {
        self.requests - self.failed
    }

    /// Returns what the requests cost in US dollars; `None` when one of them has no price.
    #[must_use]
    pub fn cost_usd(&self) -> Option<f64> {
        (self.unpriced == 0).then_some(self.cost_pico_usd as f64 / 1e12)
    }

    /// Returns how many requests with tokens have no price.
    #[must_use]
    pub fn unpriced(&self) -> u64 {
        self.unpriced
    }

    /// Returns all tokens over the requests that went well: what a success takes, its failures included.
    #[must_use]
    pub fn tokens_per_healthy(&self) -> Option<f64> {
        (self.healthy() > 0).then(|| self.tokens as f64 / self.healthy() as f64)
    }

    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.failed += other.failed;
        self.retries += other.retries;
        self.tokens = self.tokens.saturating_add(other.tokens);
        self.failed_tokens = self.failed_tokens.saturating_add(other.failed_tokens);
        self.cost_pico_usd = self.cost_pico_usd.saturating_add(other.cost_pico_usd);
        self.unpriced += other.unpriced;
    }
}

/// One request on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// Its id.
    pub rid: String,
    /// What it took on the baseline; nothing when it was not seen there.
    pub baseline: SideSum,
    /// What it took on GLM.
    pub glm: SideSum,
}

impl RequestRow {
    /// Tells whether it was seen on both sides.
    #[must_use]
    pub fn is_matched(&self) -> bool {
        self.both().is_matched()
    }

    /// Returns GLM tokens minus baseline tokens.
    #[must_use]
    pub fn delta_tokens(&self) -> i128 {
        self.both().delta_tokens()
    }

    /// Returns GLM cost minus baseline cost in US dollars, when both are known.
    #[must_use]
    pub fn delta_usd(&self) -> Option<f64> {
        self.both().delta_usd()
    }

    fn both(&self) -> Both {
        Both { baseline: self.baseline, glm: self.glm }
    }
}

/// Matched requests first, then by the size of their difference, then by id.
fn in_order(a: &RequestRow, b: &RequestRow) -> std::cmp::Ordering {
    let key = |row: &RequestRow| (!row.is_matched(), std::cmp::Reverse(row.delta_tokens().unsigned_abs()));
    key(a).cmp(&key(b)).then_with(|| a.rid.cmp(&b.rid))
}

/// Tokens and cost of one model on one side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModelCost {
    /// Its requests; retries are told by side only.
    pub sum: SideSum,
    /// Tokens in.
    pub input: u64,
    /// Tokens read from a cache.
    pub cached: u64,
    /// Tokens out.
    pub output: u64,
}

/// The mean of GLM minus baseline over the matched requests, with a paired 95 % interval (Student's t with n - 1
/// degrees of freedom on the differences).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanDelta {
    /// Matched requests.
    pub n: usize,
    /// Mean of the differences.
    pub mean: f64,
    /// Lower end.
    pub lo: f64,
    /// Upper end.
    pub hi: f64,
}

/// Joins events by their request id. Every event that is added counts: add each once (see [`Seen`](crate::Seen)).
///
/// ```
/// use tracker_domain::{EventTokens, ProxyEvent};
/// use tracker_telemetry::{Classes, CostComparison, PriceTable};
/// let (classes, prices) = (Classes::default(), PriceTable::bundled());
/// let mut comparison = CostComparison::new(&classes, &prices);
/// for (rid, lane, input) in [("R1", "baseline", 100), ("R1", "glm", 80), ("R2", "glm", 5)] {
///     let tokens = EventTokens { input: Some(input), ..EventTokens::default() };
///     comparison.add(&ProxyEvent { rid: rid.into(), lane: lane.into(), tokens, ..ProxyEvent::default() });
/// }
/// let rows = comparison.rows(10);
/// assert_eq!((rows[0].rid.as_str(), rows[0].is_matched(), rows[0].delta_tokens()), ("R1", true, -20));
/// assert_eq!(comparison.glm_share_pct(), Some(100.0 * 85.0 / 185.0));
/// ```
#[derive(Debug, Clone)]
pub struct CostComparison<'c> {
    classes: &'c Classes,
    prices: PricedModels<'c>,
    requests: HashMap<Box<str>, Both>,
    sides: BTreeMap<Side, SideSum>,
    models: BTreeMap<Side, BTreeMap<String, ModelCost>>,
    without_rid: u64,
    decisions: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Both {
    baseline: SideSum,
    glm: SideSum,
}

impl Both {
    fn is_matched(&self) -> bool {
        self.baseline.requests > 0 && self.glm.requests > 0
    }

    fn delta_tokens(&self) -> i128 {
        i128::from(self.glm.tokens) - i128::from(self.baseline.tokens)
    }

    fn delta_usd(&self) -> Option<f64> {
        Some(self.glm.cost_usd()? - self.baseline.cost_usd()?)
    }
}

impl<'c> CostComparison<'c> {
    /// Returns a comparison without events.
    #[must_use]
    pub fn new(classes: &'c Classes, prices: &'c PriceTable) -> Self {
        Self {
            classes,
            prices: PricedModels::new(prices),
            requests: HashMap::new(),
            sides: BTreeMap::new(),
            models: BTreeMap::new(),
            without_rid: 0,
            decisions: 0,
        }
    }

    /// Adds an event; a routing decision is no request and only counted.
    pub fn add(&mut self, event: &ProxyEvent<'_>) {
        let health = self.classes.health(&event.status);
        if health == Health::Decision {
            self.decisions += 1;
            return;
        }
        let tokens = event.tokens.total();
        let price = self.prices.cost_pico_usd(event);
        let failed = health == Health::Failed;
        let mut sum = SideSum {
            requests: 1,
            failed: u64::from(failed),
            tokens,
            failed_tokens: if failed { tokens } else { 0 },
            cost_pico_usd: price.unwrap_or(0),
            unpriced: u64::from(price.is_none() && tokens > 0),
            retries: 0,
        };
        let side = self.classes.side(event);
        if event.rid.is_empty() {
            self.without_rid += 1;
        } else if side != Side::Other {
            let both = match self.requests.get_mut(&*event.rid) {
                Some(both) => both,
                None => self.requests.entry((*event.rid).into()).or_default(),
            };
            let of = if side == Side::Glm { &mut both.glm } else { &mut both.baseline };
            sum.retries = u64::from(of.requests > 0);
            of.add(&sum);
        }
        self.sides.entry(side).or_default().add(&sum);
        let models = self.models.entry(side).or_default();
        let model = match models.get_mut(&*event.model) {
            Some(model) => model,
            None => models.entry(event.model.clone().into_owned()).or_default(),
        };
        // Which of two tries came second depends on their order: retries are told by side only.
        model.sum.add(&SideSum { retries: 0, ..sum });
        model.input = model.input.saturating_add(event.tokens.input.unwrap_or(0));
        model.cached = model.cached.saturating_add(event.tokens.cached.unwrap_or(0));
        model.output = model.output.saturating_add(event.tokens.output.unwrap_or(0));
    }

    /// Takes over another comparison of other request ids: parts that were summed side by side.
    pub fn absorb(&mut self, other: Self) {
        for (rid, both) in other.requests {
            let mine = self.requests.entry(rid).or_default();
            mine.baseline.add(&both.baseline);
            mine.glm.add(&both.glm);
        }
        for (side, sum) in &other.sides {
            self.sides.entry(*side).or_default().add(sum);
        }
        for (side, models) in other.models {
            let mine = self.models.entry(side).or_default();
            for (name, theirs) in models {
                let model = mine.entry(name).or_default();
                model.sum.add(&theirs.sum);
                model.input = model.input.saturating_add(theirs.input);
                model.cached = model.cached.saturating_add(theirs.cached);
                model.output = model.output.saturating_add(theirs.output);
            }
        }
        self.without_rid += other.without_rid;
        self.decisions += other.decisions;
    }

    /// Returns the requests, at most `top`: matched ones first, then by the size of their difference, then by id.
    #[must_use]
    pub fn rows(&self, top: usize) -> Vec<RequestRow> {
        let mut rows: Vec<RequestRow> = self
            .requests
            .iter()
            .map(|(rid, both)| RequestRow { rid: rid.to_string(), baseline: both.baseline, glm: both.glm })
            .collect();
        if top < rows.len() {
            rows.select_nth_unstable_by(top, in_order);
            rows.truncate(top);
        }
        rows.sort_unstable_by(in_order);
        rows
    }

    /// Tells whether no event was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sides.is_empty() && self.decisions == 0
    }

    /// Returns how many requests were seen on both sides.
    #[must_use]
    pub fn matched(&self) -> usize {
        self.matched_requests().count()
    }

    /// Returns the sum of one side.
    #[must_use]
    pub fn side(&self, side: Side) -> SideSum {
        self.sides.get(&side).copied().unwrap_or_default()
    }

    /// Returns the sums by side and model, in the order of both.
    pub fn models(&self) -> impl Iterator<Item = (Side, &str, &ModelCost)> {
        self.models
            .iter()
            .flat_map(|(side, models)| models.iter().map(|(name, model)| (*side, name.as_str(), model)))
    }

    /// Returns the tokens of GLM in percent of those of both sides; `None` without tokens.
    #[must_use]
    pub fn glm_share_pct(&self) -> Option<f64> {
        let (baseline, glm) = (self.side(Side::Baseline).tokens, self.side(Side::Glm).tokens);
        share_pct(glm, baseline.saturating_add(glm))
    }

    /// Returns how many events have no request id: they are in the sums and in no row.
    #[must_use]
    pub fn without_rid(&self) -> u64 {
        self.without_rid
    }

    /// Returns how many routing decisions were passed over.
    #[must_use]
    pub fn decisions(&self) -> u64 {
        self.decisions
    }

    /// Returns the mean difference in tokens over the matched requests; `None` below 3 of them.
    #[must_use]
    pub fn mean_delta_tokens(&self) -> Option<MeanDelta> {
        mean_delta(self.matched_requests().map(|both| Some(both.delta_tokens() as f64)))
    }

    /// Returns the mean difference in US dollars; `None` below 3 matched requests or when one has no price.
    #[must_use]
    pub fn mean_delta_usd(&self) -> Option<MeanDelta> {
        mean_delta(self.matched_requests().map(Both::delta_usd))
    }

    fn matched_requests(&self) -> impl Iterator<Item = &Both> {
        self.requests.values().filter(|both| both.is_matched())
    }
}

/// The t interval of the mean is the delta-method interval of a ratio whose every unit has capacity 1; samples hold no
/// negative value, so the differences are shifted and the result is shifted back.
fn mean_delta(deltas: impl Iterator<Item = Option<f64>>) -> Option<MeanDelta> {
    let mut deltas: Vec<f64> = deltas.collect::<Option<_>>()?;
    if deltas.len() < 3 {
        return None;
    }
    // Sums of binary fractions depend on their order: one order, one result.
    deltas.sort_unstable_by(f64::total_cmp);
    let least = deltas.iter().copied().fold(f64::INFINITY, f64::min);
    let most = deltas.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = most - least;
    if span == 0.0 {
        return Some(MeanDelta { n: deltas.len(), mean: least, lo: least, hi: least });
    }
    // Scaled to 1..=2: within what a sample may hold, whatever the unit.
    let scaled: Vec<f64> = deltas.iter().map(|delta| 1.0 + (delta - least) / span).collect();
    let sample = Sample::new(&vec![1.0; scaled.len()], &scaled).ok()?;
    let found = interval(IntervalName::Delta, &sample, Level::P95).ok()?;
    let mean = deltas.iter().sum::<f64>() / deltas.len() as f64;
    let back = |end: f64| (end - found.estimate) * span + mean;
    Some(MeanDelta { n: deltas.len(), mean, lo: back(found.lo?), hi: back(found.hi?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_line;
    use proptest::prelude::*;
    use tracker_domain::EventTokens;

    const SAMPLE: &str = include_str!("../../../fixtures/telemetry/events.jsonl");

    fn of<'c>(lines: &[&str], classes: &'c Classes, prices: &'c PriceTable) -> CostComparison<'c> {
        let mut comparison = CostComparison::new(classes, prices);
        for line in lines {
            read_line(line).unwrap().iter().for_each(|event| comparison.add(event));
        }
        comparison
    }

    #[test]
    fn matched_requests_come_first_by_the_size_of_their_difference() {
        let (classes, prices) = (Classes::default(), PriceTable::bundled());
        let mut lines: Vec<&str> = SAMPLE.lines().collect();
        lines.push(
            r#"{"ts":1,"rid":"alone","lane":"glm","status":"ok","input_tokens":99999,"output_tokens":1}"#,
        );
        let comparison = of(&lines, &classes, &prices);
        let rows: Vec<_> = comparison.rows(9).into_iter().map(|row| (row.delta_tokens(), row.rid)).collect();
        let want = [(150, "R2"), (150, "R3"), (15, "R4"), (0, "R1"), (100_000, "alone")];
        assert_eq!(rows, want.map(|(delta, rid)| (delta, rid.to_owned())));
        assert_eq!(comparison.matched(), 4);
        assert_eq!(comparison.side(Side::Baseline).failed_tokens, 600);
    }

    #[test]
    fn the_paired_interval_is_students() {
        // mean +- 3.182446305 * sd / sqrt(4), with the t quantile of 3 degrees of freedom from tables.
        let (classes, prices) = (Classes::default(), PriceTable::bundled());
        let lines: Vec<&str> = SAMPLE.lines().collect();
        let found = of(&lines, &classes, &prices).mean_delta_tokens().unwrap();
        assert_eq!((found.n, found.mean), (4, 78.75));
        assert!((found.lo + 52.525_910).abs() < 1e-5 && (found.hi - 210.025_910).abs() < 1e-5, "{found:?}");
        let few = of(&lines[..4], &classes, &prices);
        assert_eq!((few.matched(), few.mean_delta_tokens()), (2, None));
    }

    #[test]
    fn tries_that_failed_are_told_apart_and_not_given_away() {
        let (classes, prices) = (Classes::default(), PriceTable::bundled());
        let event = |second: u32, status: &str, input: u32| {
            format!(r#"{{"ts":{second},"rid":"R","lane":"glm","status":"{status}","input_tokens":{input}}}"#)
        };
        let lines = [event(1, "500", 10), event(2, "429", 20), event(3, "200", 30)];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let glm = of(&lines, &classes, &prices).side(Side::Glm);
        assert_eq!((glm.requests, glm.failed, glm.retries, glm.healthy()), (3, 2, 2, 1));
        assert_eq!((glm.tokens, glm.failed_tokens, glm.tokens_per_healthy()), (60, 30, Some(60.0)));
    }

    #[test]
    fn a_model_without_a_price_has_none_instead_of_nothing() {
        let (classes, prices) = (Classes::default(), PriceTable::bundled());
        let lines: Vec<&str> = SAMPLE.lines().collect();
        let comparison = of(&lines, &classes, &prices);
        assert_eq!(
            comparison.side(Side::Baseline).cost_usd(),
            None,
            "anthropic/haiku is no model of the table"
        );
        assert!(comparison.side(Side::Glm).cost_usd().is_some_and(|usd| usd > 0.0));
        assert_eq!(comparison.mean_delta_usd(), None);
    }

    fn event() -> impl Strategy<Value = ProxyEvent<'static>> {
        let word = |words: &'static [&'static str]| prop::sample::select(words);
        (
            word(&["", "a", "b", "c"]),
            word(&["glm", "x"]),
            word(&["glm-4.6", "m"]),
            word(&["ok", "500", "-1"]),
            0u64..99,
        )
            .prop_map(|(rid, lane, model, status, input)| ProxyEvent {
                rid: rid.into(),
                lane: lane.into(),
                model: model.into(),
                status: status.into(),
                tokens: EventTokens { input: Some(input), output: Some(1), ..EventTokens::default() },
                ..ProxyEvent::default()
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn order_and_parts_by_id_change_no_number(events in prop::collection::vec(event(), 0..40)) {
            let (classes, prices) = (Classes::default(), PriceTable::bundled());
            let mut whole = CostComparison::new(&classes, &prices);
            events.iter().for_each(|event| whole.add(event));
            let mut parts = [CostComparison::new(&classes, &prices), CostComparison::new(&classes, &prices)];
            for event in events.iter().rev() {
                parts[usize::from(&*event.rid == "a")].add(event);
            }
            let [mut joined, second] = parts;
            joined.absorb(second);
            prop_assert_eq!(whole.rows(99), joined.rows(99));
            prop_assert_eq!(&whole.rows(99)[..whole.rows(2).len()], whole.rows(2));
            prop_assert_eq!(whole.mean_delta_tokens(), joined.mean_delta_tokens());
            for side in [Side::Baseline, Side::Glm] {
                prop_assert_eq!(whole.side(side), joined.side(side));
            }
            prop_assert!(whole.models().eq(joined.models()));
            let rows = whole.rows(99);
            let in_rows: u64 = rows.iter().map(|row| row.glm.requests + row.baseline.requests).sum();
            prop_assert_eq!(in_rows + whole.without_rid() + whole.decisions(), events.len() as u64);
        }
    }
}
