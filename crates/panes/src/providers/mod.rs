//! The providers: one folder and one registry line each.

use crate::{Confidence, Input, PaneParser};

mod ccusage;
mod claude;
mod claude_monitor;
mod codex;
mod gemini;
mod glm;
mod proxy;

/// Every built-in parser, in the order in which equals are preferred.
pub const REGISTRY: &[&dyn PaneParser] = &[
    // One line a provider.
    &codex::Codex,
    &claude::Claude,
    &claude_monitor::ClaudeMonitor,
    &ccusage::Ccusage,
    &glm::Glm,
    &gemini::Gemini,
    &proxy::Proxy,
];

/// Returns the built-in parser whose [`PaneParser::kind`] is `kind`.
///
/// ```
/// assert!(tracker_panes::providers::by_kind("no-such-kind").is_none());
/// ```
#[must_use]
pub fn by_kind(kind: &str) -> Option<&'static dyn PaneParser> {
    REGISTRY.iter().copied().find(|p| p.kind() == kind)
}

/// Returns the built-in parser that is surest of the input, and why; `None` when none knows it.
#[must_use]
pub fn detect(input: &Input<'_>) -> Option<(&'static dyn PaneParser, Confidence)> {
    detect_among(REGISTRY, input)
}

/// Returns the parser of a list that is surest of the input, the first of equals, and why; `None` when none knows it.
///
/// An embedder puts its own parsers beside the built-in ones:
///
/// ```
/// use tracker_panes::{Input, PaneParser, providers};
/// let mine: &[&dyn PaneParser] = &[];
/// let all = [providers::REGISTRY, mine].concat();
/// let found = providers::detect_among(&all, &Input::new("Weekly limit: 90% left"));
/// assert_eq!(found.map(|(parser, _)| parser.kind()), Some("codex"));
/// ```
#[must_use]
pub fn detect_among<'p>(
    parsers: &[&'p dyn PaneParser],
    input: &Input<'_>,
) -> Option<(&'p dyn PaneParser, Confidence)> {
    let mut best: Option<(&'p dyn PaneParser, Confidence)> = None;
    for parser in parsers.iter().copied() {
        let found = parser.detect(input);
        if found.score > best.as_ref().map_or(0, |(_, b)| b.score) {
            best = Some((parser, found));
        }
    }
    best
}
