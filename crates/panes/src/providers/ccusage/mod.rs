//! ccusage: tokens and costs of the local logs, as JSON of every version and as a table. Tokens are no
//! percentages: a report has a meter only where an older writer printed a percentage of its own.

use tracker_domain::{ProviderId, Tag};

use crate::format::{self, Format};
use crate::live::LiveMeter;
use crate::plain::plain;
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod date;
mod facts;
mod report;
mod row;
mod table;
mod week_summary;

/// Whose figures these are: a counter of logs, kept apart from the meters of the services.
const PROVIDER: ProviderId = ProviderId::from_static("ccusage");

/// Reads what ccusage and @ccusage/codex print.
#[derive(Debug)]
pub(crate) struct Ccusage;

/// The report of one client; what it covers takes the place of `{scope}`.
const LIVE: LiveMeter = LiveMeter::printed_by(&["ccusage", "codex", "{scope}", "--json"]);

const FORMATS: &[Format] = &[
    Format { name: "report", detect: report::detect, parse: report::parse },
    Format { name: "week summary", detect: week_summary::detect, parse: week_summary::parse },
    Format { name: "table", detect: table::detect, parse: table::parse },
];

impl PaneParser for Ccusage {
    fn kind(&self) -> &'static str {
        "ccusage"
    }

    fn provider(&self) -> ProviderId {
        PROVIDER
    }

    fn describe(&self) -> &'static str {
        "ccusage and @ccusage/codex: blocks, daily, weekly, monthly and session reports (JSON, table)"
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
