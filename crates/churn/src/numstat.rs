//! `git diff --numstat -z`: changed files with their counts.

use crate::error::ChurnError;

/// One changed file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileStat {
    /// Its path; after a rename the new one. Any bytes but NUL.
    pub path: Vec<u8>,
    /// Its path before a rename or copy.
    pub old_path: Option<Vec<u8>>,
    /// Lines added and deleted; `None` for a binary file.
    pub lines: Option<(u64, u64)>,
}

/// Reads the output of `git diff --numstat -z` (git-diff(1), "OTHER DIFF FORMATS"): `added TAB deleted TAB path NUL`,
/// for renames `added TAB deleted TAB NUL old NUL new NUL`, `-` for binary files.
///
/// ```
/// let files = tracker_churn::numstat::parse(b"3\t1\tsrc/a b.rs\x000\t0\t\0old\nname\0new\0-\t-\tlogo.png\0")?;
/// assert_eq!(files[0].lines, Some((3, 1)));
/// assert_eq!(files[1].old_path.as_deref(), Some(&b"old\nname"[..]));
/// assert_eq!(files[2].lines, None);
/// # Ok::<(), tracker_churn::ChurnError>(())
/// ```
///
/// # Errors
/// [`ChurnError::Unreadable`] with the record that was not understood.
pub fn parse(bytes: &[u8]) -> Result<Vec<FileStat>, ChurnError> {
    let mut files = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let record = take(&mut rest)?;
        let mut parts = record.splitn(3, |b| *b == b'\t');
        let (added, deleted) = (parts.next(), parts.next());
        let path = parts.next().ok_or_else(|| wrong(record))?;
        let lines = match (added, deleted) {
            (Some(b"-"), Some(b"-")) => None,
            (Some(added), Some(deleted)) => Some((count(added)?, count(deleted)?)),
            _ => return Err(wrong(record)),
        };
        files.push(if path.is_empty() {
            let old_path = Some(take(&mut rest)?.to_vec());
            FileStat { path: take(&mut rest)?.to_vec(), old_path, lines }
        } else {
            FileStat { path: path.to_vec(), old_path: None, lines }
        });
    }
    Ok(files)
}

fn take<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], ChurnError> {
    let end = memchr::memchr(0, rest).ok_or_else(|| wrong(rest))?;
    let (record, after) = rest.split_at(end);
    *rest = after.get(1..).unwrap_or_default();
    Ok(record)
}

fn count(digits: &[u8]) -> Result<u64, ChurnError> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    text.and_then(|text| text.parse().ok()).ok_or_else(|| wrong(digits))
}

fn wrong(record: &[u8]) -> ChurnError {
    let shown: String = String::from_utf8_lossy(record).chars().take(60).collect();
    ChurnError::unreadable("diff --numstat", format!("{shown:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_and_wrong_records_are_errors() {
        let bad: [&[u8]; 7] =
            [b"3\t1\tpath", b"3\t1\0", b"3\t\0", b"x\t1\tp\0", b"+3\t1\tp\0", b"1\t1\t\0old\0", b"-\t1\tp\0"];
        for bytes in bad {
            assert!(parse(bytes).is_err(), "{:?}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(parse(b"").expect("nothing is no file"), []);
    }

    #[test]
    fn a_tab_belongs_to_the_path() {
        let files = parse(b"1\t0\ta\tb\0").expect("one file");
        assert_eq!(files.first().map(|file| file.path.as_slice()), Some(&b"a\tb"[..]));
    }
}
