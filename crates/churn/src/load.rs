//! The complexity load score: how hard a piece of work was to take in, against the project's own history.

/// The parts of the score, with their weights in the order of [`Load::parts`]. They add up to 1.
pub const PARTS: [(&str, f64); 7] = [
    ("files_touched", 0.25),
    ("module_spread", 0.20),
    ("dep_depth", 0.15),
    ("cyclomatic_delta", 0.15),
    ("plan_size_kb", 0.10),
    ("interface_delta", 0.10),
    ("cross_refs", 0.05),
];

/// Above this many standard deviations a piece of work asks for a Tier-2 review.
pub const TIER_2: f64 = 1.2;

/// The fewest earlier windows against which a part can be judged.
pub const LEAST_HISTORY: usize = 3;

/// What a piece of work weighs in; `None` for what cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Load {
    /// Files changed.
    pub files_touched: Option<f64>,
    /// Folders that they lie in.
    pub module_spread: Option<f64>,
    /// The longest chain of changed files of which each imports the next.
    pub dep_depth: Option<f64>,
    /// Decision points added minus removed.
    pub cyclomatic_delta: Option<f64>,
    /// Size of the plan, in kB of 1000 bytes.
    pub plan_size_kb: Option<f64>,
    /// Public declarations added, removed or changed.
    pub interface_delta: Option<f64>,
    /// Imports of the changed files that name files which were not changed.
    pub cross_refs: Option<f64>,
}

impl Load {
    /// Returns the parts in the order of [`PARTS`].
    #[must_use]
    pub fn parts(&self) -> [Option<f64>; 7] {
        [
            self.files_touched,
            self.module_spread,
            self.dep_depth,
            self.cyclomatic_delta,
            self.plan_size_kb,
            self.interface_delta,
            self.cross_refs,
        ]
    }
}

/// The score of a piece of work.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoadScore {
    /// Each part as standard deviations from the mean of the history, in the order of [`PARTS`].
    pub z: [Option<f64>; 7],
    /// The weights used: those of [`PARTS`] over the parts that are known, made to add up to 1.
    pub weights: [f64; 7],
    /// The weighted sum; `None` when no part is known.
    pub cls: Option<f64>,
}

impl LoadScore {
    /// Returns true when the work asks for a Tier-2 review.
    #[must_use]
    pub fn is_tier_2(&self) -> bool {
        self.cls.is_some_and(|cls| cls > TIER_2)
    }
}

/// Scores a piece of work against earlier ones: `CLS = sum of weight x z`, z = (x - mean) / standard deviation with
/// n - 1. A part that cannot be computed, here or in at least three earlier windows, is left out and the other weights
/// grow in proportion. A part that never varied has z = 0 when it is as ever, else it is left out.
///
/// ```
/// use tracker_churn::load::{Load, score};
/// let with = |files: f64| {
///     let mut load = Load::default();
///     load.files_touched = Some(files);
///     load
/// };
/// let found = score(&with(8.0), &[with(2.0), with(4.0), with(6.0)]);
/// assert_eq!(found.cls, Some(2.0));
/// assert!(found.is_tier_2() && found.weights[0] == 1.0);
/// assert_eq!(score(&with(8.0), &[with(2.0)]).cls, None);
/// ```
#[must_use]
pub fn score(load: &Load, history: &[Load]) -> LoadScore {
    let mut z = [None; 7];
    for (part, (slot, value)) in z.iter_mut().zip(load.parts()).enumerate() {
        let past: Vec<f64> =
            history.iter().filter_map(|load| load.parts().get(part).copied().flatten()).collect();
        *slot = value.and_then(|value| standardized(value, &past));
    }
    let known: f64 = z.iter().zip(PARTS).filter(|(z, _)| z.is_some()).map(|(_, (_, weight))| weight).sum();
    let mut weights = [0.0; 7];
    for (weight, (z, (_, full))) in weights.iter_mut().zip(z.iter().zip(PARTS)) {
        if z.is_some() {
            *weight = full / known;
        }
    }
    let sum = z.iter().zip(weights).filter_map(|(z, weight)| Some((*z)? * weight)).sum();
    LoadScore { z, weights, cls: (known > 0.0).then_some(sum) }
}

fn standardized(value: f64, past: &[f64]) -> Option<f64> {
    if past.len() < LEAST_HISTORY {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a number of windows")]
    let n = past.len() as f64;
    let mean = past.iter().sum::<f64>() / n;
    let deviation = (past.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    if deviation > 0.0 {
        return Some((value - mean) / deviation).filter(|z| z.is_finite());
    }
    (value == mean).then_some(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(files: f64, depth: Option<f64>) -> Load {
        Load { files_touched: Some(files), module_spread: Some(2.0), dep_depth: depth, ..Load::default() }
    }

    #[test]
    fn weights_of_the_known_parts_add_up_to_one() {
        let past = [load(1.0, Some(1.0)), load(2.0, None), load(3.0, Some(2.0)), load(2.0, Some(3.0))];
        let found = score(&load(4.0, Some(4.0)), &past);
        assert!((found.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(found.z[1], Some(0.0), "as ever");
        assert!((found.z[2].expect("three earlier depths") - 2.0).abs() < 1e-12);
        let by_hand = (0.25 * (2.0 / (2.0_f64 / 3.0).sqrt()) + 0.15 * 2.0) / 0.60;
        assert!((found.cls.expect("a score") - by_hand).abs() < 1e-12);
    }

    #[test]
    fn what_was_seen_too_seldom_or_never_varied_is_left_out() {
        let past = [load(1.0, Some(1.0)), load(2.0, None), load(3.0, Some(2.0))];
        let mut now = load(2.0, Some(9.0));
        now.module_spread = Some(5.0);
        let found = score(&now, &past);
        assert_eq!((found.z[1], found.z[2], found.cls), (None, None, Some(0.0)));
        assert!((PARTS.iter().map(|(_, weight)| weight).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
