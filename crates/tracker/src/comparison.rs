//! A comparison of arms on one meter: estimates, differences from the base, gates, balance.

use std::collections::BTreeMap;

use tracker_domain::FinalizedWindow;
use tracker_stats::{
    Balance, Flag, Interval, IntervalName, Level, LogRatio, MeterBand, Sample, StatsError, balance, block,
    block_size, blocked_log_ratio, difference, dispersion, holm, interval, lag1_autocorrelation, log_ratio,
    meter_band, probability_best,
};

use crate::arms::{Arm, MeterArms, blocked, period, weekday};
use crate::estimate::LEAST_UNITS;
use crate::explain::{Contribution, parts};
use crate::verdicts::{Verdicts, verdicts};

/// Draws behind the probability to be the best, and random allocations behind a balance check.
const DRAWS: u32 = 9_999;
/// Seed of both: the same windows give the same numbers.
const SEED: u64 = 1;
/// Error probability below which a difference is printed.
const ALPHA: f64 = 0.05;

/// The arms of one meter, compared.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) meter: String,
    pub(crate) unit: &'static str,
    pub(crate) weighted: bool,
    /// In order of falling E; those without an estimate last.
    pub(crate) arms: Vec<Compared>,
    pub(crate) weekdays: Option<Balance>,
    pub(crate) periods: Option<Balance>,
    pub(crate) excluded: Vec<(String, String)>,
}

/// One arm with its estimate.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) name: String,
    pub(crate) n: usize,
    pub(crate) features: f64,
    pub(crate) capacity: f64,
    pub(crate) efficiency: Option<f64>,
    /// `None` below three units.
    pub(crate) interval: Option<Interval>,
    pub(crate) dispersion: Option<f64>,
    /// The window with the most capacity, and its share, where that is more than half.
    pub(crate) decides: Option<(String, f64)>,
    pub(crate) autocorrelation: Option<f64>,
    /// Units a block and the interval over blocks, where the autocorrelation asks for them.
    pub(crate) blocks: Option<(usize, Interval)>,
    /// The rounding band, where it is wide enough to matter.
    pub(crate) rounding: Option<MeterBand>,
    pub(crate) best: Option<f64>,
    /// `None` for the base, and where an arm has fewer than three units.
    pub(crate) versus: Option<Versus>,
    /// What each unit contributed, where it was asked for.
    pub(crate) explained: Option<Vec<Contribution>>,
}

/// An arm against the base.
#[derive(Debug)]
pub(crate) struct Versus {
    pub(crate) base: String,
    /// E of the arm over E of the base, minus 1.
    pub(crate) delta: f64,
    /// Interval of `delta`; an open end is `None`.
    pub(crate) lo: Option<f64>,
    pub(crate) hi: Option<f64>,
    /// Corrected by Holm over the comparisons with the base.
    pub(crate) p: f64,
    /// Certainty that the base is better.
    pub(crate) certainty: Option<f64>,
    /// `log-ratio`, or `linear` where an arm has no feature.
    pub(crate) test: &'static str,
    pub(crate) blocked: Option<BlockedVersus>,
    pub(crate) verdicts: Option<Verdicts>,
}

impl Versus {
    /// Tells whether the difference is told apart from none.
    pub(crate) fn is_distinguishable(&self) -> bool {
        self.p < ALPHA
    }
}

/// The same comparison within blocks.
#[derive(Debug)]
pub(crate) struct BlockedVersus {
    pub(crate) by: &'static str,
    pub(crate) shared: usize,
    pub(crate) delta: f64,
    pub(crate) p: f64,
    pub(crate) certainty: f64,
}

/// Compares the arms of one meter.
pub(crate) fn compare(of: &MeterArms, name: IntervalName, weighted: bool) -> Comparison {
    let mut ranked: Vec<(&Arm, Option<Sample>)> =
        of.arms.iter().map(|arm| (arm, arm.sample(weighted))).collect();
    let efficiency =
        |sample: &Option<Sample>| sample.as_ref().map_or(-1.0, |s| s.total_weight() / s.total_capacity());
    // The base must have an interval, or the smallest of samples would lead the table.
    let rank = |entry: &(&Arm, Option<Sample>)| (entry.0.units.len() >= LEAST_UNITS, efficiency(&entry.1));
    ranked.sort_by(|a, b| {
        let (a_rank, b_rank) = (rank(a), rank(b));
        b_rank.0.cmp(&a_rank.0).then(b_rank.1.total_cmp(&a_rank.1)).then(a.0.name.cmp(&b.0.name))
    });
    let mut arms: Vec<Compared> =
        ranked.iter().map(|(arm, sample)| estimated(arm, sample.as_ref(), name)).collect();
    fill_best(&mut arms, &ranked);
    fill_versus(&mut arms, &ranked, weighted);
    Comparison {
        meter: of.meter.clone(),
        unit: of.unit,
        weighted,
        weekdays: balance_of(&ranked, weekday),
        periods: balance_of(&ranked, period),
        arms,
        excluded: of.excluded.clone(),
    }
}

fn estimated(arm: &Arm, sample: Option<&Sample>, name: IntervalName) -> Compared {
    let n = arm.units.len();
    let enough = sample.filter(|_| n >= LEAST_UNITS);
    let interval_of = |sample: &Sample| interval(name, sample, Level::P95).ok();
    let capacity = arm.total(|unit| unit.capacity);
    let largest = arm.units.iter().max_by(|a, b| a.capacity.total_cmp(&b.capacity));
    let share = |unit: &tracker_windows::units::Unit| {
        let windows: Vec<&str> = unit.windows.iter().map(tracker_domain::WindowId::as_str).collect();
        (windows.join("+"), unit.capacity / capacity)
    };
    let blocks = enough.and_then(|sample| {
        let size = block_size(sample)?;
        Some((size, interval_of(&block(sample, size).ok()?)?))
    });
    let runs = u32::try_from(arm.units.iter().map(|unit| unit.runs).sum::<usize>()).unwrap_or(u32::MAX);
    Compared {
        name: arm.name.clone(),
        n,
        features: sample.map_or_else(|| arm.total(|unit| unit.features), Sample::total_weight),
        capacity,
        efficiency: sample.map(|sample| sample.total_weight() / sample.total_capacity()),
        interval: enough.and_then(interval_of),
        dispersion: enough.and_then(|sample| dispersion(sample).ok()),
        decides: largest.filter(|_| enough.is_some()).map(share).filter(|(_, share)| *share > 0.5),
        autocorrelation: enough.and_then(|sample| lag1_autocorrelation(sample).ok()),
        blocks,
        rounding: enough.and_then(|sample| meter_band(sample, runs).ok()).filter(|band| band.matters),
        best: None,
        versus: None,
        explained: None,
    }
}

/// The probability to be the best, over the arms that have an interval and a feature.
fn fill_best(arms: &mut [Compared], ranked: &[(&Arm, Option<Sample>)]) {
    let asked: Vec<(usize, &Sample)> = ranked
        .iter()
        .enumerate()
        .filter(|(_, (arm, _))| arm.units.len() >= LEAST_UNITS)
        .filter_map(|(place, (_, sample))| Some((place, sample.as_ref().filter(|s| s.total_weight() > 0.0)?)))
        .collect();
    let samples: Vec<&Sample> = asked.iter().map(|(_, sample)| *sample).collect();
    if samples.len() < 2 {
        return;
    }
    let shares = probability_best(&samples, DRAWS, SEED).unwrap_or_default();
    for ((place, _), share) in asked.iter().zip(shares) {
        if let Some(arm) = arms.get_mut(*place) {
            arm.best = Some(share);
        }
    }
}

fn fill_versus(arms: &mut [Compared], ranked: &[(&Arm, Option<Sample>)], weighted: bool) {
    let Some(((base, Some(of_base)), others)) = ranked.split_first() else { return };
    if base.units.len() < LEAST_UNITS {
        return;
    }
    let enough =
        others.iter().filter(|(arm, sample)| arm.units.len() >= LEAST_UNITS && sample.is_some()).count();
    for (compared, (arm, sample)) in arms.iter_mut().skip(1).zip(others) {
        let Some(sample) = sample.as_ref().filter(|_| arm.units.len() >= LEAST_UNITS) else { continue };
        // Where nothing varies in either arm the data do not tell how sure a difference is.
        let Ok(mut versus) = against(base, of_base, sample) else { continue };
        versus.blocked = blocked(base, arm, weighted).and_then(|shared| {
            let (of_base, of_arm) = &shared.samples;
            let found = blocked_log_ratio(of_base, of_arm, Level::P95).ok()?;
            let (by, shared) = (shared.by.label(), shared.shared);
            let delta = (-found.log_ratio).exp() - 1.0;
            Some(BlockedVersus { by, shared, delta, p: found.p_value, certainty: found.certainty })
        });
        versus.verdicts = Some(verdicts((arm, sample), (base, of_base), enough + 1));
        compared.versus = Some(versus);
    }
    let raw: Vec<f64> = arms.iter().flat_map(|arm| &arm.versus).map(|versus| versus.p).collect();
    let corrected = holm(&raw).unwrap_or(raw);
    for (versus, p) in arms.iter_mut().flat_map(|arm| &mut arm.versus).zip(corrected) {
        versus.p = p;
    }
}

fn against(base: &Arm, of_base: &Sample, sample: &Sample) -> Result<Versus, StatsError> {
    let versus = |delta, lo, hi, p, certainty, test| Versus {
        base: base.name.clone(),
        delta,
        lo,
        hi,
        p,
        certainty,
        test,
        blocked: None,
        verdicts: None,
    };
    match log_ratio(of_base, sample, Level::P95) {
        Ok(LogRatio { log_ratio, ratio_lo, ratio_hi, p_value, certainty, .. }) => {
            // The ratio base / arm turned over, so that a worse arm has a negative delta.
            let lo = ratio_hi.map(|hi| 1.0 / hi - 1.0);
            let hi = Some(1.0 / ratio_lo - 1.0).filter(|hi| hi.is_finite());
            Ok(versus((-log_ratio).exp() - 1.0, lo, hi, p_value, Some(certainty), "log-ratio"))
        }
        Err(StatsError::NoFeatures) => {
            let found = difference(of_base, sample, Level::P95)?;
            let e = of_base.total_weight() / of_base.total_capacity();
            let part = |end: f64| Some(-end / e).filter(|part| part.is_finite());
            let delta = part(found.difference).ok_or(StatsError::NoFeatures)?;
            Ok(versus(delta, part(found.hi), part(found.lo), found.p_value, None, "linear"))
        }
        Err(other) => Err(other),
    }
}

/// Tests whether the arms that can be compared worked in the same strata.
fn balance_of(
    ranked: &[(&Arm, Option<Sample>)],
    stratum: impl Fn(&tracker_windows::units::Unit) -> String,
) -> Option<Balance> {
    let mut strata: BTreeMap<String, usize> = BTreeMap::new();
    let mut units = Vec::new();
    for (place, (arm, _)) in ranked.iter().enumerate().filter(|(_, (arm, _))| arm.units.len() >= LEAST_UNITS)
    {
        for unit in &arm.units {
            let known = strata.len();
            units.push((place, *strata.entry(stratum(unit)).or_insert(known)));
        }
    }
    balance(&units, DRAWS, SEED).ok()
}

impl Comparison {
    /// Adds to each arm what its units contributed.
    pub(crate) fn explain(&mut self, of: &MeterArms, rows: &[FinalizedWindow]) {
        for compared in &mut self.arms {
            let arm = of.arms.iter().find(|arm| arm.name == compared.name);
            compared.explained = arm.map(|arm| parts(&arm.units, rows));
        }
    }
}

impl Compared {
    /// Tells whether the interval carries a flag.
    pub(crate) fn has(&self, flag: Flag) -> bool {
        self.interval.is_some_and(|interval| interval.flags.contains(flag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arms::tests::arm;

    fn compared(arms: Vec<Arm>) -> Comparison {
        let of = MeterArms { meter: "weekly".into(), unit: "pp", arms, excluded: Vec::new() };
        compare(&of, IntervalName::Policy, false)
    }

    #[test]
    fn the_best_arm_with_enough_windows_is_the_base() {
        let poor = arm("poor", &[(10.0, 2.0), (9.0, 1.0), (11.0, 3.0), (10.0, 2.0)]);
        let good = arm("good", &[(10.0, 6.0), (9.0, 5.0), (11.0, 8.0), (10.0, 6.0)]);
        let lucky = arm("lucky", &[(1.0, 9.0), (1.0, 9.0)]);
        let result = compared(vec![lucky, poor, good]);
        let names: Vec<&str> = result.arms.iter().map(|arm| arm.name.as_str()).collect();
        assert_eq!(names, ["good", "poor", "lucky"]);
        let versus = result.arms[1].versus.as_ref().expect("compared");
        assert!((versus.delta - (8.0 / 25.0 - 1.0)).abs() < 1e-12);
        assert!(
            versus.is_distinguishable() && versus.lo < Some(versus.delta) && versus.hi > Some(versus.delta)
        );
        assert!(result.arms[2].interval.is_none() && result.arms[2].versus.is_none());
    }

    #[test]
    fn an_arm_without_features_is_compared_on_the_linear_scale() {
        let none = arm("none", &[(10.0, 0.0), (9.0, 0.0), (11.0, 0.0)]);
        let good = arm("good", &[(10.0, 6.0), (9.0, 5.0), (11.0, 8.0)]);
        let result = compared(vec![none, good]);
        let versus = result.arms[1].versus.as_ref().expect("compared");
        assert_eq!((versus.test, versus.delta), ("linear", -1.0));
        assert!(versus.is_distinguishable());
    }

    #[test]
    fn of_three_arms_the_comparisons_with_the_base_are_corrected_by_holm() {
        let good = arm("good", &[(10.0, 6.0), (9.0, 5.0), (11.0, 8.0), (10.0, 6.0)]);
        let fair = arm("fair", &[(10.0, 4.0), (9.0, 3.0), (11.0, 5.0), (10.0, 4.0)]);
        let poor = arm("poor", &[(10.0, 2.0), (9.0, 1.0), (11.0, 3.0), (10.0, 2.0)]);
        let p = |of: &Comparison| -> Vec<f64> {
            of.arms.iter().flat_map(|arm| &arm.versus).map(|v| v.p).collect()
        };
        let alone = [&fair, &poor].map(|other| p(&compared(vec![good.clone(), other.clone()]))[0]);
        let together = compared(vec![poor, good, fair]);
        assert_eq!(p(&together), holm(&alone).expect("probabilities"));
        assert!(p(&together)[1] > alone[1], "the smaller of two is doubled");
    }

    #[test]
    fn two_windows_give_no_verdict() {
        let result = compared(vec![arm("a", &[(10.0, 3.0); 2]), arm("b", &[(10.0, 6.0); 2])]);
        assert!(
            result
                .arms
                .iter()
                .all(|arm| arm.interval.is_none() && arm.versus.is_none() && arm.best.is_none())
        );
    }
}
