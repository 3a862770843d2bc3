//! The hand-off brief as JSON, and as a block of the hand-off document.

use tracker_workflow::handoff::{Brief, WindowBrief};
use tracker_workflow::plan::Check;

use crate::wire::handoff::{CheckJson, HandoffJson, LaneJson, LedgerHeadJson, ReadingJson, WindowBriefJson};
use crate::wire::value::Instant;

/// Returns the output of `handoff --format json`.
pub(crate) fn json<'a>(brief: &'a Brief, written: Option<String>) -> HandoffJson<'a> {
    let check = |of: &'a Check| CheckJson { command: &of.command, passes: &of.passes };
    let window = |of: &'a WindowBrief| WindowBriefJson {
        window: &of.window,
        needs: &of.needs,
        commands: &of.commands,
    };
    HandoffJson {
        at: Instant(brief.at),
        root: &brief.root,
        reading: brief.reading.iter().map(|of| ReadingJson { path: &of.path, why: &of.why }).collect(),
        opener: brief.opener.iter().map(check).collect(),
        lanes: brief.lanes.iter().map(|of| LaneJson { lane: &of.lane, windows: &of.windows }).collect(),
        open: brief.open.iter().map(window).collect(),
        more_open: brief.more_open,
        unfinished: brief.unfinished.iter().map(window).collect(),
        more_unfinished: brief.more_unfinished,
        always: brief.always.iter().map(check).collect(),
        matrix: brief.matrix.iter().map(check).collect(),
        heads: brief
            .heads
            .iter()
            .map(|of| LedgerHeadJson { file: &of.file, seq: of.seq, h: &of.hash })
            .collect(),
        written,
    }
}

/// Returns the body of the block: the brief in a fence that nothing in it can close.
pub(crate) fn block(text: &str) -> String {
    let mut longest = 2;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    format!("## Next agent hand-off\n\n{fence}sh\n{text}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fence_is_longer_than_any_in_the_text() {
        assert!(block("a\n").contains("\n```sh\na\n```\n"));
        assert!(block("# ```` b\n").contains("\n`````sh\n# ```` b\n`````\n"));
    }
}
