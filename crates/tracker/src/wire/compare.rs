//! The output of `compare --format json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::preview::ContributionJson;
use super::value::Plain;

/// Arms compared, one table a meter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Compare")]
pub(crate) struct CompareJson<'a> {
    /// What makes an arm: `provider`, `methodology` or `arm`.
    pub(crate) by: &'a str,
    /// The interval asked for.
    pub(crate) interval: &'a str,
    /// Its level.
    pub(crate) level: Plain,
    /// The arms of each meter; arms of different meters are not compared.
    pub(crate) meters: Vec<MeterJson<'a>>,
}

/// The arms of one meter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ComparedMeter")]
pub(crate) struct MeterJson<'a> {
    /// The meter.
    pub(crate) meter: &'a str,
    /// `pp` or `prompts`.
    pub(crate) unit: &'a str,
    /// Whether features are weighted by quality.
    pub(crate) weighted: bool,
    /// The arm that the others are compared with; null when none can be compared.
    pub(crate) base: Option<&'a str>,
    /// In order of falling efficiency; arms of fewer than three units last.
    pub(crate) arms: Vec<ArmJson<'a>>,
    /// Whether the arms worked on the same weekdays; null when there is nothing to test.
    pub(crate) weekdays: Option<BalanceJson>,
    /// Whether the arms worked in the same periods of the bar.
    pub(crate) periods: Option<BalanceJson>,
    /// Windows left out.
    pub(crate) excluded: Vec<LeftOutJson<'a>>,
}

/// A test of allocation.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AllocationBalance")]
pub(crate) struct BalanceJson {
    /// Pearson's chi-square.
    pub(crate) chi_square: Plain,
    /// Its degrees of freedom.
    pub(crate) df: usize,
    /// By random permutations.
    pub(crate) p: Plain,
    /// Below 0.001.
    pub(crate) alarm: bool,
}

/// A window that is left out, with its provider.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LeftOut")]
pub(crate) struct LeftOutJson<'a> {
    /// The window and the provider.
    pub(crate) window: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
}

/// One arm.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ComparedArm")]
pub(crate) struct ArmJson<'a> {
    /// Its name.
    pub(crate) arm: &'a str,
    /// Units after merging.
    pub(crate) n: usize,
    /// Features, weighted where asked for.
    pub(crate) features: Plain,
    /// Capacity used.
    pub(crate) capacity: Plain,
    /// Features per unit of capacity; null without capacity.
    pub(crate) efficiency: Option<Plain>,
    /// Lower end of the interval; null when unbounded, or below three units.
    pub(crate) lo: Option<Plain>,
    /// Upper end.
    pub(crate) hi: Option<Plain>,
    /// How the interval was made; null below three units.
    pub(crate) method: Option<String>,
    /// What a reader must know before using it.
    pub(crate) flags: Vec<&'a str>,
    /// Pearson dispersion; above 1.5 features come in clumps.
    pub(crate) dispersion: Option<Plain>,
    /// Lag-1 autocorrelation.
    pub(crate) autocorrelation: Option<Plain>,
    /// Probability to be the best.
    pub(crate) p_best: Option<Plain>,
    /// Against the base; null for the base and below three units.
    pub(crate) versus: Option<VersusJson<'a>>,
    /// What each window contributed; only with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) explained: Option<Vec<ContributionJson<'a>>>,
}

/// An arm against the base.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VersusBase")]
pub(crate) struct VersusJson<'a> {
    /// The base.
    pub(crate) base: &'a str,
    /// Efficiency over that of the base, minus 1.
    pub(crate) delta: Plain,
    /// Lower end of its 95 % interval, without correction for the number of arms.
    pub(crate) lo: Option<Plain>,
    /// Upper end.
    pub(crate) hi: Option<Plain>,
    /// Two-sided p-value, corrected by Holm.
    pub(crate) p: Plain,
    /// Whether p is below 0.05.
    pub(crate) distinguishable: bool,
    /// Certainty that the base is better; null on the linear scale.
    pub(crate) certainty: Option<Plain>,
    /// `log-ratio` or `linear`.
    pub(crate) test: &'a str,
    /// The comparison within blocks; null where fewer than three hold both.
    pub(crate) blocked: Option<BlockedJson<'a>>,
    /// Move work to the base: reversible, no evidence.
    pub(crate) reallocate: Option<GateJson<'a>>,
    /// Retire the arm, valid at every look.
    pub(crate) retire: Option<GateJson<'a>>,
    /// Retire the arm, conservatively.
    pub(crate) e_process: Option<GateJson<'a>>,
}

/// A comparison within blocks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BlockedVersus")]
pub(crate) struct BlockedJson<'a> {
    /// `windows`, `reset periods` or `calendar weeks`.
    pub(crate) by: &'a str,
    /// Blocks that hold both arms.
    pub(crate) shared: usize,
    /// As without blocks.
    pub(crate) delta: Plain,
    /// Two-sided p-value, not corrected.
    pub(crate) p: Plain,
    /// Certainty that the base is better.
    pub(crate) certainty: Plain,
}

/// A gate.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Gate")]
pub(crate) struct GateJson<'a> {
    /// Whether it fires.
    pub(crate) fires: bool,
    /// Certainty, t or e-value; null with too few data to ask.
    pub(crate) statistic: Option<Plain>,
    /// What it must reach.
    pub(crate) bound: Plain,
    /// What is still missing; null when it fires.
    pub(crate) missing: Option<&'a str>,
}
