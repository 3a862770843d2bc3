//! The field names of proxies: which name means what, and which of two names for one thing counts.

/// What a field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    At,
    Began,
    Rid,
    Lane,
    Model,
    Status,
    Input,
    /// Input that by its name includes cached tokens.
    InputWithCache,
    Output,
    Cached,
    CacheWrite,
    Reasoning,
    /// US dollars.
    Cost,
    /// 1e-6 US dollars.
    CostMicros,
    Reason,
    /// Milliseconds.
    Latency,
    /// Seconds.
    LatencySeconds,
    /// An object that holds token counts.
    Usage,
    /// An object that holds details of token counts.
    Details,
    /// OpenTelemetry attributes.
    Attributes,
    /// An OTLP post, or what a collector wrapped around it.
    Post,
}

/// How many slots there are.
pub(crate) const SLOTS: usize = Slot::Post as usize + 1;

/// Returns what a field name means, and its rank among the names for the same: the lowest counts.
pub(crate) fn slot_of(name: &str) -> Option<(Slot, u8)> {
    request_slot(name).or_else(|| token_slot(name)).or_else(|| other_slot(name))
}

/// Returns the slot of a name that says when, who and how a request ended.
#[rustfmt::skip]
fn request_slot(name: &str) -> Option<(Slot, u8)> {
    Some(match name {
        "ts" => (Slot::At, 0),
        "timestamp" => (Slot::At, 1),
        "time" => (Slot::At, 2),
        "endTime" => (Slot::At, 3),
        "created_at" => (Slot::At, 5),
        "created" => (Slot::At, 6),
        "timeUnixNano" => (Slot::At, 7),
        "startTime" => (Slot::Began, 0),
        "rid" => (Slot::Rid, 0),
        "request_id" => (Slot::Rid, 1),
        "litellm_call_id" => (Slot::Rid, 2),
        "reqId" => (Slot::Rid, 3),
        "responseId" => (Slot::Rid, 4),
        "gen_ai.response.id" => (Slot::Rid, 5),
        "id" => (Slot::Rid, 6),
        "trace_id" => (Slot::Rid, 7),
        "lane" => (Slot::Lane, 0),
        "provider" => (Slot::Lane, 1),
        "custom_llm_provider" => (Slot::Lane, 2),
        "upstream" => (Slot::Lane, 3),
        "provider_name" => (Slot::Lane, 4),
        "backend_provider" => (Slot::Lane, 5),
        "gen_ai.provider.name" => (Slot::Lane, 6),
        "gen_ai.system" => (Slot::Lane, 7),
        "model" => (Slot::Model, 0),
        "routedModel" => (Slot::Model, 1),
        "model_group" => (Slot::Model, 2),
        "model_id" => (Slot::Model, 3),
        "gen_ai.response.model" => (Slot::Model, 4),
        "gen_ai.request.model" => (Slot::Model, 5),
        "status" => (Slot::Status, 0),
        "status_code" => (Slot::Status, 1),
        "statusCode" => (Slot::Status, 2),
        _ => return None,
    })
}

/// Returns the slot of a name that counts tokens.
#[rustfmt::skip]
fn token_slot(name: &str) -> Option<(Slot, u8)> {
    Some(match name {
        "input_tokens" => (Slot::Input, 0),
        "prompt_tokens" => (Slot::InputWithCache, 0),
        "input_token_count" => (Slot::InputWithCache, 1),
        "native_tokens_prompt" => (Slot::InputWithCache, 2),
        "gen_ai.usage.input_tokens" => (Slot::InputWithCache, 3),
        "gen_ai.usage.prompt_tokens" => (Slot::InputWithCache, 4),
        "output_tokens" => (Slot::Output, 0),
        "completion_tokens" => (Slot::Output, 1),
        "output_token_count" => (Slot::Output, 2),
        "native_tokens_completion" => (Slot::Output, 3),
        "gen_ai.usage.output_tokens" => (Slot::Output, 4),
        "gen_ai.usage.completion_tokens" => (Slot::Output, 5),
        "cached" => (Slot::Cached, 0),
        "cache_read_input_tokens" => (Slot::Cached, 1),
        "cache_read_tokens" => (Slot::Cached, 2),
        "cached_token_count" => (Slot::Cached, 3),
        "cached_tokens" => (Slot::Cached, 4),
        "gen_ai.usage.cache_read.input_tokens" => (Slot::Cached, 5),
        "cache_creation_input_tokens" => (Slot::CacheWrite, 0),
        "cache_creation_tokens" => (Slot::CacheWrite, 1),
        "cache_write_token_count" => (Slot::CacheWrite, 2),
        "cache_write_tokens" => (Slot::CacheWrite, 3),
        "gen_ai.usage.cache_creation.input_tokens" => (Slot::CacheWrite, 4),
        "reasoning_tokens" => (Slot::Reasoning, 0),
        "reasoning_token_count" => (Slot::Reasoning, 1),
        "gen_ai.usage.reasoning.output_tokens" => (Slot::Reasoning, 2),
        _ => return None,
    })
}

/// Returns the slot of a name that says what a request cost and took, or that holds further fields.
#[rustfmt::skip]
fn other_slot(name: &str) -> Option<(Slot, u8)> {
    Some(match name {
        "cost_usd" => (Slot::Cost, 0),
        "response_cost" => (Slot::Cost, 1),
        "spend" => (Slot::Cost, 2),
        "cost" => (Slot::Cost, 3),
        "total_cost" => (Slot::Cost, 4),
        "cost_usd_micros" => (Slot::CostMicros, 0),
        "reason" => (Slot::Reason, 0),
        "decision" => (Slot::Reason, 1),
        "err_type" => (Slot::Reason, 2),
        "error_str" => (Slot::Reason, 3),
        "finish_reason" => (Slot::Reason, 4),
        "exception" => (Slot::Reason, 5),
        "event" => (Slot::Reason, 6),
        "latency_ms" => (Slot::Latency, 0),
        "duration_ms" => (Slot::Latency, 1),
        "request_duration_ms" => (Slot::Latency, 2),
        "responseTime" => (Slot::Latency, 3),
        "response_time" => (Slot::LatencySeconds, 0),
        "usage" => (Slot::Usage, 0),
        "prompt_tokens_details" | "completion_tokens_details" => (Slot::Details, 0),
        "attributes" => (Slot::Attributes, 0),
        "resourceLogs" => (Slot::Post, 0),
        "resourceSpans" => (Slot::Post, 1),
        "resourceMetrics" => (Slot::Post, 2),
        "body" => (Slot::Post, 3),
        _ => return None,
    })
}
