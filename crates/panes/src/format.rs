//! One format of a provider: a pane, a log or a reply. A provider's parser asks each of its formats.

use crate::{Confidence, Ctx, Input, Parsed};

/// A format that a provider's client writes.
pub(crate) struct Format {
    /// Name for people, which precedes the reason of its confidence.
    pub(crate) name: &'static str,
    /// Tells how sure it is that the input has this format.
    pub(crate) detect: fn(&Input<'_>) -> Confidence,
    /// Reads the input.
    pub(crate) parse: fn(&Input<'_>, &Ctx) -> Parsed,
}

/// Returns the format that is surest, the first of equals, with its confidence; `None` when none knows the input.
pub(crate) fn surest(formats: &'static [Format], input: &Input<'_>) -> Option<(&'static Format, Confidence)> {
    let mut best: Option<(&'static Format, Confidence)> = None;
    for format in formats {
        let found = (format.detect)(input);
        if found.score > best.as_ref().map_or(0, |(_, b)| b.score) {
            best = Some((format, found));
        }
    }
    best
}

/// Returns the confidence of the surest format, its name before the reason.
pub(crate) fn detect(formats: &'static [Format], input: &Input<'_>) -> Confidence {
    surest(formats, input).map_or(Confidence::NONE, |(format, found)| {
        Confidence::new(found.score, format!("{}: {}", format.name, found.reason))
    })
}
