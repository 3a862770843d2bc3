//! The kinds of identity and how a value of each is normalized.

/// What a value identifies; the prefix of its pseudonym says so.
///
/// ```
/// assert_eq!(tracker_term_text::IdentityKind::Session.prefix(), "sess-");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IdentityKind {
    /// A person's account: an e-mail address or an account id; `acct-`.
    Account,
    /// A session or thread; `sess-`.
    Session,
    /// An organisation, workspace, team or group, by id or by name; `org-`.
    Organization,
    /// The user's part of a home path; `home-`.
    Home,
    /// A credential: API key, token, JWT; `key-`.
    Key,
}

impl IdentityKind {
    const ALL: [IdentityKind; 5] = [Self::Account, Self::Session, Self::Organization, Self::Home, Self::Key];

    /// The prefix of this kind's pseudonyms, with its dash.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Account => "acct-",
            Self::Session => "sess-",
            Self::Organization => "org-",
            Self::Home => "home-",
            Self::Key => "key-",
        }
    }

    /// The form in which a value is hashed. Blanks go because a frame may have put some in or taken some away.
    pub(super) fn normalize(self, value: &str) -> String {
        let tight = value.chars().filter(|c| !c.is_whitespace());
        match self {
            Self::Account | Self::Session | Self::Organization => {
                tight.flat_map(char::to_lowercase).collect()
            }
            Self::Home | Self::Key => tight.collect(),
        }
    }
}

/// Whether `value` is a pseudonym already.
pub(super) fn is_pseudonym(value: &str) -> bool {
    IdentityKind::ALL.iter().any(|kind| {
        value
            .strip_prefix(kind.prefix())
            .is_some_and(|hex| hex.len() == 12 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
    })
}

/// Whether `value` begins with a pseudonym.
pub(super) fn starts_with_pseudonym(value: &str) -> bool {
    IdentityKind::ALL.iter().any(|kind| value.get(..kind.prefix().len() + 12).is_some_and(is_pseudonym))
}

/// Whether a pseudonym stands anywhere in `value`.
pub(super) fn holds_pseudonym(value: &str) -> bool {
    IdentityKind::ALL.iter().any(|kind| {
        let prefix = kind.prefix();
        value
            .match_indices(prefix)
            .any(|(at, _)| value.get(at..at + prefix.len() + 12).is_some_and(is_pseudonym))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pseudonyms_are_known_again() {
        assert!(is_pseudonym("acct-1a2b3c4d5e6f"));
        assert!(
            !is_pseudonym("acct-1A2B3C4D5E6F") && !is_pseudonym("acct-1a2b3c4d5e6") && !is_pseudonym("user")
        );
    }

    #[test]
    fn case_and_blanks_do_not_split_an_account() {
        assert_eq!(IdentityKind::Account.normalize("User@Ex ample.COM"), "user@example.com");
        assert_eq!(IdentityKind::Home.normalize("Alice"), "Alice");
    }
}
