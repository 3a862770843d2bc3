//! The real disk: the one file of the workspace that opens files for writing.
#![expect(clippy::disallowed_methods, reason = "all writes of the workspace end here")]

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use crate::storage::{OpenMode, Storage, StorageError, StorageFile, StorageLock, retry};

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
    /// Returns a storage that refuses links, shared files and folders that everybody may write to.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether links and such folders are accepted.
    ///
    /// ```
    /// let _ = tracker_ledger::FileStorage::new().follow_links(true);
    /// ```
    #[must_use]
    pub fn follow_links(mut self, follow: bool) -> Self {
        self.follow_links = follow;
        self
    }

    fn check_before(&self, path: &Path, mode: OpenMode) -> Result<Option<Metadata>, StorageError> {
        let found = match retry(|| fs::symlink_metadata(path)) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        if self.follow_links {
            return Ok(None);
        }
        if let Some(found) = &found {
            if found.is_symlink() {
                return refuse("it is a symbolic link", "name the file that it points to");
            }
            if !found.is_file() {
                return refuse("it is not a regular file", "move it away; a ledger is a regular file");
            }
            if mode != OpenMode::Read && platform::links(found) > 1 {
                return refuse(
                    "it has more than one hard link",
                    "copy it, so that other names keep their bytes",
                );
            }
        }
        if mode != OpenMode::Read && platform::is_open_to_all(path) {
            return refuse(
                "everybody may write to its folder",
                "take the right away: chmod o-w on the folder",
            );
        }
        Ok(found)
    }
}

fn refuse<T>(reason: &'static str, hint: &'static str) -> Result<T, StorageError> {
    Err(StorageError::Refused { reason, hint })
}

impl Storage for FileStorage {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Box<dyn StorageFile>, StorageError> {
        let before = self.check_before(path, mode)?;
        let mut options = OpenOptions::new();
        options.read(true);
        match mode {
            OpenMode::Read => {}
            OpenMode::Append => platform::for_append(options.create(true)),
            OpenMode::Update => platform::private(options.create(true).write(true)),
        }
        let file = retry(|| options.open(path))?;
        let opened = retry(|| file.metadata())?;
        if !opened.is_file() {
            return refuse("it is not a regular file", "move it away; a ledger is a regular file");
        }
        if before.is_some_and(|before| !platform::same(&before, &opened)) {
            return refuse("it was replaced while it was opened", "run the command again");
        }
        Ok(Box::new(OpenFile { file, appends: mode == OpenMode::Append }))
    }

    fn create_dir(&self, dir: &Path) -> Result<bool, StorageError> {
        let mut builder = DirBuilder::new();
        platform::private_dir(&mut builder);
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

    fn remove(&self, path: &Path) -> Result<(), StorageError> {
        Ok(retry(|| fs::remove_file(path))?)
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), StorageError> {
        Ok(platform::sync_dir(dir)?)
    }

    fn try_lock(&self, path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        self.check_before(path, OpenMode::Update)?;
        let mut options = OpenOptions::new();
        platform::private(options.create(true).write(true).truncate(false));
        let file = retry(|| options.open(path))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Box::new(HeldLock { _file: file }))),
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }

    fn boot_id(&self) -> Option<[u8; 16]> {
        platform::boot_id()
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
        platform::read_at(&self.file, buffer, offset)
    }
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        platform::append(&mut self.file, bytes)
    }
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        if self.appends {
            // On Linux a positioned write to an O_APPEND file goes to its end.
            return Err(io::Error::from(io::ErrorKind::Unsupported));
        }
        platform::write_at(&self.file, bytes, offset)
    }
    fn truncate(&mut self, size: u64) -> io::Result<()> {
        retry(|| self.file.set_len(size))
    }
    fn sync_data(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

#[cfg(unix)]
mod platform {
    //! Unix: modes, positioned reads, durable folders.
    use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
    use std::io::{self, Write};
    use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
    use std::path::Path;

    use crate::storage::retry;

    pub(super) fn private(options: &mut OpenOptions) {
        options.mode(0o600);
    }
    /// `O_APPEND`: a program that appends without our lock never has its bytes overwritten.
    pub(super) fn for_append(options: &mut OpenOptions) {
        options.mode(0o600).append(true);
    }
    pub(super) fn private_dir(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }
    pub(super) fn links(found: &Metadata) -> u64 {
        found.nlink()
    }
    pub(super) fn same(a: &Metadata, b: &Metadata) -> bool {
        (a.dev(), a.ino()) == (b.dev(), b.ino())
    }
    /// World-writable without the sticky bit: anybody could put another file in this one's place.
    pub(super) fn is_open_to_all(path: &Path) -> bool {
        path.parent()
            .and_then(|parent| fs::metadata(parent).ok())
            .is_some_and(|parent| parent.mode() & 0o1002 == 0o0002)
    }
    pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        file.read_at(buffer, offset)
    }
    pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        file.write_at(bytes, offset)
    }
    pub(super) fn append(file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        file.write(bytes)
    }
    pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
        retry(|| File::open(dir))?.sync_all()
    }
    /// Linux names each boot; elsewhere nothing is said, and caches are checked instead.
    pub(super) fn boot_id() -> Option<[u8; 16]> {
        let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
        Some(u128::from_str_radix(&digits, 16).ok()?.to_le_bytes())
    }
}

#[cfg(not(unix))]
mod platform {
    //! Elsewhere: the folder's own access list keeps others out, and a folder cannot be synced.
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::io::{self, Read, Seek, SeekFrom, Write};
    use std::path::Path;

    pub(super) fn private(_options: &mut OpenOptions) {}
    /// Write and not append: an append-only handle cannot be cut.
    pub(super) fn for_append(options: &mut OpenOptions) {
        options.write(true);
    }
    pub(super) fn private_dir(_builder: &mut DirBuilder) {}
    pub(super) fn links(_found: &Metadata) -> u64 {
        1
    }
    pub(super) fn same(_a: &Metadata, _b: &Metadata) -> bool {
        true
    }
    pub(super) fn is_open_to_all(_path: &Path) -> bool {
        false
    }
    pub(super) fn read_at(mut file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        file.seek(SeekFrom::Start(offset))?;
        file.read(buffer)
    }
    pub(super) fn write_at(mut file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
        file.seek(SeekFrom::Start(offset))?;
        file.write(bytes)
    }
    pub(super) fn append(file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        file.seek(SeekFrom::End(0))?;
        file.write(bytes)
    }
    pub(super) fn sync_dir(_dir: &Path) -> io::Result<()> {
        Ok(())
    }
    pub(super) fn boot_id() -> Option<[u8; 16]> {
        None
    }
}
