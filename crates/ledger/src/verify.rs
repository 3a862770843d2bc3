//! Holds a ledger against its own hashes and its head, and says what is wrong, where, and whether it mends itself.

use crate::batch;
use crate::blocks::{Block, Blocks};
use crate::chain::{Chain, Place};
use crate::dir::LedgerFile;
use crate::error::LedgerError;
use crate::head::Head;
use crate::issue::{Issue, IssueKind};
use crate::ledger::Ledger;
use crate::newer;
use crate::open::walk_block;
use crate::row::RowHash;
use crate::scan::is_whole_foreign_row;

/// How much is tolerated; the words are those of RocksDB's write-ahead log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Recovery {
    /// A torn last line is no damage: its row was never acknowledged.
    #[default]
    Tail,
    /// Any line that is not a whole row is damage, also a torn last one.
    Absolute,
    /// As `Tail`, and the missing sequence numbers are listed, so that the rest can be used knowingly.
    Salvage,
}

/// The verdict on a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Status {
    /// Nothing is wrong.
    Ok,
    /// Nothing is wrong that the next append does not mend by itself.
    Repairable,
    /// Acknowledged bytes were changed or lost, or lines are no rows.
    Damaged,
}

/// What `verify` found in one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileReport {
    /// The ledger.
    pub file: LedgerFile,
    /// The verdict.
    pub status: Status,
    /// Length in bytes.
    pub bytes: u64,
    /// Rows with a hash, adopt rows included.
    pub chained: u64,
    /// Adopt rows: the ledger's own, no data.
    pub adopt_rows: u64,
    /// Rows without a hash that an adopt row has sealed.
    pub adopted: u64,
    /// Rows without a hash that nothing covers yet.
    pub unchained: u64,
    /// The last chained row, as found (to be compared with a head kept elsewhere).
    pub last: Option<Head>,
    /// Whether there is a head, so that removal of the newest rows is seen.
    pub anchored: bool,
    /// The first findings (at most 1000), in the order of the file.
    pub issues: Vec<Issue>,
    /// How many findings there were.
    pub issue_count: u64,
    /// Ranges of missing sequence numbers, both ends included; only for [`Recovery::Salvage`].
    pub gaps: Vec<(u64, u64)>,
}

impl Ledger {
    /// Checks one ledger. Takes no lock and writes nothing; a row that is being appended meanwhile is a notice.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, LedgerFile, Recovery, Status};
    /// # let dir = tempfile::tempdir()?;
    /// let ledger = Ledger::open(dir.path());
    /// let mut write = ledger.begin(&[LedgerFile::CHURN])?;
    /// write.append(&LedgerFile::CHURN, r#"{"files":3}"#)?;
    /// write.commit()?;
    /// let report = ledger.verify(&LedgerFile::CHURN, Recovery::Tail)?;
    /// assert_eq!((report.status, report.chained), (Status::Ok, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::Io`] or [`LedgerError::Refused`] when it cannot be read; damage is part of the report.
    pub fn verify(&self, file: &LedgerFile, mode: Recovery) -> Result<FileReport, LedgerError> {
        let path = self.dir().ledger(file);
        // Before the ledger: a row that is acknowledged in between must not look like one that the head lacks.
        let (head, head_issue) = match self.head(file) {
            Err(LedgerError::Damaged { issue, .. }) => (None, Some(*issue)),
            result => (result?, None),
        };
        let Some(open) = self.open_read(file)? else { return Ok(absent(file, head, head_issue)) };
        let Some(mut blocks) = self.blocks(file, 0)? else { return Ok(absent(file, head, head_issue)) };
        let mut chain = Chain::new(file.name(), &*open, head);
        let size = blocks.end();
        let cut = head.map_or(Ok(None), |head| batch::torn_at(&*open, head.len, size));
        let cut = cut.map_err(LedgerError::io("read", &path))?;
        blocks.stop_at(cut.unwrap_or(size));
        let mut torn = walk_all(&mut chain, &mut blocks).map_err(LedgerError::io("read", &path))?;
        if let Some(start) = cut {
            torn = true;
            chain.note(IssueKind::TornRows { bytes: size - start }, Place { offset: start, line: 0 }, None);
        }
        let unchained = chain.loose_rows();
        if head.is_none() && head_issue.is_none() && chain.seq > 0 {
            chain.note(IssueKind::NotAnchored, Place { offset: chain.chained_end, line: 0 }, None);
        }
        let newer = newer::version_at(&*open, size).map_err(LedgerError::io("read", &path))?;
        if let Some(found) = newer {
            chain.note(IssueKind::Newer { found }, Place { offset: chain.chained_end, line: 0 }, None);
        }
        let mut issues = std::mem::take(&mut chain.issues);
        issues.sort_by_key(|issue| issue.offset);
        let mut damage = chain.damage_count;
        let mut issue_count = chain.issue_count;
        if let Some(issue) = head_issue {
            issues.push(issue);
            (damage, issue_count) = (damage + 1, issue_count + 1);
        }
        let is_damaged = damage > 0 || (torn && mode == Recovery::Absolute);
        Ok(FileReport {
            file: file.clone(),
            status: status(is_damaged, &issues),
            bytes: size,
            chained: chain.chained,
            adopt_rows: chain.adopt_rows,
            adopted: chain.adopted,
            unchained,
            last: (chain.seq > 0).then_some(Head {
                seq: chain.seq,
                hash: chain.hash,
                len: chain.chained_end,
            }),
            anchored: head.is_some(),
            issues,
            issue_count,
            gaps: if mode == Recovery::Salvage { std::mem::take(&mut chain.gaps) } else { Vec::new() },
        })
    }

    /// Checks every ledger of the folder, and every head whose ledger is gone; sorted by name.
    ///
    /// ```
    /// use tracker_ledger::{Ledger, Recovery};
    /// assert!(Ledger::open("/no/such/folder").verify_all(Recovery::Tail)?.is_empty());
    /// # Ok::<(), tracker_ledger::LedgerError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Ledger::verify`].
    pub fn verify_all(&self, mode: Recovery) -> Result<Vec<FileReport>, LedgerError> {
        self.files()?.iter().map(|file| self.verify(file, mode)).collect()
    }

    /// Returns the ledgers of the folder (with those of which only the head is left), sorted by name.
    ///
    /// # Errors
    /// [`LedgerError::Io`] when the folder cannot be read.
    pub fn files(&self) -> Result<Vec<LedgerFile>, LedgerError> {
        let names = match self.storage().list(self.dir().path()) {
            Err(error) if error.is_not_found() => return Ok(Vec::new()),
            result => result.map_err(LedgerError::storage("list", self.dir().path()))?,
        };
        let mut files: Vec<_> = names
            .iter()
            .filter_map(|name| LedgerFile::new(name.strip_suffix(".head").unwrap_or(name)).ok())
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}

/// Returns whether the last line is torn.
fn walk_all(chain: &mut Chain<'_>, blocks: &mut Blocks) -> std::io::Result<bool> {
    if blocks.is_utf16()? {
        chain.note(IssueKind::Utf16, Place { offset: 0, line: 1 }, None);
        return Ok(false);
    }
    let (mut block, mut torn, mut whole) = (Block::default(), None, 0);
    while blocks.next(&mut block)? {
        walk_block(chain, &block, true)?;
        let bytes = block.bytes();
        if !block.is_fragment {
            whole = block.end();
        } else if is_whole_foreign_row(bytes) {
            let place = Place { offset: block.offset, line: block.first_line };
            chain.line(bytes, place)?;
            chain.note(IssueKind::MissingNewline, place, None);
            whole = block.offset + bytes.len() as u64;
        } else {
            torn = Some((bytes.len() as u64, Place { offset: block.offset, line: block.first_line }));
        }
    }
    chain.finish(whole);
    if let Some((bytes, place)) = torn {
        chain.note(IssueKind::TornTail { bytes }, place, None);
    }
    Ok(torn.is_some())
}

fn status(is_damaged: bool, issues: &[Issue]) -> Status {
    let mends_itself = |issue: &Issue| {
        matches!(
            issue.kind,
            IssueKind::TornTail { .. }
                | IssueKind::TornRows { .. }
                | IssueKind::MissingNewline
                | IssueKind::Unchained { .. }
                | IssueKind::HeadBehind { .. }
                | IssueKind::NotAnchored
        )
    };
    match is_damaged {
        true => Status::Damaged,
        false if issues.iter().any(mends_itself) => Status::Repairable,
        false => Status::Ok,
    }
}

/// The report on a ledger that is not there: nothing, unless its head says that it was.
fn absent(file: &LedgerFile, head: Option<Head>, head_issue: Option<Issue>) -> FileReport {
    let mut issues: Vec<_> = head_issue.into_iter().collect();
    if let Some(Head { seq, len, .. }) = head {
        issues.push(Issue::new(file.name(), IssueKind::RolledBack { seq, len }));
    }
    FileReport {
        file: file.clone(),
        status: status(!issues.is_empty(), &[]),
        bytes: 0,
        chained: 0,
        adopt_rows: 0,
        adopted: 0,
        unchained: 0,
        last: None,
        anchored: head.is_some(),
        issue_count: issues.len() as u64,
        issues,
        gaps: Vec::new(),
    }
}

impl FileReport {
    /// Returns how many lines hold data: all but empty ones and the ledger's own.
    ///
    /// ```
    /// # use tracker_ledger::{Ledger, LedgerFile, Recovery};
    /// let report = Ledger::open("/no/such/folder").verify(&LedgerFile::CHURN, Recovery::Tail)?;
    /// assert_eq!(report.rows(), 0);
    /// assert_eq!(report.witness(), None);
    /// # Ok::<(), tracker_ledger::LedgerError>(())
    /// ```
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.chained - self.adopt_rows + self.adopted + self.unchained
    }

    /// Returns the hash of the last chained row, to be kept elsewhere.
    #[must_use]
    pub fn witness(&self) -> Option<RowHash> {
        self.last.map(|last| last.hash)
    }
}
