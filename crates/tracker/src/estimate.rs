//! One provider's efficiency: its units through the statistics.

use tracker_stats::{Flag, Interval, IntervalName, Level, Sample, achieved_power, interval};
use tracker_windows::units::ProviderUnits;

use crate::explain::Contribution;

/// Below this many units no interval and no verdict is given.
pub(crate) const LEAST_UNITS: usize = 3;

/// What is said of one provider.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// The provider.
    pub provider: String,
    /// Features that count.
    pub features: f64,
    /// Capacity used, in `unit`.
    pub capacity: f64,
    /// The meter's unit: `pp` or `prompts`.
    pub unit: &'static str,
    /// The meter.
    pub meter: String,
    /// Features per unit of capacity; `None` when no capacity was used.
    pub efficiency: Option<f64>,
    /// Quality-weighted features per unit; `None` when a quality is missing.
    pub efficiency_quality: Option<f64>,
    /// The interval; `None` below three units.
    pub interval: Option<Interval>,
    /// Units after merging.
    pub n: usize,
    /// Power to detect the effect at this n; `None` below three units or without spread.
    pub power: Option<f64>,
    /// Windows left out, with the reason.
    pub excluded: Vec<(String, String)>,
    /// What each window contributed, where that was asked for.
    pub explained: Option<Vec<Contribution>>,
}

/// Returns the estimate of one provider.
#[must_use]
pub(crate) fn estimate(provider: &ProviderUnits, name: IntervalName, effect: f64) -> Estimate {
    let capacity: Vec<f64> = provider.units.iter().map(|unit| unit.capacity).collect();
    let features: Vec<f64> = provider.units.iter().map(|unit| unit.features).collect();
    let sample = Sample::new(&capacity, &features).ok().filter(|sample| sample.len() >= LEAST_UNITS);
    let (total_features, total) = (provider.total_features(), provider.total_capacity());
    let weighted: Option<f64> = provider.units.iter().map(|unit| unit.quality_weighted).sum();
    Estimate {
        provider: provider.provider.to_string(),
        features: total_features,
        capacity: total,
        unit: if provider.capacity.is_prompts() { "prompts" } else { "pp" },
        meter: provider.capacity.to_string(),
        efficiency: (total > 0.0).then(|| total_features / total),
        efficiency_quality: weighted.filter(|_| total > 0.0).map(|weighted| weighted / total),
        interval: sample.as_ref().and_then(|sample| interval(name, sample, Level::P95).ok()),
        n: provider.units.len(),
        power: sample.as_ref().and_then(|sample| achieved_power(sample, effect).ok()),
        excluded: provider
            .excluded
            .iter()
            .map(|left_out| (left_out.window.to_string(), left_out.reason.to_string()))
            .collect(),
        explained: None,
    }
}

impl Estimate {
    /// Returns what a reader must know before using the interval.
    #[must_use]
    pub fn flags(&self) -> Vec<&'static str> {
        self.interval.iter().flat_map(|interval| interval.flags.iter().map(Flag::label)).collect()
    }
}
