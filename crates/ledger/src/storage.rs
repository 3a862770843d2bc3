//! What the append protocol asks of a disk: a trait, so that a test can fail, shorten or forget any operation.

use std::fmt;
use std::io;
use std::path::Path;

use crate::controls::{self, Part};

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// For reading; the file must exist.
    Read,
    /// For reading and for writing at the end; created (0600) when missing.
    Append,
    /// For reading and for writing at the end; the file must exist.
    AppendExisting,
    /// For reading and for writing anywhere; created (0600) when missing.
    Update,
}

impl OpenMode {
    /// Returns true when bytes are written at the end only.
    ///
    /// ```
    /// use tracker_ledger::OpenMode;
    /// assert!(OpenMode::Append.appends() && !OpenMode::Update.appends());
    /// ```
    #[must_use]
    pub fn appends(self) -> bool {
        matches!(self, Self::Append | Self::AppendExisting)
    }

    /// Returns true when the file must exist.
    ///
    /// ```
    /// use tracker_ledger::OpenMode;
    /// assert!(OpenMode::Read.needs_a_file() && !OpenMode::Append.needs_a_file());
    /// ```
    #[must_use]
    pub fn needs_a_file(self) -> bool {
        matches!(self, Self::Read | Self::AppendExisting)
    }
}

/// Why an operation on a [`Storage`] did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The operating system said no.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The path is not something that a ledger may live in.
    #[error("{reason}")]
    Refused {
        /// What the path is.
        reason: &'static str,
        /// What a person can do about it.
        hint: &'static str,
    },
}

impl StorageError {
    /// Returns true when the file or folder is not there.
    ///
    /// ```
    /// use std::io::{Error, ErrorKind};
    /// use tracker_ledger::StorageError;
    /// assert!(StorageError::Io(Error::from(ErrorKind::NotFound)).is_not_found());
    /// ```
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// A disk. [`FileStorage`](crate::FileStorage) is the real one; tests put others in its place.
///
/// Every operation of the append protocol is one call, so an implementation that counts calls can fail, cut
/// short or forget exactly the n-th. Calls may be repeated after [`io::ErrorKind::Interrupted`].
pub trait Storage: fmt::Debug + Send + Sync {
    /// Opens a regular file.
    ///
    /// # Errors
    /// `NotFound` in [`OpenMode::Read`] when there is none; [`StorageError::Refused`] for links, folders, pipes
    /// and devices.
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Box<dyn StorageFile>, StorageError>;

    /// Creates one folder (0700) and returns true, or returns false when it is there already.
    ///
    /// # Errors
    /// `NotFound` when its parent is missing.
    fn create_dir(&self, dir: &Path) -> Result<bool, StorageError>;

    /// Returns the names of the files in a folder, sorted.
    ///
    /// # Errors
    /// `NotFound` when there is no such folder.
    fn list(&self, dir: &Path) -> Result<Vec<String>, StorageError>;

    /// Renames a file, replacing the target in one step as seen by readers.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError>;

    /// Gives a file the rights of another one; where files have no rights, or they cannot be given, nothing happens.
    fn copy_rights(&self, _from: &Path, _to: &Path) {}

    /// Removes a file.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    fn remove(&self, path: &Path) -> Result<(), StorageError>;

    /// Makes the entries of a folder durable: names that were created, renamed or removed.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn sync_dir(&self, dir: &Path) -> Result<(), StorageError>;

    /// Takes the exclusive lock on a sidecar file (created, 0600, when missing), or returns `None` at once when
    /// somebody else holds it. The lock ends when the guard is dropped or the process dies.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn try_lock(&self, path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError>;

    /// Tries to take the lock of [`Storage::try_lock`] until it is had, or until `pause`, which is called between two
    /// tries, returns false.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn wait_lock(
        &self,
        path: &Path,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        loop {
            match self.try_lock(path)? {
                None if pause() => {}
                found => return Ok(found),
            }
        }
    }

    /// Stands in the line before a lock, as the sidecar `path` shows, until the guard is dropped. `None` where no line
    /// is kept.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn stand_in_line(&self, _path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        Ok(None)
    }

    /// Returns true when somebody stands in the line of [`Storage::stand_in_line`].
    ///
    /// # Errors
    /// Whatever the system reports.
    fn is_line(&self, _path: &Path) -> Result<bool, StorageError> {
        Ok(false)
    }

    /// Returns true when the process of that number surely runs no more.
    fn is_gone(&self, _process: u32) -> bool {
        false
    }

    /// Names the present run of the machine, where that is known: bytes written in this run and not synced are
    /// still there, bytes of an earlier run may not be.
    fn boot_id(&self) -> Option<[u8; 16]> {
        None
    }
}

/// An open file of a [`Storage`].
pub trait StorageFile: fmt::Debug + Send + Sync {
    /// Returns the length in bytes.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn size(&self) -> io::Result<u64>;

    /// Reads at `offset` and returns how many bytes were read; fewer than asked, or 0 at the end.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes at the end and returns how many bytes were taken, which may be fewer than given.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Writes at `offset` and returns how many bytes were taken.
    ///
    /// # Errors
    /// Whatever the system reports; `Unsupported` on a file that was opened for append.
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Cuts or extends the file to `size` bytes.
    ///
    /// # Errors
    /// Whatever the system reports.
    fn truncate(&mut self, size: u64) -> io::Result<()>;

    /// Makes the bytes of the file durable.
    ///
    /// # Errors
    /// Whatever the system reports. After an error nothing is known about the unsynced bytes.
    fn sync_data(&mut self) -> io::Result<()>;
}

/// A held lock; dropping it releases it.
pub trait StorageLock: fmt::Debug + Send + Sync {}

/// Appends all of `bytes`, over short and interrupted writes.
pub(crate) fn append_all(file: &mut dyn StorageFile, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let taken = retry(|| file.append(rest))?;
        rest = after(rest, taken)?;
    }
    Ok(())
}

/// A write that was said to be done but is not there (or is not where it should be) is no write.
pub(crate) fn holds(file: &dyn StorageFile, expected: u64) -> io::Result<()> {
    let size = file.size()?;
    if size == expected {
        return Ok(());
    }
    Err(io::Error::other(format!("the file has {size} bytes after the write instead of {expected}")))
}

/// Writes all of `bytes` at `offset`, over short and interrupted writes.
pub(crate) fn write_all_at(file: &mut dyn StorageFile, bytes: &[u8], offset: u64) -> io::Result<()> {
    let (mut rest, mut at) = (bytes, offset);
    while !rest.is_empty() {
        let taken = retry(|| file.write_at(rest, at))?;
        rest = after(rest, taken)?;
        at += taken as u64;
    }
    Ok(())
}

/// Fills `buffer` from `offset` as far as the file goes, and returns how much that was.
pub(crate) fn read_full_at(file: &dyn StorageFile, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match retry(|| file.read_at(rest, offset + filled as u64))? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Repeats a call for as long as a signal interrupts it.
pub(crate) fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error)
                if error.kind() == io::ErrorKind::Interrupted && !controls::is_off(Part::InterruptLoop) => {}
            result => return result,
        }
    }
}

fn after(bytes: &[u8], taken: usize) -> io::Result<&[u8]> {
    match bytes.get(taken..) {
        Some(rest) if taken > 0 => Ok(rest),
        _ => Err(io::Error::from(io::ErrorKind::WriteZero)),
    }
}
