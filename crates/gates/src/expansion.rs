//! Whether one more subscription of a provider is worth its price: the gate of the last two previews.

use tracker_domain::RowRef;

use crate::card::{Reason, counted};
use crate::week0_card::{LEAST_POWER, ROUNDING, WIDEST_INTERVAL};

/// Units that each of the two previews needs.
pub const LEAST_PREVIEW_UNITS: usize = 3;
/// Quality that must be left, as a part of the baseline's.
pub const LEAST_QUALITY: f64 = 0.80;
/// Ready features that wait for capacity and for nothing else.
pub const LEAST_BLOCKED: usize = 2;
/// Previews that must agree.
pub const PREVIEWS: usize = 2;

/// What a preview said of a provider at some time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PreviewFacts {
    /// The finalize row after which the preview is taken.
    pub as_of: RowRef,
    /// Units.
    pub n: usize,
    /// Width of the interval, features per unit of capacity; `None` when an end is open.
    pub width: Option<f64>,
    /// Power at the stated effect.
    pub power: Option<f64>,
    /// Mean quality of the provider's features, 0-1.
    pub quality: Option<f64>,
    /// Mean quality of all features of the run, 0-1.
    pub baseline: Option<f64>,
}

/// What is known of a provider that may get one more subscription.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExpansionFacts {
    /// The provider.
    pub provider: String,
    /// Its last two previews, the older one first.
    pub previews: Vec<PreviewFacts>,
    /// Features that are ready and wait for capacity.
    pub blocked: Vec<String>,
}

/// What the gate says.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// The provider.
    pub provider: String,
    /// Whether one more subscription is worth its price.
    pub allowed: bool,
    /// What it was asked with.
    pub previews: Vec<PreviewFacts>,
    /// What is missing, in the order of the rule; empty when allowed.
    pub missing: Vec<Reason>,
}

/// Returns the answer: allowed when in each of the last two previews n >= 3, the interval is at most 0.30 wide, the
/// power is at least 0.8 and the quality at least 0.8 of the baseline's, and two ready features wait for capacity.
///
/// ```
/// use tracker_gates::{ExpansionFacts, PreviewFacts, expansion};
/// let good = PreviewFacts { n: 6, width: Some(0.2), power: Some(0.9), quality: Some(0.9), baseline: Some(1.0), ..PreviewFacts::default() };
/// let facts = ExpansionFacts {
///     provider: "some".into(), previews: vec![good.clone(), good], blocked: vec!["F-1".into(), "F-2".into()],
/// };
/// assert!(expansion(&facts).allowed);
/// ```
#[must_use]
pub fn expansion(facts: &ExpansionFacts) -> Expansion {
    let mut missing: Vec<Reason> = Vec::new();
    if facts.previews.len() < PREVIEWS {
        let text = format!("{} of {PREVIEWS} previews", facts.previews.len());
        missing.push(Reason::new("previews", text, Vec::new()));
    }
    missing.extend(facts.previews.iter().flat_map(of_preview));
    if facts.blocked.len() < LEAST_BLOCKED {
        let waiting = counted(facts.blocked.len(), "ready feature waits", "ready features wait");
        let text = format!("{waiting} for capacity, {LEAST_BLOCKED} are needed");
        missing.push(Reason::new("blocked-features", text, Vec::new()));
    }
    let (provider, previews) = (facts.provider.clone(), facts.previews.clone());
    Expansion { provider, allowed: missing.is_empty(), previews, missing }
}

fn of_preview(of: &PreviewFacts) -> Vec<Reason> {
    let told = |value: Option<f64>| value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.2}"));
    let ratio = of.quality.zip(of.baseline).filter(|(_, baseline)| *baseline > 0.0).map(|(q, b)| q / b);
    let checks = [
        ("n", of.n >= LEAST_PREVIEW_UNITS, format!("n {} of {LEAST_PREVIEW_UNITS}", of.n)),
        (
            "width",
            of.width.is_some_and(|width| width <= WIDEST_INTERVAL + ROUNDING),
            format!("interval {} wide, at most {WIDEST_INTERVAL:.2}", told(of.width)),
        ),
        (
            "power",
            of.power.is_some_and(|power| power >= LEAST_POWER),
            format!("power {} of {LEAST_POWER:.2}", told(of.power)),
        ),
        (
            "quality",
            ratio.is_some_and(|ratio| ratio >= LEAST_QUALITY - ROUNDING),
            format!("quality {} of the baseline, at least {LEAST_QUALITY:.2}", told(ratio)),
        ),
    ];
    let unmet = checks.into_iter().filter(|(_, met, _)| !met);
    unmet.map(|(code, _, text)| Reason::new(code, text, vec![of.as_of.clone()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(line: u64) -> PreviewFacts {
        PreviewFacts {
            as_of: RowRef { file: "windows.jsonl".into(), line, seq: Some(line) },
            n: 3,
            width: Some(0.30),
            power: Some(0.80),
            quality: Some(0.72),
            baseline: Some(0.90),
        }
    }

    fn missing(change: impl FnOnce(&mut ExpansionFacts)) -> Vec<String> {
        let blocked = vec!["F-1".into(), "F-2".into()];
        let mut facts = ExpansionFacts { provider: "one".into(), previews: vec![good(7), good(8)], blocked };
        change(&mut facts);
        expansion(&facts).missing.into_iter().map(|reason| reason.text).collect()
    }

    #[test]
    fn exactly_the_limits_are_enough() {
        assert_eq!(missing(|_| {}), [""; 0]);
    }

    #[test]
    fn each_preview_must_hold_and_the_missing_part_is_named() {
        assert_eq!(missing(|facts| drop(facts.previews.remove(0))), ["1 of 2 previews"]);
        assert_eq!(missing(|facts| facts.previews[0].n = 2), ["n 2 of 3"]);
        assert_eq!(missing(|facts| facts.previews[1].width = None), ["interval n/a wide, at most 0.30"]);
        assert_eq!(missing(|facts| facts.previews[1].power = Some(0.7)), ["power 0.70 of 0.80"]);
        let low = "quality 0.78 of the baseline, at least 0.80";
        assert_eq!(missing(|facts| facts.previews[0].quality = Some(0.70)), [low]);
        assert_eq!(
            missing(|facts| facts.blocked.truncate(1)),
            ["1 ready feature waits for capacity, 2 are needed"]
        );
    }

    #[test]
    fn what_is_missing_names_the_row_of_its_preview() {
        let previews = vec![good(7), good(8)];
        let mut facts = ExpansionFacts { previews, ..ExpansionFacts::default() };
        facts.previews[1].n = 1;
        let found = expansion(&facts);
        assert_eq!((found.missing[0].rows[0].line, found.missing.len()), (8, 2));
    }
}
