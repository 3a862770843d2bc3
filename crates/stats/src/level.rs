//! Statistics room: the confidence level as a checked type.

use crate::error::{StatsError, require};

/// A two-sided confidence level, e.g. 0.95; always in 0.01..=0.999999.
///
/// ```
/// use tracker_stats::Level;
/// assert_eq!(Level::P95.get(), 0.95);
/// assert!(Level::new(1.0).is_err());
/// # Ok::<(), tracker_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 95 %, the level of every default report.
    pub const P95: Self = Self(0.95);
    /// 90 %.
    pub const P90: Self = Self(0.90);
    /// 75 %, the level of the reversible gate.
    pub const P75: Self = Self(0.75);

    /// Checks a level given as a share of 1.
    ///
    /// # Errors
    /// [`StatsError::Parameter`] outside 0.01..=0.999999.
    pub fn new(level: f64) -> Result<Self, StatsError> {
        require((0.01..=0.999_999).contains(&level), "level", level, "0.01..=0.999999")?;
        Ok(Self(level))
    }

    /// The level as a share of 1.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The error probability 1 - level.
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }

    /// The probability below the upper end, 1 - alpha/2.
    pub(crate) fn upper_tail_point(self) -> f64 {
        1.0 - self.alpha() / 2.0
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::P95
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_outside_its_domain_is_refused() {
        for bad in [0.0, 1.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
            assert!(Level::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn alpha_is_what_the_level_leaves() {
        assert!((Level::P90.alpha() - 0.1).abs() < 1e-15);
        assert!((Level::P90.upper_tail_point() - 0.95).abs() < 1e-15);
    }
}
