//! One bar or counter of a reading.

use chrono::{DateTime, Utc};

use crate::{LeftPct, MeterId, UsedPct};

/// How much of a meter is gone, in the direction in which the client printed it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Level {
    /// "12% used".
    Used(UsedPct),
    /// "88% left".
    Left(LeftPct),
    /// A count such as prompts, with the cap where the client names one.
    Count {
        /// Units used so far, finite and at least 0.
        used: f64,
        /// Units allowed, when known.
        cap: Option<f64>,
    },
}

/// The smallest step in which a client reports a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Resolution {
    /// Whole percents: the true value lies within one point.
    #[default]
    WholePercent,
    /// Finer than a whole percent, or an exact count.
    Fine,
}

/// One meter: which limit, how full, and when it resets.
///
/// ```
/// use tracker_domain::{Level, Meter, MeterId, UsedPct};
/// let meter = Meter::new(MeterId::FIVE_HOURS, "5h limit")
///     .with_window_minutes(300)
///     .with_level(Level::Used(UsedPct::new(3.0)?))
///     .with_resets_raw("14:01");
/// assert_eq!(meter.used_amount(), Some(3.0));
/// // A row that is there without a number is unknown, not zero.
/// assert_eq!(Meter::new(MeterId::WEEKLY, "Weekly limit").used_amount(), None);
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Meter {
    /// Which limit; the join key between readings.
    pub id: MeterId,
    /// The label as printed.
    pub label: String,
    /// Length of the limit's window in minutes, when known (300 = five hours, 10080 = a week).
    pub window_minutes: Option<u32>,
    /// The level, or `None` when the row is there but its number is not.
    pub level: Option<Level>,
    /// The smallest step of the level.
    pub resolution: Resolution,
    /// The reset as printed, without the word "resets".
    pub resets_raw: Option<String>,
    /// The reset as an instant, when it could be resolved without guessing. It may lie in the past.
    pub resets_at: Option<DateTime<Utc>>,
    /// Further text that belongs to the meter, e.g. "970 of 1,000 credits used".
    pub detail: Option<String>,
}

impl Meter {
    /// Returns a meter whose level and reset are not known.
    #[must_use]
    pub fn new(id: MeterId, label: impl Into<String>) -> Self {
        Self {
            id,
            label: label.into(),
            window_minutes: None,
            level: None,
            resolution: Resolution::default(),
            resets_raw: None,
            resets_at: None,
            detail: None,
        }
    }

    /// Returns the meter with its level.
    #[must_use]
    pub fn with_level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// Returns the meter with the length of its window in minutes.
    #[must_use]
    pub fn with_window_minutes(mut self, minutes: u32) -> Self {
        self.window_minutes = Some(minutes);
        self
    }

    /// Returns the meter with its smallest step.
    #[must_use]
    pub fn with_resolution(mut self, resolution: Resolution) -> Self {
        self.resolution = resolution;
        self
    }

    /// Returns the meter with its reset as printed.
    #[must_use]
    pub fn with_resets_raw(mut self, raw: impl Into<String>) -> Self {
        self.resets_raw = Some(raw.into());
        self
    }

    /// Returns the meter with its reset as an instant.
    #[must_use]
    pub fn with_resets_at(mut self, at: DateTime<Utc>) -> Self {
        self.resets_at = Some(at);
        self
    }

    /// Returns percent used, whichever direction was printed; `None` for counts without a cap and for unknowns.
    #[must_use]
    pub fn used_pct(&self) -> Option<UsedPct> {
        match self.level? {
            Level::Used(used) => Some(used),
            Level::Left(left) => Some(left.to_used()),
            Level::Count { used, cap } => {
                cap.filter(|c| *c > 0.0).and_then(|c| UsedPct::new(100.0 * used / c).ok())
            }
        }
    }

    /// Returns percent left, whichever direction was printed.
    #[must_use]
    pub fn left_pct(&self) -> Option<LeftPct> {
        match self.level? {
            Level::Left(left) => Some(left),
            Level::Used(_) | Level::Count { .. } => self.used_pct().map(UsedPct::to_left),
        }
    }

    /// Returns the amount used in the meter's own unit: percentage points, or units for a count.
    #[must_use]
    pub fn used_amount(&self) -> Option<f64> {
        match self.level? {
            Level::Used(used) => Some(used.get()),
            Level::Left(left) => Some(left.to_used().get()),
            Level::Count { used, .. } => Some(used),
        }
    }
}
