//! A value and the place it came from.

use std::fmt;
use std::path::PathBuf;

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag or a variable.
    Given,
    /// A file.
    File(PathBuf),
    /// The machine, for the zone.
    Machine,
    /// The built-in default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("flag or variable"),
            Self::File(path) => path.display().fmt(f),
            Self::Machine => f.write_str("machine"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting that knows its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

impl<T> Setting<T> {
    /// Returns a value with its origin.
    #[must_use]
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}
