//! Pseudonyms: what identifies a person is replaced before anything is written.

mod fields;
mod flow;
mod hits;
mod json;
mod keys;
mod kind;
mod mail;
mod path;
mod secret;
mod uuid;

use flow::Flow;
use hits::Hits;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;

pub use kind::IdentityKind;
pub use secret::{AccountId, Email, HomePath, OrgId, Secret, SecretKind, SessionId};

/// So often a text is looked through again; each look takes linear time.
const MAX_LOOKS: usize = 8;

/// A longer text is taken in blocks: places in it are kept in 4 bytes.
const MAX_TEXT: usize = 1 << 30;

/// Cuts off a block of at most `most` bytes, after a line where there is one; `None` for a text that is no longer.
fn long_block(text: &str, most: usize) -> Option<(&str, &str)> {
    if text.len() <= most {
        return None;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).filter(|at| *at > 0)?;
    let line = text.get(..end)?.rfind('\n').map_or(end, |at| at + 1);
    text.split_at_checked(line)
}

/// One replacement that [`Pseudonymizer::pseudonymize`] made. It does not hold what was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// What was found.
    pub kind: IdentityKind,
    /// What stands in its place.
    pub pseudonym: String,
    /// Only a part of the value was printed (cut at a frame): its pseudonym cannot be joined with that of the whole.
    pub cut: bool,
}

/// Replaces what identifies a person by stable pseudonyms, such as `acct-1a2b3c4d5e6f`.
///
/// A pseudonym is the kind's prefix and the first 12 hex digits of HMAC-SHA-256 (RFC 2104) over the normalized value,
/// keyed with a random salt that stays on the machine: the same value gives the same pseudonym, and nobody without
/// the salt can test a guess. Values are normalized by lower case and without blanks (keys and home names keep case).
///
/// ```
/// use tracker_term_text::Pseudonymizer;
///
/// let pseudonymizer = Pseudonymizer::new([7; 32]);
/// let (one, _) = pseudonymizer.pseudonymize("Account: user@example.com (Plus)");
/// let (two, _) = pseudonymizer.pseudonymize("Account: user@ex\n         ample.com (Plus)");
/// assert!(one.starts_with("Account: acct-") && one.ends_with(" (Plus)"));
/// assert_eq!(one.split(' ').nth(1), two.split_whitespace().nth(1), "wrapped or not, the same account");
/// assert_eq!(pseudonymizer.pseudonymize(&one).0, one, "pseudonyms are left alone");
/// ```
#[derive(Clone)]
pub struct Pseudonymizer {
    /// Keyed once: a text may hold an identity every few bytes.
    keyed: Hmac<Sha256>,
}

impl std::fmt::Debug for Pseudonymizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pseudonymizer(salt: ***)")
    }
}

impl Pseudonymizer {
    /// Makes a pseudonymizer for one `salt`: 32 random bytes, kept private and kept for ever, or joins break.
    #[must_use]
    pub fn new(salt: [u8; 32]) -> Self {
        // A key shorter than the block of SHA-256 is padded with zeros (RFC 2104, section 2): this cannot fail.
        let mut block = [0u8; 64];
        for (byte, salt) in block.iter_mut().zip(salt) {
            *byte = salt;
        }
        Pseudonymizer { keyed: Hmac::new(&block.into()) }
    }

    /// Returns `text` with pseudonyms in place of identities, and what was replaced.
    ///
    /// Takes panes, JSON and free text of several lines. Found by shape: e-mail addresses, UUIDs, the user in home
    /// paths, API keys and tokens. Found by label or JSON key: accounts, sessions, organisations, workspaces, groups.
    /// A value that the frame wrapped is found too; its pseudonym stands where it began, and a line that held nothing
    /// but its rest goes. Applying it twice changes nothing more. Time is linear.
    ///
    /// ```
    /// let (text, found) = tracker_term_text::Pseudonymizer::new([7; 32])
    ///     .pseudonymize("  Directory: /home/alice/repo\n  5h limit: 82% left (resets 20:06 on 24 Nov)");
    /// assert!(text.contains("/home/home-") && text.ends_with("82% left (resets 20:06 on 24 Nov)"));
    /// assert_eq!(found.len(), 1);
    /// ```
    #[must_use]
    pub fn pseudonymize(&self, text: &str) -> (String, Vec<Found>) {
        let mut found = Vec::new();
        let safe = self.look(text, &mut |one| found.push(one));
        (safe, found)
    }

    /// Returns the text that [`pseudonymize`](Self::pseudonymize) returns, without the list: of a text that is full of
    /// identities the list takes more memory than all the rest.
    ///
    /// ```
    /// let pseudonymizer = tracker_term_text::Pseudonymizer::new([7; 32]);
    /// let text = "Account: user@example.com";
    /// assert_eq!(pseudonymizer.pseudonymized(text), pseudonymizer.pseudonymize(text).0);
    /// ```
    #[must_use]
    pub fn pseudonymized(&self, text: &str) -> String {
        self.look(text, &mut |_| ())
    }

    /// Looks through a text, in blocks when it is very long; tells what it replaces.
    fn look(&self, text: &str, found: &mut dyn FnMut(Found)) -> String {
        if let Some((block, rest)) = long_block(text, MAX_TEXT) {
            return self.look(block, found) + &self.look(rest, found);
        }
        let (mut safe, _) = self.replace(text, found);
        // Where values were glued together, a replacement can bare another one; most texts need one look more.
        for _ in 0..MAX_LOOKS {
            let (again, more) = self.replace(&safe, found);
            if more == 0 {
                break;
            }
            safe = again;
        }
        safe
    }

    /// Replaces what one look finds; tells how many values that were.
    fn replace(&self, text: &str, found: &mut dyn FnMut(Found)) -> (String, usize) {
        let flow = Flow::of(text);
        let mut hits = Hits::default();
        fields::find(&flow, &mut hits);
        json::find(&flow, &mut hits);
        keys::find(&flow, &mut hits);
        mail::find(&flow, &mut hits);
        uuid::find(&flow, &mut hits);
        path::find(&flow, &mut hits);
        let mut count = 0;
        let replaced = hits.settle().map(|hit| {
            let pseudonym = self.pseudonym(hit.kind, flow.slice(hit.start, hit.end));
            found(Found { kind: hit.kind, pseudonym: pseudonym.clone(), cut: hit.cut });
            count += 1;
            (hit, pseudonym)
        });
        let safe = flow.render(text, replaced);
        (safe, count)
    }

    /// Returns the pseudonym of one value that is known to be of `kind`.
    ///
    /// ```
    /// use tracker_term_text::{IdentityKind, Pseudonymizer};
    /// let pseudonymizer = Pseudonymizer::new([7; 32]);
    /// let account = pseudonymizer.pseudonym(IdentityKind::Account, "User@Example.com");
    /// assert!(account.starts_with("acct-") && account.len() == 17);
    /// assert_eq!(account, pseudonymizer.pseudonym(IdentityKind::Account, "user@example.com"));
    /// ```
    #[must_use]
    pub fn pseudonym(&self, kind: IdentityKind, value: &str) -> String {
        let mut mac = self.keyed.clone();
        mac.update(kind.normalize(value).as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut pseudonym = String::with_capacity(kind.prefix().len() + 12);
        pseudonym.push_str(kind.prefix());
        for digit in digest.iter().take(6).flat_map(|byte| [byte >> 4, byte & 15]) {
            pseudonym.extend(char::from_digit(digit.into(), 16));
        }
        pseudonym
    }

    /// Returns the pseudonym of a value that is held as a [`Secret`].
    ///
    /// ```
    /// use tracker_term_text::{Email, Pseudonymizer};
    /// let account = Pseudonymizer::new([7; 32]).pseudonym_of(&Email::new("user@example.com"));
    /// assert!(account.starts_with("acct-"));
    /// ```
    #[must_use]
    pub fn pseudonym_of<K: SecretKind>(&self, secret: &Secret<K>) -> String {
        self.pseudonym(K::IDENTITY, secret.expose_secret())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_after_a_line_and_never_inside_of_a_character() {
        assert_eq!(long_block("ab\ncd", 5), None);
        assert_eq!(long_block("ab\ncd", 4), Some(("ab\n", "cd")));
        assert_eq!(long_block("abcd", 3), Some(("abc", "d")));
        assert_eq!(long_block("a\u{2588}b", 3), Some(("a", "\u{2588}b")));
        assert_eq!(long_block("\u{2588}b", 2), None, "a block of nothing would never end");
    }
}
