//! The complexity load score as text.

use std::fmt::Write as _;

use tracker_churn::load::{PARTS, TIER_2};
use tracker_cli_support::number;

use crate::commands::cls::Scored;

/// Returns the score and a line a part.
#[must_use]
pub(crate) fn text(scored: &Scored) -> String {
    let mut out = String::new();
    let score = scored.score.cls.map_or_else(|| "n/a".to_owned(), |cls| format!("{cls:.2}"));
    let review = if scored.score.is_tier_2() { "yes" } else { "no" };
    let _ = writeln!(
        out,
        "cls {}: {score} tier-2={review} (above {TIER_2}) history={} windows",
        scored.window, scored.history
    );
    for (at, (name, _)) in PARTS.iter().enumerate() {
        let value = scored.load.parts().get(at).copied().flatten().map_or_else(|| "n/a".to_owned(), number);
        let z = scored.score.z.get(at).copied().flatten();
        let weight = scored.score.weights.get(at).copied().unwrap_or_default();
        let _ = match z {
            Some(z) => writeln!(out, "  {name}={value} z={z:.2} weight={weight:.2}"),
            None => writeln!(out, "  {name}={value} z=n/a (left out)"),
        };
    }
    out
}
