//! What one log file of a client says: who answered with how many tokens, and how full the meters were.

use crate::MeterId;

/// Tokens of one answer or of a sum, each kind apart so that no kind is counted twice.
///
/// ```
/// use tracker_domain::TokenCounts;
/// let one = TokenCounts { input: 12, cache_read: 100, cache_write: 8, output: 5, reasoning: 2 };
/// assert_eq!(one.total(), 125);
/// assert_eq!(one.plus(&one).output, 10);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct TokenCounts {
    /// Input that no cache held.
    pub input: u64,
    /// Input that a cache held.
    pub cache_read: u64,
    /// Input that was written to a cache.
    pub cache_write: u64,
    /// Output, reasoning included.
    pub output: u64,
    /// The part of the output that was reasoning, where the client tells it.
    pub reasoning: u64,
}

impl TokenCounts {
    /// Returns all tokens: reasoning is a part of the output and not added again.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.input
            .saturating_add(self.cache_read)
            .saturating_add(self.cache_write)
            .saturating_add(self.output)
    }

    /// Returns the sum of two.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            cache_write: self.cache_write.saturating_add(other.cache_write),
            output: self.output.saturating_add(other.output),
            reasoning: self.reasoning.saturating_add(other.reasoning),
        }
    }
}

/// One row of a log that tells the tokens of an answer. The same answer may stand in many rows of many files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenUse {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Names the answer: equal for its repeated rows. 0 for a row that names none.
    pub answer: u64,
    /// A second name under which a copy in another place is known; 0 when there is none.
    pub copy: u64,
    /// Index of the model in [`LogFile::models`].
    pub model: u16,
    /// Whether an agent under the main one asked.
    pub is_side: bool,
    /// Whether [`TokenUse::copy`] names the message (rows of the main chain go before those of side chains), or
    /// the row (an equal row of another session is a copy).
    pub copy_is_message: bool,
    /// The tokens.
    pub counts: TokenCounts,
}

/// One meter as a log knows it: all points of a series are of one limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterSeries {
    /// Which meter.
    pub meter: MeterId,
    /// The limit's own id, where the client names it.
    pub limit_id: Option<String>,
    /// Length of the limit's window in minutes, as it comes; `None` when the client does not tell it.
    pub window_minutes: Option<u32>,
    /// Subscription plan as the log names it.
    pub plan: Option<String>,
}

/// One reading of a meter in a log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitPoint {
    /// When the client was told, in milliseconds since 1970.
    pub at_ms: i64,
    /// Index into [`LogFile::series`].
    pub series: u16,
    /// Percent used, finite and at least 0.
    pub used_pct: f64,
    /// The reset in minutes since 1970, rounded; `None` when the log tells none.
    pub reset_minute: Option<i64>,
    /// How many [`TokenUse`] rows of the file stand before it.
    pub after_uses: u32,
}

/// What one log file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogFile {
    /// Hash of the file's own session; 0 when it names none.
    pub session: u64,
    /// Hashes of the sessions whose history it may repeat.
    pub parents: Vec<u64>,
    /// Model names.
    pub models: Vec<String>,
    /// Rows with tokens, in the order of the file.
    pub uses: Vec<TokenUse>,
    /// Meters.
    pub series: Vec<MeterSeries>,
    /// Readings of them, in the order of the file; a reading that repeats its predecessor is left out.
    pub points: Vec<LimitPoint>,
    /// Rows that should have told tokens or meters and could not be read.
    pub unreadable: u32,
}

impl LogFile {
    /// Returns the index of a model name, which is added when it is new. A file of too many models gives the last.
    pub fn model(&mut self, name: &str) -> u16 {
        let at = self.models.iter().position(|known| known == name).unwrap_or_else(|| {
            if self.models.len() < usize::from(u16::MAX) {
                self.models.push(name.to_owned());
            }
            self.models.len().saturating_sub(1)
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }
}

/// Returns a hash that names texts of a log: not secret, and never 0. A cache that holds such hashes changes its version
/// with them.
///
/// ```
/// use tracker_domain::log_hash;
/// assert_eq!(log_hash(&["a", "b"]), log_hash(&["a", "b"]));
/// assert_ne!(log_hash(&["a", "b"]), log_hash(&["ab", ""]));
/// ```
#[must_use]
pub fn log_hash(parts: &[&str]) -> u64 {
    // Eight bytes at once: every row of every log is named by it.
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 32)
    };
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        let (words, rest) = part.as_bytes().as_chunks::<8>();
        let last = rest.iter().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        let words = words.iter().map(|word| u64::from_le_bytes(*word));
        // The length tells where one part ends and the next begins.
        hash = words.chain([last, part.len() as u64]).fold(hash, mix);
    }
    hash.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_kept_once() {
        let mut file = LogFile::default();
        assert_eq!((file.model("a"), file.model("b"), file.model("a")), (0, 1, 0));
        assert_eq!(file.models, ["a", "b"]);
    }

    #[test]
    fn sums_do_not_overflow() {
        let most = TokenCounts { input: u64::MAX, output: u64::MAX, ..TokenCounts::default() };
        assert_eq!(most.plus(&most).total(), u64::MAX);
    }

    #[test]
    fn texts_that_differ_anywhere_have_other_names() {
        let texts =
            (0..20_000).flat_map(|n| [format!("msg_{n:024x}"), format!("{n:x}"), format!("{n}-{n}-0000")]);
        let texts: std::collections::HashSet<String> = texts.collect();
        let hashes: std::collections::HashSet<u64> = texts.iter().map(|text| log_hash(&[text])).collect();
        assert_eq!(hashes.len(), texts.len());
        let low: std::collections::HashSet<u64> = hashes.iter().map(|hash| hash & 0xffff).collect();
        assert!(low.len() > 30_000, "the low bits tell them apart: {}", low.len());
    }
}
