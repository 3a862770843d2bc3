//! CSV mirrors: the rows of a ledger for a spreadsheet. The ledger is the truth; a mirror can always be completed.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::atomic;
use crate::blocks::Block;
use crate::dir::LedgerFile;
use crate::error::LedgerError;
use crate::issue::{Issue, IssueKind};
use crate::ledger::Ledger;
use crate::mirror_text::{is_open, line, line_ending, records};
use crate::row::ChainedRow;
use crate::storage::{OpenMode, StorageFile, append_all, holds, read_full_at};
use crate::writer::Transaction;

/// Turns the text of a ledger row into the cells of its mirror row; `None` for rows that are not mirrored.
pub type Cells<'a> = dyn Fn(&[u8]) -> Option<Vec<String>> + 'a;

/// A CSV file that repeats the rows of a ledger.
#[non_exhaustive]
pub struct Mirror<'a> {
    /// The CSV file.
    pub path: PathBuf,
    /// Its fixed header: the names of the columns with commas between them.
    pub header: &'static str,
    /// What stands in the columns.
    pub cells: &'a Cells<'a>,
}

impl std::fmt::Debug for Mirror<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mirror")
            .field("path", &self.path)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

impl<'a> Mirror<'a> {
    /// Returns the mirror at `path` with that header.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, header: &'static str, cells: &'a Cells<'a>) -> Self {
        Self { path: path.into(), header, cells }
    }
}

/// How a mirror stands to its ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MirrorReport {
    /// Rows of the ledger that the mirror lacked.
    pub missing: u64,
    /// Rows of the mirror that the ledger has not: added by hand, or by the earlier tool alone.
    pub foreign: u64,
    /// The cells of these rows, in the order of the mirror.
    pub foreign_rows: Vec<Vec<String>>,
    /// Whether nothing can be appended to the mirror: it has another header, or a quote in it is not closed.
    pub is_unusable: bool,
    /// The same for people, with the mirror's file name.
    pub issues: Vec<Issue>,
}

impl Ledger {
    /// Compares a mirror with its ledger; writes nothing.
    ///
    /// Rows without a hash are not expected in the mirror: whoever wrote them wrote their mirror rows too.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when one of them cannot be read.
    pub fn check_mirror(&self, file: &LedgerFile, mirror: &Mirror<'_>) -> Result<MirrorReport, LedgerError> {
        Ok(compare(self, file, mirror)?.report(mirror))
    }
}

impl Transaction {
    /// Appends to a mirror what it lacks, durably; makes it, with its header, when it is not there.
    ///
    /// Call it after [`append`](Self::append): the ledger row is the commit, and a mirror row that a crash left
    /// out is written by the next call. Nothing in the mirror is changed or written twice.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile, Mirror};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let path = dir.path().join("Ledgers/Churn_Ledger.csv");
    /// let mirror = Mirror::new(&path, "window,notes", &|_row| Some(vec!["W0-19".into(), "=1+1, ok".into()]));
    /// let mut write = ledger.begin(&[LedgerFile::CHURN])?;
    /// write.append(&LedgerFile::CHURN, r#"{"window":"W0-19"}"#)?;
    /// write.mirror(&LedgerFile::CHURN, &mirror)?;
    /// write.mirror(&LedgerFile::CHURN, &mirror)?;
    /// write.commit()?;
    /// assert_eq!(std::fs::read_to_string(&path)?, "window,notes\nW0-19,\"'=1+1, ok\"\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when it cannot be read or written: it is then cut back to what it was. A mirror with
    /// another header is left alone and reported.
    pub fn mirror(&mut self, file: &LedgerFile, mirror: &Mirror<'_>) -> Result<MirrorReport, LedgerError> {
        self.check_held(file)?;
        // A row that is not durable may still be withdrawn, and its mirror row could not.
        self.sync()?;
        let compared = compare(self.ledger(), file, mirror)?;
        let report = compared.report(mirror);
        if compared.is_complete() {
            return Ok(report);
        }
        let storage = self.ledger().storage();
        if let Some(parent) = mirror.path.parent() {
            atomic::ensure_dir(storage, parent)?;
        }
        let path = &mirror.path;
        let mut open = storage.open(path, OpenMode::Append).map_err(LedgerError::storage("open", path))?;
        complete(&mut *open, &compared).map_err(LedgerError::io("append to", path))?;
        if compared.keep == 0 {
            atomic::sync_parent(storage, path)?;
        }
        Ok(report)
    }
}

/// Cuts a torn row of ours off, and appends what is missing; on failure nothing stays appended.
fn complete(file: &mut dyn StorageFile, compared: &Compared) -> std::io::Result<()> {
    if file.size()? > compared.keep {
        file.truncate(compared.keep)?;
    }
    let end = compared.keep + compared.missing_text.len() as u64;
    if let Err(error) = append_all(file, &compared.missing_text).and_then(|()| holds(file, end)) {
        file.truncate(compared.keep)?;
        return Err(error);
    }
    file.sync_data()
}

/// What a mirror lacks, and what it has too much.
#[derive(Debug, Default)]
struct Compared {
    /// Why nothing can be appended.
    unusable: Option<IssueKind>,
    missing: u64,
    foreign_rows: Vec<Vec<String>>,
    /// Length of the mirror without a torn row of ours.
    keep: u64,
    /// What has to be appended: a header or a newline first, where one is missing.
    missing_text: Vec<u8>,
}

impl Compared {
    fn is_complete(&self) -> bool {
        self.unusable.is_some() || self.missing_text.is_empty()
    }

    fn report(&self, mirror: &Mirror<'_>) -> MirrorReport {
        let name = mirror.path.file_name().unwrap_or_default().to_string_lossy();
        let mut issues = Vec::new();
        issues.extend(self.unusable.clone().map(|kind| Issue::new(name.clone(), kind)));
        if self.missing > 0 {
            issues.push(Issue::new(name.clone(), IssueKind::MirrorBehind { rows: self.missing }));
        }
        if !self.foreign_rows.is_empty() {
            let rows = self.foreign_rows.len() as u64;
            issues.push(Issue::new(name, IssueKind::MirrorForeign { rows }));
        }
        MirrorReport {
            missing: self.missing,
            foreign: self.foreign_rows.len() as u64,
            foreign_rows: self.foreign_rows.clone(),
            is_unusable: self.unusable.is_some(),
            issues,
        }
    }
}

/// The rows that the ledger has, as mirror rows.
#[derive(Default)]
struct Expected {
    /// Of chained rows, in order.
    ours: Vec<Vec<String>>,
    /// Of rows without a hash: they may be in the mirror.
    theirs: Vec<Vec<String>>,
}

fn compare(ledger: &Ledger, file: &LedgerFile, mirror: &Mirror<'_>) -> Result<Compared, LedgerError> {
    let expected = expected(ledger, file, mirror)?;
    let mut text = read_whole(ledger, mirror)?;
    if mirror.header.as_bytes().starts_with(&text) {
        // A header of ours that was cut: it is written again.
        text.clear();
    }
    let line_end = line_ending(&text);
    let (mut records, last_start) = records(&text);
    let mut compared = Compared { keep: text.len() as u64, ..Compared::default() };
    if !text.is_empty() && records.first().is_none_or(|header| header.join(",") != mirror.header) {
        compared.unusable = Some(IssueKind::MirrorHeader { expected: mirror.header.to_owned() });
        return Ok(compared);
    }
    if text.is_empty() {
        compared.missing_text = [mirror.header.as_bytes(), line_end].concat();
    } else if !text.ends_with(b"\n") || is_open(text.get(last_start..).unwrap_or_default()) {
        let torn = text.get(last_start..).unwrap_or_default();
        if records.len() > 1 && expected.ours.iter().any(|row| line(row, line_end).starts_with(torn)) {
            compared.keep = last_start as u64;
            records.pop();
        } else if is_open(torn) {
            // Whatever is appended would become part of that cell.
            compared.unusable = Some(IssueKind::MirrorOpenQuote);
            return Ok(compared);
        } else {
            compared.missing_text = line_end.to_vec();
        }
    }
    records.drain(..records.len().min(1));
    match_rows(&mut compared, &expected, records, line_end);
    if compared.missing == 0 && compared.keep == text.len() as u64 && !text.is_empty() {
        // A newline alone is not worth a write.
        compared.missing_text.clear();
    }
    Ok(compared)
}

/// Finds what the mirror lacks, and what it has that the ledger has not.
fn match_rows(compared: &mut Compared, expected: &Expected, records: Vec<Vec<String>>, line_end: &[u8]) {
    let mut present: HashMap<Vec<String>, u64> = HashMap::new();
    for record in &records {
        *present.entry(record.clone()).or_default() += 1;
    }
    for row in &expected.ours {
        if !take(&mut present, row) {
            compared.missing += 1;
            compared.missing_text.extend(line(row, line_end));
        }
    }
    for row in &expected.theirs {
        take(&mut present, row);
    }
    // Of equal rows the first are ours.
    compared.foreign_rows = records.into_iter().rev().filter(|record| take(&mut present, record)).collect();
    compared.foreign_rows.reverse();
}

fn take(present: &mut HashMap<Vec<String>, u64>, row: &[String]) -> bool {
    match present.get_mut(row) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

fn expected(ledger: &Ledger, file: &LedgerFile, mirror: &Mirror<'_>) -> Result<Expected, LedgerError> {
    let mut rows = Expected::default();
    let Some(mut blocks) = ledger.blocks(file, 0)? else { return Ok(rows) };
    let path = ledger.dir().ledger(file);
    let mut block = Block::default();
    while blocks.next(&mut block).map_err(LedgerError::io("read", &path))? {
        if block.is_fragment {
            continue;
        }
        for text in block.bytes().split(|byte| *byte == b'\n').filter(|text| !text.is_empty()) {
            let Some(cells) = (mirror.cells)(text) else { continue };
            if ChainedRow::of(text).is_some() { rows.ours.push(cells) } else { rows.theirs.push(cells) }
        }
    }
    Ok(rows)
}

fn read_whole(ledger: &Ledger, mirror: &Mirror<'_>) -> Result<Vec<u8>, LedgerError> {
    let path = &mirror.path;
    let file = match ledger.storage().open(path, OpenMode::Read) {
        Err(error) if error.is_not_found() => return Ok(Vec::new()),
        result => result.map_err(LedgerError::storage("read", path))?,
    };
    let size = file.size().map_err(LedgerError::io("read", path))?;
    let mut text = vec![0; usize::try_from(size).unwrap_or(usize::MAX)];
    let filled = read_full_at(&*file, &mut text, 0).map_err(LedgerError::io("read", path))?;
    text.truncate(filled);
    Ok(text)
}
