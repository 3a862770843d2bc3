//! The `Subagent Proxy:` block of the preview.

use std::fmt::Write as _;

use tracker_cli_support::{number, percent};
use tracker_telemetry::Summary;

use super::Lines;
use crate::telemetry::stored::Telemetry;
use crate::wire::telemetry::{ModelJson, ProxyJson, SummaryJson};
use crate::wire::value::Plain;

/// Returns the block: the earlier tool's line first, then one line for each window and lane and for each model.
pub(super) fn text(telemetry: &mut Telemetry, out: &mut Lines) {
    let total = &mut telemetry.total;
    if total.events() == 0 && total.decisions() == 0 {
        if let Some(of) = telemetry.totals_only {
            out.push("Subagent Proxy:");
            out.push(format_args!(
                "  - routed={} (events={}), latency={} ms p50 / {} ms p95, errors={}",
                share(of.routed_to_glm_pct),
                of.total,
                millis(of.latency_p50_ms),
                millis(of.latency_p95_ms),
                share(of.error_rate_pct),
            ));
        }
        return;
    }
    out.push("Subagent Proxy:");
    out.push(format_args!("  - {}", line(total)));
    for ((window, lane), summary) in &mut telemetry.lanes {
        let lane = if lane.is_empty() { "n/a" } else { lane };
        out.push(format_args!("  - {window} lane={lane}: {}", line(summary)));
    }
    for (model, tokens) in telemetry.total.models() {
        let model = if model.is_empty() { "n/a" } else { model };
        out.push(format_args!(
            "  - model={model}: requests={}, tokens in={}, out={}, cached={}",
            tokens.requests, tokens.input, tokens.output, tokens.cached
        ));
    }
}

fn line(of: &mut Summary) -> String {
    let mut line = format!(
        "routed={} (events={}), latency={} ms p50 / {} ms p95, errors={}",
        share(of.routed_pct()),
        of.events(),
        millis(of.latency_ms(0.5)),
        millis(of.latency_ms(0.95)),
        share(of.error_pct()),
    );
    let rare = [
        ("malformed-latency", of.latency_malformed()),
        ("unknown-status", of.unknown_status()),
        ("decisions", of.decisions()),
    ];
    for (name, count) in rare.into_iter().filter(|(_, count)| *count > 0) {
        let _ = write!(line, ", {name}={count}");
    }
    if let Some(cost) = of.told_cost_micro_usd() {
        let _ = write!(line, ", told-cost={} USD", number(cost as f64 / 1e6));
    }
    line
}

fn share(pct: Option<f64>) -> String {
    pct.map_or_else(|| "n/a".to_owned(), percent)
}

fn millis(ms: Option<f64>) -> String {
    ms.map_or_else(|| "n/a".to_owned(), |ms| format!("{ms:.0}"))
}

/// Returns the telemetry as JSON; `None` when there is none.
pub(crate) fn json(telemetry: &Telemetry) -> Option<ProxyJson<'_>> {
    let has_events = telemetry.total.events() > 0 || telemetry.total.decisions() > 0;
    let mut total = summary(&telemetry.total);
    if let (false, Some(of)) = (has_events, telemetry.totals_only) {
        total.total = of.total;
        total.routed_to_glm_pct = of.routed_to_glm_pct.map(Plain);
        total.latency_p50_ms = of.latency_p50_ms.map(Plain);
        total.latency_p95_ms = of.latency_p95_ms.map(Plain);
        total.error_rate_pct = of.error_rate_pct.map(Plain);
    } else if !has_events {
        return None;
    }
    let lanes = telemetry.lanes.iter().map(|((window, lane), of)| SummaryJson {
        window: Some(window.as_str()),
        lane: Some(lane),
        ..summary(of)
    });
    Some(ProxyJson { total, lanes: lanes.collect() })
}

fn summary(of: &Summary) -> SummaryJson<'_> {
    // Percentiles reorder what they are of.
    let mut sorted = of.clone();
    let plain = |value: Option<f64>| value.map(Plain);
    SummaryJson {
        window: None,
        lane: None,
        total: of.events(),
        routed_to_glm_pct: plain(of.routed_pct()),
        latency_p50_ms: plain(sorted.latency_ms(0.5)),
        latency_p95_ms: plain(sorted.latency_ms(0.95)),
        error_rate_pct: plain(of.error_pct()),
        unknown_status: of.unknown_status(),
        decisions: of.decisions(),
        latency_malformed: of.latency_malformed(),
        told_cost_usd: plain(of.told_cost_micro_usd().map(|micros| micros as f64 / 1e6)),
        models: of
            .models()
            .iter()
            .map(|(model, tokens)| {
                let model_json = ModelJson {
                    requests: tokens.requests,
                    input_tokens: tokens.input,
                    output_tokens: tokens.output,
                    cached_tokens: tokens.cached,
                };
                (model.as_str(), model_json)
            })
            .collect(),
    }
}
