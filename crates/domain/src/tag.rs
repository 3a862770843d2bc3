//! Error tags: what is missing, doubtful or special about a reading or a window.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// One tag. It prints and parses as the word that stands in `errors[]`.
///
/// ```
/// use tracker_domain::Tag;
/// assert_eq!(Tag::Truncated("weekly".into()).to_string(), "truncated:weekly");
/// assert_eq!("late-after".parse(), Ok(Tag::LateAfter));
/// assert_eq!("my-own".parse(), Ok(Tag::Other("my-own".into())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tag {
    /// The input holds none of what was looked for.
    InsufficientData,
    /// The pane says that its usage did not load, or is still loading.
    UsageNotLoaded,
    /// No weekly section or row.
    SectionMissingWeek,
    /// No session (five-hour) section or row.
    SectionMissingSession,
    /// Several panes in one input; the last complete one was read.
    MultiPaneTrimmed,
    /// The pane itself says that its limits may be stale.
    StaleLimits,
    /// The value of a field was cut by the terminal's width.
    Truncated(String),
    /// A reset that names no single instant.
    ResetAmbiguous,
    /// Values typed by a person.
    ManualOverride,
    /// Captured within the buffer after a reset, on purpose.
    LateAfter,
    /// The after value is below the before value.
    NegativeDelta,
    /// The meter was reset between before and after.
    ResetCrossed,
    /// The same raw pane was seen in another window or phase.
    ReplayedPane,
    /// Two sources that can be put on one scale differ by more than 10 %.
    Divergent(String),
    /// A line of JSON that is not valid; lines count from 1.
    InvalidJson(u64),
    /// A latency that is not a number of milliseconds.
    LatencyInvalid,
    /// A stream without a single event.
    NoEvents,
    /// A percentage above 100.
    Over100,
    /// The capture's clock ran backwards.
    ClockSkew,
    /// Any other tag, kept as it is.
    Other(String),
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InsufficientData => f.write_str("insufficient-data"),
            Self::UsageNotLoaded => f.write_str("usage-not-loaded"),
            Self::SectionMissingWeek => f.write_str("section-missing-week"),
            Self::SectionMissingSession => f.write_str("section-missing-session"),
            Self::MultiPaneTrimmed => f.write_str("multi-pane-trimmed"),
            Self::StaleLimits => f.write_str("stale-limits"),
            Self::Truncated(field) => write!(f, "truncated:{field}"),
            Self::ResetAmbiguous => f.write_str("reset-ambiguous"),
            Self::ManualOverride => f.write_str("manual-override"),
            Self::LateAfter => f.write_str("late-after"),
            Self::NegativeDelta => f.write_str("negative-delta"),
            Self::ResetCrossed => f.write_str("reset-crossed"),
            Self::ReplayedPane => f.write_str("replayed-pane"),
            Self::Divergent(source) => write!(f, "divergent:{source}"),
            Self::InvalidJson(line) => write!(f, "invalid-json:{line}"),
            Self::LatencyInvalid => f.write_str("latency-invalid"),
            Self::NoEvents => f.write_str("no-events"),
            Self::Over100 => f.write_str("over-100"),
            Self::ClockSkew => f.write_str("clock_skew"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl FromStr for Tag {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        if let Some(field) = text.strip_prefix("truncated:") {
            return Ok(Self::Truncated(field.to_owned()));
        }
        if let Some(source) = text.strip_prefix("divergent:") {
            return Ok(Self::Divergent(source.to_owned()));
        }
        if let Some(line) = text.strip_prefix("invalid-json:").and_then(|n| n.parse().ok()) {
            return Ok(Self::InvalidJson(line));
        }
        Ok(match text {
            "insufficient-data" => Self::InsufficientData,
            "usage-not-loaded" => Self::UsageNotLoaded,
            "section-missing-week" => Self::SectionMissingWeek,
            "section-missing-session" => Self::SectionMissingSession,
            "multi-pane-trimmed" => Self::MultiPaneTrimmed,
            "stale-limits" => Self::StaleLimits,
            "reset-ambiguous" => Self::ResetAmbiguous,
            "manual-override" => Self::ManualOverride,
            "late-after" => Self::LateAfter,
            "negative-delta" => Self::NegativeDelta,
            "reset-crossed" => Self::ResetCrossed,
            "replayed-pane" => Self::ReplayedPane,
            "latency-invalid" => Self::LatencyInvalid,
            "no-events" => Self::NoEvents,
            "over-100" => Self::Over100,
            "clock_skew" => Self::ClockSkew,
            other => Self::Other(other.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_survives_printing_and_parsing() {
        let all = [
            Tag::InsufficientData,
            Tag::UsageNotLoaded,
            Tag::SectionMissingWeek,
            Tag::SectionMissingSession,
            Tag::MultiPaneTrimmed,
            Tag::StaleLimits,
            Tag::Truncated("5h".into()),
            Tag::ResetAmbiguous,
            Tag::ManualOverride,
            Tag::LateAfter,
            Tag::NegativeDelta,
            Tag::ResetCrossed,
            Tag::ReplayedPane,
            Tag::Divergent("ccusage".into()),
            Tag::InvalidJson(7),
            Tag::LatencyInvalid,
            Tag::NoEvents,
            Tag::Over100,
            Tag::ClockSkew,
            Tag::Other("x".into()),
        ];
        for tag in all {
            assert_eq!(tag.to_string().parse(), Ok(tag));
        }
    }
}
