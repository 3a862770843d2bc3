//! Statistics room: the three answers of a gate.

use crate::sample::Sample;

/// Answer of a gate.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The evidence is past the bound.
    Fires,
    /// There are enough data, and they do not pass the bound.
    Holds,
    /// Too few data to ask.
    NotEnough(Shortage),
}

/// What is missing before a gate may be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Shortage {
    /// An arm has too few units.
    Units {
        /// Units needed in each arm.
        needed: usize,
        /// Units of the smaller arm.
        got: usize,
    },
    /// An arm has too few effective features.
    Features {
        /// Effective features needed in each arm.
        needed: f64,
        /// Effective features of the arm with fewer.
        got: f64,
    },
}

/// Effective features each arm needs before any gate.
const FEATURES: f64 = 6.0;

/// What two arms lack for a gate that needs this many units in each.
pub(super) fn shortage(a: &Sample, b: &Sample, units: usize) -> Option<Shortage> {
    let got = a.len().min(b.len());
    let features = a.effective_features().min(b.effective_features());
    if got < units {
        Some(Shortage::Units { needed: units, got })
    } else if features < FEATURES {
        Some(Shortage::Features { needed: FEATURES, got: features })
    } else {
        None
    }
}
