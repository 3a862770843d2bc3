//! `git log -z`: the commits of a history, parents first.

use std::io::BufRead;

use crate::commit::CommitId;
use crate::error::ChurnError;
use crate::label::{Message, read_message};

/// The arguments that make git print what [`read`] reads.
pub(crate) const ARGS: [&str; 9] = [
    "log",
    "-z",
    "--topo-order",
    "--reverse",
    "--no-decorate",
    "--no-notes",
    "--no-color",
    "--no-mailmap",
    "--format=tformat:%H%n%P%n%ct%n%B",
];

/// A commit without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Commit {
    /// Its name.
    pub id: CommitId,
    /// Its parents.
    pub parents: Vec<CommitId>,
    /// When it entered the history: the committer's time, in seconds since 1970.
    pub time: i64,
    /// What its message says.
    pub message: Message,
}

/// Reads the output of `git log -z --format=tformat:%H%n%P%n%ct%n%B`.
///
/// ```
/// let id = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";
/// let text = format!("{id}\n\n1763600000\nxfeat::Login::W0-19::green\n\nbody\n\0");
/// let commits = tracker_churn::log::read(&mut text.as_bytes())?;
/// assert_eq!((commits[0].time, commits[0].parents.len()), (1_763_600_000, 0));
/// # Ok::<(), tracker_churn::ChurnError>(())
/// ```
///
/// # Errors
/// [`ChurnError::Unreadable`] with what was found.
pub fn read(out: &mut dyn BufRead) -> Result<Vec<Commit>, ChurnError> {
    let (mut commits, mut record) = (Vec::new(), Vec::new());
    loop {
        record.clear();
        let read = out.read_until(0, &mut record);
        if read.map_err(|cause| ChurnError::unreadable("log", cause.to_string()))? == 0 {
            return Ok(commits);
        }
        if record.last() == Some(&0) {
            record.pop();
        }
        commits.push(commit(&String::from_utf8_lossy(&record)).ok_or_else(|| {
            let shown: String = String::from_utf8_lossy(&record).chars().take(60).collect();
            ChurnError::unreadable("log", format!("{shown:?}"))
        })?);
    }
}

fn commit(record: &str) -> Option<Commit> {
    let mut parts = record.splitn(4, '\n');
    let id = parts.next()?.parse().ok()?;
    let parents = parts.next()?.split(' ').filter(|word| !word.is_empty());
    let parents = parents.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let time = parts.next()?.parse().ok()?;
    Some(Commit { id, parents, time, message: read_message(parts.next()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_no_commit_is_an_error() {
        let id = "0".repeat(40);
        for text in [
            "x\n\n1\nm\0".to_owned(),
            format!("{id}\nzz\n1\nm\0"),
            format!("{id}\n\nlater\nm\0"),
            format!("{id}\n"),
        ] {
            assert!(read(&mut text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
