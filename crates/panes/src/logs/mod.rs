//! The logs that clients leave on disk: where they lie, how a file is read, and what counts of many files.
//!
//! ```
//! use tracker_panes::logs::{LogReader, counted};
//! use tracker_panes::providers;
//!
//! let logs = providers::by_kind("claude").and_then(|parser| parser.logs()).ok_or("it leaves logs")?;
//! let row = br#"{"type":"assistant","sessionId":"s","requestId":"r1","timestamp":"2026-11-20T10:00:00Z","message":{"id":"msg_1","model":"m","usage":{"input_tokens":2,"output_tokens":5}}}
//! "#;
//! let mut reader = logs.reader();
//! reader.lines(row);
//! reader.lines(row); // once per content block
//! let file = reader.finish();
//! let sums = counted(logs.repeats(), &[&file]);
//! assert_eq!(sums.uses.len(), 1);
//! assert_eq!(sums.uses[0].counts.output, 5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Concepts
//! - A [`LogFormat`] names [`LogPlace`]s and makes a [`LogReader`] for each file; both are pure, files are read elsewhere.
//! - A reader looks only at lines that can matter, found by words, and parses those whole: a word inside of a text
//!   never counts as a field.
//! - [`counted`] leaves out what several files repeat: resumed and forked sessions, side chains, content blocks.

mod answers;
pub(crate) mod filter;
pub(crate) mod quick;
mod replays;

use tracker_domain::{LogFile, TokenUse};

/// Where a client keeps logs: folders below a home folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogPlace {
    /// The variable that names the home folder, e.g. `CODEX_HOME`.
    pub variable: &'static str,
    /// The home folder when the variable is not set, below the user's home.
    pub home: &'static str,
    /// The folder with logs below that.
    pub folder: &'static str,
    /// How the names of log files begin.
    pub prefix: &'static str,
    /// How they end, without the point.
    pub extension: &'static str,
}

impl LogPlace {
    /// Returns a place for files of any name with the ending `jsonl`.
    #[must_use]
    pub const fn new(variable: &'static str, home: &'static str, folder: &'static str) -> Self {
        Self { variable, home, folder, prefix: "", extension: "jsonl" }
    }

    /// Returns the place with files whose names begin so.
    #[must_use]
    pub const fn with_prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }
}

/// The logs of one client.
pub trait LogFormat: Sync {
    /// Returns where they lie.
    fn places(&self) -> &'static [LogPlace];

    /// Returns the kind that a reading from such a log has, e.g. `rollout`.
    fn kind(&self) -> &'static str;

    /// Returns how its files repeat each other.
    fn repeats(&self) -> Repeats;

    /// Returns a reader for one file.
    fn reader(&self) -> Box<dyn LogReader>;
}

/// Reads one file, block by block.
pub trait LogReader {
    /// Takes whole lines, each with its line end. The last call may hold a line that was cut off.
    fn lines(&mut self, lines: &[u8]);

    /// Returns what the file said.
    fn finish(self: Box<Self>) -> LogFile;
}

/// How files of one client repeat each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeats {
    /// Rows name their answer, which may stand in any file.
    Answers,
    /// A forked or resumed session begins with a copy of its parent's rows, stamped anew.
    Histories,
}

/// A row that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Index of the file.
    pub file: u32,
    /// The row, with the final counts of its answer.
    pub row: TokenUse,
}

impl std::ops::Deref for Counted {
    type Target = TokenUse;
    fn deref(&self) -> &TokenUse {
        &self.row
    }
}

/// What counts of many files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Rows that count, each answer once.
    pub uses: Vec<Counted>,
    /// How many rows of each file repeat another file's, from the file's beginning: readings among them are copies.
    pub replayed: Vec<u32>,
    /// How many rows were left out.
    pub left_out: u64,
}

/// Returns what counts of the files of one client, given in the order of their paths.
#[must_use]
pub fn counted(repeats: Repeats, files: &[&LogFile]) -> Sums {
    match repeats {
        Repeats::Answers => answers::counted(files),
        Repeats::Histories => replays::counted(files),
    }
}

/// Returns the milliseconds since 1970 of a text in RFC 3339.
pub(crate) fn instant_ms(text: &str) -> Option<i64> {
    crate::instant::as_clients_write(text)
        .or_else(|| crate::instant::of_text(text).map(|at| at.timestamp_millis()))
}

/// A hasher for keys that are hashes already.
#[derive(Debug, Default, Clone, Copy)]
struct AsIs(u64);

impl std::hash::Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    fn write_u64(&mut self, hash: u64) {
        // The table takes its place from the low and its tag from the high bits: both must be mixed.
        self.0 = (hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

type Build = std::hash::BuildHasherDefault<AsIs>;
type HashMap<V> = std::collections::HashMap<u64, V, Build>;
type HashSet = std::collections::HashSet<u64, Build>;
