//! Claude Code: the `/usage` pane of every version, and the machine formats beside it.

use tracker_domain::ProviderId;

use crate::format::{self, Format};
use crate::live::LiveMeter;
use crate::logs::LogFormat;
use crate::plain::plain;
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod limit_message;
mod live;
mod log;
mod log_row;
mod oauth;
mod project_log;
mod quota;
mod statusline;
mod stream;
mod usage;

/// What Claude Code writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claude;

const FORMATS: &[Format] = &[
    Format { name: "usage pane", detect: usage::detect, parse: usage::parse },
    Format { name: "limit message", detect: limit_message::detect, parse: limit_message::parse },
    Format { name: "status line", detect: statusline::detect, parse: statusline::parse },
    Format { name: "usage end point", detect: oauth::detect, parse: oauth::parse },
    Format { name: "events", detect: stream::detect, parse: stream::parse },
    Format { name: "project log", detect: project_log::detect, parse: project_log::parse },
];

fn provider() -> ProviderId {
    crate::provider_id("claude")
}

impl PaneParser for Claude {
    fn kind(&self) -> &'static str {
        "claude"
    }

    fn provider(&self) -> ProviderId {
        provider()
    }

    fn describe(&self) -> &'static str {
        "Claude Code: /usage pane and text, limit messages, status line, usage end point, events, project logs"
    }

    fn detect(&self, input: &Input<'_>) -> Confidence {
        let text = plain(input.text);
        format::detect(FORMATS, &Input { text: &text, ..*input })
    }

    fn parse(&self, input: &Input<'_>, ctx: &Ctx) -> Parsed {
        let text = plain(input.text);
        let input = Input { text: &text, ..*input };
        let parse = format::surest(FORMATS, &input).map_or(usage::parse as _, |(format, _)| format.parse);
        parse(&input, ctx)
    }

    fn logs(&self) -> Option<&'static dyn LogFormat> {
        Some(&log::ProjectLogs)
    }

    fn live(&self) -> Option<&'static LiveMeter> {
        Some(&live::LIVE)
    }
}
