//! What is laid out for a task that has no feature file yet.

use super::Task;

/// Returns the text of a feature file to be written before any code: its one scenario is not green, because none of
/// its steps is known.
///
/// ```
/// let text = tracker_workflow::plan::feature_stub(&"Codex script:45K".parse().unwrap(), "2026-11-20");
/// assert!(text.starts_with("Feature: Codex script\n"));
/// ```
#[must_use]
pub fn feature_stub(task: &Task, date: &str) -> String {
    format!(
        "Feature: {name}\n  Planned on {date} with {tokens} tokens. Say here who needs it and why, then replace the \
         scenario.\n\n  Scenario: {name} does what its user expects\n    Given the state of the world before\n    \
         When the user does one thing\n    Then what is promised can be seen\n",
        name = task.name,
        tokens = task.tokens
    )
}

/// Returns the text of the note that keeps a folder of fixtures.
#[must_use]
pub fn fixture_placeholder(task: &Task, feature: &str) -> String {
    format!(
        "# Fixtures of: {}\n\nInputs that the scenarios of `{feature}` read. One file a case.\n",
        task.name
    )
}
