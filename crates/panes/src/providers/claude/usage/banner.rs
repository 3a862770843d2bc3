//! The banner above a pane: version of the client, model and plan.

use tracker_domain::Reading;

use crate::text;

/// Takes what the banner says. It looks like `Opus 4.5 . Claude Max` with a middle dot, a logo left of it.
pub(super) fn read(reading: &mut Reading, input: &str) {
    for line in input.lines().take(400) {
        let line = text::cell(line).text.split('\u{2502}').next().unwrap_or_default();
        if let Some((_, version)) = line.split_once("Claude Code v") {
            let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
            reading.tool_version = version.get(..end).map(str::to_owned);
        }
        let logo = |c: char| !c.is_alphanumeric();
        let mut parts = line.trim_start_matches(logo).split('\u{b7}').map(str::trim);
        let (Some(model), Some(plan)) = (parts.next(), parts.next()) else { continue };
        if is_plan(plan) {
            let (model, effort) = model.split_once(" with ").unwrap_or((model, ""));
            reading.model = Some(model.to_owned());
            reading.effort = effort.strip_suffix(" effort").map(str::to_owned);
            reading.plan = Some(plan.to_owned());
        }
    }
}

fn is_plan(text: &str) -> bool {
    text.strip_prefix("Claude ").is_some_and(|plan| {
        plan != "Code" && plan.len() <= 16 && plan.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
    })
}
