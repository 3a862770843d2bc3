//! Values that identify a person, in types that never print them.

use super::IdentityKind;
use std::fmt;
use std::marker::PhantomData;

/// The kind of a [`Secret`]; implemented by the markers behind [`Email`], [`SessionId`] and the others.
pub trait SecretKind {
    /// The type's name, as its masked form shows it.
    const NAME: &'static str;
    /// Under which prefix its pseudonym goes.
    const IDENTITY: IdentityKind;
}

/// A value that identifies a person: `Debug` and `Display` mask it, and it can not be serialized.
///
/// ```
/// use tracker_term_text::Email;
/// let email = Email::new("user@example.com");
/// assert_eq!(format!("{email} {email:?}"), "Email(***) Email(***)");
/// assert_eq!(email.expose_secret(), "user@example.com");
/// ```
pub struct Secret<K> {
    raw: String,
    kind: PhantomData<K>,
}

impl<K: SecretKind> Secret<K> {
    /// Wraps `raw`.
    #[must_use]
    pub fn new(raw: impl Into<String>) -> Self {
        Secret { raw: raw.into(), kind: PhantomData }
    }

    /// The raw value. It must reach neither a file nor a screen: the name is loud so that every use can be audited.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        &self.raw
    }
}

impl<K> Clone for Secret<K> {
    fn clone(&self) -> Self {
        Secret { raw: self.raw.clone(), kind: PhantomData }
    }
}

impl<K> PartialEq for Secret<K> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<K> Eq for Secret<K> {}

impl<K: SecretKind> fmt::Debug for Secret<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(***)", K::NAME)
    }
}

impl<K: SecretKind> fmt::Display for Secret<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Declares a marker, its kind and the name under which its secrets go.
macro_rules! secret_kinds {
    ($($(#[$doc:meta])* $name:ident, $marker:ident, $identity:ident;)*) => {
        mod markers {
            $(#[derive(Debug, Clone, Copy)] pub enum $marker {})*
        }
        $(
            impl SecretKind for markers::$marker {
                const NAME: &'static str = stringify!($name);
                const IDENTITY: IdentityKind = IdentityKind::$identity;
            }
            $(#[$doc])*
            pub type $name = Secret<markers::$marker>;
        )*
    };
}

secret_kinds! {
    /// An e-mail address.
    Email, EmailKind, Account;
    /// The id of an account or a user.
    AccountId, AccountIdKind, Account;
    /// The id of a session or a thread.
    SessionId, SessionIdKind, Session;
    /// The id or the name of an organisation, workspace, team or group.
    OrgId, OrgIdKind, Organization;
    /// A path below a home directory, or the user's name in it.
    HomePath, HomePathKind, Home;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_masks_its_value() {
        let shown = [
            format!("{:?}", Email::new("canary")),
            format!("{}", AccountId::new("canary")),
            format!("{:?}", SessionId::new("canary")),
            format!("{}", OrgId::new("canary")),
            format!("{:#?}", HomePath::new("canary")),
        ];
        for text in shown {
            assert!(text.ends_with("(***)") && !text.contains("canary"), "{text}");
        }
    }
}
