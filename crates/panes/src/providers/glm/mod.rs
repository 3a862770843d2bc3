//! GLM coding plan (Z.AI, bigmodel): prompt counts, quota replies and what other tools make of them.

use tracker_domain::{ProviderId, Tag};

use crate::format::{self, Format};
use crate::live::LiveMeter;
use crate::plain::plain;
use crate::{Confidence, Ctx, Input, PaneParser, Parsed};

mod prompt_blocks;
mod quota;
mod quota_lines;
mod quota_plugin;
mod quota_repr;
mod quota_row;

/// Whose meters these are.
const PROVIDER: ProviderId = ProviderId::from_static("glm");

/// Reads the meters of GLM coding plans.
#[derive(Debug)]
pub(crate) struct Glm;

/// The prompt counts that the blocks of a plan hold.
const LIVE: LiveMeter = LiveMeter::printed_by(&["ccusage", "blocks", "--json"]);

const FORMATS: &[Format] = &[
    Format { name: "prompt blocks", detect: prompt_blocks::detect, parse: prompt_blocks::parse },
    Format { name: "quota reply", detect: quota::detect, parse: quota::parse },
    Format { name: "quota lines", detect: quota_lines::detect, parse: quota_lines::parse },
    Format { name: "quota in Python", detect: quota_repr::detect, parse: quota_repr::parse },
    Format { name: "plugin text", detect: quota_plugin::detect, parse: quota_plugin::parse },
];

impl PaneParser for Glm {
    fn kind(&self) -> &'static str {
        "glm"
    }

    fn provider(&self) -> ProviderId {
        PROVIDER
    }

    fn describe(&self) -> &'static str {
        "GLM coding plan: prompt-count blocks, quota replies and their errors, usage-plugin text"
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
            // Blocks of another tool hold no prompt count; the reader of blocks says so with its own tag.
            None if prompt_blocks::has_blocks(input) => prompt_blocks::parse(input, ctx),
            None => Parsed::nothing(PROVIDER, "unknown", Tag::InsufficientData),
        }
    }

    fn live(&self) -> Option<&'static LiveMeter> {
        Some(&LIVE)
    }
}
