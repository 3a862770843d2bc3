//! Claude Code: the `/usage` pane of every version, its headless text, and limit messages.

use tracker_domain::ProviderId;

use crate::format::{self, Format};
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod limit_message;
mod usage;

/// What Claude Code writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claude;

const FORMATS: &[Format] = &[
    Format { name: "usage pane", detect: usage::detect, parse: usage::parse },
    Format { name: "limit message", detect: limit_message::detect, parse: limit_message::parse },
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
        "Claude Code: /usage pane, headless /usage, limit messages"
    }

    fn detect(&self, input: &Input<'_>) -> Confidence {
        format::detect(FORMATS, input)
    }

    fn parse(&self, input: &Input<'_>, ctx: &Ctx) -> Parsed {
        let parse = format::surest(FORMATS, input).map_or(usage::parse as _, |(format, _)| format.parse);
        parse(input, ctx)
    }
}
