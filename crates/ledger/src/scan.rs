//! Reading a ledger: no lock, no writes, every line that can be read, and a report of those that cannot.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use memchr::memmem::Finder;

use crate::batch;
use crate::blocks::{Block, Blocks};
use crate::dir::LedgerFile;
use crate::error::LedgerError;
use crate::issue::{Issue, IssueKind};
use crate::json;
use crate::ledger::Ledger;
use crate::row::{ChainedRow, MAX_ROW_BYTES, RowFault};
use crate::storage::StorageFile;

/// Findings kept per scan; `ScanReport::issue_count` counts them all.
const MAX_ISSUES: usize = 100;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One line of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Its bytes, without the line ending.
    pub bytes: &'a [u8],
    /// Offset of its first byte in the file.
    pub offset: u64,
    /// Its number, counted from 1.
    pub number: u64,
}

impl Line<'_> {
    /// Returns the sequence number of a chained row. The hash is not checked; `verify` does that.
    #[must_use]
    pub fn seq(&self) -> Option<u64> {
        ChainedRow::of(self.bytes).map(|row| row.seq)
    }

    /// Returns true for a row that the ledger wrote for itself (an adopt row), which is no data.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        crate::adopt::is_adopt_row(self.bytes)
    }
}

/// What a scan saw beside the lines that it handed out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScanReport {
    /// Bytes of the file when the scan began.
    pub bytes: u64,
    /// The first findings (at most 100): lines that are skipped, changed line endings, a line in flight.
    pub issues: Vec<Issue>,
    /// How many findings there were.
    pub issue_count: u64,
}

impl ScanReport {
    fn add(&mut self, issue: Issue) {
        self.issue_count += 1;
        if self.issues.len() < MAX_ISSUES {
            self.issues.push(issue);
        }
    }

    fn merge(&mut self, other: Self) {
        self.issue_count += other.issue_count;
        self.issues.extend(other.issues);
        self.issues.sort_by_key(|issue| issue.offset);
        self.issues.truncate(MAX_ISSUES);
    }
}

impl Ledger {
    /// Hands out the rows of a ledger in order, or with `needles` only the lines that contain one of them.
    ///
    /// A ledger that is not there has no rows. Lines of the earlier tool come as they are; empty lines and the
    /// ledger's own adopt rows are left out. The callback ends the scan with [`ControlFlow::Break`].
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let mut write = ledger.begin(&[LedgerFile::WINDOWS])?;
    /// write.append(&LedgerFile::WINDOWS, r#"{"window":"W0-19"}"#)?;
    /// write.append(&LedgerFile::WINDOWS, r#"{"window":"W0-20"}"#)?;
    /// write.commit()?;
    ///
    /// let mut found = Vec::new();
    /// ledger.scan(&LedgerFile::WINDOWS, &[b"W0-20"], |line| {
    ///     found.push(line.number);
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(found, [2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when reading fails; damaged lines are no error but part of the report.
    pub fn scan(
        &self,
        file: &LedgerFile,
        needles: &[&[u8]],
        each: impl FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> Result<ScanReport, LedgerError> {
        self.scan_from(file, 0, needles, each)
    }

    /// As [`Ledger::scan`], from the line that starts at a byte offset; its lines are counted from 1.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let mut write = ledger.begin(&[LedgerFile::CHURN])?;
    /// let first = write.append(&LedgerFile::CHURN, r#"{"files":3}"#)?;
    /// write.append(&LedgerFile::CHURN, r#"{"files":4}"#)?;
    /// write.commit()?;
    /// let mut rows = 0;
    /// ledger.scan_from(&LedgerFile::CHURN, first.offset + first.bytes, &[], |line| {
    ///     assert!(line.bytes.starts_with(br#"{"files":4"#));
    ///     rows += 1;
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(rows, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Ledger::scan`].
    pub fn scan_from(
        &self,
        file: &LedgerFile,
        offset: u64,
        needles: &[&[u8]],
        mut each: impl FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> Result<ScanReport, LedgerError> {
        let path = self.dir().ledger(file);
        let (blocks, report) = self.readable(file, offset)?;
        let Some(mut blocks) = blocks else { return Ok(report) };
        let finders: Vec<Finder<'_>> = needles.iter().map(|needle| Finder::new(*needle)).collect();
        let mut scan = BlockScan { file: file.name(), finders: &finders, report };
        let mut block = Block::default();
        while blocks.next(&mut block).map_err(LedgerError::io("read", &path))? {
            if scan.block(&block, &mut each).is_break() {
                break;
            }
        }
        Ok(scan.report)
    }

    /// Maps the rows of a ledger on several threads and returns the results in the order of the file.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let (lengths, report) = ledger.scan_parallel(&LedgerFile::CHURN, 2, |line| Some(line.bytes.len()))?;
    /// assert!(lengths.is_empty() && report.issues.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] when reading fails.
    pub fn scan_parallel<T: Send>(
        &self,
        file: &LedgerFile,
        threads: usize,
        map: impl Fn(Line<'_>) -> Option<T> + Sync,
    ) -> Result<(Vec<T>, ScanReport), LedgerError> {
        let path = self.dir().ledger(file);
        let (blocks, mut report) = self.readable(file, 0)?;
        let Some(blocks) = blocks else { return Ok((Vec::new(), report)) };
        let source = Mutex::new(blocks);
        let done = thread::scope(|scope| {
            let workers: Vec<_> =
                (1..threads.max(1)).map(|_| scope.spawn(|| map_blocks(&source, file, &path, &map))).collect();
            let mut done = vec![map_blocks(&source, file, &path, &map)];
            for worker in workers {
                match worker.join() {
                    Ok(part) => done.push(part),
                    // The callback's own panic goes on to the caller.
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        });
        let mut parts = Vec::new();
        for part in done {
            let (mapped, seen) = part?;
            parts.extend(mapped);
            report.merge(seen);
        }
        parts.sort_unstable_by_key(|(offset, _)| *offset);
        Ok((parts.into_iter().flat_map(|(_, mapped)| mapped).collect(), report))
    }
}

impl Ledger {
    /// Opens a ledger for a forward read, unless there is none or it is not text.
    fn readable(&self, file: &LedgerFile, start: u64) -> Result<(Option<Blocks>, ScanReport), LedgerError> {
        let mut report = ScanReport::default();
        let Some(mut blocks) = self.blocks(file, start)? else { return Ok((None, report)) };
        report.bytes = blocks.end();
        let torn = self.torn_rows(file, blocks.file(), blocks.end())?;
        if let Some(from) = torn {
            blocks.stop_at(from);
            let kind = IssueKind::TornRows { bytes: report.bytes - from };
            report.add(Issue::new(file.name(), kind).at(from, 0));
        }
        if blocks.is_utf16().map_err(LedgerError::io("read", &self.dir().ledger(file)))? {
            report.add(Issue::new(file.name(), IssueKind::Utf16).at(0, 1));
            return Ok((None, report));
        }
        Ok((Some(blocks), report))
    }

    /// Returns where rows start that were never acknowledged and of which a power cut took bytes.
    pub(crate) fn torn_rows(
        &self,
        file: &LedgerFile,
        open: &dyn StorageFile,
        end: u64,
    ) -> Result<Option<u64>, LedgerError> {
        // A head that cannot be read is told by `verify`; the rows are read all the same.
        let Ok(Some(head)) = self.head(file) else { return Ok(None) };
        batch::torn_at(open, head.len, end).map_err(LedgerError::io("read", &self.dir().ledger(file)))
    }
}

/// Results of a block, by the offset of the block.
type Mapped<T> = Vec<(u64, Vec<T>)>;

/// Takes blocks one after the other, until there are none, and maps their lines.
fn map_blocks<T>(
    source: &Mutex<Blocks>,
    file: &LedgerFile,
    path: &Path,
    map: &(impl Fn(Line<'_>) -> Option<T> + Sync),
) -> Result<(Mapped<T>, ScanReport), LedgerError> {
    let mut scan = BlockScan { file: file.name(), finders: &[], report: ScanReport::default() };
    let (mut block, mut done) = (Block::default(), Vec::new());
    loop {
        // A poisoned mutex means that another worker panicked while it read; its panic is passed on.
        let more = source.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next(&mut block);
        if !more.map_err(LedgerError::io("read", path))? {
            return Ok((done, scan.report));
        }
        let mut mapped = Vec::new();
        let _ = scan.block(&block, &mut |line| {
            mapped.extend(map(line));
            ControlFlow::Continue(())
        });
        done.push((block.offset, mapped));
    }
}

/// Takes blocks apart into lines.
struct BlockScan<'s> {
    file: &'s str,
    finders: &'s [Finder<'s>],
    report: ScanReport,
}

impl BlockScan<'_> {
    fn block(
        &mut self,
        block: &Block,
        each: &mut impl FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if let Some((offset, line, length)) = block.too_long {
            self.note(IssueKind::Unreadable(RowFault::TooLong(length)), offset, line);
        }
        let bytes = block.bytes();
        if block.is_fragment {
            return self.fragment(Line { bytes, offset: block.offset, number: block.first_line }, each);
        }
        if !self.finders.is_empty() {
            return self.matching(block, each);
        }
        let (mut at, mut number) = (0, block.first_line);
        for end in memchr::memchr_iter(b'\n', bytes) {
            let text = bytes.get(at..end).unwrap_or_default();
            self.line(Line { bytes: text, offset: block.offset + at as u64, number }, each)?;
            (at, number) = (end + 1, number + 1);
        }
        ControlFlow::Continue(())
    }

    /// Looks at the lines around each match only; the others are not even split.
    fn matching(
        &mut self,
        block: &Block,
        each: &mut impl FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let bytes = block.bytes();
        let find = |finder: &Finder<'_>, from: usize| {
            bytes.get(from..).and_then(|rest| finder.find(rest)).map(|found| from + found)
        };
        let mut matches: Vec<Option<usize>> = self.finders.iter().map(|finder| find(finder, 0)).collect();
        let (mut counted, mut number) = (0, block.first_line);
        while let Some(at) = matches.iter().flatten().min().copied() {
            let start = bytes.get(..at).and_then(|head| memchr::memrchr(b'\n', head)).map_or(0, |n| n + 1);
            let end =
                bytes.get(at..).and_then(|tail| memchr::memchr(b'\n', tail)).map_or(bytes.len(), |n| at + n);
            number +=
                memchr::memchr_iter(b'\n', bytes.get(counted..start).unwrap_or_default()).count() as u64;
            counted = start;
            let text = bytes.get(start..end).unwrap_or_default();
            self.line(Line { bytes: text, offset: block.offset + start as u64, number }, each)?;
            for (finder, found) in self.finders.iter().zip(&mut matches) {
                if found.is_some_and(|found| found <= end) {
                    *found = find(finder, end + 1);
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn line(
        &mut self,
        mut line: Line<'_>,
        each: &mut impl FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if line.offset == 0 && line.bytes.starts_with(BYTE_ORDER_MARK) {
            self.note(IssueKind::ByteOrderMark, 0, 1);
            return ControlFlow::Continue(());
        }
        if let Some(text) = line.bytes.strip_suffix(b"\r") {
            // Said once: a whole file changes its line endings together.
            if !self.report.issues.iter().any(|issue| matches!(issue.kind, IssueKind::LineEndings { .. })) {
                let chained = ChainedRow::of(text).is_some();
                self.note(IssueKind::LineEndings { chained }, line.offset, line.number);
            }
            line.bytes = text;
        }
        if line.bytes.len() >= MAX_ROW_BYTES {
            let length = line.bytes.len() as u64 + 1;
            self.note(IssueKind::Unreadable(RowFault::TooLong(length)), line.offset, line.number);
            return ControlFlow::Continue(());
        }
        if line.bytes.is_empty() || line.is_internal() {
            return ControlFlow::Continue(());
        }
        each(line)
    }

    /// A whole JSON object without a newline is another program's row; our own is one only with its newline.
    fn fragment(
        &mut self,
        line: Line<'_>,
        each: &mut impl FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if is_whole_foreign_row(line.bytes) {
            self.note(IssueKind::MissingNewline, line.offset, line.number);
            let found = self.finders.iter().any(|finder| finder.find(line.bytes).is_some());
            let wanted = found || self.finders.is_empty();
            return if wanted { self.line(line, each) } else { ControlFlow::Continue(()) };
        }
        let bytes = line.bytes.len() as u64;
        self.note(IssueKind::TornTail { bytes }, line.offset, line.number);
        ControlFlow::Continue(())
    }

    fn note(&mut self, kind: IssueKind, offset: u64, line: u64) {
        self.report.add(Issue::new(self.file, kind).at(offset, line));
    }
}

/// Returns true for a complete row without chain members. A prefix of a row is never a complete JSON object, so
/// this cannot be what a torn write of ours left.
pub(crate) fn is_whole_foreign_row(fragment: &[u8]) -> bool {
    fragment.len() < MAX_ROW_BYTES
        && ChainedRow::of(fragment).is_none()
        && json::check_object(fragment).is_ok_and(|shape| !shape.looks_chained)
}
