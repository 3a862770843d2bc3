//! How a choice is recorded: as words in the notes of the before, which a finalized window keeps.

/// Returns the words of a choice: `policy=bwk propensity=0.25`.
///
/// ```
/// use tracker_workflow::replay::{choice_note, propensity_in};
/// let note = choice_note(Some("bwk"), Some(0.25));
/// assert_eq!(note, "policy=bwk propensity=0.25");
/// assert_eq!(propensity_in(&format!("AGENT_ID=sub1; {note}")), Some(0.25));
/// assert_eq!(propensity_in("propensity=7"), None);
/// ```
#[must_use]
pub fn choice_note(policy: Option<&str>, propensity: Option<f64>) -> String {
    let policy = policy.map(|policy| format!("policy={policy}"));
    let propensity = propensity.map(|chance| format!("propensity={chance}"));
    policy.into_iter().chain(propensity).collect::<Vec<_>>().join(" ")
}

/// Returns the chance that notes record, when it is one: above 0 and at most 1.
#[must_use]
pub fn propensity_in(notes: &str) -> Option<f64> {
    let mut words = notes.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
    let chance: f64 = words.find_map(|word| word.strip_prefix("propensity="))?.parse().ok()?;
    (chance > 0.0 && chance <= 1.0).then_some(chance)
}
