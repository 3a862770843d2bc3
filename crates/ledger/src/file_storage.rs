//! The real disk: the one file of the workspace that opens files for writing.
#![expect(clippy::disallowed_methods, reason = "all writes of the workspace end here")]

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

#[cfg(not(unix))]
use crate::disk_other as disk;
#[cfg(unix)]
use crate::disk_unix as disk;
use crate::guard::{self, refuse};
use crate::storage::{OpenMode, Storage, StorageError, StorageFile, StorageLock, retry};

const OPEN_TRIES: usize = 100;

/// Files on a local disk: 0600, in folders of 0700, never behind a link.
///
/// ```
/// use tracker_ledger::{FileStorage, OpenMode, Storage};
/// let missing = std::path::Path::new("/no/such/file");
/// assert!(FileStorage::new().open(missing, OpenMode::Read).unwrap_err().is_not_found());
/// ```
#[derive(Debug, Clone, Default)]
pub struct FileStorage {
    follow_links: bool,
}

impl FileStorage {
    /// Returns a storage that refuses links, files of other users, and folders that everybody may write to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether links, such files and such folders are accepted.
    ///
    /// ```
    /// let _ = tracker_ledger::FileStorage::new().follow_links(true);
    /// ```
    #[must_use]
    pub fn follow_links(mut self, follow: bool) -> Self {
        self.follow_links = follow;
        self
    }
}

impl FileStorage {
    /// Takes a lock on a sidecar, or returns `None` when somebody else holds one against it and `pause`, which is
    /// called between two tries, returns false.
    fn hold(
        &self,
        path: &Path,
        lock: fn(&File) -> Result<(), TryLockError>,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        guard::check(path, OpenMode::Update, self.follow_links)?;
        let mut options = OpenOptions::new();
        disk::private(options.create(true).write(true).truncate(false));
        let file = retry(|| options.open(path))?;
        loop {
            match retry_lock(|| lock(&file)) {
                Ok(()) => return Ok(Some(Box::new(HeldLock { _file: file }))),
                Err(TryLockError::WouldBlock) if pause() => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }
}

fn retry_lock(mut lock: impl FnMut() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    loop {
        match lock() {
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn open_once(path: &Path, mode: OpenMode) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    match mode {
        OpenMode::Read => {}
        OpenMode::Append => disk::for_append(options.create(true)),
        OpenMode::AppendExisting => disk::for_append(&mut options),
        OpenMode::Update => disk::private(options.create(true).write(true)),
    }
    retry(|| options.open(path))
}

impl Storage for FileStorage {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Box<dyn StorageFile>, StorageError> {
        // Heads are replaced by a rename while others read; a file that is another one each time is no head.
        for _ in 0..OPEN_TRIES {
            let before = guard::check(path, mode, self.follow_links)?;
            let file = open_once(path, mode)?;
            let opened = retry(|| file.metadata())?;
            if !opened.is_file() {
                return refuse("it is not a regular file", "move it away; a ledger is a regular file");
            }
            if before.is_none_or(|before| disk::same(&before, &opened)) {
                return Ok(Box::new(OpenFile { file, appends: mode.appends() }));
            }
        }
        refuse("it was replaced while it was opened", "run the command again")
    }

    fn create_dir(&self, dir: &Path) -> Result<bool, StorageError> {
        let mut builder = DirBuilder::new();
        disk::private_dir(&mut builder);
        match retry(|| builder.create(dir)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && dir.is_dir() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn list(&self, dir: &Path) -> Result<Vec<String>, StorageError> {
        let mut names = Vec::new();
        for entry in retry(|| fs::read_dir(dir))? {
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError> {
        Ok(retry(|| fs::rename(from, to))?)
    }

    fn copy_rights(&self, from: &Path, to: &Path) {
        // A file that stays private is safe, so a failure is no reason not to write it.
        let _ = fs::metadata(from).and_then(|found| fs::set_permissions(to, found.permissions()));
    }

    fn remove(&self, path: &Path) -> Result<(), StorageError> {
        Ok(retry(|| fs::remove_file(path))?)
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), StorageError> {
        Ok(disk::sync_dir(dir)?)
    }

    fn try_lock(&self, path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        self.hold(path, File::try_lock, &mut || false)
    }

    fn wait_lock(
        &self,
        path: &Path,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        self.hold(path, File::try_lock, pause)
    }

    fn stand_in_line(&self, path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        self.hold(path, File::try_lock_shared, &mut || false)
    }

    fn is_line(&self, path: &Path) -> Result<bool, StorageError> {
        if guard::check(path, OpenMode::Update, self.follow_links)?.is_none() {
            return Ok(false);
        }
        Ok(self.hold(path, File::try_lock, &mut || false)?.is_none())
    }

    fn is_gone(&self, process: u32) -> bool {
        disk::is_gone(process)
    }

    fn boot_id(&self) -> Option<[u8; 16]> {
        disk::boot_id()
    }
}

/// A sidecar whose lock ends with the handle, also when the process is killed.
#[derive(Debug)]
struct HeldLock {
    _file: File,
}

impl StorageLock for HeldLock {}

#[derive(Debug)]
struct OpenFile {
    file: File,
    appends: bool,
}

impl StorageFile for OpenFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        disk::read_at(&self.file, buffer, offset)
    }
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        disk::append(&mut self.file, bytes)
    }
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        if self.appends {
            // On Linux a positioned write to an O_APPEND file goes to its end.
            return Err(io::Error::from(io::ErrorKind::Unsupported));
        }
        disk::write_at(&self.file, bytes, offset)
    }
    fn truncate(&mut self, size: u64) -> io::Result<()> {
        retry(|| self.file.set_len(size))
    }
    fn sync_data(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}
