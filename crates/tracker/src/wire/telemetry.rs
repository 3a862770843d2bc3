//! Telemetry sums and the cost comparison as JSON.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Plain;

/// What events add up to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TelemetrySummary")]
pub(crate) struct SummaryJson<'a> {
    /// The window; `null` for a sum over several.
    pub(crate) window: Option<&'a str>,
    /// The lane that the events name; `null` for a sum over all.
    pub(crate) lane: Option<&'a str>,
    /// Events without routing decisions.
    pub(crate) total: u64,
    /// Routed to GLM, 0 to 100.
    pub(crate) routed_to_glm_pct: Option<Plain>,
    /// Median of the valid latencies in milliseconds.
    pub(crate) latency_p50_ms: Option<Plain>,
    /// Their 95th percentile in milliseconds.
    pub(crate) latency_p95_ms: Option<Plain>,
    /// Failed, 0 to 100.
    pub(crate) error_rate_pct: Option<Plain>,
    /// Events without a status.
    pub(crate) unknown_status: u64,
    /// Routing decisions beside the events.
    pub(crate) decisions: u64,
    /// Latencies that are no duration.
    pub(crate) latency_malformed: u64,
    /// What the proxy says it cost, in US dollars.
    pub(crate) told_cost_usd: Option<Plain>,
    /// Tokens by model.
    pub(crate) models: BTreeMap<&'a str, ModelJson>,
}

/// Tokens of one model.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ModelTokens")]
pub(crate) struct ModelJson {
    /// Requests.
    pub(crate) requests: u64,
    /// Tokens in.
    pub(crate) input_tokens: u64,
    /// Tokens out.
    pub(crate) output_tokens: u64,
    /// Tokens read from a cache.
    pub(crate) cached_tokens: u64,
}

/// The telemetry of a preview.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SubagentProxy")]
pub(crate) struct ProxyJson<'a> {
    /// All events, each once.
    #[serde(flatten)]
    pub(crate) total: SummaryJson<'a>,
    /// The events of each window by lane.
    pub(crate) lanes: Vec<SummaryJson<'a>>,
}

/// What requests cost on either side.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CostCompare")]
pub(crate) struct CostJson<'a> {
    /// Requests by id: matched first, then by the size of the difference.
    pub(crate) rows: Vec<CostRowJson<'a>>,
    /// Requests that were seen on both sides, also those that are not listed.
    pub(crate) matched: usize,
    /// Whether there are as many as were asked for.
    pub(crate) enough: bool,
    /// Sums over all events of a side.
    pub(crate) sides: BTreeMap<&'static str, SideJson>,
    /// Tokens of GLM in percent of both.
    pub(crate) glm_share_pct: Option<Plain>,
    /// Mean of GLM minus baseline tokens over matched requests, when there are at least 3.
    pub(crate) mean_delta_tokens: Option<MeanJson>,
    /// The same in US dollars, when every one has a price.
    pub(crate) mean_delta_usd: Option<MeanJson>,
    /// Sums by side and model.
    pub(crate) models: Vec<ModelCostJson<'a>>,
    /// Newest date of the price table.
    pub(crate) prices_as_of: &'a str,
    /// `bundled`, or the file.
    pub(crate) prices_source: &'a str,
    /// Events without a request id: in the sums and in no row.
    pub(crate) events_without_rid: u64,
    /// Routing decisions, which are no requests.
    pub(crate) decisions: u64,
}

/// One request.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CostRow")]
pub(crate) struct CostRowJson<'a> {
    /// Its id.
    pub(crate) rid: &'a str,
    /// Tokens on the baseline.
    pub(crate) baseline_tokens: u64,
    /// Tokens on GLM.
    pub(crate) glm_tokens: u64,
    /// GLM minus baseline.
    pub(crate) delta_glm_minus_base: i64,
    /// US dollars on the baseline; `null` without a price.
    pub(crate) baseline_usd: Option<Plain>,
    /// US dollars on GLM; `null` without a price.
    pub(crate) glm_usd: Option<Plain>,
    /// Whether it was seen on both sides.
    pub(crate) matched: bool,
    /// Requests on the baseline, failed and repeated ones included.
    pub(crate) baseline_tries: u64,
    /// Requests on GLM, failed and repeated ones included.
    pub(crate) glm_tries: u64,
}

/// The sum of one side.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CostSide")]
pub(crate) struct SideJson {
    /// Requests, failed and repeated ones included.
    pub(crate) requests: u64,
    /// Requests that did not fail.
    pub(crate) healthy: u64,
    /// Requests that failed.
    pub(crate) failed: u64,
    /// Requests after the first of the same id.
    pub(crate) retries: u64,
    /// Tokens of all.
    pub(crate) tokens: u64,
    /// Tokens of those that failed.
    pub(crate) failed_tokens: u64,
    /// All tokens over the requests that did not fail.
    pub(crate) tokens_per_healthy: Option<Plain>,
    /// US dollars; `null` when one request has no price.
    pub(crate) cost_usd: Option<Plain>,
    /// Requests with tokens and without a price.
    pub(crate) unpriced: u64,
}

/// A mean difference with its paired 95 % interval.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MeanDelta")]
pub(crate) struct MeanJson {
    /// Matched requests.
    pub(crate) n: usize,
    /// Mean.
    pub(crate) mean: Plain,
    /// Lower end.
    pub(crate) lo: Plain,
    /// Upper end.
    pub(crate) hi: Plain,
}

/// The sum of one model on one side.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ModelCost")]
pub(crate) struct ModelCostJson<'a> {
    /// The side.
    pub(crate) side: &'static str,
    /// The model.
    pub(crate) model: &'a str,
    /// Requests.
    pub(crate) requests: u64,
    /// Tokens in.
    pub(crate) input_tokens: u64,
    /// Tokens read from a cache.
    pub(crate) cached_tokens: u64,
    /// Tokens out.
    pub(crate) output_tokens: u64,
    /// US dollars; `null` without a price.
    pub(crate) cost_usd: Option<Plain>,
}
