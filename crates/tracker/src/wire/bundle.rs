//! `heads.json` of a bundle: what `tracker verify --head` takes.

use serde::Serialize;

/// The last rows of all ledgers.
#[derive(Debug, Serialize)]
pub(crate) struct HeadsJson<'a> {
    /// The ledgers by name.
    pub(crate) files: Vec<FileJson<'a>>,
}

/// One ledger.
#[derive(Debug, Serialize)]
pub(crate) struct FileJson<'a> {
    /// File name.
    pub(crate) file: &'a str,
    /// Its last chained row; null before the first.
    pub(crate) head: Option<WitnessJson<'a>>,
}

/// A row that its ledger must still hold.
#[derive(Debug, Serialize)]
pub(crate) struct WitnessJson<'a> {
    /// Sequence number.
    pub(crate) seq: u64,
    /// Hash.
    pub(crate) h: &'a str,
    /// Where it ends, in bytes.
    pub(crate) len: u64,
}
