//! One event of a sub-agent proxy, as far as the proxy told it.

use std::borrow::Cow;

/// The token counts of one request; what was not told is `None`, never 0.
///
/// OpenAI-style input includes cached tokens, Anthropic-style input does not: counts are kept as told, and
/// [`cached_in_input`](Self::cached_in_input) says which it is.
///
/// ```
/// use tracker_domain::EventTokens;
/// let anthropic = EventTokens { input: Some(100), output: Some(20), cached: Some(900), ..EventTokens::default() };
/// let openai = EventTokens { input: Some(1000), cached_in_input: true, ..anthropic };
/// assert_eq!((anthropic.fresh_input(), openai.fresh_input()), (100, 100));
/// assert_eq!((anthropic.total(), EventTokens::default().total()), (120, 0));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventTokens {
    /// Tokens that went in.
    pub input: Option<u64>,
    /// Tokens that came out.
    pub output: Option<u64>,
    /// Tokens that were read from a cache.
    pub cached: Option<u64>,
    /// Tokens that were written to a cache.
    pub cache_write: Option<u64>,
    /// Tokens of the output that were reasoning.
    pub reasoning: Option<u64>,
    /// Whether `input` includes `cached`.
    pub cached_in_input: bool,
}

impl EventTokens {
    /// Returns input plus output, the count by which lanes are compared; 0 when nothing was told.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.input.unwrap_or(0).saturating_add(self.output.unwrap_or(0))
    }

    /// Returns the input tokens that no cache held.
    #[must_use]
    pub fn fresh_input(&self) -> u64 {
        let cached = if self.cached_in_input { self.cached.unwrap_or(0) } else { 0 };
        self.input.unwrap_or(0).saturating_sub(cached)
    }
}

/// How long a request took.
///
/// ```
/// use tracker_domain::EventLatency;
/// assert_eq!(EventLatency::Micros(420_000).micros(), Some(420_000));
/// assert_eq!(EventLatency::Malformed.micros(), None);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EventLatency {
    /// The proxy told none.
    #[default]
    Absent,
    /// The proxy told something that is no duration of at least 0.
    Malformed,
    /// Microseconds.
    Micros(u64),
}

impl EventLatency {
    /// Returns the microseconds of a valid latency.
    #[must_use]
    pub fn micros(self) -> Option<u64> {
        match self {
            Self::Micros(micros) => Some(micros),
            Self::Absent | Self::Malformed => None,
        }
    }
}

/// One request, failure or routing decision of a proxy. Text that was not told is empty.
///
/// ```
/// use tracker_domain::ProxyEvent;
/// let event = ProxyEvent { rid: "R1".into(), lane: "glm".into(), ..ProxyEvent::default() };
/// assert_eq!(event.tokens.total(), 0);
/// assert_eq!(event.status, "");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyEvent<'a> {
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub at_micros: Option<i64>,
    /// The id that joins the events of one request. It is no identity: a retry and a second lane share it.
    pub rid: Cow<'a, str>,
    /// The lane or provider that served it.
    pub lane: Cow<'a, str>,
    /// The model.
    pub model: Cow<'a, str>,
    /// How it ended: a word or an HTTP status in digits.
    pub status: Cow<'a, str>,
    /// Why it was routed or failed.
    pub reason: Cow<'a, str>,
    /// Its tokens.
    pub tokens: EventTokens,
    /// What the proxy says it cost, in 1e-6 US dollars.
    pub cost_micro_usd: Option<u64>,
    /// How long it took.
    pub latency: EventLatency,
}
