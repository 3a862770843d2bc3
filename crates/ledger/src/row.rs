//! The form of a chained row: one JSON object on one line whose last members are `seq` and `h`.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::json;

/// The longest row in bytes, its newline included (1 MiB).
pub const MAX_ROW_BYTES: usize = 1 << 20;

/// `,"h":"` + 64 digits + `"}`.
const SUFFIX_LEN: usize = 72;
const HASH_KEY: &[u8] = b",\"h\":\"";
const SEQ_KEY: &[u8] = b"\"seq\":";

/// A SHA-256 in the chain of a ledger.
///
/// ```
/// use tracker_ledger::RowHash;
/// assert_eq!(RowHash::GENESIS.to_string(), "0".repeat(64));
/// assert_eq!(RowHash::from_hex(b"0".repeat(64).as_slice()), Some(RowHash::GENESIS));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowHash([u8; 32]);

impl RowHash {
    /// What stands before the first chained row: 32 zero bytes.
    pub const GENESIS: Self = Self([0; 32]);

    /// Returns the hash of `covered` after the row with hash `self`: SHA-256 of these 32 bytes, then of
    /// `covered`.
    #[must_use]
    pub fn next(&self, covered: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(self.0);
        hasher.update(covered);
        Self(hasher.finalize().into())
    }

    /// Returns the hash of 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        let (pairs, rest) = digits.as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Some(Self(bytes))
    }

    /// Returns the 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn of(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowHash({self})")
    }
}

/// Why a line is not a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// It is not JSON, or not UTF-8.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// It is JSON, but not an object.
    #[error("it is not a JSON object")]
    NotObject,
    /// It has a line break.
    #[error("it has a line break")]
    LineBreak,
    /// A key occurs twice in one object.
    #[error("the key {0:?} occurs twice")]
    DuplicateKey(String),
    /// It has a member that only the ledger writes.
    #[error("the member {0:?} belongs to the ledger")]
    ReservedKey(&'static str),
    /// It is longer than a row may be.
    #[error("it has {0} bytes; a row has at most 1048576")]
    TooLong(u64),
}

/// A row in its form on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The line, its newline included.
    pub line: Vec<u8>,
    /// Its hash, which the next row continues.
    pub hash: RowHash,
}

/// Returns `body`, one JSON object, with its sequence number and hash put in as its last members.
///
/// ```
/// use tracker_ledger::{RowHash, seal};
/// let row = seal(r#"{"window":"W0-19"}"#, 1, &RowHash::GENESIS)?;
/// assert_eq!(
///     String::from_utf8_lossy(&row.line),
///     concat!(
///         r#"{"window":"W0-19","seq":1,"h":""#,
///         "ccf6db96dcde00fdf6bfd9bc29d55a4081524a0209c16a460a28e7a90e051216",
///         "\"}\n",
///     ),
/// );
/// # Ok::<(), tracker_ledger::RowFault>(())
/// ```
///
/// # Errors
/// [`RowFault`] when the body is not one JSON object on one line, repeats a key, has a top-level `seq`, `h` or
/// `adopt`, or makes a row of more than [`MAX_ROW_BYTES`].
pub fn seal(body: &str, seq: u64, prev: &RowHash) -> Result<SealedRow, RowFault> {
    let shape = json::check_object(body.as_bytes())?;
    if let Some(key) = shape.reserved {
        return Err(RowFault::ReservedKey(key));
    }
    seal_checked(body, seq, prev)
}

/// Tells whether [`seal`] takes a body at any place of a ledger.
///
/// # Errors
/// [`RowFault`] as for [`seal`], with the longest sequence number.
pub(crate) fn check(body: &str) -> Result<(), RowFault> {
    if let Some(key) = json::check_object(body.as_bytes())?.reserved {
        return Err(RowFault::ReservedKey(key));
    }
    if body.contains(['\n', '\r']) {
        return Err(RowFault::LineBreak);
    }
    let members = r#","seq":"#.len() + u64::MAX.to_string().len() + SUFFIX_LEN + 1;
    let length = body.trim().len().saturating_sub(1) + members;
    if length > MAX_ROW_BYTES { Err(RowFault::TooLong(length as u64)) } else { Ok(()) }
}

/// Seals a body that is known to be one JSON object; also the adopt row, whose key is reserved.
pub(crate) fn seal_checked(body: &str, seq: u64, prev: &RowHash) -> Result<SealedRow, RowFault> {
    // Byte by byte: a search for characters takes several times as long, and a row may have 1 MiB.
    if [b'\n', b'\r'].iter().any(|end| body.as_bytes().contains(end)) {
        return Err(RowFault::LineBreak);
    }
    let open = body.trim().strip_suffix('}').ok_or(RowFault::NotObject)?.trim_end();
    let comma = if open.ends_with('{') { "" } else { "," };
    let covered = format!("{open}{comma}\"seq\":{seq}");
    let hash = prev.next(covered.as_bytes());
    let line = format!("{covered},\"h\":\"{hash}\"}}\n").into_bytes();
    if line.len() > MAX_ROW_BYTES {
        return Err(RowFault::TooLong(line.len() as u64));
    }
    Ok(SealedRow { line, hash })
}

/// The chain members of a row on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainedRow<'a> {
    /// The bytes that the hash covers: the line before `,"h":`.
    pub covered: &'a [u8],
    /// The sequence number.
    pub seq: u64,
    /// The hash that the row claims.
    pub hash: RowHash,
}

impl<'a> ChainedRow<'a> {
    /// Returns the chain members of a line (without its newline), or `None` when it has none in the exact form.
    ///
    /// ```
    /// use tracker_ledger::{ChainedRow, RowHash, seal};
    /// let row = seal("{}", 1, &RowHash::GENESIS)?;
    /// let chained = ChainedRow::of(row.line.trim_ascii_end()).unwrap();
    /// assert!(chained.seq == 1 && chained.continues(&RowHash::GENESIS));
    /// assert!(ChainedRow::of(br#"{"window":"W0-19"}"#).is_none());
    /// # Ok::<(), tracker_ledger::RowFault>(())
    /// ```
    #[must_use]
    pub fn of(line: &'a [u8]) -> Option<Self> {
        let (covered, suffix) = line.split_at_checked(line.len().checked_sub(SUFFIX_LEN)?)?;
        let digits = suffix.strip_prefix(HASH_KEY)?.strip_suffix(b"\"}")?;
        let hash = RowHash::from_hex(digits)?;
        let first_digit = covered.iter().rposition(|byte| !byte.is_ascii_digit())? + 1;
        let (before, number) = covered.split_at_checked(first_digit)?;
        let rest = before.strip_suffix(SEQ_KEY)?;
        if !matches!(rest.last(), Some(b',' | b'{')) || !matches!(number.first(), Some(b'1'..=b'9')) {
            return None;
        }
        let seq = std::str::from_utf8(number).ok()?.parse().ok()?;
        Some(Self { covered, seq, hash })
    }

    /// Returns true when the row's bytes give its hash after a row with hash `prev`.
    #[must_use]
    pub fn continues(&self, prev: &RowHash) -> bool {
        prev.next(self.covered) == self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_checked_is_what_can_be_sealed_at_any_place() {
        let long = |spare: usize| {
            let members = ",\"seq\":".len() + 20 + SUFFIX_LEN + 1;
            let body = MAX_ROW_BYTES - members + 1 - spare;
            format!("{{\"a\":\"{}\"}}", "x".repeat(body - 8))
        };
        let bodies = [
            "{}".to_owned(),
            " {\"a\":1} ".to_owned(),
            "[1]".to_owned(),
            "{\"a\":1".to_owned(),
            "{\"a\":1,\"a\":2}".to_owned(),
            "{\"seq\":1}".to_owned(),
            "{\"a\":\n1}".to_owned(),
            long(0),
            long(1),
            long(2),
        ];
        for body in bodies {
            let sealed = seal(&body, u64::MAX, &RowHash::GENESIS).map(|_| ());
            let near: String = body.chars().take(40).collect();
            // Of an empty object no comma is written: it is short enough by far.
            assert_eq!(check(&body).is_ok(), sealed.is_ok(), "{near} of {} bytes", body.len());
        }
        assert!(check(&long(1)).is_ok() && check(&long(0).replacen('x', "xx", 1)).is_err());
    }
}
