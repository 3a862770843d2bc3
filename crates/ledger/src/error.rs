//! Why the ledger could not do what it was asked.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::issue::Issue;
use crate::row::RowFault;
use crate::storage::StorageError;

/// The error of every operation; its text names the path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The operating system failed a read or write. Nothing was acknowledged.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `append to`, ...
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The path cannot hold a ledger (a link, a folder, a pipe, a wrong name).
    #[error("{} is refused: {reason}", path.display())]
    Refused {
        /// The refused path.
        path: PathBuf,
        /// Why.
        reason: String,
        /// What a person can do about it.
        hint: String,
    },
    /// The row given cannot be stored.
    #[error("a row for {file} cannot be stored: {fault}")]
    Row {
        /// The ledger's file name.
        file: String,
        /// What is wrong with the row.
        fault: RowFault,
    },
    /// The ledger on disk is not what was acknowledged; appending would hide it.
    #[error("{} is damaged: {issue}", path.display())]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// The first thing found wrong.
        issue: Box<Issue>,
    },
    /// A newer release has written here: this one only reads.
    #[error(
        "{} was written by a newer release (schema_version {found}; this one knows {known}): it is only read",
        path.display()
    )]
    Newer {
        /// The ledger whose last row is newer.
        path: PathBuf,
        /// The version of that row.
        found: u64,
        /// The newest version that this release writes.
        known: u32,
    },
    /// Another process held the lock for too long.
    #[error("{} is locked by another process; waited {} s", path.display(), waited.as_secs())]
    LockTimeout {
        /// The lock sidecar.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// An earlier write or sync of this file failed, so what it holds is unknown; nothing more is written.
    #[error("{} is closed for writing after a failed write or sync", path.display())]
    Poisoned {
        /// The ledger.
        path: PathBuf,
    },
}

/// What kind of failure it was, for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorClass {
    /// Input or output failed.
    Io,
    /// The path or row is refused.
    Refused,
    /// The ledger is damaged.
    Damaged,
    /// The lock was not to be had in time.
    LockTimeout,
}

impl LedgerError {
    /// Returns the kind of failure.
    ///
    /// ```
    /// use tracker_ledger::{ErrorClass, LedgerFile};
    /// assert_eq!(LedgerFile::new("a/b").unwrap_err().class(), ErrorClass::Refused);
    /// ```
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Io { .. } | Self::Poisoned { .. } => ErrorClass::Io,
            Self::Refused { .. } | Self::Row { .. } | Self::Newer { .. } => ErrorClass::Refused,
            Self::Damaged { .. } => ErrorClass::Damaged,
            Self::LockTimeout { .. } => ErrorClass::LockTimeout,
        }
    }

    /// Returns what a person can do next, where something is known.
    ///
    /// ```
    /// use tracker_ledger::LedgerFile;
    /// assert!(LedgerFile::new("a/b").unwrap_err().hint().is_some());
    /// ```
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Refused { hint, .. } => Some(hint),
            Self::Damaged { .. } => {
                Some("run `tracker verify` to see all of it, and restore the file and its .head from a copy")
            }
            Self::Newer { .. } => {
                Some("append with the newer release, or name another data dir by --data-dir")
            }
            Self::LockTimeout { .. } => Some("wait for the other command to end, then run this one again"),
            Self::Poisoned { .. } => Some("check the disk, then run the command again"),
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    Some("free some disk space, then run the command again")
                }
                io::ErrorKind::PermissionDenied => Some("check who owns the data folder"),
                _ => None,
            },
            Self::Row { .. } => None,
        }
    }

    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_path_buf(), source }
    }

    pub(crate) fn storage(action: &'static str, path: &Path) -> impl FnOnce(StorageError) -> Self {
        move |error| match error {
            StorageError::Io(source) => Self::Io { action, path: path.to_path_buf(), source },
            StorageError::Refused { reason, hint } => {
                Self::Refused { path: path.to_path_buf(), reason: reason.into(), hint: hint.into() }
            }
        }
    }

    pub(crate) fn damaged(path: &Path, issue: Issue) -> Self {
        Self::Damaged { path: path.to_path_buf(), issue: Box::new(issue) }
    }
}
