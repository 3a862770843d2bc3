//! A reader of its own, apart from the ledger's code: follows a file and holds every whole line against the chain.

use std::{
    collections::HashMap,
    fs::File,
    io::{ErrorKind, Read, Seek, SeekFrom},
    path::PathBuf,
};

use tracker_ledger::{ChainedRow, RowHash};

use super::victim::{RowName, name_of};

/// What was seen of a ledger so far.
#[derive(Debug)]
pub(super) struct Follower {
    path: PathBuf,
    /// End of the last whole line.
    at: u64,
    seq: u64,
    hash: RowHash,
    pub(super) rows: HashMap<RowName, String>,
    /// Bytes after the last newline at the last look.
    pub(super) torn: usize,
}

impl Follower {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, at: 0, seq: 0, hash: RowHash::GENESIS, rows: HashMap::new(), torn: 0 }
    }

    pub(super) fn seq(&self) -> u64 {
        self.seq
    }

    /// Reads what was added since the last look. An error is a line that is not what a writer stored.
    pub(super) fn look(&mut self) -> Result<(), String> {
        let mut bytes = Vec::new();
        match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            opened => {
                let mut file = opened.map_err(|e| e.to_string())?;
                file.seek(SeekFrom::Start(self.at)).map_err(|e| e.to_string())?;
                file.read_to_end(&mut bytes).map_err(|e| e.to_string())?;
            }
        }
        self.torn = bytes.len() - bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let whole = bytes.len() - self.torn;
        for line in bytes[..whole].split_inclusive(|byte| *byte == b'\n') {
            self.take(line)?;
        }
        Ok(())
    }

    fn take(&mut self, line: &[u8]) -> Result<(), String> {
        let told = || format!("byte {}: {:.80}", self.at, String::from_utf8_lossy(line));
        let row = ChainedRow::of(line.trim_ascii_end()).ok_or_else(|| format!("no row at {}", told()))?;
        if row.seq != self.seq + 1 || !row.continues(&self.hash) {
            return Err(format!("row {} does not follow row {} at {}", row.seq, self.seq, told()));
        }
        let name = name_of(line).ok_or_else(|| format!("a row that nobody stored at {}", told()))?;
        if self.rows.insert(name, row.hash.to_string()).is_some() {
            return Err(format!("row {name:?} is there twice"));
        }
        (self.seq, self.hash, self.at) = (row.seq, row.hash, self.at + line.len() as u64);
        Ok(())
    }

    /// Fails when a row that was acknowledged is not there as it was.
    pub(super) fn holds(&self, acked: &HashMap<RowName, String>) -> Result<(), String> {
        let lost: Vec<_> = acked.iter().filter(|(name, hash)| self.rows.get(name) != Some(hash)).collect();
        match lost.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(format!("{} acknowledged rows are lost, one of them {name:?}", lost.len()))
            }
        }
    }
}
