//! Arms: the estimation units of a provider, of a methodology or of both, on one meter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use tracker_stats::Sample;
use tracker_windows::units::{ProviderUnits, Unit};

/// What makes an arm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum By {
    /// A provider, whatever the way of working
    #[default]
    Provider,
    /// A way of working, over all providers with the same meter
    Methodology,
    /// A provider and a way of working
    Arm,
}

/// The units of one arm in order of time.
#[derive(Debug, Clone)]
pub(crate) struct Arm {
    pub(crate) name: String,
    pub(crate) units: Vec<Unit>,
}

/// The arms of one meter; arms of different meters are never compared.
#[derive(Debug, Clone)]
pub(crate) struct MeterArms {
    /// The meter, such as `weekly`.
    pub(crate) meter: String,
    /// `pp` or `prompts`.
    pub(crate) unit: &'static str,
    pub(crate) arms: Vec<Arm>,
    /// Windows left out, with the reason.
    pub(crate) excluded: Vec<(String, String)>,
}

/// What is collected of one meter.
#[derive(Debug, Default)]
struct Collected {
    counts_prompts: bool,
    by_name: BTreeMap<String, Vec<Unit>>,
    excluded: Vec<(String, String)>,
}

/// Returns the arms of every meter, by name.
pub(crate) fn arms(providers: &[ProviderUnits], by: By) -> Vec<MeterArms> {
    let mut meters: BTreeMap<String, Collected> = BTreeMap::new();
    for of in providers {
        let meter = meters.entry(of.capacity.to_string()).or_default();
        meter.counts_prompts = of.capacity.is_prompts();
        for unit in &of.units {
            let methodology = unit.methodology.as_deref().unwrap_or("(none)");
            let name = match by {
                By::Provider => of.provider.to_string(),
                By::Methodology => methodology.to_owned(),
                By::Arm => format!("{}/{methodology}", of.provider),
            };
            meter.by_name.entry(name).or_default().push(unit.clone());
        }
        meter.excluded.extend(
            of.excluded.iter().map(|left_out| {
                (format!("{} {}", left_out.window, of.provider), left_out.reason.to_string())
            }),
        );
    }
    let of_meter = meters.into_iter().map(|(meter, of)| {
        let arms = of.by_name.into_iter().map(|(name, mut units)| {
            units.sort_by(|a, b| (a.begun_at, &a.windows).cmp(&(b.begun_at, &b.windows)));
            Arm { name, units }
        });
        let unit = if of.counts_prompts { "prompts" } else { "pp" };
        MeterArms { meter, unit, arms: arms.collect(), excluded: of.excluded }
    });
    of_meter.collect()
}

impl Arm {
    /// Returns what the statistics take: features, or features x quality with the sum of their squares.
    ///
    /// `None` when nothing can be estimated: no capacity, or a quality that is missing where it is asked for.
    pub(crate) fn sample(&self, weighted: bool) -> Option<Sample> {
        let units: Vec<&Unit> = self.units.iter().collect();
        sample(&units, weighted)
    }

    /// Returns the sum of a column.
    pub(crate) fn total(&self, of: impl Fn(&Unit) -> f64) -> f64 {
        self.units.iter().map(of).sum()
    }
}

fn sample(units: &[&Unit], weighted: bool) -> Option<Sample> {
    let column =
        |of: &dyn Fn(&Unit) -> Option<f64>| units.iter().map(|unit| of(unit)).collect::<Option<Vec<_>>>();
    let capacity = column(&|unit| Some(unit.capacity))?;
    if weighted {
        let weight = column(&|unit| unit.quality_weighted)?;
        let squares = column(&|unit| unit.quality_weight_sq)?;
        return Sample::with_weight_squares(&capacity, &weight, &squares).ok();
    }
    Sample::new(&capacity, &column(&|unit| Some(unit.features))?).ok()
}

/// What two arms share: the blocks in which their windows stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blocks {
    /// The same windows.
    Windows,
    /// The same periods of the bar, from reset to reset.
    Periods,
    /// The same calendar weeks.
    Weeks,
}

impl Blocks {
    /// Returns the kind of block in words.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Periods => "reset periods",
            Self::Weeks => "calendar weeks",
        }
    }

    fn key(self, unit: &Unit) -> Option<String> {
        match self {
            Self::Windows => unit.windows.first().map(ToString::to_string),
            Self::Periods => unit.period_ends_at.map(|end| end.to_rfc3339()),
            Self::Weeks => Some(week(unit)),
        }
    }
}

/// The calendar week (ISO 8601, UTC) in which a unit began.
fn week(unit: &Unit) -> String {
    let week = unit.begun_at.date_naive().iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}

/// The period of the bar in which a unit began, or its calendar week where no pane printed a reset.
pub(crate) fn period(unit: &Unit) -> String {
    Blocks::Periods.key(unit).unwrap_or_else(|| week(unit))
}

/// The weekday on which a unit began, in UTC.
pub(crate) fn weekday(unit: &Unit) -> String {
    let date: NaiveDate = unit.begun_at.date_naive();
    date.weekday().to_string()
}

/// Fewest blocks with both arms for which a blocked comparison is worth a line.
const SHARED_BLOCKS: usize = 3;

/// The two arms by block: unit i of both samples is block i.
#[derive(Debug)]
pub(crate) struct Blocked {
    pub(crate) by: Blocks,
    pub(crate) shared: usize,
    pub(crate) samples: (Sample, Sample),
}

/// Returns the finest kind of block of which at least three hold both arms; `None` when there is none.
pub(crate) fn blocked(a: &Arm, b: &Arm, weighted: bool) -> Option<Blocked> {
    [Blocks::Windows, Blocks::Periods, Blocks::Weeks].into_iter().find_map(|by| {
        let (of_a, of_b) = (by_block(a, by)?, by_block(b, by)?);
        let keys: BTreeSet<&String> = of_a.keys().chain(of_b.keys()).collect();
        let shared = keys.iter().filter(|key| of_a.contains_key(**key) && of_b.contains_key(**key)).count();
        if shared < SHARED_BLOCKS {
            return None;
        }
        let samples = (sums(&of_a, &keys, weighted)?, sums(&of_b, &keys, weighted)?);
        Some(Blocked { by, shared, samples })
    })
}

fn by_block(arm: &Arm, by: Blocks) -> Option<BTreeMap<String, Vec<&Unit>>> {
    let mut blocks: BTreeMap<String, Vec<&Unit>> = BTreeMap::new();
    for unit in &arm.units {
        blocks.entry(by.key(unit)?).or_default().push(unit);
    }
    Some(blocks)
}

/// Returns one unit a block: the sums over the arm's units in it, zero where the arm did not work.
fn sums(blocks: &BTreeMap<String, Vec<&Unit>>, keys: &BTreeSet<&String>, weighted: bool) -> Option<Sample> {
    let (mut capacity, mut weight, mut squares) = (Vec::new(), Vec::new(), Vec::new());
    for key in keys {
        let (mut x, mut y, mut v) = (0.0, 0.0, 0.0);
        for unit in blocks.get(*key).into_iter().flatten() {
            x += unit.capacity;
            y += if weighted { unit.quality_weighted? } else { unit.features };
            v += if weighted { unit.quality_weight_sq? } else { unit.features };
        }
        capacity.push(x);
        weight.push(y);
        squares.push(v);
    }
    let sample = match weighted {
        true => Sample::with_weight_squares(&capacity, &weight, &squares),
        false => Sample::new(&capacity, &weight),
    };
    sample.ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta, Utc};

    /// An arm whose units begin a day apart, with (capacity, features).
    pub(crate) fn arm(name: &str, units: &[(f64, f64)]) -> Arm {
        let unit = |(place, (capacity, features)): (usize, &(f64, f64))| Unit {
            provider: "codex".parse().expect("a provider"),
            methodology: Some(name.to_owned()),
            windows: vec![format!("W0-{place:02}").parse().expect("a window")],
            begun_at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(i64::try_from(place).expect("small")),
            period_ends_at: None,
            capacity: *capacity,
            features: *features,
            quality_weighted: Some(features * 0.5),
            quality_weight_sq: Some(features * 0.25),
            runs: 1,
        };
        Arm { name: name.to_owned(), units: units.iter().enumerate().map(unit).collect() }
    }

    #[test]
    fn the_same_windows_are_blocks_before_weeks() {
        let (a, b) = (arm("a", &[(4.0, 1.0); 4]), arm("b", &[(5.0, 2.0); 3]));
        let found = blocked(&a, &b, false).expect("three windows hold both");
        assert_eq!((found.by, found.shared, found.samples.0.len()), (Blocks::Windows, 3, 4));
        assert_eq!(found.samples.1.capacity(), [5.0, 5.0, 5.0, 0.0]);
    }

    #[test]
    fn units_far_apart_share_weeks_or_nothing() {
        let a = arm("a", &[(4.0, 1.0); 28]);
        let mut b = arm("b", &[(5.0, 2.0); 28]);
        for unit in &mut b.units {
            unit.windows = vec![format!("X-{}", unit.windows[0]).parse().expect("a window")];
        }
        let found = blocked(&a, &b, false).expect("weeks hold both");
        assert_eq!((found.by, found.shared), (Blocks::Weeks, 5));
        for unit in &mut b.units {
            unit.begun_at += TimeDelta::days(400);
        }
        assert!(blocked(&a, &b, false).is_none());
    }

    #[test]
    fn a_missing_quality_leaves_no_weighted_sample() {
        let mut a = arm("a", &[(4.0, 1.0); 3]);
        assert_eq!(a.sample(true).expect("weighted").total_weight(), 1.5);
        a.units[1].quality_weighted = None;
        assert!(a.sample(true).is_none() && a.sample(false).is_some());
    }
}
