//! Tokens beside the bars as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::value::Plain;

/// Where tokens and bars can be compared.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NextToTheBars")]
pub(crate) struct BesideJson<'a> {
    /// Tokens per percentage point of the weekly bar.
    pub(crate) rates: Vec<TokenRateJson<'a>>,
    /// Bars and other sources on one scale.
    pub(crate) pairs: Vec<PairJson<'a>>,
}

/// Tokens per percentage point of one provider.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TokenRate")]
pub(crate) struct TokenRateJson<'a> {
    /// The provider.
    pub(crate) provider: &'a str,
    /// What counted the tokens: `ccusage` or `telemetry`.
    pub(crate) source: &'static str,
    /// Tokens over points.
    pub(crate) tokens_per_pp: Plain,
    /// Lower end of the 95 % interval; `null` below 3 windows.
    pub(crate) lo: Option<Plain>,
    /// Upper end.
    pub(crate) hi: Option<Plain>,
    /// Windows.
    pub(crate) n: usize,
}

/// A bar and another source on one scale.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BarPair")]
pub(crate) struct PairJson<'a> {
    /// The window.
    pub(crate) window: &'a str,
    /// The provider.
    pub(crate) provider: &'a str,
    /// `used` for the level of the weekly bar, `delta` for what the window used of it.
    pub(crate) what: &'static str,
    /// Points by the bar.
    pub(crate) bar_pp: Plain,
    /// What the other source is.
    pub(crate) source: &'static str,
    /// Points by the other source.
    pub(crate) other_pp: Plain,
    /// `divergent:<source>` above 10 %.
    pub(crate) tags: Vec<String>,
}
