//! Percent used and percent left: two types, because the clients changed direction more than once.

use std::fmt;

use crate::error::DomainError;

fn finite(value: f64, range: &'static str) -> Result<f64, DomainError> {
    if value.is_finite() { Ok(value) } else { Err(DomainError::Percent { value: value.to_string(), range }) }
}

/// Percent of a meter already used, at least 0. Values above 100 occur (a cap may be overrun) and are kept.
///
/// ```
/// use tracker_domain::UsedPct;
/// assert_eq!(UsedPct::new(12.0)?.to_left().get(), 88.0);
/// assert!(UsedPct::new(f64::NAN).is_err() && UsedPct::new(-1.0).is_err());
/// assert!(UsedPct::typed(101.0).is_err() && UsedPct::new(101.0)?.is_over_100());
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct UsedPct(f64);

impl UsedPct {
    /// Returns a value as a client printed it.
    ///
    /// # Errors
    /// [`DomainError::Percent`] when it is negative or not finite.
    pub fn new(value: f64) -> Result<Self, DomainError> {
        let value = finite(value, "a finite number of at least 0")?;
        if value < 0.0 {
            return Err(DomainError::Percent { value: value.to_string(), range: "a number of at least 0" });
        }
        Ok(Self(value))
    }

    /// Returns a value typed by a person, who must stay within 0-100.
    ///
    /// # Errors
    /// [`DomainError::Percent`] outside 0-100.
    pub fn typed(value: f64) -> Result<Self, DomainError> {
        if (0.0..=100.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(DomainError::Percent { value: value.to_string(), range: "0-100" })
        }
    }

    /// Returns the number of percentage points used.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Returns what is left, which is negative when the cap was overrun.
    #[must_use]
    pub fn to_left(self) -> LeftPct {
        LeftPct(100.0 - self.0)
    }

    /// Tells whether more than the cap is reported as used.
    #[must_use]
    pub fn is_over_100(self) -> bool {
        self.0 > 100.0
    }
}

/// Percent of a meter still left, at most 100; negative when the cap was overrun.
///
/// ```
/// use tracker_domain::LeftPct;
/// assert_eq!(LeftPct::new(88.0)?.to_used().get(), 12.0);
/// assert!(LeftPct::new(101.0).is_err());
/// # Ok::<(), tracker_domain::DomainError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct LeftPct(f64);

impl LeftPct {
    /// Returns a value as a client printed it.
    ///
    /// # Errors
    /// [`DomainError::Percent`] when it is above 100 or not finite.
    pub fn new(value: f64) -> Result<Self, DomainError> {
        let value = finite(value, "a finite number of at most 100")?;
        if value > 100.0 {
            return Err(DomainError::Percent { value: value.to_string(), range: "a number of at most 100" });
        }
        Ok(Self(value))
    }

    /// Returns the number of percentage points left.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Returns what is used.
    #[must_use]
    pub fn to_used(self) -> UsedPct {
        UsedPct(100.0 - self.0)
    }
}

impl fmt::Display for UsedPct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}% used", self.0)
    }
}

impl fmt::Display for LeftPct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}% left", self.0)
    }
}
