//! `git blame --porcelain`: which commit each line of a file comes from.

use std::collections::BTreeMap;

use crate::commit::CommitId;
use crate::error::ChurnError;

/// Counts the lines of a file by the commit that last changed each, from `git blame --porcelain` or
/// `--line-porcelain` (git-blame(1), "THE PORCELAIN FORMAT"): a header of commit and line numbers, further headers,
/// then the line itself behind a tab.
///
/// Survival is not taken from blame (ADR-0006); it is the independent witness of the tests.
///
/// ```
/// let id = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";
/// let text = format!("{id} 1 1 2\nauthor A\nfilename a.rs\n\tfn a() {{\n{id} 2 2\n\t}}\n");
/// let lines = tracker_churn::blame::count_lines(text.as_bytes())?;
/// assert_eq!(lines.into_values().sum::<u64>(), 2);
/// # Ok::<(), tracker_churn::ChurnError>(())
/// ```
///
/// # Errors
/// [`ChurnError::Unreadable`] when a line stands without its header.
pub fn count_lines(bytes: &[u8]) -> Result<BTreeMap<CommitId, u64>, ChurnError> {
    let mut lines = BTreeMap::new();
    let mut of: Option<CommitId> = None;
    for line in bytes.split(|b| *b == b'\n') {
        if line.first() == Some(&b'\t') {
            let id = of.take().ok_or_else(|| ChurnError::unreadable("blame", "a line without a header"))?;
            *lines.entry(id).or_insert(0) += 1;
        } else if of.is_none() && !line.is_empty() {
            of = Some(
                header(line).ok_or_else(|| ChurnError::unreadable("blame", "a header without a commit"))?,
            );
        }
    }
    match of {
        Some(_) => Err(ChurnError::unreadable("blame", "a header without its line")),
        None => Ok(lines),
    }
}

fn header(line: &[u8]) -> Option<CommitId> {
    let text = std::str::from_utf8(line).ok()?;
    let mut words = text.split(' ');
    let id = words.next()?.parse().ok()?;
    let numbers: Vec<u64> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    (2..=3).contains(&numbers.len()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_blame_is_an_error() {
        let id = "0".repeat(40);
        let bad = ["\tx\n".to_owned(), format!("{id}\n\tx\n"), format!("{id} 1 1 1\n"), "hello\n".to_owned()];
        for text in bad {
            assert!(count_lines(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
