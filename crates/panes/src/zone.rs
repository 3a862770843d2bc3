//! A time zone by its IANA name.

use std::fmt;
use std::str::FromStr;

use chrono_tz::Tz;

/// A time zone by its IANA name, old aliases included.
///
/// ```
/// use tracker_panes::Zone;
/// assert_eq!("Asia/Calcutta".parse::<Zone>()?.to_string(), "Asia/Calcutta");
/// assert_eq!(Zone::default(), Zone::UTC);
/// assert!("Mars/Olympus".parse::<Zone>().is_err());
/// # Ok::<(), tracker_panes::ZoneError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Returns the zone of the `chrono-tz` crate; private, so that the dependency can change.
    pub(crate) fn tz(self) -> Tz {
        self.0
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

/// A name that is no IANA time zone. The text shows the name, cut to 80 characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not a time zone: use an IANA name such as Europe/Berlin or UTC")]
pub struct ZoneError {
    name: String,
}

impl FromStr for Zone {
    type Err = ZoneError;
    fn from_str(name: &str) -> Result<Self, ZoneError> {
        name.parse().map(Self).map_err(|_| ZoneError { name: name.chars().take(80).collect() })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.name())
    }
}
