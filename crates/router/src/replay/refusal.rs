//! Router room: why a replay must not be done on a log, although it could be computed.

use std::fmt;

/// Why there is no replay.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// Fewer than two arms were played: the policies could only differ on arms of which nothing is known.
    UnplayedOnly {
        /// The arms that were played.
        played: Vec<String>,
        /// The arms that are known and were not.
        unplayed: Vec<String>,
    },
    /// An arm has fewer than five windows.
    FewWindows {
        /// The arm.
        arm: String,
        /// Its windows.
        windows: usize,
    },
    /// An arm has fewer than six features in all.
    FewFeatures {
        /// The arm.
        arm: String,
        /// Its features.
        features: f64,
    },
    /// The recorded chances cover the strategy's choices too thinly.
    FewEffective {
        /// The effective number of choices.
        ess: f64,
    },
    /// An arm changed over time, and there are too few windows to replay week by week.
    Drift {
        /// The arm.
        arm: String,
        /// What changed: `reward`, `points` or `features per point`.
        series: &'static str,
        /// The correlation that shows it.
        correlation: f64,
    },
    /// The work is beyond any patience.
    TooLarge {
        /// Rounds x arms x bars x runs.
        steps: f64,
        /// The most that is done.
        most: f64,
    },
}

impl Refusal {
    /// Windows that an arm needs.
    pub const LEAST_WINDOWS: usize = 5;
    /// Features that an arm needs.
    pub const LEAST_FEATURES: f64 = 6.0;

    /// Returns the word that stands in rows: `unplayed-only`, `few-windows`, ...
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::UnplayedOnly { .. } => "unplayed-only",
            Self::FewWindows { .. } => "few-windows",
            Self::FewFeatures { .. } => "few-features",
            Self::FewEffective { .. } => "few-effective",
            Self::Drift { .. } => "drift",
            Self::TooLarge { .. } => "too-large",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnplayedOnly { played, unplayed } => {
                let names =
                    |arms: &[String]| if arms.is_empty() { "none".to_owned() } else { arms.join(", ") };
                write!(
                    f,
                    "the policies could differ only on arms that were not played (played: {}; known besides: {})",
                    names(played),
                    names(unplayed)
                )
            }
            Self::FewWindows { arm, windows } => {
                write!(
                    f,
                    "arm {arm} has {windows} windows, a replay needs {} of each arm",
                    Self::LEAST_WINDOWS
                )
            }
            Self::FewFeatures { arm, features } => {
                write!(
                    f,
                    "arm {arm} has {features} features, a replay needs {} of each arm",
                    Self::LEAST_FEATURES
                )
            }
            Self::FewEffective { ess } => write!(
                f,
                "the recorded choices are worth {ess:.1} of the strategy's own, a replay needs {}",
                crate::off_policy::LEAST_ESS
            ),
            Self::Drift { arm, series, correlation } => write!(
                f,
                "arm {arm} drifted: the correlation of its {series} with time is {correlation:+.2}, and there are too \
                 few windows to replay week by week"
            ),
            Self::TooLarge { steps, most } => write!(
                f,
                "the replay would take {steps:.1e} steps, at most {most:.1e} are done: ask for fewer weeks or replicates"
            ),
        }
    }
}
