//! The git history of the bundled week: commits that appear while the week is played.

use std::path::Path;

use chrono::{DateTime, Utc};
use tracker_churn::Repo;
use tracker_cli_support::{CliError, Ui};

use crate::repository::told;

/// The commits, in the format of `git fast-import`, each with an empty line after it.
const COMMITS: &str = include_str!("../../../../../fixtures/demo/week0/history.txt");

/// How a commit begins.
const BEGIN: &str = "commit refs/heads/main\n";

/// What of the history is still to come.
pub(super) struct History {
    repo: Option<Repo>,
    left: std::iter::Peekable<std::vec::IntoIter<Commit<'static>>>,
}

/// One commit.
#[derive(Debug, PartialEq, Eq)]
struct Commit<'a> {
    time: DateTime<Utc>,
    subject: &'a str,
    stream: &'a str,
}

impl History {
    /// Makes the repository. Where git is not installed, the demo goes on without it and says so.
    pub(super) fn begin(dir: &Path, ui: &mut Ui) -> Self {
        let repo = match Repo::create(dir) {
            Ok(repo) => Some(repo),
            Err(error) => {
                ui.warn(format_args!("the week is played without its commits, so without churn: {error}"));
                None
            }
        };
        let commits: Vec<Commit<'_>> = stream_commits().collect();
        Self { repo, left: commits.into_iter().peekable() }
    }

    /// Tells whether there is a repository.
    pub(super) fn is_there(&self) -> bool {
        self.repo.is_some()
    }

    /// Makes the commits up to an instant.
    pub(super) fn play_until(&mut self, now: DateTime<Utc>, ui: &mut Ui) -> Result<(), CliError> {
        let Some(repo) = &self.repo else { return Ok(()) };
        while let Some(commit) = self.left.next_if(|commit| commit.time <= now) {
            ui.line(format_args!(
                "{} main$ git commit -m '{}'",
                commit.time.format("%Y-%m-%d %H:%M"),
                commit.subject
            ))?;
            repo.import(commit.stream.as_bytes()).map_err(|error| told(&error))?;
        }
        Ok(())
    }
}

fn stream_commits() -> impl Iterator<Item = Commit<'static>> {
    let starts: Vec<usize> = COMMITS.match_indices(BEGIN).map(|(at, _)| at).collect();
    let ends = starts.clone().into_iter().skip(1).chain([COMMITS.len()]);
    starts.into_iter().zip(ends).filter_map(|(start, end)| Commit::of_stream(COMMITS.get(start..end)?))
}

impl<'a> Commit<'a> {
    /// Reads the time and the first line of the message.
    fn of_stream(stream: &'a str) -> Option<Self> {
        let mut lines = stream.lines().skip(1);
        let (_, stamp) = lines.next()?.rsplit_once("> ")?;
        let seconds = stamp.strip_suffix(" +0000")?.parse().ok()?;
        let subject = lines.nth(1)?;
        Some(Self { time: DateTime::from_timestamp(seconds, 0)?, subject, stream })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_of_the_stream_is_read_and_they_are_in_order() {
        let commits: Vec<Commit<'_>> = stream_commits().collect();
        assert_eq!(commits.len(), COMMITS.matches("committer ").count());
        assert!(commits.is_sorted_by_key(|commit| commit.time));
        assert_eq!(commits.iter().map(|commit| commit.stream).collect::<String>(), COMMITS);
        let tagged = |tag: &str| commits.iter().filter(|commit| commit.subject.starts_with(tag)).count();
        assert!(tagged("xfeat::") >= 8 && tagged("xproto::") >= 1);
    }
}
