//! `git diff-tree -p -U0`: what a commit removed and added, line by line, without keeping the lines.

use std::hash::{DefaultHasher, Hasher};
use std::io::BufRead;

use crate::error::ChurnError;

/// The longest header line that is read; a path has at most 4 KiB, quoted four times that.
const HEADER: usize = 1 << 20;

/// A line of a patch: a fingerprint of its text without white space, and how many letters and digits it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineMark {
    /// Equal for lines that differ in white space only.
    pub hash: u64,
    /// Letters and digits: what makes two equal lines more than chance.
    pub weight: u32,
}

/// Lines that were replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Hunk {
    /// Lines of the old file before the hunk.
    pub old_at: u32,
    /// Lines of the new file before the hunk.
    pub new_at: u32,
    /// The removed lines.
    pub removed: Vec<LineMark>,
    /// The added lines.
    pub added: Vec<LineMark>,
}

/// What happened to one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct FilePatch {
    /// Its path before; `None` for a new file.
    pub old: Option<Vec<u8>>,
    /// Its path after; `None` for a deleted file.
    pub new: Option<Vec<u8>>,
    /// The new file is a copy: the old one stays.
    pub is_copy: bool,
    /// Git takes it as binary: it has no lines.
    pub is_binary: bool,
    /// What was replaced, from the top down.
    pub hunks: Vec<Hunk>,
}

/// The difference between a commit and one of its parents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Patch {
    /// The commit's name as printed.
    pub id: String,
    /// Its files.
    pub files: Vec<FilePatch>,
}

/// Reads patches one at a time, so that memory holds one commit.
pub struct PatchReader<'r> {
    out: &'r mut dyn BufRead,
    /// A header line that belongs to what comes next.
    line: Option<Vec<u8>>,
}

impl std::fmt::Debug for PatchReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatchReader").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<'r> PatchReader<'r> {
    /// Returns a reader of the output of `git diff-tree --stdin --always -r -p -U0`.
    ///
    /// ```
    /// use tracker_churn::patch::PatchReader;
    /// let text = format!("{}\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-old\n+new\n+more\n", "0".repeat(40));
    /// let mut bytes = text.as_bytes();
    /// let patch = PatchReader::new(&mut bytes).next()?.ok_or("a patch")?;
    /// assert_eq!(patch.files[0].hunks[0].added.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(out: &'r mut dyn BufRead) -> Self {
        Self { out, line: None }
    }

    /// Returns the next patch, or `None` at the end.
    ///
    /// # Errors
    /// [`ChurnError::Unreadable`].
    #[expect(
        clippy::should_implement_trait,
        reason = "it can fail, and an iterator of results hides the end"
    )]
    pub fn next(&mut self) -> Result<Option<Patch>, ChurnError> {
        let Some(line) = self.header()? else { return Ok(None) };
        if !is_id(&line) {
            return Err(wrong("a commit", &line));
        }
        let mut patch = Patch { id: String::from_utf8_lossy(&line).into_owned(), files: Vec::new() };
        while let Some(line) = self.header()? {
            if is_id(&line) {
                self.line = Some(line);
                break;
            }
            if line.starts_with(b"diff --git ") {
                patch.files.push(self.file(&line)?);
            } else if !line.is_empty() {
                return Err(wrong("a file", &line));
            }
        }
        Ok(Some(patch))
    }

    /// Reads the headers and hunks of one file.
    fn file(&mut self, first: &[u8]) -> Result<FilePatch, ChurnError> {
        let (mut file, mut is_renamed) = (FilePatch::default(), false);
        let (mut is_new, mut is_deleted) = (false, false);
        while let Some(line) = self.header()? {
            let after = |prefix: &[u8]| line.strip_prefix(prefix).map(<[u8]>::to_vec);
            if is_id(&line) || line.starts_with(b"diff --git ") {
                self.line = Some(line);
                break;
            } else if line.starts_with(b"@@ ") {
                let hunk = self.hunk(&line)?;
                file.hunks.push(hunk);
            } else if let Some(path) = after(b"rename from ").or_else(|| after(b"copy from ")) {
                (file.old, is_renamed) = (Some(unquote(&path)), true);
                file.is_copy = line.starts_with(b"copy");
            } else if let Some(path) = after(b"rename to ").or_else(|| after(b"copy to ")) {
                (file.new, is_renamed) = (Some(unquote(&path)), true);
            } else if line.starts_with(b"new file mode ") {
                is_new = true;
            } else if line.starts_with(b"deleted file mode ") {
                is_deleted = true;
            } else if let Some(path) = after(b"--- ").filter(|_| !is_renamed) {
                file.old = side(&path, b"a/");
            } else if let Some(path) = after(b"+++ ").filter(|_| !is_renamed) {
                file.new = side(&path, b"b/");
            } else if line.starts_with(b"Binary files ") {
                file.is_binary = true;
            }
        }
        if file.old.is_none() && file.new.is_none() {
            // Nothing but the first line names a binary or empty file, and then both sides have one name.
            let path = same_name(first).ok_or_else(|| wrong("a file", first))?;
            file.old = (!is_new).then(|| path.clone());
            file.new = (!is_deleted).then_some(path);
        }
        Ok(file)
    }

    fn hunk(&mut self, line: &[u8]) -> Result<Hunk, ChurnError> {
        let ((old, removed), (new, added)) = ranges(line).ok_or_else(|| wrong("a hunk", line))?;
        // A range without lines names the line before it.
        let before = |start: u32, count: u32| if count == 0 { start } else { start.saturating_sub(1) };
        let mut hunk = Hunk { old_at: before(old, removed), new_at: before(new, added), ..Hunk::default() };
        let (removed, added) = (removed as usize, added as usize);
        while hunk.removed.len() < removed || hunk.added.len() < added {
            match self.mark()? {
                (b'-', mark) => hunk.removed.push(mark),
                (b'+', mark) => hunk.added.push(mark),
                (b'\\', _) => {}
                (other, _) => return Err(wrong("a line of a hunk", &[other])),
            }
        }
        if hunk.removed.len() != removed || hunk.added.len() != added {
            return Err(wrong("a hunk of its length", line));
        }
        Ok(hunk)
    }

    /// Reads a line of a hunk of any length without keeping it.
    fn mark(&mut self) -> Result<(u8, LineMark), ChurnError> {
        let (mut hasher, mut weight, mut sign) = (DefaultHasher::new(), 0_u32, None);
        loop {
            let buffer = self.out.fill_buf().map_err(|cause| unread(&cause))?;
            if buffer.is_empty() {
                return Err(wrong("the rest of a hunk", b"the end"));
            }
            let end = memchr::memchr(b'\n', buffer);
            let chunk = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let text = match (sign, chunk.split_first()) {
                (None, Some((first, rest))) => {
                    sign = Some(*first);
                    rest
                }
                _ => chunk,
            };
            for part in text.split(u8::is_ascii_whitespace).filter(|part| !part.is_empty()) {
                hasher.write(part);
                let words = part.iter().filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80).count();
                weight = weight.saturating_add(u32::try_from(words).unwrap_or(u32::MAX));
            }
            let used = chunk.len() + usize::from(end.is_some());
            self.out.consume(used);
            if end.is_some() {
                return Ok((sign.unwrap_or(b'\n'), LineMark { hash: hasher.finish(), weight }));
            }
        }
    }

    fn header(&mut self) -> Result<Option<Vec<u8>>, ChurnError> {
        if let Some(line) = self.line.take() {
            return Ok(Some(line));
        }
        loop {
            let mut line = Vec::new();
            let mut limited = std::io::Read::take(&mut *self.out, HEADER as u64);
            if limited.read_until(b'\n', &mut line).map_err(|cause| unread(&cause))? == 0 {
                return Ok(None);
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            } else if line.len() == HEADER {
                return Err(wrong("a header", b"a very long line"));
            }
            if !line.starts_with(b"\\ ") {
                return Ok(Some(line));
            }
        }
    }
}

fn is_id(line: &[u8]) -> bool {
    matches!(line.len(), 40 | 64) && line.iter().all(u8::is_ascii_hexdigit)
}

/// Reads `@@ -old,count +new,count @@`.
fn ranges(line: &[u8]) -> Option<((u32, u32), (u32, u32))> {
    let text = std::str::from_utf8(line.strip_prefix(b"@@ ")?.split(|b| *b == b'@').next()?).ok()?;
    let mut words = text.split(' ');
    let range = |word: &str, sign: char| {
        let word = word.strip_prefix(sign)?;
        let (start, count) = word.split_once(',').unwrap_or((word, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    Some((range(words.next()?, '-')?, range(words.next()?, '+')?))
}

/// Reads the path of a `---` or `+++` line; `/dev/null` is none. Git ends a path with blanks by a tab.
fn side(path: &[u8], prefix: &[u8]) -> Option<Vec<u8>> {
    let path = unquote(path.strip_suffix(b"\t").unwrap_or(path));
    path.strip_prefix(prefix).map(<[u8]>::to_vec)
}

/// Returns the path that both sides of a `diff --git` line share.
fn same_name(line: &[u8]) -> Option<Vec<u8>> {
    let names = line.strip_prefix(b"diff --git ")?;
    let (old, new) = names.split_at_checked(names.len() / 2)?;
    let (old, new) = (unquote(old), unquote(new.strip_prefix(b" ")?));
    let (old, new) = (old.strip_prefix(b"a/")?.to_vec(), new.strip_prefix(b"b/")?);
    (old == new).then_some(old)
}

/// Undoes git's quoting of odd paths (`"a\tb"`, octal bytes); other text is returned as it is.
fn unquote(text: &[u8]) -> Vec<u8> {
    let Some(inner) = text.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return text.to_vec();
    };
    let mut path = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            path.push(byte);
            continue;
        }
        match bytes.next() {
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(next) = bytes.next_if(|next| (b'0'..=b'7').contains(next)) {
                        value = value * 8 + u32::from(next - b'0');
                    }
                }
                path.push(u8::try_from(value & 0xff).unwrap_or_default());
            }
            Some(letter) => path.push(escaped(letter)),
            None => path.push(b'\\'),
        }
    }
    path
}

fn escaped(letter: u8) -> u8 {
    match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        other => other,
    }
}

fn unread(cause: &std::io::Error) -> ChurnError {
    ChurnError::unreadable("diff-tree", cause.to_string())
}

fn wrong(expected: &str, found: &[u8]) -> ChurnError {
    let shown: String = String::from_utf8_lossy(found).chars().take(60).collect();
    ChurnError::unreadable("diff-tree", format!("{shown:?} instead of {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<FilePatch>, ChurnError> {
        let text = format!("{}\n{text}", "a".repeat(40));
        let mut bytes = text.as_bytes();
        Ok(PatchReader::new(&mut bytes).next()?.map(|patch| patch.files).unwrap_or_default())
    }

    #[test]
    fn lines_that_look_like_headers_are_lines() {
        let text = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n--- a/y\n-diff --git\n+++ b/z\n\\ No newline at end of file\n";
        let files = read(text).expect("one file");
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].hunks[0].removed.len(), files[0].hunks[0].added.len()), (2, 1));
    }

    #[test]
    fn odd_paths_are_read() {
        let text = "diff --git \"a/t\\tq\\\"\\303\\244\" \"b/n\\nx\"\nsimilarity index 90%\nrename from \"t\\tq\\\"\\303\\244\"\nrename to \"n\\nx\"\n\
                    diff --git a/with space b/with space\nnew file mode 100644\nBinary files /dev/null and b/with space differ\n\
                    diff --git a/a b b/a b\n--- a/a b\t\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
        let files = read(text).expect("three files");
        assert_eq!(files[0].old.as_deref(), Some("t\tq\"\u{e4}".as_bytes()));
        assert_eq!(files[0].new.as_deref(), Some(&b"n\nx"[..]));
        assert!(files[1].is_binary && files[1].old.is_none());
        assert_eq!(files[1].new.as_deref(), Some(&b"with space"[..]));
        assert_eq!((files[2].old.as_deref(), files[2].new.as_deref()), (Some(&b"a b"[..]), None));
    }

    #[test]
    fn whitespace_alone_makes_no_other_line() {
        let text =
            "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-let  a=1;\n+  let a = 1 ;\n+let b=1;\n";
        let hunk = &read(text).expect("one file")[0].hunks[0];
        assert_eq!(hunk.removed[0], hunk.added[0]);
        assert_ne!(hunk.removed[0].hash, hunk.added[1].hash);
        assert_eq!(hunk.removed[0].weight, 5);
    }

    #[test]
    fn a_cut_patch_is_an_error() {
        for text in [
            "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n",
            "hello\n",
            "diff --git a/x b/x\n@@ -1 @@\n",
            "diff --git a/x b/y\n",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
        assert!(PatchReader::new(&mut &b"hello\n"[..]).next().is_err());
    }
}
