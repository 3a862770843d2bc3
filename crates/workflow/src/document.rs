//! Parts of Markdown documents that a tool keeps: a marked block or line is put in or replaced, all else stays.
//!
//! A block stands between two lines of its own:
//!
//! ```text
//! <!-- tracker:checkpoint ck-0a1b -->
//! what the tool wrote
//! <!-- /tracker -->
//! ```
//!
//! Putting the same block again changes nothing; putting another body under the same mark replaces it, with what a
//! person wrote between the marks. Everything outside of the marks keeps its bytes, and new lines end as the first
//! line of the document does.

mod section;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tracker_ledger::{LedgerError, Transaction, atomic};

/// The line that ends a block.
const END: &str = "<!-- /tracker -->";

/// Names a part: its kind (`checkpoint`, `handoff`, ...) and which one of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The kind, a word.
    pub kind: &'a str,
    /// Which one, a word.
    pub id: &'a str,
}

/// Why a document is not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// A block begins and does not end: where it ends nobody can say.
    #[error("line {line}: the block `{mark}` has no end")]
    Unclosed {
        /// The line on which it begins, from 1.
        line: usize,
        /// Its first line.
        mark: String,
    },
    /// A file that cannot be read as text.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A part of a document that cannot be changed, with its file.
    #[error("{}: {cause}", path.display())]
    At {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: Box<DocumentError>,
    },
    /// A file that cannot be written.
    #[error(transparent)]
    Unwritable(#[from] LedgerError),
}

impl DocumentError {
    /// Returns what a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unclosed { .. } => {
                "add the line `<!-- /tracker -->` where the block ends, or take its first line out"
            }
            Self::At { cause, .. } => cause.hint(),
            Self::Unreadable { .. } => "give a readable text file in UTF-8",
            Self::Unwritable(_) => "check the path and its rights",
        }
    }
}

impl Mark<'_> {
    fn begin(&self) -> String {
        format!("<!-- tracker:{} {} -->", self.kind, self.id)
    }

    /// Returns the document with this block: in the place of the one that it has, else at its end.
    ///
    /// ```
    /// use tracker_workflow::document::Mark;
    /// let mark = Mark { kind: "checkpoint", id: "ck-1" };
    /// let once = mark.put_block("# Hand-off\n", "tokens: 3\n")?;
    /// assert_eq!(once, "# Hand-off\n\n<!-- tracker:checkpoint ck-1 -->\ntokens: 3\n<!-- /tracker -->\n");
    /// assert_eq!(mark.put_block(&once, "tokens: 3\n")?, once);
    /// # Ok::<(), tracker_workflow::document::DocumentError>(())
    /// ```
    ///
    /// # Errors
    /// [`DocumentError::Unclosed`] for a block of that mark without an end.
    pub fn put_block(&self, text: &str, body: &str) -> Result<String, DocumentError> {
        let block = self.block(body, line_end(text));
        match self.find(text)? {
            Some((start, end)) => Ok(replaced(text, start, end, &block)),
            None => Ok(appended(text, &block)),
        }
    }

    /// Returns the document with this block under the first heading that holds `title` (letters in any case): in the
    /// place of the one that the document has, else at the end of that section; without such a heading, with one at
    /// the end of the document.
    ///
    /// # Errors
    /// As [`Mark::put_block`].
    pub fn put_under(&self, text: &str, title: &str, body: &str) -> Result<String, DocumentError> {
        if self.find(text)?.is_some() {
            return self.put_block(text, body);
        }
        let end = line_end(text);
        let block = self.block(body, end);
        match section::end(text, title) {
            Some(at) => {
                let (before, after) = text.split_at(at);
                let gap = if after.is_empty() || after.starts_with(end) { "" } else { end };
                Ok([&appended(before, &block), gap, after].concat())
            }
            None => Ok(appended(&appended(text, &format!("## {title}{end}")), &block)),
        }
    }

    /// Returns the document with this line: in the place of the one with that mark, else at its end.
    ///
    /// ```
    /// use tracker_workflow::document::Mark;
    /// let mark = Mark { kind: "checkpoint", id: "ck-1" };
    /// let once = mark.put_line("- began\n", "- ended");
    /// assert_eq!(once, "- began\n- ended <!-- tracker:checkpoint ck-1 -->\n");
    /// assert_eq!(mark.put_line(&once, "- ended"), once);
    /// ```
    #[must_use]
    pub fn put_line(&self, text: &str, line: &str) -> String {
        let end = line_end(text);
        let mark = format!(" {}", self.begin());
        let new = format!("{}{mark}{end}", harmless(line).replace(['\r', '\n'], " "));
        let mut start = 0;
        for old in text.split_inclusive('\n') {
            if old.trim_end().ends_with(&mark) {
                return replaced(text, start, start + old.len(), &new);
            }
            start += old.len();
        }
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
        [text, gap, &new].concat()
    }

    /// Tells whether the document has this block or line.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let begin = self.begin();
        text.lines().any(|line| line.trim_end().ends_with(&begin))
    }

    fn block(&self, body: &str, end: &str) -> String {
        let mut block = self.begin() + end;
        for line in harmless(body).lines() {
            block.push_str(line.trim_end_matches('\r'));
            block.push_str(end);
        }
        block.push_str(END);
        block.push_str(end);
        block
    }

    /// Returns where the block begins and where what follows it begins.
    fn find(&self, text: &str) -> Result<Option<(usize, usize)>, DocumentError> {
        let begin = self.begin();
        let (mut at, mut found) = (0, None);
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let next = at + line.len();
            match (found, line.trim_end()) {
                (None, word) if word == begin => found = Some((at, number)),
                (Some((start, _)), END) => return Ok(Some((start, next))),
                // Another block begins: the end of this one is lost, and what lies between may be a person's.
                (Some(_), word) if word.starts_with("<!-- tracker:") => break,
                _ => {}
            }
            at = next;
        }
        match found {
            None => Ok(None),
            Some((_, line)) => Err(DocumentError::Unclosed { line, mark: begin }),
        }
    }
}

/// Changes a document in one step, when the change changes anything, and returns whether it did. A document that is not
/// there is taken as empty and made.
///
/// `held` is the transaction under whose lock all changes of documents stand, so that two commands do not undo each
/// other's; commands that keep documents hold `token_plan.jsonl`.
///
/// # Errors
/// [`DocumentError`]; the document is then what it was.
pub fn update(
    held: &Transaction,
    path: &Path,
    change: impl FnOnce(&str) -> Result<String, DocumentError>,
) -> Result<bool, DocumentError> {
    let _lock = held;
    let old = read(path)?;
    let new = change(old.as_deref().unwrap_or_default())
        .map_err(|cause| DocumentError::At { path: path.to_owned(), cause: Box::new(cause) })?;
    if old.as_deref() == Some(new.as_str()) {
        return Ok(false);
    }
    atomic::write(path, new.as_bytes())?;
    Ok(true)
}

/// Returns the text of a document, or `None` when there is none.
///
/// # Errors
/// [`DocumentError::Unreadable`].
pub fn read(path: &Path) -> Result<Option<String>, DocumentError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(DocumentError::Unreadable { path: path.to_owned(), source }),
    }
}

/// Puts a part in the place of the bytes from `start` to `end`, which are borders of lines.
fn replaced(text: &str, start: usize, end: usize, part: &str) -> String {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    [before, part, after].concat()
}

/// How the lines of a document end: as its first one.
fn line_end(text: &str) -> &'static str {
    match text.split_inclusive('\n').next() {
        Some(first) if first.ends_with("\r\n") => "\r\n",
        _ => "\n",
    }
}

/// Puts a part at the end, with an empty line between.
fn appended(text: &str, part: &str) -> String {
    let end = line_end(if text.is_empty() { part } else { text });
    let last = text.split_inclusive('\n').next_back();
    let gap = match last {
        None => String::new(),
        Some(line) if !line.ends_with('\n') => end.repeat(2),
        Some(line) if line.trim().is_empty() => String::new(),
        Some(_) => end.to_owned(),
    };
    [text, &gap, part].concat()
}

/// Takes from a text what would begin or end a comment of ours.
fn harmless(text: &str) -> String {
    text.replace("<!--", "&lt;!--")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MARK: Mark<'static> = Mark { kind: "checkpoint", id: "ck-1" };

    #[test]
    fn only_the_block_changes() {
        let text = "# A\r\n\r\n<!-- tracker:checkpoint ck-1 -->\r\nold\r\n<!-- /tracker -->\r\nmy own words";
        let new = MARK.put_block(text, "new\nlines").unwrap();
        let expected = "# A\r\n\r\n<!-- tracker:checkpoint ck-1 -->\r\nnew\r\nlines\r\n<!-- /tracker -->\r\nmy own words";
        assert_eq!(new, expected);
    }

    #[test]
    fn another_id_is_another_block() {
        let one = MARK.put_block("", "one").unwrap();
        let both = Mark { id: "ck-12", ..MARK }.put_block(&one, "two").unwrap();
        assert!(both.starts_with(&one) && both.matches(END).count() == 2, "{both}");
        assert_eq!(MARK.put_block(&both, "one").unwrap(), both);
        assert!(MARK.is_in(&both) && !Mark { id: "ck-2", ..MARK }.is_in(&both));
    }

    #[test]
    fn a_block_without_an_end_swallows_nothing() {
        for text in [
            "a\n<!-- tracker:checkpoint ck-1 -->\nmy words\n",
            "a\n<!-- tracker:checkpoint ck-1 -->\nmy words\n<!-- tracker:plan p -->\nx\n<!-- /tracker -->\n",
        ] {
            let error = MARK.put_block(text, "new").unwrap_err();
            assert!(matches!(error, DocumentError::Unclosed { line: 2, .. }), "{error}");
        }
    }

    #[test]
    fn what_is_written_cannot_end_its_block() {
        let evil = "notes\n<!-- /tracker -->\n<!-- tracker:checkpoint ck-1 -->\nmore";
        let once = MARK.put_block("", evil).unwrap();
        assert_eq!(once.matches(END).count(), 1, "{once}");
        assert_eq!(MARK.put_block(&once, evil).unwrap(), once);
        let line = MARK.put_line("", "a <!-- tracker:checkpoint ck-1 -->\nb");
        assert_eq!(line.lines().count(), 1, "{line}");
    }

    #[test]
    fn a_block_stands_in_its_section() {
        let text = "# Board\n\n## Must-Ship\n- mine\n\n## Later\n- x\n";
        let once = MARK.put_under(text, "Must-Ship", "done").unwrap();
        let expected = "# Board\n\n## Must-Ship\n- mine\n\n<!-- tracker:checkpoint ck-1 -->\ndone\n<!-- /tracker -->\n\n## Later\n- x\n";
        assert_eq!(once, expected);
        assert_eq!(MARK.put_under(&once, "Must-Ship", "done").unwrap(), once);
        let made = MARK.put_under("# Board", "Must-Ship", "done").unwrap();
        assert!(made.starts_with("# Board\n\n## Must-Ship\n\n<!-- tracker"), "{made}");
    }

    #[test]
    fn a_document_keeps_its_rights_and_is_not_written_without_need() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("docs/HANDOFF.md");
        let ledger = tracker_ledger::Ledger::open(dir.path());
        let held = ledger.begin(&[tracker_ledger::LedgerFile::TOKEN_PLAN]).unwrap();
        assert!(update(&held, &path, |text| MARK.put_block(text, "x")).unwrap());
        assert!(!update(&held, &path, |text| MARK.put_block(text, "x")).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(update(&held, &path, |text| MARK.put_block(text, "y")).unwrap());
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        }
    }

    proptest! {
        #[test]
        fn putting_twice_is_putting_once_and_nothing_else_is_touched(
            text in "([a-z#`<>!\\- ]{0,9}(\r\n|\n|)){0,6}", body in r"(\PC|[\n\r<>!-]){0,30}"
        ) {
            let once = MARK.put_block(&text, &body).unwrap();
            prop_assert!(once.starts_with(&text));
            prop_assert_eq!(&MARK.put_block(&once, &body).unwrap(), &once);
            let lined = MARK.put_line(&text, &body);
            prop_assert!(lined.starts_with(&text));
            prop_assert_eq!(&MARK.put_line(&lined, &body), &lined);
            let under = MARK.put_under(&text, "Must-Ship", &body).unwrap();
            prop_assert_eq!(&MARK.put_under(&under, "Must-Ship", &body).unwrap(), &under);
        }
    }
}
