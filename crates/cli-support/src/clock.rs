//! Time and zone as values, so that a command never asks the machine behind its caller's back.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::CliError;

/// Where "now" comes from: the machine, or one frozen instant.
///
/// ```
/// use tracker_cli_support::Clock;
///
/// let mut clock = Clock::from_variable(Some("2025-10-19T06:01:00Z"))?;
/// clock.sleep(std::time::Duration::from_secs(300)); // A frozen clock is set forward instead of waiting.
/// assert_eq!(clock.now().to_rfc3339(), "2025-10-19T06:06:00+00:00");
/// # Ok::<(), tracker_cli_support::CliError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Clock {
    frozen: Option<DateTime<Utc>>,
}

impl Clock {
    /// Returns the machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self { frozen: None }
    }

    /// Returns a clock that stands still at `now`.
    #[must_use]
    pub const fn frozen(now: DateTime<Utc>) -> Self {
        Self { frozen: Some(now) }
    }

    /// Returns the clock that the value of `TRACKER_NOW` asks for: the machine's when it is unset or empty.
    ///
    /// # Errors
    /// A usage error when the value is no RFC 3339 time.
    pub fn from_variable(tracker_now: Option<&str>) -> Result<Self, CliError> {
        match tracker_now.filter(|text| !text.is_empty()) {
            None => Ok(Self::system()),
            Some(text) => rfc3339(text).map(Self::frozen).map_err(|why| {
                CliError::usage(format!("TRACKER_NOW {text:?}: {why}")).hint("unset TRACKER_NOW")
            }),
        }
    }

    /// Returns the clock that this process's `TRACKER_NOW` asks for.
    ///
    /// # Errors
    /// As [`Clock::from_variable`].
    pub fn from_env() -> Result<Self, CliError> {
        Self::from_variable(std::env::var("TRACKER_NOW").ok().as_deref())
    }

    /// Returns the present instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.frozen.unwrap_or_else(Utc::now)
    }

    /// Waits for `span`; a frozen clock moves on by it at once (and stays where it is past the end of the calendar).
    pub fn sleep(&mut self, span: Duration) {
        match &mut self.frozen {
            None => std::thread::sleep(span),
            Some(now) => {
                let later = TimeDelta::from_std(span).ok().and_then(|delta| now.checked_add_signed(delta));
                *now = later.unwrap_or(*now);
            }
        }
    }
}

/// Returns the instant that an RFC 3339 text names; fits clap's `value_parser` (`--captured-at`).
///
/// # Errors
/// A sentence with the expected shape.
pub fn rfc3339(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.to_utc())
        .map_err(|_| "not an RFC 3339 time such as 2025-10-19T06:01:00Z".to_owned())
}

/// Returns the IANA name of the zone: that of the variable `TZ` when it is set, else the machine's.
///
/// A `TZ` that is no IANA name (such as `CET-1CEST`) gives none: a guessed zone would give wrong resets.
///
/// ```
/// use tracker_cli_support::zone_name;
///
/// assert_eq!(zone_name(Some("Asia/Singapore")).as_deref(), Some("Asia/Singapore"));
/// assert_eq!(zone_name(Some("")).as_deref(), Some("UTC"));
/// assert_eq!(zone_name(Some("CET-1CEST")), None);
/// ```
#[must_use]
pub fn zone_name(tz: Option<&str>) -> Option<String> {
    let name = match tz {
        Some("") => "UTC".to_owned(),
        Some(text) => text.strip_prefix(':').unwrap_or(text).to_owned(),
        None => iana_time_zone::get_timezone().ok()?,
    };
    name.parse::<chrono_tz::Tz>().ok().map(|zone| zone.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exit;

    #[test]
    fn frozen_time_is_checked() {
        let error = Clock::from_variable(Some("yesterday")).unwrap_err();
        assert_eq!(error.exit(), Exit::Usage);
        assert_eq!(
            error.to_string(),
            "TRACKER_NOW \"yesterday\": not an RFC 3339 time such as 2025-10-19T06:01:00Z"
        );
        let mut end = Clock::frozen(DateTime::<Utc>::MAX_UTC);
        end.sleep(Duration::from_secs(1));
        assert_eq!(end.now(), DateTime::<Utc>::MAX_UTC);
    }

    #[test]
    fn system_clock_moves_forward() {
        let clock = Clock::from_variable(Some("")).unwrap();
        let first = clock.now();
        assert!(clock.now() >= first && first > rfc3339("2024-01-01T00:00:00Z").unwrap());
    }
}
