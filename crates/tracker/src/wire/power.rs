//! The output of `power --format json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Plain;

/// What the present windows can show.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Power")]
pub(crate) struct PowerJson<'a> {
    /// The difference asked for: features per unit, or a share of E with `%`.
    pub(crate) effect: String,
    /// The power to reach.
    pub(crate) power: Plain,
    /// The two-sided error probability of the tests.
    pub(crate) alpha: Plain,
    /// The arms of each meter.
    pub(crate) meters: Vec<MeterPowerJson<'a>>,
}

/// The arms of one meter.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MeterPower")]
pub(crate) struct MeterPowerJson<'a> {
    /// The meter.
    pub(crate) meter: &'a str,
    /// `pp` or `prompts`.
    pub(crate) unit: &'a str,
    /// By name.
    pub(crate) arms: Vec<ArmPowerJson<'a>>,
}

/// One arm; null is what fewer than three units, no feature or no spread cannot tell.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ArmPower")]
pub(crate) struct ArmPowerJson<'a> {
    /// Its name.
    pub(crate) arm: &'a str,
    /// Units after merging.
    pub(crate) n: usize,
    /// Features per unit of capacity.
    pub(crate) efficiency: Option<Plain>,
    /// The effect in features per unit of capacity.
    pub(crate) effect: Option<Plain>,
    /// Power to see it at this n.
    pub(crate) power: Option<Plain>,
    /// The smallest effect seen with the power asked for.
    pub(crate) detectable: Option<Plain>,
    /// Units that two arms that differ by the effect need each.
    pub(crate) required: Option<u64>,
    /// Units still missing.
    pub(crate) more: Option<u64>,
}
