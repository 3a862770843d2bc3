//! Validated identifiers: strings that are safe in a path, a CSV cell and a terminal.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::error::{DomainError, cut};

const MAX_LEN: usize = 64;

const fn is_valid(value: &str) -> bool {
    let mut rest = value.as_bytes();
    if rest.is_empty() || rest.len() > MAX_LEN || matches!(rest, [b'.' | b'-', ..]) {
        return false;
    }
    while let [first, others @ ..] = rest {
        if !(first.is_ascii_alphanumeric() || matches!(first, b'.' | b'_' | b'-')) {
            return false;
        }
        rest = others;
    }
    true
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// Returns the identifier, or why the text cannot be one.
            ///
            /// # Errors
            /// [`DomainError::Identifier`] unless it is 1-64 of `A-Z a-z 0-9 . _ -` with a letter, digit or
            /// underscore first.
            pub fn new(value: impl Into<String>) -> Result<Self, DomainError> {
                let value = value.into();
                if is_valid(&value) {
                    Ok(Self(Cow::Owned(value)))
                } else {
                    Err(DomainError::Identifier { kind: $kind, value: cut(&value) })
                }
            }

            /// Returns the identifier that a literal names. Meant for constants: there a literal that is no
            /// identifier does not compile.
            ///
            /// # Panics
            /// When called outside of a constant with a text that [`Self::new`] refuses.
            #[must_use]
            pub const fn from_static(value: &'static str) -> Self {
                assert!(is_valid(value), "not a valid identifier");
                Self(Cow::Borrowed(value))
            }

            /// Returns the identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = DomainError;
            fn from_str(value: &str) -> Result<Self, DomainError> {
                Self::new(value)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

identifier! {
    /// Who sells the subscription: `codex`, `claude`, `glm`, … (an open set, so a string and not an enum).
    ///
    /// ```
    /// use tracker_domain::ProviderId;
    /// assert_eq!(ProviderId::new("codex")?.as_str(), "codex");
    /// assert!(ProviderId::new("../x").is_err());
    /// # Ok::<(), tracker_domain::DomainError>(())
    /// ```
    ProviderId, "provider"
}
identifier! {
    /// One block of work, e.g. `W0-19`.
    ///
    /// ```
    /// use tracker_domain::WindowId;
    /// assert!("W0-CHN".parse::<WindowId>().is_ok());
    /// assert!("a window".parse::<WindowId>().is_err());
    /// ```
    WindowId, "window"
}
identifier! {
    /// One agent (`AGENT_ID`), e.g. `main` or `sub1`.
    ///
    /// ```
    /// assert!(tracker_domain::Lane::new("sub1").is_ok());
    /// ```
    Lane, "lane"
}
identifier! {
    /// Names one snapshot row, unique within a ledger.
    ///
    /// ```
    /// assert!(tracker_domain::SnapshotId::new("s-0191f2").is_ok());
    /// ```
    SnapshotId, "snapshot id"
}
identifier! {
    /// The pseudonym of an account (`acct-…`), never its real name.
    ///
    /// ```
    /// assert!(tracker_domain::Account::new("acct-1a2b3c4d5e6f").is_ok());
    /// ```
    Account, "account"
}

/// Names one meter of a provider: `5h`, `weekly`, `weekly:opus`, `monthly`, `prompts`, else a slug of its label.
///
/// ```
/// use tracker_domain::MeterId;
/// assert_eq!(MeterId::scoped_weekly("Opus").as_str(), "weekly:opus");
/// assert_eq!(MeterId::slug("GPT-5.3-Codex-Spark 5h limit").as_str(), "gpt-5.3-codex-spark-5h-limit");
/// assert!(MeterId::WEEKLY.is_weekly() && !MeterId::scoped_weekly("Opus").is_weekly());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeterId(Cow<'static, str>);

impl MeterId {
    /// The five-hour (session) bar.
    pub const FIVE_HOURS: Self = Self(Cow::Borrowed("5h"));
    /// The weekly bar over all models.
    pub const WEEKLY: Self = Self(Cow::Borrowed("weekly"));
    /// The monthly bar.
    pub const MONTHLY: Self = Self(Cow::Borrowed("monthly"));
    /// The prompt count.
    pub const PROMPTS: Self = Self(Cow::Borrowed("prompts"));

    /// Returns the id of a weekly bar that covers only `scope` (a model or family name).
    #[must_use]
    pub fn scoped_weekly(scope: &str) -> Self {
        Self(Cow::Owned(format!("weekly:{}", slug(scope))))
    }

    /// Returns the id of a bar of `base` (for example `5h`) that covers only `scope`.
    #[must_use]
    pub fn scoped(base: &Self, scope: &str) -> Self {
        Self(Cow::Owned(format!("{base}:{}", slug(scope))))
    }

    /// Returns an id made from a label: lower case, runs of other characters become one dash, at most 64 bytes.
    /// An empty label gives `unnamed`.
    #[must_use]
    pub fn slug(label: &str) -> Self {
        Self(Cow::Owned(slug(label)))
    }

    /// Returns the id written as it stands on disk.
    ///
    /// # Errors
    /// [`DomainError::Identifier`] unless it is 1-64 of `A-Z a-z 0-9 . _ - :`.
    pub fn new(value: impl Into<String>) -> Result<Self, DomainError> {
        let value = value.into();
        if value.split(':').all(is_valid) && value.len() <= MAX_LEN * 2 {
            Ok(Self(Cow::Owned(value)))
        } else {
            Err(DomainError::Identifier { kind: "meter", value: cut(&value) })
        }
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether this is the weekly bar over all models.
    #[must_use]
    pub fn is_weekly(&self) -> bool {
        *self == Self::WEEKLY
    }

    /// Tells whether this meter counts prompts and not percentage points.
    #[must_use]
    pub fn is_prompts(&self) -> bool {
        *self == Self::PROMPTS
    }
}

impl fmt::Display for MeterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for MeterId {
    type Err = DomainError;
    fn from_str(value: &str) -> Result<Self, DomainError> {
        Self::new(value)
    }
}

fn slug(label: &str) -> String {
    let mut out = String::with_capacity(label.len().min(MAX_LEN));
    for c in label.chars() {
        if out.len() >= MAX_LEN {
            break;
        }
        if c.is_ascii_alphanumeric() || (matches!(c, '.' | '_') && !out.is_empty()) {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches(['-', '.']).len());
    if out.is_empty() { "unnamed".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_literal_becomes_a_constant() {
        const CODEX: ProviderId = ProviderId::from_static("codex");
        assert_eq!(Ok(CODEX), ProviderId::new("codex"));
    }

    #[test]
    fn refuses_what_could_leave_its_folder() {
        for bad in ["", ".hidden", "a/b", "..", "a\\b", "a b", "a\u{1b}", "-rf", &"x".repeat(65)] {
            assert!(WindowId::new(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn slugs_are_valid_ids(label in ".{0,200}") {
            let id = MeterId::slug(&label);
            prop_assert!(MeterId::new(id.as_str()).is_ok(), "{id}");
        }
    }
}
