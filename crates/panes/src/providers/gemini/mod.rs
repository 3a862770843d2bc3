//! Gemini CLI: the quota of the `/stats` pane, which the client asks its service for.

use tracker_domain::ProviderId;

use crate::plain::plain;
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod stats;

/// Whose meters these are.
const PROVIDER: ProviderId = ProviderId::from_static("gemini");

/// What Gemini CLI shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gemini;

impl PaneParser for Gemini {
    fn kind(&self) -> &'static str {
        "gemini"
    }

    fn provider(&self) -> ProviderId {
        PROVIDER
    }

    fn describe(&self) -> &'static str {
        "Gemini CLI: /stats pane with the daily quota, pooled and by model"
    }

    fn detect(&self, input: &Input<'_>) -> Confidence {
        stats::detect(&plain(input.text))
    }

    fn parse(&self, input: &Input<'_>, ctx: &Ctx) -> Parsed {
        stats::parse(&plain(input.text), ctx)
    }
}
