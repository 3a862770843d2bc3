//! Codex CLI: the `/status` pane of every version, and the machine formats beside it.

use tracker_domain::ProviderId;

use crate::format::{self, Format};
use crate::live::LiveMeter;
use crate::logs::LogFormat;
use crate::plain::plain;
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod family;
mod headers;
mod live;
mod log;
mod log_row;
mod reply;
mod rollout;
mod status;

/// What Codex CLI writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Codex;

const FORMATS: &[Format] = &[
    Format { name: "status pane", detect: status::detect, parse: status::parse },
    Format { name: "rollout", detect: rollout::detect, parse: rollout::parse },
    Format { name: "reply", detect: reply::detect, parse: reply::parse },
    Format { name: "headers", detect: headers::detect, parse: headers::parse },
];

fn provider() -> ProviderId {
    crate::provider_id("codex")
}

impl PaneParser for Codex {
    fn kind(&self) -> &'static str {
        "codex"
    }

    fn provider(&self) -> ProviderId {
        provider()
    }

    fn describe(&self) -> &'static str {
        "Codex CLI: /status pane, rollout log, exec --json, app-server and usage replies, response headers"
    }

    fn detect(&self, input: &Input<'_>) -> Confidence {
        let text = plain(input.text);
        format::detect(FORMATS, &Input { text: &text, ..*input })
    }

    fn parse(&self, input: &Input<'_>, ctx: &Ctx) -> Parsed {
        let text = plain(input.text);
        let input = Input { text: &text, ..*input };
        let parse = format::surest(FORMATS, &input).map_or(status::parse as _, |(format, _)| format.parse);
        parse(&input, ctx)
    }

    fn logs(&self) -> Option<&'static dyn LogFormat> {
        Some(&log::Rollouts)
    }

    fn live(&self) -> Option<&'static LiveMeter> {
        Some(&live::LIVE)
    }
}
