//! A disk in memory that logs every operation and fails, shortens, forgets or dies at the n-th.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracker_ledger::{OpenMode, Storage, StorageError, StorageFile, StorageLock};

/// What happens at the chosen operation of a [`FaultStorage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It fails and does nothing.
    Error(io::ErrorKind),
    /// A write takes only so many bytes; other operations are as always.
    Short(usize),
    /// The disk is full after so many bytes of a write, until a file is cut.
    Full(usize),
    /// A write says that it was done, and was not.
    Lie,
    /// The process dies: a write takes so many bytes, and nothing works from then on.
    Death(usize),
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<PathBuf, Vec<u8>>,
    dirs: BTreeSet<PathBuf>,
    locks: BTreeSet<PathBuf>,
    log: Vec<String>,
    fault: Option<(usize, Fault)>,
    is_dead: bool,
    is_full: bool,
}

/// A disk in memory whose n-th operation goes wrong. Cheap to clone; clones share the bytes.
///
/// ```
/// use std::{io::ErrorKind, sync::Arc};
/// use tracker_ledger::{Ledger, LedgerFile};
/// use tracker_test_support::{Fault, FaultStorage};
///
/// let disk = FaultStorage::new();
/// disk.fail_at(0, Fault::Error(ErrorKind::StorageFull));
/// let ledger = Ledger::with_storage("data", Arc::new(disk.clone()));
/// assert!(ledger.begin(&[LedgerFile::CHURN]).is_err());
/// assert_eq!(disk.log(), ["create_dir data"]);
/// assert!(ledger.begin(&[LedgerFile::CHURN]).is_ok(), "it fails once");
/// ```
#[derive(Debug, Clone, Default)]
pub struct FaultStorage(Arc<Mutex<State>>);

impl FaultStorage {
    /// Returns an empty disk whose current folder exists.
    #[must_use]
    pub fn new() -> Self {
        let disk = Self::default();
        disk.state().dirs.insert(PathBuf::from("."));
        disk
    }

    /// Returns the same bytes after the faulty process is gone: no fault, no locks, an empty log.
    #[must_use]
    pub fn after_restart(&self) -> Self {
        let state = self.state();
        let kept = State { files: state.files.clone(), dirs: state.dirs.clone(), ..State::default() };
        Self(Arc::new(Mutex::new(kept)))
    }

    /// Sets what happens at operation `number`, counted from 0.
    pub fn fail_at(&self, number: usize, fault: Fault) {
        self.state().fault = Some((number, fault));
    }

    /// Returns every operation so far, as its name and the file name: `append snapshots.jsonl`.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.state().log.clone()
    }

    /// Returns the bytes of a file; none when it does not exist.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        self.state().files.get(Path::new(path)).cloned().unwrap_or_default()
    }

    /// Sets the bytes of a file, as another program would.
    pub fn set(&self, path: &str, bytes: Vec<u8>) {
        self.state().files.insert(PathBuf::from(path), bytes);
    }

    /// Removes a file, as another program would.
    pub fn remove_file(&self, path: &str) {
        self.state().files.remove(Path::new(path));
    }

    /// Returns the paths of all files, sorted.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.state().files.keys().map(|path| path.display().to_string()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs an operation and returns the fault that hits it, unless that is a plain error.
    fn step(&self, name: &str, path: &Path) -> io::Result<Option<Fault>> {
        let mut state = self.state();
        if state.is_dead {
            return Err(io::Error::other("dead"));
        }
        let number = state.log.len();
        let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        state.log.push(format!("{name} {file}"));
        match state.fault.filter(|(at, _)| *at == number) {
            Some((_, Fault::Error(kind))) => Err(io::Error::from(kind)),
            Some((_, Fault::Death(taken))) => {
                state.is_dead = true;
                if name == "append" { Ok(Some(Fault::Death(taken))) } else { Err(io::Error::other("dead")) }
            }
            Some((_, Fault::Full(taken))) if name == "append" => {
                state.is_full = true;
                Ok(Some(Fault::Short(taken)))
            }
            _ if state.is_full && name == "append" => Err(io::Error::from(io::ErrorKind::StorageFull)),
            found => {
                state.is_full &= name != "truncate";
                Ok(found.map(|(_, fault)| fault))
            }
        }
    }
}

impl Storage for FaultStorage {
    fn open(&self, path: &Path, mode: OpenMode) -> Result<Box<dyn StorageFile>, StorageError> {
        let exists = self.state().files.contains_key(path);
        if mode.needs_a_file() && !exists {
            return Err(io::Error::from(io::ErrorKind::NotFound).into());
        }
        if mode != OpenMode::Read {
            self.step("open", path)?;
            self.state().files.entry(path.to_path_buf()).or_default();
        }
        Ok(Box::new(FaultFile { disk: self.clone(), path: path.to_path_buf() }))
    }

    fn create_dir(&self, dir: &Path) -> Result<bool, StorageError> {
        if self.state().dirs.contains(dir) {
            return Ok(false);
        }
        self.step("create_dir", dir)?;
        Ok(self.state().dirs.insert(dir.to_path_buf()))
    }

    fn list(&self, dir: &Path) -> Result<Vec<String>, StorageError> {
        let state = self.state();
        let inside = state.files.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), StorageError> {
        self.step("rename", to)?;
        let mut state = self.state();
        let bytes = state.files.remove(from).ok_or(io::ErrorKind::NotFound).map_err(io::Error::from)?;
        state.files.insert(to.to_path_buf(), bytes);
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), StorageError> {
        self.step("remove", path)?;
        self.state().files.remove(path);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), StorageError> {
        self.step("sync_dir", dir)?;
        Ok(())
    }

    fn try_lock(&self, path: &Path) -> Result<Option<Box<dyn StorageLock>>, StorageError> {
        self.step("lock", path)?;
        let is_free = self.state().locks.insert(path.to_path_buf());
        Ok(is_free.then(|| Box::new(Held(self.clone(), path.to_path_buf())) as Box<dyn StorageLock>))
    }
}

#[derive(Debug)]
struct Held(FaultStorage, PathBuf);
impl StorageLock for Held {}
impl Drop for Held {
    fn drop(&mut self) {
        self.0.state().locks.remove(&self.1);
    }
}

#[derive(Debug)]
struct FaultFile {
    disk: FaultStorage,
    path: PathBuf,
}

impl FaultFile {
    fn change<T>(&self, change: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        change(self.disk.state().files.entry(self.path.clone()).or_default())
    }
}

impl StorageFile for FaultFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.change(|bytes| bytes.len() as u64))
    }
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(self.change(|bytes| {
            let rest = bytes.get(offset as usize..).unwrap_or_default();
            let read = rest.len().min(buffer.len());
            buffer[..read].copy_from_slice(&rest[..read]);
            read
        }))
    }
    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match self.disk.step("append", &self.path)? {
            Some(Fault::Lie) => return Ok(bytes.len()),
            Some(Fault::Short(taken) | Fault::Death(taken)) => taken.min(bytes.len()),
            Some(Fault::Error(_) | Fault::Full(_)) | None => bytes.len(),
        };
        self.change(|held| held.extend_from_slice(&bytes[..taken]));
        Ok(taken)
    }
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.disk.step("write_at", &self.path)?;
        self.change(|held| {
            let end = offset as usize + bytes.len();
            held.resize(held.len().max(end), 0);
            held[offset as usize..end].copy_from_slice(bytes);
        });
        Ok(bytes.len())
    }
    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.disk.step("truncate", &self.path)?;
        self.change(|bytes| bytes.resize(size as usize, 0));
        Ok(())
    }
    fn sync_data(&mut self) -> io::Result<()> {
        self.disk.step("sync", &self.path)?;
        Ok(())
    }
}
