//! Prices by model and date: a bundled table, or a file in its place. Nothing is fetched.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Deserialize;
use tracker_domain::ProxyEvent;

/// The table that comes with this release.
const BUNDLED: &str = include_str!("../prices.csv");

/// The most that a price may be, in US dollars for a million tokens.
const MAX_USD: f64 = 100_000.0;

/// Why a price table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the price table: {why}")]
pub struct PriceFault {
    /// The line of the file, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// What tokens of one model cost from one day on, in 1e-12 US dollars a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Price {
    /// Microseconds since the epoch.
    from_micros: i64,
    input: u64,
    cached: u64,
    output: u64,
}

/// Prices of models for a million tokens, each from a date on.
///
/// A model is looked up by its name without the provider before the last `/` and without a date behind it, in any
/// case, with `.` and `-` taken for the same: `anthropic/Claude-Sonnet-4.5-20250929` is `claude-sonnet-4-5`. A model
/// that is not listed, or an event from before its first date, has no price; nothing is guessed.
///
/// ```
/// use tracker_domain::{EventTokens, ProxyEvent};
/// use tracker_telemetry::PriceTable;
/// let table = PriceTable::bundled();
/// let tokens = EventTokens { input: Some(1_000_000), output: Some(1_000_000), ..EventTokens::default() };
/// let event = |model: &'static str| ProxyEvent { model: model.into(), tokens, ..ProxyEvent::default() };
/// assert_eq!(table.cost_pico_usd(&event("z.ai/glm-4.6")), Some(2_800_000_000_000));
/// assert_eq!(table.cost_pico_usd(&event("anthropic/haiku")), None);
/// assert!(table.newest() >= "2025-10-15");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceTable {
    /// Prices by normalized name, each list in the order of its dates.
    models: HashMap<String, Vec<Price>>,
    newest: String,
}

#[derive(Deserialize)]
struct Row {
    model: String,
    input_usd: String,
    cached_input_usd: String,
    output_usd: String,
    effective: String,
    source: String,
}

impl PriceTable {
    /// Returns the table that comes with this release.
    #[must_use]
    pub fn bundled() -> Self {
        // A test reads the bundled table; an empty one prices nothing and says so in every output.
        Self::parse(BUNDLED).unwrap_or(Self { models: HashMap::new(), newest: "n/a".to_owned() })
    }

    /// Reads a table in CSV: `model,input_usd,cached_input_usd,output_usd,effective,source`; prices in US dollars for a
    /// million tokens, dates as `2026-01-31`.
    ///
    /// ```
    /// use tracker_telemetry::PriceTable;
    /// let head = "model,input_usd,cached_input_usd,output_usd,effective,source";
    /// let table = PriceTable::parse(&format!("{head}\nmy-model,1,0.1,2,2026-01-31,invoice\n"))?;
    /// assert_eq!(table.newest(), "2026-01-31");
    /// let wrong = PriceTable::parse(&format!("{head}\nmy-model,one,0.1,2,2026-01-31,invoice\n")).unwrap_err();
    /// assert_eq!(wrong.to_string(), "line 2 of the price table: input_usd is not a price from 0 to 100000: one");
    /// # Ok::<(), tracker_telemetry::PriceFault>(())
    /// ```
    ///
    /// # Errors
    /// [`PriceFault`] with the line that cannot be read, or that names the same model and date twice.
    pub fn parse(text: &str) -> Result<Self, PriceFault> {
        let mut table = Self { models: HashMap::new(), newest: String::new() };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
        let header = reader.headers().cloned().map_err(|cause| fault(1, cause.to_string()))?;
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|cause| fault(0, cause.to_string()))? {
            let line = record.position().map_or(0, csv::Position::line);
            let row: Row =
                record.deserialize(Some(&header)).map_err(|cause| fault(line, cause.to_string()))?;
            table.add(&row, line)?;
        }
        if table.models.is_empty() {
            return Err(fault(1, "it holds no price".to_owned()));
        }
        Ok(table)
    }

    /// Returns the newest date of the table, as `2026-01-31`.
    #[must_use]
    pub fn newest(&self) -> &str {
        &self.newest
    }

    /// Returns what an event cost in 1e-12 US dollars, or `None` when its model had no price at its time (an event
    /// without a time takes the newest). Tokens written to a cache cost what input costs.
    #[must_use]
    pub fn cost_pico_usd(&self, event: &ProxyEvent<'_>) -> Option<u64> {
        cost(self.prices(&event.model)?, event)
    }

    /// Returns the prices of a model as a proxy names it.
    fn prices(&self, model: &str) -> Option<&[Price]> {
        self.models.get(&normalized(model)).map(Vec::as_slice)
    }

    fn add(&mut self, row: &Row, line: u64) -> Result<(), PriceFault> {
        let price = |name: &str, text: &str| {
            let usd = text.parse::<f64>().ok().filter(|usd| (0.0..=MAX_USD).contains(usd));
            let usd =
                usd.ok_or_else(|| fault(line, format!("{name} is not a price from 0 to 100000: {text}")))?;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1e11")]
            let pico_a_token = (usd * 1e6).round() as u64;
            Ok(pico_a_token)
        };
        let day: NaiveDate = row.effective.parse().map_err(|_| {
            fault(line, format!("effective is not a date such as 2026-01-31: {}", row.effective))
        })?;
        if row.model.is_empty() || row.source.is_empty() {
            return Err(fault(line, "model and source must be given".to_owned()));
        }
        let new = Price {
            from_micros: day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros(),
            input: price("input_usd", &row.input_usd)?,
            cached: price("cached_input_usd", &row.cached_input_usd)?,
            output: price("output_usd", &row.output_usd)?,
        };
        let prices = self.models.entry(normalized(&row.model)).or_default();
        match prices.binary_search_by_key(&new.from_micros, |price| price.from_micros) {
            Ok(_) => return Err(fault(line, format!("{} has two prices from {}", row.model, row.effective))),
            Err(at) => prices.insert(at, new),
        }
        self.newest = self.newest.clone().max(day.to_string());
        Ok(())
    }
}

/// Looks models up once each.
#[derive(Debug, Clone)]
pub(crate) struct PricedModels<'t> {
    table: &'t PriceTable,
    known: HashMap<String, Option<&'t [Price]>>,
}

impl<'t> PricedModels<'t> {
    pub(crate) fn new(table: &'t PriceTable) -> Self {
        Self { table, known: HashMap::new() }
    }

    pub(crate) fn cost_pico_usd(&mut self, event: &ProxyEvent<'_>) -> Option<u64> {
        let prices = match self.known.get(&*event.model) {
            Some(prices) => *prices,
            None => *self
                .known
                .entry(event.model.clone().into_owned())
                .or_insert_with(|| self.table.prices(&event.model)),
        };
        cost(prices?, event)
    }
}

fn cost(prices: &[Price], event: &ProxyEvent<'_>) -> Option<u64> {
    let at = event.at_micros.unwrap_or(i64::MAX);
    let price = prices.iter().rev().find(|price| price.from_micros <= at)?;
    let tokens = &event.tokens;
    let written = if tokens.cached_in_input { 0 } else { tokens.cache_write.unwrap_or(0) };
    let parts = [
        (tokens.fresh_input(), price.input),
        (written, price.input),
        (tokens.cached.unwrap_or(0), price.cached),
        (tokens.output.unwrap_or(0), price.output),
    ];
    Some(parts.iter().fold(0, |sum: u64, (count, each)| sum.saturating_add(count.saturating_mul(*each))))
}

/// Returns a model's name without provider and date, in lower case, with `-` for `.`.
fn normalized(model: &str) -> String {
    let name = model.rsplit('/').next().unwrap_or_default();
    let is_date = |tail: &str| tail.len() == 8 && tail.bytes().all(|byte| byte.is_ascii_digit());
    let name = match name.rsplit_once(['-', '@']) {
        Some((head, tail)) if is_date(tail) => head,
        _ => name,
    };
    name.to_ascii_lowercase().replace('.', "-")
}

fn fault(line: u64, why: String) -> PriceFault {
    PriceFault { line, why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracker_domain::EventTokens;

    const HEAD: &str = "model,input_usd,cached_input_usd,output_usd,effective,source\n";

    #[test]
    fn the_bundled_table_is_whole() {
        let table = PriceTable::parse(BUNDLED).unwrap();
        assert_eq!(table, PriceTable::bundled());
        assert_eq!(table.models.values().map(Vec::len).sum::<usize>(), BUNDLED.lines().count() - 1);
    }

    #[test]
    fn names_of_one_model_are_one() {
        for name in ["glm-4.6", "z.ai/glm-4.6", "GLM-4-6", "openrouter/z-ai/glm-4.6-20250930"] {
            assert_eq!(normalized(name), "glm-4-6", "{name}");
        }
        assert_eq!(normalized("claude-sonnet-4-5@20250929"), "claude-sonnet-4-5");
        assert_ne!(normalized("glm-4.6:free"), "glm-4-6");
    }

    #[test]
    fn a_price_holds_from_its_date_on() {
        let table =
            PriceTable::parse(&format!("{HEAD}m,2,0,0,2026-02-01,x\nm,1,0,0,2026-01-01,x\n")).unwrap();
        let cost = |ts: Option<&str>| {
            let at_micros =
                ts.map(|ts| ts.parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_micros());
            let tokens = EventTokens { input: Some(1), ..EventTokens::default() };
            table.cost_pico_usd(&ProxyEvent { model: "m".into(), at_micros, tokens, ..ProxyEvent::default() })
        };
        assert_eq!(cost(Some("2025-12-31T23:59:59Z")), None);
        assert_eq!(cost(Some("2026-01-31T23:59:59Z")), Some(1_000_000));
        assert_eq!(cost(Some("2026-02-01T00:00:00Z")), Some(2_000_000));
        assert_eq!(cost(None), Some(2_000_000));
    }

    #[test]
    fn cached_tokens_are_paid_once_and_at_their_own_price() {
        let table = PriceTable::parse(&format!("{HEAD}m,10,1,100,2026-01-01,x\n")).unwrap();
        let cost = |tokens| {
            table.cost_pico_usd(&ProxyEvent { model: "m".into(), tokens, ..ProxyEvent::default() }).unwrap()
                / 1_000_000
        };
        let beside =
            EventTokens { input: Some(3), cached: Some(5), cache_write: Some(2), ..EventTokens::default() };
        assert_eq!(cost(beside), 30 + 20 + 5);
        let within = EventTokens { input: Some(8), cached: Some(5), cached_in_input: true, ..beside };
        assert_eq!(cost(within), 30 + 5);
        assert_eq!(cost(EventTokens { output: Some(2), ..EventTokens::default() }), 200);
    }

    #[test]
    fn tables_that_cannot_be_right_are_refused() {
        for (rows, line) in [
            ("", 1),
            ("m,1,1,1,2026-01-01,x\nm,2,2,2,2026-01-01,x\n", 3),
            ("m,-1,1,1,2026-01-01,x\n", 2),
            ("m,1,NaN,1,2026-01-01,x\n", 2),
            ("m,1,1,1,soon,x\n", 2),
            ("m,1,1,1,2026-01-01,\n", 2),
        ] {
            assert_eq!(PriceTable::parse(&format!("{HEAD}{rows}")).unwrap_err().line, line, "{rows}");
        }
        assert!(PriceTable::parse("model,usd\nm,1\n").is_err());
    }
}
