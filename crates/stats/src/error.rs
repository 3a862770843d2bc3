//! Statistics room: the one error type; every refusal says which value and why.

/// Why a statistic cannot be computed.
///
/// No function of this crate returns a NaN: what is undefined is one of these.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// The sample has no unit at all.
    #[error("the sample is empty")]
    Empty,
    /// The columns of a sample differ in length.
    #[error("columns differ in length: {capacity} capacities, {weight} weights, {weight_sq} weight squares")]
    LengthsDiffer {
        /// Number of capacities.
        capacity: usize,
        /// Number of feature weights.
        weight: usize,
        /// Number of sums of squared weights.
        weight_sq: usize,
    },
    /// A value is NaN, infinite, negative, or outside 1e-9..=1e12 without being 0.
    #[error("{column} of unit {index} is {value}: expected 0 or a number in 1e-9..=1e12")]
    OutOfRange {
        /// The column that holds the value.
        column: &'static str,
        /// Its place in the sample, from 0.
        index: usize,
        /// The value itself.
        value: f64,
    },
    /// A sum of squared weights contradicts the sum of weights of the same unit.
    #[error(
        "unit {index}: a sum of squared weights of {weight_sq} does not fit a sum of weights of {weight}"
    )]
    WeightSquares {
        /// Place of the unit, from 0.
        index: usize,
        /// Its sum of weights.
        weight: f64,
        /// Its sum of squared weights.
        weight_sq: f64,
    },
    /// All capacities are zero, so no ratio exists.
    #[error("no capacity was used in any unit")]
    NoCapacity,
    /// The statistic needs at least one feature.
    #[error("no feature in any unit: a log or relative statistic is undefined")]
    NoFeatures,
    /// The statistic needs more units.
    #[error("needs at least {needed} units, got {got}")]
    TooFewUnits {
        /// Smallest number of units that works.
        needed: usize,
        /// Number of units given.
        got: usize,
    },
    /// One unit carries all capacity, so the estimate without it does not exist.
    #[error("unit {index} carries all capacity: the estimate without it does not exist")]
    OneUnitCarriesAll {
        /// Place of the unit, from 0.
        index: usize,
    },
    /// A method for counts met a sum of weights that is no whole number.
    #[error("{0} is no whole count: use fay-feuer for weighted features")]
    NotACount(f64),
    /// The statistic is undefined for this sample, for the reason given.
    #[error("{0}")]
    Undefined(&'static str),
    /// A parameter lies outside its domain.
    #[error("{name} is {value}: expected {expected}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// Value given.
        value: f64,
        /// Its domain in words.
        expected: &'static str,
    },
    /// No interval has this name.
    #[error("unknown interval `{0}`")]
    UnknownInterval(String),
}

/// Refuses a computed value that is NaN or infinite instead of passing it on.
pub(crate) fn finite(value: f64, why_not: &'static str) -> Result<f64, StatsError> {
    if value.is_finite() { Ok(value) } else { Err(StatsError::Undefined(why_not)) }
}

/// Refuses a parameter outside its domain.
pub(crate) fn require(
    holds: bool,
    name: &'static str,
    value: f64,
    expected: &'static str,
) -> Result<(), StatsError> {
    if holds { Ok(()) } else { Err(StatsError::Parameter { name, value, expected }) }
}
