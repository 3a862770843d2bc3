//! claude-monitor: its live pane, its one-shot reports and its views of the local history.
//!
//! Its percentages are shares of a limit that it assumes for the plan, counted from local logs: an estimate,
//! tagged `local-estimate`, unless it says that it shows the official figure.

use tracker_domain::{ProviderId, Reading, Tag};

use crate::format::{self, Format};
use crate::live::LiveMeter;
use crate::plain::plain;
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod amount;
mod history;
mod oneline;
mod pane;
mod report;
mod rows;

/// Whose meters these are: an observer's estimate, kept apart from what Anthropic's own client shows.
const PROVIDER: ProviderId = ProviderId::from_static("claude-monitor");

/// Reads what claude-monitor prints.
#[derive(Debug)]
pub(crate) struct ClaudeMonitor;

/// The live view, which every version has; it redraws until it is ended.
const LIVE: LiveMeter = LiveMeter::shown_by(&["claude-monitor", "--view", "realtime"]);

const FORMATS: &[Format] = &[
    Format { name: "pane", detect: pane::detect, parse: pane::parse },
    Format { name: "report", detect: report::detect, parse: report::parse },
    Format { name: "history", detect: history::detect, parse: history::parse },
    Format { name: "compact line", detect: oneline::detect_compact, parse: oneline::parse_compact },
    Format { name: "status line", detect: oneline::detect_status, parse: oneline::parse_status },
];

impl PaneParser for ClaudeMonitor {
    fn kind(&self) -> &'static str {
        "claude-monitor"
    }

    fn provider(&self) -> ProviderId {
        PROVIDER
    }

    fn describe(&self) -> &'static str {
        "claude-monitor: live pane, --once reports (JSON, text, compact), status line, views (JSON, CSV)"
    }

    fn detect(&self, input: &Input<'_>) -> Confidence {
        let text = plain(input.text);
        format::detect(FORMATS, &Input { text: &text, ..*input })
    }

    fn parse(&self, input: &Input<'_>, ctx: &Ctx) -> Parsed {
        let text = plain(input.text);
        let input = &Input { text: &text, ..*input };
        match format::surest(FORMATS, input) {
            Some((format, _)) => (format.parse)(input, ctx),
            None => Parsed::nothing(PROVIDER, "unknown", Tag::InsufficientData),
        }
    }

    fn live(&self) -> Option<&'static LiveMeter> {
        Some(&LIVE)
    }
}

/// Tags a figure that was counted from local logs against an assumed limit.
fn tag_estimate(reading: &mut Reading) {
    reading.tag(Tag::Other("local-estimate".to_owned()));
}

/// Tags a reading that was taken while no session ran, so that it has no level.
fn tag_no_session(reading: &mut Reading) {
    reading.tag(Tag::InsufficientData);
    reading.tag(Tag::Other("no-active-session".to_owned()));
}
