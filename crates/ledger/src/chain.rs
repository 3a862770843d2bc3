//! Walks the lines of a ledger and holds each against the chain: what `verify` and every append agree on.

use std::io;

use crate::adopt::{self, Span};
use crate::head::Head;
use crate::issue::{Issue, IssueKind};
use crate::json;
use crate::row::{ChainedRow, MAX_ROW_BYTES, RowFault, RowHash};
use crate::storage::StorageFile;

/// Where a line stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    /// 0 when the walk began in the middle of the file.
    pub(crate) line: u64,
}

/// Findings kept per walk; the count goes on.
const MAX_ISSUES: usize = 1000;

/// Lines since the last chained row, which no hash covers yet.
#[derive(Debug, Default)]
struct Loose {
    rows: u64,
    first_row: Option<Place>,
    first_empty: Option<Place>,
    /// Lines that are no rows; sealed or damage, as the next chained row tells.
    faults: Vec<(Place, RowFault)>,
    /// A line that may have been a chained row stands among them.
    broken: bool,
}

/// The state of the chain after the lines seen so far.
#[derive(Debug)]
pub(crate) struct Chain<'f> {
    name: &'f str,
    /// For the hashes of adopted bytes.
    file: &'f dyn StorageFile,
    /// Last chained row; 0 before the first.
    pub(crate) seq: u64,
    pub(crate) hash: RowHash,
    /// End of the last chained row: where bytes without a hash start.
    pub(crate) chained_end: u64,
    pub(crate) chained: u64,
    pub(crate) adopted: u64,
    /// Adopt rows among the chained ones.
    pub(crate) adopt_rows: u64,
    /// Ranges of sequence numbers that are missing, both ends included.
    pub(crate) gaps: Vec<(u64, u64)>,
    pub(crate) issues: Vec<Issue>,
    pub(crate) issue_count: u64,
    pub(crate) damage_count: u64,
    loose: Loose,
    head: Option<Head>,
    /// Chained rows after the one that the head names.
    after_head: Option<u64>,
    line_endings_noted: bool,
}

impl<'f> Chain<'f> {
    /// Starts before the first line.
    pub(crate) fn new(name: &'f str, file: &'f dyn StorageFile, head: Option<Head>) -> Self {
        Self {
            name,
            file,
            seq: 0,
            hash: RowHash::GENESIS,
            chained_end: 0,
            chained: 0,
            adopted: 0,
            adopt_rows: 0,
            gaps: Vec::new(),
            issues: Vec::new(),
            issue_count: 0,
            damage_count: 0,
            loose: Loose::default(),
            head,
            after_head: None,
            line_endings_noted: false,
        }
    }

    /// Starts after a row that is known to be right.
    pub(crate) fn after(name: &'f str, file: &'f dyn StorageFile, last: &Head) -> Self {
        let mut chain = Self::new(name, file, None);
        (chain.seq, chain.hash, chain.chained_end) = (last.seq, last.hash, last.len);
        chain
    }

    /// Takes the next line, without its newline.
    pub(crate) fn line(&mut self, raw: &[u8], place: Place) -> io::Result<()> {
        let end = place.offset + raw.len() as u64 + 1;
        let text = raw.strip_suffix(b"\r").unwrap_or(raw);
        let chained = ChainedRow::of(text);
        if text.len() < raw.len() && !text.is_empty() && !self.line_endings_noted {
            self.line_endings_noted = true;
            self.note(IssueKind::LineEndings { chained: chained.is_some() }, place, None);
        }
        match chained {
            Some(row) => self.row(&row, text, place, end)?,
            None => self.loose_line(text, place),
        }
        let is_head = |head: Head| chained.is_some_and(|row| (row.seq, row.hash) == (head.seq, head.hash));
        if self.head.is_some_and(|head| head.len == end && is_head(head)) {
            self.after_head = Some(0);
        }
        Ok(())
    }

    /// Takes a line that is too long to be a row.
    pub(crate) fn long_line(&mut self, bytes: u64, place: Place) {
        self.fault(RowFault::TooLong(bytes), place);
    }

    fn row(&mut self, row: &ChainedRow<'_>, text: &[u8], place: Place, end: u64) -> io::Result<()> {
        let loose = std::mem::take(&mut self.loose);
        let expected = self.seq + 1;
        // A damaged line may have been the row before; its number is then missing and its hash unknown.
        let replaces_damaged = loose.broken && row.seq == expected + 1;
        if replaces_damaged {
            self.gaps.push((expected, expected));
        } else if row.seq != expected {
            if row.seq > expected && self.gaps.len() < MAX_ISSUES {
                self.gaps.push((expected, row.seq - 1));
            }
            self.note(IssueKind::SeqGap { expected }, place, Some(row.seq));
        } else if !row.continues(&self.hash) {
            self.note(IssueKind::HashMismatch, place, Some(row.seq));
        }
        let sealed = adopt::is_adopt_row(text) && self.seals(text, &loose, place, row.seq)?;
        if sealed {
            self.adopted += loose.rows;
        }
        self.settle(loose, sealed);
        self.chained += 1;
        self.adopt_rows += u64::from(adopt::is_adopt_row(text));
        (self.seq, self.hash, self.chained_end) = (row.seq, row.hash, end);
        self.after_head = self.after_head.map(|rows| rows + 1);
        Ok(())
    }

    /// Returns true when the adopt row's span is what stands before it.
    fn seals(&mut self, text: &[u8], loose: &Loose, place: Place, seq: u64) -> io::Result<bool> {
        let sha256 = adopt::hash_range(self.file, self.chained_end, place.offset)?;
        let bytes = place.offset - self.chained_end;
        let found = Span { offset: self.chained_end, bytes, rows: loose.rows, sha256 };
        let holds = adopt::parse(text) == Some(found);
        if !holds {
            self.note(IssueKind::AdoptMismatch, place, Some(seq));
        }
        Ok(holds)
    }

    /// Books the lines before a chained row: sealed by it, or not to be there.
    fn settle(&mut self, loose: Loose, sealed: bool) {
        for (place, fault) in loose.faults {
            let kind = if sealed { IssueKind::UnreadableSealed(fault) } else { IssueKind::Unreadable(fault) };
            self.note(kind, place, None);
        }
        if sealed || loose.broken {
            return;
        }
        match (loose.first_row, loose.first_empty) {
            (Some(place), _) => self.note(IssueKind::ForeignRow, place, None),
            (None, Some(place)) => self.note(IssueKind::EmptyLine, place, None),
            (None, None) => {}
        }
    }

    fn loose_line(&mut self, text: &[u8], place: Place) {
        if text.is_empty() {
            self.loose.first_empty.get_or_insert(place);
            return;
        }
        if text.len() >= MAX_ROW_BYTES {
            return self.fault(RowFault::TooLong(text.len() as u64 + 1), place);
        }
        if place.offset == 0 && text.starts_with(b"\xef\xbb\xbf") {
            self.note(IssueKind::ByteOrderMark, place, None);
            self.count_loose(place);
            self.loose.broken = true;
            return;
        }
        match json::check_object(text) {
            Err(fault) => self.fault(fault, place),
            Ok(shape) => {
                self.count_loose(place);
                if shape.looks_chained {
                    self.note(IssueKind::MalformedChain, place, None);
                    self.loose.broken = true;
                }
            }
        }
    }

    fn fault(&mut self, fault: RowFault, place: Place) {
        self.count_loose(place);
        self.loose.broken = true;
        if self.loose.faults.len() < MAX_ISSUES {
            self.loose.faults.push((place, fault));
        }
    }

    fn count_loose(&mut self, place: Place) {
        self.loose.rows += 1;
        self.loose.first_row.get_or_insert(place);
    }

    /// Returns how many lines since the last chained row wait to be adopted.
    pub(crate) fn loose_rows(&self) -> u64 {
        self.loose.rows
    }

    /// Books what is left when the last whole line was taken; `end` is where it ends.
    pub(crate) fn finish(&mut self, end: u64) {
        let loose = std::mem::take(&mut self.loose);
        // Before the first chained row an empty line is the earlier tool's; after it somebody put it there.
        if let Some(place) = loose.first_empty.filter(|_| self.seq > 0 && loose.rows == 0) {
            self.note(IssueKind::EmptyLine, place, None);
        }
        if let Some(place) = loose.first_row.filter(|_| loose.rows > loose.faults.len() as u64) {
            let rows = loose.rows - loose.faults.len() as u64;
            self.note(IssueKind::Unchained { rows }, place, None);
        }
        for (place, fault) in loose.faults {
            self.note(IssueKind::Unreadable(fault), place, None);
        }
        self.loose.rows = loose.rows;
        self.finish_head(end);
    }

    fn finish_head(&mut self, end: u64) {
        let last = Place { offset: self.chained_end, line: 0 };
        let Some(Head { seq, len, .. }) = self.head else { return };
        match self.after_head {
            Some(0) => {}
            Some(rows) => self.note(IssueKind::HeadBehind { rows }, last, None),
            None if len > end => self.note(IssueKind::RolledBack { seq, len }, last, None),
            None => self.note(IssueKind::HeadMismatch { seq, len }, last, None),
        }
    }

    pub(crate) fn note(&mut self, kind: IssueKind, place: Place, seq: Option<u64>) {
        self.issue_count += 1;
        self.damage_count += u64::from(kind.is_damage());
        if self.issues.len() < MAX_ISSUES {
            let mut issue = Issue::new(self.name, kind).at(place.offset, place.line);
            issue.seq = seq;
            self.issues.push(issue);
        }
    }

    /// Returns the first finding that is damage.
    pub(crate) fn first_damage(&self) -> Option<&Issue> {
        self.issues.iter().filter(|issue| issue.kind.is_damage()).min_by_key(|issue| issue.offset)
    }
}
