//! The output of `cls --format json`.

use schemars::JsonSchema;
use serde::Serialize;
use tracker_churn::load::{PARTS, TIER_2};

use super::value::Plain;
use crate::commands::cls::Scored;

/// A scored window.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClsOutput")]
pub(crate) struct ClsJson<'a> {
    /// The window.
    window: &'a str,
    /// The score; null when no part can be judged.
    cls: Option<Plain>,
    /// Whether the score asks for a Tier-2 review.
    tier_2: bool,
    /// The score above which it does.
    tier_2_above: Plain,
    /// Earlier windows that it is held against.
    history: usize,
    /// The parts.
    components: Vec<ComponentJson>,
}

/// One part of the score.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ClsComponent")]
struct ComponentJson {
    /// Its name.
    name: &'static str,
    /// Its value; null when it cannot be computed.
    value: Option<Plain>,
    /// Standard deviations from the mean of the history; null when it is left out.
    z: Option<Plain>,
    /// The weight used: 0 when it is left out.
    weight: Plain,
}

/// Returns the output of a scored window.
pub(crate) fn output(scored: &Scored) -> ClsJson<'_> {
    let component = |(at, (name, _)): (usize, (&'static str, f64))| ComponentJson {
        name,
        value: scored.load.parts().get(at).copied().flatten().map(Plain),
        z: scored.score.z.get(at).copied().flatten().map(Plain),
        weight: Plain(scored.score.weights.get(at).copied().unwrap_or_default()),
    };
    ClsJson {
        window: scored.window.as_str(),
        cls: scored.score.cls.map(Plain),
        tier_2: scored.score.is_tier_2(),
        tier_2_above: Plain(TIER_2),
        history: scored.history,
        components: PARTS.into_iter().enumerate().map(component).collect(),
    }
}
