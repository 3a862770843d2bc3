//! Statistics room: the labels an interval carries.

use std::fmt;

/// One thing a reader must know about an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Flag {
    /// No feature was seen: only the upper end informs.
    UpperBoundOnly,
    /// The spread between units is unknown: features are taken to be Poisson.
    PoissonAssumed,
    /// Fewer than 6 effective features: the conservative hull of two intervals.
    FewFeatures,
    /// Two units: the t factor is 12.7 at 95 %.
    TwoUnits,
    /// One unit has more than half of the capacity and decides the estimate.
    OneUnitDecides,
    /// Dispersion above 1.5: methods that assume Poisson counts are too narrow.
    Overdispersed,
    /// Lag-1 autocorrelation beyond 0.3: neighbouring units are not independent.
    Autocorrelated,
    /// Fieller's set is not a bounded interval.
    FiellerUnbounded,
    /// All units have the same ratio: their spread says nothing about the error.
    ZeroSpread,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Self; 9] = [
        Self::UpperBoundOnly,
        Self::PoissonAssumed,
        Self::FewFeatures,
        Self::TwoUnits,
        Self::OneUnitDecides,
        Self::Overdispersed,
        Self::Autocorrelated,
        Self::FiellerUnbounded,
        Self::ZeroSpread,
    ];

    /// The label printed beside an interval.
    pub fn label(self) -> &'static str {
        match self {
            Self::UpperBoundOnly => "upper bound only",
            Self::PoissonAssumed => "Poisson assumed",
            Self::FewFeatures => "few features: conservative",
            Self::TwoUnits => "two units",
            Self::OneUnitDecides => "one window decides",
            Self::Overdispersed => "over-dispersed",
            Self::Autocorrelated => "autocorrelated windows",
            Self::FiellerUnbounded => "Fieller unbounded",
            Self::ZeroSpread => "no spread between windows",
        }
    }

    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// A set of flags.
///
/// ```
/// use tracker_stats::{Flag, Flags};
/// let flags = Flags::empty().with(Flag::FewFeatures).with(Flag::TwoUnits);
/// assert!(flags.contains(Flag::TwoUnits));
/// assert_eq!(flags.iter().map(|f| f.label()).collect::<Vec<_>>(),
///            ["few features: conservative", "two units"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u16);

impl Flags {
    /// The set without members.
    pub fn empty() -> Self {
        Self(0)
    }

    /// The set with one more member.
    #[must_use]
    pub fn with(self, flag: Flag) -> Self {
        Self(self.0 | flag.bit())
    }

    /// The set with one more member when the condition holds.
    #[must_use]
    pub fn with_if(self, condition: bool, flag: Flag) -> Self {
        if condition { self.with(flag) } else { self }
    }

    /// The members of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set has this member.
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & flag.bit() != 0
    }

    /// Whether the set has no member.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members in the order of [`Flag::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.contains(*flag))
    }
}
