//! What can go wrong with a repository, each with what to do about it.

use std::path::PathBuf;
use std::time::Duration;

/// Why nothing could be counted.
///
/// ```
/// use tracker_churn::ChurnError;
/// let error = ChurnError::UnknownCommit { rev: "v9".into(), is_shallow: false };
/// assert_eq!(error.to_string(), "\"v9\" names no commit of the repository");
/// assert!(error.hint().contains("git log"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChurnError {
    /// The `git` program could not be started.
    #[error("git cannot be started: {source}")]
    NoGit {
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The folder lies in no repository that git is willing to read.
    #[error("`{}` lies in no git repository: {reason}", dir.display())]
    NoRepo {
        /// The folder.
        dir: PathBuf,
        /// What git said.
        reason: String,
    },
    /// History is cut off, so that survival cannot be told.
    #[error("the clone is shallow: the history that survival needs is not there")]
    Shallow,
    /// A revision names no commit.
    #[error("{rev:?} names no commit of the repository{}", if *is_shallow { ", which is a shallow clone" } else { "" })]
    UnknownCommit {
        /// The revision as given.
        rev: String,
        /// Whether history is cut off.
        is_shallow: bool,
    },
    /// There is no commit between the bounds.
    #[error("the range {start}..{end} is empty")]
    EmptyRange {
        /// The first bound, which is not part of the range.
        start: String,
        /// The last commit.
        end: String,
    },
    /// A git command failed: a corrupt object, a missing blob, no permission.
    #[error("git {command} failed: {reason}")]
    Git {
        /// The command's name.
        command: String,
        /// The first line of what it said.
        reason: String,
    },
    /// A git command took too long.
    #[error("git {command} did not end within {} s", limit.as_secs())]
    TimedOut {
        /// The command's name.
        command: String,
        /// The limit.
        limit: Duration,
    },
    /// Git printed what this parser does not know.
    #[error("the output of git {command} cannot be read: {reason}")]
    Unreadable {
        /// The command's name.
        command: String,
        /// What was found.
        reason: String,
    },
}

impl ChurnError {
    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoGit { .. } => "install git, 2.40 or later",
            Self::NoRepo { .. } => "name the repository by --repo",
            Self::Shallow => "`git fetch --unshallow` brings the history",
            Self::UnknownCommit { is_shallow: true, .. } => {
                "`git fetch --unshallow`, or name a commit that is there"
            }
            Self::UnknownCommit { .. } => "`git log` lists the commits of the repository",
            Self::EmptyRange { .. } => "name a start commit that lies before the end commit",
            Self::Git { .. } => "`git fsck` says whether the repository is whole",
            Self::TimedOut { .. } => "a shorter range, or --timeout with more seconds",
            Self::Unreadable { .. } => "is this git 2.40 or later?",
        }
    }

    /// Returns the word by which a skipped measurement is recorded.
    #[must_use]
    pub fn decision(&self) -> &'static str {
        match self {
            Self::NoGit { .. } => "no-git",
            Self::NoRepo { .. } => "no-repo",
            Self::Shallow => "shallow-clone",
            Self::UnknownCommit { .. } => "unknown-commit",
            Self::EmptyRange { .. } => "empty-range",
            Self::Git { .. } | Self::Unreadable { .. } => "git-failed",
            Self::TimedOut { .. } => "timed-out",
        }
    }

    pub(crate) fn unreadable(command: &str, reason: impl Into<String>) -> Self {
        Self::Unreadable { command: command.to_owned(), reason: reason.into() }
    }
}
