//! A decision of the panel as text.

use tracker_domain::{PanelDecision, PanelVote, Vote};

use super::Lines;

/// Returns the verdict, the votes with their reasons, and what stands beside them.
#[must_use]
pub(crate) fn text(decision: &PanelDecision, votes: &[PanelVote]) -> String {
    let mut lines = Lines::default();
    let count = |vote: Vote| decision.votes.iter().filter(|(_, cast)| *cast == Some(vote)).count();
    lines.push(format_args!(
        "panel xfeat::{}: {} (rule={}, approve={}, reject={}, abstain={})",
        decision.feature,
        decision.verdict,
        decision.rule,
        count(Vote::Approve),
        count(Vote::Reject),
        count(Vote::Abstain)
    ));
    let rationale = |model: &str| {
        let newest = votes.iter().rev().find(|row| row.model == model);
        newest.map(|row| format!(": {}", row.rationale)).unwrap_or_default()
    };
    let word = |vote: Option<Vote>| vote.map_or("has not voted", Vote::as_str);
    for (model, vote) in &decision.votes {
        lines.push(format_args!("  {model} {}{}", word(*vote), rationale(model)));
    }
    if let Some((model, vote)) = &decision.tie_breaker {
        lines.push(format_args!("  tie-breaker {model} {}{}", word(*vote), rationale(model)));
    }
    for why in &decision.guardrail {
        lines.push(format_args!("  capacity is short: {why}"));
    }
    for why in &decision.tier2 {
        lines.push(format_args!("  Tier-2 review: {why}"));
    }
    lines.text()
}
