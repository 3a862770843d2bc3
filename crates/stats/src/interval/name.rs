//! Statistics room: the names by which users ask for an interval.

use std::fmt;
use std::str::FromStr;

use crate::error::StatsError;

/// Name of an interval method, as typed after `--ci`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IntervalName {
    /// The recommended choice by number of features and units.
    Policy,
    /// Log scale, HC3 standard error, t factor.
    LogHc3,
    /// Linear scale, HC3 standard error, t factor.
    Hc3,
    /// Linear scale, HC2 standard error, t factor with Bell-McCaffrey degrees of freedom.
    Hc2Bm,
    /// Linear scale, delta method (HC1), t factor.
    Delta,
    /// Linear scale, centred jackknife standard error, t factor.
    Jackknife,
    /// Fieller's theorem for paired sums.
    Fieller,
    /// Bias-corrected and accelerated bootstrap.
    Bca,
    /// Exact Poisson (Garwood), for whole counts.
    PoissonExact,
    /// Exact gamma interval for weighted Poisson features.
    FayFeuer,
    /// Gamma posterior with the Jeffreys prior.
    Gamma,
}

impl IntervalName {
    /// Every name, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::Policy,
        Self::LogHc3,
        Self::Hc3,
        Self::Hc2Bm,
        Self::Delta,
        Self::Jackknife,
        Self::Fieller,
        Self::Bca,
        Self::PoissonExact,
        Self::FayFeuer,
        Self::Gamma,
    ];

    /// The name as users type it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::LogHc3 => "log-hc3",
            Self::Hc3 => "hc3",
            Self::Hc2Bm => "hc2-bm",
            Self::Delta => "delta",
            Self::Jackknife => "jackknife",
            Self::Fieller => "fieller",
            Self::Bca => "bca",
            Self::PoissonExact => "poisson-exact",
            Self::FayFeuer => "fay-feuer",
            Self::Gamma => "gamma",
        }
    }
}

impl fmt::Display for IntervalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for IntervalName {
    type Err = StatsError;

    fn from_str(text: &str) -> Result<Self, StatsError> {
        Self::ALL
            .into_iter()
            .find(|name| name.as_str() == text)
            .ok_or_else(|| StatsError::UnknownInterval(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for name in IntervalName::ALL {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        assert!(matches!("wald".parse::<IntervalName>(), Err(StatsError::UnknownInterval(_))));
    }
}
