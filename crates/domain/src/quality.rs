//! How good the work was, as a weight between 0 and 1.

use crate::error::DomainError;

/// On which scale a stored quality was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QualityScale {
    /// 0-1: the value is the weight.
    Weight,
    /// The earlier tool's 1-5 rubric: the weight is value / 5.
    Rubric,
}

/// Who says how good the work was.
///
/// ```
/// use tracker_domain::QualitySource;
/// assert_eq!("measured".parse(), Ok(QualitySource::Measured));
/// assert_eq!(QualitySource::Provisional.to_string(), "provisional");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum QualitySource {
    /// A person typed it; no measurement replaces it.
    Manual,
    /// 1 - churn within 14 days, all of which have passed.
    Measured,
    /// The same while some of the 14 days are still to come.
    Provisional,
}

impl QualitySource {
    /// Returns the word that stands in rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Measured => "measured",
            Self::Provisional => "provisional",
        }
    }
}

impl std::fmt::Display for QualitySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for QualitySource {
    type Err = DomainError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Manual, Self::Measured, Self::Provisional];
        let found = all.into_iter().find(|source| source.as_str() == text);
        found.ok_or_else(|| DomainError::Word {
            field: "quality_source",
            value: text.to_owned(),
            known: "manual, measured, provisional",
        })
    }
}

/// A quality value as stored.
///
/// ```
/// use tracker_domain::{Quality, QualityScale};
/// assert_eq!(Quality::typed(0.8)?.weight(), 0.8);
/// let old = Quality::from_row(4.0).ok_or("4 is a rubric value")?;
/// assert_eq!((old.scale(), old.weight()), (QualityScale::Rubric, 0.8));
/// assert!(Quality::typed(f64::NAN).is_err() && Quality::from_row(9.0).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Quality(f64);

impl Quality {
    /// Returns a quality typed by a person.
    ///
    /// # Errors
    /// [`DomainError::Range`] outside 0-1 and for NaN.
    pub fn typed(value: f64) -> Result<Self, DomainError> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(DomainError::Range { field: "quality", value: value.to_string(), range: "0-1" })
        }
    }

    /// Returns the quality of a stored row: 0-1 is a weight, above 1 up to 5 a rubric value; else `None`.
    #[must_use]
    pub fn from_row(value: f64) -> Option<Self> {
        (0.0..=5.0).contains(&value).then_some(Self(value))
    }

    /// Returns the value as stored.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Returns the scale on which it was stored.
    #[must_use]
    pub fn scale(self) -> QualityScale {
        if self.0 > 1.0 { QualityScale::Rubric } else { QualityScale::Weight }
    }

    /// Returns the weight of a feature, 0-1.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self.scale() {
            QualityScale::Weight => self.0,
            QualityScale::Rubric => self.0 / 5.0,
        }
    }
}
