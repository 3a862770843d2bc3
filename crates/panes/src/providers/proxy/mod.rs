//! Proxy telemetry: lines that a router, a gateway or a client writes about each request. One reading sums
//! them up.
//!
//! A reading of telemetry has usage and no limit; only the quota summary of a proxy has meters. Which lane
//! did what, latencies and costs per lane are told by the telemetry crate, which reads the events one by one.

use tracker_domain::{ProviderId, Tag};

use crate::format::{self, Format};
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod event;
mod event_lines;
mod lines;
mod otel;
mod otel_fields;
mod pino;
mod quota_summary;
mod status;
mod summary;
mod tokens;

/// Whose figures these are: an observer between the clients and the services.
const PROVIDER: ProviderId = ProviderId::from_static("proxy");

/// Reads proxy telemetry.
#[derive(Debug)]
pub(crate) struct Proxy;

const FORMATS: &[Format] = &[
    Format { name: "quota summary", detect: quota_summary::detect, parse: quota_summary::parse },
    Format { name: "OpenTelemetry", detect: otel::detect, parse: otel::parse },
    Format { name: "request log", detect: pino::detect, parse: pino::parse },
    Format { name: "event lines", detect: event_lines::detect, parse: event_lines::parse },
];

impl PaneParser for Proxy {
    fn kind(&self) -> &'static str {
        "proxy"
    }

    fn provider(&self) -> ProviderId {
        PROVIDER
    }

    fn describe(&self) -> &'static str {
        "proxy telemetry: event lines, LiteLLM, OpenRouter, OpenTelemetry (OTLP, GenAI spans), claude-code-router logs"
    }

    fn detect(&self, input: &Input<'_>) -> Confidence {
        format::detect(FORMATS, input)
    }

    fn parse(&self, input: &Input<'_>, ctx: &Ctx) -> Parsed {
        match format::surest(FORMATS, input) {
            Some((format, _)) => (format.parse)(input, ctx),
            None => Parsed::nothing(PROVIDER, "unknown", Tag::NoEvents),
        }
    }
}
