//! Opening one ledger for appends, under its lock: find its end, repair a torn tail, hold it against its head.

use crate::adopt::{self, Span};
use crate::batch;
use crate::blocks::{Block, is_utf16};
use crate::chain::{Chain, Place};
use crate::controls::{self, Part};
use crate::dir::LedgerFile;
use crate::error::LedgerError;
use crate::head::Head;
use crate::issue::{Issue, IssueKind};
use crate::ledger::Ledger;
use crate::newer;
use crate::repair;
use crate::row::{ChainedRow, RowFault, RowHash};
use crate::scan::is_whole_foreign_row;
use crate::storage::{OpenMode, StorageFile, append_all};
use crate::tail::{self, Fragment, TailLine};
use crate::wire::SCHEMA_VERSION;

/// A ledger that may be appended to.
#[derive(Debug)]
pub(crate) struct OpenLedger {
    pub(crate) file: Box<dyn StorageFile>,
    /// Its length in bytes, which is the end of a line.
    pub(crate) len: u64,
    /// Its last chained row.
    pub(crate) seq: u64,
    pub(crate) hash: RowHash,
    /// Rows without a hash after it.
    pub(crate) loose: Option<Span>,
    /// The head on disk.
    pub(crate) head: Option<Head>,
    /// Its name and those of its folders are durable: a head was written after them.
    pub(crate) is_named: bool,
    /// The head on disk lags behind.
    pub(crate) head_is_behind: bool,
    /// What was repaired or noticed.
    pub(crate) notices: Vec<Issue>,
}

/// Opens `name` if it is there; the caller holds its lock. A head without its ledger is a loss.
pub(crate) fn open_existing(ledger: &Ledger, name: &LedgerFile) -> Result<Option<OpenLedger>, LedgerError> {
    ledger.check_usable(name)?;
    let head = ledger.head(name)?;
    let path = ledger.dir().ledger(name);
    match (ledger.storage().open(&path, OpenMode::AppendExisting), head) {
        (Err(error), None) if error.is_not_found() => Ok(None),
        (Err(error), Some(Head { seq, len, .. })) if error.is_not_found() => {
            Err(LedgerError::damaged(&path, Issue::new(name.name(), IssueKind::RolledBack { seq, len })))
        }
        (opened, head) => {
            open_with(ledger, name, opened.map_err(LedgerError::storage("open", &path))?, head).map(Some)
        }
    }
}

/// Opens `name`, and makes it when it is not there; the caller holds its lock.
pub(crate) fn open(ledger: &Ledger, name: &LedgerFile) -> Result<OpenLedger, LedgerError> {
    if let Some(open) = open_existing(ledger, name)? {
        return Ok(open);
    }
    let path = ledger.dir().ledger(name);
    let file = ledger.storage().open(&path, OpenMode::Append).map_err(LedgerError::storage("open", &path))?;
    open_with(ledger, name, file, None)
}

fn open_with(
    ledger: &Ledger,
    name: &LedgerFile,
    mut file: Box<dyn StorageFile>,
    head: Option<Head>,
) -> Result<OpenLedger, LedgerError> {
    let path = ledger.dir().ledger(name);
    let size = file.size().map_err(LedgerError::io("read", &path))?;
    // Readers skip all of such a file, so a row would be acknowledged and not seen.
    if is_utf16(&*file).map_err(LedgerError::io("read", &path))? {
        return Err(LedgerError::damaged(&path, Issue::new(name.name(), IssueKind::Utf16).at(0, 1)));
    }
    // Before anything is mended: what looks torn may be a form that this release does not know.
    if let Some(found) = newer::version_at(&*file, size).map_err(LedgerError::io("read", &path))? {
        return Err(LedgerError::Newer { path, found, known: SCHEMA_VERSION });
    }
    let mut notices = Vec::new();
    let mut len = mend_tail(ledger, name, &mut *file, size, head, &mut notices)?;
    let torn = head.map_or(Ok(None), |head| batch::torn_at(&*file, head.len, len));
    if let Some(start) = torn.map_err(LedgerError::io("read", &path))?.filter(|_| repairs()) {
        let (storage, dir) = (ledger.storage(), ledger.dir());
        notices.push(repair::quarantine_from(storage, dir, name, &mut *file, (start, len))?);
        len = start;
    }
    let base = find_base(ledger, name, &*file, len, head)?;
    let behind = base.is_some() && head != base;
    let base = further(ledger, name, &*file, len, base).map_err(LedgerError::io("read", &path))?;
    let chain = match base {
        Some(base) => Chain::after(name.name(), &*file, &base),
        None => Chain::new(name.name(), &*file, None),
    };
    let (seq, hash, loose, moved) = walk(ledger, name, chain, len)?;
    let moved = moved || base.is_some_and(|base| head.is_some_and(|head| head.len < base.len));
    if head.is_none() && seq > 0 {
        notices.push(Issue::new(name.name(), IssueKind::NotAnchored));
    }
    Ok(OpenLedger {
        file,
        len,
        seq,
        hash,
        loose,
        head,
        is_named: head.is_some(),
        head_is_behind: behind || moved,
        notices,
    })
}

fn repairs() -> bool {
    !controls::is_off(Part::TailRepair)
}

/// Deals with bytes after the last newline, and returns the length that whole lines fill.
fn mend_tail(
    ledger: &Ledger,
    name: &LedgerFile,
    file: &mut dyn StorageFile,
    size: u64,
    head: Option<Head>,
    notices: &mut Vec<Issue>,
) -> Result<u64, LedgerError> {
    let path = ledger.dir().ledger(name);
    let fragment = match tail::fragment(file, size).map_err(LedgerError::io("read", &path))? {
        Fragment::Line(line) => line,
        Fragment::TooLong => {
            let kind = IssueKind::Unreadable(RowFault::TooLong(size));
            return Err(LedgerError::damaged(&path, Issue::new(name.name(), kind).at(size, 0)));
        }
    };
    if let Some(Head { seq, len, .. }) = head.filter(|head| head.len > fragment.start) {
        // The head is written after the row's newline is durable: this is no torn write.
        let issue = Issue::new(name.name(), IssueKind::RolledBack { seq, len }).at(fragment.start, 0);
        return Err(LedgerError::damaged(&path, issue));
    }
    if fragment.bytes.is_empty() || !repairs() {
        return Ok(size);
    }
    if is_whole_foreign_row(&fragment.bytes) {
        append_all(file, b"\n")
            .and_then(|()| file.sync_data())
            .map_err(LedgerError::io("append to", &path))?;
        notices.push(Issue::new(name.name(), IssueKind::MissingNewline).at(fragment.start, 0));
        return Ok(size + 1);
    }
    notices.push(repair::quarantine(ledger.storage(), ledger.dir(), name, file, &fragment)?);
    Ok(fragment.start)
}

/// Returns the row from which the chain is walked on: the head's, else the last one, else none.
fn find_base(
    ledger: &Ledger,
    name: &LedgerFile,
    file: &dyn StorageFile,
    len: u64,
    head: Option<Head>,
) -> Result<Option<Head>, LedgerError> {
    let path = ledger.dir().ledger(name);
    let end = head.map_or(len, |head| head.len);
    let last = tail::line_before(file, end).map_err(LedgerError::io("read", &path))?;
    let found = last.as_ref().and_then(|line| {
        let row = ChainedRow::of(&line.bytes)?;
        Some(Head { seq: row.seq, hash: row.hash, len: end })
    });
    if let Some(Head { seq, len, .. }) = head.filter(|head| found != Some(*head)) {
        let issue = Issue::new(name.name(), IssueKind::HeadMismatch { seq, len }).at(end, 0);
        return Err(LedgerError::damaged(&path, issue));
    }
    let (Some(found), Some(line)) = (found, last) else { return Ok(None) };
    if continues_its_neighbour(file, &line).map_err(LedgerError::io("read", &path))? {
        return Ok(Some(found));
    }
    let issue = Issue::new(name.name(), IssueKind::HashMismatch).at(line.start, 0).with_seq(found.seq);
    Err(LedgerError::damaged(&path, issue))
}

/// Returns the row up to which this process followed the chain before, when it lies behind `base` and still stands
/// there: nobody has to hash the rows between twice.
fn further(
    ledger: &Ledger,
    name: &LedgerFile,
    file: &dyn StorageFile,
    len: u64,
    base: Option<Head>,
) -> std::io::Result<Option<Head>> {
    let lies_behind = |row: &Head| base.is_some_and(|base| base.len < row.len) && row.len <= len;
    let Some(last) = ledger.followed(name).filter(lies_behind) else { return Ok(base) };
    let line = tail::line_before(file, last.len)?;
    let stands = line.as_ref().and_then(|line| ChainedRow::of(&line.bytes));
    Ok(if stands.is_some_and(|row| (row.seq, row.hash) == (last.seq, last.hash)) { Some(last) } else { base })
}

/// Returns false when the row does not follow the line before it. After a line without a hash nothing can be
/// said from here; `verify` says it.
fn continues_its_neighbour(file: &dyn StorageFile, line: &TailLine) -> std::io::Result<bool> {
    let Some(row) = ChainedRow::of(&line.bytes) else { return Ok(false) };
    if row.seq == 1 {
        return Ok(row.continues(&RowHash::GENESIS));
    }
    let Some(before) = tail::line_before(file, line.start)? else { return Ok(false) };
    Ok(ChainedRow::of(&before.bytes)
        .is_none_or(|before| before.seq + 1 == row.seq && row.continues(&before.hash)))
}

/// Follows the chain to the end of the file; returns its last row, the rows without a hash after it, and whether
/// it moved on.
fn walk(
    ledger: &Ledger,
    name: &LedgerFile,
    mut chain: Chain<'_>,
    len: u64,
) -> Result<(u64, RowHash, Option<Span>, bool), LedgerError> {
    let path = ledger.dir().ledger(name);
    let start = chain.chained_end;
    if start == len {
        return Ok((chain.seq, chain.hash, None, false));
    }
    let Some(mut blocks) = ledger.blocks(name, start)? else {
        return Ok((chain.seq, chain.hash, None, false));
    };
    let mut block = Block::default();
    while blocks.next(&mut block).map_err(LedgerError::io("read", &path))? {
        walk_block(&mut chain, &block, false).map_err(LedgerError::io("read", &path))?;
    }
    let (rows, was_chained) = (chain.loose_rows(), chain.seq > 0);
    chain.finish(len);
    // Lines that are no rows may stand in an old file; after chained rows they are damage.
    let first = chain.first_damage().filter(|issue| {
        was_chained || !matches!(issue.kind, IssueKind::Unreadable(_) | IssueKind::ByteOrderMark)
    });
    if let Some(issue) = first {
        return Err(LedgerError::damaged(&path, issue.clone()));
    }
    let loose = span(&chain, name, ledger, rows, len)?;
    Ok((chain.seq, chain.hash, loose, chain.chained_end > start))
}

fn span(
    chain: &Chain<'_>,
    name: &LedgerFile,
    ledger: &Ledger,
    rows: u64,
    len: u64,
) -> Result<Option<Span>, LedgerError> {
    let offset = chain.chained_end;
    let Some(file) = ledger.open_read(name)?.filter(|_| offset < len) else { return Ok(None) };
    let path = ledger.dir().ledger(name);
    let sha256 = adopt::hash_range(&*file, offset, len).map_err(LedgerError::io("read", &path))?;
    Ok(Some(Span { offset, bytes: len - offset, rows, sha256 }))
}

/// Gives the lines of a block to the chain, with their numbers when the walk began at the first line.
pub(crate) fn walk_block(chain: &mut Chain<'_>, block: &Block, numbered: bool) -> std::io::Result<()> {
    let number = |line: u64| if numbered { line } else { 0 };
    if let Some((offset, line, bytes)) = block.too_long {
        chain.long_line(bytes, Place { offset, line: number(line) });
    }
    let (bytes, mut at, mut line) = (block.bytes(), 0, block.first_line);
    if block.is_fragment {
        return Ok(());
    }
    for end in memchr::memchr_iter(b'\n', bytes) {
        let place = Place { offset: block.offset + at as u64, line: number(line) };
        chain.line(bytes.get(at..end).unwrap_or_default(), place)?;
        (at, line) = (end + 1, line + 1);
    }
    Ok(())
}
